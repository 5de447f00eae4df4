# SPDX-License-Identifier: Apache-2.0
"""The real binary writes Markdown of a batch; cmark-gfm reads it."""

import sys
import unittest

from markdown_reader import CMARK, OURS, read
from told_batch import SEEN_OUTPUT, ToldBatch


class Markdown(ToldBatch):
    def markdown(self, code, *arguments, options=()):
        data = self.report(code, "markdown", "report.md", *arguments, options=options)
        tree = read(data, "code")
        self.assertEqual(set(), set(tree.tags) - OURS)
        self.codes = tree.texts
        self.blocks = read(data, "pre").texts
        self.heading = read(data, "h2").texts[0]
        self.totals = read(data, "table").texts[0].split()
        return data

    def test_validation(self):
        self.write_good()
        self.write_hostile()
        self.write_invalid()
        data = self.markdown(1, "validate", "--jobs-dir", "jobs")
        self.assertEqual("Headgate: ❌ 3 of 11 Jobs are invalid", self.heading)
        self.assertEqual(["Jobs", "Valid", "Invalid", "11", "8", "3"], self.totals)
        self.assertIn("trading/Not_A_Name\"<&>", self.codes)
        places = [code for code in self.codes if code.startswith("jobs/invalid.yaml:")]
        self.assertGreaterEqual(len(places), 2)
        self.assertLessEqual({"metadata.name", "spec.backoffLimit"}, set(self.codes))
        for place in places:
            self.assertRegex(place, r"^jobs/invalid\.yaml:\d+:\d+$")
        valid = read(data, "li").texts
        self.assertEqual(8, len(valid))

    def test_dry_run(self):
        self.write_good()
        self.write_hostile()
        self.markdown(0, "apply", "--jobs-dir", "jobs")
        self.assertEqual("Headgate: ✅ Dry run: 8 Jobs would be applied", self.heading)
        self.assert_none_started()

    def test_apply(self):
        self.write_good()
        self.write_hostile()
        self.script_failures()
        data = self.markdown(1, "apply", "--jobs-dir", "jobs", "--apply")
        self.assertEqual("Headgate: ❌ 1 of 8 Jobs failed", self.heading)
        self.assertEqual([SEEN_OUTPUT.replace("\x1b", "\\x1b")], self.blocks)
        self.assertEqual(7, len(read(data, "li").texts))
        self.assertEqual(["8", "8", "0", "7", "1", "0"], self.totals[-6:])

    def test_lists_are_cut_honestly(self):
        self.write_good()
        self.write_hostile()
        data = self.markdown(0, "validate", "--jobs-dir", "jobs", options=("max-jobs=3",))
        self.assertEqual(3, len(read(data, "li").texts))
        self.assertIn("… and 5 more".encode(), data)

    def test_a_run_that_cannot_be_done(self):
        self.markdown(1, "validate", "--jobs-dir", "no*where*")
        self.assertEqual("Headgate: ❌ The run could not be done", self.heading)
        self.assertIn("no*where*", self.codes)


if __name__ == "__main__":
    if not CMARK:
        print("cmark-gfm is not installed (Debian: cmark-gfm)")
        sys.exit(77)
    unittest.main()
