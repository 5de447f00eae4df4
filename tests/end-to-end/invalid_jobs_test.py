# SPDX-License-Identifier: Apache-2.0
"""What is wrong in a directory stops the run before the first kubectl, and is said with its place."""

import json
import os
import unittest

from headgate_case import HeadgateCase
from job_files import job, job_name, write_jobs

APPLY = ("apply", "--jobs-dir", "jobs", "--apply")


class Invalid(HeadgateCase):
    def expect_invalid(self, *words, command=APPLY):
        outcome = self.expect(1, *command)
        for word in words:
            self.assertIn(word, outcome.out + outcome.err)
        self.assert_none_started()
        return outcome

    def test_stops_before_the_first_apply(self):
        """The bad one comes last; nothing before it is applied either."""
        write_jobs(self.path("jobs"), 3)
        bad = job(9).replace("backoffLimit: 0", "backoffLimit: -1").replace("Policy: Never", "Policy: Always")
        self.write("jobs/zz-bad.yaml", bad)
        outcome = self.expect_invalid(
            "[INVALID JOBS]\n  ✗ %s\n" % job_name(9),
            "jobs/zz-bad.yaml:16:17: spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0",
        )
        self.assertIn("Total Jobs:              4\nValid Jobs:              3\nInvalid Jobs:            1\n", outcome.out)
        self.assert_golden("apply_invalid.txt", outcome)
        rows = self.query("SELECT status, count(*) AS n FROM job_outcomes GROUP BY status ORDER BY status")
        self.assertEqual([{"status": "INVALID", "n": 1}, {"status": "SKIPPED", "n": 3}], rows)
        self.assertEqual(("failed", 1), tuple(self.query("SELECT state, exit_code FROM runs")[0].values()))

    def test_dry_run_stops_too(self):
        write_jobs(self.path("jobs"), 1)
        self.write("jobs/zz-bad.yaml", job(9).replace("kind: Job", "kind: Pod"))
        outcome = self.expect_invalid("[INVALID JOBS]", command=("apply", "--jobs-dir", "jobs"))
        self.assertNotIn("Dry-run (skipped)", outcome.err)
        self.expect_invalid("[INVALID JOBS]", command=("run", "--jobs-dir", "jobs"))

    def test_required_fields(self):
        """D30's list, each with its place."""
        good = job(0)
        for change, line, field in (
            (("apiVersion: batch/v1\n", ""), 1, "apiVersion"),
            (("apiVersion: batch/v1\n", "apiVersion: v1\n"), 1, "apiVersion"),
            (("kind: Job\n", ""), 1, "kind"),
            (("kind: Job\n", "kind: CronJobs\n"), 2, "kind"),
            (("  name: arb-tuning-nightly1-worker-1-0\n  namespace", "  namespace"), 4, "metadata.name"),
            (("backoffLimit: 0", "backoffLimit: -1"), 16, "spec.backoffLimit"),
            (("        image: registry.example/arbitrage:1.4.0\n", ""), 29, "spec.template.spec.containers[0].image"),
            (("      - name: arb-tuning-nightly1-worker-1-0\n        image", "      - image"), 29,
             "spec.template.spec.containers[0].name"),
            (("command: [python]", "command: python"), 31, "spec.template.spec.containers[0].command"),
        ):
            with self.subTest(change=change):
                text = good.replace(*change)
                self.assertNotEqual(good, text)
                self.write("jobs/a.yaml", text)
                outcome = self.expect_invalid(field)
                self.assertRegex(outcome.out, r"✗ jobs/a\.yaml:%d:\d+: %s" % (line, field.replace("[", r"\[")))

    def test_diagnostics_are_in_the_history(self):
        self.write("jobs/a.yaml", job(0).replace("backoffLimit: 0", "backoffLimit: -1"))
        self.expect_invalid()
        row = self.query("SELECT * FROM diagnostics WHERE severity = 'error'")[0]
        self.assertEqual(("spec.backoffLimit", 16, 17), (row["field"], row["line"], row["column"]))
        self.assertIn("-1", row["message"])

    def test_broken_yaml_beside_good_documents(self):
        self.write("jobs/a.yaml", job(0) + "---\n" + "spec: [\n")
        outcome = self.expect_invalid("[INVALID JOBS]")
        self.assertRegex(outcome.out, r"✗ jobs/a\.yaml:\d+:\d+: ")
        self.assertIn("✓ " + job_name(0), outcome.out)

    def test_hostile_names_are_made_visible(self):
        text = job(0).replace("name: " + job_name(0), 'name: "a\\e[31mb\\u202Ec"')
        self.write("jobs/\x1b[31m\u202ename.yaml", text)
        outcome = self.expect_invalid("\\x1b[31m")
        for stream in (outcome.stdout, outcome.stderr):
            self.assertNotIn(b"\x1b", stream)
            self.assertNotIn("\u202e".encode(), stream)

    def test_strict_makes_warnings_fail(self):
        self.write("jobs/a.yaml", job(0, image="registry.example/arbitrage:latest"))
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assertIn("1 valid, 0 invalid, 1 warnings", outcome.err)
        outcome = self.expect_invalid("latest", command=(*APPLY, "--strict"))
        self.assertIn("Invalid Jobs:            1\n", outcome.out)
        self.expect(0, *APPLY)


class Duplicates(HeadgateCase):
    def test_both_places_are_named(self):
        self.write("jobs/a.yaml", job(0))
        self.write("jobs/b.yaml", job(1) + "---\n" + job(0))
        outcome = self.expect(1, *APPLY)
        self.assert_none_started()
        self.assertRegex(outcome.out, r"✗ jobs/b\.yaml:\d+:\d+: metadata\.name: .*jobs/a\.yaml")
        self.assert_golden("apply_duplicate.txt", outcome)

    def test_within_a_file(self):
        self.write("jobs/a.yaml", job(0) + "---\n" + job(0))
        outcome = self.expect(1, *APPLY)
        self.assertRegex(outcome.out, r"✗ jobs/a\.yaml:\d+:\d+: metadata\.name: .*jobs/a\.yaml")

    def test_validate_fails_too(self):
        """Each alone is valid; the two together are not, and a script learns that."""
        self.write("jobs/a.yaml", job(0))
        self.write("jobs/b.yaml", job(0))
        outcome = self.expect(1, "validate", "--jobs-dir", "jobs")
        self.assertIn("Valid Jobs:              2\nInvalid Jobs:            0\n", outcome.out)
        self.assertRegex(outcome.err, "1 .*same name|1 .*name of an earlier")
        outcome = self.expect(1, "validate", "--jobs-dir", "jobs", "-o", "json")
        self.assertIn("name of an earlier one", json.loads(outcome.stdout)["error"])

    def test_default_namespace_counts(self):
        self.write("jobs/a.yaml", job(0, namespace="default"))
        self.write("jobs/b.yaml", job(0).replace("  namespace: trading\n", ""))
        self.expect(1, *APPLY)
        self.assert_none_started()

    def test_another_namespace_is_another_job(self):
        self.write("jobs/a.yaml", job(0))
        self.write("jobs/b.yaml", job(0, namespace="trading-2"))
        self.expect(0, *APPLY)
        self.assertEqual(2, len(self.launches()))


class Directories(HeadgateCase):
    """What is no manifest, and what cannot be read."""

    def expect_error(self, *words):
        for command in (("validate",), ("plan",), ("apply",), ("apply", "--apply"), ("run",)):
            with self.subTest(command=command):
                outcome = self.expect(1, *command, "--jobs-dir", "jobs")
                for word in words:
                    self.assertIn(word, outcome.err)
        self.assert_none_started()

    def test_missing(self):
        self.expect_error("jobs")

    def test_empty(self):
        os.mkdir(self.path("jobs"))
        self.expect_error("jobs")

    def test_a_file(self):
        """Is taken where a directory is asked for."""
        self.write("jobs", job(0))
        self.expect(0, "validate", "--jobs-dir", "jobs")

    def test_only_what_is_no_manifest(self):
        self.write("jobs/.hidden.yaml", job(0))
        self.write("jobs/readme.txt", "x")
        self.write("jobs/sub/job.yaml", job(0))
        self.expect_error("jobs")

    def test_subdirectories_on_demand(self):
        self.write("jobs/sub/job.yaml", job(0))
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs", "--recursive")
        self.assertIn("Found 1 YAML files", outcome.err)

    def test_order_is_that_of_the_bytes(self):
        for index, name in enumerate(("B.yaml", "a.yml", "b.json.yaml", "é.yaml")):
            self.write("jobs/" + name, job(index))
        self.expect(0, *APPLY, "--parallel", "1")
        self.assertEqual(["jobs/B.yaml", "jobs/a.yml", "jobs/b.json.yaml", "jobs/é.yaml"],
                         [argv[3] for argv in self.launches()])

    def test_odd_files_are_errors_and_never_waited_for(self):
        self.write("jobs/a.yaml", job(0))
        os.mkfifo(self.path("jobs/fifo.yaml"))
        os.symlink("/nowhere", self.path("jobs/dangling.yaml"))
        os.symlink("/dev/zero", self.path("jobs/zero.yaml"))
        self.write("jobs/huge.yaml", b"a: " + b"x" * (3 << 20))
        outcome = self.expect(1, *APPLY)
        for name in ("fifo", "dangling", "zero", "huge"):
            self.assertIn("jobs/%s.yaml" % name, outcome.out)
        self.assertIn("Valid Jobs:              1\nInvalid Jobs:            4\n", outcome.out)
        self.assert_none_started()


if __name__ == "__main__":
    unittest.main()
