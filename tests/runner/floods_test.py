# SPDX-License-Identifier: Apache-2.0
"""Reporters that say too much, and what they leave behind them; those that are ended in mid-run."""

import os
import signal
import time
import unittest

from runner_case import (APPLY, AT_LEISURE, DRY, JOBS, SOON, RunnerCase, Place, reporter_file)
from job_files import write_jobs

SHOWN = 64 * 1024  # bytes of what one reporter says


def misbehave(deed, when="job_validated", timeout=AT_LEISURE):
    return ("--reporter", reporter_file("misbehaves") + "=FILE", "--set", "misbehaves.deed=" + deed,
            "--set", "misbehaves.when=" + when, "--reporter-timeout", str(timeout))


class Talk(RunnerCase):
    def flood(self, deed, outcome, message):
        with Place() as place:
            done = place.run_headgate(*APPLY, *misbehave(deed))
            talk = [line for line in done.err.splitlines()
                    if line.startswith("[misbehaves] ") and "still at work" not in line]
            self.assertEqual("[misbehaves] (says more than %d bytes: the rest is not shown)" % SHOWN, talk[-1])
            self.assertLessEqual(sum(len(line) - len("[misbehaves] ") for line in talk[:-1]), SHOWN)
            self.assertGreater(len(talk), 1)
            self.assert_same_run(place, APPLY, done, [*talk, "headgate: misbehaves: %s; the run's result stands" % message])
            self.assertEqual([("misbehaves", "FILE", outcome, message)], place.outcomes())
            place.assert_nothing_left()

    def test_a_gigabyte_on_standard_output(self):
        self.flood("print-gigabyte", "garbage", "wrote more than 64 MiB to its standard output and error")

    def test_log_lines_without_end(self):
        self.flood("log-without-end", "garbage", "logged more than 64 MiB")

    def test_a_long_log_line(self):
        """Its beginning is shown."""
        with Place() as place:
            done = place.run_headgate(*DRY, *misbehave("log-a-long-line"))
            self.assert_same_run(place, DRY, done, ["[misbehaves] " + "L" * 16 * 1024])
            self.assertEqual([("misbehaves", "FILE", "ok", "")], place.outcomes())

    def test_quietly(self):
        """With -q, what is only information is not shown; the warning is."""
        with Place() as place:
            done = place.run_headgate(*DRY, "-q", *misbehave("print-lines"))
            self.assertEqual(["[misbehaves] an error", "[misbehaves] a warning"], done.err.splitlines())
            done = place.run_headgate(*DRY, "-q", *misbehave("crash"))
            self.assertEqual(["headgate: misbehaves: was ended by signal 11 (Segmentation fault); "
                              "the run's result stands"], done.err.splitlines())

    def test_in_detail(self):
        with Place() as place:
            self.assertIn("[misbehaves] too much detail\n", place.run_headgate(*DRY, "-v", *misbehave("print-lines")).err)


class LeftBehind(RunnerCase):
    def test_a_child_that_goes_on_talking(self):
        """It holds the pipes; nobody waits for it."""
        with Place() as place:
            done = place.run_headgate(*APPLY, *misbehave("leave-a-talking-child"))
            self.assertIn(done.err.count("[misbehaves] I am still here\n"), range(0, 50))
            done.err = done.err.replace("[misbehaves] I am still here\n", "")
            self.assert_same_run(place, APPLY, done, [])
            self.assertEqual([("misbehaves", "FILE", "ok", "")], place.outcomes())
            place.assert_nothing_left("FILE")

    def test_a_daemon(self):
        """What makes a session of its own is out of reach; the run does not wait for it."""
        with Place() as place:
            done = place.run_headgate(*APPLY, *misbehave("leave-a-daemon"))
            self.assert_same_run(place, APPLY, done, [])
            self.assertEqual([("misbehaves", "FILE", "ok", "")], place.outcomes())
            (daemon,) = place.marked()
            os.kill(daemon, signal.SIGKILL)
            place.assert_nothing_left("FILE")


class InMidRun(RunnerCase):
    def start(self, place, *flags):
        """A run whose first kubectl takes its time. Returns it, and its runner's process."""
        place.script("job-000000.yaml sleep 1500")
        process = place.start_headgate(*APPLY, "--parallel", "1", *flags)
        deadline = time.monotonic() + 60
        while not place.launches():
            self.assertLess(time.monotonic(), deadline, "no kubectl was started")
            time.sleep(0.01)
        runners = [pid for pid in place.marked() if b"plugin-runner" in command_line(pid)]
        self.assertEqual(1, len(runners))
        return process, runners[0]

    def test_killed(self):
        with Place() as place:
            process, runner = self.start(place, *misbehave("nothing", "never"))
            os.kill(runner, signal.SIGKILL)
            self.assertEqual(0, self.finish(place, process, "crashed", "was ended by signal 9 (Killed)"))

    def test_killed_strictly(self):
        with Place() as place:
            process, runner = self.start(place, *misbehave("nothing", "never"), "--strict-reporters")
            os.kill(runner, signal.SIGKILL)
            self.assertEqual(1, self.finish(place, process, "crashed", "was ended by signal 9 (Killed)",
                                            "the run fails: --strict-reporters"))

    def test_told_to_end(self):
        """SIGTERM is no reason for a runner to end: its plugin learns of it (hg_host.cancelled), as Headgate's do."""
        with Place() as place:
            process, runner = self.start(place, *misbehave("nothing", "never"))
            os.kill(runner, signal.SIGTERM)
            done = place.finish_headgate(process)
            self.assertEqual(0, done.code, done)
            self.assertEqual([("misbehaves", "FILE", "ok", "")], place.outcomes())

    def finish(self, place, process, outcome, message, what_follows="the run's result stands"):
        done = place.finish_headgate(process)
        self.assertIn("headgate: misbehaves: %s; %s\n" % (message, what_follows), done.err)
        self.assertEqual([("misbehaves", "FILE", outcome, message)], place.outcomes())
        self.assertEqual(JOBS, place.value("SELECT count(*) FROM job_outcomes WHERE status = 'SUCCESS'"))
        place.assert_nothing_left()
        return done.code

    def test_does_not_take_the_next_event(self):
        """More events than a pipe holds, and a run that goes on for longer than the reporter may sleep."""
        with Place() as place:
            write_jobs(place.path("jobs"), 400)
            place.script("job-000000.yaml sleep %d" % ((SOON + 2) * 1000))
            done = place.run_headgate(*APPLY, "--batch", "50", *misbehave("sleep", "run_started", SOON))
            self.assertEqual(0, done.code, done)
            message = "did not take the next event for %d s" % SOON
            self.assertIn("headgate: misbehaves: %s; the run's result stands\n" % message, done.err)
            self.assertEqual([("misbehaves", "FILE", "timed-out", message)], place.outcomes())
            self.assertEqual(400, place.value("SELECT count(*) FROM job_outcomes WHERE status = 'SUCCESS'"))
            place.assert_nothing_left()


def command_line(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return file.read()
    except OSError:
        return b""


if __name__ == "__main__":
    unittest.main()
