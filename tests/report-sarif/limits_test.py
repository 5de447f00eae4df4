# SPDX-License-Identifier: Apache-2.0
"""Reports of very many findings stay within what GitHub takes: 25,000 results, 10 MB compressed.

usage: limits_test.py SCHEMA SARIF_FLOOD [all]

With `all`, every kind of text that cannot be compressed; without, the one that is worst.
"""

import gzip
import json
import pathlib
import subprocess
import sys
import unittest

from jsonschema import Draft202012Validator

SCHEMA = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
FLOOD = sys.argv[2]
RANDOM = (("random", 1900), ("random", 200), ("wide", 600), ("hidden", 400))[:4 if "all" in sys.argv[3:] else 1]
TEN_MB = 10 * 1000 * 1000


class Limits(unittest.TestCase):
    def report(self, *arguments):
        done = subprocess.run([FLOOD, *map(str, arguments)], capture_output=True, check=True)
        compressed = len(gzip.compress(done.stdout))
        run = json.loads(done.stdout)["runs"][0]
        print("%s: %d results, %d bytes, %d compressed" % (" ".join(map(str, arguments)), len(run["results"]),
                                                         len(done.stdout), compressed))
        return run, compressed

    def left_out(self, run):
        notifications = run["invocations"][0].get("toolExecutionNotifications", [])
        return int(notifications[0]["message"]["text"].split()[0]) if notifications else 0

    def test_all_that_there_are(self):
        run, _ = self.report(500, 2000, 0, "plain", 2500)
        self.assertEqual((len(run["results"]), self.left_out(run)), (2500, 0))

    def test_too_many(self):
        run, compressed = self.report(10000, 16000, 0, "plain")
        self.assertEqual((len(run["results"]), self.left_out(run)), (25000, 1000))
        levels = [result["level"] for result in run["results"]]
        self.assertEqual((levels.count("error"), levels.count("warning")), (10000, 15000))
        self.assertLess(compressed, TEN_MB)
        for result in run["results"][::1000]:
            Draft202012Validator({**SCHEMA, "$ref": "#/$defs/result"}).validate(result)

    def test_errors_alone_are_too_many(self):
        run, _ = self.report(3000, 100, 0, "plain", 2500)
        self.assertEqual((len(run["results"]), self.left_out(run)), (2500, 600))
        self.assertEqual({result["level"] for result in run["results"]}, {"error"})

    def test_what_cannot_be_compressed(self):
        """Fewer results, but as many as there is room for."""
        for form, length in RANDOM:
            with self.subTest(form=form, length=length):
                run, compressed = self.report(8000, 17000, length, form)
                self.assertLess(compressed, TEN_MB)
                self.assertEqual(len(run["results"]) + self.left_out(run), 25000)
                self.assertGreater(len(run["results"]), 3000)

    def test_no_limit_where_none_is_wanted(self):
        run, _ = self.report(1000, 26000, 0, "plain", 0)
        self.assertEqual((len(run["results"]), self.left_out(run)), (27000, 0))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
