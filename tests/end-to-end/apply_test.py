# SPDX-License-Identifier: Apache-2.0
"""Applying, with a kubectl that works and one that refuses."""

import hashlib
import os
import shlex
import unittest

from headgate_case import FAKE_KUBECTL, K8S_CONFIG, ORCHESTRATOR_CONFIG, HeadgateCase
from job_files import job, job_name, write_jobs

CONFIGS = ("--orchestrator-config", ORCHESTRATOR_CONFIG, "--k8s-config", K8S_CONFIG)
FIRST = "arb-tuning-d29-k8s--worker-1-0"
SECOND = "arb-tuning-d29-k8s--worker-2-1"
FIRST_PATH = "out/job-00-%s.yaml" % FIRST
SECOND_PATH = "out/job-01-%s.yaml" % SECOND

# D31's apply block, to the letter, with the verbs behind its four rows.
REPORT = """\
[SUMMARY]
Total Jobs:              2
Successful:              2
Failed:                  0
Skipped (dry-run):       0
Created:                 2
Configured:              0
Unchanged:               0

[SUCCESSFUL JOBS]
  ✓ arb-tuning-d29-k8s--worker-1-0
  ✓ arb-tuning-d29-k8s--worker-2-1
"""
LOG_LINES = [
    "[D31_K8S_APPLY] Context: (none)",
    "[D31_K8S_APPLY] Server: http://localhost:8080 (kubectl's default: no kubeconfig names a server)",
    "[D31_K8S_APPLY] Namespaces: trading-bots",
    "[D31_K8S_APPLY] Mode: APPLY",
    "[D31_K8S_APPLY] ⚠️  APPLY MODE ENABLED - kubectl will be executed",
    "[D31_K8S_APPLY] Found 2 YAML files",
    "[D31_K8S_APPLY] Executing apply plan: 2 jobs, dry_run=False",
    "[D31_K8S_APPLY] Executing kubectl: kubectl apply -f " + FIRST_PATH,
    "[D31_K8S_APPLY] Applied successfully: " + FIRST,
    "[D31_K8S_APPLY] Executing kubectl: kubectl apply -f " + SECOND_PATH,
    "[D31_K8S_APPLY] Applied successfully: " + SECOND,
]
RFC_3339 = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"


class AllFine(HeadgateCase):
    def apply_lines(self, outcome):
        return [line for line in outcome.err.splitlines() if line.startswith("[D31_K8S_APPLY]")]

    def test_whole_chain(self):
        outcome = self.expect(0, "run", *CONFIGS, "--jobs-dir", "out", "--apply", "--parallel", "1")
        self.assertEqual(REPORT, outcome.out.rpartition("\n\nRun ")[0] + "\n")
        self.assertEqual(LOG_LINES, self.apply_lines(outcome))
        self.assertEqual(
            [["kubectl", "apply", "-f", FIRST_PATH], ["kubectl", "apply", "-f", SECOND_PATH]], self.launches()
        )
        self.assert_golden("run_apply.txt", outcome)

    def test_apply_command(self):
        self.generate()
        outcome = self.expect(0, "apply", "--jobs-dir", "out", "--apply", "--parallel", "1")
        self.assertEqual(REPORT, outcome.out.rpartition("\n\nRun ")[0] + "\n")
        self.assertEqual(LOG_LINES, self.apply_lines(outcome))

    def test_kubeconfig_and_context_are_handed_on(self):
        self.generate()
        self.write_kubeconfig("a b/config", "prod's")
        outcome = self.expect(
            0, "apply", "--jobs-dir=out", "--apply", "--parallel", "1", "--kubeconfig", "a b/config", "--context=prod's"
        )
        tail = ["--kubeconfig", "a b/config", "--context", "prod's"]
        self.assertEqual(["kubectl", "apply", "-f", FIRST_PATH, *tail], self.launches()[0])
        shown = [line for line in self.apply_lines(outcome) if "Executing kubectl: " in line]
        self.assertRegex(shown[0], r"--kubeconfig 'a b/config' --context (\"prod's\"|'prod'\\''s')$")

    def test_kubectl_by_path(self):
        self.generate()
        self.environment["PATH"] = "/nowhere"
        self.expect(0, "apply", "--jobs-dir", "out", "--apply", "--parallel", "1", "--kubectl", FAKE_KUBECTL)
        self.assertEqual(2, len(self.launches()))

    def test_paths_of_other_languages_are_plain(self):
        name = "my 한글.yaml"
        self.write("jobs/" + name, job(0))
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        self.assertEqual("jobs/" + name, self.launches()[0][3])

    def test_odd_paths_never_reach_a_shell(self):
        name = "-dash $(touch pwned); 'quote' \"x\" \u200b한글.yaml"
        self.write("jobs/" + name, job(0))
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        self.assertEqual([["kubectl", "apply", "-f", "-"]], self.launches())
        self.assertFalse(os.path.exists(self.path("pwned")))

    def test_documents_of_one_file_go_in_one_by_one(self):
        self.script("%s print-input" % job_name(0), "%s print-input" % job_name(1))
        self.write("jobs/all.yaml", job(0) + "---\n" + job(1))
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        self.assertEqual([["kubectl", "apply", "-f", "-"]] * 2, self.launches())
        rows = self.query("SELECT job_name, stdout FROM job_outcomes ORDER BY job_name")
        for index, row in enumerate(rows):
            self.assertIn(job_name(index), row["stdout"])
            self.assertNotIn(job_name(1 - index), row["stdout"])

    def test_history(self):
        self.expect(0, "run", *CONFIGS, "--jobs-dir", "out", "--apply", "--parallel", "1")
        rows = self.query("SELECT * FROM job_outcomes ORDER BY job_name")
        self.assertEqual([FIRST, SECOND], [row["job_name"] for row in rows])
        for row, path in zip(rows, (FIRST_PATH, SECOND_PATH)):
            self.assertEqual(
                ("SUCCESS", 0, 1, "", path),
                (row["status"], row["return_code"], row["attempts"], row["stderr"], row["yaml_path"]),
            )
            self.assertEqual("job.batch/%s created\n" % row["job_name"], row["stdout"])
            self.assertRegex(row["started_at"], RFC_3339)
            self.assertRegex(row["finished_at"], RFC_3339)
            self.assertGreaterEqual(row["finished_at"], row["started_at"])
            self.assertGreaterEqual(row["duration_ms"], 0)
        self.assertEqual(["kubectl", "apply", "-f", FIRST_PATH], shlex.split(rows[0]["command"]))
        self.assertEqual(2, self.value("SELECT count(*) FROM attempts"))
        self.assertEqual("ok", self.value("PRAGMA integrity_check"))
        self.assertEqual([], self.query("PRAGMA foreign_key_check"))

    def test_manifest_hash_is_of_the_file(self):
        """sha256sum over the file gives what the history has."""
        self.expect(0, "run", *CONFIGS, "--jobs-dir", "out", "--apply", "--parallel", "1")
        with open(self.path(FIRST_PATH), "rb") as file:
            wanted = hashlib.sha256(file.read()).hexdigest()
        self.assertEqual(wanted, self.value("SELECT sha256 FROM job_outcomes WHERE job_name = '%s'" % FIRST))


class OneFails(HeadgateCase):
    STDERR = 'The Job "nightly" is invalid: spec.template: Invalid value: field is immutable'

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 3)
        self.script("job-000001.yaml fail 1 " + self.STDERR)

    def test_the_others_are_applied(self):
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        self.assertEqual(3, len(self.launches()))
        self.assertIn(
            "Total Jobs:              3\nSuccessful:              2\nFailed:                  1\n"
            "Skipped (dry-run):       0\n",
            outcome.out,
        )
        self.assertIn("[FAILED JOBS]\n  ✗ %s\n    Error: the Job exists with another" % job_name(1), outcome.out)
        self.assertIn("[SUCCESSFUL JOBS]\n  ✓ %s\n  ✓ %s\n" % (job_name(0), job_name(2)), outcome.out)
        self.assert_golden("apply_one_failed.txt", outcome)

    def test_history(self):
        self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        row = self.query("SELECT * FROM failures")[0]
        self.assertEqual(1, self.value("SELECT count(*) FROM failures"))
        self.assertEqual((job_name(1), 1), (row["job_name"], row["return_code"]))
        self.assertEqual(self.STDERR + "\n", row["stderr"])
        row = self.query("SELECT * FROM job_outcomes WHERE status = 'FAILED'")[0]
        self.assertEqual(["kubectl", "apply", "-f", "jobs/job-000001.yaml"], shlex.split(row["command"]))
        self.assertEqual("", row["stdout"])
        self.assertRegex(row["started_at"], RFC_3339)
        states = self.query("SELECT status, count(*) AS n FROM job_outcomes GROUP BY status ORDER BY status")
        self.assertEqual([{"status": "FAILED", "n": 1}, {"status": "SUCCESS", "n": 2}], states)

    def test_fail_fast_leaves_the_rest(self):
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1", "--fail-fast")
        self.assertEqual(2, len(self.launches()))
        self.assertIn("Skipped", outcome.out)
        row = self.query("SELECT * FROM job_outcomes WHERE job_name = '%s'" % job_name(2))[0]
        self.assertEqual(("SKIPPED", 0), (row["status"], row["attempts"]))

    def test_all_fail(self):
        self.script("* fail 3 error: nope")
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        self.assertIn("Failed:                  3\n", outcome.out)
        self.assertNotIn("[SUCCESSFUL JOBS]", outcome.out)
        self.assertEqual([3] * 3, [row["return_code"] for row in self.query("SELECT return_code FROM failures")])

    def test_unchanged_and_configured_are_successes(self):
        self.script("job-000001.yaml unchanged", "job-000002.yaml configured")
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        words = [row["stdout"].split()[1] for row in self.query("SELECT stdout FROM job_outcomes ORDER BY job_name")]
        self.assertEqual(["created", "unchanged", "configured"], words)


if __name__ == "__main__":
    unittest.main()
