# SPDX-License-Identifier: Apache-2.0
"""What a parent leaves behind (signals, umask, limits) changes nothing of a run."""

import os
import signal
import stat
import sys
import time
import unittest

from headgate_case import HeadgateCase
from job_files import write_jobs

APPLY = ("apply", "--jobs-dir", "jobs", "--apply", "--output-report", "report.txt")


class Inherited(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 2)

    def apply_after(self, statement):
        """An apply whose parent did that just before it became headgate."""
        program = "import os, resource, signal, sys; %s; os.execv(sys.argv[1], sys.argv[1:])" % statement
        outcome = self.run_headgate(*APPLY, before=[sys.executable, "-I", "-S", "-c", program])
        self.assertEqual(0, outcome.code, str(outcome))
        self.assertEqual(2, self.value("SELECT count(*) FROM job_outcomes WHERE status = 'SUCCESS'"))
        return outcome

    def test_an_ignored_sigchld_fails_no_job(self):
        self.apply_after("signal.signal(signal.SIGCHLD, signal.SIG_IGN)")

    def test_blocked_signals_fail_no_job_and_reach_no_kubectl(self):
        self.script("job-000000.yaml print-signals")
        self.run_headgate(*APPLY, before=[
            sys.executable, "-I", "-S", "-c",
            "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32));"
            " os.execv(sys.argv[1], sys.argv[1:])"])
        told = self.value("SELECT stdout FROM job_outcomes WHERE position = 1")
        self.assertIn("SigBlk:\t0000000000000000\n", told)
        # Above them are the C library's own.
        self.assertEqual(0, int(told.split("SigIgn:")[1], 16) & 0x7FFFFFFF)

    def test_a_blocked_sigterm_still_stops_the_run(self):
        self.script("* sleep 500")
        held = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        try:
            process = self.start_headgate(*APPLY, "--parallel", "1")
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        while not self.launches():
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(130, self.finish_headgate(process).code)
        self.assertEqual(1, len(self.launches()))

    def test_no_umask_takes_a_file_from_its_owner(self):
        self.apply_after("os.umask(0o777)")
        for path in (self.history, self.path("report.txt")):
            mode = stat.S_IMODE(os.stat(path).st_mode)
            self.assertEqual(0o600, mode & 0o700, path)
            self.assertEqual(0, mode & 0o077, path)

    def test_few_descriptors_fail_no_job(self):
        self.apply_after("resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))")


if __name__ == "__main__":
    unittest.main()
