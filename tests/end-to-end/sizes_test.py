# SPDX-License-Identifier: Apache-2.0
"""Batches of real size: 1, 100 and 10,000 Jobs. A sanitizer sees nothing in 10,000 that it does not in 1,000."""

import json
import unittest

from headgate_case import INSTRUMENTED, HeadgateCase
from job_files import job, job_name, write_jobs

# What 10,000 Jobs may take, everything included.
MOST_KIB = 24 * 1024
MANY = 1000 if INSTRUMENTED else 10000


class Sizes(HeadgateCase):
    def dry_run(self, count):
        write_jobs(self.path("jobs"), count)
        outcome = self.expect_within(MOST_KIB, 0, "apply", "--jobs-dir", "jobs")
        self.assertIn("Total Jobs:              %d\n" % count, outcome.out)
        self.assertIn("Skipped (dry-run):       %d\n" % count, outcome.out)
        names = [line.split()[1] for line in outcome.out.splitlines() if line.startswith("  ⊘ ")]
        self.assertEqual([job_name(index) for index in range(count)], names)
        self.assertEqual(count, self.value("SELECT count(*) FROM job_outcomes WHERE status = 'SKIPPED'"))
        self.assertEqual(count, self.value("SELECT count(DISTINCT sha256) FROM job_outcomes"))
        self.assertEqual("ok", self.value("PRAGMA integrity_check"))

    def test_dry_run_of_1(self):
        self.dry_run(1)

    def test_dry_run_of_100(self):
        self.dry_run(100)

    def test_dry_run_of_many(self):
        self.dry_run(MANY)

    def test_many_with_every_report(self):
        write_jobs(self.path("jobs"), MANY)
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs", "-q", "-o", "json", "--output-report", "report.txt",
                              "--reporter", "json=report.json")
        self.assertEqual(MANY, len(json.loads(outcome.stdout)["job_results"]))
        self.assertEqual(MANY, json.loads(self.read("report.json"))["total_jobs"])
        self.assertEqual(MANY, self.read("report.txt").count("  Command:  "))

    def test_1500_in_one_file(self):
        self.write("jobs/all.yaml", "---\n".join(job(index) for index in range(1500)))
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs", "-q")
        self.assertIn("Total Jobs:              1500\n", outcome.out)

    def test_apply_of_100(self):
        write_jobs(self.path("jobs"), 100)
        self.script("job-00003?.yaml fail 1 error: not today")
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        self.assertIn("Successful:              90\nFailed:                  10\n", outcome.out)
        self.assertEqual(100, len(self.launches()))
        paths = [argv[3] for argv in self.launches()]
        self.assertEqual(sorted(paths), paths)
        self.assertEqual(100, self.value("SELECT count(*) FROM attempts WHERE finished_at IS NOT NULL"))
        self.assertEqual(10, self.value("SELECT count(*) FROM failures"))


if __name__ == "__main__":
    unittest.main()
