# SPDX-License-Identifier: Apache-2.0
"""The real kubectl against the tests' API server: what a user sees of a cluster."""

import os
import subprocess
import sys
import unittest

from headgate_case import BINARY, HeadgateCase
from job_files import job, job_name, write_jobs

_KUBECTL = os.environ.get("KUBECTL", "")
_SKIPPED = 77

sys.path.insert(0, os.environ["API_SERVER"])
from api_server_process import ApiServer  # noqa: E402  (its place is only known now)


class RealKubectl(HeadgateCase):
    def setUp(self):
        super().setUp()
        self.environment["PATH"] = os.path.dirname(_KUBECTL) + ":/usr/bin:/bin"
        self.server = ApiServer(self.top, "--namespace", "trading")
        self.addCleanup(self.server.close)
        write_jobs(self.path("jobs"), 2)

    def apply(self, code, *arguments):
        return self.expect(
            code, "apply", "--jobs-dir", "jobs", "--apply", "--kubeconfig", self.server.kubeconfig, *arguments
        )

    def latest(self, column):
        rows = self.query("SELECT %s AS it FROM job_outcomes WHERE run_id = (SELECT max(run_id) FROM runs)"
                          " ORDER BY position" % column)
        return [row["it"] for row in rows]

    def test_created_then_unchanged_then_configured(self):
        outcome = self.apply(0)
        self.assertEqual(["job.batch/%s created\n" % job_name(index) for index in (0, 1)], self.latest("stdout"))
        self.assertEqual({job_name(0), job_name(1)}, set(self.server.jobs()))
        self.assertIn("Successful:              2\n", outcome.out)
        self.apply(0)
        self.assertEqual(["job.batch/%s unchanged\n" % job_name(index) for index in (0, 1)], self.latest("stdout"))
        self.write("jobs/job-000001.yaml", job(1).replace("backoffLimit: 0", "backoffLimit: 3"))
        self.apply(0)
        self.assertEqual("job.batch/%s configured\n" % job_name(1), self.latest("stdout")[1])
        self.assertEqual(3, self.server.jobs()[job_name(1)]["spec"]["backoffLimit"])

    def test_as_kubectl_s_own_subcommand(self):
        """`kubectl headgate` is Headgate where a link of the name kubectl-headgate is in PATH."""
        bin_ = os.path.join(self.top, "bin")
        os.mkdir(bin_)
        os.symlink(BINARY, os.path.join(bin_, "kubectl-headgate"))
        environment = {**self.environment, "PATH": bin_ + ":" + self.environment["PATH"]}

        def kubectl(*arguments):
            return subprocess.run([_KUBECTL, "headgate", *arguments], cwd=self.work, env=environment, text=True,
                                  capture_output=True, check=True).stdout  # fmt: skip

        self.assertIn("Usage: kubectl headgate COMMAND", kubectl("--help"))
        self.assertIn("Usage: kubectl headgate plan", kubectl("help", "plan"))
        self.assertIn("Skipped (dry-run):       2\n", kubectl("apply", "--jobs-dir", "jobs"))

    def test_dry_run_asks_nobody(self):
        self.expect(0, "apply", "--jobs-dir", "jobs", "--kubeconfig", self.server.kubeconfig)
        self.assertEqual([], self.server.requests_so_far())

    def test_immutable_template(self):
        self.apply(0)
        self.write("jobs/job-000000.yaml", job(0, image="registry.example/arbitrage:2.0.0"))
        outcome = self.apply(1)
        error = "Error: the Job exists with another template"
        self.assertIn("[FAILED JOBS]\n  ✗ %s\n    %s\n    Advice: " % (job_name(0), error), outcome.out)
        self.assertEqual(["FAILED", "SUCCESS"], self.latest("status"))
        self.assertEqual([1, 0], self.latest("return_code"))
        self.assertTrue(self.latest("stderr")[0].endswith(": field is immutable\n"))
        self.assertLess(max(map(len, outcome.out.splitlines())), 300)

    def test_refused(self):
        self.server.add_rules(job_name(0) + "=forbidden")
        outcome = self.apply(1)
        self.assertEqual(["FAILED", "SUCCESS"], self.latest("status"))
        self.assertIn("Error: the API server forbids it: jobs.batch", outcome.out)

    def test_context(self):
        outcome = self.apply(1, "--context", "nowhere")
        self.assertIn("nowhere", outcome.err)
        self.assertEqual(0, self.value("SELECT count(*) FROM attempts"))
        self.apply(1, "--context", "wrong-token")
        self.assertEqual({}, self.server.jobs())

    def test_documents_on_standard_input(self):
        for name in os.listdir(self.path("jobs")):
            os.remove(self.path("jobs", name))
        self.write("jobs/all.yaml", job(0) + "---\n" + job(1) + "---\n" + job(2))
        self.apply(0)
        self.assertEqual(3, len(self.server.jobs()))
        self.assertEqual(["kubectl apply -f - --kubeconfig " + self.server.kubeconfig] * 3, self.latest("command"))

    def test_server_that_never_answers(self):
        self.server.add_rules("/*=hang")
        outcome = self.apply(1, "--timeout", "1")
        self.assertEqual(["FAILED"] * 2, self.latest("status"))
        self.assertIn("Failed:                  2\n", outcome.out)

    def test_no_server(self):
        self.server.close()
        self.apply(1)
        for words in self.latest("stderr"):
            self.assertRegex(words, "refused")


if __name__ == "__main__":
    if not _KUBECTL:
        print("skipped: there is no kubectl on this machine")
        sys.exit(_SKIPPED)
    unittest.main()
