# SPDX-License-Identifier: Apache-2.0
"""Reads the pages as a parser does: they are well-formed, ask for nothing, and hold what was put in.

usage: page_test.py WRITE_PAGES PLUGIN
"""

import base64
import hashlib
import html.parser
import pathlib
import subprocess
import sys
import tempfile
import unittest

VOID = {"meta", "br", "input", "link", "img", "hr"}
ELEMENTS = set(
    "html head meta title style body a header p span h1 svg rect dl div dt dd code nav search label input main "
    "section h2 ul li b details summary pre i figure figcaption line text time table thead tbody tr th td button "
    "footer script".split())
ATTRIBUTES = set(
    "lang charset http-equiv content name class href id role aria-label aria-labelledby aria-hidden aria-pressed "
    "data-count data-list data-nothing data-p data-s data-v data-to data-sort hidden open type autocomplete spellcheck "
    "placeholder for scope tabindex value datetime width height x y x1 x2 y1 y2 text-anchor".split())


class Page(html.parser.HTMLParser):
    """A page as a tree: nodes are [tag, attributes, children], text is str."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = ["", {}, []]
        self.open = [self.root]
        self.problems = []
        self.feed(text)
        self.close()
        if len(self.open) > 1:
            self.problems.append(f"not closed: {self.open[-1][0]}")

    def handle_starttag(self, tag, attrs):
        node = [tag, dict(attrs), []]
        if len(attrs) != len(node[1]):
            self.problems.append(f"an attribute twice: {attrs}")
        self.open[-1][2].append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1][2].append([tag, dict(attrs), []])

    def handle_endtag(self, tag):
        if self.open[-1][0] != tag:
            self.problems.append(f"</{tag}> where {self.open[-1][0]} is open")
        else:
            self.open.pop()

    def handle_data(self, data):
        self.open[-1][2].append(data)

    def handle_comment(self, data):
        self.problems.append(f"a comment: {data}")

    def unknown_decl(self, data):
        self.problems.append(f"a declaration: {data}")


def nodes(node):
    for child in node[2]:
        if not isinstance(child, str):
            yield child
            yield from nodes(child)


def text_of(node):
    return "".join(child if isinstance(child, str) else text_of(child) for child in node[2])


def select(node, tag, **attributes):
    return [n for n in nodes(node) if n[0] == tag and all(n[1].get(k) == v for k, v in attributes.items())]


def with_class(node, name):
    return [n for n in nodes(node) if name in (n[1].get("class") or "").split()]


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="headgate-pages-")
        subprocess.run([sys.argv[1], sys.argv[2], cls.directory.name], check=True, timeout=120)
        top = pathlib.Path(cls.directory.name)
        cls.texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(top.glob("*.html"))}
        cls.pages = {name: Page(text) for name, text in cls.texts.items()}
        cls.hostile = (top / "hostile.tsv").read_text(encoding="utf-8").splitlines()

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def each(self):
        self.assertGreater(len(self.pages), 15)
        return [(name, page.root) for name, page in self.pages.items()]

    def test_elements_are_closed_in_their_order(self):
        for name, _ in self.each():
            with self.subTest(name):
                self.assertEqual(self.pages[name].problems, [])

    def test_only_known_elements_and_attributes(self):
        for name, root in self.each():
            with self.subTest(name):
                self.assertLessEqual({node[0] for node in nodes(root)}, ELEMENTS)
                self.assertLessEqual({key for node in nodes(root) for key in node[1]}, ATTRIBUTES)

    def test_asks_for_nothing_from_outside(self):
        for name, root in self.each():
            with self.subTest(name):
                for node in nodes(root):
                    if "href" in node[1]:
                        self.assertRegex(node[1]["href"], r"\A(#[a-z]+[0-9]*|(file:///)?[A-Za-z0-9._~/%-]+)\Z")
                style = text_of(select(root, "style")[0])
                self.assertNotRegex(style, r"url\(|@import|@font-face")
                self.assertNotIn("http", style)
                self.assertNotRegex(text_of(select(root, "script")[0]),
                                    r"fetch|XMLHttp|innerHTML|eval|document\.write|http")
                self.assertEqual(len([n for n in select(root, "meta") if "http-equiv" in n[1]]), 1)

    def test_policy_allows_the_pages_own_text_alone(self):
        for name, root in self.each():
            with self.subTest(name):
                (meta,) = select(root, "meta", **{"http-equiv": "Content-Security-Policy"})
                policy = dict(part.split(" ", 1) for part in meta[1]["content"].split("; "))
                (style,), (script,) = select(root, "style"), select(root, "script")
                expected = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
                for kind, node in (("style-src", style), ("script-src", script)):
                    digest = hashlib.sha256(text_of(node).encode()).digest()
                    expected[kind] = f"'sha256-{base64.b64encode(digest).decode()}'"
                self.assertEqual(policy, expected)
                head = next(node for node in nodes(root) if node[0] == "head")
                order = [node[0] for node in nodes(head)]
                self.assertLess(nodes_index(head, meta), order.index("style"))

    def test_can_be_found_a_way_in(self):
        for name, root in self.each():
            with self.subTest(name):
                (document,) = select(root, "html")
                self.assertEqual(document[1]["lang"], "en")
                (title,) = [n for n in select(root, "title") if n in select(root, "head")[0][2]]
                (heading,) = select(root, "h1")
                self.assertEqual(text_of(title), text_of(heading) + " - Headgate")
                ids = [node[1]["id"] for node in nodes(root) if "id" in node[1]]
                self.assertEqual(len(ids), len(set(ids)))
                for node in nodes(root):
                    for key in ("aria-labelledby", "for"):
                        if key in node[1]:
                            self.assertIn(node[1][key], ids)
                    if node[1].get("href", "").startswith("#"):
                        self.assertIn(node[1]["href"][1:], ids)
                    if node[1].get("data-to"):
                        self.assertIn(node[1]["data-to"], ids)
                    if node[0] == "th":
                        self.assertIn(node[1].get("scope"), ("row", "col"))
                    if node[1].get("role") == "img":
                        self.assertTrue(node[1]["aria-label"])
                for table in select(root, "table"):
                    columns = len(select(select(table, "thead")[0], "th"))
                    for row in select(select(table, "tbody")[0], "tr"):
                        self.assertEqual(sum(child[0] in ("td", "th") for child in row[2]), columns)

    def test_counts_are_those_of_the_lists(self):
        for name, root in self.each():
            with self.subTest(name):
                for node in nodes(root):
                    if "data-count" in node[1]:
                        (items,) = [n for n in nodes(root) if n[1].get("data-list") == node[1]["data-count"]]
                        shown = int(text_of(node).replace(",", ""))
                        self.assertEqual(shown, sum(not isinstance(child, str) for child in items[2]))

    def test_a_run_that_waited_is_told_by_what_became_of_its_jobs(self):
        root = self.pages["apply-watched"].root
        self.assertEqual("4 of 8 Jobs failed", text_of(select(root, "h1")[0]))
        tiles = {text_of(select(div, "dt")[0]): text_of(select(div, "dd")[0])
                 for div in select(with_class(root, "tiles")[0], "div")}
        self.assertEqual({"Jobs": "8", "Complete": "2", "Failed": "2", "Never started": "1", "Not known": "2", "Not applied": "1"},
                         tiles)
        rows = [[text_of(child) for child in row[2]] for row in select(select(root, "tbody", **{"data-list": "completions"})[0], "tr")]
        self.assertEqual(["done", "earlier", "broken", "stuck", "gone", "slow", "blind"], [row[0] for row in rows])
        self.assertEqual(["✓ Complete", "✓ Already Complete", "✗ Failed program-error", "✗ Never started image-pull",
                          "✗ Deleted deleted", "? Timed out timed-out", "? Not known"], [row[2] for row in rows])
        self.assertTrue(rows[3][3].endswith(" for ImagePullBackOff"), rows[3])
        self.assertEqual(["", "", "log", "", "", "", ""], [row[6] for row in rows])
        (groups,) = with_class(root, "groups")
        kinds = {text_of(select(group, "code")[0]): group for group in select(groups, "li") if select(group, "code")}
        self.assertEqual(["deleted", "image-pull", "program-error", "timed-out"], list(kinds))
        self.assertEqual([("#c4", "stuck")], [(link[1]["href"], text_of(link)) for link in select(kinds["image-pull"], "a")])
        self.assertEqual("container tuning of Pod stuck-x7k2p never started: its image cannot be pulled",
                         text_of(with_class(kinds["image-pull"], "why")[0]))
        self.assertIn("check the image's name and tag", text_of(with_class(kinds["image-pull"], "advice")[0]))
        cards = select(select(root, "div", **{"data-list": "incomplete"})[0], "details")
        self.assertEqual(["c3", "c4", "c5", "c6", "c7"], [card[1]["id"] for card in cards])
        path = "/home/me/.local/state/headgate/history.db.logs/41/trading/broken/broken-9fq5d.tuning.0.log"
        (link,) = select(cards[0], "a")
        self.assertEqual(("file://" + path, path), (link[1]["href"], text_of(link)))
        self.assertEqual("\nloading candles\nTraceback (most recent call last):\nValueError: no candles for BTC-KRW\n",
                         text_of(select(cards[0], "pre")[0]))
        bars = [node for node in nodes(select(root, "section", id="timeline")[0]) if "data-to" in node[1]]
        self.assertEqual(["w1", "w2", "c3", "c4"], sorted((bar[1]["data-to"] for bar in bars), key=lambda to: to[1:]))
        hostile = self.pages["apply-watched-hostile"].root
        (card,) = with_class(hostile, "card")
        self.assertIn("</pre><script>", text_of(select(card, "pre")[0]))
        self.assertEqual("%1B%5B2J%0A%3A%3Aerror%3A%3Ax%0A%23%23%5Bgroup%5Dx%0A%3C/pre%3E%3Cscript%3E%5BCOMPLETE%20JOBS%5D%0D%FF"
                         "%E2%80%AE%7C%60", select(card, "a")[0][1]["href"])

    def test_hostile_outcomes_are_text(self):
        root = self.pages["hostile"].root
        rows = select(select(root, "tbody", **{"data-list": "jobs"})[0], "tr")
        self.assertEqual(len(rows), len(self.hostile))
        for number, (row, text) in enumerate(zip(rows, self.hostile), 1):
            cells = [child for child in row[2] if not isinstance(child, str)]
            failed = row[1]["data-s"] == "failed"
            name = select(cells[0], "a" if failed else "summary")[0]
            self.assertEqual(text_of(name), text)
            self.assertEqual(text_of(cells[1]), text)
            self.assertEqual(text_of(cells[6]), text + " document 2")
            if number % 2 and cells[3][2]:
                self.assertEqual(text_of(cells[3]), text)
            self.assertTrue(text_of(cells[2]).endswith(text))
            home = select(root, "details", id=f"f{number}")[0] if failed else cells[0]
            for pre in select(home, "pre"):
                self.assertEqual(text_of(pre), f"\n\n{text}\\x00\n\ttab {text}\\r\n")
            self.assertEqual(len(select(home, "pre")), 2)
            facts = {text_of(select(div, "dt")[0]): text_of(select(div, "dd")[0])
                     for div in select(with_class(home, "facts")[0], "div")}
            self.assertEqual(facts["Failure class"], text)
            paragraphs = [text_of(p) for p in select(home, "p")]
            self.assertIn(text, paragraphs)

    def test_hostile_findings_are_text(self):
        root = self.pages["hostile-findings"].root
        rows = select(select(root, "tbody", **{"data-list": "errors"})[0], "tr")
        self.assertEqual(len(rows), len(self.hostile))
        for number, (row, text) in enumerate(zip(rows, self.hostile), 1):
            cells = [text_of(child) for child in row[2]]
            self.assertEqual(cells[:4], [text + ":3:5", text, text + text, text])
            self.assertEqual(cells[4], text + (f" document {number}" if number > 1 else ""))

    def test_hostile_facts_are_text(self):
        root = self.pages["hostile"].root
        facts = {text_of(select(div, "dt")[0]): text_of(select(div, "dd")[0])
                 for div in select(with_class(select(root, "header")[0], "facts")[0], "div")}
        self.assertEqual(facts["Command"], "headgate " + self.hostile[2])
        self.assertEqual(facts["Manifests"], self.hostile[3])
        self.assertEqual(facts["Kubeconfig"], self.hostile[4])
        self.assertEqual(facts["Headgate"], self.hostile[2])
        self.assertEqual(facts["Finished (UTC)"], self.hostile[1])
        self.assertEqual(text_of(with_class(root, "error")[0]), self.hostile[0])


def nodes_index(root, wanted):
    return next(i for i, node in enumerate(nodes(root)) if node is wanted)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
