# SPDX-License-Identifier: Apache-2.0
"""--applier server: Jobs are applied by requests of Headgate's own, and what the server answers is what is told."""

import hashlib
import json
import os
import signal
import sys
import unittest

import yaml

sys.path.insert(0, os.path.join(os.environ["HEADGATE_SOURCE"], "tests", "api-server"))

from api_server_process import ApiServer
from headgate_case import HeadgateCase

MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: %s
  namespace: default
  labels: {app: %s}
spec:
  parallelism: %s
  backoffLimit: 0
  %s
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: main, image: "busybox:1.36", command: [%s]}
"""


class ApplyServer(HeadgateCase):
    def setUp(self):
        super().setUp()
        self.place = os.path.join(self.top, "server")
        os.mkdir(self.place)
        os.mkdir(self.path("jobs"))

    def serve(self, *arguments):
        server = ApiServer(self.place, *arguments)
        self.addCleanup(server.close)
        self.kubeconfig = server.kubeconfig
        return server

    def job(self, name, label="x", parallelism="1", more="", command='"true"'):
        return self.write("jobs/%s.yaml" % name, MANIFEST % (name, label, parallelism, more, command))

    def apply(self, code, *flags):
        return self.expect(code, "apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--kubeconfig",
                           self.kubeconfig, "--set", "apply-server.retry-delay=0", *flags)

    def outcomes(self):
        return self.query("SELECT a.status, a.verb, a.failure_class, a.return_code, a.http_status, a.stderr, a.reason,"
                          " a.advice, a.command, a.warnings FROM attempts AS a JOIN jobs AS j USING (run_id, position)"
                          " WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY position, attempt")

    def outcome(self):
        rows = self.outcomes()
        self.assertEqual(1, len(rows), rows)
        return rows[0]

    def test_a_job_is_created_then_unchanged_then_configured(self):
        server = self.serve()
        self.job("one")
        outcome = self.apply(0)
        self.assertIn("APPLY MODE ENABLED - the API server will be asked", outcome.err)
        url = ("http://127.0.0.1:%d/apis/batch/v1/namespaces/default/jobs/one?fieldManager=headgate&fieldValidation=Strict"
               % server.port)
        self.assertIn("Applying: PATCH " + url, outcome.err)
        row = self.outcome()
        self.assertEqual(("SUCCESS", "created", 0, 201), (row["status"], row["verb"], row["return_code"], row["http_status"]))
        self.assertEqual("PATCH", row["command"].split()[0])
        self.assertIn(url, row["command"])
        body = json.dumps(yaml.safe_load(self.read("jobs/one.yaml")), separators=(",", ":"))
        self.assertEqual(hashlib.sha256(body.encode()).hexdigest(), self.value("SELECT sent_sha256 FROM attempts"))
        self.assertEqual(201, self.value("SELECT http_status FROM job_outcomes"))
        self.assertIn("(unchanged)", self.apply(0).out)
        self.assertEqual(("unchanged", 200), (self.outcome()["verb"], self.outcome()["http_status"]))
        self.job("one", parallelism="2")
        self.apply(0)
        self.assertEqual("configured", self.outcome()["verb"])
        self.assertEqual(2, server.jobs()["one"]["spec"]["parallelism"])
        self.assert_none_started()

    def test_a_missing_kubectl_names_the_other_applier(self):
        self.serve()
        self.job("one")
        self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--kubeconfig", self.kubeconfig, "--kubectl", "/no/kubectl")
        self.assertIn("--applier server", self.outcome()["reason"])

    def test_a_dry_run_asks_nobody(self):
        server = self.serve()
        self.job("one")
        self.expect(0, "apply", "--jobs-dir", "jobs", "--applier", "server", "--kubeconfig", self.kubeconfig)
        outcome = self.expect(0, "plan", "--jobs-dir", "jobs", "--applier", "server", "--kubeconfig", self.kubeconfig)
        self.assertIn("[REQUESTS]\n  PATCH http://127.0.0.1:%d/apis/" % server.port, outcome.out)
        self.assertEqual([], server.requests_so_far())

    def test_a_saved_plan_is_applied(self):
        server = self.serve()
        self.job("one")
        self.expect(0, "plan", "--jobs-dir", "jobs", "--applier", "server", "--kubeconfig", self.kubeconfig, "--save", "plan")
        self.expect(0, "apply", "--plan", "plan", "--apply", "--applier", "server")
        self.assertEqual(["one"], list(server.jobs()))

    def test_a_preflight_changes_nothing(self):
        server = self.serve()
        self.job("one")
        flags = ("plan", "--jobs-dir", "jobs", "--applier", "server", "--kubeconfig", self.kubeconfig, "--preflight")
        self.assertIn("create     one", self.expect(0, *flags).out)
        self.assertEqual({}, server.jobs())
        self.apply(0)
        self.assertIn("unchanged  one", self.expect(0, *flags).out)
        self.job("one", parallelism="3")
        self.assertIn("update     one", self.expect(0, *flags).out)
        self.assertEqual(1, server.jobs()["one"]["spec"]["parallelism"])

    def test_what_the_server_refuses_has_its_cause(self):
        self.serve()
        self.job("one")
        self.apply(0)
        self.job("one", command='"false"')
        self.apply(1)
        row = self.outcome()
        self.assertEqual(("FAILED", "immutable", 1, 422),
                         (row["status"], row["failure_class"], row["return_code"], row["http_status"]))
        self.assertIn("field is immutable", row["stderr"])

    def test_another_managers_field_is_never_taken(self):
        server = self.serve()
        self.job("one")
        manifest = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "one", "labels": {"app": "theirs"}},
                    "spec": {"backoffLimit": 0, "template": {"spec": {"restartPolicy": "Never", "containers": [
                        {"name": "main", "image": "busybox:1.36", "command": ["true"]}]}}}}
        self.assertEqual(201, server.request("POST", "/apis/batch/v1/namespaces/default/jobs", json.dumps(manifest).encode(),
                                             {"Content-Type": "application/json"})[0])
        self.apply(1)
        row = self.outcome()
        self.assertEqual(("field-conflict", 409), (row["failure_class"], row["http_status"]))
        self.assertIn('"kubectl-client-side-apply" has set .metadata.labels.app', row["reason"])
        self.assertEqual("use the kubectl applier for this Job", row["advice"])
        self.assertEqual("theirs", server.jobs()["one"]["metadata"]["labels"]["app"])

    def test_an_error_500_is_not_repeated_blindly(self):
        server = self.serve()
        server.add_rules("one=internal,method=PATCH")
        self.job("one")
        self.apply(1, "--retries", "0")
        self.assertEqual("leader-change", self.outcome()["failure_class"])

    def test_a_job_that_may_have_run_and_gone_is_not_made_again(self):
        server = self.serve()
        server.add_rules("one=reset,method=PATCH,times=2")
        self.job("one", more="ttlSecondsAfterFinished: 0")
        self.apply(1)
        self.assertEqual(["connection-reset", "unknown-outcome"], [row["failure_class"] for row in self.outcomes()])
        self.assertEqual({}, server.jobs())

    def test_nor_one_whose_answer_a_proxy_lost(self):
        server = self.serve()
        server.script("after PATCH */one do refuse 503 ServiceUnavailable upstream connect error")
        self.job("one", more="ttlSecondsAfterFinished: 0")
        self.apply(1)
        self.assertEqual(["server-unavailable", "unknown-outcome"], [row["failure_class"] for row in self.outcomes()])

    def test_one_that_was_only_looked_for_is_made(self):
        """A look that had no answer did nothing. One over a connection that had served before libcurl repeats itself."""
        server = self.serve()
        server.add_rules("one=reset,method=GET,times=2")
        self.job("one", more="ttlSecondsAfterFinished: 0")
        self.apply(0)
        self.assertEqual(["connection-reset", None], [row["failure_class"] for row in self.outcomes()])

    def test_a_preflight_makes_nothing_and_is_repeated(self):
        server = self.serve()
        server.add_rules("one=reset,method=PATCH,times=2")
        self.job("one", more="ttlSecondsAfterFinished: 0")
        self.expect(0, "plan", "--jobs-dir", "jobs", "--preflight", "--applier", "server", "--kubeconfig", self.kubeconfig,
                    "--set", "apply-server.retry-delay=0")

    def test_warnings_of_the_server_are_shown(self):
        server = self.serve()
        server.add_rules("one=warned,method=PATCH")
        self.job("one")
        self.assertIn("Warning for one: batch/v1 Job: this is only a test", self.apply(0).err)
        self.assertEqual("batch/v1 Job: this is only a test", self.outcome()["warnings"])

    def test_many_jobs_share_a_launch_and_all_arrive(self):
        server = self.serve()
        for number in range(1000):
            self.job("job-%04d" % number)
        self.apply(0, "--parallel", "16", "-q")
        self.assertEqual(1000, len(server.jobs()))
        self.assertEqual(1000, self.value("SELECT count(*) FROM job_outcomes WHERE status = 'SUCCESS' AND verb = 'created'"))
        starts = self.value("SELECT count(DISTINCT started_at) FROM launches")
        self.assertLess(starts, 1000)

    def jobs_asked_for(self, server):
        """The GETs, each as the Job's name or "" for a list."""
        return [row["job"] for row in server.requests_so_far() if row["method"] == "GET" and "/jobs" in row["path"]]

    def begun_ahead(self, *flags):
        """Two requests at a time, whose answers wait for gates, and the next two Jobs written down ahead of them."""
        for number in range(1, 7):
            self.job("job-%d" % number)
        process = self.start_headgate("apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--parallel", "2",
                                      "--kubeconfig", self.kubeconfig, "--set", "apply-server.retry-delay=0", *flags)
        self.server.wait_for_requests(2, lambda row: row["method"] == "PATCH")
        self.wait_for("SELECT count(*) = 4 FROM attempts")
        return process

    def assert_sent(self, *names):
        self.assertEqual(set(names), {row["job"] for row in self.server.requests_so_far() if row["method"] == "PATCH"})

    def statuses(self):
        return " ".join("%s:%d" % tuple(row.values()) for row in self.query("SELECT status, attempts FROM job_outcomes ORDER BY position"))

    def test_what_is_written_down_and_not_sent_is_skipped_at_ctrl_c(self):
        self.server = self.serve()
        self.server.script("after each PATCH * do wait stopped\n  then usual")
        process = self.begun_ahead()
        process.send_signal(signal.SIGINT)
        self.wait_for("SELECT count(*) = 2 FROM attempts")
        self.server.open("stopped")
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assert_sent("job-1", "job-2")
        self.assertEqual("SUCCESS:1 SUCCESS:1" + 4 * " SKIPPED:0", self.statuses())
        self.assertEqual(2, self.value("SELECT count(*) FROM launches"))
        self.expect(0, "resume")
        self.assertEqual(" ".join(6 * ["SUCCESS:1"]), self.statuses())

    def test_an_attempt_starts_when_it_is_sent_not_when_it_is_written_down(self):
        self.server = self.serve()
        self.server.script("after 2 PATCH * do wait written\n  then usual")
        process = self.begun_ahead("--reporter", "json=report.json")
        self.server.open("written")
        self.assertEqual(0, self.finish_headgate(process).code)
        rows = self.query("SELECT started_at, finished_at FROM attempts ORDER BY position")
        for row in rows[2:]:
            self.assertLessEqual(min(first["finished_at"] for first in rows[:2]), row["started_at"])
        self.assertEqual([row["started_at"] for row in rows],
                         [job["timestamp"] for job in json.loads(self.read("report.json"))["job_results"]])

    def stopped_while_it_looks(self, step):
        """Ctrl-C while the one look has its answer still to come."""
        self.server = self.serve()
        for name in ("job-1", "job-2"):
            self.job(name, more="ttlSecondsAfterFinished: 0")
        self.server.script("after GET */jobs/job-1 do " + step)
        process = self.start_headgate("apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--parallel", "1",
                                      "--kubeconfig", self.kubeconfig)
        self.server.wait_for_requests(1, lambda row: row["job"] == "job-1")
        self.send_signal(process, signal.SIGINT)
        return process

    def assert_nothing_was_begun(self, process):
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assert_sent()
        self.assertEqual("SKIPPED:0 SKIPPED:0", self.statuses())
        self.expect(0, "resume")
        self.assertEqual("SUCCESS:1 SUCCESS:1", self.statuses())

    def test_nothing_is_sent_after_ctrl_c_by_one_that_looked_first(self):
        process = self.stopped_while_it_looks("wait stopped\n  then usual")
        self.server.open("stopped")
        self.assert_nothing_was_begun(process)

    def test_nor_where_the_look_was_to_be_repeated_later(self):
        process = self.stopped_while_it_looks("status 429\n  then header Retry-After: 30\n  then framing 0")
        self.assert_nothing_was_begun(process)

    def test_a_look_that_failed_leaves_no_doubt(self):
        """Nothing was sent: the Job cannot have run."""
        self.server = self.serve()
        self.job("one", more="ttlSecondsAfterFinished: 0")
        self.server.script("after each GET */jobs/one do reset")
        self.apply(1, "--retries", "0")
        self.server.clear_script()
        self.assertEqual("connection-reset", self.outcome()["failure_class"])
        self.expect(0, "resume")
        self.assertEqual("SUCCESS:2", self.statuses())

    def test_without_credentials_one_job_fails_fast_and_no_other(self):
        server = self.serve()
        for name in ("job-1", "job-2", "job-3"):
            self.job(name)
        config = yaml.safe_load(self.read(self.kubeconfig))
        config["users"][0]["user"] = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "/bin/false",
                                                "interactiveMode": "Never"}}  # fmt: skip
        config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:%d" % server.port
        self.kubeconfig = self.write("broken", json.dumps(config), 0o600)
        self.apply(1, "--fail-fast")
        self.assertEqual("FAILED:1 SKIPPED:0 SKIPPED:0", self.statuses())
        self.assertEqual("bad-credentials", self.value("SELECT failure_class FROM job_outcomes WHERE position = 1"))

    def test_nor_is_it_sent_after_a_failure_with_fail_fast(self):
        self.server = self.serve()
        self.server.script("after PATCH */job-1 do wait failing\n  then refuse 403 Forbidden no\n"
                           "after each PATCH * do wait over\n  then usual")
        process = self.begun_ahead("--fail-fast")
        self.server.open("failing")
        self.wait_for("SELECT count(*) = 1 FROM attempts WHERE status = 'FAILED'")
        self.server.open("over")
        self.assertEqual(1, self.finish_headgate(process).code)
        self.assert_sent("job-1", "job-2")
        self.assertEqual("FAILED:1 SUCCESS:1" + 4 * " SKIPPED:0", self.statuses())
        self.assertEqual("not started: an earlier Job failed (--fail-fast)",
                         self.value("SELECT reason FROM job_outcomes WHERE position = 3"))

    def test_a_further_try_that_is_not_made_leaves_the_failure(self):
        self.server = self.serve()
        self.job("job-1")
        self.job("job-2")
        self.server.script("after PATCH */job-1 do refuse 503 ServiceUnavailable not now\n"
                           "after each PATCH * do wait stopped\n  then usual")
        process = self.start_headgate("apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--parallel", "1",
                                      "--kubeconfig", self.kubeconfig, "--set", "apply-server.retry-delay=0")
        self.server.wait_for_requests(2, lambda row: row["method"] == "PATCH")
        self.wait_for("SELECT count(*) = 3 FROM attempts")
        process.send_signal(signal.SIGINT)
        self.wait_for("SELECT count(*) = 2 FROM attempts")
        self.server.open("stopped")
        self.assertEqual(130, self.finish_headgate(process).code)
        self.assertEqual("FAILED:1 SUCCESS:1", self.statuses())
        self.assertEqual("server-unavailable", self.value("SELECT failure_class FROM job_outcomes WHERE position = 1"))

    def test_no_more_than_have_a_place_are_in_doubt_after_a_kill(self):
        """Jobs that the cluster removes itself: of what is only written down, resume could not say that it never ran."""
        server = self.serve()
        for number in range(1, 7):
            self.job("job-%d" % number, more="ttlSecondsAfterFinished: 0")
        server.script("after PATCH */job-1 do wait started\n  then usual\n"
                      "after 2 PATCH */job-[23] do stall")
        process = self.start_headgate("apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--parallel", "2",
                                      "--kubeconfig", self.kubeconfig)
        server.wait_for_requests(2, lambda row: row["method"] == "PATCH")
        server.open("started")
        server.wait_for_requests(1, lambda row: row["method"] == "PATCH" and row["job"] == "job-3")
        process.kill()
        process.communicate()
        self.assertEqual([1, 2, 3], [row["position"] for row in self.query("SELECT position FROM attempts ORDER BY position")])
        self.expect(1, "resume")
        self.assertEqual("SUCCESS:1 FAILED:1 FAILED:1 SUCCESS:1 SUCCESS:1 SUCCESS:1", self.statuses())

    def test_what_is_there_of_many_jobs_is_read_in_one_list(self):
        server = self.serve()
        for number in range(20):
            self.job("job-%02d" % number)
        self.apply(0)
        self.assertEqual([""], self.jobs_asked_for(server))
        self.job("job-03", parallelism="2")
        self.job("new")
        self.apply(0)
        self.assertEqual(["", ""], self.jobs_asked_for(server))
        verbs = self.query("SELECT verb, count(*) AS jobs FROM job_outcomes WHERE run_id = 2 GROUP BY verb ORDER BY verb")
        self.assertEqual([("configured", 1), ("created", 1), ("unchanged", 19)], [(row["verb"], row["jobs"]) for row in verbs])

    def test_where_a_list_is_not_allowed_each_job_is_asked_for(self):
        server = self.serve()
        server.add_rules("/apis/batch/v1/namespaces/default/jobs=forbidden,method=GET")
        for number in range(16):
            self.job("job-%02d" % number)
        self.apply(0)
        self.assertEqual([""] + ["job-%02d" % number for number in range(16)], sorted(self.jobs_asked_for(server)))
        self.assertEqual(16, self.value("SELECT count(*) FROM job_outcomes WHERE verb = 'created'"))

    def kill_at_the_request(self, server, more=""):
        """A run that is killed while it waits for the answer to its one request; the server did nothing yet."""
        self.job("one", more=more)
        server.add_rules("one=hang,method=PATCH")
        process = self.start_headgate("apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--kubeconfig",
                                      self.kubeconfig)
        while not os.path.exists(self.history) or not self.query(
                "SELECT 1 FROM sqlite_master WHERE name = 'launched_jobs'") or not self.query("SELECT 1 FROM launched_jobs"):
            self.assertIsNone(process.poll())
        process.kill()
        process.communicate()
        server.clear_rules()

    def changing(self, server):
        """Requests that change something."""
        return [row for row in server.requests_so_far() if row["method"] == "PATCH" and "dryRun" not in row["query"]]

    def test_what_was_begun_and_is_there_is_not_sent_again(self):
        server = self.serve()
        self.kill_at_the_request(server, "ttlSecondsAfterFinished: 0")
        body = json.dumps(yaml.safe_load(self.read("jobs/one.yaml"))).encode()
        code, _, _ = server.request(
            "PATCH", "/apis/batch/v1/namespaces/default/jobs/one?fieldManager=headgate&fieldValidation=Strict", body,
            {"Content-Type": "application/apply-patch+yaml"})
        self.assertEqual(201, code)
        before = len(self.changing(server))
        self.assertIn("Found as the manifest has it, not applied again: one", self.expect(0, "resume").err)
        self.assertEqual(before, len(self.changing(server)))
        row = self.outcome()
        self.assertEqual("SUCCESS", row["status"])
        self.assertIn("found when the run went on: the Job is there", row["reason"])
        self.assertEqual("succeeded", self.value("SELECT state FROM runs"))

    def test_what_was_begun_and_is_not_there_is_sent_again(self):
        server = self.serve()
        self.kill_at_the_request(server)
        self.expect(0, "resume")
        self.assertEqual(["one"], list(server.jobs()))
        self.assertEqual([None, "SUCCESS"], [row["status"] for row in self.outcomes()])

    def test_what_may_have_run_and_gone_is_repeated_only_when_the_user_says_so(self):
        server = self.serve()
        self.kill_at_the_request(server, "ttlSecondsAfterFinished: 0")
        for _ in range(2):
            outcome = self.expect(1, "resume")
            self.assertIn("may have run and been removed", outcome.out)
            self.assertIn("resume --repeat-unknown", outcome.out)
            self.assertEqual({}, server.jobs())
            self.assertEqual([{"status": "FAILED", "failure_class": "unknown-outcome"}],
                             self.query("SELECT status, failure_class FROM job_outcomes"))
            self.assertEqual("failed", self.value("SELECT state FROM runs"))
        self.expect(0, "resume", "--repeat-unknown")
        self.assertEqual(["one"], list(server.jobs()))
        self.assertEqual("SUCCESS", self.value("SELECT status FROM job_outcomes"))

    def test_a_run_that_was_killed_is_resumed(self):
        server = self.serve()
        server.add_rules("job-3=hang,method=PATCH")
        for number in range(6):
            self.job("job-%d" % number)
        process = self.start_headgate("apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--kubeconfig",
                                      self.kubeconfig, "--parallel", "2")
        while not any(row["job"] == "job-4" and row["method"] == "PATCH" for row in server.requests_so_far()):
            self.assertIsNone(process.poll())
        process.kill()
        process.communicate()
        server.clear_rules()
        self.expect(0, "resume")
        self.assertEqual(6, len(server.jobs()))
        self.assertEqual(6, self.value("SELECT count(*) FROM job_outcomes WHERE status = 'SUCCESS'"))


if __name__ == "__main__":
    unittest.main()
