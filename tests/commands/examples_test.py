# SPDX-License-Identifier: Apache-2.0
"""The examples that --explain shows are true: the wrong one breaks its rule, the right one does not."""

import re
import textwrap
import unittest

from explain_case import ExplainCase

# A good Job, as lines that stand at each place; an example may replace or join those of one place.
PLACES = {
    "document": {"apiVersion": "apiVersion: batch/v1", "kind": "kind: Job"},
    "metadata": {"name": "name: base"},
    "spec": {},
    "pod metadata": {},
    "pod": {"restartPolicy": "restartPolicy: Never"},
    "container": {"name": "name: main", "image": "image: busybox:1.36"},
}

# What an example cannot show: it would be too long, or is no text in a file.
NOT_SHOWN = {"annotations-size", "document-size", "too-many", "yaml-limit", "file-type", "file-unreadable",
             "yaml-encoding", "request-size", "stored-size", "file-empty"}
FOR_SERVER = ["--applier", "server"]
FLAGS = {"field-version": ["--kubernetes-version", "1.29"], "json-syntax": ["--kubernetes-version", "1.32"],
         "list-key": FOR_SERVER, "managed-fields": FOR_SERVER}


def keys_of(text):
    return set(re.findall(r"^([A-Za-z]\w*):", text, re.M))


def job_with(place, example):
    """The Job with the example's lines at `place`."""
    lines = {}
    for name, base in PLACES.items():
        kept = dict(base)
        if name == place:
            for key in keys_of(example):
                kept.pop(key, None)
        lines[name] = "\n".join([*kept.values(), *([example] if name == place else [])])

    def indented(name, spaces):
        return textwrap.indent(lines[name], " " * spaces)

    parts = [lines["document"]]
    taken = keys_of(example) if place in ("document", "pod") else set()
    if not (place == "document" and "metadata" in taken):
        parts += ["metadata:", indented("metadata", 2)]
    parts += ["spec:", indented("spec", 2), "  template:"]
    if lines["pod metadata"]:
        parts += ["    metadata:", indented("pod metadata", 6)]
    parts += ["    spec:", indented("pod", 6)]
    if not (place == "pod" and "containers" in taken):
        container = indented("container", 8)
        parts += ["      containers:", "      -" + container[7:]]
    return "\n".join(part for part in parts if part.strip()) + "\n"


class Examples(ExplainCase):
    def test_each(self):
        rules = [rule for rule in self.explained()
                 if rule["wrong"] and rule["name"] not in NOT_SHOWN | {"duplicate-job"}]
        for rule in rules:
            with self.subTest(rule["name"]):
                files = {"wrong file.yaml": rule["wrong"], "right file.yaml": rule["right"]}
                for place in PLACES:
                    files[f"wrong {place}.yaml"] = job_with(place, rule["wrong"])
                    files[f"right {place}.yaml"] = job_with(place, rule["right"])
                found = self.diagnostics_of({name: text.encode() for name, text in files.items()},
                                            *FLAGS.get(rule["name"], []))
                self.assert_place(rule, found)

    def assert_place(self, rule, found):
        """There is a place where the wrong example breaks the rule, as severely as the table says, and the
        right one does not; where it is a Job's, the right one breaks no other rule of the server's."""
        seen = []
        for place in ["file", *PLACES]:
            broken = [diagnostic for diagnostic in found[f"wrong {place}.yaml"] if diagnostic["rule"] == rule["name"]]
            left = [diagnostic for diagnostic in found[f"right {place}.yaml"]
                    if diagnostic["rule"] == rule["name"] or
                    (place != "file" and diagnostic["severity"] == "error")]
            if broken and not left:
                self.assertIn(rule["severity"], {diagnostic["severity"] for diagnostic in broken})
                return
            seen.append((place, found[f"wrong {place}.yaml"] if not broken else left))
        self.fail("no place where the examples are true: " +
                  "; ".join(f"{place}: {[(d['rule'], d['field'], d['message']) for d in diagnostics[:3]]}"
                            for place, diagnostics in seen))

    def test_two_jobs_of_one_name(self):
        """On its own: Jobs are compared across files. `validate` warns of it, what applies refuses it."""
        rule, = (rule for rule in self.explained() if rule["name"] == "duplicate-job")
        for example, is_reported in ((rule["wrong"], True), (rule["right"], False)):
            found = self.diagnostics_of({"job.yaml": example.encode()})["job.yaml"]
            self.assertEqual(rule["name"] in {diagnostic["rule"] for diagnostic in found}, is_reported)

    def test_what_cannot_be_shown_is_a_rule(self):
        """An exception that names no rule is taken out."""
        names = {rule["name"] for rule in self.explained() if rule["wrong"]}
        self.assertEqual(NOT_SHOWN - names, set())


if __name__ == "__main__":
    unittest.main()
