# SPDX-License-Identifier: Apache-2.0
"""What the tests of `headgate plugin check` stand on: a good reporter's lines, and how others differ.

Set by CMake, beside what headgate_case.py needs: TEST_PLUGINS is the directory of the reporters here.
"""

import os
import re

from headgate_case import INSTRUMENTED, TEST_PLUGINS, HeadgateCase

# The checks of a reporter that is a plugin, in order.
DESCRIPTION = [
    "loads, and says what it is",
    "its options and rules have names of their own",
]
RUNS = [
    "destroy(NULL)",
    "a run without Jobs",
    "every event: validate",
    "every event: validate, whole report",
    "every event: dry run",
    "every event: dry run, whole report",
    "every event and status: apply",
    "every event and status: apply, whole report",
    "100,000 Jobs",
    "odd bytes",
    "odd bytes do nothing to a terminal",
    "an early end: nothing but run_started",
    "an early end: no event at all",
    "an early end: no run_finished",
    "unknown events and members",
    "unknown mode, status, severity and flags",
    "a disk that is full",
    "a disk that gets full",
]
CONDUCT = [
    "leaves the locale alone",
    "leaves the working directory alone",
    "leaves the descriptors alone",
    "leaves no thread behind",
    "leaves no process behind",
    "writes its report in the events only",
    "writes nothing to standard output",
]
REPORTER = DESCRIPTION + RUNS + CONDUCT

# The checks of a program that reads events.
PROGRAM = [
    "is a program that may be started",
    "a run without Jobs",
    "every event: validate, whole report",
    "every event: dry run, whole report",
    "every event and status: apply, whole report",
    "100,000 Jobs",
    "odd bytes",
    "an early end: nothing but run_started",
    "an early end: no event at all",
    "an early end: no run_finished",
    "unknown events and members",
    "unknown mode, status, severity and flags",
]

MEASURED = "100,000 Jobs"
FIGURES = re.compile(r"\d+\.\d\d s, (\d+\.\d) MiB of memory at its peak")

# What never ends is given this long, in seconds; others have all the time there is.
SOON = "10" if INSTRUMENTED else "4"
AT_LEISURE = "300"


def listing(names, failures):
    """The lines for these checks, where `failures` says what did not pass, and why."""
    assert set(failures) <= set(names), set(failures) - set(names)
    width = max(map(len, names))
    lines = []
    for name in names:
        if name in failures:
            lines.append("not ok  %s  %s" % (name.ljust(width), failures[name]))
        elif name == MEASURED:
            lines.append("ok      %s  FIGURES" % name.ljust(width))
        else:
            lines.append("ok      %s" % name)
    verdict = ("%d of %d checks did not pass" % (len(failures), len(names)) if failures
               else "all %d checks passed" % len(names))
    return "\n".join(lines) + "\n\n%s\n" % verdict


class CheckCase(HeadgateCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(os.umask, os.umask(0o022))
        # Signals are to end a process as they do without a sanitizer.
        left_alone = "".join(":handle_%s=0" % name for name in ("segv", "abort", "sigill", "sigbus", "sigfpe"))
        for name in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"):
            self.environment[name] += left_alone

    def plugin(self, name):
        return os.path.join(TEST_PLUGINS, "headgate-%s.so" % name)

    def check(self, operand, heading, names, failures, *flags):
        """All that is printed is compared, but for the figures."""
        outcome = self.run_headgate("plugin", "check", operand, *flags)
        text = outcome.stdout.decode("utf-8")
        self.assertEqual("%s\n\n%s" % (heading, listing(names, failures)), self.normal(FIGURES.sub("FIGURES", text)))
        self.assertEqual("", outcome.err)
        self.assertEqual(1 if failures else 0, outcome.code)
        for mebibytes in FIGURES.findall(text):
            self.assertGreater(float(mebibytes), 1)

    def check_wrong(self, deeds, failures, timeout=AT_LEISURE):
        """Beside its deeds it always gives up in the two runs that take long: that reporters get through them
        is shown by those that pass."""
        path = self.plugin("wrong")
        deeds = ["many-jobs", "odd-bytes", *deeds]
        failures = {MEASURED: "too many Jobs",
                    "odd bytes": "job_finished: was ended by signal 6 (Aborted)", **failures}
        self.check(path, "wrong 0.1, a reporter of interface 1.0: " + self.normal(path), REPORTER, failures,
                   "--set", "wrong.deeds=" + ",".join(deeds), "--reporter-timeout", timeout)
