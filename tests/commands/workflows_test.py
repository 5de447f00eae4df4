# SPDX-License-Identifier: Apache-2.0
"""The example workflows are YAML, and each of their headgate commands is one that works: run here as a dry run."""

import glob
import os
import shlex
import unittest

import yaml

from headgate_case import SOURCE, HeadgateCase

WORKFLOWS = sorted(glob.glob(os.path.join(SOURCE, "examples", "ci", "*.yml")))
ONLY_FOR_AN_APPLY = ("--apply", "--wait")


def texts(value):
    """Every text in it."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


class Workflows(HeadgateCase):
    def test_each_command(self):
        self.assertEqual(["github.yml", "gitlab.yml"], [os.path.basename(path) for path in WORKFLOWS])
        self.generate("jobs")
        for path in WORKFLOWS:
            with open(path, encoding="utf-8") as file:
                commands = [shlex.split(text) for text in texts(yaml.safe_load(file)) if text.startswith("headgate ")]
            self.assertEqual(["validate", "apply"], [command[1] for command in commands])
            for command in commands:
                arguments = [word for word in command[1:] if word not in ONLY_FOR_AN_APPLY]
                if "--wait-timeout" in arguments:
                    place = arguments.index("--wait-timeout")
                    del arguments[place : place + 2]
                # The example session's image has no version, which --strict does not let pass.
                with self.subTest(path=path, command=arguments):
                    self.expect(1 if "--strict" in arguments else 0, *arguments)
                    for word in arguments:
                        name, _, file = word.partition("=")
                        if file:
                            self.assertTrue(os.path.getsize(self.path(file)) > 0, name)
                    self.assertTrue(os.path.exists(self.path("headgate.db")))
        self.assertEqual([], self.launches())

    def test_they_are_strict_and_keep_the_history(self):
        for path in WORKFLOWS:
            with open(path, encoding="utf-8") as file:
                words = texts(yaml.safe_load(file))
            kept = " ".join(word for word in words if not word.startswith("headgate ")).split()
            self.assertIn("headgate.db", kept, path)
            self.assertEqual([], [word for word in kept if word.startswith("headgate.db") and "*" in word],
                             "the key of hidden values is kept with them")


if __name__ == "__main__":
    unittest.main()
