# SPDX-License-Identifier: Apache-2.0
"""300 Jobs on a terminal: what went well is counted, what failed alike is told once, and what to type next is the
last word. Pipes get every line."""

import unittest

from headgate_case import INSTRUMENTED
from job_files import job_name, write_jobs
from terminal_case import TerminalCase
from wait_case import WaitCase

JOBS = 60 if INSTRUMENTED else 300
FAILED = range(2, 14)
REFUSED = 'Error from server (Forbidden): jobs.batch "%s" is forbidden: User "ci" cannot patch resource "jobs"'


class ManyJobs(TerminalCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), JOBS)
        self.script(*["job-%06d.yaml fail 1 %s" % (number, REFUSED % job_name(number)) for number in FAILED])
        self.apply = ("apply", "--jobs-dir", "jobs", "--apply", "--parallel", "4")

    def test_at_three_widths(self):
        """All that is to be known stands in two dozen lines; none is too long, and no word is broken."""
        for run, columns in enumerate((40, 80, 200), 1):
            with self.subTest(columns=columns):
                code, text = self.on_terminal(columns, *self.apply)
                self.assertEqual(1, code)
                report = text[text.index("[SUMMARY]") :]
                words = " ".join(report.split())
                self.assertIn("[SUCCESSFUL JOBS] ✓ %d Jobs [FAILED JOBS]" % (JOBS - len(FAILED)), words)
                self.assertIn("✗ %d Jobs: %s Error: " % (len(FAILED), ", ".join(job_name(number) for number in FAILED)), words)
                self.assertEqual(1, words.count("forbids it"))
                self.assertIn('jobs.batch "NAME" is forbidden', words)
                self.assertTrue(words.endswith("Run %d: %d applied, %d failed. headgate resume %d"
                                               % (run, JOBS - len(FAILED), len(FAILED), run)), words)  # fmt: skip
                self.assert_fits(columns, text)

    def test_validate_counts_too(self):
        """What is valid is counted, and what is found in many files alike stands once."""
        for number in range(JOBS):
            name = "jobs/job-%06d.yaml" % number
            self.write(name, self.read(name).replace("  backoffLimit: 0\n", ""))
        code, text = self.on_terminal(60, "validate", "--jobs-dir", "jobs")
        self.assertEqual(0, code)
        self.assert_fits(60, text)
        words = " ".join(text.split())
        self.assertIn("[VALID JOBS] ✓ %d Jobs [WARNINGS] ⚠ %d places: jobs/job-000000.yaml:" % (JOBS, JOBS), words)
        self.assertLess(len(text.splitlines()), 60, text)
        self.assertEqual(JOBS, self.expect(0, "validate", "--jobs-dir", "jobs").out.count("  ✓ "))

    def test_the_history_fits(self):
        self.on_terminal(80, *self.apply)
        for columns in (40, 80, 130, 200):
            for listing in (("list",), ("show", "1"), ("show", "job-000001")):
                self.assert_fits(columns, self.on_terminal(columns, "history", *listing)[1])
        self.assertTrue(self.on_terminal(80, "history", "show", "1", LC_ALL="C")[1].isascii())

    def test_successes_give_way_on_a_terminal_only(self):
        """Failures are told as they come; -v, pipes and files have every line."""
        code, text = self.on_terminal(80, *self.apply)
        self.assertEqual(1, code)
        self.assertEqual(0, text.count("Applied successfully"))
        self.assertEqual(len(FAILED), text.count("Apply failed: "))
        self.assertEqual(JOBS - len(FAILED), self.on_terminal(80, *self.apply, "-v")[1].count("Applied successfully"))
        outcome = self.expect(1, *self.apply)
        self.assertEqual(JOBS - len(FAILED), outcome.err.count("Applied successfully"))
        self.assertEqual(JOBS - len(FAILED), outcome.out.count("  ✓ "))
        self.assertEqual(len(FAILED), outcome.out.count("    Error: "))

    def test_a_dry_run_is_counted_too(self):
        code, text = self.on_terminal(80, "apply", "--jobs-dir", "jobs")
        self.assertEqual(0, code)
        self.assertIn("[SKIPPED JOBS (DRY-RUN)]\n  ⊘ %d Jobs\n" % JOBS, text)
        self.assertNotIn("Dry-run (skipped): ", text)

    def test_a_terminal_without_utf8_gets_ascii(self):
        for locale in ({"LC_ALL": "C"}, {"LC_ALL": "", "LC_CTYPE": "", "LANG": "de_DE.ISO-8859-1"}):
            with self.subTest(locale=locale):
                _, text = self.on_terminal(80, *self.apply, **locale)
                self.assertTrue(text.isascii(), text)
                self.assertIn("[SUCCESSFUL JOBS]\n  + %d Jobs\n" % (JOBS - len(FAILED)), text)
                self.assertIn("!  APPLY MODE ENABLED", text)
        self.environment["LC_ALL"] = "C"
        self.assertIn("  ✓ ", self.expect(1, *self.apply).out)


class ManyCompletions(TerminalCase, WaitCase):
    def test_equal_ends_are_told_once(self):
        """Why Jobs did not complete stands once, with their number, their names in natural order, and the log of one."""
        for number in range(JOBS // 6):
            self.job("job-%d" % number, "Failed" if number % 2 else "Complete")
        failed = ["job-%d" % number for number in range(1, JOBS // 6, 2)]
        code, text = self.on_terminal(60, *self.flags())
        report = " ".join(text[text.index("[COMPLETION]") :].split())
        self.assertEqual(1, code)
        self.assertIn("✗ %d Jobs: %s Error: BackoffLimitExceeded" % (len(failed), ", ".join(failed)), report)
        self.assertIn("Pods: container main: exit code 3 (program-error) Log of job-", report)
        self.assertEqual([1] * 3, [report.count(word) for word in ("Error: ", "Advice: ", "line 0 of job-")], report)
        self.assertRegex(report, "Run 1: .* headgate logs 1 --failed; headgate rerun 1$")
        self.assert_fits(60, text)
        whole = self.expect(0, "history", "report", "1").out
        self.assertEqual([len(failed)] * 2, [whole.count(word) for word in ("    Error: ", "    Pod: job-")])

    def test_equal_warnings_are_told_once(self):
        """What the server warns of for each of them does not hide what else is to be known."""
        self.server.add_rules("*=warned")
        for number in range(41):
            self.job("job-%d" % number)
        apply = ("apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--kubeconfig", self.server.kubeconfig)
        code, text = self.on_terminal(80, *apply)
        report = " ".join(text[text.index("[SUMMARY]") :].split())
        self.assertIn("[SUCCESSFUL JOBS] ✓ 41 Jobs ✓ 41 Jobs: job-0, job-1, job-2, ", report)
        self.assertEqual((0, 1), (code, report.count("Warning: ")), report)


class FewJobs(TerminalCase):
    def test_forty_are_listed(self):
        write_jobs(self.path("jobs"), 40)
        code, text = self.on_terminal(80, "apply", "--jobs-dir", "jobs", "--apply")
        self.assertEqual(0, code)
        self.assertEqual(40, text.count("  ✓ "))
        self.assertEqual(40, text.count("Applied successfully"))
        self.assertTrue(text.endswith("\nRun 1: 40 applied. headgate watch 1\n"), text)

    def test_a_command_that_is_too_long_is_still_one(self):
        """Copied from a narrow terminal, it goes on as a shell lets it."""
        write_jobs(self.path("jobs"), 1)
        _, text = self.on_terminal(40, "plan", "--jobs-dir", "jobs", "--kubeconfig", "kubeconfig", "--context", "c")
        self.assert_fits(40, text)
        command = text.partition("[KUBECTL COMMANDS]\n")[2].replace("\\\n", "")
        self.assertEqual("kubectl apply -f jobs/job-000000.yaml --kubeconfig kubeconfig --context c", " ".join(command.split()))

    def test_a_command_with_quotes_or_a_comment_is_not_broken(self):
        """Behind a broken quote, or a broken comment, the shell of who copies it would read something else."""
        quoted, comment = "jobs of a project/with a long name", "jobs, of a project/with $(touch x) in its name"
        write_jobs(self.path(quoted), 1)
        write_jobs(self.path(comment), 1)
        for directory, command in (
            (quoted, "  kubectl apply -f '%s/job-000000.yaml'\n" % quoted),
            (comment, "  kubectl apply -f -  # %s/job-000000.yaml\n" % comment),
        ):
            self.assertIn(command, self.on_terminal(40, "plan", "--jobs-dir", directory)[1])


if __name__ == "__main__":
    unittest.main()
