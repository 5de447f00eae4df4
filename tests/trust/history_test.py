# SPDX-License-Identifier: Apache-2.0
"""What the history says is so, and what it cannot say is not done."""

import unittest

from headgate_case import HeadgateCase
from job_files import write_jobs

DRY = ("apply", "--jobs-dir", "jobs")
APPLY = (*DRY, "--apply")


class History(HeadgateCase):
    JOBS = 3

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), self.JOBS)


class LatestOutcomes(History):
    """How a Job stands is for an apply to say: a dry run never hides an outcome."""

    def test_a_dry_run_hides_none(self):
        self.script("job-000001.yaml fail 1 not today", "* ok")
        self.expect(1, *APPLY)
        self.expect(0, *DRY)
        rows = self.query("SELECT status, run_id FROM latest_outcomes ORDER BY job_name")
        self.assertEqual([("SUCCESS", 1), ("FAILED", 1), ("SUCCESS", 1)], [tuple(row.values()) for row in rows])


if __name__ == "__main__":
    unittest.main()
