#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the schema against plans that were saved, and against what is loaded.

usage: schema_test.py SCHEMA SEALED_PLAN_PROGRAM
"""

import copy
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from jsonschema import Draft202012Validator

SCHEMA = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
PROGRAM = sys.argv[2]
VALIDATOR = Draft202012Validator(SCHEMA)


def digest_of(plan):
    text = json.dumps({name: plan[name] for name in plan if name != "digest"}, sort_keys=True,
                      separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Plans(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="headgate-plan-")
        self.addCleanup(directory.cleanup)
        self.path = os.path.join(directory.name, "plan.json")

    def save(self, count):
        subprocess.run([PROGRAM, "save", str(count), self.path], check=True)
        return json.loads(pathlib.Path(self.path).read_text(encoding="utf-8"))

    def load(self, plan):
        """Writes `plan` with a digest that fits, and loads it. Returns the message, None where it is taken."""
        if isinstance(plan, dict) and "digest" in plan:
            plan["digest"] = digest_of(plan)
        pathlib.Path(self.path).write_text(json.dumps(plan), encoding="utf-8")
        done = subprocess.run([PROGRAM, "load", self.path], capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 1))
        return done.stderr if done.returncode else None

    def test_is_a_schema(self):
        Draft202012Validator.check_schema(SCHEMA)

    def test_describes_every_member(self):
        for definition in (SCHEMA, SCHEMA["$defs"]["job"], SCHEMA["$defs"]["target"]):
            self.assertEqual(set(definition["properties"]), set(definition["required"]))
            for name, member in definition["properties"].items():
                self.assertTrue(member.get("description") or "$ref" in member, name)

    def test_takes_what_was_saved(self):
        for count in (0, 1, 25):
            plan = self.save(count)
            VALIDATOR.validate(plan)
            self.assertEqual(count, len(plan["jobs"]))
            self.assertEqual(os.getcwd(), plan["working_dir"])
            self.assertIsNone(self.load(plan))

    def test_the_digest_is_what_the_schema_says(self):
        plan = self.save(3)
        self.assertEqual(digest_of(plan), plan["digest"])

    def test_both_refuse_the_same(self):
        """Whatever one member is replaced by: the loader takes nothing that the schema refuses."""
        plan = self.save(2)
        values = (None, True, 0, 1, -1, 1.0, 2**40, "", "x", [], ["x"], [1], {}, "a" * 5000, [{}])
        refused = 0
        for place in (plan, plan["target"], plan["jobs"][1]):
            for name in list(place):
                if name == "digest":
                    continue
                saved = place[name]
                for value in values:
                    place[name] = value
                    message = self.load(copy.deepcopy(plan))
                    if not VALIDATOR.is_valid(plan):
                        refused += 1
                        with self.subTest(name=name, value=str(value)[:20]):
                            self.assertIsNotNone(message)
                            words = "newer Headgate|older Headgate|format_version" if name == "format_version" else name
                            self.assertRegex(message, words)
                del place[name]
                self.assertIn(f"{name}: is missing", self.load(copy.deepcopy(plan)))
                place[name] = saved
            place["surplus"] = 1
            self.assertFalse(VALIDATOR.is_valid(plan))
            self.assertIn("surplus: a plan has no such member", self.load(copy.deepcopy(plan)))
            del place["surplus"]
        self.assertGreater(refused, 150)
        self.assertIsNone(self.load(plan))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
