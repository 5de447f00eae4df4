# SPDX-License-Identifier: Apache-2.0
"""Checks the reports of all sample runs against a schema.

Command line of the test: SCHEMA REPORTS
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator

SCHEMA = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))


def read_reports(ending):
    """The reports, by their names."""
    reports = {path.name: json.loads(path.read_text(encoding="utf-8"))
               for path in sorted(pathlib.Path(sys.argv[2]).glob(f"*.{ending}"))}
    assert len(reports) > 10, "the reports are missing"
    return reports


def objects(value):
    """Every object inside a report, the report itself first."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from objects(item)


class SchemaChecks:
    """For a unittest.TestCase with `reports` and the `validator` that they have to please."""

    def test_is_a_schema(self):
        Draft202012Validator.check_schema(SCHEMA)

    def test_takes_every_report(self):
        for name, report in self.reports.items():
            with self.subTest(name):
                self.validator.validate(report)
