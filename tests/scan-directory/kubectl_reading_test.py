# SPDX-License-Identifier: Apache-2.0
"""What the scanner hands over is what kubectl reads from the very bytes that it will be given.

Asks no server. The only document of a file is given as the file, others on standard input, as `headgate
apply` does. Of a manifest that the scanner refuses for kubectl's sake, kubectl must say the same.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

KUBECTL = os.environ["KUBECTL"]
PROBE = json.loads(os.environ["SCAN_PROBE"])
SKIPPED = 77

JOB = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\n  annotations:\n    k: v\n{more}"


def job(name, *lines):
    return JOB.format(name=name, more="".join(f"    {line}\n" for line in lines))


# What the Job's annotations are, in YAML. kubectl takes no value but strings there; `y` and `n` are none.
MERGES = {
    "merge": "<<: {a: x, b: z}",
    "merge-before": "<<: {a: merged, b: merged}\n    a: explicit",
    "merge-after": "a: explicit\n    <<: {a: merged, b: merged}",
    "merge-list": "<<: [{a: one, b: one}, {a: two, c: two}]",
    "merge-twice": "<<: {a: one, b: one}\n    <<: {a: two, c: two}",
    "merge-nothing": "<<: []",
    "merge-over-key": "<<: {k: w}",
    "merge-tagged": "!!merge '<<': {a: x}",
    "merge-quoted": "'<<': x",
    "merge-string": "!!str <<: x",
    "merge-in-merge": "<<: {<<: {a: inner, b: inner}, a: outer}",
    "merge-list-in-merge": "<<: [{<<: {a: inner}}, {a: other, b: other}]",
    "twice": "a: one\n    a: two",
    "alias": "a: &x one\n    b: *x",
    "alias-again": "a: &x one\n    b: &x two\n    c: *x",
    "alias-key": "&x a: one\n    b: *x",
    "alias-merge-key": "a: &x <<\n    *x : z",
    "quoted": "a: 'it''s'\n    b: \"\\u00e9\\n\"\n    c: \"two\n      lines\"",
    "literal": "a: |\n      one\n\n       two\n    b: >-\n      one\n      two\n    c: |+\n      x\n\n",
    "markers-in-text": "a: |\n      ---\n      ...\n    b: '--- x'",
    "characters": "a: 한글\n    ключ: \"\u2028 x\"",
}

STREAMS = {
    "two": job("a") + "---\n" + job("b"),
    "marked": "---\n" + job("a") + "---\n" + job("b") + "---\n",
    "commented": "# first\n---  # a\n" + job("a") + "# between\n---\t# b\n# of b\n" + job("b") + "# last\n",
    "empty": "---\n---\n# nothing\n---\n~\n---\n" + job("a") + "---\nnull\n---\n" + job("b") + "--- # c\n",
    "ended": job("a") + "...\n---\n" + job("b") + "...\n# the end\n",
    "ended-twice": job("a") + "...\n...\n---\n" + job("b") + "...\n...\n",
    "crlf": (job("a") + "---\n" + job("b")).replace("\n", "\r\n"),
    "marked-file": "\ufeff" + job("a", "m: é"),
    "marked-stream": "\ufeff---\n" + job("a", "m: é") + "---\n" + job("b", "m: 한"),
    "next-line": job("a") + "\u0085---\n" + job("b"),
    "anchors": job("a", "m: &x one", "o: *x") + "---\n" + job("b", "m: &x two", "o: *x"),
    "mark-of-the-second": job("a") + "---\n\ufeff" + job("b", "m: é") + "---\n\ufeff# c\n",
    "mark-and-marker": job("a") + "---\n\ufeff---\n" + job("b"),
    "mark-after-an-empty-one": "---\n" + job("a") + "---\n\n---\n\ufeff" + job("b"),
    "marks-of-the-file": "\ufeff\ufeff" + job("a") + "---\n" + job("b"),
    "json": json.dumps({"apiVersion": "batch/v1", "kind": "Job",
                        "metadata": {"name": "a", "annotations": {"é": "\"\\\n\u20ac"}}}, indent=1) + "\n",
    "no-line-feed": (job("a") + "---\n" + job("b")).rstrip("\n"),
}

REFUSED = {
    "yaml-directive": "%YAML 1.1\n---\n" + job("a"),
    "tag-directive": "%TAG ! tag:x.org,1:\n---\n" + job("a"),
    "after-the-marker": "--- !!map\n" + job("a"),
    "flow-after-the-marker": "--- {apiVersion: batch/v1, kind: Job, metadata: {name: a}}\n",
    "carriage-returns-alone": ("---\n" + job("a")).replace("\n", "\r"),
    "marker-in-a-quoted-text": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {k: 'a\n---b'}}\n",
}

_JSON = '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"%s","annotations":{"k":"%s"}}}'
_A, _B, _C = (_JSON % (name, "v") for name in "abc")

# Texts that start with {: whether and how they are read as YAML depends on kubectl's version.
JSON = {
    "one": _A,
    "lines": _A + "\n" + _B + "\n",
    "glued": _A + _B,
    "three": _A + _B + " " + _C,
    "spaced": " \n\t" + _A + "\r\n \t" + _B + "\n\n",
    "null-between": _A + " null " + _B,
    "escapes": _JSON % ("a", r"\ud83d\ude80 \ud83d x \u00e9 \/ \b\f\n\r\t \" \\"),
    "characters": _JSON % ("a", "\u007f \u2028 \U0001f680 \ufffe"),
    "long-key": _A.replace('"k"', '"' + "k" * 2000 + '"'),
    "colon-on-the-next-line": _A.replace('"k":', '"k"\n:\n'),
    "marked": "\ufeff" + _A + "\n" + _B,
    "then-yaml": _A + "\n---\n" + job("b"),
    "then-marker": _A + "\n---",
    "then-marker-on-its-line": _A + "---",
    "two-then-yaml": _A + _B + "\n---\n" + job("c"),
    "then-text": _A + "\nx",
    "then-comment": _A + "\n# x\n",
    "comment": "{ # c\n" + _A[1:],
    "trailing-comma": _A[:-1] + ",}",
    "single-quotes": _A.replace('"', "'"),
    "control-character": _JSON % ("a", "a\tb"),
    "leading-zero": _A.replace('"Job"', '"Job","x":01'),
    "plus": _A.replace('"Job"', '"Job","x":+1'),
    "point": _A.replace('"Job"', '"Job","x":1.'),
    "long-space": " " * 5000 + _A,
    "yaml-first": "---\n" + _A + "\n---\n" + job("b"),
}

BROKEN = {
    "mark-before-a-marker": "a: &a [*a]\n\ufeff---\n" + job("b"),
    "merge-of-text": job("a", "<<: x"),
    "merge-of-null": job("a", "<<:"),
    "merge-of-lists": job("a", "<<: [[{a: b}]]"),
    "merge-of-aliased-list": job("a", "m: &m [{a: b}]", "<<: *m"),
    "unknown-alias": job("a", "m: *m"),
    "itself": "a: &a [*a]\n" + job("a"),
    "tab": job("a", "\tm: n"),
    "unended": job("a", "m: 'n"),
    "nul": job("a", "m: 'n\0'"),
    "escape": job("a", "m: '\x1b[31m'"),
    "unknown-tag-handle": job("a", "m: !x!y z"),
}


class KubectlReading(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def scan(self, text):
        """Writes the text as the only manifest and returns its bytes and what the scanner makes of it."""
        self.path = os.path.join(self.directory, "job.yaml")
        content = text.encode()
        with open(self.path, "wb") as file:
            file.write(content)
        run = subprocess.run(PROBE + [self.directory, VERSION], check=True, stdout=subprocess.PIPE, timeout=120)
        return content, [json.loads(line) for line in run.stdout.splitlines()]

    def kubectl(self, content=None):
        """What kubectl makes of the file, or of `content` on standard input; None where it refuses."""
        command = [KUBECTL, "label", "--local", "-f", self.path if content is None else "-", "-o", "json", "read=yes"]
        run = subprocess.run(command, check=False, input=content, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=dict(os.environ, HOME=self.directory), timeout=120)
        if run.returncode != 0:
            return None
        decoder, text, objects = json.JSONDecoder(), run.stdout.decode().strip(), []
        while text:
            found, end = decoder.raw_decode(text)
            objects.append((found["metadata"]["name"], found["metadata"].get("annotations")))
            text = text[end:].strip()
        return objects

    def check_stream(self, name, text, count):
        content, rows = self.scan(text)
        self.assertEqual([row.get("rule") for row in rows], [None] * count, name)
        for row in rows:
            metadata = row["tree"]["metadata"]
            self.assertEqual(row["count"], count, name)
            given = content[row["offset"]:row["offset"] + row["length"]]
            if count == 1:
                self.assertEqual(given, content)
            read = self.kubectl(None if count == 1 else given)
            self.assertEqual(read, [(metadata["name"], metadata["annotations"])], name)

    def test_merges_and_aliases(self):
        for name, lines in MERGES.items():
            with self.subTest(name):
                self.check_stream(name, job("a", lines), 1)

    def test_streams(self):
        for name, text in STREAMS.items():
            with self.subTest(name):
                self.check_stream(name, text, 1 if name in ("marked-file", "json") else 2)

    def test_json(self):
        for name, text in JSON.items():
            with self.subTest(name):
                content, rows = self.scan(text)
                whole = self.kubectl()
                if whole is None:
                    self.assertEqual([row["rule"] for row in rows if "rule" in row][:1], ["json-syntax"])
                    continue
                read = []
                for row in rows:
                    self.assertNotIn("rule", row)
                    given = content[row["offset"]:row["offset"] + row["length"]]
                    read += self.kubectl(None if row["count"] == 1 else given)
                    metadata = row["tree"]["metadata"]
                    self.assertEqual((metadata["name"], metadata["annotations"]), read[-1])
                self.assertEqual(whole, read)

    def test_refused_for_kubectl(self):
        for name, text in REFUSED.items():
            with self.subTest(name):
                _, rows = self.scan(text)
                self.assertEqual([(row["rule"], row["document"]) for row in rows], [("kubectl-stream", 1)])
                self.assertIsNone(self.kubectl(), "kubectl reads it")

    def test_broken(self):
        for name, text in BROKEN.items():
            with self.subTest(name):
                _, rows = self.scan(text)
                self.assertEqual(len(rows), 1)
                self.assertIn(rows[0]["rule"], ("yaml-syntax", "yaml-encoding"))
                self.assertIsNone(self.kubectl(), "kubectl reads it")


def version():
    """The version of the kubectl at hand, 1.N."""
    run = subprocess.run([KUBECTL, "version", "--client", "-o", "json"], check=True, stdout=subprocess.PIPE, timeout=120)
    return ".".join(json.loads(run.stdout)["clientVersion"]["gitVersion"].lstrip("v").split(".")[:2])


if __name__ == "__main__":
    if not os.access(KUBECTL, os.X_OK):
        print("no kubectl to compare with")
        sys.exit(SKIPPED)
    VERSION = version()
    unittest.main()
