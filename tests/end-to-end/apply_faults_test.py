# SPDX-License-Identifier: Apache-2.0
"""A kubectl that misbehaves, a user who stops the run, a history that cannot be written."""

import json
import os
import signal
import time
import unittest

from headgate_case import FAKE_KUBECTL, HeadgateCase
from job_files import job_name, write_jobs

MIB = 1 << 20
APPLY = ("apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
# A child that heeds no SIGTERM is killed after this many seconds.
SHORT_GRACE = ("--set", "apply-kubectl.grace=1")


class Case(HeadgateCase):
    JOBS = 2

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), self.JOBS)

    def outcome_of(self, index):
        rows = self.query("SELECT * FROM job_outcomes WHERE job_name = '%s'" % job_name(index))
        self.assertEqual(1, len(rows))
        return rows[0]

    def launched_pids(self):
        with open(self.launch_log, encoding="utf-8") as rows:
            return [json.loads(row)["pid"] for row in rows]

    def assert_gone(self, pid):
        """Nothing of that number lives, or a zombie that nobody has collected yet."""
        try:
            with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        self.assertIn(state, "ZX", "process %d still lives" % pid)


class Misbehaving(Case):
    def test_hangs(self):
        self.script("job-000000.yaml hang")
        outcome = self.expect(1, *APPLY, "--timeout", "1")
        self.assertIn("✗ %s\n    Error: " % job_name(0), outcome.out)
        row = self.outcome_of(0)
        self.assertEqual(("FAILED", 1), (row["status"], row["attempts"]))
        self.assertRegex(row["reason"], r"\b1 s")
        self.assertGreaterEqual(row["duration_ms"], 1000)
        self.assertEqual("SUCCESS", self.outcome_of(1)["status"])
        self.assert_gone(self.launched_pids()[0])

    def test_ignores_sigterm(self):
        self.script("job-000000.yaml ignore-term")
        self.expect(1, *APPLY, "--timeout", "1", *SHORT_GRACE)
        row = self.outcome_of(0)
        self.assertEqual(("FAILED", signal.SIGKILL), (row["status"], row["signal"]))
        self.assertEqual("SUCCESS", self.outcome_of(1)["status"])
        self.assert_gone(self.launched_pids()[0])

    def test_leaves_a_child_behind_that_holds_its_output(self):
        self.script("job-000000.yaml grandchild 600000")
        self.run_headgate(*APPLY, "--timeout", "2", *SHORT_GRACE)
        row = self.outcome_of(0)
        self.assertIn(row["status"], ("SUCCESS", "FAILED"))
        self.assertEqual("SUCCESS", self.outcome_of(1)["status"])
        self.assert_gone(int(row["stderr"]))

    def test_floods_standard_output(self):
        self.script("job-000000.yaml flood stdout %d" % (100 * MIB))
        outcome = self.expect_within(64 * 1024, 1, *APPLY, "--output-report", "report.txt")
        row = self.query("SELECT status, length(stdout) AS kept, stdout_cut FROM job_outcomes")[0]
        self.assertEqual({"status": "FAILED", "kept": MIB, "stdout_cut": 1}, row)
        report = self.read("report.txt")
        self.assertIn("[cut here: kubectl wrote more than %d bytes]" % MIB, report)
        self.assertLess(len(outcome.stdout), 4096)

    def test_floods_standard_error_and_fails(self):
        self.script("job-000000.yaml flood stderr %d 7" % (100 * MIB))
        outcome = self.expect(1, *APPLY)
        row = self.query("SELECT status, return_code, length(stderr) AS kept, stderr_cut FROM job_outcomes")[0]
        self.assertEqual({"status": "FAILED", "return_code": 7, "kept": MIB, "stderr_cut": 1}, row)
        self.assertLess(len(outcome.stdout) + len(outcome.stderr), 8192)

    def test_dies_by_a_signal(self):
        self.script("job-000000.yaml signal %d" % signal.SIGSEGV)
        outcome = self.expect(1, *APPLY)
        row = self.outcome_of(0)
        self.assertEqual(("FAILED", -1, signal.SIGSEGV), (row["status"], row["return_code"], row["signal"]))
        self.assertRegex(row["reason"], "(?i)signal 11|segmentation fault")
        self.assertIn("✗ %s\n    Error: " % job_name(0), outcome.out)

    def test_exit_status_and_words_are_kept(self):
        self.script("job-000000.yaml fail 126 first line\\nsecond line")
        outcome = self.expect(1, *APPLY)
        row = self.outcome_of(0)
        self.assertEqual((126, "first line\nsecond line\n"), (row["return_code"], row["stderr"]))
        self.assertIn("    Error: kubectl exited with status 126: first line second line\n", outcome.out)

    def test_prints_what_a_terminal_would_obey(self):
        words = b"\x1b[2J\x1b]0;owned\x07 \xff\xe2\x80\xae tail"
        script = os.path.join(self.top, "script")
        with open(script, "wb") as file:
            file.write(b"job-000000.yaml fail 1 " + words + b"\n")
        self.environment["FAKE_KUBECTL_SCRIPT"] = script
        outcome = self.expect(1, *APPLY, "--output-report", "report.txt")
        for text in (outcome.stdout, outcome.stderr, self.read("report.txt").encode()):
            self.assertNotIn(b"\x1b", text)
            self.assertNotIn(b"\x07", text)
            self.assertNotIn(b"\xff", text)
        self.assertIn("\\x1b[2J", outcome.out)
        self.assertEqual((words + b"\n").hex().upper(), self.value("SELECT hex(stderr) FROM failures"))

    def test_waits_for_no_input(self):
        self.script("job-000000.yaml print-input", "job-000001.yaml print-descriptors")
        self.run_headgate(*APPLY)
        self.assertEqual("\njob.batch/%s created\n" % job_name(0), self.outcome_of(0)["stdout"])
        descriptors = dict(line.split(" ", 1) for line in self.outcome_of(1)["stdout"].splitlines())
        # The script that the fake kubectl reads is its own doing.
        inherited = {fd: what for fd, what in descriptors.items() if not what.endswith("/script")}
        self.assertEqual({"0", "1", "2"}, set(inherited), inherited)
        self.assertEqual("/dev/null", inherited["0"])


class NotThere(Case):
    def expect_no_start(self, *arguments, words):
        outcome = self.expect(1, *APPLY, *arguments)
        self.assertIn("Failed:                  2\n", outcome.out)
        self.assertEqual(2, self.value("SELECT count(*) FROM failures"))
        for row in self.query("SELECT reason, return_code FROM failures"):
            self.assertRegex(row["reason"], words)
            self.assertNotEqual(0, row["return_code"])
        self.assertRegex(outcome.out, words)
        self.assert_none_started()

    def test_missing_from_path(self):
        self.environment["PATH"] = self.path("nothing") + "::"
        self.expect_no_start(words="kubectl was not found in PATH")

    def test_working_directory_is_not_searched(self):
        os.symlink(FAKE_KUBECTL, self.path("kubectl"))
        self.environment["PATH"] = ":.:" + self.path("nothing")
        self.expect_no_start(words="kubectl was not found in PATH")

    def test_missing_by_name(self):
        self.expect_no_start("--kubectl", "/nowhere/kubectl", words="/nowhere/kubectl does not exist")

    def test_not_executable(self):
        path = self.write("kubectl", "#!/bin/sh\n", mode=0o644)
        self.expect_no_start("--kubectl", path, words="chmod")

    def test_directory(self):
        self.expect_no_start("--kubectl", "/etc", words="directory")

    def test_not_a_program(self):
        path = self.write("kubectl", b"\x7fELF nonsense", mode=0o755)
        self.expect_no_start("--kubectl", path, words="not? ?.*program")

    def test_interpreter_missing(self):
        path = self.write("kubectl", "#!/nowhere/interpreter\n", mode=0o755)
        self.expect_no_start("--kubectl", path, words="interpreter")

    def test_bad_timeout(self):
        """A wrong command line, with and without the gate open."""
        for value in ("soon", "0", "-1", "1.5", "99999999999999999999", ""):
            for command in (APPLY, ("apply", "--jobs-dir", "jobs")):
                with self.subTest(value=value, command=command):
                    outcome = self.expect(2, *command, "--timeout", value)
                    self.assertIn("--timeout", outcome.err)
                    self.assertEqual("", outcome.out)
        self.assert_none_started()


class Stopped(Case):
    JOBS = 3

    def wait_for_launch(self):
        deadline = time.monotonic() + 60
        while not self.launches():
            self.assertLess(time.monotonic(), deadline, "no kubectl was started")
            time.sleep(0.02)

    def stop_with(self, number):
        self.script("job-000000.yaml sleep 1500")
        process = self.start_headgate(*APPLY)
        self.wait_for_launch()
        process.send_signal(number)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assertEqual(1, len(self.launches()))
        self.assertEqual("SUCCESS", self.outcome_of(0)["status"])
        for index in (1, 2):
            row = self.outcome_of(index)
            self.assertEqual(("SKIPPED", 0), (row["status"], row["attempts"]))
        self.assertEqual("cancelled", self.value("SELECT state FROM runs"))
        self.assertEqual(130, self.value("SELECT exit_code FROM runs"))
        self.assertIn("Successful:              1\n", outcome.out)

    def test_sigint(self):
        self.stop_with(signal.SIGINT)

    def test_sigterm(self):
        self.stop_with(signal.SIGTERM)

    def test_killed(self):
        """The history knows the kubectl that was started, and that the run was interrupted."""
        self.script("job-000000.yaml sleep 3000")
        process = self.start_headgate(*APPLY)
        self.wait_for_launch()
        process.kill()
        process.communicate(timeout=60)
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assertEqual("interrupted", self.value("SELECT state FROM runs WHERE run_id = 1"))
        row = self.query("SELECT status, attempts FROM job_outcomes WHERE run_id = 1 ORDER BY position")[0]
        self.assertEqual({"status": "STARTED", "attempts": 1}, row)
        self.assertEqual("ok", self.value("PRAGMA integrity_check"))


class HistoryTrouble(Case):
    def expect_refusal(self, words):
        outcome = self.expect(1, *APPLY)
        self.assertRegex(outcome.err, words)
        self.assert_none_started()
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assertRegex(outcome.err, words)
        self.assertIn("Skipped (dry-run):       2\n", outcome.out)

    def test_path_is_a_directory(self):
        os.mkdir(self.history)
        self.expect_refusal("history.db")

    def test_parent_is_a_file(self):
        self.environment["HEADGATE_HISTORY"] = self.write("file", "") + "/history.db"
        self.expect_refusal("history.db")

    def test_file_is_something_else(self):
        with open(self.history, "w", encoding="utf-8") as file:
            file.write("shopping list\n" * 1000)
        self.expect_refusal("history.db")
        with open(self.history, encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("shopping list\n"))

    def test_database_of_somebody_else(self):
        self.query("CREATE TABLE notes AS SELECT 'mine' AS text")
        self.expect_refusal("history.db")
        self.assertEqual("mine", self.value("SELECT text FROM notes"))

    def test_newer_headgate(self):
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.query("PRAGMA user_version = 999")
        self.expect_refusal("newer")

    def test_no_history_is_not_allowed_with_apply(self):
        self.expect(2, *APPLY, "--no-history")
        self.assert_none_started()


if __name__ == "__main__":
    unittest.main()
