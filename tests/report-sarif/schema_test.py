# SPDX-License-Identifier: Apache-2.0
"""Checks the reports: the parts of SARIF 2.1.0 that are used, and what a schema cannot say.

usage: schema_test.py SCHEMA REPORTS
"""

import copy
import sys
import unittest
import urllib.parse

from jsonschema import Draft202012Validator
from report_schema import SCHEMA, SchemaChecks, objects, read_reports

REPORTS = read_reports("sarif")
VALIDATOR = Draft202012Validator(SCHEMA)


def run_of(report):
    return report["runs"][0]


class Schema(SchemaChecks, unittest.TestCase):
    reports, validator = REPORTS, VALIDATOR

    def test_notices_changes(self):
        optional = {"startColumn", "logicalLocations", "jobName", "document", "startTimeUtc", "toolExecutionNotifications"}
        for name in ("validate-mixed.sarif", "apply-mixed.sarif", "apply-hostile.sarif"):
            for index, member in enumerate(list(objects(REPORTS[name]))):
                for key in member:
                    changed = copy.deepcopy(REPORTS[name])
                    target = list(objects(changed))[index]
                    target[key] = None
                    self.assertFalse(VALIDATOR.is_valid(changed), "%s: null as %s" % (name, key))
                    if key not in optional:
                        del target[key]
                        self.assertFalse(VALIDATOR.is_valid(changed), "%s: the loss of %s" % (name, key))
                changed = copy.deepcopy(REPORTS[name])
                list(objects(changed))[index]["surprise"] = 1
                self.assertFalse(VALIDATOR.is_valid(changed), "%s: a surprise" % name)


class Reports(unittest.TestCase):
    def test_rules_are_those_that_occurred(self):
        for name, report in REPORTS.items():
            with self.subTest(name):
                run = run_of(report)
                rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
                self.assertEqual(len(rules), len(set(rules)))
                for result in run["results"]:
                    self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
                self.assertEqual(set(rules), {result["ruleId"] for result in run["results"]})

    def test_errors_come_first(self):
        for report in REPORTS.values():
            levels = [result["level"] for result in run_of(report)["results"]]
            self.assertEqual(levels, sorted(levels))

    def test_what_did_not_complete_is_a_result(self):
        results = run_of(REPORTS["apply-watched.sarif"])["results"]
        self.assertEqual([("apply/failed", "error"), ("completion/program-error", "error"), ("completion/image-pull", "error"),
                          ("completion/deleted", "error"), ("completion/timed-out", "warning"), ("completion/not-known", "warning")],
                         [(result["ruleId"], result["level"]) for result in results])
        self.assertIn("exited with code 3", results[1]["message"]["text"])

    def test_uris_lead_to_the_files(self):
        paths = {
            urllib.parse.unquote_to_bytes(
                result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
            for report in REPORTS.values()
            for result in run_of(report)["results"]
        }
        self.assertEqual(
            paths,
            {b"out/job-00.yaml", b"out/job-01.yaml", b"out/job-03.yaml", b"out/two.yaml", b"out/locked.yaml", b"out/a\nb.yaml",
             b"out/job.yaml",
             b"\x1b[2J\n::error::x\n##[group]x\n</pre><script>[COMPLETE JOBS]\r\xff\xe2\x80\xae|`"},
        )

    def test_fingerprints_are_different(self):
        """But for the sample runs' documents that are the same one twice."""
        for name in ("validate-mixed.sarif", "apply-mixed.sarif"):
            prints = [result["partialFingerprints"]["headgateFinding/v1"] for result in run_of(REPORTS[name])["results"]]
            self.assertEqual(len(prints), len(set(prints)), name)

    def test_failing_to_run_is_told_apart_from_findings(self):
        for name, successful, code in (
            ("validate-valid", True, 0), ("validate-mixed", True, 1), ("apply-mixed", True, 1), ("apply-stopped", False, 130),
            ("apply-invalid", False, 1), ("apply-no-history", False, 1), ("validate-no-directory", False, 1),
            ("never-started", False, 1), ("dry-run", True, 0),
        ):
            invocation = run_of(REPORTS[name + ".sarif"])["invocations"][0]
            self.assertEqual((invocation["executionSuccessful"], invocation["exitCode"]), (successful, code), name)
            self.assertEqual(successful, "toolExecutionNotifications" not in invocation, name)

    def test_failed_jobs_are_results(self):
        results = run_of(REPORTS["apply-mixed.sarif"])["results"]
        self.assertEqual(len(results), 4)
        for result in results:
            self.assertEqual(result["ruleId"], "apply/failed")
            self.assertEqual(result["level"], "error")
        self.assertIn("Forbidden", results[0]["message"]["text"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
