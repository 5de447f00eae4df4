# SPDX-License-Identifier: Apache-2.0
"""Reporters that take one kind of run wrong, and the one check that finds it. Deeds that different checks
find are done together: the reason says which was found."""

import unittest

from check_case import SOON, CheckCase

SEGMENTATION_FAULT = "was ended by signal 11 (Segmentation fault)"
APPLY_WHOLE = "every event and status: apply, whole report"
FULL, GETS_FULL = "a disk that is full", "a disk that gets full"


class WrongInRuns(CheckCase):
    def test_one_kind_of_run_each(self):
        self.check_wrong(
            ["no-jobs", "validate", "validate-whole", "dry-run", "apply", "early-end", "no-event", "no-end",
             "unknown-status"],
            {
                "a run without Jobs": "run_finished: there is nothing to report",
                "every event: validate": "run_started: only for applies",
                "every event: validate, whole report": "job_validated: " + SEGMENTATION_FAULT,
                "every event: dry run": "job_finished: exited with status 3 before the run was over",
                "every event and status: apply": "run_started: was ended by signal 9 (Killed)",
                "an early end: nothing but run_started":
                    "run_finished: was ended by signal 8 (Floating point exception)",
                "an early end: no event at all": "destroy: " + SEGMENTATION_FAULT,
                "an early end: no run_finished": "destroy: exited with status 0 before the run was over",
                "unknown mode, status, severity and flags": "job_finished: what is status 1000?",
            })

    def test_a_reporter_that_never_ends(self):
        self.check_wrong(["dry-run-whole"], {
            "every event: dry run, whole report":
                "run_finished: did not end within %s s of the run's end" % SOON,
        }, SOON)

    def test_terminals_and_a_full_disk(self):
        self.check_wrong(["terminal", "writes-again"], {
            "odd bytes do nothing to a terminal": "byte 110 of its report is the control character \\x01",
            FULL: "wrote again after output->write had failed",
            GETS_FULL: "wrote again after output->write had failed",
        })

    def test_without_a_word(self):
        """The run in which kubectl is ended by a signal is part of several checks."""
        reason = "job_finished: failed without saying why"
        self.check_wrong(["apply-whole"], {
            APPLY_WHOLE: reason,
            "an early end: no run_finished": reason,
            "unknown events and members": reason,
        })

    def test_a_full_disk(self):
        self.check_wrong(["aborts-on-full-disk"], {
            FULL: "run_started: was ended by signal 6 (Aborted)",
            GETS_FULL: "job_finished: was ended by signal 6 (Aborted)",
        })

    def test_a_full_disk_that_is_ignored(self):
        self.check_wrong(["ignores-full-disk"], {
            FULL: "run_started returned 0 after output->write had failed",
            GETS_FULL: "job_finished returned 0 after output->write had failed",
        })


if __name__ == "__main__":
    unittest.main()
