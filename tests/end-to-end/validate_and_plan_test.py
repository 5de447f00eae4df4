# SPDX-License-Identifier: Apache-2.0
"""The two commands that only look: validate and plan."""

import json
import os
import shlex
import shutil
import unittest

from headgate_case import TEST_PLUGINS, HeadgateCase
from job_files import job, job_name, write_jobs


class Validate(HeadgateCase):
    def test_report(self):
        write_jobs(self.path("jobs"), 2)
        self.write("jobs/warned.yaml", job(2, image="registry.example/arbitrage"))
        outcome = self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assert_golden("validate.txt", outcome)
        self.assertIn("[WARNINGS]\n  ⚠ jobs/warned.yaml:30:16: spec.template.spec.containers[0].image", outcome.out)

    def test_json(self):
        write_jobs(self.path("jobs"), 1)
        self.write("jobs/bad.yaml", job(1).replace("backoffLimit: 0", "backoffLimit: -1"))
        self.write("jobs/broken.yaml", "a: [")
        outcome = self.expect(1, "validate", "--jobs-dir", "jobs", "-o", "json")
        report = json.loads(outcome.stdout)
        self.assertEqual((3, 1, 2), (report["total_jobs"], report["valid_jobs"], report["invalid_jobs"]))
        self.assertRegex(report["kubernetes_version"], r"^1\.\d+$")
        bad, broken, good = report["documents"]
        self.assertEqual(("jobs/job-000000.yaml", 1, job_name(0), "trading", True, []),
                         (good["yaml_path"], good["document"], good["job_name"], good["namespace"], good["valid"],
                          good["diagnostics"]))
        self.assertFalse(bad["valid"])
        self.assertFalse(broken["valid"])
        diagnostic = next(row for row in bad["diagnostics"] if row["severity"] == "error")
        self.assertEqual(("spec.backoffLimit", 16, 17), (diagnostic["field"], diagnostic["line"], diagnostic["column"]))
        for key in ("rule", "message"):
            self.assertTrue(diagnostic[key])

    def test_output_plan(self):
        self.generate()
        self.expect(0, "validate", "--jobs-dir", "out", "--output-plan", "plan.txt")
        self.assert_golden("output_plan.txt", self.normal(self.read("plan.txt")))

    def test_strict(self):
        self.write("jobs/a.yaml", job(0, image="registry.example/arbitrage"))
        self.expect(0, "validate", "--jobs-dir", "jobs")
        outcome = self.expect(1, "validate", "--jobs-dir", "jobs", "--strict")
        self.assertIn("Invalid Jobs:            1\n", outcome.out)

    def test_kubernetes_version(self):
        write_jobs(self.path("jobs"), 1)
        outcome = self.expect(0, "validate", "--jobs-dir", "jobs", "--kubernetes-version", "1.30", "-o", "json")
        self.assertEqual("1.30", json.loads(outcome.stdout)["kubernetes_version"])
        outcome = self.expect(1, "validate", "--jobs-dir", "jobs", "--kubernetes-version", "1.999")
        self.assertIn("1.999", outcome.err)
        self.assertIn("1.30", outcome.err)

    def test_for_the_applier(self):
        """Valid means: the applier that is named takes it. kubectl does not care for what it is given as applied
        before; the server's own apply refuses it."""
        text = job(0).replace("metadata:\n", "metadata:\n  managedFields: [{manager: x, operation: Apply}]\n", 1)
        self.write("jobs/a.yaml", text)
        os.mkdir(self.path("plugins"))
        copy = shutil.copy(os.path.join(TEST_PLUGINS, "headgate-apply-recording.so"),
                           self.path("plugins/headgate-apply-server.so"))
        for code, applier in ((0, "kubectl"), (0, "apply-kubectl"), (1, "server"), (1, "apply-server"), (1, copy)):
            with self.subTest(applier=applier):
                outcome = self.expect(code, "validate", "--jobs-dir", "jobs", "--applier", applier, "-o", "json")
                document, = json.loads(outcome.stdout)["documents"]
                rules = {row["rule"] for row in document["diagnostics"] if row["severity"] == "error"}
                self.assertEqual({"managed-fields"} if code else set(), rules)

    def test_an_applier_that_is_not_there(self):
        """It is not judged for as for another."""
        write_jobs(self.path("jobs"), 1)
        for command in ("validate", "plan", "apply"):
            outcome = self.expect(1, command, "--jobs-dir", "jobs", "--applier", "apply-kubctl")
            self.assertIn("'apply-kubctl' was not found", outcome.err)

    def test_order_does_not_depend_on_threads(self):
        write_jobs(self.path("jobs"), 200)
        for index in range(0, 200, 7):
            self.write("jobs/job-%06d.yaml" % index, job(index).replace("backoffLimit: 0", "backoffLimit: -1"))
        outputs = {
            self.expect(1, "validate", "--jobs-dir", "jobs", "--threads", str(threads)).out for threads in (1, 2, 3, 8)
        }
        self.assertEqual(1, len(outputs))

    def test_history(self):
        write_jobs(self.path("jobs"), 2)
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assertEqual("validate", self.value("SELECT mode FROM runs"))
        self.assertEqual([{"status": "VALID", "n": 2}],
                         self.query("SELECT status, count(*) AS n FROM job_outcomes GROUP BY status"))

    def test_no_history(self):
        write_jobs(self.path("jobs"), 1)
        self.expect(0, "validate", "--jobs-dir", "jobs", "--no-history")
        self.assertFalse(os.path.exists(self.history))


class Plan(HeadgateCase):
    def test_commands(self):
        write_jobs(self.path("my jobs"), 1)
        self.write("my jobs/two.yaml", job(1) + "---\n" + job(2))
        outcome = self.expect(0, "plan", "--jobs-dir", "my jobs", "--kubeconfig", "~/k", "--context", "prod")
        self.assert_golden("plan.txt", outcome)
        self.assertIn("\n\n[KUBECTL COMMANDS]\n", outcome.out)
        line = next(line for line in outcome.out.splitlines() if "kubectl apply" in line)
        self.assertEqual(["kubectl", "apply", "-f", "my jobs/job-000000.yaml", "--kubeconfig", "~/k", "--context", "prod"],
                         shlex.split(line))
        self.assert_none_started()

    def test_is_what_apply_does(self):
        write_jobs(self.path("jobs"), 3)
        self.write_kubeconfig("../home/.kube/config", "c")
        planned = self.expect(0, "plan", "--jobs-dir", "jobs", "-o", "json", "--context", "c").stdout
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1", "--context", "c")
        self.assertEqual(self.launches(), [row["kubectl_command"] for row in json.loads(planned)["jobs"]])

    def test_json(self):
        write_jobs(self.path("jobs"), 1)
        plan = json.loads(self.expect(0, "plan", "--jobs-dir", "jobs", "-o", "json").stdout)
        self.assertEqual(1, plan["total_jobs"])
        row = plan["jobs"][0]
        self.assertEqual((job_name(0), "trading", "jobs/job-000000.yaml"),
                         (row["job_name"], row["namespace"], row["yaml_path"]))
        self.assertEqual(["kubectl", "apply", "-f", "jobs/job-000000.yaml"], row["kubectl_command"])

    def test_without_a_name(self):
        """What a plan says of a Job outlives its document, where the Job has no name too."""
        count = 600
        for index in range(count):
            text = job(index, namespace="ns-%d" % index).replace("  name: " + job_name(index), "  generateName: g-", 1)
            self.write("jobs/job-%03d.yaml" % index, text)
        lenient = ("--jobs-dir", "jobs", "--validator", "validate-conventions")
        expected = ["ns-%d" % index for index in range(count)]
        planned = json.loads(self.expect(0, "plan", *lenient, "--save", "plan.json", "-o", "json").stdout)
        self.assertEqual(expected, [row["namespace"] for row in planned["jobs"]])
        self.assertEqual(expected, [row["namespace"] for row in json.loads(self.read("plan.json"))["jobs"]])
        for more in ((), ("--apply", "--parallel", "1")):
            outcome = self.run_headgate("apply", *lenient, *more, "-o", "json")
            results = json.loads(outcome.stdout)["job_results"]
            self.assertEqual(expected, [row["namespace"] for row in results], more)

    def test_invalid(self):
        self.write("jobs/bad.yaml", job(1).replace("backoffLimit: 0", "backoffLimit: -1"))
        outcome = self.expect(1, "plan", "--jobs-dir", "jobs")
        self.assertIn("[INVALID JOBS]", outcome.out)
        self.assertNotIn("kubectl apply", outcome.out)


if __name__ == "__main__":
    unittest.main()
