# SPDX-License-Identifier: Apache-2.0
"""Reporters that pass: a bundled one, GOOD_PLUGIN, or the one of plugins/README.md."""

import os
import subprocess
import unittest

from check_case import DESCRIPTION, FIGURES, REPORTER, CheckCase, listing
from extract import extract
from headgate_case import SOURCE

PLUGIN = os.environ.get("GOOD_PLUGIN")


class Good(CheckCase):
    def assert_passes(self, operand, names):
        outcome = self.run_headgate("plugin", "check", operand, "--reporter-timeout", "300")
        heading, lines = FIGURES.sub("FIGURES", outcome.stdout.decode("utf-8")).split("\n\n", 1)
        self.assertEqual(listing(names, {}), lines)
        self.assertEqual((0, ""), (outcome.code, outcome.err))
        return heading

    @unittest.skipUnless(PLUGIN, "no plugin to be checked")
    def test_bundled(self):
        """By its name, though it lies in Headgate's own directory."""
        name, stage = PLUGIN.split("=")
        heading = self.assert_passes(name, REPORTER if stage == "reporter" else DESCRIPTION)
        self.assertTrue(heading.startswith(name + " ") and "a %s of interface" % stage in heading, heading)

    @unittest.skipIf(PLUGIN, "another plugin is to be checked")
    def test_the_example_of_the_readme(self):
        source = self.write("report-outcomes.c", extract(os.path.join(SOURCE, "plugins", "README.md"), "report-outcomes.c"))
        plugin = self.path("headgate-report-outcomes.so")
        subprocess.run([os.environ["COMPILER"], "-I" + os.path.join(SOURCE, "include"), "-std=c11", "-O2",
                        "-fvisibility=hidden", "-shared", "-fPIC", "-o", plugin, source], check=True)
        os.chmod(plugin, 0o644)
        self.assert_passes("headgate-report-outcomes.so", REPORTER)


if __name__ == "__main__":
    unittest.main()
