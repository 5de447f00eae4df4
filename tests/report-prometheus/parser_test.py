# SPDX-License-Identifier: Apache-2.0
"""Prometheus' own parser has nothing against the reports, and reads what was put in. Usage: by ctest."""

import unittest

import fed_reporter as fed
import prometheus

JOBS = "job-metrics=100"


class Parser(unittest.TestCase):
    def stored(self, *events, option=None):
        data = fed.feed(*events, option=option)
        self.assertEqual("", prometheus.complaints(data), data.decode("utf-8", "replace"))
        rows = prometheus.stored(data)
        samples = [line for line in data.decode("utf-8").splitlines() if not line.startswith("#")]
        self.assertEqual(len(samples), len(rows), "node_exporter refuses a series that comes twice")
        return rows

    def test_reports(self):
        for name, data in fed.reports(".prom").items():
            with self.subTest(name):
                self.assertEqual("", prometheus.complaints(data))
                self.assertEqual(data.count(b"# TYPE "), data.count(b" gauge\n"))
                self.assertEqual(data.count(b"# TYPE "), data.count(b"# HELP "))

    def test_what_a_run_is(self):
        rows = self.stored(
            fed.run(), fed.job("a"), fed.job("b", fed.FAILED), fed.job("c", fed.SKIPPED),
            fed.end(exit_code=1, total_jobs=9, successful_jobs=4, failed_jobs=3, skipped_jobs=2, valid_jobs=8, invalid_jobs=1))
        labels = {"version": "1.0.0", "command": "apply", "mode": "apply", "kubernetes_version": "1.36"}
        self.assertEqual(1, prometheus.find(rows, "headgate_run_info", **labels))
        values = {"id": 7, "exit_code": 1, "error": 0, "duration_seconds": 2.269,
                  "start_timestamp_seconds": 1795424707.042, "finish_timestamp_seconds": 1795424709.311}
        for name, value in values.items():
            self.assertEqual(value, prometheus.find(rows, "headgate_run_" + name))
        for status, count in (("success", 4), ("failed", 3), ("skipped", 2)):
            self.assertEqual(count, prometheus.find(rows, "headgate_run_jobs", status=status))
        for verdict, count in (("valid", 8), ("invalid", 1)):
            self.assertEqual(count, prometheus.find(rows, "headgate_run_documents", verdict=verdict))
        self.assertFalse([row for row, _ in rows if row["__name__"].startswith("headgate_job_")])

    def test_what_became_of_the_jobs(self):
        rows = self.stored(
            fed.run(), fed.job("a"), fed.job("b"), fed.job("c"), fed.completion("a"),
            fed.completion("b", fed.NEVER_STARTED, duration_ms=-1, logs_kept=0, logs_lost=2),
            fed.completion("c", flags=fed.EARLIER, duration_ms=9000000), fed.end(is_watched=1, exit_code=1), option=JOBS)
        counts = {"complete": 2, "failed": 0, "never_started": 1, "deleted": 0, "timed_out": 0, "unknown": 0}
        for outcome, count in counts.items():
            self.assertEqual(count, prometheus.find(rows, "headgate_run_completions", outcome=outcome))
        self.assertEqual(192, prometheus.find(rows, "headgate_run_longest_job_seconds"))
        self.assertEqual((2, 2), tuple(prometheus.find(rows, "headgate_run_logs", state=state) for state in ("kept", "not_whole")))
        self.assertEqual(1, prometheus.find(rows, "headgate_job_completion", namespace="trading", job_name="b", file="out/job.yaml",
                                            document="1", outcome="never_started"))
        self.assertEqual(2, len([row for row, _ in rows if row["__name__"] == "headgate_job_completion_seconds"]))

    def test_what_is_not_known_is_left_out(self):
        names = {row["__name__"] for row, _ in self.stored(fed.end(exit_code=1, error="out of memory", finished_at="?"))}
        self.assertEqual({"headgate_run_%s" % name for name in ("documents", "duration_seconds", "error", "exit_code", "jobs")},
                         names)
        rows = self.stored(fed.run(99, run_id=0, started_at=""), fed.end())
        self.assertNotIn("headgate_run_id", {row["__name__"] for row, _ in rows})
        prometheus.find(rows, "headgate_run_info", version="1.0.0", command="apply", kubernetes_version="1.36")

    def test_jobs(self):
        rows = self.stored(
            fed.run(), fed.job("a"), fed.job("b", fed.FAILED, duration_ms=61007, document_number=2), fed.job("c", fed.SKIPPED),
            fed.job("d", 99), fed.end(exit_code=1), option="job-metrics=3")
        place = {"namespace": "trading", "file": "out/job.yaml", "document": "1"}
        self.assertEqual(1, prometheus.find(rows, "headgate_job_status", job_name="a", status="success", **place))
        self.assertEqual(0.187, prometheus.find(rows, "headgate_job_duration_seconds", job_name="a", **place))
        self.assertEqual(0, prometheus.find(rows, "headgate_job_duration_seconds", job_name="c", **place))
        self.assertEqual(1, prometheus.find(rows, "headgate_run_jobs_left_out"))
        place["document"] = "2"
        self.assertEqual(1, prometheus.find(rows, "headgate_job_status", job_name="b", status="failed", **place))
        self.assertEqual(61.007, prometheus.find(rows, "headgate_job_duration_seconds", job_name="b", **place))

    def test_hostile_texts(self):
        events = [fed.job(text, job_namespace=text, yaml_path=text) for text, _ in fed.HOSTILE]
        rows = self.stored(fed.run(), *events, fed.end(exit_code=7), option=JOBS)
        self.assertEqual(7, prometheus.find(rows, "headgate_run_exit_code"))
        self.assertEqual(0, prometheus.find(rows, "headgate_run_jobs_left_out"))
        for number, (text, shown) in enumerate(fed.HOSTILE, 1):
            with self.subTest(text):
                shown = shown.replace("\t", "\\t")
                is_same = shown == text
                self.assertEqual(1, prometheus.find(
                    rows, "headgate_job_status", job_name=shown, namespace=shown, file=shown, document="1",
                    status="success", number="" if is_same else str(number)))

    def test_jobs_that_look_alike_stay_apart(self):
        """Two names that differ in bytes which are no text, and one that is spelled like them."""
        names = [b"\xff.yaml", b"\xfe.yaml", "\\xff.yaml", "\x1b", "\\x1b", b"\xff.yaml"]
        rows = self.stored(fed.run(), *[fed.job(yaml_path=name) for name in names], fed.end(), option=JOBS)
        self.assertEqual(6, len([row for row, _ in rows if row["__name__"] == "headgate_job_status"]))

    def test_hostile_run(self):
        for text, shown in fed.HOSTILE:
            with self.subTest(text):
                shown = shown.replace("\t", "\\t")
                rows = self.stored(fed.run(fed.VALIDATE, command=text, host_version=text, kubernetes_version=text),
                                   fed.end(error=text))
                self.assertEqual(1, prometheus.find(rows, "headgate_run_info", mode="validate", command=shown, version=shown,
                                                    kubernetes_version=shown))

    def test_labels_of_the_user(self):
        events = [fed.run(), fed.job("a"), fed.end()]
        plain = self.stored(*events)
        rows = self.stored(*events, option="labels=batch=nightly,team=a \"b\" \\c\nd=e,empty=")
        self.assertEqual([({**row, "batch": "nightly", "team": "a \"b\" \\c\nd=e"}, value) for row, value in plain], rows)

    def test_files_of_two_batches_may_stand_beside_each_other(self):
        one = fed.feed(fed.run(), fed.end(), option="labels=batch=a")
        two = fed.feed(fed.run(), fed.end(), option="labels=batch=b")
        rows = prometheus.stored(b"".join(line + b"\n" for line in (one + two).split(b"\n") if line and line[:1] != b"#"))
        self.assertEqual(len(rows), len({tuple(sorted(row.items())) for row, _ in rows}))
        self.assertEqual(2 * len(prometheus.stored(one)), len(rows))

    def test_wrong_metrics_would_be_noticed(self):
        data = fed.reports(".prom")["apply-mixed-jobs.prom"]
        for old, new in ((b'status="failed"', b'status="failed'), (b"_duration_seconds", b"_duration_milliseconds"),
                         (b"# HELP headgate_run_error", b"# headgate_run_error"), (b" 2.269", b" two"),
                         (b'file="', b'file=""'), (b"1.36", b"\xff")):
            self.assertIn(old, data)
            self.assertNotEqual("", prometheus.complaints(data.replace(old, new)), new)


if __name__ == "__main__":
    unittest.main()
