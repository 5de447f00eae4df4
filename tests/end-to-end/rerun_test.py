# SPDX-License-Identifier: Apache-2.0
"""`headgate rerun`: Jobs of an earlier run once more, by new names or in their own place. Against the tests' API server."""

import contextlib
import os
import pty
import signal
import sqlite3
import subprocess
import time
import unittest

from headgate_case import BINARY
from retry_test import RetryCase


class Rerun(RetryCase):
    ends = ("bad=Failed", "bad-too=Failed", "always*=Failed")

    def applied(self, *names, code=1):
        for name in names:
            self.job(name)
        self.expect(code, *self.flags())

    def rerun(self, code, *words):
        return self.expect(code, "rerun", *words, "--kubeconfig", self.server.kubeconfig)

    def test_a_dry_run_says_what_it_would_make_and_asks_nobody(self):
        self.applied("good", "bad", "bad-too")
        before = len(self.server.requests_so_far())
        outcome = self.rerun(0)
        self.assertIn("Dry-run (skipped): bad-r2\n", outcome.err)
        self.assertIn("⊘ bad-too-r2\n  ⊘ bad-r2\n", outcome.out)
        self.assertEqual(before, len(self.server.requests_so_far()))

    def test_what_failed_runs_again_in_a_run_of_its_own(self):
        self.applied("good", "bad", "bad-too")
        self.rerun(0, "--apply", "--wait")
        self.assertEqual([("bad-r2", "COMPLETE"), ("bad-too-r2", "COMPLETE")], self.completions("job_name, outcome"))
        self.assertEqual([("bad-too-r2", "COMPLETE", "bad-too", "FAILED", "program-error"),
                          ("bad-r2", "COMPLETE", "bad", "FAILED", "program-error")], self.retries())  # fmt: skip
        self.assertEqual([(2, "rerun", "succeeded")], [tuple(row.values()) for row in self.query(
            "SELECT run_id, command, state FROM runs WHERE run_id > 1")])  # fmt: skip
        self.assertIn("(tries bad of run 1 again)\n", self.expect(0, "history", "show", "2").out)

    def test_jobs_by_name_and_the_next_free_number(self):
        """In the history and in the cluster; also a Job that completed, where it is asked for."""
        self.applied("good", "bad")
        self.rerun(0, "1", "bad", "--apply", "--wait")
        self.rerun(0, "1", "bad", "good", "--apply", "--wait")
        self.assertEqual([("bad-r3", "COMPLETE"), ("good-r2", "COMPLETE")], self.completions("job_name, outcome"))

    def test_a_rerun_is_tried_again_and_run_again_itself(self):
        self.applied("always")
        self.rerun(1, "--apply", "--wait", "--retry-failed", "1")
        self.assertEqual([("always-r2", "FAILED"), ("always-r3", "FAILED")], self.completions("job_name, outcome"))
        self.assertIn("Dry-run (skipped): always-r4\n", self.rerun(0, "latest").err)

    def test_what_cannot_be_run_again_is_refused_with_what_to_type(self):
        self.applied("good", code=0)
        self.assertIn("no Job of run 1 failed", self.rerun(1).err)
        self.assertIn("run 1 has no Job nothing: `headgate history show 1`", self.rerun(1, "1", "nothing").err)
        self.job("endless", "\n  annotations: {test/ends: never}")
        self.expect(3, *self.flags("--wait-timeout", "1"))
        self.assertIn("the end of endless is not known, and two of it would run: `headgate watch 2` first",
                      self.rerun(1, "2", "endless").err)
        self.assertIn("`headgate watch 2`", self.rerun(1, "2").err)

    def test_a_manifest_that_changed_is_not_that_job(self):
        self.applied("bad")
        with open(self.path("jobs/bad.yaml"), "a", encoding="utf-8") as file:
            file.write("# another word\n")
        outcome = self.rerun(1, "--apply")
        self.assertIn("changed: jobs/bad.yaml (default/bad)", outcome.err)
        self.assertIn("nothing was applied", outcome.err)
        self.assertEqual(["bad"], list(self.server.jobs()))

    def test_another_cluster_is_refused_and_both_are_named(self):
        self.applied("bad")
        other = self.write("other", '{"apiVersion": "v1", "kind": "Config", "current-context": "o", "contexts": [{"name": "o",'
                           ' "context": {"cluster": "o"}}], "clusters": [{"name": "o", "cluster": {"server": "http://127.0.0.1:9"}}]}')
        outcome = self.expect(1, "rerun", "--kubeconfig", other, "--apply")
        self.assertIn("http://127.0.0.1:9", outcome.err)
        self.assertIn("127.0.0.1:%d" % self.server.port, outcome.err)

    def test_killed_before_it_was_sent_it_is_sent_once_by_resume(self):
        self.applied("bad")
        process = self.start_headgate("rerun", "--apply", "--wait", "--kubeconfig", self.server.kubeconfig)
        self.said = ""
        self.read_until(process, "Executing apply plan")
        process.kill()
        process.wait()
        self.expect(0, "resume", "2", "--kubeconfig", self.server.kubeconfig)
        self.assertEqual([("bad-r2", "COMPLETE")], self.completions("job_name, outcome"))
        self.assertEqual(["bad", "bad-r2"], sorted(self.server.jobs()))


class Replace(RetryCase):
    """--replace: the one deletion that Headgate knows."""

    ends = ("bad*=Failed",)
    SERVER = ("--replace", "--applier", "server")

    def setUp(self):
        super().setUp()
        self.job("bad")
        self.job("good")
        self.expect(1, *self.flags())
        self.uid = self.server.jobs()["bad"]["metadata"]["uid"]

    def rerun(self, code, *words):
        return self.expect(code, "rerun", *words, "--kubeconfig", self.server.kubeconfig)

    def deletions(self):
        return [request["job"] for request in self.server.requests_so_far() if request["method"] == "DELETE"]

    def test_the_failed_job_goes_and_is_made_again_by_its_name(self):
        """Written down before and after; one of another uid stays."""
        self.rerun(1, *self.SERVER, "--yes", "--apply", "--wait")
        self.assertEqual(["bad"], self.deletions())
        self.assertNotEqual(self.uid, self.server.jobs()["bad"]["metadata"]["uid"])
        self.assertEqual([("bad", "FAILED", 0)], self.completions("job_name, outcome, is_earlier"))
        self.assertEqual([(2, self.uid, 1, None)], [tuple(row.values()) for row in self.query(
            "SELECT run_id, uid, removed_at IS NOT NULL AS gone, error FROM removals")])  # fmt: skip

    def test_a_dry_run_deletes_nothing(self):
        self.rerun(0, *self.SERVER)
        self.assertEqual([], self.deletions())

    def test_nobody_to_ask_is_no(self):
        self.assertIn("add --yes", self.rerun(2, *self.SERVER, "--apply").err)
        self.assertEqual([], self.deletions())

    def answer(self, word):
        """What the terminal shows until it asks, where `word` is typed, and the exit code."""
        controller, terminal = pty.openpty()
        process = subprocess.Popen([BINARY, "rerun", *self.SERVER, "--apply", "--kubeconfig", self.server.kubeconfig],
                                   stdin=terminal, stdout=subprocess.DEVNULL, stderr=terminal, env=self.environment, cwd=self.work)  # fmt: skip
        os.close(terminal)
        shown = b""
        while b"[y/N]" not in shown:
            shown += os.read(controller, 4096)
        os.write(controller, word)
        with contextlib.suppress(OSError):  # nobody has the terminal any longer
            while os.read(controller, 4096):
                continue
        os.close(controller)
        return shown.decode(), process.wait()

    def test_a_person_is_shown_what_goes_and_asked(self):
        shown, code = self.answer(b"n\n")
        self.assertIn("To be deleted: bad", shown)
        self.assertNotIn("good", shown)
        self.assertEqual((1, []), (code, self.deletions()))
        self.answer(b"y\n")
        self.assertEqual(["bad"], self.deletions())

    def test_kubectl_deletes_nothing(self):
        outcome = self.rerun(2, "--replace", "--yes", "--apply", "--applier", "kubectl")
        self.assertIn("add --applier server", outcome.err)
        self.assertEqual([], self.deletions())

    def test_what_this_history_did_not_make_is_not_deleted(self):
        self.expect(1, *self.flags())
        self.assertIn("was in the cluster before the run: it is not deleted",
                      self.rerun(1, *self.SERVER, "--yes", "--apply").err)
        self.assertEqual([], self.deletions())

    def test_a_job_whose_log_is_not_kept_is_not_deleted(self):
        with sqlite3.connect(self.history) as history:
            history.execute("UPDATE logs SET state = 'gone', why = 'a test' WHERE path LIKE '%bad%'")
        history.close()
        self.assertIn("not all logs of bad are kept", self.rerun(1, *self.SERVER, "--yes", "--apply").err)
        self.assertEqual([], self.deletions())

    def interrupted(self):
        """Killed while the server is asked to delete the Job, which it has not done."""
        self.server.add_rules("bad=hang,method=DELETE")
        process = self.start_headgate("rerun", *self.SERVER, "--yes", "--apply", "--wait", "--kubeconfig",
                                      self.server.kubeconfig)  # fmt: skip
        self.said = ""
        self.read_until(process, "Deleting: bad")
        self.server.wait_for_requests(1, lambda row: (row["method"], row["job"]) == ("DELETE", "bad"))
        process.kill()
        process.wait()
        self.server.clear_rules()
        self.assertEqual([{"uid": self.uid, "removed_at": None}], self.query("SELECT uid, removed_at FROM removals"))

    def resumed(self):
        self.expect(1, "resume", "2", "--kubeconfig", self.server.kubeconfig)
        self.assertNotEqual(self.uid, self.server.jobs()["bad"]["metadata"]["uid"])
        self.assertEqual([(self.uid, 1, None)], [tuple(row.values()) for row in self.query(
            "SELECT uid, removed_at IS NOT NULL AS gone, error FROM removals")])  # fmt: skip
        self.assertEqual([("bad", "FAILED", 0)], self.completions("job_name, outcome, is_earlier"))

    def test_a_deletion_that_was_interrupted_is_taken_up_by_resume(self):
        self.interrupted()
        self.resumed()

    def stopped_at(self, method):
        """What is said where Ctrl-C comes once the server was asked that of the Job."""
        asked = lambda: [row for row in self.server.requests_so_far()[before:] if (row["method"], row["job"]) == (method, "bad")]
        before = len(self.server.requests_so_far())
        process = self.start_headgate("rerun", *self.SERVER, "--yes", "--apply", "--wait", "--set", "apply-server.timeout=86400",
                                      "--kubeconfig", self.server.kubeconfig)  # fmt: skip
        while not asked():
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1].decode()
        self.assertEqual(130, process.returncode, said)
        return said

    def test_who_stops_does_not_wait_for_the_end(self):
        """Ctrl-C while the Job ends, which the server was asked for."""
        self.server.script("after DELETE */jobs/bad do text {}\nafter each GET */jobs/bad do stall")
        self.assertIn("bad: stopped: the server was asked to delete it, and had not done so yet", self.stopped_at("GET"))
        self.assertEqual([{"removed_at": None, "error": None}], self.query("SELECT removed_at, error FROM removals"))

    def test_who_stops_does_not_wait_for_the_answer(self):
        """Ctrl-C while the server is asked: nobody knows what it does, which is what is said and written down."""
        self.server.add_rules("bad=hang,method=DELETE")
        self.assertIn("bad: stopped before the server answered: it is not known whether it is deleted", self.stopped_at("DELETE"))
        self.assertEqual([{"removed_at": None, "error": None}], self.query("SELECT removed_at, error FROM removals"))
        self.server.clear_rules()
        self.resumed()

    def test_one_that_the_server_had_done_is_only_written_down(self):
        self.interrupted()
        self.server.put({"type": "DELETED", "object": self.server.jobs()["bad"]})
        self.resumed()

    def test_a_job_that_is_not_deleted_is_not_applied(self):
        self.server.add_rules("bad=forbidden,method=DELETE")
        outcome = self.rerun(1, *self.SERVER, "--yes", "--apply", "--wait")
        self.assertIn("Not deleted: bad: ", outcome.err)
        self.assertEqual([("bad", "FAILED", "not-deleted")], [tuple(row.values()) for row in self.query(
            "SELECT job_name, status, failure_class FROM jobs WHERE run_id = 2")])  # fmt: skip
        self.assertEqual(self.uid, self.server.jobs()["bad"]["metadata"]["uid"])

    def test_a_page_of_somebody_in_between_deletes_nothing(self):
        for script in ("after DELETE */jobs/bad do status 404\nthen text <html>",
                       "after DELETE */jobs/bad do refuse 409 Conflict the object has been modified",
                       "after DELETE */jobs/bad do text {}\nafter each GET */jobs/bad do text <html>",
                       "after DELETE */jobs/bad do text {}\nafter each GET */jobs/bad do status 404\nthen text <html>"):
            with self.subTest(script):
                self.server.script(script)
                outcome = self.rerun(1, "1", *self.SERVER, "--yes", "--apply", "--wait")
                self.assertRegex(outcome.err, "Not deleted: bad: HTTP status ")
                self.server.clear_script()
                self.assertEqual(self.uid, self.server.jobs()["bad"]["metadata"]["uid"])
        self.assertEqual([None], [*{row["removed_at"] for row in self.query("SELECT removed_at FROM removals")}])


if __name__ == "__main__":
    unittest.main(verbosity=2)
