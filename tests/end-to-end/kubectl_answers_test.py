# SPDX-License-Identifier: Apache-2.0
"""What kubectl and the server answered is what is told: which Job, what was done to it, what was warned
of, and of a failure the sentence that names the cause."""

import json
import re
import unittest
import xml.etree.ElementTree

from headgate_case import FAKE_KUBECTL, HeadgateCase
from job_files import job, job_name, write_jobs

APPLY = ("apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
FORBIDDEN = (
    'Error from server (Forbidden): error when retrieving current configuration of:\\nResource: "batch/v1,'
    ' Resource=jobs"\\nName: "a", Namespace: "trading"\\nfrom server for: "jobs/job-000000.yaml": jobs.batch "a" is'
    ' forbidden: User "ci" cannot get resource "jobs"'
)
DENIED = (
    'Error from server: error when creating "jobs/job-000000.yaml": admission webhook "w.example" denied the request:'
    ' \\nno owner\\nno cost centre'
)
UNKNOWN_FIELD = (
    'Error from server (BadRequest): error when creating "jobs/job-000000.yaml": Job in version "v1" cannot be handled'
    ' as a Job: strict decoding error: unknown field "spec.backofLimit"'
)
QUOTA = (
    'Error from server (Conflict): error when creating "jobs/job-000000.yaml": Operation cannot be fulfilled on resourcequotas'
    ' "compute": the object has been modified; please apply your changes to the latest version and try again'
)


class Case(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 3)


class Confirmed(Case):
    def test_exit_status_zero_alone_is_no_success(self):
        self.script("job-000000.yaml say job.batch/another created", "job-000001.yaml silent")
        outcome = self.expect(1, *APPLY)
        self.assertIn("Error: kubectl exited with status 0, and did not confirm this Job: it said "
                      "job.batch/another created\n", outcome.out)
        self.assertIn("did not confirm this Job: it said nothing\n", outcome.out)
        self.assertEqual(
            [{"status": "FAILED", "failure_class": "unconfirmed"}] * 2 + [{"status": "SUCCESS", "failure_class": None}],
            self.query("SELECT status, failure_class FROM job_outcomes ORDER BY position"))

    def test_two_jobs_of_one_name_never_share_a_kubectl(self):
        self.write("jobs/job-000001.yaml", job(0, namespace="elsewhere"))
        self.expect(0, *APPLY, "--set", "apply-kubectl.batch=10")
        self.assertEqual([1, 2], [launch.count("-f") for launch in self.launches()])

    def test_what_was_done_is_told_and_recorded(self):
        self.script("job-000001.yaml unchanged", "job-000002.yaml configured")
        outcome = self.expect(0, *APPLY, "--reporter", "json=report.json")
        self.assertIn("Skipped (dry-run):       0\nCreated:                 1\nConfigured:              1\n"
                      "Unchanged:               1\n", outcome.out)
        self.assertIn("  ✓ %s (unchanged)\n  ✓ %s\n" % (job_name(1), job_name(2)), outcome.out)
        verbs = ["created", "unchanged", "configured"]
        self.assertEqual(verbs, [row["verb"] for row in self.query("SELECT verb FROM job_outcomes ORDER BY position")])
        self.assertEqual(verbs, [row["verb"] for row in self.query("SELECT verb FROM attempts ORDER BY position")])
        self.assertEqual(verbs, [row["verb"] for row in json.loads(self.read("report.json"))["job_results"]])

        self.assertEqual(1, self.expect(0, "history", "show", "1").out.count("  (unchanged)\n"))

    def test_a_dry_run_has_no_verbs(self):
        self.assertNotIn("Created:", self.expect(0, "apply", "--jobs-dir", "jobs").out)


class Warned(Case):
    def kubectl_that_warns(self):
        self.write("kubectl", "#!/bin/sh\necho 'Warning: would violate PodSecurity \x1b[31m' >&2\n"
                              "echo 'Warning: old API' >&2\nexec \"$REAL\" \"$@\"\n", 0o755)
        self.environment["REAL"] = FAKE_KUBECTL
        return self.path("kubectl")

    def test_warnings_of_a_success_are_shown_and_recorded(self):
        outcome = self.expect(0, *APPLY, "--kubectl", self.kubectl_that_warns(), "--reporter", "json=report.json")
        shown = r"would violate PodSecurity \x1b[31m"
        self.assertIn("Warning for %s: %s\n" % (job_name(0), shown), outcome.err)
        self.assertIn("  ✓ %s\n    Warning: %s\n    Warning: old API\n" % (job_name(0), shown), outcome.out)
        self.assertEqual([shown + "\nold API"] * 3, [
            row["warnings"] for row in self.query("SELECT warnings FROM job_outcomes ORDER BY position")])
        self.assertIn("      Warning: %s\n      Warning: old API\n" % shown, self.expect(0, "history", "show", "1").out)
        for result in json.loads(self.read("report.json"))["job_results"]:
            self.assertEqual([shown, "old API"], result["warnings"])

    def test_warnings_of_a_preflight_are_shown(self):
        kubectl = self.kubectl_that_warns()
        outcome = self.expect(0, "plan", "--jobs-dir", "jobs", "--preflight", "--kubectl", kubectl)
        self.assertIn("  create     %s\n             Warning: would violate" % job_name(0), outcome.out)
        plan = json.loads(self.expect(0, "plan", "--jobs-dir", "jobs", "--preflight", "--kubectl", kubectl, "-o",
                                      "json").stdout)
        self.assertEqual("old API", plan["jobs"][2]["preflight"]["warnings"][1])
        self.assertIn("Warning for %s: old API\n" % job_name(2),
                      self.expect(0, "apply", "--jobs-dir", "jobs", "--preflight", "--kubectl", kubectl).err)


class Caused(Case):
    CASES = (
        (FORBIDDEN, 'the API server forbids it: jobs.batch "a" is forbidden: User "ci" cannot get resource "jobs"'),
        (DENIED, 'a rule of the cluster denied it: admission webhook "w.example" denied the request: no owner no cost'
                 " centre"),
        (UNKNOWN_FIELD, "unknown field \"spec.backofLimit\""),
        (QUOTA, "the namespace's quota was being changed at the same time: Operation cannot be fulfilled on resourcequotas"),
        ('The Job "a" is invalid: \\n* spec.x: no\\n* spec.y: no', "refused it as invalid: spec.x: no; spec.y: no"),
    )

    REPORTERS = ("json", "markdown", "html", "sarif", "github", "junit", "tap")

    def test_every_report_names_the_cause(self):
        for words, cause in self.CASES:
            with self.subTest(cause):
                self.script("job-000000.yaml fail 1 " + words)
                flags = [word for name in self.REPORTERS for word in ("--reporter", "%s=report.%s" % (name, name))]
                outcome = self.expect(1, *APPLY, "--retries", "0", *flags)
                self.assertIn(cause, outcome.out)
                self.assertIn(cause, json.loads(self.read("report.json"))["job_results"][0]["reason"])
                escaped = cause.replace('"', "&quot;")
                html = self.read("report.html").replace("&#34;", "&quot;")
                self.assertTrue(cause in html or escaped in html or escaped.replace("'", "&#39;") in html)
                self.assertIn(cause.rpartition(": ")[2], self.read("report.markdown"))
                self.assertIn(json.dumps(cause)[1:-1], self.read("report.sarif"))
                self.assertRegex(self.read("report.github"), "(?m)^::error file=jobs/job-000000.yaml,.*" + re.escape(cause))
                failure = xml.etree.ElementTree.parse(self.path("report.junit")).find(".//testcase/failure")
                self.assertIn(cause, failure.get("message"))
                self.assertIn(json.dumps(cause)[1:-1], self.read("report.tap"))

    def test_a_preflight_names_the_cause(self):
        self.script("job-000000.yaml fail 1 " + UNKNOWN_FIELD)
        cause = 'unknown field "spec.backofLimit"'
        self.assertIn(cause, self.run_headgate("plan", "--jobs-dir", "jobs", "--preflight").out)
        plan = json.loads(self.run_headgate("plan", "--jobs-dir", "jobs", "--preflight", "-o", "json").stdout)
        self.assertIn(cause, plan["jobs"][0]["preflight"]["reason"])
        self.assertIn(cause, self.run_headgate(*APPLY, "--preflight").err)

    def test_a_preflight_that_several_share_says_that_each_is_asked_alone(self):
        self.script("job-000001.yaml fail 1 " + UNKNOWN_FIELD)
        outcome = self.run_headgate(*APPLY, "--preflight", "--batch", "3")
        self.assertRegex(outcome.err, r"Preflight: of 3 Jobs that shared a kubectl \d had no answer: each of these is asked for alone\n")

    def test_the_rest_is_at_hand(self):
        self.script("job-000000.yaml fail 1 " + FORBIDDEN)
        self.expect(1, *APPLY, "--output-report", "report.txt")
        self.assertIn('Name: "a", Namespace: "trading"', self.read("report.txt"))
        self.assertIn('Name: "a", Namespace: "trading"', self.value(
            "SELECT stderr FROM job_outcomes WHERE position = 1"))


if __name__ == "__main__":
    unittest.main()
