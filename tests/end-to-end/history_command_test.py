# SPDX-License-Identifier: Apache-2.0
"""The history: its commands, and the questions that sqlite3 answers."""

import json
import os
import re
import subprocess
import unittest

from headgate_case import HeadgateCase
from job_files import job, job_name, write_jobs

APPLY = ("apply", "--jobs-dir", "jobs", "--apply")


class Commands(HeadgateCase):
    def setUp(self):
        """Run 1 is a dry run, run 2 an apply with a failure, run 3 an apply after a change."""
        super().setUp()
        write_jobs(self.path("jobs"), 3)
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.script("job-000001.yaml fail 1 error: no such luck")
        self.expect(1, *APPLY)
        self.script("* ok")
        os.remove(self.path("jobs/job-000002.yaml"))
        self.write("jobs/job-000003.yaml", job(3))
        self.write("jobs/job-000000.yaml", job(0, image="registry.example/arbitrage:1.5.0"))
        self.expect(0, *APPLY)

    def test_list(self):
        outcome = self.expect(0, "history", "list")
        lines = [line.split() for line in outcome.out.splitlines()]
        numbers = [line[0] for line in lines if line and line[0].isdigit()]
        self.assertEqual(["3", "2", "1"], numbers)
        self.assertEqual(outcome.out, self.expect(0, "history").out)
        self.assert_golden("history_list.txt", outcome)

    def test_list_json(self):
        runs = json.loads(self.expect(0, "history", "list", "-o", "json").stdout)
        rows = runs["runs"] if isinstance(runs, dict) else runs
        self.assertEqual([3, 2, 1], [row["run_id"] for row in rows])
        self.assertEqual(["succeeded", "failed", "succeeded"], [row["state"] for row in rows])
        self.assertEqual([3, 3, 3], [row["total"] for row in rows])

    def test_show(self):
        outcome = self.expect(0, "history", "show", "2")
        self.assertIn(job_name(1), outcome.out)
        self.assertIn("error: no such luck", outcome.out)
        text = re.sub(r"(?m)^(User|Host|Process):( +).*$", r"\1:\2\1", str(outcome))
        self.assert_golden("history_show.txt", text)

    def test_show_latest(self):
        latest = self.expect(0, "history", "show", "latest").out
        self.assertEqual(self.expect(0, "history", "show", "3").out, latest)
        self.assertEqual(self.expect(0, "history", "show", "2").out, self.expect(0, "history", "show", "latest~1").out)

    def test_show_json(self):
        run = json.loads(self.expect(0, "history", "show", "2", "-o", "json").stdout)
        self.assertEqual(["SUCCESS", "FAILED", "SUCCESS"], [row["status"] for row in run["jobs"]])

    def test_diff(self):
        outcome = self.expect(0, "history", "diff", "2", "3")
        self.assert_golden("history_diff.txt", outcome)
        for index in (0, 1, 2, 3):
            self.assertIn(job_name(index), outcome.out)

    def test_diff_of_the_same(self):
        outcome = self.expect(0, "history", "diff", "3", "3")
        self.assertNotIn(job_name(0), outcome.out)

    def test_path(self):
        outcome = self.expect(0, "history", "path")
        self.assertEqual(self.history + "\n", outcome.stdout.decode())

    def test_unknown_runs(self):
        for run, code in (("99", 1), ("latest~9", 1), ("0", 1), ("-1", 2), ("yesterday", 1), ("1x", 1),
                          ("99999999999999999999", 2)):
            with self.subTest(run=run):
                outcome = self.expect(code, "history", "show", run)
                self.assertIn(run, outcome.err)
                self.assertEqual("", outcome.out)

    def test_looking_changes_nothing(self):
        before = self.query("SELECT * FROM runs")
        for command in (("list",), ("show", "1"), ("diff", "1", "2"), ("path",)):
            self.expect(0, "history", *command)
        self.assertEqual(before, self.query("SELECT * FROM runs"))


class NoHistoryYet(HeadgateCase):
    def test_commands_say_so(self):
        for command, code in (("list",), 0), (("show", "1"), 1), (("diff", "1", "2"), 1):
            with self.subTest(command=command):
                outcome = self.expect(code, "history", *command)
                self.assertTrue(outcome.err or outcome.out)
        self.assertFalse(os.path.exists(self.history))

    def test_default_place(self):
        del self.environment["HEADGATE_HISTORY"]
        wanted = os.path.join(self.environment["HOME"], ".local/state/headgate/history.db")
        self.assertEqual(wanted + "\n", self.expect(0, "history", "path").stdout.decode())
        self.environment["XDG_STATE_HOME"] = self.path("state")
        wanted = self.path("state/headgate/history.db")
        self.assertEqual(wanted + "\n", self.expect(0, "history", "path").stdout.decode())
        write_jobs(self.path("jobs"), 1)
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assertEqual(0o600, os.stat(wanted).st_mode & 0o777)
        self.assertEqual(0o700, os.stat(os.path.dirname(wanted)).st_mode & 0o777)

    def test_flag_wins_over_environment(self):
        self.assertEqual(self.path("other.db") + "\n",
                         self.expect(0, "history", "path", "--history", self.path("other.db")).stdout.decode())


class Questions(HeadgateCase):
    """What a user asks the file, through the views."""

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 2)
        self.script("job-000001.yaml fail 1 error: first")
        self.expect(1, *APPLY)
        self.script("job-000001.yaml fail 2 error: second")
        self.expect(1, *APPLY)
        self.script("* ok")
        self.expect(0, *APPLY)

    def test_runs_of_this_week(self):
        rows = self.query("SELECT run_id, mode, total, failed FROM run_summary"
                          " WHERE date(started_at) >= date('now', '-7 days') ORDER BY run_id")
        self.assertEqual([1, 1, 0], [row["failed"] for row in rows])
        self.assertEqual({"apply"}, {row["mode"] for row in rows})

    def test_all_failures_with_stderr(self):
        rows = self.query("SELECT run_id, job_name, return_code, stderr FROM failures ORDER BY run_id")
        self.assertEqual(["error: first\n", "error: second\n"], [row["stderr"] for row in rows])
        self.assertEqual([1, 2], [row["return_code"] for row in rows])

    def test_how_often_each_job_failed(self):
        rows = self.query("SELECT job_name, count(*) AS n FROM failures GROUP BY namespace, job_name")
        self.assertEqual([{"job_name": job_name(1), "n": 2}], rows)

    def test_what_changed_between_two_runs(self):
        rows = self.query(
            "SELECT b.job_name, a.status AS before, b.status AS after FROM job_outcomes AS a"
            " JOIN job_outcomes AS b USING (namespace, job_name)"
            " WHERE a.run_id = 2 AND b.run_id = 3 AND a.status <> b.status"
        )
        self.assertEqual([{"job_name": job_name(1), "before": "FAILED", "after": "SUCCESS"}], rows)

    def test_latest_outcomes(self):
        rows = self.query("SELECT job_name, status, run_id FROM latest_outcomes ORDER BY job_name")
        self.assertEqual([(job_name(0), "SUCCESS", 3), (job_name(1), "SUCCESS", 3)],
                         [tuple(row.values()) for row in rows])

    def test_who_and_how(self):
        row = self.query("SELECT * FROM runs WHERE run_id = 1")[0]
        self.assertEqual("apply --jobs-dir jobs --apply", row["argv"].partition(" ")[2])
        self.assertEqual(self.work, row["working_dir"])
        self.assertEqual("jobs", row["jobs_dir"])
        self.assertEqual(1, row["exit_code"])
        self.assertTrue(row["user"] and row["host"])
        stages = {row["stage"] for row in self.query("SELECT stage FROM plugins WHERE run_id = 1")}
        self.assertLessEqual({"scanner", "validator", "applier", "reporter"}, stages)

    def test_reading_while_others_write(self):
        """Two runs at once on one history both end up in it."""
        other = self.start_headgate(*APPLY)
        self.expect(0, *APPLY)
        self.assertEqual(0, self.finish_headgate(other).code)
        self.assertEqual(5, self.value("SELECT count(*) FROM run_summary WHERE finished_at IS NOT NULL"))
        self.assertEqual("ok", self.value("PRAGMA integrity_check"))

    def test_a_reader_needs_no_headgate(self):
        """The whole file dumps, and loads again."""
        dump = subprocess.run(["sqlite3", self.history, ".dump"], capture_output=True, timeout=60, check=True).stdout
        self.assertIn(b"CREATE VIEW job_outcomes", dump)
        copy = subprocess.run(["sqlite3", self.path("copy.db")], input=dump, capture_output=True, timeout=60, check=True)
        self.assertEqual(b"", copy.stderr)


if __name__ == "__main__":
    unittest.main()
