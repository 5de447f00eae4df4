# SPDX-License-Identifier: Apache-2.0
"""What the tests of the documents share: unittest cases around an InstalledRoot.

The environment of the test says where things are: CMAKE, HEADGATE_SOURCE, HEADGATE_BUILD, LIBDIR,
FAKE_KUBECTL. With HEADGATE_UPDATE_DOCUMENTS in it, what was printed is written into the document: that
is how its output got there.
"""

import os
import pathlib
import unittest

from installed_root import InstalledRoot
from walkthrough import Walkthrough

SOURCE = pathlib.Path(os.environ["HEADGATE_SOURCE"])
BUILD = pathlib.Path(os.environ["HEADGATE_BUILD"])
LIBDIR = os.environ["LIBDIR"]

FORBIDDEN = ('Error from server (Forbidden): jobs.batch "arb-tuning-d29-k8s--worker-2-1" is forbidden: '
             'User "ci" cannot patch resource "jobs" in API group "batch" in the namespace "trading-bots"')


class InstalledCase(unittest.TestCase):
    """Installs once for all tests of the class."""

    @classmethod
    def setUpClass(cls):
        cls.root = InstalledRoot(os.environ["CMAKE"], SOURCE, BUILD, LIBDIR, os.environ["FAKE_KUBECTL"])
        cls.enterClassContext(cls.root)
        cls.documents = cls.root.prefix / "share" / "doc" / "headgate"
        cls.root.script.write_text(f"job-01-* fail 1 {FORBIDDEN}\n", encoding="utf-8")

    def follow(self, text, directory, name):
        """Does what the text says; returns it as it should read. What does not hold fails the test."""
        walkthrough = Walkthrough(self.root, directory, name)
        self.addCleanup(walkthrough.close)
        # The documents say where ~/.local has its libraries on most systems.
        now = walkthrough.follow(text.replace("/lib/pkgconfig", f"/{LIBDIR}/pkgconfig"))
        now = now.replace(f"/{LIBDIR}/pkgconfig", "/lib/pkgconfig")
        if walkthrough.failures and "HEADGATE_UPDATE_DOCUMENTS" not in os.environ:
            self.fail("\n\n".join(walkthrough.failures))
        self.assertGreater(walkthrough.commands, 0)
        return now

    def follow_document(self, installed, source, directory):
        """The same for a whole document, whose source an update goes to."""
        text = (self.documents / installed).read_text(encoding="utf-8")
        now = self.follow(text, directory, installed)
        if "HEADGATE_UPDATE_DOCUMENTS" in os.environ:
            (SOURCE / source).write_text(now, encoding="utf-8")
