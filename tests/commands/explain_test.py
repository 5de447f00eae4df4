# SPDX-License-Identifier: Apache-2.0
"""`headgate validate --explain`: what it prints, and that no rule is reported that it does not know."""

import glob
import json
import os
import re
import unittest

from explain_case import LATER_ROWS, SOURCE, ExplainCase

# How a rule's name gets into a diagnostic, in the sources that report rules by their names.
REPORTED = re.compile(
    r"""(?:\brule\s*=\s*|\brecommend\(&?r,\s*|\bset_fault\(fault,\s*|define\ YAML_RULE_\w+\s+)"([a-z0-9-]+)"
        |"(\w+-missing)",""", re.X)
REPORTING = ("host/*/*.c", "lib/yaml/*.[ch]", "plugins/scan-directory/*.c", "plugins/validate-conventions/*.c")
# Ends the run; no file has it.
# Other names: a kind of failure, of an object that refers to what is not there.
NO_RULE = {"no-memory", "config-missing"}


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def sources(*patterns):
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(SOURCE, pattern))):
            if os.path.basename(path) != "rules.c":
                yield text_of(path)


class Explain(ExplainCase):
    def test_one_rule_in_whole(self):
        done = self.validate("--explain", "yaml-syntax")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, """\
yaml-syntax (error, scan-directory)

What:     The text is no YAML.
Why:      Nothing after the place can be trusted: the rest of the file is not read.
Source:   https://yaml.org/spec/1.1/

Wrong:
  metadata:
  \\tname: a

Right:
  metadata:
    name: a
""")

    def test_the_list_has_one_line_a_rule(self):
        lines = self.validate("--explain", "list").stdout.splitlines()
        rules = self.explained()
        self.assertEqual(len(lines), len(rules))
        for line, rule in zip(lines, rules):
            self.assertEqual(line.split()[:3], [rule["name"], rule["severity"], rule["plugin"]])
            self.assertTrue(line.endswith(rule["what"]))

    def test_every_rule_says_all_of_it(self):
        rules = self.explained()
        self.assertEqual({rule["plugin"] for rule in rules},
                         {"headgate", "scan-directory", "validate-conventions", "validate-kubernetes"})
        for rule in rules:
            with self.subTest(rule["name"]):
                self.assertRegex(rule["name"], r"^[a-z0-9-]+$")
                self.assertIn(rule["severity"], ("error", "warning"))
                for text in ("what", "why"):
                    self.assertRegex(rule[text], r"^\S.*\.$")
                self.assertTrue(rule["source"])
                self.assertEqual(rule["wrong"] is None, rule["right"] is None)
                if rule["wrong"]:
                    self.assertNotEqual(rule["wrong"], rule["right"])
                one = self.validate("--explain", rule["name"], "-o", "json")
                self.assertEqual((one.returncode, one.stderr), (0, ""))
                self.assertEqual(json.loads(one.stdout), [rule])

    def test_names_are_unique(self):
        names = [rule["name"] for rule in self.explained()]
        self.assertEqual(sorted(names), sorted(set(names)))

    def test_a_misspelt_name(self):
        done = self.validate("--explain", "requird")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, "headgate: no rule is called 'requird': did you mean 'required'?\n")

    def test_a_name_that_is_like_none(self):
        done = self.validate("--explain", "\x1b[31mxyzzyxyzzy")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, "headgate: no rule is called '\\x1b[31mxyzzyxyzzy': "
                                      "`headgate validate --explain list` shows them all\n")

    def test_it_is_a_flag_of_validate_with_a_value(self):
        self.assertEqual(self.validate("--explain").returncode, 2)

    def test_nothing_is_read_or_written(self):
        self.assertEqual(self.validate("--explain", "kind", "--jobs-dir", "/nonexistent").returncode, 0)
        self.assertEqual(os.listdir(self.top), [])

    def test_a_plugin_of_a_later_minor(self):
        """Its rows are longer, and one has a severity that this host does not know."""
        rules = [rule for rule in self.explained("--validator", LATER_ROWS) if rule["plugin"] == "rule-later-rows"]
        self.assertEqual([(rule["name"], rule["severity"], rule["right"]) for rule in rules],
                         [("later-first", "error", "a: 2"), ("later-second", "error", None)])
        done = self.validate("--explain", "later-second", "--validator", LATER_ROWS)
        self.assertEqual(done.stdout,
                         "later-second (error, rule-later-rows)\n\nWhat:     The second is wrong.\n")

    def test_every_name_in_the_sources_is_in_a_table(self):
        """And the other way round: a rule that nothing reports is not explained."""
        reported = {match.group(1) or match.group(2)
                    for text in sources(*REPORTING) for match in REPORTED.finditer(text)} - NO_RULE
        by_name = {rule["name"] for rule in self.explained() if rule["plugin"] != "validate-kubernetes"}
        self.assertEqual(reported, by_name)

    def test_every_rule_of_kubernetes_is_reported_somewhere(self):
        folder = "plugins/validate-kubernetes/"
        table = re.findall(r"^RULE\((\w+),", "".join(sources(folder + "*.def")), re.M)
        used = set(re.findall(r"\bRULE_(\w+)", "".join(sources(folder + "*.c"))))
        self.assertTrue(table)
        self.assertEqual(set(table) - used, set())

    def test_what_samples_report_can_be_explained(self):
        """Over the fuzzer's seeds, which hold something of everything; their first byte is no YAML."""
        names = {rule["name"] for rule in self.explained()}
        files = {}
        for path in glob.glob(os.path.join(SOURCE, "tests/fuzz/corpus/manifest/*")):
            with open(path, "rb") as file:
                files[os.path.basename(path) + ".yaml"] = file.read()[1:]
        found = {diagnostic["rule"] for diagnostics in self.diagnostics_of(files).values()
                 for diagnostic in diagnostics}
        self.assertGreater(len(found), 30)
        self.assertEqual(found - names, set())


if __name__ == "__main__":
    unittest.main()
