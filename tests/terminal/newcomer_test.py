# SPDX-License-Identifier: Apache-2.0
"""What somebody reads who types this and that for the first time: what was wrong, and what to type next."""

import os
import unittest

from headgate_case import SOURCE, HeadgateCase
from job_files import write_jobs

# After an apply of an empty directory, which is run 1.
MESSAGES = (
    (2, ("version",), "`headgate --version` says it"),
    (2, ("aply",), "did you mean 'apply'?"),
    (2, ("apply",), "name them, or - for standard input, or give --jobs-dir or --plan"),
    (2, ("apply", "jobs", "--aply"), "did you mean '--apply'?"),
    (2, ("history", "diff", "1"), "history diff takes two RUNs, and was given 1 operand: see `headgate history list`, or `headgate help history`\n"),
    (1, ("watch",), "run 1 came to no Job, so there is none to watch: `headgate history show 1` says why"),
    (1, ("logs",), "run 1 applied no Job, so it has no logs: `headgate history list` shows the runs"),
    (1, ("logs", "7"), "'headgate history list' shows what is"),
    (0, ("history", "report", "1"), "run 1 could not be done: no manifest files (*.yaml, *.yml, *.json) in jobs"),
    (1, ("resume", "1"), "start again with apply"),
    (1, ("validate", "job.yaml"), "headgate: file not found: job.yaml"),
    (1, ("validate", "nowhere"), "headgate: directory not found: nowhere"),
    (1, ("plugin", "show", "nothing-like-it"), "`headgate plugin list` shows what is there"),
    (1, ("apply", "good", "--apply", "--kubeconfig", "nowhere"), "headgate: kubeconfig nowhere: No such file"),
    (3, ("health", "-n", "x", "-l", "a=b"), "Server: http://localhost:8080 (kubectl's default: no kubeconfig names a"),
    (3, ("watch", "-n", "x", "-l", "a=b"), "--kubeconfig or --context names another one"),
)


class Newcomer(HeadgateCase):
    def test_what_to_type_next(self):
        os.mkdir(self.path("jobs"))
        write_jobs(self.path("good"), 1)
        self.expect(1, "apply", "jobs", "--apply")
        for code, arguments, message in MESSAGES:
            with self.subTest(arguments=arguments):
                self.assertIn(message, self.expect(code, *arguments).err)

    def test_before_the_first_run(self):
        for command in (("watch",), ("logs",)):
            self.assertIn("no run has been recorded there", self.expect(1, *command).err)
        self.assertIn("no apply that was interrupted", self.expect(1, "resume").err)
        self.assertIn("No runs yet", self.expect(0, "history").out)
        self.assertEqual("No run failed.\n", self.expect(0, "history", "list", "--failed").out)
        self.assertIn("the history has no run yet", self.expect(1, "history", "show", "latest").err)

    def test_each_command_has_a_row(self):
        """docs/commands.md leaves none out."""
        with open(os.path.join(SOURCE, "docs", "commands.md"), encoding="utf-8") as file:
            page = file.read()
        commands = [line.split("\t")[0] for line in self.expect(0, "completion-words", "").out.splitlines()[1:]]
        self.assertIn("rerun", commands)
        for command in commands:
            if command != "help" and not command.startswith("-"):
                self.assertIn("| `headgate %s` |" % command, page)


if __name__ == "__main__":
    unittest.main()
