# SPDX-License-Identifier: Apache-2.0
"""Help on terminals of all widths: lines that fit, words that are whole."""

import re
import unittest

from terminal_case import TerminalCase


class Help(TerminalCase):
    def commands(self):
        return re.findall(r"(?m)^  ([a-z]+) ", self.expect(0, "--help").out.partition("Commands:")[2].partition("\n\n")[0])

    def test_lines_fit_and_words_are_whole(self):
        """At 40, 80 and 200 columns no line is too long, but where one word alone is; all words are those
        that a pipe gets, in their order."""
        for command in ((), *[(name,) for name in self.commands()]):
            whole = self.expect(0, *command, "--help").out.replace("\\\n", "").split()
            for columns in (40, 80, 200):
                with self.subTest(command=command, columns=columns):
                    code, text = self.on_terminal(columns, *command, "--help")
                    self.assertEqual(0, code)
                    self.assertEqual(whole, text.replace("\\\n", "").split())
                    for line in text.splitlines():
                        self.assertTrue(len(line) <= columns or len(line.split()) == 1, line)

    def test_flags_stand_by_subject(self):
        out = self.expect(0, "help", "apply").out
        headings = re.findall(r"(?m)^([A-Z][^:\n]*):$", out)
        self.assertEqual(len(headings), len(set(headings)), headings)
        self.assertLess(out.index("\nThe cluster:\n"), out.index("  --kubeconfig "))
        self.assertLess(out.index("  --kubeconfig "), out.index("\nApplying:\n"))
        self.assertNotIn("\nLogs:\n", out)

    def test_each_command_shows_examples_of_itself(self):
        for command in self.commands():
            with self.subTest(command=command):
                examples = self.expect(0, "help", command).out.rpartition("\nExamples:\n")[2].splitlines()
                self.assertGreaterEqual(len(examples), 2)
                for line in examples:
                    self.assertTrue(line.startswith("  headgate %s" % command) or line.startswith("      "), line)

    def test_version_in_both_forms(self):
        self.assertEqual(self.expect(0, "--version").out, self.expect(0, "-V").out)


if __name__ == "__main__":
    unittest.main()
