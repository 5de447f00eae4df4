# SPDX-License-Identifier: Apache-2.0
"""Before the first change: what the server would do, and whether it is the right one at all."""

import json
import unittest

from headgate_case import HeadgateCase
from job_files import job_name, write_jobs

JOBS = 4
IMMUTABLE = ('The Job "x" is invalid: spec.template: Invalid value: core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{'
             'Name:"", GenerateName:""}}: field is immutable')
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: staging
clusters:
- name: one
  cluster: {server: "https://staging.example:6443"}
- name: two
  cluster: {server: "https://user:hunter2@prod.example:6443/path?token=hunter2"}
contexts:
- name: staging
  context: {cluster: one, user: me, namespace: desk}
- name: prod-eu
  context: {cluster: two, user: me}
users:
- name: me
  user: {token: hunter2}
"""
USER_FILE = "../home/.config/headgate/config.yaml"


class PreflightCase(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), JOBS)

    def changing(self):
        """Starts that were no dry run."""
        return [argv for argv in self.launches() if "--dry-run=server" not in argv]

    def statuses(self):
        return [row["status"] for row in self.query("SELECT status FROM job_outcomes ORDER BY position")]


class Preflight(PreflightCase):
    def script_each(self):
        self.script("job-000001.yaml unchanged", "job-000002.yaml configured",
                    "job-000003.yaml fail 1 " + IMMUTABLE)

    def test_plan_shows_what_the_server_would_do(self):
        self.script_each()
        outcome = self.run_headgate("plan", "--jobs-dir", "jobs", "--preflight")
        for word, index in (("create", 0), ("unchanged", 1), ("update", 2), ("refused", 3)):
            self.assertRegex(outcome.out, r"(?m)^ +%s +%s\b" % (word, job_name(index)))
        self.assertRegex(outcome.out, "(?i)another template")
        self.assertNotIn("PodTemplateSpec", outcome.out + outcome.err)
        self.assertEqual(JOBS, len(self.launches()))
        self.assertEqual([], self.changing())

    def test_plan_as_json(self):
        self.script_each()
        outcome = self.run_headgate("plan", "--jobs-dir", "jobs", "--preflight", "-o", "json")
        verdicts = [row["preflight"]["verdict"] for row in json.loads(outcome.out)["jobs"]]
        self.assertEqual(["create", "unchanged", "update", "refused"], verdicts)

    def test_one_refusal_stops_all(self):
        self.script_each()
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--preflight")
        self.assertEqual([], self.changing())
        self.assertEqual(["SKIPPED"] * JOBS, self.statuses())
        self.assertIn("1 of 4", outcome.err)
        self.assertIn("nothing was applied", outcome.err)
        self.assertIn(job_name(3), outcome.err)
        self.assertNotIn("PodTemplateSpec", outcome.out + outcome.err)

    def test_all_fine(self):
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--preflight")
        self.assertEqual(["SUCCESS"] * JOBS, self.statuses())
        self.assertEqual((JOBS, 2 * JOBS), (len(self.changing()), len(self.launches())))
        # Only what could change something is an attempt.
        self.assertEqual(JOBS, self.value("SELECT count(*) FROM attempts"))

    def test_server_that_cannot_be_asked(self):
        self.script("* fail 1 The connection to the server 127.0.0.1:6443 was refused - did you specify the right "
                    "host or port?")
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--preflight", "--retries", "0")
        self.assertEqual([], self.changing())
        self.assertRegex(outcome.err, "(?i)refused|connections")

    def test_without_the_gate(self):
        """--preflight asks the server even in a dry run, and changes nothing."""
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs", "--preflight")
        self.assertEqual([], self.changing())
        self.assertEqual(JOBS, len(self.launches()))
        self.assertIn("Skipped (dry-run):       4\n", outcome.out)

    def test_nobody_is_asked_unless_told(self):
        self.expect(0, "plan", "--jobs-dir", "jobs")
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assert_none_started()


class RightCluster(PreflightCase):
    def setUp(self):
        super().setUp()
        self.write("../home/.kube/config", KUBECONFIG)

    def test_header_shows_it(self):
        for command in (("plan", "--jobs-dir", "jobs"), ("apply", "--jobs-dir", "jobs"),
                        ("apply", "--jobs-dir", "jobs", "--apply")):
            with self.subTest(command=command):
                outcome = self.expect(0, *command)
                text = outcome.out + outcome.err
                for words in ("Context: staging", "Server: https://staging.example:6443", "Namespaces: trading"):
                    self.assertIn(words, text)

    def test_another_context(self):
        outcome = self.expect(0, "plan", "--jobs-dir", "jobs", "--context", "prod-eu")
        self.assertIn("Context: prod-eu", outcome.out + outcome.err)
        self.assertIn("prod.example:6443", outcome.out + outcome.err)
        self.assertNotIn("hunter2", outcome.out + outcome.err)

    def test_kubeconfig_of_the_environment(self):
        self.environment["KUBECONFIG"] = self.write("elsewhere", KUBECONFIG.replace("current-context: staging",
                                                                                    "current-context: prod-eu"))
        self.assertIn("Context: prod-eu", self.expect(0, "apply", "--jobs-dir", "jobs").err)

    def test_protected(self):
        self.write(USER_FILE, 'protected_contexts: ["prod-*"]\n')
        apply = ("apply", "--jobs-dir", "jobs", "--apply", "--context", "prod-eu")
        outcome = self.expect(1, *apply)
        self.assertIn("--confirm-context prod-eu", outcome.err)
        self.assert_none_started()
        for wrong in ("prod-us", "prod-*", "staging", ""):
            with self.subTest(confirmed=wrong):
                self.assertNotEqual(0, self.run_headgate(*apply, "--confirm-context=" + wrong).code)
        self.assert_none_started()
        self.expect(0, *apply, "--confirm-context", "prod-eu")
        self.assertEqual(JOBS, len(self.launches()))

    def test_protected_as_the_current_context(self):
        """It is what kubectl would use that counts, not what was typed."""
        self.write(USER_FILE, 'protected_contexts: ["stag*"]\n')
        self.expect(1, "apply", "--jobs-dir", "jobs", "--apply")
        self.assert_none_started()
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--context", "prod-eu")

    def test_protected_against_resume_and_plans_too(self):
        self.script("job-000001.yaml fail 1 error: not today")
        self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--context", "prod-eu")
        self.expect(0, "plan", "--jobs-dir", "jobs", "--context", "prod-eu", "--save", "plan.json")
        before = len(self.launches())
        self.write(USER_FILE, 'protected_contexts: ["prod-*"]\n')
        for command in (("resume",), ("apply", "--plan", "plan.json", "--apply")):
            with self.subTest(command=command):
                self.assertIn("--confirm-context prod-eu", self.expect(1, *command).err)
                self.assertEqual(before, len(self.launches()))
        self.script("* ok")
        self.expect(0, "resume", "--confirm-context", "prod-eu")

    def test_a_dry_run_is_free(self):
        self.write(USER_FILE, 'protected_contexts: ["*"]\n')
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.expect(0, "plan", "--jobs-dir", "jobs")

    def test_not_from_the_working_directory(self):
        """Who can write there must be able neither to protect nor to lift a protection."""
        self.write("headgate.yaml", "protected_contexts: []\n")
        outcome = self.run_headgate("apply", "--jobs-dir", "jobs", "--apply")
        self.assertNotEqual(0, outcome.code)
        self.assertIn("protected_contexts", outcome.err)
        self.assert_none_started()

    def test_protected_and_not_known_which(self):
        self.write(USER_FILE, 'protected_contexts: ["prod-*"]\n')
        self.write("../home/.kube/config", "{[ not yaml")
        self.expect(1, "apply", "--jobs-dir", "jobs", "--apply")
        self.assert_none_started()


if __name__ == "__main__":
    unittest.main()
