# SPDX-License-Identifier: Apache-2.0
"""A reporter of a later minor in today's host: what the host lacks is absent. later_host_test.c is the reverse.

See abi_case.py.
"""

import re
import unittest

from abi_case import MINOR, AbiCase

JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: %s, labels: {verdict: %s}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: main, image: "registry.example/main:1"}
"""
LATER_FIELD = re.compile(r"^ *(hg_\w+)\.later_\w+ = (.*)$", re.M)
SIZE = re.compile(r"_size = (at least|only) \d+$", re.M)


class Later(AbiCase):
    def run_reporter(self, plugin_set, name):
        self.write("jobs/a.yaml", JOB % ("a", "none"))
        self.write("jobs/b.yaml", JOB % ("b", "warning"))
        self.expect(0, "run", "--jobs-dir", "jobs", "--no-history", "--validator",
                    self.plugin("today", "validate-by-label"), "--reporter",
                    "%s=fields.txt" % self.plugin(plugin_set, "report-" + name))
        return self.normal_fields(self.read("fields.txt"))

    def test_a_later_reporter_sees_what_this_host_has(self):
        fields = self.run_reporter("later", "fields")
        values = LATER_FIELD.findall(fields)
        # All structs that a reporter is given, each with both fields.
        self.assertEqual({"hg_host", "hg_output", "hg_run", "hg_validation", "hg_diagnostic", "hg_job_details",
                          "hg_job_result", "hg_result"}, {struct for struct, _ in values})
        self.assertEqual({"absent"}, {value for _, value in values})

    def test_a_later_reporter_sees_all_that_one_of_today_sees(self):
        later = self.run_reporter("later", "fields")
        today = self.run_reporter("today", "fields")
        self.assertEqual(SIZE.sub("", today).split("\n"),
                         [line for line in SIZE.sub("", later).split("\n") if not LATER_FIELD.match(line)])
        self.assertNotIn("job_retried", later)

    def test_a_reporter_that_needs_the_later_minor(self):
        self.assert_refused("later", "report-fields-of-later",
                            "needs interface 1.%d or newer; this Headgate has 1.%d" % (MINOR + 1, MINOR))


class PageEnd(AbiCase):
    """Nothing is read beyond what a plugin has: behind it there is no memory."""

    def run_page_end(self, code, name):
        self.write("jobs/a.yaml", JOB % ("a", "none"))
        self.expect(code, "validate", "--jobs-dir", "jobs", "--validator", self.plugin("today", "validate-by-label"),
                    "--reporter", "%s=out.txt" % self.plugin("1.0", "report-" + name))
        return self.read("out.txt")

    def test_what_was_compiled_is_all_that_is_read(self):
        self.assert_accepted("1.0", "report-at-page-end")
        self.assertEqual("two rows", self.run_page_end(0, "at-page-end"))

    def test_what_a_host_does_not_know_is_not_read(self):
        """The structs say that they are longer than what there is, by what the later minor adds."""
        self.assertEqual("one row", self.run_page_end(0, "beyond-page-end"))


if __name__ == "__main__":
    unittest.main()
