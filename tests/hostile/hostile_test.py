#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that somebody wrote to hurt: `headgate validate` must refuse each with a place or a limit, with
exit code 1, without a crash or a hang, and within 64 MiB.

HEADGATE_BIN and MEASURE (tests/bench/measure.c) come from CMake. Time is only bounded by what would be
a hang; memory is not looked at under a sanitizer.
"""
import json
import os
import re
import subprocess
import tempfile
import unittest

HEADGATE = os.environ["HEADGATE_BIN"]
MEASURE = os.environ["MEASURE"]
IS_SANITIZED = os.environ["HEADGATE_INSTRUMENTED"] == "1"
HANG = 900  # seconds: longer than any machine takes, and less than ctest waits
MOST_KIB = 64 * 1024
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # by a terminal

HEAD = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: base\n"
SPEC = (
    "spec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n"
    "        - name: main\n          image: a:1\n"
)


def laughs(levels, width):
    lines = ["a0: &a0 [x, x]"]
    for level in range(1, levels):
        lines.append("a%d: &a%d [%s]" % (level, level, ", ".join(["*a%d" % (level - 1)] * width)))
    return "\n".join(lines) + "\n"


# Each a file's bytes, and words that the message must have.
REFUSED = {
    "alias bomb": (HEAD + laughs(12, 9), "250000 values"),
    "quadratic aliases": (HEAD + "a: &a [" + "x," * 3000 + "]\nb: [" + "*a," * 3000 + "]\n", "250000 values"),
    "merge chain": (
        HEAD + "".join("m%d: &m%d {<<: [%s]}\n" % (i, i, "*m%d, *m%d" % (i - 1, i - 1) if i else "{a: b}")
                       for i in range(40)), ""),
    # 1 MB of text in 60,000 places: of every kind that somebody reads, compares or prints.
    "aliased quantities": (
        HEAD + SPEC + "          resources: {limits: {cpu: &l %sn%s}}\n"
        % ("9" * 1000000, "".join(",c%d: *l" % i for i in range(60000))), "6 MiB"),
    "aliased values": (
        HEAD + SPEC + "          env: [{name: A, value: &l %s}%s]\n" % ("x" * 1000000, ",{name: A, value: *l}" * 40000),
        "6 MiB"),
    "aliased keys": (
        HEAD + SPEC + "      volumes: [{? &l %s : a}%s]\n" % ("x" * 1000000, ",{*l : a}" * 30000), "6 MiB"),
    "a million problems": (HEAD + SPEC + "      volumes: [%s]\n" % ("{}," * 15000), "more errors than a report can show"),
    "documents on one line": ("--- a\n" * 500000, "more than 20000 documents"),
    "large objects": (HEAD + SPEC + "      volumes: [%s]\n" % ("{}," * 100000), "16 MiB"),
    "many anchors with names": (HEAD + "".join("k%d: &a%d x\n" % (i, i) for i in range(120000)), "24 MiB"),
    "deep flow": (HEAD + "a: " + "[" * 10000 + "]" * 10000, "128"),
    "deep block": (HEAD + "".join(" " * i + "a:\n" for i in range(2000)), ""),
    "deep mappings": (HEAD + "a: " + "{a: " * 10000, "128"),
    "deep dashes": ("- " * 10000, "128"),
    "deep keys": ("? " * 10000, "128"),
    "many directives": ("".join("%%TAG !t%d! tag:x.org:\n" % i for i in range(100000)) + "---\n" + HEAD, "100 lines"),
    "directives": ("%YAML 1.1\n---\n" + HEAD, "%YAML"),
    "CRLF, and broken": (HEAD.replace("\n", "\r\n") + "a: [b\r\n", ""),
    "UTF-16, the other way round": ((HEAD + SPEC).encode("utf-16-be"), ""),
    "UTF-32": ((HEAD + SPEC).encode("utf-32"), "UTF-8"),
    "long label": (HEAD + "  labels: {a: %s}\n" % ("x" * 1000000) + SPEC, "63"),
    "million keys": (HEAD + "".join("k%d: v\n" % i for i in range(250000)), ""),
    "one scalar": (HEAD + "a: " + "x" * (100 * 1024 * 1024), "3 MiB"),
    "scalar below the limit": (HEAD + "  annotations: {a: '" + "x" * (3 * 1024 * 1024 - 1000) + "'}\n" + SPEC, ""),
    "invalid UTF-8": (HEAD.encode() + b"  labels: {a: \xff\xfe}\n" + SPEC.encode(), "a valid label"),
    "overlong UTF-8": (HEAD.encode() + b"  labels: {a: \xc0\xaf}\n" + SPEC.encode(), "a valid label"),
    "NUL": (HEAD.encode() + b"  labels: {a: b\0c}\n", ""),
    "UTF-16": ((HEAD + SPEC).encode("utf-16"), "UTF-8"),
    "UTF-16 without a mark": ((HEAD + SPEC).encode("utf-16-le"), ""),
    "tabs": (HEAD + "\tlabels: {}\n", ""),
    "unterminated quote": (HEAD + "a: \"b\n", ""),
    "unterminated single quote": (HEAD + "a: 'b\n", ""),
    "unterminated list": (HEAD + "a: [b\n", ""),
    "unterminated mapping": (HEAD + "a: {b: c\n", ""),
    "unterminated directive": ("%YAML\n" + HEAD, ""),
    "huge exponent": (HEAD + SPEC.replace("template", "backoffLimit: 1e999999999\n  template", 1), ""),
    "huge integer": (HEAD + SPEC.replace("template", "backoffLimit: %s\n  template" % ("9" * 5000), 1), ""),
    "huge quantity": (HEAD + SPEC + "          resources: {limits: {cpu: \"%sx\"}}\n" % ("9" * 5000), ""),
    "many documents": ("---\na: b\n" * 100000, ""),
    "many variables": (HEAD + SPEC + "          env:\n" + "".join("          - {name: A=%d}\n" % (i % 7)
                                                                  for i in range(60000)), ""),
    "long key": (HEAD + "  labels: {? %s : b}\n" % ("k" * 100000) + SPEC, ""),
    "many anchors": (HEAD + "".join("k%d: &a%d x\n" % (i, i) for i in range(50000)), ""),
    "unknown alias": (HEAD + "a: *nobody\n", "no value before this has the anchor"),
    "recursive alias": (HEAD + "a: &a [*a]\n", ""),
    "control characters": (HEAD + "  labels: {\"a\\e]0;x\\a\": \"\\x1b[31m\"}\n" + SPEC, ""),
    "not a mapping": ("- a\n", ""),
}


class Hostile(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="headgate-hostile-")
        self.addCleanup(scratch.cleanup)
        self.top = scratch.name
        self.jobs = os.path.join(self.top, "jobs")
        os.mkdir(self.jobs)
        self.environment = dict(os.environ, HOME=self.top, LANG="C.UTF-8")
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HEADGATE_HISTORY"):
            self.environment.pop(name, None)

    def write(self, content, name=b"job.yaml"):
        with open(os.path.join(os.fsencode(self.jobs), name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))

    def validate(self, *flags):
        return subprocess.run([HEADGATE, "validate", "--jobs-dir", self.jobs, *flags], env=self.environment,
                              cwd=self.top, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=HANG, check=False)

    def peak_kib(self):
        printed = subprocess.run([MEASURE, HEADGATE, "validate", "--jobs-dir", self.jobs, "--threads", "2"],
                                 env=self.environment, cwd=self.top, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, timeout=HANG, check=True, text=True).stdout
        return int(printed.split()[3])

    def assert_harmless(self, shown):
        """No byte that a terminal obeys but line feeds."""
        self.assertEqual([], OBEYED.findall(shown.decode("utf-8"))[:5])

    def test_refused(self):
        report = os.path.join(self.top, "report.json")
        for name, (content, words) in REFUSED.items():
            with self.subTest(name):
                self.write(content)
                shown = self.validate("--reporter", "json=" + report)  # once for both: reading them takes long
                self.assertEqual(1, shown.returncode, shown.stderr[-300:])
                self.assert_harmless(shown.stdout + shown.stderr)
                with open(report, encoding="utf-8") as file:
                    documents = json.load(file)["documents"]
                errors = [error for document in documents for error in document["diagnostics"]
                          if error["severity"] == "error"]
                self.assertTrue(errors)
                self.assertTrue(any(words in error["message"] for error in errors), errors[:2])
                if not IS_SANITIZED:
                    self.assertLess(self.peak_kib(), MOST_KIB)

    def test_names_of_files(self):
        """What stands in a file's name reaches neither the terminal nor the JSON as it is."""
        for name in (b"a\nb.yaml", b"a\x1b]0;x\x07.yaml", b"a\xff\xfe.yaml", b"-rf.yaml", b"a b;c$(d).yaml",
                     "a\u202eb.yaml".encode()):
            with self.subTest(name):
                self.write(HEAD + "spec: {}\n", name)
                done = self.validate("-o", "json")
                self.assertEqual(1, done.returncode)
                self.assertTrue(json.loads(done.stdout)["documents"])
                shown = self.validate()
                self.assert_harmless(shown.stdout + shown.stderr)
                self.assertNotIn("\u202e", shown.stdout.decode("utf-8"))
                os.remove(os.path.join(os.fsencode(self.jobs), name))


if __name__ == "__main__":
    unittest.main()
