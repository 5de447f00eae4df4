# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C once, twice; TERM; a closed terminal; a reader that goes away: nothing ends half-way."""

import json
import os
import pty
import signal
import subprocess
import time
import unittest

from headgate_case import BINARY, WRAPPER, HeadgateCase
from job_files import job_name, write_jobs

APPLY = ("apply", "--jobs-dir", "jobs", "--apply", "--parallel", "2")
JOBS = 5
SEEN = 0.4  # seconds in which a first signal is seen: two that come at once are one


class SignalCase(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), JOBS)

    def wait_for_launches(self, count):
        deadline = time.monotonic() + 60
        while len(self.launches()) < count:
            self.assertLess(time.monotonic(), deadline, "no kubectl was started")
            time.sleep(0.01)

    def launched_pids(self):
        with open(self.launch_log, encoding="utf-8") as rows:
            return [json.loads(row)["pid"] for row in rows]

    def assert_all_gone(self):
        for pid in self.launched_pids():
            try:
                with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
                    self.assertIn(file.read().rpartition(")")[2].split()[0], "ZX", "process %d still lives" % pid)
            except FileNotFoundError:
                pass

    def stop(self, launches, *numbers, flags=()):
        """Starts it, waits for that many kubectls, sends the signals one after another."""
        process = self.start_headgate(*APPLY, *flags)
        self.wait_for_launches(launches)
        for place, number in enumerate(numbers):
            if place > 0:
                time.sleep(SEEN)
            process.send_signal(number)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assertEqual({"state": "cancelled", "exit_code": 130},
                         self.query("SELECT state, exit_code FROM runs WHERE run_id = 1")[0])
        self.assertEqual("ok", self.value("PRAGMA integrity_check"))
        return outcome

    def rows(self):
        return self.query("SELECT status, attempts, reason, failure_class, signal FROM job_outcomes"
                          " WHERE run_id = 1 ORDER BY position")


class Once(SignalCase):
    def expect_finished(self, outcome):
        """What ran was allowed to finish, and all is recorded and reported."""
        rows = self.rows()
        self.assertEqual(["SUCCESS"] * 2 + ["SKIPPED"] * 3, [row["status"] for row in rows])
        for row in rows[2:]:
            self.assertEqual(0, row["attempts"])
            self.assertIn("stopped", row["reason"])
        self.assertEqual(2, len(self.launches()))
        self.assertIn("Total Jobs:              5\nSuccessful:              2\nFailed:                  0\n", outcome.out)

    def test_ctrl_c(self):
        self.script("* sleep 700")
        self.expect_finished(self.stop(2, signal.SIGINT))

    def test_term(self):
        self.script("* sleep 700")
        self.expect_finished(self.stop(2, signal.SIGTERM))

    def test_deadline_still_holds(self):
        self.script("job-000000.yaml hang")
        self.stop(3, signal.SIGINT, flags=("--timeout", "2", "--retries", "0"))
        row = self.rows()[0]
        self.assertEqual(("FAILED", "deadline"), (row["status"], row["failure_class"]))
        self.assert_all_gone()

    def test_no_retry_after_it(self):
        self.script("* fail 1 The connection to the server 127.0.0.1:6443 was refused - did you specify the right "
                    "host or port?")
        outcome = self.stop(2, signal.SIGINT, flags=("--set", "apply-kubectl.retry-delay=30000"))
        for row in self.rows():
            self.assertIn(row["status"], ("FAILED", "SKIPPED"))
            if row["status"] == "FAILED":
                self.assertEqual((1, "connection-refused"), (row["attempts"], row["failure_class"]))
        self.assertIn("Total Jobs:              5\n", outcome.out)

    def test_batches(self):
        """What a batch leaves unconfirmed is not applied again alone any more."""
        self.script("* sleep 200", )
        self.stop(1, signal.SIGINT, flags=("--batch", "3", "--parallel", "1"))
        self.assertEqual(["SUCCESS"] * 3 + ["SKIPPED"] * 2, [row["status"] for row in self.rows()])

    def test_report_files_are_written(self):
        self.script("* sleep 500")
        self.stop(2, signal.SIGINT, flags=("--output-report", "report.txt", "--reporter", "json=report.json"))
        self.assertIn(job_name(JOBS - 1), self.read("report.txt"))
        self.assertEqual(JOBS, json.loads(self.read("report.json"))["total_jobs"])

    def test_preflight(self):
        """Stopped while it only asks: nothing is changed."""
        self.script("* sleep 500")
        process = self.start_headgate(*APPLY, "--preflight")
        self.wait_for_launches(1)
        process.send_signal(signal.SIGINT)
        self.assertEqual(130, self.finish_headgate(process).code)
        for argv in self.launches():
            self.assertIn("--dry-run=server", argv)
        self.assertEqual(0, self.value("SELECT count(*) FROM attempts"))


class Twice(SignalCase):
    def test_running_ones_are_ended_and_recorded(self):
        self.script("* hang")
        outcome = self.stop(2, signal.SIGINT, signal.SIGINT)
        rows = self.rows()
        self.assertEqual(["FAILED"] * 2 + ["SKIPPED"] * 3, [row["status"] for row in rows])
        for row in rows[:2]:
            self.assertEqual((1, "cancelled", signal.SIGTERM), (row["attempts"], row["failure_class"], row["signal"]))
        self.assertIn("Failed:                  2\n", outcome.out)
        self.assert_all_gone()
        self.script("* ok")
        self.expect(0, "resume")

    def test_int_and_term_count_together(self):
        self.script("* hang")
        self.stop(2, signal.SIGINT, signal.SIGTERM)
        self.assert_all_gone()

    def test_ones_that_ignore_it_are_killed(self):
        self.script("* ignore-term")
        self.stop(2, signal.SIGINT, signal.SIGINT, flags=("--set", "apply-kubectl.grace=1"))
        self.assertEqual([signal.SIGKILL] * 2, [row["signal"] for row in self.rows()[:2]])
        self.assert_all_gone()

    def test_a_third_changes_nothing(self):
        self.script("* ignore-term")
        self.stop(2, signal.SIGINT, signal.SIGINT, signal.SIGINT, flags=("--set", "apply-kubectl.grace=2"))
        self.assert_all_gone()

    def test_one_that_takes_it_and_exits_with_0(self):
        """It was ended before it was done, whatever its status: no SUCCESS, so resume applies it again."""
        self.script("* exit-on-term 0")
        self.stop(2, signal.SIGINT, signal.SIGINT)
        for row in self.rows()[:2]:
            self.assertEqual(("FAILED", "cancelled"), (row["status"], row["failure_class"]))


class Terminal(SignalCase):
    def on_a_terminal(self, *before):
        master, slave = pty.openpty()
        process = subprocess.Popen([*before, *WRAPPER, BINARY, *APPLY], stdin=slave, stdout=slave, stderr=slave,
                                   cwd=self.work, env=self.environment, start_new_session=True,
                                   preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)))
        os.close(slave)
        self.addCleanup(self._end, process)
        return process, master

    def test_ctrl_c_reaches_headgate_alone(self):
        """The key is sent to the whole group of the terminal; kubectl is in a group of its own."""
        self.script("* sleep 700")
        process, master = self.on_a_terminal()
        self.wait_for_launches(2)
        os.write(master, b"\x03")
        self.assertEqual(130, self.wait_and_drain(process, master))
        self.assertEqual(["SUCCESS"] * 2 + ["SKIPPED"] * 3, [row["status"] for row in self.rows()])

    def test_closed(self):
        """A terminal that goes away stops it as Ctrl-C does; what ran is recorded."""
        self.script("* sleep 700")
        process, master = self.on_a_terminal()
        self.wait_for_launches(2)
        os.close(master)
        self.assertEqual(130, process.wait(120))
        self.assertEqual(["SUCCESS"] * 2 + ["SKIPPED"] * 3, [row["status"] for row in self.rows()])
        self.assertEqual("cancelled", self.value("SELECT state FROM runs"))

    def test_closed_under_nohup(self):
        self.script("* sleep 300")
        process, master = self.on_a_terminal("nohup")
        self.wait_for_launches(2)
        os.close(master)
        self.assertEqual(0, process.wait(120))
        self.assertEqual(["SUCCESS"] * JOBS, [row["status"] for row in self.rows()])

    @staticmethod
    def wait_and_drain(process, master):
        try:
            while os.read(master, 65536):
                pass
        except OSError:  # EIO: the last writer is gone
            pass
        os.close(master)
        return process.wait(120)


class Pipes(SignalCase):
    def test_reader_goes_away_midway(self):
        self.script("* sleep 200")
        process = self.start_headgate(*APPLY, "-v")
        self.wait_for_launches(1)
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(0, process.wait(120))
        self.assertEqual(["SUCCESS"] * JOBS, [row["status"] for row in self.rows()])
        self.assertEqual("succeeded", self.value("SELECT state FROM runs"))


if __name__ == "__main__":
    unittest.main()
