# SPDX-License-Identifier: Apache-2.0
"""Looking at plugins. What the loader refuses has its tests in tests/plugins."""

import json
import os
import unittest

from headgate_case import BINARY, TEST_PLUGINS, HeadgateCase

BUNDLED = {
    "generate-session": "generator",
    "scan-directory": "scanner",
    "validate-kubernetes": "validator",
    "validate-conventions": "validator",
    "apply-kubectl": "applier",
    "report-text": "reporter",
    "report-json": "reporter",
}


class PluginCommand(HeadgateCase):
    def setUp(self):
        super().setUp()
        self.environment["RECORDING_APPLIER_LOG"] = "/dev/null"

    def test_list(self):
        outcome = self.expect(0, "plugin", "list")
        for name, stage in BUNDLED.items():
            self.assertRegex(outcome.out, r"(?m)^\s*%s\b.*\b%s\b" % (name, stage))
        self.assertEqual(outcome.out, self.expect(0, "plugin").out)

    def test_list_shows_directories_of_the_user(self):
        outcome = self.expect(0, "plugin", "list", "--plugin-dir", TEST_PLUGINS)
        self.assertIn("apply-recording", outcome.out)
        self.environment["HEADGATE_PLUGIN_PATH"] = TEST_PLUGINS
        self.assertEqual(outcome.out, self.expect(0, "plugin", "list").out)

    def test_show(self):
        for name, stage in BUNDLED.items():
            with self.subTest(name=name):
                outcome = self.expect(0, "plugin", "show", name)
                self.assertIn(name, outcome.out)
                self.assertIn(stage, outcome.out)
                self.assertIn("headgate-%s.so" % name, outcome.out)
        outcome = self.expect(0, "plugin", "show", "apply-kubectl")
        for option in ("kubectl", "timeout", "grace"):
            self.assertIn(option, outcome.out)

    def test_show_json(self):
        document = json.loads(self.expect(0, "plugin", "show", "apply-kubectl", "-o", "json").stdout)
        self.assertEqual(("apply-kubectl", "applier"), (document["name"], document["stage"]))

    def test_numbers_have_limits(self):
        """The host checks them and tells them, so that no plugin has to."""
        outcome = self.run_headgate("plugin", "show", "report-json")
        self.assertIn("  indent (integer, 0 to 8): ", outcome.out)
        for value in ("9", "-1", "two", "1 ", "", "99999999999999999999"):
            outcome = self.run_headgate("plugin", "show", "report-json", "--set", "report-json.indent=" + value)
            self.assertEqual(1, outcome.code, str(outcome))
            self.assertIn("indent is a whole number, 0 to 8, not '%s'\n" % value, outcome.err)

    def test_show_unknown(self):
        outcome = self.expect(1, "plugin", "show", "apply-kubectk")
        self.assertIn("apply-kubectk", outcome.err)

    def test_check(self):
        outcome = self.expect(0, "plugin", "check", os.path.join(TEST_PLUGINS, "headgate-apply-recording.so"))
        self.assertIn("apply-recording", outcome.out)

    def test_check_refuses(self):
        for path in (BINARY, "/etc/passwd", "/nowhere/headgate-x.so", "/dev/null"):
            with self.subTest(path=path):
                outcome = self.expect(1, "plugin", "check", path)
                self.assertIn(self.normal(path), outcome.err)

    def test_check_takes_a_path_of_the_working_directory(self):
        """check is how a plugin's author looks at what he has just built."""
        with open(os.path.join(TEST_PLUGINS, "headgate-apply-recording.so"), "rb") as file:
            self.write("headgate-apply-recording.so", file.read(), mode=0o755)
        outcome = self.expect(0, "plugin", "check", "./headgate-apply-recording.so")
        self.assertIn("headgate-apply-recording.so", outcome.out)


if __name__ == "__main__":
    unittest.main()
