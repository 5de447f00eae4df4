# SPDX-License-Identifier: Apache-2.0
"""`watch -l` and `health`: one look at Jobs that Headgate never applied, against the tests' API server."""

import datetime
import json
import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["HEADGATE_SOURCE"], "tests", "api-server"))

from api_server_process import ApiServer
from headgate_case import HeadgateCase

NOW = datetime.datetime.now(datetime.timezone.utc)
RULE = "=" * 80


def ago(seconds):
    """That long before the test, as a cluster writes it."""
    return (NOW - datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def job(name, condition=None, reason="", seconds=60, labels=None, **status):
    """A Job as a server shows it, made that many seconds ago."""
    document = {
        "metadata": {"name": name, "namespace": "batch", "uid": "uid-of-" + name, "creationTimestamp": ago(seconds),
                     "labels": {"app": "test", **(labels or {})}},
        "spec": {"completions": 1, "backoffLimit": 6},
        "status": {"startTime": ago(seconds), **status},
    }  # fmt: skip
    if condition:
        document["status"]["conditions"] = [{"type": condition, "status": "True", "reason": reason,
                                             "message": reason + " of a test", "lastTransitionTime": ago(1)}]  # fmt: skip
    return {**document, "kind": "Job", "apiVersion": "batch/v1"}


def pod(job_name, phase, state=None, seconds=60, name=None, container="main", **status):
    containers = [{"name": container, "image": "busybox", "restartCount": 0, "ready": False, "state": state}]
    return {
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": name or job_name + "-pod", "namespace": "batch", "uid": "uid-of-pod-of-" + job_name,
                     "creationTimestamp": ago(seconds),
                     "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": job_name,
                                          "uid": "uid-of-" + job_name, "controller": True}]},
        "spec": {"nodeName": "node-1" if state else "", "containers": [{"name": container, "image": "busybox"}]},
        "status": {"phase": phase, "containerStatuses": containers if state else [], **status},
    }  # fmt: skip


def waiting(reason):
    return {"waiting": {"reason": reason, "message": reason + " of a test"}}


def ended(code):
    return {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed", "startedAt": ago(50), "finishedAt": ago(2)}}


RUNNING = {"running": {"startedAt": ago(50)}}


class LookCase(HeadgateCase):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("server"))
        self.server = ApiServer(self.path("server"))
        self.addCleanup(self.server.close)
        self.flags = ("-n", "batch", "-l", "app=test", "--kubeconfig", self.server.kubeconfig)

    def put_log(self, job_name, *lines, name=None):
        text = "".join("%s.%09dZ %s\n" % (ago(40)[:-1], number, line) for number, line in enumerate(lines))
        self.server.log("batch", name or job_name + "-pod", "main", text, ended=True)

    def watch(self, code=0, *more):
        return self.expect(code, "watch", *self.flags, *more)

    def health(self, code, *more):
        return self.expect(code, "health", *self.flags, *more)

    def judged(self, code, *more):
        """Health and reasons by Job."""
        rows = json.loads(self.health(code, "-o", "json", *more).stdout)["jobs_health"]
        return {row["job_name"]: (row["health"], *row["reasons"]) for row in rows}

    def assert_harmless(self, outcome):
        """Nothing that a terminal obeys."""
        for character in (b"\x1b", b"\x07", b"\r", "\u202e".encode(), "\u009b".encode()):
            self.assertNotIn(character, outcome.stdout + outcome.stderr)


class Snapshot(LookCase):
    """`headgate watch -l`, in the form of the first monitor."""

    def test_the_form(self):
        self.server.put(job("one", "Complete", succeeded=1, completionTime=ago(2)), pod("one", "Succeeded", ended(0)))
        self.put_log("one", "first", "last")
        at = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
        self.assertRegex(self.watch().out, "\\A%s\n" % "\n".join([
            RULE, r"\[D32_K8S_MONITOR\] KUBERNETES JOB/POD MONITORING SNAPSHOT", RULE,
            "", r"\[HEADER\]",
            "Namespace:               batch",
            "Label Selector:          app=test",
            "Timestamp:               TIMESTAMP",
            "", r"\[JOB STATUS\]",
            "", "  Job: one",
            "    Namespace:           batch",
            "    Phase:               SUCCEEDED",
            "    Completions:         1",
            "    Succeeded:           1",
            "    Failed:              0",
            "    Active:              0",
            "    Start Time:          " + at,
            "    Completion Time:     " + at,
            "    Labels:",
            "      app: test",
            "", r"\[POD LOGS\]",
            "", "  Pod: one-pod / Container: main",
            "    Namespace:           batch",
            r"    Log Lines \(2\):",
            "      first",
            "      last",
            "", RULE, r"\[D32_K8S_MONITOR\] END OF SNAPSHOT", RULE]) + "\\Z")  # fmt: skip

    def test_nothing_found(self):
        outcome = self.watch()
        self.assertIn("\n[JOB STATUS]\n  (No jobs found)\n\n[POD LOGS]\n  (No pods found)\n", outcome.out)

    def test_conditions_decide_and_counters_never(self):
        """A Job whose first Pod failed is not FAILED while it may try again; one with 1 of 10 is not SUCCEEDED."""
        self.server.put(job("tries-again", failed=1, active=1, ready=1), job("one-of-ten", succeeded=1, active=1, ready=1),
                        job("bad", "Failed", "BackoffLimitExceeded", failed=7), job("new"),
                        job("admitted-later", "Suspended", "JobSuspended"), job("ending", "FailureTarget", "DeadlineExceeded", failed=1),
                        job("good", "Complete", succeeded=1))  # fmt: skip
        jobs = json.loads(self.watch(0, "-o", "json").stdout)["jobs"]
        self.assertEqual({"tries-again": "RUNNING", "one-of-ten": "RUNNING", "bad": "FAILED", "new": "PENDING",
                          "admitted-later": "SUSPENDED", "ending": "ENDING", "good": "SUCCEEDED"},
                         {row["job_name"]: row["phase"] for row in jobs})  # fmt: skip

    def test_the_last_ten_lines_and_no_more_are_asked_for(self):
        self.server.put(job("one", active=1, ready=1), pod("one", "Running", RUNNING))
        self.put_log("one", *["line %d" % number for number in range(100)])
        out = self.watch().out
        self.assertIn("    Log Lines (10):\n      line 90\n", out)
        self.assertIn("      line 99\n", out)
        self.assertNotIn("line 89", out)
        logs = [row for row in self.server.requests_so_far() if row["path"].endswith("/log") and "one-pod" in row["path"]]
        self.assertEqual(["10"], [row["query"].get("tailLines") for row in logs])

    def test_a_line_without_end_takes_no_memory(self):
        self.server.put(job("one", active=1, ready=1), pod("one", "Running", RUNNING))
        self.put_log("one", "x" * 3000000)
        outcome = self.expect_within(64 * 1024, 0, "watch", *self.flags)
        self.assertLess(len(outcome.stdout), 8192)

    def test_other_jobs_are_not_shown(self):
        self.server.put(job("mine"), job("theirs", labels={"app": "other"}), pod("theirs", "Running", RUNNING))
        out = self.watch().out
        self.assertIn("Job: mine\n", out)
        self.assertNotIn("theirs", out)

    def test_what_waits_says_for_what(self):
        self.server.put(job("stuck", active=1), pod("stuck", "Pending", waiting("ImagePullBackOff")))
        out = self.watch().out
        self.assertIn("    Waits For:           ImagePullBackOff\n    (No logs)\n", out)

    def test_hostile_names_and_logs_are_made_visible(self):
        evil = "\x1b[31m\u202e::error::\x07\r"
        self.server.put(job("evil" + evil, labels={"a": evil}, active=1, ready=1),
                        pod("evil" + evil, "Running", RUNNING, name="pod", container="main"))  # fmt: skip
        self.put_log("evil", evil + "\u009b", "::stop-commands::x", name="pod")
        self.environment["GITHUB_ACTIONS"] = "true"
        for more in ((), ("-o", "json")):
            outcome = self.watch(0, *more)
            self.assert_harmless(outcome)
            self.assertNotRegex(outcome.out, r"(?m)^\s*::")
        self.assertIn(r"Job: evil\x1b[31m\u{202e}", self.watch().out)

    def test_json(self):
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1), pod("one", "Failed", ended(3)))
        self.put_log("one", "oh")
        row = json.loads(self.watch(0, "-o", "json").stdout)
        self.assertEqual(("batch", "app=test", [], 0), (row["namespace"], row["selector"], row["errors"], row["exit_code"]))
        (told,) = row["jobs"]
        self.assertEqual({"app": "test"}, told["labels"])
        self.assertEqual((1, 0, 1, 0, ago(60), ago(1)), (told["completions"], told["succeeded"], told["failed"], told["active"],
                                                         told["start_time"], told["completion_time"]))  # fmt: skip
        self.assertEqual("container main of Pod one-pod exited with code 3 (Error)", told["cause"])
        self.assertEqual([{"pod_name": "one-pod", "namespace": "batch", "container_name": "main", "restart": 0,
                           "waits_for": None, "lines": ["oh"]}], row["pods_logs"])  # fmt: skip

    def test_a_log_that_cannot_be_read_is_listed(self):
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1), pod("one", "Failed", ended(3)))
        self.server.script("after each GET */pods/one-pod/log do refuse 404 NotFound gone with the node")
        out = self.watch().out
        self.assertRegex(out, r"\n\[ERRORS\]\n  ✗ the log of one-pod/main cannot be read: .*gone with the node")
        self.assertIn("(No logs)", out)

    def test_nothing_is_changed_and_nothing_recorded(self):
        self.server.put(job("one"))
        self.watch()
        self.assertEqual({"GET"}, {row["method"] for row in self.server.requests_so_far()})
        self.assertFalse(os.path.exists(self.history))

    def test_again_and_again_until_ctrl_c(self):
        self.server.put(job("one", active=1, ready=1))
        process = self.start_headgate("watch", *self.flags, "--interval", "1", "-o", "json")
        self.assertEqual("RUNNING", json.loads(process.stdout.readline())["jobs"][0]["phase"])
        self.server.put(job("one", "Complete", succeeded=1))
        while json.loads(process.stdout.readline())["jobs"][0]["phase"] != "SUCCEEDED":
            pass
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)

    def test_again_and_again_ends_with_its_reader(self):
        process = self.start_headgate("watch", *self.flags, "--interval", "1")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(0, process.wait(60))

    def test_a_later_look_that_fails_is_told_and_passes(self):
        self.server.put(job("one"))
        process = self.start_headgate("watch", *self.flags, "--interval", "1", "-o", "json")
        self.assertEqual(0, json.loads(process.stdout.readline())["exit_code"])
        self.server.add_rules("/apis/batch/v1/namespaces/batch/jobs*=forbidden")
        row = json.loads(process.stdout.readline())
        while row["exit_code"] == 0:
            row = json.loads(process.stdout.readline())
        self.assertEqual(3, row["exit_code"])
        self.assertIn("jobs", row["errors"][0])
        self.server.clear_rules()
        while json.loads(process.stdout.readline())["exit_code"] != 0:
            pass
        process.send_signal(signal.SIGINT)
        self.assertEqual(130, self.finish_headgate(process).code)

    def test_the_context_s_namespace_where_none_is_named(self):
        self.server.put({**job("one"), "metadata": {**job("one")["metadata"], "namespace": "default"}})
        out = self.expect(0, "watch", "-l", "app=test", "--kubeconfig", self.server.kubeconfig).out
        self.assertIn("Namespace:               default\n", out)
        self.assertIn("Job: one\n", out)


class NotAsked(LookCase):
    """Where the cluster could not be asked, the exit code is 3, never 0, and nothing looks as if there were no Jobs."""

    def expect_not_known(self, words, *commands, answers=True):
        for command in commands or ("watch", "health"):
            with self.subTest(command=command):
                outcome = self.expect(3, command, *self.flags)
                self.assertIn(words, outcome.err)
                self.assertEqual(not answers, "--kubeconfig or --context names another one" in outcome.err)
                self.assertIn("(Not known)", outcome.out)
                self.assertNotIn("(No ", outcome.out)
                self.assertRegex(outcome.out, r"\n\[ERRORS\]\n  . .*" + words)
                row = json.loads(self.expect(3, command, *self.flags, "-o", "json").stdout)
                self.assertEqual(3, row["exit_code"])
                self.assertIn(words, row["errors"][0])

    def test_forbidden(self):
        self.server.add_rules("/apis/batch/v1/namespaces/batch/jobs*=forbidden")
        self.expect_not_known("jobs")

    def test_logs_are_forbidden(self):
        """Health needs none."""
        self.server.add_rules("/api/v1/namespaces/batch/pods/*=forbidden")
        self.expect_not_known("log", "watch")
        self.health(0)

    def test_no_server(self):
        self.server.close()
        self.addCleanup(setattr, self.server, "close", lambda: None)
        self.server.close = lambda: None
        self.expect_not_known("nothing accepts connections", answers=False)

    def test_unauthorized(self):
        self.server.add_rules("/*=unauthorized")
        self.expect_not_known("does not accept these credentials")

    def test_a_kubeconfig_that_is_not_there(self):
        for command in ("watch", "health"):
            self.expect(3, command, "-n", "batch", "-l", "app=test", "--kubeconfig", self.path("nowhere"))

    def test_what_was_seen_before_is_shown(self):
        """Jobs are listed, then Pods cannot be."""
        self.server.put(job("one", active=1, ready=1))
        self.server.script("after each GET */pods !watch !limit do reset\nafter each GET */pods limit=500 do reset")
        for command in ("watch", "health"):
            outcome = self.expect(3, command, *self.flags)
            self.assertIn("Job: one\n", outcome.out)
            self.assertIn("[ERRORS]", outcome.out)

    def test_a_failure_that_is_known_wins(self):
        self.server.put(job("bad", "Failed", "BackoffLimitExceeded", failed=1))
        self.server.script("after each GET */pods !watch !limit do reset\nafter each GET */pods limit=500 do reset")
        self.health(1)


class Health(LookCase):
    """`headgate health`: OK, WARN, ERROR."""

    def records(self):
        return [tuple(row.values()) for row in self.query(
            "SELECT namespace, selector, overall_health, jobs_ok, jobs_warn, jobs_error FROM health_records ORDER BY health_id")]

    def test_the_form(self):
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1), pod("one", "Failed", ended(3)))
        out = self.health(1).out
        self.assertEqual("\n".join([
            RULE, "[D33_K8S_HEALTH] KUBERNETES HEALTH EVALUATION SNAPSHOT", RULE,
            "", "[HEADER]",
            "Namespace:               batch",
            "Label Selector:          app=test",
            "Timestamp:               TIMESTAMP",
            "Overall Health:          ERROR",
            "", "[JOBS]",
            "", "  Job: one",
            "    Namespace:           batch",
            "    Phase:               FAILED",
            "    Health:              ERROR",
            "    Succeeded:           0",
            "    Failed:              1",
            "    Active:              0",
            "    Reasons:             job_failed, program-error",
            "    Cause:               container main of Pod one-pod exited with code 3 (Error)",
            "    Advice:              read its last lines: headgate watch with the same -n and -l",
            "    Labels:", "      app: test", "", RULE, "[D33_K8S_HEALTH] END OF HEALTH SNAPSHOT", RULE, ""]), out)  # fmt: skip

    def test_nothing_found(self):
        """A misspelt name is no error of the cluster's, and would look like health: it is said."""
        outcome = self.health(0)
        self.assertIn("[JOBS]\n  (No jobs)\n", outcome.out)
        self.assertIn("no Job of namespace batch has these labels: app=test", outcome.err)

    def test_each_phase(self):
        self.server.put(job("good", "Complete", succeeded=1), job("works", active=1, ready=1), pod("works", "Running", RUNNING),
                        job("bad", "Failed", "DeadlineExceeded", failed=1), job("tries-again", failed=1, active=1, ready=1),
                        pod("tries-again", "Running", RUNNING), job("ending", "FailureTarget", "DeadlineExceeded"),
                        job("later", "Suspended", "JobSuspended"))  # fmt: skip
        self.assertEqual({"good": ("OK",), "works": ("OK",), "bad": ("ERROR", "job_failed", "deadline"), "tries-again": ("OK",),
                          "ending": ("ERROR", "job_failed"), "later": ("OK", "suspended")}, self.judged(1))  # fmt: skip

    def test_an_image_that_is_not_pulled_by_how_long_it_waits(self):
        """Since when a Pod waits nobody but the cluster knows: it counts from the Pod's making."""
        for seconds, code, health in ((20, 0, "OK"), (200, 0, "WARN"), (400, 1, "ERROR")):
            self.server.put(job("stuck", active=1, ready=0, seconds=seconds),
                            pod("stuck", "Pending", waiting("ImagePullBackOff"), seconds=seconds))  # fmt: skip
            self.assertEqual({"stuck": (health, "pending", "image-pull")}, self.judged(code))
        self.assertEqual({"stuck": ("WARN", "pending", "image-pull")}, self.judged(0, "--start-grace", "600"))

    def test_strict(self):
        self.server.put(job("stuck", active=1, ready=0, seconds=200),
                        pod("stuck", "Pending", waiting("ImagePullBackOff"), seconds=200))  # fmt: skip
        self.health(0)
        self.health(1, "--strict")
        self.server.put(job("stuck", "Complete", succeeded=1))
        self.health(0, "--strict")

    def test_no_node_takes_it(self):
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available"}
        self.server.put(job("stuck", active=1, ready=0), pod("stuck", "Pending", conditions=[condition]))
        self.assertEqual({"stuck": ("WARN", "pending", "unschedulable")}, self.judged(0))

    def test_pods_that_are_refused(self):
        event = {"kind": "Event", "apiVersion": "v1", "metadata": {"name": "e", "namespace": "batch", "uid": "e"},
                 "involvedObject": {"kind": "Job", "name": "stuck", "namespace": "batch", "uid": "uid-of-stuck"}, "type": "Warning",
                 "reason": "FailedCreate", "message": 'pods "x" is forbidden: exceeded quota: q', "count": 9,
                 "firstTimestamp": ago(400), "lastTimestamp": ago(5)}  # fmt: skip
        self.server.put(job("stuck", seconds=400), event)
        self.assertEqual({"stuck": ("ERROR", "pending", "quota")}, self.judged(1))

    def test_it_is_recorded(self):
        self.server.put(job("good", "Complete", succeeded=1))
        self.health(0)
        self.server.put(job("bad", "Failed", "BackoffLimitExceeded", failed=1))
        self.health(1)
        self.health(1, "--no-history")
        self.server.clear_rules()
        self.server.add_rules("/apis/*=forbidden")
        self.health(3)
        self.assertEqual([("batch", "app=test", "OK", 1, 0, 0), ("batch", "app=test", "ERROR", 1, 0, 1),
                          ("batch", "app=test", "WARN", 0, 0, 0)], self.records())  # fmt: skip
        errors = [row["errors"] for row in self.query("SELECT errors FROM health_records ORDER BY health_id")]
        self.assertEqual([None, None], errors[:2])
        self.assertEqual(1, len(json.loads(errors[2])))
        self.assertEqual([], self.query("SELECT * FROM runs"))

    def test_without_history_none_is_made(self):
        self.health(0, "--no-history")
        self.assertFalse(os.path.exists(self.history))

    def test_a_history_that_cannot_be_written_is_a_warning(self):
        self.environment["HEADGATE_HISTORY"] = self.write("history", "no database")
        self.assertIn("not recorded", self.health(0).err)

    def test_hostile_text_is_made_visible(self):
        evil = "\x1b[2J\u202e\x07"
        self.server.put(job("evil" + evil, "Failed", evil, labels={"x": evil}, failed=1),
                        pod("evil" + evil, "Failed", {"terminated": {"exitCode": 1, "reason": evil, "message": evil}}))  # fmt: skip
        for more in ((), ("-o", "json")):
            self.assert_harmless(self.health(1, *more))


class Mistakes(LookCase):
    """A wrong command line is 2, and nobody is asked."""

    def test_them(self):
        for words, *arguments in (
            ("-l", "watch", "5", *self.flags),
            ("add -l", "watch", "-n", "batch"),
            ("add -l", "watch", "--interval", "5"),
            ("-l SELECTOR", "health", "-n", "batch"),
            ("must not be empty", "health", "-l", ""),
            ("--interval", "watch", *self.flags, "--interval", "0"),
            ("--wait-timeout", "watch", *self.flags, "--wait-timeout", "5"),
            ("--reporter", "watch", *self.flags, "--reporter", "junit=x"),
            ("takes no", "health", "5", *self.flags),
            ("no namespace's name", "health", "-n", "a/../b", "-l", "app=test"),
            ("no namespace's name", "watch", "-n", "x" * 64, "-l", "app=test"),
            ("no namespace's name", "watch", "-n", "\x1b[31m", "-l", "app=test"),
            ("takes no", "logs", "-n", "batch"),
        ):
            with self.subTest(arguments=arguments):
                outcome = self.expect(2, *arguments)
                self.assertIn(words, outcome.err)
                self.assertEqual("", outcome.out)
        self.assertEqual([], self.server.requests_so_far())


if __name__ == "__main__":
    unittest.main()
