# SPDX-License-Identifier: Apache-2.0
"""`headgate resume`: a run that was killed, stopped or failed is finished, and nothing is applied twice."""

import os
import shutil
import signal
import time
import unittest

from headgate_case import HeadgateCase
from job_files import job, job_name, write_jobs

APPLY = ("apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
JOBS = 4


class ResumeCase(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), JOBS)

    def launches(self):
        """Those that apply: a resumption looks first, which changes nothing."""
        return [argv for argv in super().launches() if "--dry-run=server" not in argv]

    def wait_for_launches(self, count):
        deadline = time.monotonic() + 60
        while len(self.launches()) < count:
            self.assertLess(time.monotonic(), deadline, "no kubectl was started")
            time.sleep(0.01)

    def start_and_hang_at(self, index, *flags):
        """A run that works on Job `index`, and will for long."""
        self.script("job-%06d.yaml hang" % index)
        process = self.start_headgate(*APPLY, *flags)
        self.wait_for_launches(index + 1)
        self.script("* ok")
        return process

    def interrupt_at(self, index, *flags):
        """A run that was killed while it worked on Job `index`."""
        process = self.start_and_hang_at(index, *flags)
        process.kill()
        process.communicate(timeout=60)

    def applied_since(self, count):
        return [os.path.basename(argv[argv.index("-f") + 1]) for argv in self.launches()[count:]]

    def rows(self, columns="status, attempts"):
        return [tuple(row.values()) for row in self.query("SELECT %s FROM job_outcomes ORDER BY position" % columns)]

    def expect_done(self):
        self.assertEqual(["SUCCESS"] * JOBS, [status for status, _ in self.rows()])
        self.assertEqual([{"state": "succeeded", "exit_code": 0}], self.query("SELECT state, exit_code FROM runs"))
        self.assertEqual("ok", self.value("PRAGMA integrity_check"))
        self.assertEqual([], self.query("PRAGMA foreign_key_check"))


class Interrupted(ResumeCase):
    def test_goes_on_where_it_was(self):
        self.interrupt_at(2)
        self.assertIn("interrupted", self.expect(0, "history", "list").out)
        outcome = self.expect(0, "resume")
        self.assertEqual(["job-000002.yaml", "job-000003.yaml"], self.applied_since(3))
        self.assertEqual([("SUCCESS", 1), ("SUCCESS", 1), ("SUCCESS", 2), ("SUCCESS", 1)], self.rows())
        self.expect_done()
        self.assertIn("Resuming run 1", outcome.err)
        self.assertRegex(outcome.err, "%s: applying it was begun, and its outcome is not known: it is looked for first"
                         % job_name(2))
        self.assertIn("Total Jobs:              4\nSuccessful:              4\n", outcome.out)

    def test_an_attempt_without_outcome_says_so(self):
        self.interrupt_at(1)
        self.expect(0, "resume")
        attempts = self.query("SELECT attempt, status, reason FROM attempts WHERE position = 2 ORDER BY attempt")
        self.assertEqual([1, 2], [row["attempt"] for row in attempts])
        self.assertIsNone(attempts[0]["status"])
        self.assertIn("not known", attempts[0]["reason"])
        self.assertEqual("SUCCESS", attempts[1]["status"])

    def test_a_job_that_is_there_is_not_applied_again(self):
        """kubectl too is asked first, by a dry run of the server."""
        self.interrupt_at(1)
        self.script("job-000001.yaml unchanged", "* ok")
        self.expect(0, "resume")
        self.assertEqual(["job-000002.yaml", "job-000003.yaml"], self.applied_since(2))
        self.assertEqual([("SUCCESS", 1)] * JOBS, self.rows())
        self.assertIn("found when the run went on", self.value("SELECT reason FROM attempts WHERE position = 2"))
        self.expect_done()

    def test_a_job_that_may_have_run_and_gone_is_not_applied_again(self):
        """One that the cluster removes itself, until the user says that it is to be repeated."""
        self.write("jobs/job-000001.yaml", job(1).replace("backoffLimit: 0", "backoffLimit: 0\n  ttlSecondsAfterFinished: 0"))
        self.interrupt_at(1)
        self.expect(1, "resume")
        self.assertEqual(["job-000002.yaml", "job-000003.yaml"], self.applied_since(2))
        self.assertEqual("unknown-outcome", self.value("SELECT failure_class FROM job_outcomes WHERE position = 2"))
        self.assertEqual("failed", self.value("SELECT state FROM runs"))
        self.expect(0, "resume", "--repeat-unknown")
        self.assertEqual(["job-000001.yaml"], self.applied_since(4))
        self.expect_done()

    def test_killed_twice(self):
        self.interrupt_at(1)
        self.script("job-000002.yaml hang")
        process = self.start_headgate("resume", "--parallel", "1")
        self.wait_for_launches(4)
        process.kill()
        process.communicate(timeout=60)
        self.script("* ok")
        self.expect(0, "resume")
        self.assertEqual([("SUCCESS", 1), ("SUCCESS", 2), ("SUCCESS", 2), ("SUCCESS", 1)], self.rows())
        self.assertEqual(2, self.value("SELECT count(*) FROM resumptions"))
        self.expect_done()

    def test_by_number_and_the_newest(self):
        """Without a number it is the newest that can go on."""
        self.interrupt_at(1)
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assertIn("Resuming run 1", self.expect(0, "resume").err)
        os.remove(self.launch_log)
        self.interrupt_at(0)
        self.assertIn("Resuming run 4", self.expect(0, "resume", "4").err)

    def test_from_another_working_directory(self):
        self.interrupt_at(2)
        os.mkdir(self.path("elsewhere"))
        self.work = self.path("elsewhere")
        self.expect(0, "resume", "1", "--output-report", "report.txt")
        self.assertEqual(["job-000002.yaml", "job-000003.yaml"], self.applied_since(3))
        # What the user names now is relative to where he is now.
        self.assertTrue(os.path.exists(self.path("report.txt")))
        self.expect_done()

    def test_history_named_from_another_working_directory(self):
        del self.environment["HEADGATE_HISTORY"]
        self.history = self.path("own.db")
        self.interrupt_at(2, "--history", "own.db")
        os.mkdir(self.path("elsewhere"))
        self.work = self.path("elsewhere")
        self.expect(0, "resume", "1", "--history", "../own.db")
        self.expect_done()

    def test_documents_of_one_file(self):
        shutil.rmtree(self.path("jobs"))
        self.write("jobs/all.yaml", "---\n".join(job(index) for index in range(JOBS)))
        self.script("%s hang" % job_name(1))
        process = self.start_headgate(*APPLY)
        self.wait_for_launches(2)
        process.kill()
        process.communicate(timeout=60)
        self.script("* print-input")
        self.expect(0, "resume")
        self.assertEqual([("SUCCESS", 1), ("SUCCESS", 2), ("SUCCESS", 1), ("SUCCESS", 1)], self.rows())
        inputs = [row[0] for row in self.rows("stdout")]
        for index in range(1, JOBS):
            self.assertIn(job_name(index), inputs[index])
            self.assertEqual(1, inputs[index].count("kind: Job"))

    def test_in_parallel_and_in_batches(self):
        self.interrupt_at(1)
        self.expect(0, "resume", "--parallel", "4", "--batch", "3")
        batches = [[word for word in argv if word.endswith(".yaml")] for argv in self.launches()[2:]]
        self.assertEqual(["jobs/job-%06d.yaml" % index for index in (1, 2, 3)], sorted(sum(batches, [])))
        self.assertLess(len(batches), 3)
        self.expect_done()

    def test_same_cluster(self):
        """kubeconfig and context are the run's."""
        self.write_kubeconfig("config", "test")
        self.interrupt_at(1, "--kubeconfig", "config", "--context", "test")
        self.run_headgate("resume")
        for argv in self.launches():
            self.assertEqual(["--kubeconfig", "config", "--context", "test"], argv[4:])

    def test_recursive(self):
        """What the run scanned is scanned again, as it was."""
        os.makedirs(self.path("jobs", "more"))
        os.rename(self.path("jobs", "job-000003.yaml"), self.path("jobs", "more", "job-000003.yaml"))
        self.interrupt_at(1, "--recursive")
        self.expect(0, "resume")
        self.expect_done()

    def test_same_kubectl(self):
        """A run that was begun with one kubectl does not go on with another that PATH happens to have."""
        script = '#!/bin/sh\necho "$@" >> %s\nexec kubectl "$@"\n' % self.path("called")
        kubectl = self.write("my-kubectl", script, mode=0o755)
        self.interrupt_at(1, "--kubectl", kubectl)
        self.expect(0, "resume")
        self.assertEqual(len(HeadgateCase.launches(self)), len(self.read("called").splitlines()))

    def test_json(self):
        self.interrupt_at(2)
        outcome = self.expect(0, "resume", "-o", "json")
        self.assertIn('"successful_jobs": 4', outcome.out.replace('":', '": ').replace("  ", " "))


class Stopped(ResumeCase):
    def test_after_ctrl_c(self):
        self.script("job-000001.yaml sleep 600")
        process = self.start_headgate(*APPLY)
        self.wait_for_launches(2)
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assertEqual("cancelled", self.value("SELECT state FROM runs"))
        self.assertEqual(["SUCCESS", "SUCCESS", "SKIPPED", "SKIPPED"], [status for status, _ in self.rows()])
        self.script("* ok")
        self.expect(0, "resume")
        self.assertEqual(["job-000002.yaml", "job-000003.yaml"], self.applied_since(2))
        self.assertEqual([("SUCCESS", 1)] * JOBS, self.rows())
        self.expect_done()

    def test_after_a_failure(self):
        self.script("job-000001.yaml fail 1 error: not today")
        self.expect(1, *APPLY)
        self.assertEqual("failed", self.value("SELECT state FROM runs"))
        self.script("* ok")
        self.expect(0, "resume")
        self.assertEqual(["job-000001.yaml"], self.applied_since(JOBS))
        self.assertEqual([("SUCCESS", 1), ("SUCCESS", 2), ("SUCCESS", 1), ("SUCCESS", 1)], self.rows())
        self.expect_done()

    def test_fails_again(self):
        self.script("job-000001.yaml fail 1 error: not today")
        self.expect(1, *APPLY)
        outcome = self.expect(1, "resume")
        self.assertIn("Successful:              3\nFailed:                  1\n", outcome.out)
        self.assertEqual([("SUCCESS", 1), ("FAILED", 2), ("SUCCESS", 1), ("SUCCESS", 1)], self.rows())
        self.assertEqual("failed", self.value("SELECT state FROM runs"))

    def test_after_fail_fast(self):
        self.script("job-000001.yaml fail 1 error: not today")
        self.expect(1, *APPLY, "--fail-fast")
        self.script("* ok")
        self.expect(0, "resume")
        self.assertEqual(["job-000001.yaml", "job-000002.yaml", "job-000003.yaml"], self.applied_since(2))
        self.expect_done()


class Refused(ResumeCase):
    def expect_refusal(self, words, *arguments):
        before = len(self.launches())
        outcome = self.expect(1, "resume", *arguments)
        self.assertRegex(outcome.err, words)
        self.assertEqual(before, len(self.launches()))
        return outcome

    def test_living_run(self):
        process = self.start_and_hang_at(1)
        self.expect_refusal("run 1 is still running .process %d" % process.pid, "1")
        self.expect_refusal("still running|no apply that was")
        while process.poll() is None:  # two that come at once are one: it asks until it is obeyed
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        self.assertEqual(130, self.finish_headgate(process).code)
        self.expect(0, "resume", "1")

    def test_succeeded(self):
        self.expect(0, *APPLY)
        self.expect_refusal("run 1 succeeded: there is nothing left to do", "1")
        self.expect_refusal("no apply that was interrupted, stopped or failed")

    def test_dry_run(self):
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.expect_refusal("run 1 applied nothing: only an apply can be resumed", "1")

    def test_other_commands(self):
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.expect_refusal("only an apply can be resumed", "1")

    def test_no_such_run(self):
        self.expect(0, *APPLY)
        self.expect_refusal("there is no run 7", "7")
        for word in ("seven", "1x", "-1", "99999999999999999999"):
            with self.subTest(word=word):
                outcome = self.run_headgate("resume", "--", word)
                self.assertIn(outcome.code, (1, 2), outcome)
                self.assertRegex(outcome.err, "number|no run")

    def test_no_history(self):
        self.expect_refusal("no apply|no history|not exist")

    def test_run_that_never_had_a_plan(self):
        """An apply of an invalid Job ends before it starts anything: there is nothing to go on with."""
        self.write("jobs/zz.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: bad}\n")
        self.expect(1, *APPLY)
        self.expect_refusal("invalid|ended before|start again", "1")

    def test_changed_and_vanished_manifests_are_named(self):
        """Each of them, before the first apply."""
        self.interrupt_at(1)
        self.write("jobs/job-000002.yaml", job(2, image="registry.example/arbitrage:6.6.6"))
        os.remove(self.path("jobs", "job-000003.yaml"))
        outcome = self.expect_refusal("changed: jobs/job-000002.yaml")
        self.assertIn("vanished: jobs/job-000003.yaml", outcome.err)
        self.assertNotIn("job-000000.yaml", outcome.err)
        write_jobs(self.path("jobs"), JOBS)
        self.expect(0, "resume")
        self.expect_done()

    def test_what_was_applied_may_change(self):
        """It is not applied again, so nobody needs it."""
        self.interrupt_at(2)
        os.remove(self.path("jobs", "job-000000.yaml"))
        self.write("jobs/job-000001.yaml", job(1, image="registry.example/arbitrage:6.6.6"))
        self.expect(0, "resume")
        self.assertEqual(["job-000002.yaml", "job-000003.yaml"], self.applied_since(3))
        self.expect_done()

    def test_directory_vanished(self):
        self.interrupt_at(1)
        os.rename(self.path("jobs"), self.path("moved"))
        self.expect_refusal("jobs")
        os.rename(self.path("moved"), self.path("jobs"))
        self.expect(0, "resume")
        self.expect_done()

    def test_new_manifests_are_left_alone(self):
        self.interrupt_at(1)
        self.write("jobs/job-000009.yaml", job(9))
        self.expect(0, "resume")
        self.assertNotIn("job-000009.yaml", self.applied_since(0))
        self.expect_done()

    def test_a_directory_is_not_taken(self):
        """The run knows its own: another one must not be given, or it would be ignored."""
        self.interrupt_at(1)
        self.expect(2, "resume", "--jobs-dir", "elsewhere")


if __name__ == "__main__":
    unittest.main()
