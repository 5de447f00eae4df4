# SPDX-License-Identifier: Apache-2.0
"""Every field of the newest version, used in one file: it is accepted, and older versions name
exactly the fields that came later.

HEADGATE_BIN: the program. HEADGATE_SOURCE: the source tree.
"""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

import yaml

SOURCE = os.environ["HEADGATE_SOURCE"]
TABLE = os.path.join(SOURCE, "schemas/kubernetes/job-fields.tsv")
MANIFEST = os.path.join(SOURCE, "tests/validate-kubernetes/every_field.yaml")
OLDEST = 26

# What a user cannot set when a Job is created, and why.
TYPES_LEFT_OUT = {
    "batch.JobStatus": "the server clears it",
    "batch.JobCondition": "part of the status",
    "batch.UncountedTerminatedPods": "part of the status",
    "meta.ManagedFieldsEntry": "the server keeps the books",
    "core.EphemeralContainer": "refused in a Pod template",
}
FIELDS_LEFT_OUT = {
    ("batch.Job", "status"): "the server clears it",
    ("meta.ObjectMeta", "selfLink"): "the server clears it",
    ("meta.ObjectMeta", "uid"): "the server makes it up",
    ("meta.ObjectMeta", "resourceVersion"): "refused when a Job is created",
    ("meta.ObjectMeta", "generation"): "the server counts",
    ("meta.ObjectMeta", "creationTimestamp"): "the server's clock",
    ("meta.ObjectMeta", "deletionTimestamp"): "the server clears it",
    ("meta.ObjectMeta", "deletionGracePeriodSeconds"): "the server clears it",
    ("meta.ObjectMeta", "managedFields"): "the server keeps the books",
    ("core.PodSpec", "ephemeralContainers"): "refused in a Pod template",
}


def minor(text, otherwise):
    return otherwise if text == "-" else int(text.split(".")[1])


class Table:
    """type -> field -> (json, object's type, first minor, last minor)"""

    def __init__(self, path):
        self.types = {}
        self.newest = 0
        with open(path, encoding="utf-8") as table:
            for line in table:
                columns = line.rstrip("\n").split("\t")
                if line.startswith("#") or columns[0] == "type":
                    continue
                name, field, kind, reference, _, since, until = columns[:7]
                self.types.setdefault(name, {})[field] = (kind, reference, minor(since, 0), minor(until, 999))
                self.newest = max(self.newest, minor(since, 0), minor(until, 0))

    def first_minor(self, name, field):
        """Of a type that took the place of another, the first fields are as old as what refers to it."""
        since = self.types[name][field][2]
        if since > min(row[2] for row in self.types[name].values()):
            return since
        return min([since] + [row[2] for fields in self.types.values() for row in fields.values() if row[1] == name])


def walk(table, name, node, path, version):
    """(type, field) of all that is used, and (path, first minor) of what `version` does not know."""
    used = set()
    unknown = []
    for key, value in node.items():
        kind, reference, _, until = table.types[name][key]
        since = table.first_minor(name, key)
        place = f"{path}.{key}" if path else key
        if since > version:
            unknown.append((place, since))
            continue
        if until >= version:
            used.add((name, key))
        if kind == "object":
            inside = [(place, value)]
        elif kind == "list of object":
            inside = [(f"{place}[{index}]", item) for index, item in enumerate(value)]
        else:
            inside = []
        for inner_place, inner in inside:
            more_used, more_unknown = walk(table, reference, inner, inner_place, version)
            used |= more_used
            unknown += more_unknown
    return used, unknown


class EveryField(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.table = Table(TABLE)
        with open(MANIFEST, encoding="utf-8") as manifest:
            cls.documents = list(yaml.safe_load_all(manifest))

    def validate(self, version):
        with tempfile.TemporaryDirectory() as folder:
            jobs = os.path.join(folder, "jobs")
            os.mkdir(jobs)
            shutil.copy(MANIFEST, jobs)
            arguments = [os.environ["HEADGATE_BIN"], "validate", "--jobs-dir", jobs, "-o", "json",
                         "--history", os.path.join(folder, "history.db"), "--kubernetes-version", f"1.{version}"]
            done = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        documents = json.loads(done.stdout)["documents"]
        self.assertEqual(len(self.documents), len(documents))
        return done.returncode, [[row for row in document["diagnostics"] if row["severity"] == "error"]
                                 for document in documents]

    def test_uses_every_field(self):
        used = set()
        for document in self.documents:
            used |= walk(self.table, "batch.Job", document, "", self.table.newest)[0]
        wanted = {(name, field) for name, fields in self.table.types.items() if name not in TYPES_LEFT_OUT
                  for field, row in fields.items() if row[3] >= self.table.newest}
        reached = {row[1] for name, fields in self.table.types.items() for row in fields.values()
                   if row[3] >= self.table.newest} | {"batch.Job"}
        wanted = {row for row in wanted if row[0] in reached}
        self.assertEqual([], sorted(wanted - used - set(FIELDS_LEFT_OUT)))
        # What is left out is a field, and is left out.
        self.assertLessEqual(set(FIELDS_LEFT_OUT), wanted)
        self.assertEqual(set(), used & set(FIELDS_LEFT_OUT))

    def test_newest_accepts_it(self):
        self.assertEqual((0, [[], [], []]), self.validate(self.table.newest))

    def test_older_versions_name_what_came_later(self):
        for version in range(OLDEST, self.table.newest):
            _, found = self.validate(version)
            for document, errors in zip(self.documents, found):
                unknown = walk(self.table, "batch.Job", document, "", version)[1]
                wanted = sorted((path, f"came with 1.{since}") for path, since in unknown)
                said = sorted((row["field"], row["message"].partition("this field ")[2]) for row in errors)
                self.assertEqual(wanted, said, f"1.{version}")


if __name__ == "__main__":
    unittest.main()
