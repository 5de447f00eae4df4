# SPDX-License-Identifier: Apache-2.0
"""The gate: without --apply no command calls an applier, whatever applier it is."""

import os
import unittest

from headgate_case import K8S_CONFIG, ORCHESTRATOR_CONFIG, TEST_PLUGINS, HeadgateCase

RECORDING = ("--applier", "apply-recording", "--plugin-dir", TEST_PLUGINS)
CONFIGS = ("--orchestrator-config", ORCHESTRATOR_CONFIG, "--k8s-config", K8S_CONFIG)
NAMES = ("arb-tuning-d29-k8s--worker-1-0", "arb-tuning-d29-k8s--worker-2-1")


class Gate(HeadgateCase):
    def setUp(self):
        super().setUp()
        self.calls_log = os.path.join(self.top, "calls")
        self.environment["RECORDING_APPLIER_LOG"] = self.calls_log

    def calls(self):
        """What happened to the applier since the last time."""
        if not os.path.exists(self.calls_log):
            return []
        with open(self.calls_log, encoding="utf-8") as file:
            lines = file.read().splitlines()
        os.remove(self.calls_log)
        return lines

    def test_dry_runs_do_not_even_load_it(self):
        self.generate()
        for command in (
            ("run", *CONFIGS, "--jobs-dir", "out"),
            ("run", "--jobs-dir", "out"),
            ("apply", "--jobs-dir", "out"),
            ("apply", "--jobs-dir", "out", "--kubeconfig", "k", "--context", "c", "--output-report", "report.txt"),
            ("apply", "--jobs-dir", "out", "--fail-fast", "--reporter", "json=report.json"),
        ):
            with self.subTest(command=command):
                self.expect(0, *command, *RECORDING)
                self.assertEqual([], self.calls())

    def test_it_may_stand_in_the_user_configuration(self):
        """Named there, every command meets it, those too that take no --applier."""
        text = "applier: apply-recording\nplugin-dir: %s\n" % TEST_PLUGINS
        self.write("../home/.config/headgate/config.yaml", text)
        self.generate()
        for command in (
            ("validate", "--jobs-dir", "out"),
            ("plan", "--jobs-dir", "out"),
            ("apply", "--jobs-dir", "out"),
            ("history", "list"),
            ("history", "show", "1"),
            ("history", "path"),
        ):
            with self.subTest(command=command):
                self.expect(0, *command)
                self.assertEqual([], self.calls())

    def test_looking_at_it_does_not_call_it(self):
        """What shows a plugin has to load it; none of its functions is called."""
        file = os.path.join(TEST_PLUGINS, "headgate-apply-recording.so")
        for command in (
            ("plugin", "show", "apply-recording"),
            ("plugin", "show", file),
            ("plugin", "check", file),
            ("plugin", "list"),
        ):
            with self.subTest(command=command):
                outcome = self.expect(0, *command, "--plugin-dir", TEST_PLUGINS)
                self.assertIn("apply-recording", outcome.out)
                self.assertLessEqual(set(self.calls()), {"loaded", "described"})

    def test_help_does_not_call_it(self):
        for command in ("run", "apply"):
            with self.subTest(command=command):
                self.expect(0, command, *RECORDING, "--help")
                self.assertLessEqual(set(self.calls()), {"loaded", "described"})

    def test_apply_calls_it(self):
        """So that the tests above say something."""
        self.generate()
        for command in (
            ("run", *CONFIGS, "--jobs-dir", "out", "--apply"),
            ("run", "--jobs-dir", "out", "--apply"),
            ("apply", "--jobs-dir", "out", "--apply"),
        ):
            with self.subTest(command=command):
                outcome = self.expect(0, *command, *RECORDING)
                starts = ["start " + name for name in NAMES]
                self.assertEqual(["loaded", "described", "create", "apply", *starts, "destroy"], self.calls())
                self.assertIn("Successful:              2\n", outcome.out)

    def test_apply_with_an_invalid_job_does_not_call_it(self):
        self.generate()
        self.write("out/zz-bad.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: bad}\n")
        self.expect(1, "apply", "--jobs-dir", "out", "--apply", *RECORDING)
        self.assertFalse({"apply", "start"} & set(self.calls()))

    def test_a_wrong_command_line_does_not_call_it(self):
        self.generate()
        self.expect(2, "apply", "--jobs-dir", "out", "--apply", "--nonsense", *RECORDING)
        self.expect(2, "apply", "--apply", *RECORDING)
        self.assertEqual([], self.calls())

    def test_other_commands_take_no_apply(self):
        self.generate()
        for command in ("validate", "plan"):
            with self.subTest(command=command):
                self.expect(2, command, "--jobs-dir", "out", "--apply")
        self.assertEqual([], self.calls())

    def test_recorded_outcomes(self):
        """What an applier reports is what the history holds; names and command are the host's own."""
        self.generate()
        self.expect(0, "apply", "--jobs-dir", "out", "--apply", *RECORDING)
        rows = self.query("SELECT job_name, status, stdout, attempts FROM job_outcomes ORDER BY job_name")
        self.assertEqual(
            [{"job_name": name, "status": "SUCCESS", "stdout": "recorded\n", "attempts": 1} for name in NAMES], rows
        )


if __name__ == "__main__":
    unittest.main()
