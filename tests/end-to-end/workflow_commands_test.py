# SPDX-License-Identifier: Apache-2.0
"""In a step of GitHub Actions, nothing from outside gives orders to the runner."""

import json
import os
import unittest

from headgate_case import HeadgateCase
from job_files import write_jobs

ORDER = "##[add-mask]secret"


class WorkflowCommands(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 1)
        (name,) = os.listdir(self.path("jobs"))
        os.rename(self.path("jobs", name), self.path("jobs", ORDER + ".yaml"))
        self.script("* fail 1 Error from server: " + ORDER)

    def outcome(self, *arguments):
        return self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", *arguments)

    def test_elsewhere_text_stays_as_it_is(self):
        outcome = self.outcome()
        self.assertIn(ORDER, outcome.out)
        self.assertIn(ORDER, outcome.err)

    def test_in_a_step_no_order_comes_out(self):
        self.environment["GITHUB_ACTIONS"] = "true"
        for form in ("text", "json"):
            with self.subTest(form):
                outcome = self.outcome("-o", form)
                self.assertNotIn("##[", outcome.out + outcome.err)
                self.assertIn("##\\u005badd-mask]secret", outcome.out)
                self.assertIn("##\\u005badd-mask]secret", outcome.err)

    def test_json_says_the_same(self):
        plain = json.loads(self.outcome("-o", "json").out)
        self.environment["GITHUB_ACTIONS"] = "true"
        guarded = json.loads(self.outcome("-o", "json").out)
        for report in plain, guarded:
            self.assertIn(ORDER, report["job_results"][0]["stderr"])
            self.assertEqual(report["job_results"][0]["yaml_path"], "jobs/" + ORDER + ".yaml")

    def test_a_file_holds_the_bytes_themselves(self):
        self.environment["GITHUB_ACTIONS"] = "true"
        self.outcome("--output-report", "report.txt")
        self.assertIn(ORDER, self.read("report.txt"))


if __name__ == "__main__":
    unittest.main()
