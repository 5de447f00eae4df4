# SPDX-License-Identifier: Apache-2.0
"""The real binary in a step of GitHub Actions: what the runner makes of its output, and the summary."""

import os
import unittest

from job_files import job_name
from told_batch import ToldBatch
from workflow_commands import read_command

LIMIT = 1024 * 1024


class Step(ToldBatch):
    def setUp(self):
        super().setUp()
        self.summary = os.path.join(self.top, "summary.md")
        self.environment.update(GITHUB_ACTIONS="true", GITHUB_WORKSPACE=self.top, GITHUB_STEP_SUMMARY=self.summary)

    def step(self, code, *arguments):
        """The annotations on standard output, beside the report in words."""
        self.outcome = self.expect(code, *arguments, "--reporter", "github")
        lines = self.outcome.stdout.decode("utf-8").split("\n")
        return [read_command(line) for line in lines if line.startswith("::")]

    def read_summary(self):
        with open(self.summary, encoding="utf-8") as file:
            return file.read()

    def test_validation(self):
        self.write_good()
        self.write_hostile()
        self.write_invalid()
        commands = self.step(1, "validate", "--jobs-dir", "jobs")
        errors = [properties for name, properties, _ in commands if name == "error"]
        self.assertLessEqual(len(errors), 10)
        files = {properties["file"] for properties in errors}
        self.assertLessEqual({"work/jobs/invalid.yaml", "work/jobs/broken.yaml", "work/jobs/nameless.yaml"}, files)
        for properties in errors:
            self.assertGreater(int(properties["line"]), 0)
        self.assertIn("## Headgate: ❌ 3 of 11 Jobs are invalid\n", self.read_summary())

    def test_dry_run(self):
        self.write_good()
        self.write_hostile()
        self.assertEqual([], self.step(0, "apply", "--jobs-dir", "jobs"))
        self.assertIn("## Headgate: ✅ Dry run: 8 Jobs would be applied\n", self.read_summary())
        self.assert_none_started()

    def test_apply(self):
        self.write_good()
        self.write_hostile()
        self.script("job-1.yaml fail 1 ::stop-commands::x\\n##[add-mask]y", job_name(12) + " fail 1 ::error::x")
        commands = self.step(1, "apply", "--jobs-dir", "jobs", "--apply")
        self.assertEqual(["error", "error"], [name for name, _, _ in commands])
        by_file = {properties["file"]: (properties, data) for _, properties, data in commands}
        self.assertEqual({"work/jobs/job-1.yaml", "work/jobs/c\\nok 1\\n1..9.yaml"}, set(by_file))
        properties, data = by_file["work/jobs/job-1.yaml"]
        self.assertEqual("Job trading/%s was not applied" % self.names(1)[0], properties["title"])
        self.assertIn("kubectl: ::stop-commands::x", data.split("\n"))
        self.assertIn("##[add-mask]y\n```", self.read_summary())

    def test_summary_of_a_second_command_in_the_step(self):
        self.write_good()
        self.step(0, "validate", "--jobs-dir", "jobs")
        self.step(0, "apply", "--jobs-dir", "jobs")
        self.assertEqual(2, self.read_summary().count("## Headgate: "))

    def test_a_summary_that_cannot_be_written_costs_nothing_else(self):
        self.write_good()
        self.environment["GITHUB_STEP_SUMMARY"] = os.path.join(self.top, "nowhere", "summary.md")
        self.script("job-1.yaml fail 1 no")
        commands = self.step(1, "apply", "--jobs-dir", "jobs", "--apply")
        self.assertEqual(1, len(commands))
        self.assertIn("summary.md cannot be written: No such file or directory", self.outcome.err)
        self.assertEqual("SUCCESS", self.value("SELECT status FROM job_outcomes WHERE yaml_path = 'jobs/job-0.yaml'"))

    def test_without_github(self):
        for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"):
            del self.environment[name]
        self.write_invalid()
        commands = self.step(1, "validate", "--jobs-dir", "jobs")
        self.assertIn("jobs/invalid.yaml", {properties.get("file") for _, properties, _ in commands})
        self.assertFalse(os.path.exists(self.summary))


if __name__ == "__main__":
    unittest.main()
