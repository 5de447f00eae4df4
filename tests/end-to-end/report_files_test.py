# SPDX-License-Identifier: Apache-2.0
"""Reports on standard output as JSON, and reports in files."""

import json
import os
import unittest

from headgate_case import HeadgateCase
from job_files import job_name, write_jobs

APPLY = ("apply", "--jobs-dir", "jobs", "--apply")


class ReportFiles(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 3)
        self.script("job-000001.yaml fail 4 error: first line\\n\\n  indented")

    def test_whole_report(self):
        outcome = self.expect(1, *APPLY, "--output-report", "report.txt")
        report = self.read("report.txt")
        self.assert_golden("output_report.txt", self.normal(report))
        self.assertTrue(report.startswith("=" * 70 + "\n[D31_K8S_APPLY]"))
        for word in ("[SUMMARY]", "[SUCCESSFUL JOBS]", "[FAILED JOBS]", "[JOB DETAILS]", "error: first line",
                     "kubectl apply -f jobs/job-000001.yaml", "job.batch/%s created" % job_name(0)):
            self.assertIn(word, report)
        self.assertNotIn("[JOB DETAILS]", outcome.out)

    def test_whole_report_of_a_dry_run(self):
        self.expect(0, "apply", "--jobs-dir", "jobs", "--output-report", "report.txt")
        self.assert_golden("output_report_dry.txt", self.normal(self.read("report.txt")))

    def test_json(self):
        report = json.loads(self.expect(1, *APPLY, "-o", "json").stdout)
        self.assertEqual((3, 2, 1, 0), tuple(report[key] for key in
                                             ("total_jobs", "successful_jobs", "failed_jobs", "skipped_jobs")))
        row = report["job_results"][1]
        self.assertEqual(
            (job_name(1), "trading", "jobs/job-000001.yaml", 4, "FAILED", "", "error: first line\n\n  indented\n"),
            tuple(row[key] for key in ("job_name", "namespace", "yaml_path", "return_code", "status", "stdout", "stderr")),
        )
        self.assertEqual(["kubectl", "apply", "-f", "jobs/job-000001.yaml"], row["command"])
        self.assertRegex(row["timestamp"], r"^\d{4}-\d\d-\d\dT")

    def test_reporters_beside_the_report(self):
        outcome = self.expect(1, *APPLY, "--reporter", "json=run.json", "--reporter=text=run.txt")
        self.assertIn("[SUMMARY]", outcome.out)
        self.assertEqual(3, json.loads(self.read("run.json"))["total_jobs"])
        self.assertIn("[JOB DETAILS]", self.read("run.txt"))
        rows = self.query("SELECT reporter, outcome FROM reporter_outcomes WHERE target IS NOT NULL ORDER BY reporter")
        self.assertEqual([{"reporter": "report-json", "outcome": "ok"}, {"reporter": "report-text", "outcome": "ok"}], rows)

    def test_unknown_reporter_is_known_before_the_first_apply(self):
        outcome = self.expect(1, *APPLY, "--reporter", "jsno=x")
        self.assertIn("report-jsno", outcome.err)
        self.assert_none_started()

    def test_report_that_cannot_be_written_is_known_before_the_first_apply(self):
        outcome = self.expect(1, *APPLY, "--output-report", "nowhere/report.txt")
        self.assertIn("nowhere/report.txt", outcome.err)
        self.assert_none_started()

    def test_disk_full_under_the_report(self):
        """The Jobs are applied, their outcomes recorded, and the exit code says that a part is missing."""
        self.script("* ok")
        outcome = self.expect(1, *APPLY, "--output-report", "/dev/full")
        self.assertIn("/dev/full", outcome.err)
        self.assertEqual(3, self.value("SELECT count(*) FROM job_outcomes WHERE status = 'SUCCESS'"))

    def test_old_report_stands_until_the_new_one_is_whole(self):
        self.write("report.txt", "old\n")
        self.write("jobs/zz.yaml", "a: [")
        os.symlink("report.txt", self.path("link.txt"))
        self.expect(1, *APPLY, "--output-report", "link.txt")
        self.assertTrue(os.path.islink(self.path("link.txt")))
        self.assertIn("=" * 70, self.read("report.txt"))
        self.assertEqual([], [name for name in os.listdir(self.work) if "tmp" in name or name.startswith(".")])


if __name__ == "__main__":
    unittest.main()
