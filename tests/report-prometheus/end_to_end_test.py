# SPDX-License-Identifier: Apache-2.0
"""The real binary writes metrics of a batch; Prometheus' own parser reads them."""

import time
import unittest

import prometheus
from told_batch import ToldBatch


class Prometheus(ToldBatch):
    def rows(self, code, *arguments, options=()):
        data = self.report(code, "prometheus", "headgate.prom", *arguments, options=options)
        self.assertEqual("", prometheus.complaints(data))
        rows = prometheus.stored(data)
        self.assertEqual(code, prometheus.find(rows, "headgate_run_exit_code"))
        return rows

    def jobs(self, rows):
        return tuple(prometheus.find(rows, "headgate_run_jobs", status=status) for status in ("success", "failed", "skipped"))

    def documents(self, rows):
        return tuple(prometheus.find(rows, "headgate_run_documents", verdict=verdict) for verdict in ("valid", "invalid"))

    def test_validation(self):
        self.write_good()
        self.write_hostile()
        self.write_invalid()
        rows = self.rows(1, "validate", "--jobs-dir", "jobs")
        self.assertEqual((8, 3), self.documents(rows))
        self.assertEqual((0, 0, 0), self.jobs(rows))

    def test_dry_run(self):
        self.write_good()
        self.write_hostile()
        before = time.time()
        rows = self.rows(0, "apply", "--jobs-dir", "jobs", options=["job-metrics=100"])
        self.assertEqual((0, 0, 8), self.jobs(rows))
        files = [row["file"] for row, _ in rows if row["__name__"] == "headgate_job_status"]
        self.assertEqual(8, len(files))
        for name in ("jobs/a <b>&amp;.yaml", "jobs/c\nok 1\n1..9.yaml", "jobs/d \"}\\ 1.yaml", "jobs/e\\xff\\x1b.yaml"):
            self.assertIn(name, files)
        start = prometheus.find(rows, "headgate_run_start_timestamp_seconds")
        finish = prometheus.find(rows, "headgate_run_finish_timestamp_seconds")
        self.assertTrue(before - 0.001 <= start <= finish <= time.time())
        self.assertEqual(self.value("SELECT max(run_id) FROM run_summary"), prometheus.find(rows, "headgate_run_id"))
        self.assert_none_started()

    def test_apply(self):
        self.write_good()
        self.write_hostile()
        self.script_failures()
        rows = self.rows(1, "apply", "--jobs-dir", "jobs", "--apply", options=["job-metrics=100"])
        self.assertEqual((7, 1, 0), self.jobs(rows))
        self.assertEqual(1, prometheus.find(rows, "headgate_job_status", status="failed", namespace="trading", document="1",
                                            job_name=self.names(1)[0], file="jobs/job-1.yaml"))

    def test_labels(self):
        self.write_good()
        data = self.report(0, "prometheus", "headgate.prom", "apply", "--jobs-dir", "jobs",
                           options=["labels=batch=nightly,team=x"])
        rows = prometheus.stored(data)
        self.assertTrue(rows)
        self.assertTrue(all((row["batch"], row["team"]) == ("nightly", "x") for row, _ in rows))

    def test_a_run_that_cannot_be_done(self):
        rows = self.rows(1, "validate", "--jobs-dir", "nowhere")
        self.assertEqual(1, prometheus.find(rows, "headgate_run_error"))
        self.assertEqual((0, 0), self.documents(rows))


if __name__ == "__main__":
    unittest.main()
