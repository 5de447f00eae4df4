# SPDX-License-Identifier: Apache-2.0
"""Opens the pages in headless Chromium: no hostile text does anything, the script does what it promises,
and all is there without it.

usage: browser_test.py WRITE_PAGES PLUGIN

With HEADGATE_SCREENSHOTS in the environment, pictures of the pages are left in that directory.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

import chromium

SKIPPED = 77
MANY = 10000
ROWS = "Array.from(document.querySelectorAll('#jobs tbody tr'))"
VISIBLE = ROWS + ".filter(function (row) { return row.checkVisibility(); })"
NAMES = VISIBLE + ".map(function (row) { return (row.cells[0].querySelector('summary') || row.cells[0]).innerText; })"
LIGHT = {"page": (0xFF, 0xFF, 0xFF), "success": (0x2C, 0x9A, 0x56), "failed": (0xD5, 0x34, 0x3B)}
DARK = {"page": (0x0F, 0x11, 0x15), "success": (0x3D, 0xA4, 0x68), "failed": (0xE6, 0x59, 0x5E)}


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="headgate-browser-")
        cls.addClassCleanup(cls.directory.cleanup)
        subprocess.run([sys.argv[1], sys.argv[2], cls.directory.name], check=True, timeout=120)
        cls.hostile = (pathlib.Path(cls.directory.name) / "hostile.tsv").read_text(encoding="utf-8").splitlines()
        cls.names = sorted(path.stem for path in pathlib.Path(cls.directory.name).glob("*.html"))
        cls.browser = chromium.Chromium(chromium.find())
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.browser.resize(1280, 900)
        self.browser.colours("light")
        self.browser.call("Emulation.setScriptExecutionDisabled", value=False)

    def path(self, name):
        return f"{self.directory.name}/{name}.html"

    def open(self, name, fragment=""):
        self.browser.open(self.path(name), fragment)

    def ask(self, expression):
        return self.browser.evaluate(expression)

    def count(self, name):
        return self.ask(f"document.querySelector('nav [data-count={name}]').textContent")

    def test_pages_open_without_a_complaint_and_ask_for_nothing(self):
        for name in self.names:
            with self.subTest(name):
                self.open(name)
                self.assertEqual(self.browser.complaints(), [])
                self.assertEqual(self.browser.requests(), [f"file://{self.path(name)}"])
                self.assertEqual(self.ask("document.compatMode"), "CSS1Compat")
                if self.ask("!!document.getElementById('q')"):
                    self.assertTrue(self.ask("document.documentElement.classList.contains('enhanced')"))

    def test_hostile_texts_do_nothing(self):
        for name in ("hostile", "hostile-findings", "apply-hostile", "apply-watched-hostile", "validate-hostile"):
            with self.subTest(name):
                self.open(name)
                self.ask("document.querySelectorAll('details').forEach(function (d) { d.open = true; })")
                self.browser.settle()
                self.assertIsNone(self.ask("window.owned || null"))
                self.assertEqual(self.ask("document.scripts.length"), 1)
                self.assertEqual(self.ask(
                    "document.querySelectorAll('img, iframe, object, embed, form, base, link, math, textarea, video,"
                    " svg svg, [onload], [onerror], [onmouseover], [onfocus], [style], [srcdoc], [autofocus]').length"), 0)
                self.assertEqual(self.ask("location.pathname"), self.path(name))
                self.assertEqual(self.browser.complaints(), [])

    def test_hostile_texts_are_shown_as_they_are(self):
        self.open("hostile")
        shown = self.ask(ROWS + ".map(function (row) { return [(row.cells[0].querySelector('summary') ||"
                         " row.cells[0]).textContent, row.cells[1].textContent]; })")
        self.assertEqual(shown, [[text, text] for text in self.hostile])
        outputs = self.ask("Array.from(document.querySelectorAll('pre')).map(function (p) { return p.textContent; })")
        self.assertEqual(sorted(outputs), sorted(f"\n{text}\\x00\n\ttab {text}\\r\n" for text in self.hostile * 2))
        self.open("hostile-findings")
        self.assertEqual(self.ask("Array.from(document.querySelectorAll('#errors tbody tr')).map(function (row) {"
                                  " return row.cells[1].textContent; })"), self.hostile)

    def test_policy_would_stop_a_script_that_got_in(self):
        self.open("hostile")
        self.ask("document.body.append(Object.assign(document.createElement('script'), {text: 'window.owned = 1'}))")
        self.ask("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.owned = 2\">')")
        self.assertIsNone(self.ask("window.owned || null"))
        complaints = " ".join(self.browser.complaints())
        for directive in ("script-src", "img-src"):
            self.assertIn(directive, complaints)

    def test_search_finds_and_says_how_many(self):
        self.open("parallel-200")
        self.browser.type("#q", "worker-12")
        numbers = [n for n in range(1, 201) if str(n).startswith("12")]
        self.assertEqual(self.ask(NAMES), [f"arb-tuning-d29-k8s--worker-{n}-{n - 1}" for n in numbers])
        self.assertEqual(self.count("jobs"), f"{len(numbers)} of 200")
        self.assertIn(f"jobs: {len(numbers)} of 200", self.ask("document.querySelector('[role=status]').textContent"))
        self.assertEqual(self.ask("location.hash"), "#q=worker-12")
        self.browser.type("#q", "QUOTA exceeded")
        self.assertEqual(self.count("failed"), "3 of 9")
        self.assertEqual(self.ask("document.querySelectorAll('.card:not([hidden])').length"), 3)
        self.browser.type("#q", "there is nothing like it")
        self.assertEqual(self.ask(VISIBLE + ".length"), 0)
        self.assertTrue(self.ask("document.querySelector('[data-nothing=jobs]').checkVisibility()"))
        self.browser.type("#q", "")
        self.assertEqual(self.ask(VISIBLE + ".length"), 200)
        self.assertEqual(self.count("jobs"), "200")

    def test_search_takes_hostile_text_as_text(self):
        self.open("hostile")
        for text in self.hostile:
            with self.subTest(text):
                self.ask(f"location.hash = '#' + new URLSearchParams({{q: {json.dumps(text)}}})")
                self.browser.settle()
                self.assertEqual(self.ask("document.getElementById('q').value"), text)
                self.assertIn(text, self.ask(NAMES))
        for text in self.hostile[:3]:
            with self.subTest(f"{text} typed"):
                self.browser.type("#q", text)
                self.assertIn(text, self.ask(NAMES))
        self.assertIsNone(self.ask("window.owned || null"))
        self.assertEqual(self.ask("document.scripts.length"), 1)

    def test_filter_shows_one_status(self):
        self.open("parallel-200")
        self.browser.click(".filters [value=failed]")
        self.assertEqual(self.ask(VISIBLE + ".every(function (row) { return row.dataset.s === 'failed'; })"), True)
        self.assertEqual(self.ask(VISIBLE + ".length"), 9)
        self.assertEqual(self.count("failed"), "9")
        self.assertEqual(self.ask("document.querySelector('.filters [aria-pressed=true]').value"), "failed")
        self.assertEqual(self.ask("location.hash"), "#status=failed")
        self.browser.type("#q", "worker-12-")
        self.assertEqual(self.ask(NAMES), ["arb-tuning-d29-k8s--worker-12-11"])
        self.browser.click(".filters [value='']")
        self.assertEqual(self.ask(VISIBLE + ".length"), 1)

    def test_address_leads_to_what_it_says(self):
        self.open("parallel-200", "#q=worker-1&status=failed")
        self.assertEqual(self.count("jobs"), "6 of 200")
        self.assertEqual(self.ask("document.getElementById('q').value"), "worker-1")
        self.open("parallel-200", "#q=%E0%A4%A&status=%3Cb%3E")
        self.assertEqual(self.ask("document.querySelector('.filters [aria-pressed=true]').value"), "")
        self.open("parallel-200", "#status=failed")
        self.ask("location.hash = 'j5'")
        self.browser.settle()
        self.assertEqual(self.ask(VISIBLE + ".length"), 200)
        self.open("parallel-200", "#f196")
        self.assertTrue(self.ask("document.getElementById('f196').open"))
        self.assertEqual(self.browser.complaints(), [])

    def test_sorts_up_down_and_back(self):
        self.open("parallel-200")
        first = self.ask(NAMES)
        self.browser.click("th:nth-child(5) button")
        self.assertEqual(self.ask("document.querySelector('[aria-sort]').innerText.trim()"), "Duration")
        values = self.ask(ROWS + ".map(function (row) { return Number(row.cells[4].dataset.v); })")
        self.assertEqual(values, sorted(values))
        self.browser.click("th:nth-child(5) button")
        values = self.ask(ROWS + ".map(function (row) { return Number(row.cells[4].dataset.v); })")
        self.assertEqual(values, sorted(values, reverse=True))
        self.assertEqual(self.ask("document.querySelector('[aria-sort]').getAttribute('aria-sort')"), "descending")
        self.browser.click("th:nth-child(5) button")
        self.assertEqual(self.ask(NAMES), first)
        self.assertEqual(self.ask("document.querySelectorAll('[aria-sort]').length"), 0)
        self.browser.click("#jobs th:nth-child(1) button")
        self.assertEqual(self.ask(NAMES), [f"arb-tuning-d29-k8s--worker-{n}-{n - 1}" for n in range(1, 201)])

    def test_timeline_leads_to_the_job(self):
        self.open("parallel-200")
        self.browser.click("svg.timeline [data-to=f12]")
        self.assertEqual(self.ask("location.hash"), "#f12")
        self.browser.click("svg.timeline [data-to=j1]")
        self.assertEqual(self.ask("location.hash"), "#j1")
        self.open("apply-watched")
        self.browser.picture("watched")
        self.browser.click("svg.timeline [data-to=c3]")
        self.assertTrue(self.ask("document.querySelector('#c3').open"))

    def test_everything_is_there_without_a_script(self):
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        for name in self.names:
            with self.subTest(name):
                self.open(name)
                self.assertFalse(self.ask("document.documentElement.classList.contains('enhanced')"))
                self.assertEqual(self.ask("Array.from(document.querySelectorAll('search, .filters, .nothing, button'))"
                                          ".filter(function (e) { return e.checkVisibility(); }).length"), 0)
                self.assertEqual(self.ask(VISIBLE + ".length"), self.ask(ROWS + ".length"))
                self.assertEqual(self.ask("Array.from(document.querySelectorAll('.card, section, tr, dl.facts div'))"
                                          ".filter(function (e) { return !e.closest('details:not([open])')"
                                          " && !e.checkVisibility(); }).length"), 0)
        self.open("parallel-20")
        self.browser.picture("without-script")
        self.browser.click("#j1 summary")
        self.assertTrue(self.ask("document.querySelector('#j1 pre').checkVisibility()"))

    def test_keyboard_reaches_everything(self):
        self.open("parallel-20")
        seen = []
        for _ in range(60):
            self.browser.key("Tab", "Tab", 9)
            seen.append(self.ask("(function (e) { return [e.tagName, e.id || e.value || e.innerText.split('\\n')[0],"
                                 " getComputedStyle(e).outlineStyle !== 'none']; })(document.activeElement)"))
            if seen[-1][0] == "BODY":
                break
        self.assertEqual(seen[0][:2], ["A", "Skip to the results"])
        self.assertLessEqual({"A", "INPUT", "SUMMARY", "BUTTON"}, {tag for tag, _, _ in seen})
        self.assertEqual([entry for entry in seen if entry[0] != "BODY" and not entry[2]], [])
        self.ask("document.querySelector('#j1 summary').focus()")
        self.browser.key("Enter", "Enter", 13, "\r")
        self.assertTrue(self.ask("document.querySelector('#j1 details').open"))
        self.ask("document.querySelector('th:nth-child(1) button').focus()")
        self.browser.key("Enter", "Enter", 13, "\r")
        self.assertEqual(self.ask("document.querySelectorAll('[aria-sort=ascending]').length"), 1)

    def test_what_can_be_used_has_a_name(self):
        for name in ("apply-mixed", "apply-watched", "validate-mixed", "dry-run"):
            with self.subTest(name):
                self.open(name)
                tree = [node for node in self.browser.call("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
                roles = [node["role"]["value"] for node in tree]
                for role in ("banner", "navigation", "main", "contentinfo", "heading", "table", "columnheader",
                             "rowheader", "searchbox", "button"):
                    self.assertIn(role, roles)
                for node in tree:
                    if node["role"]["value"] in ("link", "button", "searchbox", "table", "image", "columnheader",
                                                 "region", "navigation", "group"):
                        if node["role"]["value"] not in ("table", "group"):
                            self.assertTrue(node.get("name", {}).get("value"), node)

    def test_fits_every_width(self):
        for name in self.names:
            self.open(name)
            self.ask("document.querySelectorAll('details').forEach(function (d) { d.open = true; })")
            for width in (320, 390, 736, 820, 1280, 2560):
                with self.subTest(f"{name} at {width}"):
                    self.browser.resize(width, 900)
                    self.assertLessEqual(self.ask("document.scrollingElement.scrollWidth"), width)
        self.browser.resize(390, 1400)
        self.open("apply-mixed")
        self.browser.picture("phone")

    def test_opened_row_covers_no_other(self):
        for width in (390, 820, 1280):
            self.browser.resize(width, 900)
            self.open("apply-stopped")
            self.ask("document.querySelectorAll('#jobs details').forEach(function (d) { d.open = true; })")
            boxes = self.ask(ROWS + ".map(function (row) { var b = row.querySelector('.body').getBoundingClientRect(),"
                             " r = row.getBoundingClientRect(); return [b.top, b.bottom, r.top, r.bottom, b.left, b.right];"
                             " })")
            for top, bottom, row_top, row_bottom, left, right in boxes:
                self.assertGreater(top, row_top)
                self.assertLessEqual(bottom, row_bottom + 1)
                self.assertGreater(right - left, width * 0.7)

    def test_is_drawn_light_and_dark(self):
        for scheme, colours in (("light", LIGHT), ("dark", DARK)):
            with self.subTest(scheme):
                self.browser.colours(scheme)
                self.open("apply-mixed")
                self.browser.picture(scheme)
                pixels = self.browser.pixels()
                self.assertGreater(pixels.get(colours["page"], 0), 1280 * 900 / 2)
                # The bar of the totals: two of six Jobs, four of six, 8 pixels high.
                self.assertGreater(pixels.get(colours["success"], 0), 1000)
                self.assertGreater(pixels.get(colours["failed"], 0), 2000)

    def test_prints_light_with_every_failure_in_full(self):
        self.browser.colours("dark")
        self.open("parallel-200")
        self.browser.call("Emulation.setEmulatedMedia", media="print")
        self.addCleanup(self.browser.call, "Emulation.setEmulatedMedia", media="")
        self.assertFalse(self.ask("document.querySelector('nav').checkVisibility()"))
        self.assertTrue(self.ask("Array.from(document.querySelectorAll('.card pre')).every(function (p) {"
                                 " return p.checkVisibility({contentVisibilityAuto: true}) &&"
                                 " p.getBoundingClientRect().height > 0; })"))
        self.assertEqual(self.ask("getComputedStyle(document.documentElement).backgroundColor"), "rgb(255, 255, 255)")
        self.assertTrue(self.browser.call("Page.printToPDF")["data"])

    def test_many_jobs(self):
        path = f"{self.directory.name}/many.html"
        began = time.monotonic()
        subprocess.run([sys.argv[1], sys.argv[2], path, str(MANY), "16"], check=True, timeout=120)
        written = time.monotonic()
        self.addCleanup(os.unlink, path)
        self.open("many")
        self.browser.settle()
        opened = time.monotonic()
        self.assertEqual(self.ask(ROWS + ".length"), MANY)
        searched = []
        for text, found in (("worker-77", 111), ("worker-7777-", 1), ("", 1000)):
            searched.append(self.ask(
                "new Promise(function (done) { var began = performance.now(), q = document.getElementById('q');"
                f" q.value = {json.dumps(text)}; q.dispatchEvent(new Event('input'));"
                " setTimeout(function () { requestAnimationFrame(function () { setTimeout(function () {"
                " done(Math.round(performance.now() - began)); }); }); }, 80); })"))
            self.browser.settle()
            self.assertEqual(self.ask(VISIBLE + ".length"), found)
        sorted_ms = self.ask("(function () { var began = performance.now(); document.querySelector("
                             "'#jobs th:nth-child(5) button').click(); document.body.offsetHeight;"
                             " return Math.round(performance.now() - began); })()")
        self.browser.picture("many")
        self.browser.click(".scroll + .more button")
        self.assertEqual(self.ask(VISIBLE + ".length"), MANY)
        print(f"{MANY} Jobs: {os.path.getsize(path)} bytes, written in {written - began:.2f} s, open in"
              f" {opened - written:.2f} s, searches {searched} ms with a wait of 80 ms, sorted in {sorted_ms} ms")


if __name__ == "__main__":
    if not chromium.find():
        print("there is no Chromium here (Debian: chromium-headless-shell)")
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1], verbosity=2)
