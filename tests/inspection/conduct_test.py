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
            ["locale", "descriptor-open", "thread", "write-in-create"],
            ["it was C and is C.UTF-8",
             "",
             "descriptor 4 was left open",
             "1 live on after destroy",
             "",
             outside,
             ""],
            {"a disk that is full": "create: No space left on device", "a disk that gets full": outside})

    def test_the_others(self):
        self.check_conduct(
            ["directory", "descriptor-closed", "joined-thread", "child", "print"],
            ["",
             "it is /",
             "descriptor 3 is closed",
             "",
             "one lives on after destroy",
             "",
             "8 bytes: a reporter writes to hg_output"])

    def test_a_process_that_goes_its_own_way(self):
        self.check_conduct(["daemon", "standard-closed", "write-in-destroy"],
                           ["", "", "descriptor 0 is closed", "", "one lives on after destroy",
                            "wrote outside of the events", ""])


if __name__ == "__main__":
    unittest.main()
