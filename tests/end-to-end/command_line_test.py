# SPDX-License-Identifier: Apache-2.0
"""The command line: flags, mistakes, help."""

import unittest

from headgate_case import HeadgateCase
from job_files import write_jobs

COMMANDS = {
    "completion": (),
    "run": ("--jobs-dir", "--apply", "--strict", "--orchestrator-config", "--k8s-config", "--kubeconfig", "--context",
            "--output-report", "--kubectl", "--timeout", "--fail-fast"),
    "generate": ("--orchestrator-config", "--k8s-config", "--output-dir"),
    "validate": ("--jobs-dir", "--strict", "--output-plan", "--kubernetes-version"),
    "plan": ("--jobs-dir",),
    "apply": ("--jobs-dir", "--apply", "--kubeconfig", "--context", "--output-report", "--kubectl", "--timeout"),
    "history": ("list", "show", "diff", "path"),
    "plugin": ("list", "show", "check"),
}
EVERYWHERE = ("--history", "--plugin-dir", "--output", "--quiet", "--verbose", "--color", "--help")


class Mistakes(HeadgateCase):
    def expect_mistake(self, *arguments, words):
        """Exit 2, an error on standard error, nothing on standard output, nothing recorded."""
        outcome = self.expect(2, *arguments)
        self.assertEqual("", outcome.out)
        for word in words if isinstance(words, tuple) else (words,):
            self.assertIn(word, outcome.err)
        self.assertNotIn("\x1b", outcome.err)
        self.assert_none_started()
        return outcome

    def test_unknown_flags(self):
        for flag, nearest in (("--jobs-dri", "--jobs-dir"), ("--aply", "--apply"), ("--kubecfg", "--kubectl"),
                              ("--outptu-report", "--output-report")):
            with self.subTest(flag=flag):
                self.expect_mistake("apply", "--jobs-dir", "x", flag, words=(flag, "did you mean", nearest))
        self.expect_mistake("apply", "--jobs-dir", "x", "--frobnicate=3", words="--frobnicate")
        self.expect_mistake("apply", "-z", words="-z")

    def test_a_document_and_the_report_do_not_mix(self):
        for reporter in ("json", "json=-", "sarif", "junit=-"):
            with self.subTest(reporter=reporter):
                self.expect_mistake("apply", "--jobs-dir", "x", "--reporter", reporter, words=("standard output", "=FILE"))

    def test_unknown_commands(self):
        for word, nearest in (("aply", "apply"), ("valdiate", "validate"), ("histroy", "history")):
            with self.subTest(word=word):
                self.expect_mistake(word, words=(word, "did you mean", nearest))
        self.expect_mistake("frobnicate", words="frobnicate")
        self.expect_mistake("", words="command")

    def test_missing_values(self):
        self.expect_mistake("apply", "--jobs-dir", words=("--jobs-dir", "value"))
        self.expect_mistake("apply", "--jobs-dir", "x", "-o", words="-o")

    def test_values_where_none_is_taken(self):
        self.expect_mistake("apply", "--jobs-dir", "x", "--apply=yes", words="--apply")
        self.expect_mistake("apply", "--jobs-dir", "x", "--apply=false", words="--apply")

    def test_missing_flags(self):
        self.expect_mistake("apply", words="--jobs-dir")
        self.expect_mistake("run", words="--jobs-dir")
        self.expect_mistake("validate", words="--jobs-dir")
        self.expect_mistake("plan", words="--jobs-dir")
        self.expect_mistake("generate", words="--orchestrator-config")
        self.expect_mistake("generate", "--orchestrator-config", "a", "--k8s-config", "b", words="--output-dir")
        self.expect_mistake("run", "--jobs-dir", "x", "--orchestrator-config", "a", words="--k8s-config")

    def test_flags_of_other_commands(self):
        self.expect_mistake("validate", "--jobs-dir", "x", "--apply", words=("validate", "--apply"))
        self.expect_mistake("generate", "--jobs-dir", "x", words=("generate", "--jobs-dir"))
        self.expect_mistake("history", "list", "--strict", words="--strict")

    def test_words_that_nobody_asked_for(self):
        self.expect_mistake("run", "--jobs-dir", "x", "another", words="another")
        self.expect_mistake("history", "lits", words=("lits", "list"))
        self.expect_mistake("history", "show", words="RUN")
        self.expect_mistake("history", "diff", "1", words="RUN")
        self.expect_mistake("history", "path", "x", words="history path")
        self.expect_mistake("plugin", "chekc", words=("plugin", "check FILE"))
        self.expect_mistake("plugin", "show", words="NAME")

    def test_bad_values(self):
        for flag, value in (("--output", "xml"), ("--color", "sometimes"), ("--threads", "0"), ("--threads", "-1"),
                            ("--threads", "99999999999999999999"), ("--threads", "2x"), ("--jobs-dir", "")):
            with self.subTest(flag=flag, value=value):
                self.expect_mistake("validate", "--jobs-dir", "x", flag, value, words=flag)

    def test_bad_option_settings(self):
        for setting in ("nonsense", "a.b", "=x", ".=x", "a.=x"):
            with self.subTest(setting=setting):
                self.expect_mistake("validate", "--jobs-dir", "x", "--set", setting, words="--set")

    def test_hostile_arguments_are_made_visible(self):
        outcome = self.expect_mistake("apply", "--\x1b[31m" + "x" * 5000, words="--")
        self.assertLess(len(outcome.stderr), 2000)

    def test_no_command(self):
        outcome = self.run_headgate()
        self.assertEqual(2, outcome.code)
        self.assertIn("headgate --help", outcome.err + outcome.out)


class Spellings(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 1)

    def test_both_forms_of_a_value(self):
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.expect(0, "apply", "--jobs-dir=jobs")
        self.expect(0, "apply", "-o", "json", "--jobs-dir=jobs")
        self.expect(0, "apply", "-ojson", "--jobs-dir=jobs")

    def test_a_value_may_look_like_a_flag(self):
        write_jobs(self.path("--apply"), 1)
        self.expect(0, "apply", "--jobs-dir", "--apply")
        self.expect(0, "apply", "--jobs-dir=--apply")
        self.assert_none_started()

    def test_a_value_may_hold_an_equals_sign(self):
        write_jobs(self.path("a=b"), 1)
        self.expect(0, "apply", "--jobs-dir=a=b")

    def test_the_last_of_a_flag_wins(self):
        self.expect(0, "apply", "--jobs-dir", "nowhere", "--jobs-dir", "jobs")

    def test_letters_can_stand_together(self):
        outcome = self.expect(0, "apply", "-qojson", "--jobs-dir", "jobs")
        self.assertEqual("", outcome.err)

    def test_flags_before_the_command(self):
        self.expect(0, "-q", "apply", "--jobs-dir", "jobs")

    def test_quiet_and_verbose(self):
        quiet = self.expect(0, "apply", "--jobs-dir", "jobs", "-q")
        self.assertEqual("", quiet.err)
        self.assertIn("[SUMMARY]", quiet.out)
        usual = self.expect(0, "apply", "--jobs-dir", "jobs")
        verbose = self.expect(0, "apply", "--jobs-dir", "jobs", "-v")
        self.assertGreater(len(verbose.err.splitlines()), len(usual.err.splitlines()))
        self.assertEqual(usual.out, verbose.out)


class Help(HeadgateCase):
    def test_of_each_command(self):
        for command, words in COMMANDS.items():
            with self.subTest(command=command):
                outcome = self.expect(0, command, "--help")
                self.assertEqual("", outcome.err)
                for word in (*words, *EVERYWHERE):
                    self.assertIn(word, outcome.out)
                self.assertEqual(outcome.out, self.expect(0, command, "-h").out)

    def test_overview(self):
        outcome = self.expect(0, "--help")
        for command in COMMANDS:
            self.assertRegex(outcome.out, r"(?m)^  +%s\b" % command)
        self.assertEqual("", outcome.err)
        self.assertEqual(outcome.out, self.expect(0, "-h").out)

    def test_it_wins_over_mistakes(self):
        """Help is for one who does not know the flags yet."""
        self.assertIn("--jobs-dir", self.expect(0, "apply", "--apply", "--help").out)
        self.assert_none_started()

    def test_plugin_options_are_shown(self):
        outcome = self.expect(0, "apply", "--help")
        self.assertRegex(outcome.out, r"(?m)^Options of apply-kubectl \(--set apply-kubectl\.OPTION=VALUE\):$")
        self.assertRegex(outcome.out, r"(?m)^  grace=integer  .*,\s0 to 600\s+\(default: 5\)$")
        outcome = self.expect(0, "validate", "--help")
        self.assertIn("Options of validate-conventions", outcome.out)
        self.assertNotIn("apply-kubectl", outcome.out)

    def test_version(self):
        outcome = self.expect(0, "--version")
        self.assertRegex(outcome.out, r"^headgate \d+\.\d+\.\d+")

    def test_works_without_a_home(self):
        for name in ("HOME", "HEADGATE_HISTORY"):
            del self.environment[name]
        self.expect(0, "--help")
        self.expect(0, "apply", "--help")


if __name__ == "__main__":
    unittest.main()
