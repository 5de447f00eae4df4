# SPDX-License-Identifier: Apache-2.0
"""What the tests of reporters in processes of their own stand on: many runs beside each other, each with a
place of its own, compared with the same run without the reporter.

Set by CMake, beside what headgate_case.py asks for: TEST_PLUGINS is the directory of the bad reporters here,
REFUSED_PLUGINS that of tests/plugins.
"""

import json
import os
import re
import signal
import sqlite3
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from headgate_case import INSTRUMENTED, TEST_PLUGINS, HeadgateCase
from job_files import write_jobs

JOBS = 3
DRY = ("apply", "--jobs-dir", "jobs")
APPLY = DRY + ("--apply",)

# A reporter that does not come to an end is given this long, in seconds; others have all the time there is.
SOON = 5 if INSTRUMENTED else 2
AT_LEISURE = 300

# Runs at one time. Most of them wait.
AT_ONCE = 16

# Each event once, in order.
EVENTS = ["run_started"] + ["job_validated"] * JOBS + ["job_finished"] * JOBS + ["run_finished"]

# What differs from run to run, or from call to call. On a slow machine any reporter may take its time.
_LEFT_OUT_TABLES = ("reporter_outcomes", "plugins")
_STILL_AT_WORK = re.compile(r"\[\S+\] still at work: it has \d+ s from the run's end")
_HIDDEN = re.compile(r"\(hidden, [0-9a-f]{8}\)")  # each history has a key of its own
_LEFT_OUT_COLUMNS = re.compile(r"(_at|_ms)$|^(pid|argv)$")


def reporter_file(name):
    return os.path.join(TEST_PLUGINS, "headgate-%s.so" % name)


def in_turn(rows, way, ways=3):
    """The rows that are run this way. A sanitizer looks at memory, and each row once is enough for that: the
    ways take turns; without one each row is run in every way."""
    return rows[way::ways] if INSTRUMENTED else rows


def program(place, text, name="program", mode=0o755):
    """Makes a program of the shell's, or of another's that its first line names, and returns its path."""
    path = os.path.join(place.top, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text if text.startswith("#!") else "#!/bin/sh\n" + text)
    os.chmod(path, mode)
    return path


def named(path, argument=None):
    """The flags that name a program as a reporter."""
    return ("--reporter", "exec:" + path + ("" if argument is None else "=" + argument))


def events_in(text):
    """The names of the events in these lines."""
    return [json.loads(line)["event"] for line in text.splitlines()]


class Place(HeadgateCase):
    """One run. Used by tests, and no test itself; a `with` statement opens and closes it."""

    def __enter__(self):
        self.setUp()
        self.mark = "HEADGATE_TEST_MARK=%s" % uuid.uuid4()
        self.environment.update([self.mark.split("=")])
        # Signals are to end a process as they do without a sanitizer.
        left_alone = "".join(":handle_%s=0" % name for name in ("segv", "abort", "sigill", "sigbus", "sigfpe"))
        for name in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"):
            self.environment[name] += left_alone
        write_jobs(self.path("jobs"), JOBS)
        return self

    def __exit__(self, *_):
        for pid in self.marked():
            os.kill(pid, signal.SIGKILL)
        self.doCleanups()

    def marked(self):
        """The processes that were started from here and still run."""
        found = []
        for name in os.listdir("/proc"):
            try:
                if name.isdigit():
                    with open("/proc/%s/environ" % name, "rb") as file:
                        if self.mark.encode() in file.read():
                            found.append(int(name))
            except OSError:
                pass  # somebody else's, or gone
        return found

    def assert_nothing_left(self, *files):
        """No process, no temporary file; in the working directory only these files."""
        deadline = time.monotonic() + 30
        while self.marked():
            self.assertLess(time.monotonic(), deadline, "processes are left: %s" % self.marked())
            time.sleep(0.02)
        self.assertEqual([], os.listdir(self.environment["TMPDIR"]))
        self.assertEqual(sorted(["jobs", *files]), sorted(os.listdir(self.work)))

    def recorded(self):
        """The history as lines, without what one more reporter adds."""
        database = sqlite3.connect("file:%s?mode=ro" % self.history, uri=True)
        lines = []
        # Texts as they are shown: each history keeps them in pieces of its own.
        for (table,) in database.execute("SELECT name FROM sqlite_schema WHERE (type = 'table' AND name NOT IN"
                                         " ('kept_manifests', 'manifest_bases')) OR name = 'manifests' ORDER BY name"):
            if table in _LEFT_OUT_TABLES or table.startswith("sqlite_"):
                continue
            cursor = database.execute("SELECT * FROM %s" % table)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                kept = ["%s=%r" % pair for pair in zip(names, row) if not _LEFT_OUT_COLUMNS.search(pair[0])]
                lines.append(_HIDDEN.sub("(hidden)", self.normal("%s: %s" % (table, ", ".join(kept)))))
        database.close()
        return lines

    def outcomes(self):
        """Of the last run, and the reporters that the user named: (reporter, target, outcome, message)."""
        rows = self.query("SELECT reporter, target, outcome, message FROM reporter_outcomes"
                          " WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY reporter_outcome_id")
        self.assertEqual(("report-text", None, "ok", ""), tuple(rows[0].values()))
        return [tuple(row.values()) for row in rows[1:]]


class RunnerCase(HeadgateCase):
    """Compares runs with the same run without a reporter."""

    _baselines = {}

    def baseline(self, arguments):
        """(exit code, standard output, lines of standard error, history) without a reporter."""
        if arguments not in self._baselines:
            with Place() as place:
                outcome = place.run_headgate(*arguments)
                self.assertEqual(0, outcome.code, outcome)
                self._baselines[arguments] = (outcome.code, outcome.out, outcome.err.splitlines(), place.recorded())
        return self._baselines[arguments]

    def assert_same_run(self, place, arguments, outcome, said):
        """The run is the one without the reporter; `said` are the other lines on standard error, in any order:
        each a text, or a pattern that a whole line must match."""
        code, out, err, recorded = self.baseline(arguments)
        self.assertEqual(code, outcome.code, outcome)
        self.assertEqual(out, outcome.out)
        self.assertEqual(recorded, place.recorded())
        self.assert_said(err, outcome, said)

    def assert_said(self, others, outcome, said):
        lines = outcome.err.splitlines()
        for line in others:
            self.assertIn(line, lines)
            lines.remove(line)
        for expected in said:
            matching = [line for line in lines if line == expected or
                        (isinstance(expected, re.Pattern) and expected.fullmatch(line))]
            self.assertTrue(matching, "%s is not in %s" % (expected, outcome))
            lines.remove(matching[0])
        lines = [line for line in lines if not _STILL_AT_WORK.fullmatch(line)]
        self.assertEqual([], lines, "more on standard error than expected")

    def at_once(self, function, rows):
        """Calls function(row) for all rows, some at a time; what goes wrong tells its row."""
        failures = []  # told afterwards: subTest is not made for threads

        def collect(row):
            try:
                function(row)
            except Exception as failure:  # every kind is to be told with its row
                failures.append((row, failure))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(collect, rows))
        for row, failure in failures:
            with self.subTest(str(row)):
                raise failure
