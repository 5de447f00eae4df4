# SPDX-License-Identifier: Apache-2.0
"""GitHub's own Markdown parser, cmark-gfm, reads what Headgate wrote: text from outside stays text.

Set by CMake: CMARK_GFM (may be empty), MARKDOWN_PROBE, REPORTS.
"""

import os
import pathlib
import random
import re
import subprocess
import sys
import unittest

from markdown_reader import CMARK, OURS, read, render

PROBE = os.environ["MARKDOWN_PROBE"]
REPORTS = sorted(pathlib.Path(os.environ["REPORTS"]).glob("*.md"))

def probe(texts):
    data = b"".join(text.encode("utf-8") + b"\0" for text in texts)
    return subprocess.run([PROBE], input=data, capture_output=True, check=True, timeout=120).stdout


HOSTILE = [
    "|", "a|b", "\\|", "\\\\|", "a\\|b\\", "`", "``", "a`b``c```d", "`|`", "\\`", "<script>alert(1)</script>", "</code>",
    "</td></tr></table>", "</summary></details>", "<!--", "-->", "<!-- a -->", "<![CDATA[x]]>", "<?php ?>", "<a href=x>",
    "&lt;", "&amp;amp;", "&#124;", "&", "&nbsp", "[a](http://evil.example)", "![a](http://evil.example/x.png)", "[a][b]",
    "[a]: http://evil.example", "<http://evil.example>", "http://evil.example/a_b_c", "https://evil.example", "ftp://evil",
    "www.evil.example", "see www.evil.example now", "WWW.evil.example", "me@evil.example", "mailto:me@evil.example",
    "xmpp:me@evil.example/x", "@octocat", "@org/team", "#1", "GH-1", "org/repo#1", "*a*", "**a**", "_a_", "__a__", "~a~",
    "~~a~~", "$a$", "$`a`$", ":tada:", "# a", "- a", "1. a", "> a", "---", "===", "```", "~~~", "[ ] a", "[x] a", "a  b",
    "a\u00a0b", "é한글 ✓ 😀", "'\"'", "{{x}}", "^1^", "[^1]", "%0A", "\\", "\\\\", "\\*a\\*", "a\\", ".www.evil.example", "w",
    "://", "http:", "//x", "=", "|---|", "| a | b |", "-", "+", "<", ">", "<>", "<b", "x" * 900,
]


class Texts(unittest.TestCase):
    def check(self, texts):
        markdown = probe(texts)
        count = len(texts)
        codes = read(markdown, "code").texts
        blocks = [text[:-1] for text in read(markdown, "pre").texts]
        self.assertEqual(codes[:count], texts)
        self.assertEqual(codes[count : 2 * count], texts)
        self.assertEqual(codes[2 * count : 3 * count], texts)
        self.assertEqual(blocks, texts)
        tree = read(markdown, "table")
        self.assertEqual(tree.rows, [2] * (count + 1))
        self.assertEqual(set(tree.tags) - OURS, set())
        self.assertEqual(tree.tags.count("code"), 4 * count)
        self.assertEqual(tree.tags.count("li"), count)
        self.assertEqual(tree.tags.count("details"), count)
        self.assertEqual(tree.tags.count("p"), count, "lines before the blocks")

    def test_each_hostile_text_alone(self):
        for text in HOSTILE:
            with self.subTest(text[:80]):
                self.check([text])

    def test_all_together(self):
        self.check(HOSTILE)

    def test_what_nobody_thought_of(self):
        """Texts of any characters that mean something, in any order."""
        seed = int(os.environ.get("READER_TEST_SEED", "20261123"))
        source = random.Random(seed)
        pieces = list("|`<>&[]()*_~!#\\$:@./-=+\"'{}^ ") + ["www.", "http://", "a", "b1", "```", "&#", ";", "<!--", "-->", "é"]
        for turn in range(40):
            texts = []
            while len(texts) < 50:
                text = "".join(source.choice(pieces) for _ in range(source.randrange(1, 14)))
                # A list's item and a cell lose blanks at the ends of what is written, code does not.
                texts.append(text)
            with self.subTest(seed=seed, turn=turn):
                self.check(texts)

    def test_control_characters_are_shown(self):
        shown = {
            "a\nb": "a\\nb", "\x1b[31m": "\\x1b[31m", "a\r": "a\\r", "\t": "\\t", "\u202egnp": "\\u{202e}gnp",
            "\u2066x\u2069": "\\u{2066}x\\u{2069}", "\u200b": "\\u{200b}", "\x7f": "\\x7f", "\u0085": "\\u{0085}",
        }
        codes = read(probe(shown), "code").texts
        self.assertEqual(codes[: len(shown)], list(shown.values()))

    def test_long_texts_are_cut(self):
        markdown = probe(["x" * 5000, "é" * 501, "y" * 1000])
        codes = read(markdown, "code").texts[:3]
        self.assertEqual(codes, ["x" * 1000 + "…", "é" * 500 + "…", "y" * 1000])
        self.assertEqual(read(markdown, "pre").texts[0], "x" * 4096 + "\n")

    def test_mentions_are_parted(self):
        """The page's mentions are looked for in each run of text, after the parser."""
        html_text = render(probe(["@octocat"])).split("<pre>")[0]
        self.assertNotRegex(re.sub(r"&#64;", "@", html_text), r"@octocat")


class Reports(unittest.TestCase):
    def test_reports_have_the_form_they_were_given(self):
        self.assertGreater(len(REPORTS), 10)
        for path in REPORTS:
            with self.subTest(path.name):
                markdown = path.read_bytes()
                tree = read(markdown, "table")
                self.assertEqual(set(tree.tags) - OURS, set())
                outside = re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", markdown.decode())
                headings = [line for line in outside.splitlines() if line.startswith("#")]
                self.assertEqual(tree.tags.count("h2") + tree.tags.count("h3"), len(headings))
                self.assertLessEqual(set(tree.rows), {3, 6, 4, 5})
                self.assertEqual(tree.tags.count("h2"), 1)
                self.assertEqual(tree.tags.count("details"), markdown.count(b"</details>"))

    def test_what_became_of_the_jobs(self):
        (path,) = [path for path in REPORTS if path.name == "apply-watched.md"]
        tables = read(path.read_bytes(), "table").texts
        self.assertIn("BackoffLimitExceeded: Job has reached the specified backoff limit", " ".join(tables[3].split()))
        self.assertEqual(["2", "2", "1", "2"], tables[1].split()[-4:])
        self.assertIn("ValueError: no candles for BTC-KRW\n", read(path.read_bytes(), "pre").texts[0])

    def test_totals_come_first(self):
        for path in REPORTS:
            table = read(path.read_bytes(), "table").texts[0].split()
            self.assertEqual(table[:3], ["Jobs", "Valid", "Invalid"], path.name)


if __name__ == "__main__":
    if not CMARK:
        print("cmark-gfm is not installed: nobody reads the Markdown (Debian's package cmark-gfm)")
        sys.exit(77)
    unittest.main()
