# SPDX-License-Identifier: Apache-2.0
"""Programs that read events: exec:/abs/program[=ARGUMENT]."""

import os
import sys
import unittest

from check_case import MEASURED, PROGRAM, CheckCase

GOOD = """\
#!%s
import json
import sys

jobs = 0
for line in sys.stdin:
    event = json.loads(line)
    if event["event"] == "job_finished":
        jobs += 1
        event["stdout"].encode("utf-8", "surrogatepass")
with open(sys.argv[1], "a", encoding="ascii") as report:
    report.write("%%d Jobs\\n" %% jobs)
print("<6>", jobs, "Jobs")
""" % sys.executable

WRONG = """\
#!%s
import json
import os
import signal
import sys
import time

known = {"run_started", "job_validated", "job_finished", "job_observed", "job_completed", "run_finished"}
seen, jobs = set(), 0
for line in sys.stdin:
    event = json.loads(line)
    name = event["event"]
    if name not in known:
        sys.exit("I do not know " + name)
    seen.add(name)
    jobs += name == "job_validated"
    if name == "run_started" and event["mode"] == "validate":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "run_started" and event["mode"] == "unknown":
        print("a line\\nand another", file=sys.stderr)
        sys.exit(3)
    if name == "job_finished" and len(event["stdout"]) >= 1 << 20:
        sys.exit("\\x1b[31mtoo much\\x1b[0m")
    if name == "run_finished" and jobs == 100000:
        sys.exit(4)
if "run_finished" not in seen and seen:
    os.kill(os.getpid(), signal.SIGTERM)
if not seen:
    sys.exit(5)  # nobody can say what is right then
""" % sys.executable


class Program(CheckCase):
    def program(self, text):
        return self.write("program", text, 0o755)

    def test_good(self):
        report = self.path("report")
        self.check("exec:%s=%s" % (self.program(GOOD), report), "/TOP/work/program", PROGRAM, {},
                   "--reporter-timeout", "300")
        with open(report, encoding="ascii") as file:
            counts = file.read().split("\n")
        # A line for each run: the first check is of the file.
        self.assertEqual((len(PROGRAM), ""), (len(counts), counts[-1]))
        self.assertEqual("100000 Jobs", counts[PROGRAM.index(MEASURED) - 1])

    def test_one_thing_wrong_each(self):
        self.check("exec:" + self.program(WRONG), "/TOP/work/program", PROGRAM, {
            "every event: validate, whole report": "was ended by signal 9 (Killed)",
            MEASURED: "exited with status 4",
            "odd bytes": "exited with status 1: \\x1b[31mtoo much\\x1b[0m",
            "an early end: no run_finished": "was ended by signal 15 (Terminated)",
            "unknown events and members": "exited with status 1: I do not know job_retried",
            "unknown mode, status, severity and flags": "exited with status 3: and another",
        }, "--reporter-timeout", "300")

    def test_one_that_reads_nothing_and_ends(self):
        """Whoever closes its input has read all that it wanted."""
        self.check("exec:/bin/true", "/bin/true", PROGRAM, {})

    def test_one_that_never_ends(self):
        """It is ended when it should have ended, or when it takes no more."""
        failures = dict.fromkeys(PROGRAM[1:], "did not end within 1 s of the run's end")
        failures.update(dict.fromkeys((MEASURED, "odd bytes"), "did not take the next event for 1 s"))
        self.check("exec:" + self.program("#!/bin/sh\nexec sleep 1000\n"), "/TOP/work/program", PROGRAM, failures,
                   "--reporter-timeout", "1")

    def test_what_cannot_be_started(self):
        writable = self.write("writable", "#!/bin/sh\n", 0o755)
        os.chmod(writable, 0o777)
        for operand, message in (
            ("exec:program", "--reporter exec:program: a program is named by its absolute path"),
            ("exec:/nowhere/at/all", "reporter /nowhere/at/all: No such file or directory"),
            ("exec:" + self.write("plain", "text"), "reporter /TOP/work/plain: is no program"),
            ("exec:" + writable, "reporter /TOP/work/writable: is writable by group or others: chmod go-w it"),
        ):
            with self.subTest(operand):
                outcome = self.expect(1, "plugin", "check", operand)
                self.assertEqual(("", "headgate: %s\n" % message), (outcome.out, outcome.err))


if __name__ == "__main__":
    unittest.main()
