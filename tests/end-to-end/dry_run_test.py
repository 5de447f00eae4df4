# SPDX-License-Identifier: Apache-2.0
"""A dry run: the default of every command that could touch a cluster."""

import unittest

from headgate_case import K8S_CONFIG, ORCHESTRATOR_CONFIG, HeadgateCase
from job_files import job, job_name, write_jobs

CONFIGS = ("--orchestrator-config", ORCHESTRATOR_CONFIG, "--k8s-config", K8S_CONFIG)

# D31's dry-run block, to the letter.
REPORT = """\
[SUMMARY]
Total Jobs:              2
Successful:              0
Failed:                  0
Skipped (dry-run):       2

[SKIPPED JOBS (DRY-RUN)]
  ⊘ arb-tuning-d29-k8s--worker-1-0
  ⊘ arb-tuning-d29-k8s--worker-2-1
"""
LOG_LINES = (
    "[D31_K8S_APPLY] Mode: DRY-RUN",
    "[D31_K8S_APPLY] Found 2 YAML files",
    "[D31_K8S_APPLY] Executing apply plan: 2 jobs, dry_run=True",
    "[D31_K8S_APPLY] Dry-run (skipped): arb-tuning-d29-k8s--worker-1-0",
    "[D31_K8S_APPLY] Dry-run (skipped): arb-tuning-d29-k8s--worker-2-1",
)


class DryRun(HeadgateCase):
    def apply_lines(self, outcome):
        return [line for line in outcome.err.splitlines() if line.startswith("[D31_K8S_APPLY]")]

    def test_whole_chain(self):
        outcome = self.expect(0, "run", *CONFIGS, "--jobs-dir", "out")
        self.assertEqual(REPORT, outcome.out)
        self.assertEqual(list(LOG_LINES), self.apply_lines(outcome))
        self.assert_none_started()
        self.assert_golden("run_dry.txt", outcome)

    def test_whole_chain_again(self):
        """The manifests are there already: the generator replaces its own files."""
        self.expect(0, "run", *CONFIGS, "--jobs-dir", "out")
        outcome = self.expect(0, "run", *CONFIGS, "--jobs-dir", "out")
        self.assertEqual(REPORT, outcome.out)

    def test_run_without_configs_takes_what_is_there(self):
        self.generate()
        outcome = self.expect(0, "run", "--jobs-dir", "out")
        self.assertEqual(REPORT, outcome.out)
        self.assertEqual(list(LOG_LINES), self.apply_lines(outcome))

    def test_apply_command(self):
        self.generate()
        outcome = self.expect(0, "apply", "--jobs-dir", "out")
        self.assertEqual(REPORT, outcome.out)
        self.assertEqual(list(LOG_LINES), self.apply_lines(outcome))
        self.assert_none_started()
        self.assert_golden("apply_dry.txt", outcome)

    def test_kubectl_is_not_even_looked_for(self):
        self.generate()
        self.environment["PATH"] = "/nowhere"
        self.expect(0, "apply", "--jobs-dir", "out")
        self.expect(0, "apply", "--jobs-dir", "out", "--kubectl", "/nowhere/kubectl", "--kubeconfig", "nowhere")

    def test_history_has_it(self):
        self.expect(0, "run", *CONFIGS, "--jobs-dir", "out")
        rows = self.query("SELECT * FROM job_outcomes ORDER BY yaml_path")
        self.assertEqual(2, len(rows))
        for index, row in enumerate(rows):
            name = "arb-tuning-d29-k8s--worker-%d-%d" % (index + 1, index)
            self.assertEqual(name, row["job_name"])
            self.assertEqual("SKIPPED", row["status"])
            self.assertEqual("out/job-%02d-%s.yaml" % (index, name), row["yaml_path"])
            self.assertEqual("kubectl apply -f " + row["yaml_path"], row["command"])
            self.assertEqual(0, row["attempts"])
            self.assertIsNone(row["return_code"])
        self.assertEqual(1, self.value("SELECT count(DISTINCT run_id) FROM job_outcomes"))
        self.assertEqual([], self.query("SELECT * FROM failures"))
        self.assertEqual("ok", self.value("PRAGMA integrity_check"))

    def test_one_job(self):
        write_jobs(self.path("jobs"), 1)
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assertIn("[D31_K8S_APPLY] Executing apply plan: 1 jobs, dry_run=True", outcome.err)
        self.assertIn("  ⊘ %s\n" % job_name(0), outcome.out)

    def test_several_documents_in_a_file(self):
        self.write("jobs/all.yaml", "---\n" + job(0) + "---\n# nothing\n---\n" + job(1) + "...\n")
        self.write("jobs/one.json", '{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "from-json"},'
                   ' "spec": {"template": {"spec": {"restartPolicy": "Never",'
                   ' "containers": [{"name": "a", "image": "b:1"}]}}}}')
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assertIn("Total Jobs:              3\n", outcome.out)
        names = [line.split()[1] for line in outcome.out.splitlines() if "⊘" in line]
        self.assertEqual([job_name(0), job_name(1), "from-json"], names)
        rows = self.query("SELECT command FROM job_outcomes ORDER BY position")
        commands = [row["command"] for row in rows]
        self.assertEqual(["kubectl apply -f -"] * 2 + ["kubectl apply -f jobs/one.json"], commands)

    def test_the_gate_is_not_opened_by_a_file_or_the_environment(self):
        self.generate()
        self.environment["HEADGATE_APPLY"] = "1"
        self.expect(0, "apply", "--jobs-dir", "out")
        self.assert_none_started()
        for place in (self.path("headgate.yaml"), self.path("../home/.config/headgate/config.yaml")):
            with self.subTest(place=place):
                self.write(place, "apply: true\n")
                outcome = self.expect(1, "apply", "--jobs-dir", "out")
                self.assertIn("command line", outcome.err)
                self.write(place, "\n")
        self.assert_none_started()


if __name__ == "__main__":
    unittest.main()
