# SPDX-License-Identifier: Apache-2.0
"""The reporter of examples/reporter-csv at work on Jobs that somebody made to break the file out of its form."""

import csv
import json
import re
import shutil
import sqlite3
import unittest

from document_case import InstalledCase

NAMES = [
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\n=1", "  =1", "=HYPERLINK(\"http://x\",\"y\")", "\uff1d1",
    "a,b", 'say "no"', '"', '""', '",\r\n9,"n","forged","SUCCESS",0,1,1,"x","', "two\nlines", "\r\n", "a;=1",
    "\x1b[2J\x1b]0;x\x07", "\x9b31m", "\x7f", "\u202egnp.exe", "\ufeff=1", "한글", "x" * 5000, "'=1",
]
FILES = ["=1.yaml", "a,b.yaml", 'q"q.yaml', "two\nlines.yaml", "\x1b[2J.yaml", "job-01-refused.yaml", "-f.yaml"]


def job(name):
    return json.dumps({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": "default"},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i:1"}]}}},
    })


class Hostile(InstalledCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        work = cls.root.home / "report-csv"
        shutil.copytree(cls.documents / "examples/reporter-csv", work)
        made = cls.root.run("make", cwd=work)
        if made.returncode != 0:
            raise AssertionError(made.stdout + made.stderr)
        plugins = cls.root.home / ".local/share/headgate/plugins"
        plugins.mkdir(parents=True)
        shutil.copy(work / "headgate-report-csv.so", plugins)

    def report(self, *command):
        """Runs it with report-csv. Returns the CSV as bytes, and the rows that a strict reader makes of it."""
        path = self.root.home / "jobs.csv"
        done = self.root.run("headgate", *command, "--reporter", f"csv={path}", "-q")
        self.assertNotIn("report-csv", done.stderr)
        self.assertTrue(path.exists(), done.stderr)
        written = path.read_bytes()
        with open(path, encoding="utf-8", newline="") as file:
            return written, list(csv.DictReader(file, strict=True))

    def check(self, written, rows):
        self.assertTrue(written.endswith(b"\r\n"))
        self.assertFalse(re.search("[^\r\n\x20-\x7e\xa0-\U0010ffff]", written.decode("utf-8")))
        for row in rows:
            for column, cell in row.items():
                self.assertIsInstance(cell, str, "a row of another length")
                self.assertFalse(re.match(" *[=+@\t\r\n\uff0b\uff0d\uff1d\uff20-]", cell), (column, cell))
        self.assertEqual(self.imported(), len(rows))

    def imported(self):
        """The records that SQLite's shell finds."""
        done = self.root.run("sqlite3", ":memory:", ".import --csv jobs.csv jobs", "SELECT count(*) FROM jobs")
        self.assertEqual(done.stderr, "")
        return int(done.stdout)

    def history(self):
        path = self.root.home / ".local/state/headgate/history.db"
        database = sqlite3.connect(path)
        self.addCleanup(database.close)
        return database.execute("SELECT job_name, yaml_path, status, return_code FROM job_outcomes WHERE run_id = "
                                "(SELECT max(run_id) FROM runs) ORDER BY yaml_path, document").fetchall()

    def test_names(self):
        jobs = self.root.home / "names"
        jobs.mkdir()
        for number, name in enumerate(NAMES):
            (jobs / f"{number:03}.yaml").write_text(job(name), encoding="utf-8")
        written, rows = self.report("validate", "--jobs-dir", "names")
        self.check(written, rows)
        self.assertEqual([row["yaml_path"] for row in rows], [f"names/{number:03}.yaml" for number in range(len(NAMES))])
        self.assertEqual({row["status"] for row in rows}, {"INVALID"})
        for name, row in zip(NAMES, rows, strict=True):
            expected = re.sub("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", "\ufffd", name)
            self.assertIn(row["job_name"], (expected, "'" + expected))

    def test_paths_and_refusals(self):
        jobs = self.root.home / "=paths"
        jobs.mkdir()
        for number, name in enumerate(FILES):
            (jobs / name).write_text(job(f"job-{number}"), encoding="utf-8")
        written, rows = self.report("apply", "--jobs-dir", "=paths", "--apply")
        self.check(written, rows)
        recorded = self.history()
        self.assertEqual(sorted((row["job_name"], row["status"], row["return_code"]) for row in rows),
                         sorted((name, status, str(code)) for name, _, status, code in recorded))
        self.assertEqual(sorted(row["status"] for row in rows), ["FAILED"] + ["SUCCESS"] * (len(FILES) - 1))
        for row in rows:
            self.assertTrue(row["yaml_path"].startswith("'=paths/"), row)


if __name__ == "__main__":
    unittest.main()
