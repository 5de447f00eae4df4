# SPDX-License-Identifier: Apache-2.0
"""Where output goes, and what happens when it cannot go there."""

import os
import pty
import subprocess
import unittest

from headgate_case import BINARY, WRAPPER, HeadgateCase
from job_files import write_jobs

DRY = ("apply", "--jobs-dir", "jobs")
APPLY = (*DRY, "--apply")
PLAN = ("plan", "--jobs-dir", "jobs")
VALIDATE = ("validate", "--jobs-dir", "jobs")


class Streams(HeadgateCase):
    JOBS = 3

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), self.JOBS)

    def shell(self, line, *arguments):
        """Runs a line of shell with the binary as "$@"; returns the finished process."""
        return subprocess.run(
            ["sh", "-c", line, "sh", *WRAPPER, BINARY, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=self.work,
            env=self.environment,
            timeout=120,
            check=False,
        )

    def applied(self):
        return self.value("SELECT count(*) FROM job_outcomes WHERE status = 'SUCCESS'")

    def test_data_and_log_lines_are_apart(self):
        outcome = self.expect(0, *APPLY)
        self.assertTrue(outcome.out.startswith("[SUMMARY]\n"))
        self.assertNotIn("[SUMMARY]", outcome.err)
        for line in outcome.err.splitlines():
            self.assertRegex(line, r"^(\[D(29_K8S|30_K8S_EXEC|31_K8S_APPLY)\] |headgate: )")

    def test_no_colours_in_a_file(self):
        outcome = self.expect(0, *APPLY)
        self.assertNotIn(b"\x1b", outcome.stdout + outcome.stderr)
        outcome = self.expect(0, *APPLY, "--color", "always")
        self.assertIn(b"\x1b[", outcome.stdout)
        outcome = self.expect(0, *APPLY, "--color=never")
        self.assertNotIn(b"\x1b", outcome.stdout + outcome.stderr)

    def on_a_terminal(self, *arguments):
        """What a person would see: both streams on one terminal."""
        master, slave = pty.openpty()
        process = subprocess.Popen([*WRAPPER, BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                                   cwd=self.work, env=self.environment)
        os.close(slave)
        seen = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # EIO: the last writer is gone
                break
            if not part:
                break
            seen += part
        os.close(master)
        self.assertEqual(0, process.wait(120))
        return seen

    def test_colours_on_a_terminal(self):
        self.environment["TERM"] = "xterm"
        self.assertIn(b"\x1b[", self.on_a_terminal(*APPLY))
        self.assertNotIn(b"\x1b", self.on_a_terminal(*APPLY, "--color", "never"))
        self.environment["NO_COLOR"] = "1"
        self.assertNotIn(b"\x1b", self.on_a_terminal(*APPLY))
        self.environment["NO_COLOR"] = ""
        self.environment["TERM"] = "dumb"
        self.assertNotIn(b"\x1b", self.on_a_terminal(*APPLY))

    # Whatever writes to standard output, by itself or because it is asked to.
    WRITERS = (
        DRY, (*DRY, "-q"), (*DRY, "-o", "json"), (*DRY, "--output-report", "-"), (*DRY, "--reporter", "markdown=-"),
        (*DRY, "--reporter", "github=/dev/stdout"), APPLY, (*APPLY, "-o", "json"), PLAN, (*PLAN, "-o", "json"), (*PLAN, "--save", "-"),
        (*PLAN, "-q"), VALIDATE, (*VALIDATE, "-o", "json"), (*VALIDATE, "--output-plan", "-"), ("history", "list"),
        ("history", "list", "-o", "json"), ("history", "show", "latest"), ("history", "show", "latest", "-o", "json"),
        ("history", "path"), ("plugin", "list"), ("plugin", "list", "-o", "json"), ("plugin", "show", "report-json"), ("--help",),
        ("apply", "--help"), ("help", "apply"), ("--version",),
    )

    def test_standard_output_that_takes_nothing(self):
        """What was asked for is not there: that is a failure, of everyone who writes."""
        self.expect(0, *DRY)
        for where, words in ((">&-", b"is not open for writing"), (">/dev/full", b"No space left on device")):
            for command in self.WRITERS:
                with self.subTest(where=where, command=command):
                    done = self.shell('"$@" ' + where, *command)
                    self.assertEqual(1, done.returncode, done.stderr)
                    self.assertIn(words, done.stderr)

    def test_closed_standard_output(self):
        """That is known before the run: nothing is applied."""
        done = self.shell('"$@" >&-', *APPLY)
        self.assertEqual(1, done.returncode)
        self.assertIn(b"headgate: standard output: is not open for writing", done.stderr)
        self.assert_none_started()
        self.assertEqual("failed", self.value("SELECT state FROM runs"))

    def test_closed_standard_input(self):
        done = self.shell('"$@" <&-', *APPLY)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(self.JOBS, self.applied())

    def test_closed_standard_error(self):
        done = self.shell('"$@" 2>&-', *APPLY)
        self.assertEqual(0, done.returncode)
        self.assertIn(b"Successful:              3\n", done.stdout)
        self.assertEqual("ok", self.value("PRAGMA integrity_check"))

    def test_everything_closed(self):
        """No file that is opened later may be taken for a standard stream."""
        done = self.shell('"$@" <&- >&- 2>&-', *APPLY)
        self.assertEqual(1, done.returncode)
        self.assert_none_started()
        self.assertEqual("ok", self.value("PRAGMA integrity_check"))

    def test_full_disk(self):
        done = self.shell('"$@" > /dev/full', *APPLY)
        self.assertEqual(1, done.returncode, done.stderr)
        self.assertIn(b"No space left on device", done.stderr)
        self.assertEqual(self.JOBS, self.applied())

    def test_full_disk_under_log_lines(self):
        done = self.shell('"$@" 2> /dev/full', *APPLY)
        self.assertEqual(0, done.returncode)
        self.assertEqual(self.JOBS, self.applied())

    def test_reader_that_goes_away(self):
        """`| head -1` ends nothing half-way, and is no error of the reader's."""
        done = self.shell('{ "$@"; echo $? > status; } | head -c 1 > /dev/null', *APPLY)
        self.assertEqual(0, done.returncode)
        self.assertEqual("0", self.read("status").strip())
        self.assertEqual(self.JOBS, self.applied())
        self.assertNotIn(b"Broken pipe", done.stderr)

    def test_reader_that_was_never_there(self):
        done = self.shell('{ sleep 0.3; "$@"; echo $? > status; } | true', *APPLY)
        self.assertEqual(0, done.returncode)
        self.assertEqual(self.JOBS, self.applied())
        self.assertEqual("succeeded", self.value("SELECT state FROM runs"))

    def test_log_reader_that_goes_away(self):
        done = self.shell('{ "$@" 2>&1 >out.txt; echo $? > status; } | true', *APPLY)
        self.assertEqual(0, done.returncode)
        self.assertEqual("0", self.read("status").strip())
        self.assertEqual(self.JOBS, self.applied())

    def test_locale_does_not_matter(self):
        outputs = set()
        for locale in ("C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"):
            self.environment["LC_ALL"] = locale
            outputs.add(self.expect(0, *APPLY).out.rpartition("\nRun ")[0])
        self.assertEqual(1, len(outputs))


if __name__ == "__main__":
    unittest.main()
