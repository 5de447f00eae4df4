# SPDX-License-Identifier: Apache-2.0
"""A batch as a user may have it, with names and texts that nobody should have, for end-to-end tests of
reporters: what the real binary tells of it."""

import os

from headgate_case import HeadgateCase
from job_files import job, job_name

# What kubectl prints, for reports to hold without harm. A line feed is \n for the fake kubectl.
HOSTILE_OUTPUT = "Error: ]]></failure> \x1b[31m # SKIP \"quoted\" \\\\ \\nBail out!\\n1..1\\nheadgate_run_exit_code 9"
SEEN_OUTPUT = "Error: ]]></failure> \x1b[31m # SKIP \"quoted\" \\\\ \nBail out!\n1..1\nheadgate_run_exit_code 9\n"

# Names of files that are good manifests.
HOSTILE_FILES = [b"a <b>&amp;.yaml", b"b # SKIP.yaml", b"c\nok 1\n1..9.yaml", b"d \"}\\ 1.yaml", b"e\xff\x1b.yaml",
                 "f 한글 ]]>.yaml".encode()]

INVALID = job(name="Not_A_Name\"<&>").replace("backoffLimit: 0", "backoffLimit: -1")


class ToldBatch(HeadgateCase):
    def write_good(self):
        """Two Jobs in plain files."""
        for index in range(2):
            self.write("jobs/job-%d.yaml" % index, job(index))

    def write_hostile(self):
        """Six more, in files with names that parsers may stumble over."""
        directory = os.fsencode(self.path("jobs"))
        os.makedirs(directory, exist_ok=True)
        for index, name in enumerate(HOSTILE_FILES):
            with open(os.path.join(directory, name), "wb") as file:
                file.write(job(10 + index).encode())

    def write_invalid(self):
        """One document that breaks two rules, one that is no YAML, one without a name."""
        self.write("jobs/invalid.yaml", INVALID)
        self.write("jobs/broken.yaml", "a: [")
        self.write("jobs/nameless.yaml", "---\napiVersion: batch/v1\nkind: Job\nspec: {}\n")

    def names(self, *indexes):
        return [job_name(index) for index in indexes]

    def report(self, code, reporter, name, *arguments, options=()):
        """Runs headgate with the reporter and returns the bytes of its report."""
        settings = [word for option in options for word in ("--set", "report-%s.%s" % (reporter, option))]
        outcome = self.expect(code, *arguments, "--reporter", "%s=%s" % (reporter, name), *settings)
        self.assertNotIn("goes on without it", outcome.err)
        with open(self.path(name), "rb") as file:
            return file.read()

    def script_failures(self):
        """The second plain Job fails with hostile words; everything else works."""
        self.script("job-1.yaml fail 1 " + HOSTILE_OUTPUT)
