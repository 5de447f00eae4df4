# SPDX-License-Identifier: Apache-2.0
"""What every fault test asks at its end: is anything lost?"""

import os
import signal
import time

from headgate_case import BINARY, WRAPPER, HeadgateCase
from job_files import write_jobs
from recorded_launches import Snapshot, read_starts, unrecorded

APPLY = ("apply", "--jobs-dir", "jobs", "--apply")


class FaultCase(HeadgateCase):
    JOBS = 4

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), self.JOBS)

    def with_shell(self, line, *arguments):
        """Runs it with a line of shell before it, which ends in `"$@"`."""
        return self.run_headgate(*arguments, before=["sh", "-c", line, "sh", *WRAPPER])

    def headgate_words(self, *arguments):
        return [*WRAPPER, BINARY, *arguments]

    def assert_nothing_lost(self):
        """The history is sound and has every kubectl that was started. Returns what it holds."""
        snapshot = Snapshot(self.history)
        self.assertEqual([], list(snapshot.complaints()))
        self.assertEqual([], unrecorded(read_starts(self.launch_log), snapshot))
        return snapshot

    def assert_statuses(self, wanted, run=1):
        snapshot = self.assert_nothing_lost()
        self.assertEqual(wanted, [job["status"] for job in snapshot.jobs if job["run_id"] == run])
        return snapshot

    def assert_plain(self, outcome, words):
        """One who reads what it wrote learns what is wrong: no dump, no riddle."""
        self.assertRegex(outcome.err + outcome.out, words)
        for line in outcome.err.splitlines():
            self.assertLess(len(line), 500, line)
        self.assertNotRegex(outcome.err, r"(?i)assert|segmentation|core dumped|0x[0-9a-f]{6,}")

    def wait_for_launches(self, count=1):
        deadline = time.monotonic() + 60
        while len(read_starts(self.launch_log)) < count:
            self.assertLess(time.monotonic(), deadline, "no kubectl was started")
            time.sleep(0.01)

    def send(self, process, number=signal.SIGINT):
        os.kill(process.pid, number)
