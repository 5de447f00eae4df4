# SPDX-License-Identifier: Apache-2.0
"""Generating the manifests of a session, on the command line. The plugin's own tests know its rules."""

import glob
import json
import os
import unittest

from headgate_case import K8S_CONFIG, ORCHESTRATOR_CONFIG, HeadgateCase

CONFIGS = ("--orchestrator-config", ORCHESTRATOR_CONFIG, "--k8s-config", K8S_CONFIG)
FILES = ["job-00-arb-tuning-d29-k8s--worker-1-0.yaml", "job-01-arb-tuning-d29-k8s--worker-2-1.yaml"]


class Generate(HeadgateCase):
    def configs(self, **changes):
        """Copies of the example's configs, with lines changed."""
        paths = []
        for flag, source in (("--orchestrator-config", ORCHESTRATOR_CONFIG), ("--k8s-config", K8S_CONFIG)):
            with open(source, encoding="utf-8") as file:
                lines = file.read().splitlines()
            for key, value in changes.items():
                lines = [("%s: %s" % (key, value) if line.startswith(key + ":") else line) for line in lines]
            name = os.path.basename(source)
            self.write(name, "\n".join(lines) + "\n")
            paths += [flag, name]
        return paths

    def test_summary_and_files(self):
        outcome = self.expect(0, "generate", *CONFIGS, "--output-dir", "a/b/out")
        self.assertEqual(FILES, sorted(os.listdir(self.path("a/b/out"))))
        self.assert_golden("generate.txt", outcome)
        for name in FILES:
            self.assertIn(name, outcome.out)
            self.assertEqual(0o644, os.stat(self.path("a/b/out", name)).st_mode & 0o777 & ~0o022 | 0o044)

    def test_json(self):
        outcome = self.expect(0, "generate", *CONFIGS, "--output-dir", "out", "-o", "json")
        document = json.loads(outcome.stdout)
        self.assertEqual(["out/" + name for name in FILES], [row["path"] for row in document["files"]])
        self.assertEqual([3, 3], [row["iterations"] for row in document["files"]])

    def test_what_it_writes_is_valid(self):
        self.generate()
        outcome = self.expect(0, "validate", "--jobs-dir", "out")
        self.assertIn("Valid Jobs:              2\nInvalid Jobs:            0\n", outcome.out)

    def test_shares(self):
        self.expect(0, "generate", *self.configs(total_iterations=10, workers=3), "--output-dir", "out", "-o", "json")
        document = json.loads(self.expect(0, "generate", *self.configs(total_iterations=10, workers=3),
                                          "--output-dir", "out", "-o", "json").stdout)
        self.assertEqual([4, 3, 3], [row["iterations"] for row in document["files"]])

    def test_mistakes_name_file_line_and_column(self):
        outcome = self.expect(1, "generate", *self.configs(mode="papre"), "--output-dir", "out")
        self.assertRegex(outcome.err, r"kubernetes\.yaml:\d+:\d+: ")
        self.assertIn("papre", outcome.err)
        self.assertFalse(os.path.exists(self.path("out")) and os.listdir(self.path("out")))

    def test_a_variables_value_is_shown_and_kept_nowhere(self):
        configs = self.configs()
        text = self.read(configs[3])
        self.assertIn("extra_env:\n", text)
        self.write(configs[3], text.replace("extra_env:\n", "extra_env:\n  DB_PASSWORD: 87654321\n"))
        outcome = self.expect(1, "generate", *configs, "--output-dir", "out")
        self.assertIn("extra_env.DB_PASSWORD", outcome.err)
        self.assertIn("extra_env.DB_PASSWORD", self.query("SELECT error FROM runs")[0]["error"])
        self.assertNotIn("87654321", outcome.out + outcome.err)
        for name in glob.glob(self.history + "*"):
            with open(name, "rb") as file:
                self.assertNotIn(b"87654321", file.read())

    def test_missing_config(self):
        outcome = self.expect(1, "generate", "--orchestrator-config", "nowhere.yaml", "--k8s-config", K8S_CONFIG,
                              "--output-dir", "out")
        self.assertIn("nowhere.yaml", outcome.err)

    def test_files_of_others_are_not_overwritten(self):
        self.write("out/" + FILES[1], "mine\n")
        outcome = self.expect(1, "generate", *CONFIGS, "--output-dir", "out")
        self.assertIn(FILES[1], outcome.err)
        self.assertEqual("mine\n", self.read("out/" + FILES[1]))

    def test_failed_generation_stops_a_run(self):
        self.write("out/" + FILES[1], "mine\n")
        self.expect(1, "run", *CONFIGS, "--jobs-dir", "out", "--apply")
        self.assert_none_started()

    def test_is_recorded(self):
        self.generate()
        row = self.query("SELECT command, mode, state, exit_code FROM runs")[0]
        self.assertEqual({"command": "generate", "mode": None, "state": "succeeded", "exit_code": 0}, row)
        self.assertEqual([{"name": "generate-session", "stage": "generator"}],
                         self.query("SELECT name, stage FROM plugins"))


if __name__ == "__main__":
    unittest.main()
