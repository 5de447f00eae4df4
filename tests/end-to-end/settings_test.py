# SPDX-License-Identifier: Apache-2.0
"""Where settings come from: flag, environment, headgate.yaml here, the user's own file."""

import os
import unittest

from headgate_case import TEST_PLUGINS, HeadgateCase
from job_files import job, job_name, write_jobs

USER_FILE = "../home/.config/headgate/config.yaml"


class Settings(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 1)
        self.environment["RECORDING_APPLIER_LOG"] = "/dev/null"

    def history_path(self, *arguments):
        return self.expect(0, "history", "path", *arguments).stdout.decode().rstrip("\n")

    def test_precedence(self):
        del self.environment["HEADGATE_HISTORY"]
        self.write(USER_FILE, "history: /a/user.db\n")
        self.assertEqual("/a/user.db", self.history_path())
        self.environment["HEADGATE_HISTORY"] = "/a/environment.db"
        self.assertEqual("/a/environment.db", self.history_path())
        self.assertEqual("/a/flag.db", self.history_path("--history", "/a/flag.db"))

    def test_xdg_config_home(self):
        del self.environment["HEADGATE_HISTORY"]
        self.environment["XDG_CONFIG_HOME"] = self.path("config")
        self.write("config/headgate/config.yaml", "history: /a/xdg.db\n")
        self.assertEqual("/a/xdg.db", self.history_path())

    def test_a_switch_of_the_working_directory(self):
        self.write("jobs/warned.yaml", job(5, image="registry.example/arbitrage"))
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.write("headgate.yaml", "strict: true\n")
        self.expect(1, "validate", "--jobs-dir", "jobs")

    def test_plugin_options(self):
        warned = job(5).replace("  namespace: trading\n", "")
        self.write("jobs/warned.yaml", warned)
        outcome = self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assertIn("jobs/warned.yaml:4:3: metadata.namespace", outcome.out)
        shown = self.expect(0, "plugin", "show", "validate-conventions").out
        option = next(word for word in shown.split() if "namespace" in word)
        self.write(USER_FILE, "options:\n  validate-conventions:\n    %s: false\n" % option)
        outcome = self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assertNotIn("metadata.namespace", outcome.out)
        outcome = self.expect(0, "validate", "--jobs-dir", "jobs", "--set", "validate-conventions.%s=true" % option)
        self.assertIn("metadata.namespace", outcome.out)

    def test_unknown_plugin_option(self):
        for setting in ("validate-conventions.nonsense=1", "scan-directory.recursive=perhaps"):
            with self.subTest(setting=setting):
                outcome = self.expect(1, "validate", "--jobs-dir", "jobs", "--set", setting)
                self.assertIn(setting.partition("=")[0].partition(".")[2], outcome.err)

    def test_working_directory_names_no_code(self):
        """Somebody else's project must not decide what runs here."""
        for text in (
            "plugin-dir: [%s]\n" % TEST_PLUGINS,
            "applier: apply-recording\n",
            "kubectl: /bin/true\n",
            "validator: [validate-conventions]\n",
            "options: {apply-kubectl: {kubectl: /bin/true}}\n",
        ):
            with self.subTest(text=text):
                self.write("headgate.yaml", text)
                outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply")
                self.assertIn("headgate.yaml:1:", outcome.err)
                self.assert_none_started()

    def test_user_file_may_name_code(self):
        kubectl = self.write("my-kubectl", "#!/bin/sh\necho job.batch/%s created\n" % job_name(0), mode=0o755)
        self.write(USER_FILE, "kubectl: %s\n" % kubectl)
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply")
        self.assert_none_started()  # the fake one would tell

    def test_mistakes_name_their_place(self):
        for text, words in (
            ("strcit: true\n", ("headgate.yaml:1:1: ", "strcit", "did you mean", "strict")),
            ("\nstrict: maybe\n", ("headgate.yaml:2:9: ", "maybe")),
            ("strict: [\n", ("headgate.yaml:",)),
            ("- a\n", ("headgate.yaml:1:1: ",)),
            ("strict: true\nstrict: false\n", ("headgate.yaml:2:1: ", "twice")),
            ("apply: true\n", ("headgate.yaml:1:1: ", "command line")),
            ("strict: !!python/object:os.system x\n", ("headgate.yaml",)),
        ):
            with self.subTest(text=text):
                self.write("headgate.yaml", text)
                outcome = self.expect(1, "validate", "--jobs-dir", "jobs")
                for word in words:
                    self.assertIn(word, outcome.err)

    def test_odd_configuration_files(self):
        os.mkfifo(self.path("headgate.yaml"))
        outcome = self.expect(1, "validate", "--jobs-dir", "jobs")
        self.assertIn("headgate.yaml", outcome.err)
        os.remove(self.path("headgate.yaml"))
        self.write("headgate.yaml", b"\xff\xfe\x00")
        outcome = self.expect(1, "validate", "--jobs-dir", "jobs")
        self.assertIn("headgate.yaml", outcome.err)
        self.write("headgate.yaml", "# nothing but a comment\n")
        self.expect(0, "validate", "--jobs-dir", "jobs")

    def test_plugins_of_the_working_directory_are_not_loaded(self):
        with open(os.path.join(TEST_PLUGINS, "headgate-apply-recording.so"), "rb") as file:
            self.write("headgate-apply-recording.so", file.read(), mode=0o755)
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--applier", "apply-recording")
        self.assertIn("apply-recording", outcome.err)
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--applier", "./headgate-apply-recording.so")
        self.assertIn("absolute path", outcome.err)


if __name__ == "__main__":
    unittest.main()
