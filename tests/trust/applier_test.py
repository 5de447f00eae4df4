# SPDX-License-Identifier: Apache-2.0
"""Silence is never success: whatever an applier leaves unsaid of a Job, the run says, and fails."""

import json
import os
import unittest

from headgate_case import HeadgateCase
from job_files import job_name, write_jobs

AMISS = ("--applier", "apply-amiss", "--plugin-dir", os.environ["TRUST_PLUGINS"])
APPLY = ("apply", "--jobs-dir", "jobs", "--apply")


class Applier(HeadgateCase):
    JOBS = 3

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), self.JOBS)

    def conduct(self, conduct, code, *flags, command=APPLY):
        return self.expect(code, *command, *AMISS, "--set", "apply-amiss.conduct=" + conduct, *flags)

    def statuses(self):
        return [row["status"] for row in self.query("SELECT status FROM latest_outcomes ORDER BY job_name")]

    def test_one_that_does_all_it_should(self):
        """The measure for the others."""
        self.conduct("none", 0)
        self.assertEqual(["SUCCESS"] * self.JOBS, self.statuses())

    def test_starting_nothing_is_a_failure_of_each_job(self):
        outcome = self.conduct("start-nothing", 1)
        self.assertEqual(["FAILED"] * self.JOBS, self.statuses())
        self.assertIn("Failed:                  3\nSkipped (dry-run):       0\n", outcome.out)
        self.assertIn("the applier left it out", outcome.out)
        self.assertEqual("failed", self.value("SELECT state FROM runs"))

    def test_leaving_one_job_out_is_a_failure_of_that_job(self):
        outcome = self.conduct("leave-one-out", 1)
        self.assertEqual(["SUCCESS", "FAILED", "SUCCESS"], self.statuses())
        self.assertIn("  ✗ %s\n    Error: the applier left it out" % job_name(1), outcome.out)

    def test_what_was_left_out_can_be_resumed(self):
        self.conduct("leave-one-out", 1)
        self.expect(0, "resume", *AMISS, "--set", "apply-amiss.conduct=none")
        self.assertEqual(["SUCCESS"] * self.JOBS, self.statuses())

    def test_a_job_that_is_never_finished_has_failed(self):
        outcome = self.conduct("never-finish", 1)
        self.assertEqual(["SUCCESS", "FAILED", "SUCCESS"], self.statuses())
        self.assertIn("did not say how it ended", outcome.out)

    def test_an_outcome_that_is_none_is_a_failure(self):
        """Skipped, nothing, and a number that nobody knows."""
        for conduct in ("finish-as-skipped", "finish-as-nothing", "finish-as-unknown"):
            with self.subTest(conduct=conduct):
                outcome = self.conduct(conduct, 1)
                self.assertEqual(["SUCCESS", "FAILED", "SUCCESS"], self.statuses())
                self.assertIn("Successful:              2\nFailed:                  1\n", outcome.out)

    def test_a_success_is_the_last_word(self):
        self.conduct("try-a-success-again", 0)
        self.assertEqual(["SUCCESS"] * self.JOBS, self.statuses())

    def test_finishing_what_was_not_started_ends_the_run(self):
        """Nothing is believed of such a Job, and nothing more is started."""
        for conduct in ("finish-unstarted", "finish-nobody", "finish-twice"):
            with self.subTest(conduct=conduct):
                outcome = self.conduct(conduct, 1)
                self.assertIn("the applier finished a Job that it had not started", outcome.err)
                self.assertIn(self.statuses()[2], ("SKIPPED", "FAILED"))
                self.assertEqual("failed", self.value("SELECT state FROM runs ORDER BY run_id DESC LIMIT 1"))

    def test_asking_for_nonsense_ends_the_run_with_words(self):
        for conduct, words in (
            ("start-nobody", "a Job that is not in the plan"),
            ("start-none", "the applier asked to start no Job"),
            ("start-too-many", "more Jobs at once"),
            ("start-twice", "a Job again that it had not finished"),
        ):
            with self.subTest(conduct=conduct):
                self.assertIn(words, self.conduct(conduct, 1).err)

    def test_a_verdict_that_never_comes_is_a_refusal(self):
        for conduct, refused in (("judge-nothing", 3), ("judge-all-but-one", 1), ("judge-as-unknown", 1)):
            for command in (("plan", "--jobs-dir", "jobs"), ("apply", "--jobs-dir", "jobs"), APPLY):
                with self.subTest(conduct=conduct, command=command):
                    outcome = self.conduct(conduct, 1, "--preflight", command=command)
                    self.assertIn("would refuse %d of 3 Jobs" % refused, outcome.err)
                    self.assertIn("did not say what the server would do", outcome.out + outcome.err)
                    self.assertNotIn("unknown ", outcome.out)

    def test_json_says_so_too(self):
        outcome = self.conduct("leave-one-out", 1, "-o", "json")
        result = json.loads(outcome.stdout)
        self.assertEqual((1, 1, 2), (result["exit_code"], result["failed_jobs"], result["successful_jobs"]))
        self.assertEqual("no-outcome", result["job_results"][1]["failure_class"])


if __name__ == "__main__":
    unittest.main()
