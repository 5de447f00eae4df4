# SPDX-License-Identifier: Apache-2.0
"""The page of the history in headless Chromium: nothing hostile acts, the script adds what it promises, and all is there without.

With HEADGATE_SCREENSHOTS in the environment, pictures of the page are left in that directory.
"""

import sys
import unittest

import chromium
from history_page_case import PageCase

SKIPPED = 77
VISIBLE = ("Array.from(document.querySelectorAll('[data-list=%s] > tr')).filter(function (row) { return row.checkVisibility(); })"
           ".length")  # fmt: skip
OVERFLOWS = "document.documentElement.scrollWidth > innerWidth"


class Browser(PageCase):
    def setUp(self):
        super().setUp()
        self.make_history(60, 12)
        self.expect(0, "history", "page", "page.html")
        self.browser = chromium.Chromium(chromium.find())
        self.addCleanup(self.browser.close)

    def look(self, name, width=1280, height=900, colours="light", scripts=True):
        self.browser.resize(width, height)
        self.browser.colours(colours)
        self.browser.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.browser.open(self.path("page.html"))
        self.browser.picture(name)
        if not scripts:
            self.browser.call("Emulation.setScriptExecutionDisabled", value=False)

    def ask(self, expression):
        return self.browser.evaluate(expression)

    def test_it(self):
        self.look("history-light")
        self.assertEqual([], self.browser.complaints())
        self.assertEqual(["file://" + self.path("page.html")], self.browser.requests())
        self.assertIsNone(self.ask("window.owned || null"))
        self.assertEqual(1, self.ask("document.scripts.length"))
        self.assertEqual((60, 12), (self.ask(VISIBLE % "runs"), self.ask(VISIBLE % "jobs")))
        self.browser.click("#runs .filters button[value=failed]")
        self.assertEqual((12, 12), (self.ask(VISIBLE % "runs"), self.ask(VISIBLE % "jobs")))
        self.browser.click("#runs .filters button[value='']")
        self.browser.type("#q", "train-003")
        self.browser.settle()
        self.ask("new Promise(function (done) { setTimeout(done, 200); })")
        self.assertEqual((0, 1), (self.ask(VISIBLE % "runs"), self.ask(VISIBLE % "jobs")))
        self.look("history-dark", colours="dark")
        self.assertFalse(self.ask(OVERFLOWS))
        self.look("history-phone", 390, 1600)
        self.assertFalse(self.ask(OVERFLOWS))
        self.look("history-without-scripts", scripts=False)
        self.assertEqual((60, 12), (self.ask(VISIBLE % "runs"), self.ask(VISIBLE % "jobs")))
        self.assertTrue(self.ask("document.querySelector('search').hidden"))


if __name__ == "__main__":
    if not chromium.find():
        print("no Chromium here")
        sys.exit(SKIPPED)
    unittest.main()
