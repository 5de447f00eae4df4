# SPDX-License-Identifier: Apache-2.0
"""perl's harness accepts the reports, finds the failures that there are, and nothing else in them.
Usage: by ctest."""

import os
import tempfile
import unittest

import fed_reporter as fed
import perl_harness
from tap_stream import Stream, unescaped


class Harness(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.knows_14 = perl_harness.knows_14()

    def parsed(self, data):
        """What TAP::Parser reads; it must have nothing against the stream."""
        report = perl_harness.parsed(data)
        self.assertEqual([], report["errors"])
        self.assertEqual([], report["others"])
        self.assertEqual([number + 1 for number in range(len(report["points"]))],
                         [point["number"] for point in report["points"]])
        return report

    def test_prove_finds_the_failures(self):
        for name, data in fed.reports(".tap").items():
            with self.subTest(name), tempfile.TemporaryDirectory() as directory:
                if not self.knows_14:
                    data = data.replace(b"TAP version 14", b"TAP version 13", 1)
                path = os.path.join(directory, name)
                with open(path, "wb") as file:
                    file.write(data)
                status, text, failed = perl_harness.proved(path)
                points = Stream(data, 14 if self.knows_14 else 13).points
                expected = [number for number, point in enumerate(points, 1) if not point.is_ok]
                self.assertEqual(expected, failed, text)
                self.assertEqual(bool(expected), status != 0, text)
                self.assertNotIn("Parse errors", text)
                self.assertNotIn("Bad plan", text)
                self.assertNotIn("Bailout", text)

    def test_a_run_that_waited_is_judged_by_its_completions(self):
        points = Stream(fed.reports(".tap")["apply-watched.tap"]).points
        self.assertEqual([False, True, True, False, False, False, False, False], [point.is_ok for point in points])

    def test_version_14_is_all_that_an_older_harness_has_against_it(self):
        for name, data in fed.reports(".tap").items():
            with self.subTest(name):
                errors = perl_harness.parsed(data)["errors"]
                if self.knows_14:
                    self.assertEqual([], errors)
                else:
                    self.assertEqual(1, len(errors))
                    self.assertIn("version 14", errors[0])

    def test_hostile_texts(self):
        for text, shown in fed.HOSTILE:
            with self.subTest(text):
                report = self.parsed(fed.feed(
                    fed.run(command=text),
                    fed.job(text, job_namespace=text, yaml_path=text, stdout_text=text, stderr_text=text),
                    fed.job("b", fed.FAILED, reason=text, failure_class=text, advice=text, stderr_text=text),
                    fed.job("c", fed.SKIPPED, reason=text),
                    fed.end(exit_code=1, error=text), option="tap-version=13"))
                first, second, third, whole = report["points"]
                self.assertEqual([2, 4], report["failed"])
                name = fed.seen(shown) + "/" + fed.seen(shown) if shown else " (document 1)"
                # The parser keeps the escapes, and blanks at the end go with it.
                self.assertEqual(("- " + name).rstrip(), unescaped(first["description"]).rstrip())
                self.assertEqual(["", "", "SKIP", ""], [point["directive"] for point in report["points"]])
                self.assertEqual(fed.seen(shown).strip(), unescaped(third["explanation"]).strip())
                self.assertEqual("fail", second["data"]["severity"])
                self.assertEqual("1", whole["data"]["exit_code"])
                # Its YAML has no escapes beyond ASCII: such texts are compared by yaml_test.py.
                if isinstance(text, str) and text.isascii() and text:
                    self.assertEqual((text, text, text),
                                     tuple(first["data"][key] for key in ("file", "stdout", "stderr")))
                    self.assertEqual(text, second["data"]["message"])

    def test_hostile_findings(self):
        for text, _ in fed.HOSTILE:
            with self.subTest(text):
                row = fed.finding(text, rule=text, field=text, advice=text)
                report = self.parsed(fed.feed(
                    fed.run(fed.VALIDATE), fed.document(text, valid=0, yaml_path=text, errors=[row, row], warnings=[row]),
                    fed.document("b"), fed.end(exit_code=1), option="tap-version=13"))
                self.assertEqual([1], report["failed"])
                findings = report["points"][0]["data"]["findings"]
                self.assertEqual(["3"] * 3, [finding["line"] for finding in findings])
                if isinstance(text, str) and text.isascii() and text:
                    self.assertEqual([text] * 3, [finding["message"] for finding in findings])

    def test_a_wrong_stream_would_be_noticed(self):
        data = fed.reports(".tap")["apply-mixed.tap"].replace(b"version 14", b"version 13", 1)
        for old, new in ((b"1..6", b"1..7"), (b"not ok 2", b"not ok 3"), (b"ok 6 - ", b"Bail out! "), (b"1..6", b"1..5")):
            report = perl_harness.parsed(data.replace(old, new, 1))
            self.assertTrue(report["errors"] or report["others"], new)


if __name__ == "__main__":
    perl_harness.skip_unless_there()
    unittest.main()
