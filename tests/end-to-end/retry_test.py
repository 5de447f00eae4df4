# SPDX-License-Identifier: Apache-2.0
"""--retry-failed: a Job that failed is tried again by another one, made of the same manifest. Against the tests' API
server, whose Jobs end as their names say."""

import json
import os
import signal
import sys
import unittest

from wait_case import ApiServer, WaitCase

MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: %s
  namespace: default
  labels: {app: tests}%s
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36", command: ["true"]}]
"""

# Applies what it reads as kubectl would, by the test server's own server-side apply.
KUBECTL = """\
#!%s
import json, sys, urllib.request, yaml
path = sys.argv[sys.argv.index("-f") + 1]
job = yaml.safe_load(sys.stdin if path == "-" else open(path))
name = job["metadata"]["name"]
url = "http://127.0.0.1:%s/apis/batch/v1/namespaces/default/jobs/" + name + "?fieldManager=kubectl"
url += "&dryRun=All" if "--dry-run=server" in sys.argv else ""
request = urllib.request.Request(url, json.dumps(job).encode(), {"Content-Type": "application/apply-patch+yaml"}, method="PATCH")
code = urllib.request.urlopen(request).status
dry = " (server dry run)" if "--dry-run=server" in sys.argv else ""
print("job.batch/" + name + (" created" if code == 201 else " unchanged") + dry)
"""


class RetryCase(WaitCase):
    ends = ()  # "GLOB=HOW" by a Job's name

    def setUp(self):
        super().setUp()
        self.restart(*self.ends)

    def restart(self, *ends):
        self.server.close()
        more = [word for row in ends for word in ("--ends", row)]
        self.server = ApiServer(self.path("server"), "--controller", "--minor", self.minor, *more)
        self.addCleanup(self.server.close)

    def job(self, name, more=""):
        self.write("jobs/%s.yaml" % name, MANIFEST % (name, more))

    def flags(self, *more):
        return (*super().flags(), "--retry-delay", "0", *more)

    def retries(self):
        return [tuple(row.values()) for row in self.query(
            "SELECT job_name, outcome, of_job, of_outcome, of_failure_class FROM job_retries ORDER BY run_id, position")]

    def kubectl(self):
        path = self.write("kubectl", KUBECTL % (sys.executable, self.server.port))
        os.chmod(path, 0o755)
        return path


class Retry(RetryCase):
    ends = ("bad=Failed", "worse*=Failed")

    def test_what_failed_is_tried_again_and_then_the_run_succeeded(self):
        """The first try stays recorded and shown as what it was; what counts is the last one."""
        self.job("good")
        self.job("bad", "\n  annotations: {headgate.dev/parameters: '{\"rate\": \"1e-4\"}'}")
        outcome = self.expect(0, *self.flags("--retry-failed", "2"))
        self.assertEqual([{"job_name": "bad", "outcome": "FAILED"}, {"job_name": "bad-r2", "outcome": "COMPLETE"}], self.query(
            "SELECT job_name, outcome FROM parameter_results WHERE value = '1e-4' ORDER BY job_name"))
        self.assertEqual([("bad", "FAILED", "program-error"), ("bad-r2", "COMPLETE", None), ("good", "COMPLETE", None)],
                         self.completions("job_name, outcome, failure_class"))
        self.assertEqual([("bad-r2", "COMPLETE", "bad", "FAILED", "program-error")], self.retries())
        self.assertEqual(("succeeded", 0), self.run_state())
        self.assertIn("Trying again: bad as bad-r2", outcome.err)
        self.assertIn("Total Jobs:              3\nComplete:                2\nFailed:                  0\n", outcome.out)
        self.assertIn("Tried again:             1\n", outcome.out)
        self.assertIn("✓ bad-r2 (tries bad again)\n", outcome.out)
        self.assertIn("[FAILED TRIES]\n  ✗ bad\n", outcome.out)
        self.assertIn("Run 1: 3 applied, 2 complete, 1 tried again. headgate history show 1\n", outcome.out)
        jobs = self.server.jobs()
        self.assertEqual({"app": "tests"}, jobs["bad-r2"]["metadata"]["labels"])
        self.assertEqual(jobs["bad"]["spec"]["template"]["spec"], jobs["bad-r2"]["spec"]["template"]["spec"])

    def test_no_more_tries_than_were_asked_for(self):
        self.job("worse")
        outcome = self.expect(1, *self.flags("--retry-failed", "2"))
        self.assertEqual([("worse", "FAILED"), ("worse-r2", "FAILED"), ("worse-r3", "FAILED")],
                         self.completions("job_name, outcome"))
        self.assertEqual([("worse-r2", "FAILED", "worse"), ("worse-r3", "FAILED", "worse-r2")],
                         [row[:3] for row in self.retries()])
        self.assertEqual(("failed", 1), self.run_state())
        self.assertIn("Failed:                  1\n", outcome.out)
        self.assertIn("not complete. headgate logs 1 --failed; headgate rerun 1\n", outcome.out)

    def test_with_kubectl_too_which_reads_it_from_standard_input(self):
        self.job("bad")
        path = self.kubectl()
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--wait", "--kubectl", path, "--kubeconfig",
                    self.server.kubeconfig, "--retry-failed", "1", "--retry-delay", "0")  # fmt: skip
        self.assertEqual([("bad", "FAILED"), ("bad-r2", "COMPLETE")], self.completions("job_name, outcome"))
        commands = [row["command"] for row in self.query("SELECT command FROM launches ORDER BY launch_id")]
        self.assertIn("apply -f -", commands[1])

    def test_a_run_that_goes_on_keeps_to_waiting(self):
        """So --retry-failed needs no --wait; of a run that did not wait it is a wrong command line, and nothing is done."""
        self.job("bad")
        resume = ("resume", "--retry-failed", "1", "--retry-delay", "0", "--kubeconfig", self.server.kubeconfig)
        self.server.add_rules("bad=forbidden")
        self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--kubeconfig", self.server.kubeconfig)
        self.assertIn("--retry-failed is for a run that waits: add --wait", self.expect(2, *resume).err)
        self.assertEqual([], self.query("SELECT * FROM resumptions"))
        self.expect(1, *self.flags())
        self.server.clear_rules()
        self.expect(0, *resume)
        self.assertEqual([("bad", "FAILED"), ("bad-r2", "COMPLETE")], self.completions("job_name, outcome"))

    def test_a_name_that_somebody_has_is_left_to_him(self):
        """In the cluster, whoever made it; and among the manifests of the run itself."""
        self.job("bad-r2")
        self.expect(0, *self.flags())
        before = self.server.jobs()["bad-r2"]["metadata"]
        os.remove(self.path("jobs/bad-r2.yaml"))
        self.job("bad")
        self.job("bad-r3")
        self.expect(0, *self.flags("--retry-failed", "1"))
        self.assertEqual([("bad", "FAILED"), ("bad-r3", "COMPLETE"), ("bad-r4", "COMPLETE")],
                         self.completions("job_name, outcome"))
        self.assertEqual(before, self.server.jobs()["bad-r2"]["metadata"])

    def test_what_a_new_try_cannot_mend_is_not_tried_again(self):
        self.job("stuck", "\n  annotations: {test/ends: ImagePullBackOff}")
        self.expect(1, *self.flags("--retry-failed", "3", "--start-grace", "1"))
        self.assertEqual([("stuck", "NEVER-STARTED")], self.completions("job_name, outcome"))

    def test_what_had_failed_before_the_run_is_none_of_its_tries(self):
        self.job("bad")
        self.expect(1, *self.flags())
        self.expect(1, *self.flags("--retry-failed", "1"))
        self.assertEqual([("bad", "FAILED", 1)], self.completions("job_name, outcome, is_earlier"))

    def test_it_needs_a_run_that_waits(self):
        outcome = self.expect(2, "apply", "--jobs-dir", "jobs", "--apply", "--retry-failed", "1")
        self.assertIn("--retry-failed is for a run that waits: add --wait", outcome.err)

    def test_max_running_counts_them(self):
        for name in ("bad", "worse", "worse-too"):
            self.job(name)
        self.expect(1, *self.flags("--retry-failed", "1", "--max-running", "1"))
        self.assertEqual(6, len(self.completions("job_name")))
        self.assertEqual([{"n": 6}], self.query("SELECT count(*) AS n FROM launched_jobs"))

    def test_a_run_that_fails_fast_tries_nothing_again_once_a_job_has_failed_for_good(self):
        self.job("bad")
        self.job("over", "\n  annotations: {test/ends: DeadlineExceeded}")
        self.job("policy", "\n  annotations: {test/ends: ImagePullBackOff}")
        outcome = self.expect(1, *self.flags("--retry-failed", "1", "--fail-fast", "--start-grace", "1",
                                             "--retry-delay", "600"))
        self.assertIn("Not tried again: ", outcome.err)
        self.assertEqual([], self.retries())
        self.assertIn("Failed:                  2\n", outcome.out.replace("Failed:                  0\nSkipped", ""))

    def killed(self, until, *more):
        process = self.begin(until, "--retry-failed", "1", *more)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def resumed(self):
        self.expect(0, "resume", "1", "--kubeconfig", self.server.kubeconfig, "--wait", "--retry-delay", "0")
        self.assertEqual([("bad", "FAILED"), ("bad-r2", "COMPLETE")], self.completions("job_name, outcome"))
        self.assertEqual(["bad", "bad-r2"], sorted(self.server.jobs()))
        self.assertEqual([{"n": 2}], self.query("SELECT count(*) AS n FROM jobs"))
        self.assertEqual(("succeeded", 0), self.run_state())

    def test_killed_once_the_next_try_is_recorded_it_is_sent_once_by_resume(self):
        self.job("bad")
        self.killed("Trying again: bad as bad-r2")
        self.assertEqual([{"job_name": "bad-r2", "of_job": "bad"}], self.query("SELECT job_name, of_job FROM job_retries"))
        self.resumed()

    def test_killed_before_the_next_try_was_made_resume_makes_it(self):
        self.job("bad")
        self.killed("To be tried again", "--retry-delay", "600")
        self.assertEqual([], self.retries())
        self.resumed()

    def test_a_watch_says_that_the_last_try_counts(self):
        self.job("bad")
        self.expect(0, *self.flags("--retry-failed", "1"))
        outcome = self.expect(0, "watch", "1", "--kubeconfig", self.server.kubeconfig)
        self.assertIn("Tried again:             1\n", outcome.out)

    def test_an_interrupt_while_a_try_waits_leaves_it_to_resume(self):
        self.job("bad")
        process = self.begin("To be tried again", "--retry-failed", "1", "--retry-delay", "600")
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assertIn("Not tried again: bad: ", outcome.err)
        self.resumed()

    def test_time_that_is_over_ends_the_tries_too(self):
        self.job("bad")
        self.job("endless", "\n  annotations: {test/ends: never}")
        self.expect_in_time(1, "FAILED", *self.flags("--retry-failed", "1", "--retry-delay", "600"))
        self.assertEqual([("bad", "FAILED"), ("endless", "TIMED-OUT")], self.completions("job_name, outcome"))

    def test_every_reporter_says_what_it_is(self):
        self.job("bad")
        self.job("good")
        reporters = {name: self.path(name) for name in ("junit", "markdown", "tap", "html", "sarif", "prometheus")}
        more = [word for name, path in reporters.items() for word in ("--reporter", name + "=" + path)]
        report = json.loads(self.expect(0, *self.flags("--retry-failed", "1", "-o", "json", *more)).out)
        self.assertEqual((3, 2, 0, 1), tuple(report[name] for name in ("total_jobs", "completed_jobs", "uncompleted_jobs",
                                                                        "retried_jobs")))
        rows = {row["job_name"]: row for row in report["job_completions"]}
        self.assertEqual((True, "", "FAILED"), tuple(rows["bad"][name] for name in ("retried", "derived_from", "outcome")))
        self.assertEqual((False, "bad", "COMPLETE"), tuple(rows["bad-r2"][name] for name in ("retried", "derived_from", "outcome")))
        texts = {}
        for name, path in reporters.items():
            with open(path, encoding="utf-8") as file:
                texts[name] = file.read()
        self.assertIn('<skipped message="failed; another Job tried it again"/>', texts["junit"])
        self.assertIn('failures="0"', texts["junit"])
        self.assertIn("FAILED, tried again", texts["markdown"])
        self.assertIn("# SKIP it failed, and another Job tried it again", texts["tap"])
        self.assertIn("Failed, tried again", texts["html"])
        self.assertIn("tries bad again", texts["html"])
        self.assertIn('headgate_run_completions{outcome="retried"} 1\n', texts["prometheus"])
        self.assertIn('headgate_run_completions{outcome="failed"} 0\n', texts["prometheus"])
        self.assertIn("Job default/bad failed, and was tried again", texts["sarif"])
        for name, text in texts.items():
            if name not in ("sarif", "prometheus"):
                self.assertIn("bad-r2", text, name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
