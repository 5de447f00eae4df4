# SPDX-License-Identifier: Apache-2.0
"""Reads the reports with junitparser, a library that merges and converts such files. Usage: by ctest."""

import os
import unittest

import junitparser

import fed_reporter as fed


def results(case):
    """The library's older releases give one result, the later ones a list."""
    if case.result is None:
        return []
    return case.result if isinstance(case.result, list) else [case.result]


class Parser(unittest.TestCase):
    def test_reads_every_report(self):
        for name in fed.reports(".xml"):
            with self.subTest(name):
                suites = junitparser.JUnitXml.fromfile(os.path.join(fed.REPORTS, name))
                self.assertEqual(1, len(list(suites)))
                (suite,) = suites
                cases = list(suite)
                self.assertEqual(suite.tests, len(cases))
                kinds = [type(row) for case in cases for row in results(case)]
                self.assertEqual(suite.failures, kinds.count(junitparser.Failure))
                self.assertEqual(suite.errors, kinds.count(junitparser.Error))
                self.assertEqual(suite.skipped, kinds.count(junitparser.Skipped))

    def test_a_run_that_waited_is_judged_by_its_completions(self):
        (suite,) = junitparser.JUnitXml.fromfile(os.path.join(fed.REPORTS, "apply-watched.xml"))
        kinds = {case.name: [type(row) for row in results(case)] for case in suite}
        failure, error = [junitparser.Failure], [junitparser.Error]
        self.assertEqual({"refused": failure, "done": [], "earlier": [], "broken": failure, "stuck": failure, "gone": failure,
                          "slow": error, "blind": error}, kinds)
        (broken,) = [case for case in suite if case.name == "broken"]
        self.assertEqual((192, "loading candles\nTraceback (most recent call last):\nValueError: no candles for BTC-KRW\n"),
                         (broken.time, broken.system_out))
        self.assertEqual("program-error", results(broken)[0].type)

    def test_reads_what_was_put_in(self):
        suites = junitparser.JUnitXml.fromstring(fed.feed(
            fed.run(),
            fed.job("good", duration_ms=1500, stdout_text="created\n"),
            fed.job("bad", fed.FAILED, stderr_text="]]> <b>&amp;\n", failure_class="forbidden", reason="it's \"refused\""),
            fed.end(exit_code=1)))
        (suite,) = suites
        good, bad = suite
        self.assertEqual(("good", "trading", 1.5, "created\n"), (good.name, good.classname, good.time, good.system_out))
        (failure,) = results(bad)
        self.assertEqual(("forbidden", "it's \"refused\"", "it's \"refused\"\n]]> <b>&amp;\n"),
                         (failure.type, failure.message, failure.text))


if __name__ == "__main__":
    unittest.main()
