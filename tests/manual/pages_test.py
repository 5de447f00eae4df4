# SPDX-License-Identifier: Apache-2.0
"""The manual: readers of manual pages have nothing to complain about, and the pages say what the program says."""

import glob
import os
import re
import sqlite3
import subprocess
import unittest

from headgate_case import HeadgateCase

PAGES = os.environ["PAGES"]


def said(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


class Pages(HeadgateCase):
    def setUp(self):
        super().setUp()
        self.pages = {os.path.basename(path): path for path in glob.glob(PAGES + "/*")}
        self.commands = re.findall(
            r"(?m)^  ([a-z]+) ", self.expect(0, "--help").out.partition("Commands:")[2].partition("\n\n")[0]
        )

    def text(self, page):
        """The page as one line of words."""
        return " ".join(re.sub(".\b", "", said(os.environ["MANDOC"], "-T", "ascii", "-O", "width=500", self.pages[page])[0]).split())

    def test_which_there_are(self):
        expected = {"headgate.1", "headgate-plugin.3", "headgate-history.5", "headgate.yaml.5"}
        self.assertEqual(expected | {"headgate-%s.1" % command for command in self.commands}, set(self.pages))

    def test_readers_do_not_complain(self):
        for page, path in self.pages.items():
            with self.subTest(page=page):
                lint = subprocess.run([os.environ["MANDOC"], "-T", "lint", path], capture_output=True, text=True, check=False)
                self.assertEqual(("", ""), (lint.stdout, lint.stderr))
                self.assertEqual("", said(os.environ["GROFF"], "-man", "-ww", "-T", "utf8", path)[1])

    def test_each_flag_is_in_its_command_s_page(self):
        for command in self.commands:
            with self.subTest(command=command):
                with open(self.pages["headgate-%s.1" % command], encoding="utf-8") as file:
                    page = file.read().replace("\\-", "-")
                flags = set(re.findall(r"(?m)^  (?:-\w, )?--([a-z0-9-]+)", self.expect(0, command, "--help").out))
                self.assertEqual(flags, set(re.findall(r"\\fB--([a-z0-9-]+)\\fR", page.partition(".SH OPTIONS")[2].partition(".SH")[0])))

    def test_they_name_one_another(self):
        for page, path in self.pages.items():
            with open(path, encoding="utf-8") as file:
                text = file.read().replace("\\-", "-")
            for name, section in re.findall(r"(?:\.BR |\\fB)(headgate[a-z.-]*)(?:\\fR| )\((\d)\)", text):
                with self.subTest(page=page, name=name):
                    self.assertIn("%s.%s" % (name, section), self.pages)

    def test_every_view_of_the_history(self):
        self.generate("jobs")
        database = sqlite3.connect(self.history)
        self.addCleanup(database.close)
        with open(self.pages["headgate-history.5"], encoding="utf-8") as file:
            views, _, tables = file.read().partition(".SH VIEWS")[2].partition(".SH TABLES")
        for kind, text in (("view", views), ("table", tables)):
            for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%'", (kind,)):
                with self.subTest(name=name):
                    item = text.partition(".TP\n\\fB%s\\fR\n" % name)[2].partition(".TP")[0]
                    self.assertFalse(item.startswith(".IP\nColumns:"), "nothing says what a row is")
                    for (column,) in database.execute("SELECT name FROM pragma_table_info(?)", (name,)):
                        self.assertIn("\\fI%s\\fR" % column, item)

    def test_settings_that_may_be_in_a_file(self):
        text = self.text("headgate.yaml.5")
        self.assertIn("Contexts that are applied to only with --confirm-context. Only in your own file.", text)
        self.assertRegex(text, r"report-json .* indent: integer Spaces a level")


if __name__ == "__main__":
    unittest.main()
