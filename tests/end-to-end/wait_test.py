# SPDX-License-Identifier: Apache-2.0
"""--wait: a run tells what became of its Jobs. Against the tests' API server, whose Jobs run and end."""

import json
import os
import signal
import sqlite3
import sys
import unittest

import jsonschema
from wait_case import ApiServer, WaitCase

# Applies what it reads as kubectl would, by the test server's own server-side apply.
KUBECTL = """\
#!%s
import json, os, sys, urllib.request, yaml
with open(sys.argv[sys.argv.index("-f") + 1]) as file:
    job = yaml.safe_load(file)
name = job["metadata"]["name"]
url = "http://127.0.0.1:%s/apis/batch/v1/namespaces/default/jobs/" + name + "?fieldManager=kubectl"
request = urllib.request.Request(url, json.dumps(job).encode(), {"Content-Type": "application/apply-patch+yaml"}, method="PATCH")
urllib.request.urlopen(request)
print("job.batch/" + name + " created")
"""


class Wait(WaitCase):
    def test_a_run_ends_as_its_jobs_do(self):
        self.job("good")
        self.expect(0, *self.flags())
        self.assertEqual([("good", "COMPLETE", None, None)], self.completions())
        self.assertEqual(("succeeded", 0), self.run_state())
        self.job("bad", "Failed")
        outcome = self.expect(1, *self.flags())
        self.assertEqual([("bad", "FAILED", "program-error", 3), ("good", "COMPLETE", None, None)], self.completions())
        self.assertEqual(("failed", 1), self.run_state())
        self.assertIn("[D32_K8S_MONITOR] Job failed: bad (BackoffLimitExceeded)", outcome.err)

    def test_a_job_that_had_ended_before_is_no_work_of_this_run(self):
        self.job("good")
        self.expect(0, *self.flags())
        self.expect(0, *self.flags())
        self.assertEqual([("good", "COMPLETE", 1)], self.completions("job_name, outcome, is_earlier"))

    def test_a_job_that_had_failed_before_is_no_work_of_this_run_either(self):
        self.job("bad", "Failed")
        self.expect(1, *self.flags())
        self.assertIn("delete it first", self.expect(1, *self.flags()).out)
        self.assertEqual([("bad", "FAILED", 1)], self.completions("job_name, outcome, is_earlier"))

    def test_with_kubectl_too(self):
        path = self.write("kubectl", KUBECTL % (sys.executable, self.server.port))
        os.chmod(path, 0o755)
        self.job("good")
        self.job("bad", "DeadlineExceeded")
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--wait", "--kubectl", path, "--kubeconfig",
                    self.server.kubeconfig)
        self.assertEqual([("bad", "FAILED"), ("good", "COMPLETE")], self.completions("job_name, outcome"), outcome)

    def test_a_dry_run_waits_for_nothing_and_asks_nobody(self):
        self.job("good")
        self.expect(0, *[flag for flag in self.flags() if flag != "--apply"])
        self.assertEqual([], self.server.requests_so_far())

    def test_an_image_that_is_never_pulled_does_not_hang_it(self):
        self.job("stuck", "ImagePullBackOff")
        self.job("good")
        self.expect(1, *self.flags("--start-grace", "1"))
        self.assertEqual([("good", "COMPLETE", None, None), ("stuck", "NEVER-STARTED", "image-pull", None)],
                         self.completions())

    def test_time_that_is_over_is_no_success(self):
        self.job("endless", "never")
        outcome = self.expect(3, *self.flags("--wait-timeout", "1"))
        self.assertEqual([("endless", "TIMED-OUT")], self.completions("job_name, outcome"))
        self.assertEqual(("undecided", 3), self.run_state())
        self.assertIn("1 Job is not known to have ended: `headgate watch 1` goes on with it", outcome.err)
        self.assertIn("kubectl delete job -n default endless", outcome.err)
        self.assertEqual(["endless"], list(self.server.jobs()))

    def test_a_failure_that_is_known_wins(self):
        self.job("endless", "never")
        self.job("bad", "Failed")
        self.expect_in_time(1, "FAILED", *self.flags())
        self.assertEqual([("bad", "FAILED"), ("endless", "TIMED-OUT")], self.completions("job_name, outcome"))

    def test_interrupted_the_jobs_go_on(self):
        self.job("endless", "never")
        process = self.begin("Job running: endless")
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assertIn("kubectl delete job -n default endless", self.said + outcome.err)
        self.assertEqual([("endless", "UNKNOWN")], self.completions("job_name, outcome"))
        self.assertEqual(("cancelled", 130), self.run_state())
        self.assertEqual([{"outcome": "stopped", "error": None}], self.query("SELECT outcome, error FROM watches"))

    def test_only_its_own_jobs_are_named_for_deletion(self):
        """In one command a namespace, whatever the order; never what it did not apply."""
        self.server.close()
        self.server = ApiServer(self.path("server"), "--controller", "--namespace", "blue")
        self.addCleanup(self.server.close)
        for name, namespace in (("a", "blue"), ("b", "default"), ("c", "blue"), ("refused", "default")):
            manifest = self.manifest(name, "never").replace("namespace: default", "namespace: " + namespace)
            self.write("jobs/%s.yaml" % name, manifest)
        self.server.add_rules("refused=forbidden,method=PATCH")
        outcome = self.expect(1, *self.flags("--wait-timeout", "1"))
        self.assertEqual(["kubectl delete job -n blue a c", "kubectl delete job -n default b"],
                         [line.partition("Jobs: ")[2] for line in outcome.err.splitlines() if "kubectl delete" in line])

    def test_without_the_right_to_see_pods_nothing_is_applied(self):
        self.server.add_rules("/api/v1/namespaces/default/pods*=forbidden")
        self.job("good")
        outcome = self.expect(1, *self.flags())
        self.assertIn("pods", outcome.err)
        self.assertEqual({}, self.server.jobs())
        self.assertEqual([], [request for request in self.server.requests_so_far() if request["method"] != "GET"])

    def test_a_job_that_was_not_applied_is_not_waited_for(self):
        self.job("good")
        self.job("refused")
        self.server.add_rules("refused=forbidden,method=PATCH")
        self.expect(1, *self.flags())
        self.assertEqual([("good", "COMPLETE")], self.completions("job_name, outcome"))

    def test_the_report_says_what_became_of_the_jobs(self):
        """D31's report as ever, then the second one; in GitHub Actions nothing in it is an order to the runner."""
        self.job("good")
        self.job("bad", "Failed", ', test/says: "::error::##[group]\\e[2J"')
        self.environment["GITHUB_ACTIONS"] = "true"
        out = self.expect(1, *self.flags()).out
        apply, completion = out.split("\n[COMPLETION]\n")
        self.assertIn("Successful:              2\n", apply)
        self.assertIn("  \u2713 bad\n", apply)
        for line in ("Total Jobs:              2", "Complete:                1", "Failed:                  1",
                     "Never started:           0", "Not known:               0", "Logs kept:               2",
                     "[COMPLETE JOBS]\n  \u2713 good", "[NOT COMPLETE JOBS]\n  \u2717 bad",
                     "    Error: BackoffLimitExceeded: Job has reached the specified backoff limit",
                     "\\x1b[2J"):
            self.assertIn(line + "\n", completion)
        self.assertRegex(completion, r"\n    Pod: bad-\w+, container main: exit code 3 \(program-error\)\n"
                                     r"    Log: /.*\.log\n(      line \d of .*\n){3}      :.*\n    Advice: ")
        self.assertNotRegex(out, r"(?m)^\s*::|##\[")

    def test_the_json_report_is_of_its_schema(self):
        self.job("good")
        self.job("endless", "never")
        self.expect(3, *self.flags("--wait-timeout", "2", "--reporter", "json=report.json"))
        report = json.loads(self.read("report.json"))
        with open(os.path.join(os.environ["HEADGATE_SOURCE"], "schemas", "run-report.schema.json"), encoding="utf-8") as file:
            jsonschema.validate(report, json.load(file))
        self.assertEqual((True, 3, 1, 1), (report["watched"], report["exit_code"], report["completed_jobs"], report["undecided_jobs"]))
        self.assertEqual({"good": "COMPLETE", "endless": "TIMED-OUT"},
                         {job["job_name"]: job["outcome"] for job in report["job_completions"]})

    def one_after_the_other(self, *flags):
        """Three Jobs of which only one may be unfinished."""
        for name in "abc":
            self.job(name, more=', test/waits: "%s"' % name)
        process = self.start_headgate(*flags, "--max-running", "1")
        self.said = ""
        for number, name in enumerate("abc"):
            self.read_until(process, "Job running: " + name)
            self.assertEqual("abc"[: number + 1], "".join(sorted(self.server.jobs())))
            self.server.open(name)
        self.assertEqual(0, self.finish_headgate(process).code)
        self.assertEqual([(name, "COMPLETE") for name in "abc"], self.completions("job_name, outcome"))

    def test_no_more_run_than_may(self):
        self.one_after_the_other(*self.flags())

    def test_no_more_run_than_may_with_kubectl(self):
        path = self.write("kubectl", KUBECTL % (sys.executable, self.server.port), 0o755)
        self.one_after_the_other("apply", "--jobs-dir", "jobs", "--apply", "--wait", "--kubectl", path, "--kubeconfig",
                                 self.server.kubeconfig, "--batch", "3")

    def lose_an_answer(self, *flags):
        """That of the first of two Jobs of which only one may be unfinished: it may run, and until it is tried again no
        other one is started."""
        self.job("a", more=', test/waits: "a"')
        self.job("b")
        process = self.start_headgate(*flags, "--max-running", "1")
        patched = lambda: [row["job"] for row in self.server.requests_so_far() if row["method"] == "PATCH"]
        self.server.wait_for_requests(2, lambda row: row["method"] == "PATCH")
        self.assertEqual(["a", "a"], patched())
        self.server.open("a")
        self.assertEqual(0, self.finish_headgate(process).code)
        self.assertEqual(["a", "a", "b"], patched())

    def test_one_whose_answer_was_lost_may_run_and_counts(self):
        self.server.script("after PATCH */jobs/a do perform\n  then reset")
        self.lose_an_answer(*self.flags("--set", "apply-server.retry-delay=2000"))

    def test_one_whose_answer_kubectl_lost_may_run_and_counts(self):
        lost = ('if name == "a" and not os.path.exists("lost"):\n'
                '    open("lost", "w").close()\n'
                '    sys.exit("Unable to connect to the server: read tcp 127.0.0.1:1: connection reset by peer")\n')
        script = KUBECTL.replace("print(", lost + "print(") % (sys.executable, self.server.port)
        self.lose_an_answer("apply", "--jobs-dir", "jobs", "--apply", "--wait", "--kubectl", self.write("kubectl", script, 0o755),
                            "--kubeconfig", self.server.kubeconfig, "--set", "apply-kubectl.retry-delay=2000")  # fmt: skip

    def test_what_cannot_be_counted_is_not_exceeded(self):
        self.job("a", "never")
        self.job("b")
        outcome = self.expect(3, *self.flags("--max-running", "1", "--wait-timeout", "1"))
        self.assertIn("(--max-running)", outcome.out + outcome.err)
        self.assertEqual(["a"], list(self.server.jobs()))

    def test_what_is_written_ahead_is_not_sent_once_a_job_has_failed_in_the_cluster(self):
        self.job("a", "ImagePullBackOff")
        for name in "bcdef":
            self.job(name)
        self.server.script("after PATCH */jobs/b do wait told\n  then usual")
        process = self.start_headgate(*self.flags("--fail-fast", "--parallel", "1", "--start-grace", "1"))
        self.server.wait_for_requests(1, lambda row: row["job"] == "b" and row["method"] == "PATCH")
        self.wait_for("SELECT count(*) = 4 FROM attempts")
        self.wait_for("SELECT count(*) = 1 FROM job_completions WHERE outcome = 'NEVER-STARTED'")
        self.server.open("told")
        outcome = self.finish_headgate(process)
        self.assertEqual(1, outcome.code, outcome)
        self.assertEqual(["a", "b"], sorted(self.server.jobs()))
        self.assertIn("c (not started: an earlier Job failed (--fail-fast))", outcome.out)

    def test_reporters_hear_of_it(self):
        self.job("good")
        self.job("bad", "Failed")
        self.expect(1, *self.flags("--reporter", "exec:/usr/bin/tee=lines"))
        events = [json.loads(line) for line in self.read("lines").splitlines()]
        completed = {event["job_name"]: event for event in events if event["event"] == "job_completed"}
        self.assertEqual({"good": "COMPLETE", "bad": "FAILED"}, {name: event["outcome"] for name, event in completed.items()})
        self.assertEqual((3, "main", "program-error"), (completed["bad"]["exit_code"], completed["bad"]["container"],
                                                        completed["bad"]["failure_class"]))
        for name in completed:
            order = [event["event"] for event in events if event.get("job_name") == name]
            self.assertEqual("job_completed", order[-1])
            self.assertLess(order.index("job_finished"), len(order) - 1)
        self.assertEqual((True, 1, 1), (events[-1]["watched"], events[-1]["completed_jobs"], events[-1]["uncompleted_jobs"]))

    def test_what_only_a_wait_takes(self):
        for flag in ("--max-running", "--wait-timeout", "--start-grace", "--schedule-grace"):
            flags = [word for word in self.flags(flag, "5") if word != "--wait"]
            self.assertIn("add --wait", self.expect(2, *flags).err)


class Watch(WaitCase):
    """`headgate watch`: somebody looks later."""

    def watch(self, code, *more):
        return self.expect(code, "watch", *more)

    def lists(self):
        return len([row for row in self.server.requests_so_far() if row["path"].endswith("/jobs") and not row["query"]])

    def test_it_goes_on_after_a_time_out(self):
        self.job("slow", "Complete", ', test/waits: "go"')
        self.expect(3, *self.flags("--wait-timeout", "1"))
        self.assertEqual(("undecided", 3), self.run_state())
        self.expect(3, "watch", "--wait-timeout", "1")
        self.server.open("go")
        self.watch(0, "1")
        self.assertEqual([("slow", "COMPLETE")], self.completions("job_name, outcome"))
        self.assertEqual(("succeeded", 0), self.run_state())

    def test_it_goes_on_after_kill_9(self):
        self.job("slow", "Complete", ', test/waits: "go"')
        self.job("quick")
        process = self.begin("Job complete: quick")
        process.kill()
        process.wait()
        self.server.open("go")
        self.watch(0)
        self.assertEqual([("quick", "COMPLETE"), ("slow", "COMPLETE")], self.completions("job_name, outcome"))
        self.assertEqual([("COMPLETE", 1), ("COMPLETE", 1)],
                         [tuple(row.values()) for row in self.query("SELECT outcome, count(*) FROM cluster_jobs GROUP BY position")])
        self.assertEqual(("succeeded", 0), self.run_state())

    def test_watch_says_what_was_not_applied(self):
        """It follows what a killed run applied; the rest is for resume."""
        self.job("first", "Complete", ', test/waits: "go"')
        self.job("second")
        process = self.begin("Applied successfully: first", "--max-running", "1")
        while not self.query("SELECT 1 FROM jobs WHERE status = 'SUCCESS'"):
            self.assertIsNone(process.poll())
        process.kill()
        process.wait()
        self.server.open("go")
        self.assertIn("Not applied, and so not watched: 1 of the run's Jobs (headgate resume 1)\n", self.watch(0).err)

    def check_logs_after_kill_9(self, forgotten=""):
        """The Job's end was recorded already, its log was not read."""
        self.job("good")
        self.server.script("after 1 GET */pods/good-*/log do wait go\n  then usual")
        process = self.begin("Watching")
        while not os.path.exists(self.history) or not self.query("SELECT 1 FROM cluster_jobs WHERE outcome = 'COMPLETE'"):
            self.assertIsNone(process.poll())
        decided_at = self.query("SELECT decided_at FROM cluster_jobs")
        process.kill()
        process.wait()
        if forgotten:
            with sqlite3.connect(self.history) as database:
                database.execute(forgotten)
            database.close()
        self.server.open("go")
        self.watch(0)
        self.assertEqual([{"state": "complete", "lines": 3}], self.query("SELECT state, lines FROM logs"))
        self.assertEqual(decided_at, self.query("SELECT decided_at FROM cluster_jobs"))
        asked = len(self.server.requests_so_far())
        self.watch(0)
        self.assertEqual([], [row for row in self.server.requests_so_far()[asked:] if "/pods/good-" in row["path"]])

    def test_logs_of_a_job_that_had_ended_before_kill_9(self):
        self.check_logs_after_kill_9()

    def test_logs_of_a_job_whose_pod_had_not_begun_before_kill_9(self):
        """As far as anybody had seen: the end of a Job may be told before its Pod's."""
        self.check_logs_after_kill_9("DELETE FROM containers")

    def test_logs_of_a_job_whose_pod_nobody_had_seen_before_kill_9(self):
        self.check_logs_after_kill_9("DELETE FROM pods")

    def test_who_stopped_looking_may_look_again(self):
        self.job("slow", "Complete", ', test/waits: "go"')
        process = self.begin("Job running: slow")
        process.send_signal(signal.SIGINT)
        self.finish_headgate(process)
        self.server.open("go")
        self.watch(0)
        self.assertEqual(("succeeded", 0), self.run_state())

    def test_every_reporter_can_tell_it(self):
        self.job("good")
        self.expect(0, *self.flags())
        names = ("html", "junit", "markdown", "sarif", "tap", "prometheus")
        outcome = self.watch(0, "-o", "json", *[flag for name in names for flag in ("--reporter", name + "=report." + name)])
        report = json.loads(outcome.out)
        self.assertEqual(("jobs", 1), (report["jobs_dir"], report["completed_jobs"]))
        for name in names:
            self.assertTrue(self.read("report." + name))

    def test_a_second_one_says_what_the_first_has_seen(self):
        self.job("slow", "Complete", ', test/waits: "go"')
        self.job("bad", "Failed")
        process = self.begin("Job failed: bad")
        asked = self.lists()
        outcome = self.watch(1)
        self.assertIn("this is what it has seen so far", outcome.err)
        self.assertEqual(asked, self.lists())
        self.server.open("go")
        self.finish_headgate(process)
        self.watch(1)

    def test_an_apply_that_did_not_wait_is_watched_later(self):
        self.job("good")
        self.job("bad", "Failed")
        self.expect(0, *[flag for flag in self.flags() if flag != "--wait"])
        self.assertEqual([("bad", "NOT-WATCHED"), ("good", "NOT-WATCHED")], self.completions("job_name, outcome"))
        applied = len(self.server.requests_so_far())
        self.watch(1, "latest")
        self.assertEqual([("bad", "FAILED"), ("good", "COMPLETE")], self.completions("job_name, outcome"))
        self.assertEqual({"GET"}, {request["method"] for request in self.server.requests_so_far()[applied:]})

    def test_another_cluster_is_not_asked(self):
        self.job("good")
        self.expect(0, *self.flags())
        os.mkdir(self.path("other"))
        other = ApiServer(self.path("other"), "--controller")
        self.addCleanup(other.close)
        outcome = self.watch(1, "--kubeconfig", other.kubeconfig)
        self.assertIn(":%d" % self.server.port, outcome.err)
        self.assertIn(":%d" % other.port, outcome.err)
        self.assertEqual([], other.requests_so_far())

    def test_runs_that_cannot_be_watched(self):
        self.assertIn("no history yet", self.watch(1).err.replace("is not there", "no history yet").replace("does not exist", "no history yet"))
        self.job("good")
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assertIn("no apply", self.watch(1).err)
        self.assertIn("run 1 applied nothing", self.watch(1, "1").err)
        self.assertIn("there is no run 7", self.watch(1, "7").err)


class WaitOld(WaitCase):
    """The conditions of 1.26."""

    minor = "26"

    def test_a_run_ends_as_its_jobs_do(self):
        self.job("good")
        self.job("bad", "Failed")
        self.job("late", "DeadlineExceeded")
        self.expect(1, *self.flags())
        self.assertEqual([("bad", "FAILED", "BackoffLimitExceeded"), ("good", "COMPLETE", None),
                          ("late", "FAILED", "DeadlineExceeded")], self.completions("job_name, outcome, reason"))


if __name__ == "__main__":
    unittest.main()
