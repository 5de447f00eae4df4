# SPDX-License-Identifier: Apache-2.0
"""GitHub's own Markdown parser, cmark-gfm, for tests: what a report is made of once it was read.

Set by CMake: CMARK_GFM, empty where the machine has none.
"""

import html.parser
import os
import subprocess

CMARK = os.environ["CMARK_GFM"]

# Tags that a report has of itself. Text from outside may make none of them, and none besides.
OURS = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "details", "summary", "ul", "li",
        "strong", "br"}


class Tree(html.parser.HTMLParser):
    """Which tags there are, and the text of those that are asked for, outermost first."""

    def __init__(self, wanted):
        super().__init__(convert_charrefs=True)
        self.wanted = wanted
        self.tags = []
        self.texts = []
        self.rows = []
        self.open = 0

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == self.wanted:
            self.open += 1
            if self.open == 1:
                self.texts.append("")
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += 1

    def handle_endtag(self, tag):
        if tag == self.wanted:
            self.open -= 1

    def handle_data(self, data):
        if self.open:
            self.texts[-1] += data


def render(markdown):
    """As GitHub does, with raw HTML kept: that it is harmless is what is to be shown."""
    done = subprocess.run(
        [CMARK, "--unsafe", *sum((["-e", name] for name in ("table", "autolink", "strikethrough", "tasklist")), [])],
        input=markdown, capture_output=True, check=True, timeout=120)
    return done.stdout.decode("utf-8")


def read(markdown, wanted):
    tree = Tree(wanted)
    tree.feed(render(markdown))
    tree.close()
    return tree
