# SPDX-License-Identifier: Apache-2.0
"""Reporters that leave the process in another state than they found it. Deeds that different checks find
are done together: the reason says which was found."""

import unittest

from check_case import CONDUCT, CheckCase


class WrongConduct(CheckCase):
    def check_conduct(self, deeds, reasons, more=()):
        """`reasons`: one for each line of CONDUCT, "" where it passes."""
        failures = {name: reason for name, reason in zip(CONDUCT, reasons, strict=True) if reason}
        failures.update(more)
        self.check_wrong(deeds, failures)

    def test_one_of_each(self):
        outside = "wrote outside of the events"
        self.check_conduct(
            ["signal-action", "locale", "environment", "standard-flags", "descriptor-open", "thread", "write-in-create"],
            ["SIGUSR1 has another action",
             "it was C and is C.UTF-8",
             "",
             "",
             "WRONG is not what it was",
             "descriptor 2 has other flags",
             "descriptor 4 was left open",
             "1 live on after destroy",
             "",
             outside,
             ""],
            {"a disk that is full": "create: No space left on device", "a disk that gets full": outside})

    def test_the_others(self):
        self.check_conduct(
            ["signal-mask", "directory", "umask", "standard-closed", "descriptor-closed", "joined-thread", "child",
             "print"],
            ["other signals are blocked",
             "",
             "it is /",
             "it was 022 and is 011",
             "",
             "descriptor 0 is closed",
             "descriptor 3 is closed",
             "",
             "one lives on after destroy",
             "",
             "8 bytes: a reporter writes to hg_output"])

    def test_otherwise(self):
        outside = "wrote outside of the events"
        self.check_conduct(
            ["timer", "thread-locale", "no-environment", "standard-moved", "zombie", "write-in-destroy"],
            ["a timer runs that will send a signal",
             "the thread has one of its own",
             "",
             "",
             "HOME is not what it was",
             "descriptor 1 is another file",
             "",
             "",
             "one that ended was not waited for",
             outside,
             ""])

    def test_a_process_that_goes_its_own_way(self):
        self.check_conduct(["daemon"], ["", "", "", "", "", "", "", "", "one lives on after destroy", "", ""])


if __name__ == "__main__":
    unittest.main()
