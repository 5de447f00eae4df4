# SPDX-License-Identifier: Apache-2.0
"""The real binary writes JUnit XML of a batch; xmllint and a parser read it."""

import os
import subprocess
import sys
import unittest
import xml.etree.ElementTree as tree

from told_batch import ToldBatch

XMLLINT = os.environ.get("XMLLINT")
SCHEMA = os.path.join(os.environ["SCHEMAS"], "junit-case-file.xsd")


class JUnit(ToldBatch):
    def cases(self, data):
        """Class, name and verdict of each case, after xmllint has seen the report."""
        path = self.write("seen.xml", data)
        done = subprocess.run([XMLLINT, "--nonet", "--noout", "--schema", SCHEMA, path],
                              capture_output=True, timeout=120, check=False)
        self.assertEqual(0, done.returncode, done.stderr.decode("utf-8", "replace"))
        self.suite = tree.fromstring(data).find("testsuite")
        rows = list(self.suite.iter("testcase"))
        verdicts = [[child.tag for child in row if not child.tag.startswith("system-")] for row in rows]
        self.rows = {row.get("name"): row for row in rows}
        return [(row.get("name"), verdict[0] if verdict else "passed") for row, verdict in zip(rows, verdicts)]

    def test_validation(self):
        self.write_good()
        self.write_hostile()
        self.write_invalid()
        cases = self.cases(self.report(1, "junit", "report.xml", "validate", "--jobs-dir", "jobs"))
        self.assertEqual(11, len(cases))
        self.assertEqual(8, [verdict for _, verdict in cases].count("passed"))
        self.assertEqual(["jobs/broken.yaml (document 1)", "Not_A_Name\"<&>", "jobs/nameless.yaml (document 1)"],
                         [name for name, verdict in cases if verdict == "failure"])
        failure = self.rows["Not_A_Name\"<&>"].find("failure")
        self.assertEqual("validation", failure.get("type"))
        self.assertRegex(failure.text, r"(?m)^jobs/invalid\.yaml:\d+:\d+: metadata\.name: Invalid value: \"Not_A_Name\\\"<&>\"")
        self.assertRegex(failure.text, r"(?m)^jobs/invalid\.yaml:\d+:\d+: spec\.backoffLimit: ")

    def test_dry_run(self):
        self.write_good()
        self.write_hostile()
        cases = self.cases(self.report(0, "junit", "report.xml", "apply", "--jobs-dir", "jobs"))
        self.assertEqual({"skipped"}, {verdict for _, verdict in cases})
        self.assertEqual(8, len(cases))
        self.assertEqual({"jobs/a <b>&amp;.yaml", "jobs/b # SKIP.yaml", "jobs/c\nok 1\n1..9.yaml", "jobs/d \"}\\ 1.yaml",
                          "jobs/e\\xff\\x1b.yaml", "jobs/f 한글 ]]>.yaml", "jobs/job-0.yaml", "jobs/job-1.yaml"},
                         {row.get("file") for row in self.rows.values()})
        self.assert_none_started()

    def test_apply(self):
        self.write_good()
        self.write_hostile()
        self.script_failures()
        cases = self.cases(self.report(1, "junit", "report.xml", "apply", "--jobs-dir", "jobs", "--apply"))
        self.assertEqual(8, len(cases))
        self.assertEqual([(self.names(1)[0], "failure")], [row for row in cases if row[1] != "passed"])
        failed = self.rows[self.names(1)[0]]
        self.assertIn("Error: ]]></failure> \\x1b[31m # SKIP \"quoted\" \\\\ \nBail out!\n", failed.findtext("failure"))
        self.assertIn("Error: ]]></failure> \\x1b[31m", failed.findtext("system-err"))
        self.assertEqual("job.batch/%s created\n" % self.names(0)[0], self.rows[self.names(0)[0]].findtext("system-out"))

    def test_nothing_is_applied_where_one_is_invalid(self):
        self.write_good()
        self.write_invalid()
        cases = self.cases(self.report(1, "junit", "report.xml", "apply", "--jobs-dir", "jobs", "--apply"))
        verdicts = [verdict for _, verdict in cases]
        self.assertEqual((3, 2), (verdicts.count("failure"), verdicts.count("skipped")))
        self.assert_none_started()

    def test_a_run_that_cannot_be_done(self):
        cases = self.cases(self.report(1, "junit", "report.xml", "validate", "--jobs-dir", "nowhere"))
        self.assertEqual([("headgate validate", "error")], cases)
        self.assertIn("nowhere", self.rows["headgate validate"].findtext("error"))


if __name__ == "__main__":
    if not XMLLINT:
        print("xmllint is not installed (Debian: libxml2-utils)")
        sys.exit(77)
    unittest.main()
