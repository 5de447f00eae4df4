#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the reports against the schema, and that the schema would notice a wrong one.

usage: schema_test.py SCHEMA REPORTS
"""

import copy
import sys
import unittest

from jsonschema import Draft202012Validator
from report_schema import SCHEMA, SchemaChecks, objects, read_reports

REPORTS = read_reports("json")


def strict(schema):
    """The schema, with members that it does not describe forbidden."""
    schema = copy.deepcopy(schema)
    for definition in schema["$defs"].values():
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
    return schema


VALIDATOR = Draft202012Validator(strict(SCHEMA))


class Schema(SchemaChecks, unittest.TestCase):
    reports, validator = REPORTS, VALIDATOR

    def test_describes_every_member(self):
        for name, definition in SCHEMA["$defs"].items():
            for member, description in definition.get("properties", {}).items():
                target = SCHEMA["$defs"].get(description.get("$ref", "").rpartition("/")[2], description)
                self.assertTrue(target.get("description"), f"{name}.{member} is not described")

    def test_takes_members_of_a_later_release(self):
        later = copy.deepcopy(REPORTS["apply-mixed.json"])
        for member in objects(later):
            member["from_a_later_release"] = [1, 2]
        Draft202012Validator(SCHEMA).validate(later)

    def refuses(self, what, report):
        self.assertFalse(VALIDATOR.is_valid(report), f"{what} was not noticed")

    def test_notices_what_is_missing_or_of_another_type(self):
        REPORTS["apply-watched.json"]["job_results"] = []
        del REPORTS["apply-watched.json"]["job_completions"][3:]
        for name in ("apply-mixed.json", "apply-watched.json", "validate-mixed.json", "dry-run.json"):
            for index, member in enumerate(list(objects(REPORTS[name]))):
                for key in member:
                    changed = copy.deepcopy(REPORTS[name])
                    target = list(objects(changed))[index]
                    target[key] = {"no": "member is an object"}
                    self.refuses(f"{name}: an object as {key}", changed)
                    if key != "advice":
                        del target[key]
                        self.refuses(f"{name}: the loss of {key}", changed)
                changed = copy.deepcopy(REPORTS[name])
                list(objects(changed))[index]["surprise"] = 1
                self.refuses(f"{name}: a member without a description", changed)

    def test_notices_wrong_values(self):
        rows = [
            ("mode", "validate"), ("mode", ""), ("exit_code", 2), ("total_jobs", -1), ("total_jobs", 1.5),
            ("run_id", 0), ("kubeconfig", ""), ("started_at", "2026-11-23 09:05:07"), ("finished_at", ""),
            ("error", ""), ("duration_ms", -1), ("command", ""),
        ]
        job_rows = [
            ("status", "success"), ("return_code", -1), ("return_code", 256), ("signal", 0), ("document", 0),
            ("stdout_cut", 0), ("command", "kubectl apply"), ("timestamp", "yesterday"), ("attempt", -1),
        ]
        for key, value in rows:
            changed = copy.deepcopy(REPORTS["apply-mixed.json"])
            changed[key] = value
            self.refuses(f"{key} {value!r}", changed)
        for key, value in job_rows:
            changed = copy.deepcopy(REPORTS["apply-mixed.json"])
            changed["job_results"][0][key] = value
            self.refuses(f"a Job's {key} {value!r}", changed)

    def test_counts_are_those_of_the_lists(self):
        for name, report in REPORTS.items():
            with self.subTest(name):
                if "job_results" not in report:
                    self.assertEqual(report["total_jobs"], len(report["documents"]))
                    continue
                if report["job_results"]:
                    statuses = [job["status"] for job in report["job_results"]]
                    self.assertEqual(report["successful_jobs"], statuses.count("SUCCESS"))
                    self.assertEqual(report["failed_jobs"], statuses.count("FAILED"))
                    self.assertEqual(report["skipped_jobs"], statuses.count("SKIPPED"))
                invalid = [document for document in report["documents"] if not document["valid"]]
                self.assertEqual(report["invalid_jobs"], len(invalid))

    def test_diagnostics_are_in_document_order(self):
        for report in REPORTS.values():
            for document in report["documents"]:
                places = [(d["line"] or 0, d["column"] or 0) for d in document["diagnostics"]]
                self.assertEqual(places, sorted(places))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
