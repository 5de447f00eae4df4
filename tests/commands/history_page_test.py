# SPDX-License-Identifier: Apache-2.0
"""`headgate history page`: the whole history as one page of bounded size."""

import html
import os
import re
import sqlite3
import unittest

from headgate_case import INSTRUMENTED
from history_page_case import EVIL, PageCase


class Page(PageCase):
    def page(self, *more):
        self.expect(0, "history", "page", "page.html", *more)
        return self.read("page.html")

    def section(self, page, name):
        return re.search(r'<section id="%s".*?</section>' % name, page, re.S).group()

    def rows(self, page, name):
        body = re.search(r'<tbody data-list="%s".*?</tbody>' % name, page, re.S).group()
        rows = [re.sub(r"<[^>]+>", " ", row) for row in re.findall("<tr.*?</tr>", body, re.S)]
        return [" ".join(html.unescape(row).split()) for row in rows]

    def test_what_it_tells(self):
        self.make_history(20, 4)
        page = self.page()
        self.assertIn("<h1>20 runs</h1>", page)
        runs = self.rows(page, "runs")
        self.assertEqual(20, len(runs))
        self.assertRegex(runs[0], r"^20 2026-07-05 04:00:00.000 apply --apply ✗ Failed 2 of 4 complete 4 2 1 min 01 s evil<img ")
        self.assertRegex(runs[1], r"^19 .* ✓ Succeeded 4 of 4 complete 4 1 min 01 s staging$")
        jobs = self.rows(page, "jobs")
        self.assertEqual(["evil<img", "train-002", "train-003", "train-004"], [row.split()[0] for row in jobs])
        self.assertEqual("train-002 trading ✓ COMPLETE run 20 20 1 min 20 s 1 min 11 s", jobs[1])
        self.assertRegex(jobs[3], r"^train-004 trading ✗ FAILED (image-pull|program-error) run 20 20 4 1 min 20 s")
        kinds = self.rows(page, "failures")
        self.assertEqual({"image-pull", "program-error"}, {row.split()[0] for row in kinds})
        self.assertEqual(8, sum(int(re.search("not complete (\\d+)", row).group(1)) for row in kinds))
        days = self.section(page, "days")
        self.assertIn("<title>2026-07-02: 4 succeeded, 1 failed, 0 others</title>", days)
        self.assertIn('<th scope="row">2026-07-05</th>', days)

    def test_hostile_texts_are_text(self):
        self.make_history(5, 2)
        page = self.page()
        self.assertEqual(1, page.count("<script>"))
        self.assertNotIn("<img", page)
        self.assertIn("evil&lt;img src=x onerror=window.owned=1&gt;<i class=\"x\">\\x1b</i>[2J<i class=\"x\">\\u{202e}</i>", page)
        for character in "\x1b\u202e":
            self.assertNotIn(character, page)

    def test_it_needs_nothing_from_elsewhere(self):
        self.make_history(5, 2)
        page = self.page()
        self.assertNotRegex(page, r'(src|href)="(?!#)')
        self.assertIn("default-src 'none'", page)

    def test_a_large_history_makes_a_page_of_bounded_size(self):
        """1,000 runs and 100,000 rows of Jobs; what is left out is said."""
        runs, jobs = (200, 100) if INSTRUMENTED else (1000, 100)
        self.make_history(runs, jobs)
        self.expect_within(24 << 10, 0, "history", "page", "page.html")
        self.assertLess(os.path.getsize(self.path("page.html")), 1 << 20)
        page = self.read("page.html")
        self.assertEqual(100, len(self.rows(page, "jobs")))
        self.assertNotIn('class="cut"', page)

    def test_what_is_left_out_is_said(self):
        self.make_history(1001, 1)
        database_rows = "INSERT INTO jobs (run_id, position, job_name, namespace, yaml_path, document, valid, status, settled_at)" \
                        " WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 700)" \
                        " SELECT 1001, i, 'j' || i, 'n', 'f', i, 1, 'SUCCESS', '2026-07-01T00:00:00.000Z' FROM n"
        self.change(database_rows)
        page = self.page()
        self.assertEqual(1000, len(self.rows(page, "runs")))
        self.assertIn("1,000 of 1,001 are shown: the newest; <code>headgate history list</code> has all.", page)
        self.assertEqual(500, len(self.rows(page, "jobs")))
        self.assertIn("500 of 700 are shown: those that ran last;", page)

    def change(self, statement):
        database = sqlite3.connect(self.history)
        database.execute(statement)
        database.commit()
        database.close()

    def test_no_runs(self):
        self.make_history(0, 0)
        page = self.page()
        self.assertIn("<h1>No runs yet</h1>", page)
        self.assertNotIn("<section", page)

    def test_standard_output(self):
        self.make_history(3, 1)
        out = self.expect(0, "history", "page", "-").out
        self.assertTrue(out.startswith("<!DOCTYPE html>\n") and out.endswith("</html>\n"))

    def test_the_history_itself_is_not_replaced(self):
        self.make_history(3, 1)
        for place in (self.history, self.history + "-wal"):
            outcome = self.expect(1, "history", "page", place)
            self.assertIn("the history", outcome.err)
        self.assertEqual(3, len(self.query("SELECT * FROM runs")))

    def test_what_cannot_be(self):
        self.assertIn("takes one FILE", self.expect(2, "history", "page").err)
        self.assertIn("takes one FILE", self.expect(2, "history", "page", "a", "b").err)
        self.assertIn("did you mean 'page'?", self.expect(2, "history", "pgae", "a").err)
        self.assertIn("history.db", self.expect(1, "history", "page", "page.html").err)
        self.make_history(1, 1)
        self.write("page.html", "as it was")
        self.expect(1, "history", "page", "nowhere/page.html")
        self.assertEqual("as it was", self.read("page.html"))


if __name__ == "__main__":
    unittest.main()
