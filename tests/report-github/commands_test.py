# SPDX-License-Identifier: Apache-2.0
"""Reads annotations as the runner of GitHub Actions does, and tries to smuggle in other commands.

Set by CMake: ANNOTATION_PROBE, REPORTS.
"""

import os
import pathlib
import random
import subprocess
import unittest

from workflow_commands import read_command

PROBE = os.environ["ANNOTATION_PROBE"]
REPORTS = sorted(pathlib.Path(os.environ["REPORTS"]).glob("*.txt"))

def probe(texts):
    data = b"".join(text.encode("utf-8", "surrogateescape") + b"\0" for text in texts)
    done = subprocess.run([PROBE], input=data, capture_output=True, check=True, timeout=60)
    return done.stdout.decode("utf-8")


HOSTILE = [
    "::error::x", "::", ":", "%", "%25", "%0A", "%250A", "%3A%3A", "a,b", "a=b", "line=9", ",line=9", "a,file=b", "=",
    "::stop-commands::x", "##[error]x", "##[add-mask]x", "##[set-output name=a]b", "]", "##[", "a ::set-output name=b::c",
    " ::error::x", "\u00a0::error::x", "title=x::", "a b", "é한글", "%%", "%2C", "%2", "::add-mask::secret", "a::b::c", ":::",
    "\u200d::error::x", ":\u200d:error::x",
]


class Commands(unittest.TestCase):
    def check(self, texts):
        output = probe(texts)
        self.assertTrue(output.endswith("\n"))
        lines = output[:-1].split("\n")
        self.assertEqual(len(lines), len(texts))
        for line, text in zip(lines, texts):
            self.assertTrue(line.startswith("::error file="), line)
            name, properties, data = read_command(line)
            self.assertEqual(name, "error")
            # The runner trims the end of the last property.
            properties["title"] += text[len(text.rstrip()) :] if properties["title"] == text.rstrip() else ""
            self.assertEqual(properties, {"file": text, "line": "3", "col": "5", "title": text})
            self.assertEqual(data, text + "\n" + text)

    def test_hostile_texts_stay_texts(self):
        for text in HOSTILE:
            with self.subTest(text):
                self.check([text])
        self.check(HOSTILE)

    def test_what_nobody_thought_of(self):
        seed = int(os.environ.get("COMMANDS_TEST_SEED", "20261123"))
        source = random.Random(seed)
        pieces = [":", "::", "%", "%0A", "25", ",", "=", " ", "##[", "]", "error", "stop-commands", "file", "a", "3A", "é"]
        for turn in range(20):
            texts = ["x" + "".join(source.choice(pieces) for _ in range(source.randrange(1, 12))) for _ in range(50)]
            with self.subTest(seed=seed, turn=turn):
                self.check(texts)

    def test_control_characters_are_shown(self):
        shown = {
            "a\nb": "a\\nb", "a\r::error::x": "a\\r::error::x", "\n::error::x": "\\n::error::x", "\x1b[2J": "\\x1b[2J",
            "\u2028::error::x": "\\u{2028}::error::x", "\u0085::error::x": "\\u{0085}::error::x", "\u202eabc": "\\u{202e}abc",
            "\x0b::error::x": "\\x0b::error::x", "\udcff": "\\xff",
        }
        lines = probe(shown).splitlines()
        self.assertEqual(len(lines), len(shown))
        for line, text in zip(lines, shown.values()):
            self.assertEqual(read_command(line)[2], text + "\n" + text)

    def test_long_texts_are_cut(self):
        _, properties, data = read_command(probe(["é" * 5000])[:-1])
        self.assertEqual(len(properties["title"]), 101)
        self.assertLess(len(data), 4096)
        self.assertTrue(data.endswith("…"))


class Reports(unittest.TestCase):
    def test_every_line_is_an_annotation(self):
        self.assertGreater(len(REPORTS), 10)
        for path in REPORTS:
            counts = {"error": 0, "warning": 0}
            for line in path.read_text(encoding="utf-8").splitlines():
                name, properties, data = read_command(line)
                counts[name] += 1
                self.assertLessEqual(set(properties), {"file", "line", "col", "title"})
                self.assertTrue(data)
                for part in data.split("\n")[1:]:
                    self.assertRegex(part, r"^(kubectl|Pod|Cause|Advice): ", path.name)
            self.assertLessEqual(max(counts.values()), 10, path.name)

    def test_what_became_of_a_job_is_told(self):
        (path,) = [path for path in REPORTS if path.name == "apply-watched.txt"]
        commands = [read_command(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.assertEqual([("error", "Job trading/refused was not applied"), ("error", "Job trading/broken failed"),
                          ("error", "Job trading/stuck never started"), ("error", "Job trading/gone was deleted"),
                          ("error", "Job trading/slow is not known to have ended"),
                          ("error", "Job trading/blind is not known to have ended")],
                         [(name, properties["title"]) for name, properties, _ in commands])
        self.assertEqual({"out/job.yaml"}, {properties["file"] for _, properties, _ in commands})
        self.assertIn("\nPod: broken-9fq5d, container tuning: exit code 3\n", commands[1][2])


if __name__ == "__main__":
    unittest.main()
