# SPDX-License-Identifier: Apache-2.0
"""The real binary writes SARIF of a batch: each result leads to a file that is there."""

import json
import os
import unittest
import urllib.parse

from jsonschema import Draft202012Validator
from told_batch import ToldBatch

with open(os.environ["SCHEMA"], encoding="utf-8") as file:
    VALIDATOR = Draft202012Validator(json.load(file))


class Sarif(ToldBatch):
    def run_of(self, code, *arguments, options=()):
        report = json.loads(self.report(code, "sarif", "report.sarif", *arguments, options=options))
        VALIDATOR.validate(report)
        return report["runs"][0]

    def places(self, run):
        """File and line of each result."""
        rows = []
        for result in run["results"]:
            place = result["locations"][0]["physicalLocation"]
            rows.append((urllib.parse.unquote_to_bytes(place["artifactLocation"]["uri"]), place["region"]["startLine"]))
        return rows

    def test_validation(self):
        self.write_good()
        self.write_hostile()
        self.write_invalid()
        run = self.run_of(1, "validate", "--jobs-dir", "jobs")
        self.assertEqual({b"jobs/broken.yaml", b"jobs/invalid.yaml", b"jobs/nameless.yaml"},
                         {path for path, _ in self.places(run)})
        lines = self.read("jobs/invalid.yaml").splitlines()
        seen = set()
        for result in run["results"]:
            location = result["locations"][0]
            field = location.get("logicalLocations", [{}])[0].get("fullyQualifiedName")
            region = location["physicalLocation"]["region"]
            if location["physicalLocation"]["artifactLocation"]["uri"] == "jobs/invalid.yaml":
                seen.add((field, lines[region["startLine"] - 1][region["startColumn"] - 1 :]))
        self.assertLessEqual({("metadata.name", "Not_A_Name\"<&>"), ("spec.backoffLimit", "-1")}, seen)
        invocation = run["invocations"][0]
        self.assertEqual((True, 1), (invocation["executionSuccessful"], invocation["exitCode"]))

    def test_fingerprints_outlive_an_insertion(self):
        self.write_invalid()
        before = self.run_of(1, "validate", "--jobs-dir", "jobs")
        self.write("jobs/invalid.yaml", "# a comment\n\n" + self.read("jobs/invalid.yaml"))
        after = self.run_of(1, "validate", "--jobs-dir", "jobs")
        prints = [[result["partialFingerprints"] for result in run["results"]] for run in (before, after)]
        self.assertEqual(prints[0], prints[1])
        self.assertNotEqual(self.places(before), self.places(after))

    def test_hostile_files_are_found_again(self):
        self.write_hostile()
        self.script("* fail 1 no [link](http://evil.example) {0}")
        run = self.run_of(1, "apply", "--jobs-dir", "jobs", "--apply")
        paths = {path for path, _ in self.places(run)}
        self.assertEqual({os.path.join(b"jobs", name) for name in os.listdir(os.fsencode(self.path("jobs")))}, paths)
        for result in run["results"]:
            self.assertTrue(result["ruleId"].startswith("apply/"))
            self.assertIn("[link] (http://evil.example) {{0}}", result["message"]["text"])

    def test_dry_run(self):
        self.write_good()
        run = self.run_of(0, "apply", "--jobs-dir", "jobs")
        self.assertEqual([], run["results"])
        self.assertTrue(run["invocations"][0]["executionSuccessful"])
        self.assert_none_started()

    def test_files_are_named_from_the_root(self):
        self.write_invalid()
        run = self.run_of(1, "validate", "--jobs-dir", "jobs", options=("root=" + self.top,))
        self.assertIn(b"work/jobs/invalid.yaml", {path for path, _ in self.places(run)})

    def test_a_run_that_cannot_be_done(self):
        run = self.run_of(1, "validate", "--jobs-dir", "nowhere")
        invocation = run["invocations"][0]
        self.assertFalse(invocation["executionSuccessful"])
        self.assertIn("nowhere", invocation["toolExecutionNotifications"][0]["message"]["text"])


if __name__ == "__main__":
    unittest.main()
