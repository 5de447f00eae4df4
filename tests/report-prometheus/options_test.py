# SPDX-License-Identifier: Apache-2.0
"""Options that make no metrics are refused before anything is written. Usage: by ctest."""

import unittest

import fed_reporter as fed


class Options(unittest.TestCase):
    def refuses(self, option, *words):
        message = fed.feed(fed.run(), fed.end(), option=option, fails=True)
        for word in words:
            self.assertIn(word, message)

    def test_labels(self):
        for text in ("batch", "=x", "1a=x", "a-b=x", "__a=x", "é=x", "a b=x", "a=x,", ",a=x", "a=x,,b=y"):
            self.refuses("labels=" + text, "report-prometheus.labels: '", "is not NAME=VALUE")
        for text in ("status=x", "a=b,version=2", "namespace=", "number=1"):
            self.refuses("labels=" + text, "the metrics have a label '")
        for text in ("a=1,a=2", "a=1,b=2,a=1"):
            self.refuses("labels=" + text, "the label 'a' comes twice")
        for text in ("", "a=", "_=x", "_a1=x", "A=a=b", "ab=1,a=2", "a=1,ab=2"):
            fed.feed(fed.run(), fed.end(), option="labels=" + text)

    def test_job_metrics(self):
        for text in ("0", "1", "10000"):
            fed.feed(fed.run(), fed.end(), option="job-metrics=" + text)

    def test_limit(self):
        events = [fed.run(), *[fed.job("job-%d" % number) for number in range(5)], fed.end()]
        for limit in range(8):
            data = fed.feed(*events, option="job-metrics=%d" % limit).decode()
            self.assertEqual(min(limit, 5), data.count("\nheadgate_job_status{"))
            self.assertEqual(min(limit, 5), data.count("\nheadgate_job_duration_seconds{"))
            if limit > 0:
                self.assertIn("\nheadgate_run_jobs_left_out %d\n" % max(0, 5 - limit), data)
            else:
                self.assertNotIn("left_out", data)


if __name__ == "__main__":
    unittest.main()
