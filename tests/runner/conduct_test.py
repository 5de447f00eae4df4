# SPDX-License-Identifier: Apache-2.0
"""What a reporter may do wrong while it runs, and at load: the run does not suffer from it. Each with the very
message, outcome and exit code."""

import os
import re
import unittest

from headgate_case import INSTRUMENTED
from runner_case import APPLY, AT_LEISURE, DRY, JOBS, SOON, RunnerCase, Place, in_turn, reporter_file

OK, FAILED, CRASHED, TIMED_OUT, GARBAGE = "ok", "failed", "crashed", "timed-out", "garbage"

SEGMENTATION_FAULT = "was ended by signal 11 (Segmentation fault)"
KILLED = "was ended by signal 9 (Killed)"
EARLY = "exited with status %d before the run was over"
NOT_READY = "was not ready within %d s" % SOON
NO_END = "did not end within %d s of the run's end" % SOON
DESCRIPTOR = "wrote to a descriptor that is Headgate's"

# Said where more than a second is waited for a reporter.
STILL_AT_WORK = "still at work: it has %d s from the run's end" % SOON


class Row:
    """A reporter, and what is to become of it. `says`: what it tells people itself, without its name."""

    def __init__(self, reporter, outcome, message="", says=(), when=None, file=None):
        self.reporter = reporter if when is None else "misbehaves"
        self.deed = reporter
        self.when = when
        self.outcome = outcome
        self.message = message
        self.says = says
        self.file = file  # what FILE then holds, where that is not each event once

    def __str__(self):
        return self.deed if self.when is None else "%s in %s" % (self.deed, self.when)

    def flags(self):
        flags = ["--reporter", "%s=FILE" % reporter_file(self.reporter),
                 "--reporter-timeout", str(SOON if self.outcome == TIMED_OUT else AT_LEISURE)]
        if self.when is not None:
            flags += ["--set", "misbehaves.deed=%s" % self.deed, "--set", "misbehaves.when=%s" % self.when]
        return flags

    def is_early(self):
        """Known before the first event."""
        return self.when in (None, "create") and self.deed != "throws"


# What misbehaves.c writes.
def events(jobs):
    return "run_started\n" + "job_validated\n" * jobs + "job_finished\n" * jobs + "run_finished\n"


ANYWHERE = ("run_started", "job_validated", "job_finished", "run_finished")
OWN_TIME = ("destroy", "exit", "unload")
GARBAGE_LINES = ("garbage", "garbage")  # on standard output and on standard error

ROWS = [
    # Says so.
    Row("nothing", OK, when="never"),
    *[Row("fail", FAILED, "out of ink", when=when) for when in ANYWHERE],
    *[Row("fail", OK, when=when) for when in OWN_TIME],  # nobody asks for its success there
    Row("fail-without-a-word", FAILED, "failed without saying why", when="job_validated"),
    Row("fail-upwards", FAILED, "failed without saying why", when="job_validated"),
    Row("fail-with-a-number", FAILED, "a code of my own", when="job_validated"),
    Row("fail-with-a-negative-number", FAILED, "a code below all", when="run_started"),
    Row("fail-as-cancelled", FAILED, "you have stopped me", when="job_validated"),
    Row("fail-without-end", FAILED, "x" * 1023, when="job_validated"),
    Row("fail-in-color", FAILED, "\x1b[31mred\x1b[0m\nnext line \ufffd\ufffd\x7f", when="job_finished"),

    # Ends.
    *[Row("crash", CRASHED, SEGMENTATION_FAULT, when=when) for when in ("create", *ANYWHERE, *OWN_TIME)],
    Row("crash-at-load", CRASHED, SEGMENTATION_FAULT),
    Row("crash-in-entry", CRASHED, SEGMENTATION_FAULT),
    Row("wild-name", CRASHED, SEGMENTATION_FAULT),
    Row("wild-function", CRASHED, SEGMENTATION_FAULT),
    Row("abort", CRASHED, "was ended by signal 6 (Aborted)", when="job_validated"),
    Row("trap", CRASHED, "was ended by signal 4 (Illegal instruction)", when="job_validated"),
    Row("recurse", CRASHED, SEGMENTATION_FAULT, when="job_validated"),
    Row("kill-itself", CRASHED, KILLED, when="job_finished"),
    Row("kill-itself", CRASHED, KILLED, when="exit"),
    Row("kill-itself-at-load", CRASHED, KILLED),
    Row("kill-its-group", CRASHED, KILLED, when="job_validated"),
    Row("exit-0", FAILED, "exited with status 0 before it was ready", when="create"),
    *[Row("exit-0", FAILED, EARLY % 0, when=when) for when in (*ANYWHERE, "destroy")],
    Row("exit-0-at-load", FAILED, "exited with status 0 before it was ready"),
    Row("exit-0-in-entry", FAILED, "exited with status 0 before it was ready"),
    Row("exit-3", FAILED, EARLY % 3, when="job_validated"),
    Row("exit-at-once", FAILED, EARLY % 0, when="job_validated"),
    Row("exit-at-once", FAILED, EARLY % 0, when="destroy"),
    Row("become-another", FAILED, EARLY % 0, when="job_validated"),

    # Does not end.
    *[Row("sleep", TIMED_OUT, NO_END, when=when) for when in ("run_started", "job_finished", "run_finished", *OWN_TIME)],
    Row("sleep", TIMED_OUT, NOT_READY, when="create"),
    Row("sleep-at-load", TIMED_OUT, NOT_READY),
    Row("sleep-in-entry", TIMED_OUT, NOT_READY),
    Row("loop", TIMED_OUT, NO_END, when="job_validated"),
    Row("ignore-signals", TIMED_OUT, NO_END, when="job_validated"),
    Row("block-signals", TIMED_OUT, NO_END, when="destroy"),
    Row("stop", TIMED_OUT, NO_END, when="job_validated"),
    Row("wait-in-another-group", TIMED_OUT, NO_END, when="job_validated"),
    Row("become-sleep", TIMED_OUT, NO_END, when="job_validated"),

    # Takes descriptors that are not its own.
    Row("close-all", FAILED, EARLY % 1, when="job_validated"),
    Row("close-all", FAILED, "exited with status 1 before it was ready", when="create"),
    Row("replace-all", FAILED, EARLY % 1, when="job_validated"),
    *[Row("write-to-all", GARBAGE, DESCRIPTOR, GARBAGE_LINES, when=when) for when in ("create", "job_validated", "destroy")],
    Row("write-to-all-at-load", GARBAGE, DESCRIPTOR, GARBAGE_LINES),
    Row("write-to-all-in-entry", GARBAGE, DESCRIPTOR, GARBAGE_LINES),
    Row("write-to-3", OK, when="job_validated"),
    Row("answer-out-of-turn", GARBAGE, "answered out of turn", when="job_validated"),
    Row("promise-a-report", FAILED, EARLY % 0, when="destroy"),
    Row("read-input", OK, when="job_validated"),

    # Talks.
    Row("print-lines", OK, says=(
        "a line on standard output", "a line on standard error", r"\x1b[2Jno escape reaches the terminal \xff",
        "an error", "a warning", "a last line without an end"), when="job_validated"),
    Row("log-oddly", OK, says=(
        "a warning", "level 0", "the highest level", "\\x1b[31mred \ufffd\ufffd\ufffd\ufffd two\\nlines", ""),
        when="job_validated"),
    Row("report-much", OK, when="run_finished", file=events(JOBS) + "0123456789abcdef" * 64 * 1024 * 40),
    Row("large-description", GARBAGE, DESCRIPTOR),

    # Leaves something behind.
    *[Row("leave-a-child", OK, when=when) for when in ("create", "job_validated", "exit")],
    Row("leave-many-children", OK, when="job_validated"),
    Row("leave-a-thread", OK, when="job_validated"),

    # Changes what is everybody's.
    Row("change-signals", OK, when="create"),
    Row("change-surroundings", OK, when="create"),
    Row("leave-its-group", OK, when="create"),
    Row("names-of-the-host", OK, file=""),
    Row("huge-structs", OK, file=""),
]
if not INSTRUMENTED:
    ROWS += [
        # Sanitizers have a process of their own idea of memory, of threads that end, and of exceptions.
        Row("allocate", FAILED, "no memory: less than 1 GiB", when="job_validated"),
        Row("end-its-thread", FAILED, EARLY % 0, when="job_validated"),
        Row("throws", CRASHED, "was ended by signal 6 (Aborted)", says=(
            "terminate called after throwing an instance of 'std::runtime_error'", "  what():  thrown into C")),
    ]


class Conduct(RunnerCase):
    def said(self, row, what_follows):
        """The lines on standard error that the run without this reporter does not have."""
        said = [re.compile(re.escape("[%s] %s" % (row.reporter, text))) for text in row.says]
        if row.outcome == TIMED_OUT and not row.is_early():
            said.append("[%s] %s" % (row.reporter, STILL_AT_WORK))
        if row.outcome != OK:
            message = row.message.replace("\x1b", r"\x1b").replace("\n", r"\n").replace("\x7f", r"\x7f")
            said.append("headgate: %s: %s; %s" % (row.reporter, message, what_follows))
        return said

    def assert_outcome(self, place, row, file):
        """Its row in the history; its file; nothing else is left of it."""
        self.assertEqual([(row.reporter, "FILE", row.outcome, row.message)], place.outcomes())
        place.assert_nothing_left(*(("FILE",) if file is not None else ()))
        if file is not None:
            self.assertEqual(file, place.read("FILE"))

    def written(self, row):
        return None if row.outcome != OK else events(JOBS) if row.file is None else row.file

    def result(self, row):
        return "the run goes on without it" if row.is_early() else "the run's result stands"

    def dry_run(self, row):
        with Place() as place:
            outcome = place.run_headgate(*DRY, *row.flags())
            self.assert_same_run(place, DRY, outcome, self.said(row, self.result(row)))
            self.assert_outcome(place, row, self.written(row))
            place.assert_none_started()

    def apply(self, row):
        with Place() as place:
            place.write("FILE", "old\n", 0o640)
            outcome = place.run_headgate(*APPLY, *row.flags())
            self.assert_same_run(place, APPLY, outcome, self.said(row, self.result(row)))
            self.assert_outcome(place, row, "old\n" if row.outcome != OK else self.written(row))
            self.assertEqual(0o640, os.stat(place.path("FILE")).st_mode & 0o777)
            self.assertEqual(JOBS, len(place.launches()))

    def strict(self, row):
        """The run fails, and is the same but for that."""
        with Place() as place:
            outcome = place.run_headgate(*DRY, *row.flags(), "--strict-reporters")
            _, out, err, _ = self.baseline(DRY)
            self.assertEqual(0 if row.outcome == OK else 1, outcome.code, outcome)
            self.assertEqual(out, outcome.out)
            self.assert_said(err, outcome, self.said(row, "the run fails: --strict-reporters"))
            self.assertEqual("succeeded" if row.outcome == OK else "failed", place.value("SELECT state FROM runs"))
            self.assert_outcome(place, row, self.written(row))

    def test_dry_run(self):
        self.baseline(DRY)
        self.at_once(self.dry_run, in_turn(ROWS, 0))

    def test_apply(self):
        self.baseline(APPLY)
        self.at_once(self.apply, in_turn(ROWS, 1))

    def test_strict(self):
        self.baseline(DRY)
        self.at_once(self.strict, in_turn(ROWS, 2))


class Together(RunnerCase):
    def test_all_of_them_in_one_run(self):
        """Each is given its own FILE; those that are too slow are so at the same time."""
        rows = [row for row in ROWS if row.when is None]
        flags = [flag for row in rows for flag in ("--reporter", "%s=%s.out" % (reporter_file(row.reporter), row.reporter))]
        with Place() as place:
            outcome = place.run_headgate(*APPLY, *flags, "--reporter-timeout", str(2 * SOON))
            code, out, _, recorded = self.baseline(APPLY)
            self.assertEqual(code, outcome.code, outcome)
            self.assertEqual(out, outcome.out)
            self.assertEqual(recorded, place.recorded())
            expected = [(row.reporter, row.reporter + ".out", row.outcome,
                         row.message.replace("%d s" % SOON, "%d s" % (2 * SOON))) for row in rows]
            self.assertEqual(expected, place.outcomes())
            place.assert_nothing_left(*[row.reporter + ".out" for row in rows if row.outcome == OK])


if __name__ == "__main__":
    unittest.main()
