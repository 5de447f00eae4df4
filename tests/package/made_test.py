# SPDX-License-Identifier: Apache-2.0
"""The package is as Debian wants it: dependencies, documents, compressed pages; and lintian finds no error."""

import os
import re
import unittest

import deb_package
from deb_package import run


class Made(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.package = deb_package.make()
        rows = [line.split(None, 5) for line in run("dpkg-deb", "--contents", cls.package).splitlines()]
        cls.files = {row[5].split(" -> ")[0][1:]: row for row in rows}

    def field(self, name):
        return run("dpkg-deb", "--field", self.package, name).strip()

    def test_depends_on_what_its_objects_need(self):
        """Also on what only a plugin needs, as libcurl."""
        for library in ("libc6", "libcurl4", "libgcrypt20", "libjansson4", "libsqlite3-0", "libyaml-0-2"):
            self.assertRegex(self.field("Depends"), r"\b%s(t64)?\b" % re.escape(library))

    def test_lintian_finds_no_error(self):
        said = run(os.environ["LINTIAN"], "--allow-root", "--fail-on", "error", self.package)
        self.assertNotRegex(said, "(?m)^E: ")

    def test_pages_and_changes_are_compressed(self):
        for path in ("/usr/share/man/man1/headgate.1.gz", "/usr/share/man/man1/headgate-apply.1.gz",
                     "/usr/share/man/man5/headgate.yaml.5.gz", "/usr/share/man/man3/headgate-plugin.3.gz",
                     "/usr/share/doc/headgate/changelog.gz", "/usr/share/doc/headgate/changelog.Debian.gz",
                     "/usr/share/doc/headgate/copyright", "/usr/share/zsh/vendor-completions/_headgate",
                     "/usr/bin/kubectl-headgate"):  # fmt: skip
            self.assertIn(path, self.files)
        for path in self.files:
            self.assertFalse(path.startswith("/usr/share/man/") and re.search(r"\.\d$", path), path)

    def test_it_belongs_to_root_who_alone_may_write_it(self):
        for path, row in self.files.items():
            self.assertEqual("root/root", row[1], path)
            self.assertTrue(row[0].startswith("l") or row[0][5] == row[0][8] == "-", (path, row[0]))

    def test_its_version_is_headgate_s(self):
        version = run(os.environ["HEADGATE_BIN"], "-V").split()[1]
        self.assertEqual(version + "-1", self.field("Version"))
        with open(os.path.join(os.environ["HEADGATE_SOURCE"], "packaging/deb/changelog"), encoding="utf-8") as file:
            self.assertTrue(file.readline().startswith("headgate (%s-1)" % version))


if __name__ == "__main__":
    unittest.main()
