# SPDX-License-Identifier: Apache-2.0
"""A bundled plugin, GOOD_PLUGIN, passes."""

import os
import unittest

from check_case import DESCRIPTION, FIGURES, REPORTER, CheckCase, listing

NAME, STAGE = os.environ["GOOD_PLUGIN"].split("=")


class Good(CheckCase):
    def test_bundled(self):
        """By its name, though it lies in Headgate's own directory."""
        outcome = self.run_headgate("plugin", "check", NAME, "--reporter-timeout", "300")
        heading, lines = FIGURES.sub("FIGURES", outcome.stdout.decode("utf-8")).split("\n\n", 1)
        self.assertEqual(listing(REPORTER if STAGE == "reporter" else DESCRIPTION, {}), lines)
        self.assertEqual((0, ""), (outcome.code, outcome.err))
        self.assertTrue(heading.startswith(NAME + " ") and "a %s of interface" % STAGE in heading, heading)


if __name__ == "__main__":
    unittest.main()
