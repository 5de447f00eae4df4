# SPDX-License-Identifier: Apache-2.0
"""A manifest that is no longer what was validated when its turn comes is not applied."""

import os
import shlex
import unittest

from headgate_case import FAKE_KUBECTL, HeadgateCase
from job_files import job, job_name, write_jobs

KUBECTL = """\
#!/bin/sh
# While the first manifest is applied, does something to the second.
case $3 in
*job-000000.yaml | -) %s ;;
esac
exec %s "$@"
"""


class ChangedManifest(HeadgateCase):
    def apply_while(self, command, jobs=3):
        """Applies with a kubectl that runs `command` during its first Job."""
        if jobs:
            write_jobs(self.path("jobs"), jobs)
        kubectl = self.write("kubectl", KUBECTL % (command, shlex.quote(FAKE_KUBECTL)), mode=0o755)
        return self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1", "--kubectl", kubectl)

    def expect_refusal(self, outcome, words):
        """The first and the third were applied, the second was not."""
        files = [os.path.basename(argv[3]) for argv in self.launches()]
        self.assertEqual(["job-000000.yaml", "job-000002.yaml"], files)
        rows = self.query("SELECT status, attempts, reason FROM job_outcomes ORDER BY position")
        self.assertEqual(["SUCCESS", "FAILED", "SUCCESS"], [row["status"] for row in rows])
        self.assertEqual(0, rows[1]["attempts"])
        self.assertRegex(rows[1]["reason"], words)
        self.assertIn("  ✗ %s\n    Error: " % job_name(1), outcome.out)
        self.assertIn("job-000001.yaml", outcome.err)

    def test_edited(self):
        outcome = self.apply_while("echo '# changed' >> jobs/job-000001.yaml")
        self.expect_refusal(outcome, "changed after it was validated")

    def test_replaced_by_another_valid_one(self):
        self.write("other.yaml", job(7))
        outcome = self.apply_while("cp other.yaml jobs/job-000001.yaml")
        self.expect_refusal(outcome, "changed after it was validated")

    def test_emptied(self):
        outcome = self.apply_while(": > jobs/job-000001.yaml")
        self.expect_refusal(outcome, "changed after it was validated")

    def test_grown_beyond_the_limit(self):
        outcome = self.apply_while("head -c 10000000 /dev/zero >> jobs/job-000001.yaml")
        self.expect_refusal(outcome, "job-000001.yaml")

    def test_removed(self):
        outcome = self.apply_while("rm jobs/job-000001.yaml")
        self.expect_refusal(outcome, "job-000001.yaml")

    def test_replaced_by_a_fifo(self):
        outcome = self.apply_while("rm jobs/job-000001.yaml; mkfifo jobs/job-000001.yaml")
        self.expect_refusal(outcome, "job-000001.yaml")

    def test_touched_only(self):
        """The content counts, not the time."""
        write_jobs(self.path("jobs"), 2)
        kubectl = self.write("kubectl", KUBECTL % ("touch jobs/*", shlex.quote(FAKE_KUBECTL)), mode=0o755)
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1", "--kubectl", kubectl)

    def test_second_document_of_a_file(self):
        self.write("jobs/all.yaml", job(0) + "---\n" + job(1))
        self.apply_while("sed -i 's/component: tuning/component: other/' jobs/all.yaml", jobs=0)
        self.assertEqual(1, len(self.launches()))
        rows = self.query("SELECT status FROM job_outcomes ORDER BY position")
        self.assertEqual(["SUCCESS", "FAILED"], [row["status"] for row in rows])

    def test_what_goes_in_is_what_was_validated(self):
        """A document that is given on standard input comes from the bytes that were checked."""
        self.write("jobs/all.yaml", job(0) + "---\n" + job(1))
        self.script("* print-input")
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        rows = self.query("SELECT stdout FROM job_outcomes ORDER BY position")
        self.assertEqual([job(0).split(), job(1).split()],
                         [row["stdout"].rpartition("job.batch/")[0].replace("---", "").split() for row in rows])


if __name__ == "__main__":
    unittest.main()
