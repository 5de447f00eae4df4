# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C while reporters are at work, and reporters that follow a run while it goes on."""

import json
import os
import signal
import time
import unittest

from runner_case import (APPLY, AT_LEISURE, DRY, EVENTS, JOBS, RunnerCase, Place, events_in, named, program,
                            reporter_file)

ASKED_TWICE = "was ended before it was done: you asked twice to stop"


def until(case, condition, what):
    deadline = time.monotonic() + 60
    while not condition():
        case.assertLess(time.monotonic(), deadline, what)
        time.sleep(0.01)


def holds(place, name, text):
    """Whether the file has it by now."""
    path = place.path(name)
    return os.path.exists(path) and text in place.read(name)


def catches_sigterm(pid):
    """Whether the process has a handler by now; before, the signal would end it."""
    with open("/proc/%d/status" % pid, encoding="ascii") as lines:
        caught = next(line.split()[1] for line in lines if line.startswith("SigCgt:"))
    return bool(int(caught, 16) & 1 << (signal.SIGTERM - 1))


def interrupt(case, process, send=os.kill):
    """Ctrl-C, which the process has taken: two that come at once are one."""
    send(process.pid, signal.SIGINT)
    until(case, lambda: not pending(process.pid) & 1 << (signal.SIGINT - 1), "it does not take the signal")


def has_loaded(pid, name):
    try:
        with open("/proc/%d/maps" % pid, encoding="ascii") as lines:
            return any(name in line for line in lines)
    except OSError:
        return False  # gone, or not yet itself


def pending(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as lines:
        return next(int(line.split()[1], 16) for line in lines if line.startswith("ShdPnd:"))


class Live(RunnerCase):
    def test_a_program_follows_the_run(self):
        """It knows of the first Job's end while the second kubectl is at work, which ends only after that."""
        with Place() as place:
            place.script("job-000001.yaml exit-on-term 0")
            path = program(place, 'exec cat >"$1"\n')
            process = place.start_headgate(*APPLY, "--parallel", "1", *named(path, "FILE"))
            until(self, lambda: len(place.launches()) == 2, "the second kubectl was not started")
            until(self, lambda: holds(place, "FILE", '"job_finished"'), "no event came")
            self.assertEqual(EVENTS[:JOBS + 2], events_in(place.read("FILE")))
            with open(place.launch_log, encoding="utf-8") as rows:
                kubectl = [json.loads(row)["pid"] for row in rows][1]
            until(self, lambda: catches_sigterm(kubectl), "the second kubectl does not wait")
            os.kill(kubectl, signal.SIGTERM)
            self.assertEqual(1, place.finish_headgate(process).code)  # it exits with 0, and confirms nothing
            self.assertEqual(EVENTS, events_in(place.read("FILE")))

    def test_a_plugin_follows_the_run(self):
        """Its log lines come while the run goes on."""
        with Place() as place:
            place.script("job-000001.yaml sleep 2500")
            process = place.start_headgate(*APPLY, "--parallel", "1", "--reporter", reporter_file("misbehaves"),
                                           "--set", "misbehaves.deed=log-oddly", "--set", "misbehaves.when=job_finished")
            seen = b""
            while b"level 0" not in seen:
                piece = os.read(process.stderr.fileno(), 4096)
                self.assertTrue(piece, "it did not speak while the run went on")
                seen += piece
            self.assertNotIn(b"Applied successfully: arb-tuning-nightly1-worker-3-2", seen)
            self.assertEqual(0, place.finish_headgate(process).code)


class InTheRun(RunnerCase):
    """A run that was stopped has its report all the same."""

    def stop(self, place, times, *flags):
        place.script("* sleep 1500")
        process = place.start_headgate(*APPLY, "--parallel", "1", "--reporter-timeout", str(AT_LEISURE), *flags)
        until(self, place.launches, "no kubectl was started")
        for _ in range(times):
            interrupt(self, process)
        outcome = place.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assertEqual("cancelled", place.value("SELECT state FROM runs"))
        return outcome

    def assert_reported(self, place):
        last = json.loads(place.read("FILE").splitlines()[-1])
        self.assertEqual(("run_finished", 130, JOBS), (last["event"], last["exit_code"], last["total_jobs"]))
        self.assertEqual(EVENTS, place.read("plugin").split())
        self.assertEqual(["ok", "ok"], [row[2] for row in place.outcomes()])
        place.assert_nothing_left("FILE", "plugin")

    def test_once(self):
        with Place() as place:
            self.stop(place, 1, *named(program(place, 'exec cat >"$1"\n'), "FILE"),
                      "--reporter", reporter_file("misbehaves") + "=plugin")
            self.assert_reported(place)

    def test_twice(self):
        with Place() as place:
            self.stop(place, 2, *named(program(place, 'exec cat >"$1"\n'), "FILE"),
                      "--reporter", reporter_file("misbehaves") + "=plugin")
            self.assert_reported(place)

    def test_twice_with_one_that_is_not_quick(self):
        with Place() as place:
            path = program(place, "cat >/dev/null\nexec sleep 600\n")
            outcome = self.stop(place, 2, *named(path))
            self.assertEqual([("exec:" + path, None, "failed", ASKED_TWICE)], place.outcomes())
            self.assertIn(ASKED_TWICE + "; the run's result stands\n", outcome.err)
            place.assert_nothing_left()

    def test_a_plugin_is_told_of_both(self):
        with Place() as place:
            self.stop(place, 2, "--reporter", reporter_file("misbehaves") + "=FILE", "--set",
                      "misbehaves.deed=fail-when-asked-twice", "--set", "misbehaves.when=run_finished")
            self.assertEqual([("misbehaves", "FILE", "failed", "asked twice")], place.outcomes())
            place.assert_nothing_left()

    def test_a_plugin_that_says_so(self):
        """It was asked to stop, and gives that as its reason: nobody is warned."""
        with Place() as place:
            outcome = self.stop(place, 1, "--reporter", reporter_file("misbehaves") + "=FILE",
                                "--set", "misbehaves.deed=fail-as-cancelled", "--set", "misbehaves.when=run_finished")
            self.assertEqual([("misbehaves", "FILE", "failed", "you have stopped me")], place.outcomes())
            self.assertNotIn("misbehaves", outcome.err)
            place.assert_nothing_left()


class AtItsEnd(RunnerCase):
    """All Jobs have their outcome; a reporter is waited for."""

    def wait_at_end(self, place, script='cat >"$1"\nsleep 600\n', *flags):
        path = program(place, script)
        process = place.start_headgate(*DRY, *named(path, "FILE"), "--reporter-timeout", str(AT_LEISURE), *flags)
        until(self, lambda: holds(place, "FILE", '"run_finished"'), "the run did not end")
        return path, process

    def test_once(self):
        """The reporter may go on: nothing of the run is left to stop."""
        with Place() as place:
            path, process = self.wait_at_end(place, 'cat >"$1"\nwhile [ ! -e go ]; do sleep 0.1; done\n')
            interrupt(self, process)
            self.assertIsNone(process.poll())
            place.write("go", "")
            outcome = place.finish_headgate(process)
            self.assert_same_run(place, DRY, outcome, [])
            self.assertEqual([("exec:" + path, "FILE", "ok", "")], place.outcomes())

    def test_twice(self):
        with Place() as place:
            path, process = self.wait_at_end(place)
            for _ in range(2):
                interrupt(self, process)
            outcome = place.finish_headgate(process)
            self.assert_same_run(place, DRY, outcome, [
                place.normal("headgate: exec:%s: %s; the run's result stands" % (path, ASKED_TWICE))])
            self.assertEqual([("exec:" + path, "FILE", "failed", ASKED_TWICE)], place.outcomes())
            place.assert_nothing_left("FILE")

    def test_the_program_hears_nothing_of_it(self):
        """Ctrl-C is the user's word to Headgate: a terminal sends it to its own group only, and it is not passed on."""
        with Place() as place:
            _, process = self.wait_at_end(place, 'trap "echo heard >>heard" INT TERM HUP\ncat >"$1"\n'
                                                 'while [ ! -e go ]; do sleep 0.1; done\n')
            interrupt(self, process, os.killpg)
            place.write("go", "")
            self.assertEqual(0, place.finish_headgate(process).code)
            self.assertFalse(os.path.exists(place.path("heard")))


class AtItsBeginning(RunnerCase):
    def test_twice(self):
        """A plugin that hangs where it is loaded holds nobody up who wants to stop."""
        with Place() as place:
            process = place.start_headgate(*APPLY, "--reporter", reporter_file("sleep-at-load") + "=FILE",
                                           "--reporter-timeout", str(AT_LEISURE))
            until(self, lambda: any(has_loaded(pid, "sleep-at-load") for pid in place.marked()), "no runner has loaded it")
            for _ in range(2):
                interrupt(self, process)
            outcome = place.finish_headgate(process)
            self.assertEqual(130, outcome.code, outcome)
            self.assertEqual([("sleep-at-load", "FILE", "failed", ASKED_TWICE)], place.outcomes())
            place.assert_none_started()
            place.assert_nothing_left()


class Killed(RunnerCase):
    def test_headgate_itself(self):
        """Its reporters see their input end without run_finished, and end."""
        with Place() as place:
            place.script("* sleep 60000")
            path = program(place, 'exec cat >"$1"\n')
            process = place.start_headgate(*APPLY, *named(path, "FILE"), "--reporter", reporter_file("misbehaves") + "=plugin")
            until(self, lambda: place.launches() and holds(place, "FILE", '"job_validated"'), "the run did not begin")
            process.kill()
            process.wait()

            def reporters():
                names = []
                for pid in place.marked():
                    try:
                        with open("/proc/%d/cmdline" % pid, "rb") as file:
                            names.append(file.read())
                    except OSError:
                        pass
                return [name for name in names if b"kubectl" not in name]

            until(self, lambda: not reporters(), "a reporter outlives headgate")
            self.assertNotIn("run_finished", events_in(place.read("FILE")))
            self.assertFalse(os.path.exists(place.path("plugin")))


if __name__ == "__main__":
    unittest.main()
