# SPDX-License-Identifier: Apache-2.0
"""Checks the golden reports against the schema that OASIS publishes, where it is on the machine.

It is no part of this tree. SARIF_SCHEMA may name the file; else it is looked for in SARIF_PACKAGE, where
./bootstrap test unpacks the npm package @microsoft/jest-sarif, and in packages that npm has installed.

usage: oasis_schema_test.py GOLDEN_DIRECTORY
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from jsonschema import Draft4Validator, FormatChecker

PACKAGED = (
    "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
    "@microsoft/sarif-multitool-linux/sarif-2.1.0.json",
)


def find_schema():
    named = os.environ.get("SARIF_SCHEMA")
    if named:
        return pathlib.Path(named)
    unpacked = pathlib.Path(os.environ.get("SARIF_PACKAGE", "/nowhere"), "lib/schemas/sarif-2.1.0-rtm.5.json")
    if unpacked.is_file():
        return unpacked
    npm = shutil.which("npm")
    if not npm:
        return None
    done = subprocess.run([npm, "root", "--global"], capture_output=True, text=True, timeout=60, check=False)
    for name in PACKAGED:
        path = pathlib.Path(done.stdout.strip() or "/nowhere", name)
        if path.is_file():
            return path
    return None


class Oasis(unittest.TestCase):
    def test_takes_every_report(self):
        validator = Draft4Validator(SCHEMA, format_checker=FormatChecker())
        self.assertEqual(SCHEMA["properties"]["version"]["enum"], ["2.1.0"])
        self.assertGreater(len(REPORTS), 10)
        for path in REPORTS:
            with self.subTest(path.name):
                validator.validate(json.loads(path.read_text(encoding="utf-8")))

    def test_would_notice(self):
        """The schema forbids members that it does not know."""
        report = json.loads(REPORTS[0].read_text(encoding="utf-8"))
        report["runs"][0]["surprise"] = 1
        self.assertFalse(Draft4Validator(SCHEMA).is_valid(report))


if __name__ == "__main__":
    SCHEMA_FILE = find_schema()
    if SCHEMA_FILE is None:
        print("the OASIS schema of SARIF 2.1.0 is not on this machine: nothing was compared with it")
        sys.exit(77)
    SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8-sig"))
    REPORTS = sorted(pathlib.Path(sys.argv[1]).glob("*.sarif"))
    unittest.main(argv=sys.argv[:1])
