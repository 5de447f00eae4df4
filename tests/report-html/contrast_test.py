# SPDX-License-Identifier: Apache-2.0
"""Reckons the contrast of the page's colours (WCAG 2.2, 1.4.3 and 1.4.11) in each of its schemes.

usage: contrast_test.py page.css page.js
"""

import pathlib
import re
import sys
import unittest

CSS = re.sub(r"/\*.*?\*/", "", pathlib.Path(sys.argv[1]).read_text(encoding="ascii"), flags=re.S)
SCRIPT = pathlib.Path(sys.argv[2]).read_text(encoding="ascii")
TEXT, MARK = 4.5, 3.0
TEXTS = ("text", "soft", "link", "success", "failed", "warning", "skipped")
MARKS = ("success-mark", "failed-mark", "warning-mark", "skipped-mark", "running-mark", "link")
NAMES = {"page", "panel", "line", *TEXTS, *MARKS}


def schemes():
    """The named colours of each scheme; what a scheme does not name it has from the first."""
    blocks = re.findall(r"(@media [^{]*\{\s*)?:root \{([^}]*)\}", CSS)
    first = None
    for condition, body in blocks:
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body))
        first = first or colours
        yield condition.strip(" {\n") or "light", {**first, **colours}


def luminance(colour):
    """Relative luminance (WCAG 2.2, definitions)."""
    channels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class Contrast(unittest.TestCase):
    def test_reckons_as_the_standard_does(self):
        self.assertAlmostEqual(contrast("#000000", "#ffffff"), 21)
        self.assertAlmostEqual(contrast("#777777", "#ffffff"), 4.48, places=2)

    def test_there_are_three_schemes_with_every_colour(self):
        found = dict(schemes())
        self.assertEqual(list(found), ["light", "@media (prefers-color-scheme: dark)", "@media print"])
        for colours in found.values():
            self.assertEqual(set(colours), NAMES)

    def test_texts_and_marks_stand_out(self):
        for scheme, colours in schemes():
            for ground in ("page", "panel"):
                for names, least in ((TEXTS, TEXT), (MARKS, MARK)):
                    for name in names:
                        with self.subTest(f"{scheme}: {name} on {ground}"):
                            self.assertGreaterEqual(contrast(colours[name], colours[ground]), least)

    def test_colours_are_named_and_used(self):
        rules = re.sub(r":root \{[^}]*\}", "", CSS)
        self.assertEqual(set(re.findall(r"var\(--([a-z-]+)\)", rules)), NAMES)
        self.assertEqual(re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules), [])
        for value in re.findall(r"(?:color|background|fill|stroke): ([^;]+);", rules):
            self.assertRegex(value, r"var\(--|inherit|currentColor|none|transparent|light|exact")

    def test_a_long_list_is_as_long_for_both(self):
        shown = int(re.search(r"nth-child\(n \+ (\d+)\)", CSS)[1]) - 1
        self.assertEqual(shown, int(re.search(r"var PART = (\d+);", SCRIPT)[1]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
