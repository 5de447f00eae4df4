# SPDX-License-Identifier: Apache-2.0
"""The real binary writes TAP of a batch; prove reads it and finds what failed."""

import unittest

import perl_harness
from tap_stream import Stream
from told_batch import SEEN_OUTPUT, ToldBatch


class Tap(ToldBatch):
    def points(self, code, *arguments):
        """The points of the report, after prove has agreed on which of them failed."""
        version = 14 if perl_harness.knows_14() else 13
        data = self.report(code, "tap", "report.tap", *arguments, options=["tap-version=%d" % version])
        points = Stream(data, version).points
        status, text, failed = perl_harness.proved(self.path("report.tap"))
        self.assertEqual([number for number, point in enumerate(points, 1) if not point.is_ok], failed, text)
        self.assertEqual((bool(failed), code != 0), (status != 0, bool(failed)), text)
        return points

    def test_validation(self):
        self.write_good()
        self.write_hostile()
        self.write_invalid()
        points = self.points(1, "validate", "--jobs-dir", "jobs")
        self.assertEqual(11, len(points))
        failed = [point for point in points if not point.is_ok]
        self.assertEqual(["jobs/broken.yaml (document 1)", "trading/Not_A_Name\"<&>", "jobs/nameless.yaml (document 1)"],
                         [point.description for point in failed])
        fields = [row["field"] for row in failed[1].data["findings"] if row["severity"] == "error"]
        self.assertIn("metadata.name", fields)
        self.assertIn("spec.backoffLimit", fields)

    def test_dry_run(self):
        self.write_good()
        self.write_hostile()
        points = self.points(0, "apply", "--jobs-dir", "jobs")
        self.assertEqual(8, len(points))
        self.assertTrue(all(point.reason for point in points))
        self.assert_none_started()

    def test_apply(self):
        self.write_good()
        self.write_hostile()
        self.script_failures()
        points = self.points(1, "apply", "--jobs-dir", "jobs", "--apply")
        (failed,) = [point for point in points if not point.is_ok]
        self.assertEqual("trading/" + self.names(1)[0], failed.description)
        self.assertEqual((SEEN_OUTPUT, 1), (failed.data["stderr"], failed.data["return_code"]))
        files = [point.data["file"] for point in points]
        self.assertIn("jobs/c\nok 1\n1..9.yaml", files)
        self.assertIn("jobs/b # SKIP.yaml", files)
        self.assertEqual("job.batch/%s created\n" % self.names(10)[0], points[0].data["stdout"])

    def test_nothing_is_applied_where_one_is_invalid(self):
        self.write_good()
        self.write_invalid()
        points = self.points(1, "apply", "--jobs-dir", "jobs", "--apply")
        self.assertEqual(2, len([point for point in points if point.reason]))
        self.assert_none_started()

    def test_a_run_that_cannot_be_done(self):
        (point,) = self.points(1, "validate", "--jobs-dir", "nowhere")
        self.assertEqual("headgate validate", point.description)
        self.assertIn("nowhere", point.data["message"])

    def test_the_version_is_14_unless_asked_otherwise(self):
        self.write_good()
        self.assertTrue(self.report(0, "tap", "report.tap", "validate", "--jobs-dir", "jobs").startswith(b"TAP version 14\n"))
        outcome = self.expect(1, "validate", "--jobs-dir", "jobs", "--reporter", "tap=x", "--set", "report-tap.tap-version=12")
        self.assertIn("tap-version", outcome.err)


if __name__ == "__main__":
    perl_harness.skip_unless_there()
    unittest.main()
