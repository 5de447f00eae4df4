# SPDX-License-Identifier: Apache-2.0
"""`-` is standard output for every option that writes, and a document stands there alone."""

import json
import unittest

from headgate_case import HeadgateCase
from job_files import write_jobs

DRY = ("apply", "--jobs-dir", "jobs")
VALIDATE = ("validate", "--jobs-dir", "jobs")
PLAN = ("plan", "--jobs-dir", "jobs")
REPORT = ("history", "report", "1")
DOCUMENTS = ("html", "json", "junit", "prometheus", "sarif", "tap")

# Command, what is written there, and how it begins.
WRITTEN = (
    (VALIDATE, ("--output-plan", "-"), "\n[D30_K8S_EXEC] KUBERNETES EXECUTION PLAN\n"),
    (DRY, ("--output-report", "-"), "\n[D31_K8S_APPLY] KUBERNETES APPLY REPORT\n"),
    (DRY, ("--output-report=-",), "\n[D31_K8S_APPLY] KUBERNETES APPLY REPORT\n"),
    (PLAN, ("--save", "-"), '"format_version": '),
    (DRY, ("--reporter", "text=-"), "[SUMMARY]"),
    (DRY, ("--reporter", "markdown=-"), "| "),
    (("history",), ("page", "-"), "<!DOCTYPE html>"),
    (REPORT, ("--reporter", "html=-"), "<!DOCTYPE html>"),
    (REPORT, ("--reporter", "json=-"), '"jobs"'),
    (REPORT, ("--reporter", "junit=-"), "<testsuites"),
    (REPORT, ("--reporter", "prometheus=-"), "# HELP"),
    (REPORT, ("--reporter", "sarif=-"), '"$schema"'),
    (REPORT, ("--reporter", "tap=-"), "TAP version"),
    (REPORT, ("--reporter", "text=-", "--reporter", "markdown=-"), "[SUMMARY]"),
)

# Two at once, one of them a document: whose file is asked for.
REFUSED = (
    (DRY, ("-o", "json", "--output-report", "-"), "--output-report - and -o json both write to standard output"),
    (DRY, ("-o", "json", "--reporter", "markdown=-"), "--reporter markdown=- and -o json both write"),
    (DRY, ("-o", "json", "--reporter", "json=/dev/stdout"), "--reporter json=/dev/stdout and -o json both write"),
    (VALIDATE, ("-o", "json", "--output-plan", "-"), "give the former a file"),
    (DRY, ("-o", "json", "--reporter", "markdown"), "--reporter markdown and -o json both write"),
    (DRY, ("-o", "json", "--reporter", "github"), "--reporter github and -o json both write"),
    (DRY, ("-o", "json", "--reporter", "text=/proc/self/fd/1"), "--reporter text=/proc/self/fd/1 and -o json both write"),
    (REPORT, ("-o", "json", "--reporter", "html"), "--reporter html and -o json both write"),
    (REPORT, ("-o", "json", "--reporter", "json=-"), "--reporter json=- and -o json both write"),
    (REPORT, ("-o", "json", "--output-report", "-"), "--output-report - and -o json both write"),
    (PLAN, ("--save", "/dev/stdout", "--reporter", "text"), "--save - and --reporter text both write"),
    (PLAN, ("--save", "-", "--output-plan", "-"), "--save - and --output-plan - both write to standard output"),
    (PLAN, ("--save", "-", "--reporter", "html=-"), "give the latter a file"),
    (REPORT, ("--reporter", "html=-", "--reporter", "text=-"), "--reporter html=- and --reporter text=- both write"),
    *((DRY, ("--reporter", name + "=-"), "give it a file, --reporter %s=FILE" % name) for name in DOCUMENTS),
)


class Dash(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 2)
        self.expect(0, *DRY)

    def test_everything_that_writes(self):
        for command, flags, beginning in WRITTEN:
            with self.subTest(flags=flags):
                self.assertIn(beginning, self.expect(0, *command, *flags).out)

    def test_json_is_json(self):
        saved = [(*PLAN, "--save", place, *more) for more in ((), ("-o", "json"))
                 for place in ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")]  # fmt: skip
        for command in (*saved, (*REPORT, "--reporter", "json=-"), (*REPORT, "-o", "json"),
                        (*DRY, "-o", "json", "--reporter", "json=report.json", "--output-report", "report.txt")):  # fmt: skip
            with self.subTest(command=command):
                json.loads(self.expect(0, *command).stdout)

    def test_a_reporter_for_all_runs_refuses_none(self):
        """What a file names is left as it is: for the history it is not at all."""
        self.write("../home/.config/headgate/config.yaml", "reporter: [markdown]\n")
        self.expect(0, *DRY, "-o", "json")
        json.loads(self.expect(0, *REPORT, "-o", "json").stdout)

    def test_a_document_stands_alone(self):
        for command, flags, why in REFUSED:
            with self.subTest(flags=flags):
                refused = self.expect(2, *command, *flags)
                self.assertEqual("", refused.out)
                self.assertIn(why, refused.err)


if __name__ == "__main__":
    unittest.main()
