# SPDX-License-Identifier: Apache-2.0
"""Does what examples/reporter-csv/README.md says, command by command, where nothing but an installation is."""

import csv
import stat
import unittest

from document_case import BUILD, SOURCE, InstalledCase

PLUGIN = "headgate-report-csv.so"


class Readme(InstalledCase):
    def test_what_it_says_is_so(self):
        home = self.root.home
        self.follow_document("examples/reporter-csv/README.md", "examples/reporter-csv/README.md", home)
        work = home / "report-csv"
        with open(work / "jobs.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        self.assertEqual([row["status"] for row in rows], ["SUCCESS", "FAILED"])
        # Both builds made it, each of the installed headers alone.
        for plugin in (work / "build" / PLUGIN, work / PLUGIN, home / ".local/share/headgate/plugins" / PLUGIN):
            self.assertEqual(stat.S_IMODE(plugin.stat().st_mode) & (stat.S_IWGRP | stat.S_IWOTH), 0, plugin)
        [depends] = work.rglob("report_csv.c.o.d")
        read = depends.read_text(encoding="utf-8")
        self.assertIn(str(self.root.prefix / "include/headgate/reporter.h"), read)
        for tree in (SOURCE, BUILD):
            self.assertNotIn(f"{tree}/", read)

    def test_the_trees_are_out_of_sight(self):
        if not self.root.is_hidden():
            self.skipTest("this system does not let us mount over the source and build trees")
        seen = self.root.run("/bin/sh", "-c", f'ls -A "{SOURCE}" "{BUILD}" 2>/dev/null | grep -v : | tr -d "\\n"')
        self.assertEqual(seen.stdout, "")


if __name__ == "__main__":
    unittest.main()
