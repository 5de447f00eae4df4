# SPDX-License-Identifier: Apache-2.0
"""A file in the working directory may be somebody else's: it makes things stricter, and names what lies below it."""

import os
import shutil
import unittest

from headgate_case import HeadgateCase
from job_files import job, write_jobs

USER_FILE = "../home/.config/headgate/config.yaml"
APPLY = ("apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")

# What runs, where that is recorded, what asks the network, what turns something off.
REFUSED = (
    "history: run.db", "kubectl: ./tool", "applier: apply-recording", "scanner: scan-directory",
    "validator: validate-kubernetes", "generator: generate-session", "plugin-dir: plugins", "preflight: true",
    "preflight: false", "protected_contexts: []", "timeout: 86400", "parallel: 64", "batch: 100", "retries: 20",
    "reporter-timeout: 86400", "threads: 64", "quiet: true", "verbose: true", "color: never", "output: json",
    "reporter: 'exec:/bin/true'", "reporter: /tmp/headgate-report-x.so", "reporter: json=/tmp/run.json",
    "strict: false", "fail-fast: false", "strict-reporters: false", "recursive: false", "jobs-dir: /etc",
    "jobs-dir: ../jobs", "apply: true", "set: apply-kubectl.kubectl=./tool",
)
REFUSED_OPTIONS = (
    ("apply-kubectl", "kubectl: ./tool"), ("apply-kubectl", "retries: 20"), ("validate-conventions", "image-tag: false"),
    ("validate-conventions", "required-labels: []"), ("validate-kubernetes", "kubernetes-version: '1.26'"),
)


class WorkingDirectory(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 2)
        self.write("tool", "#!/bin/sh\ntouch %s\nexec kubectl \"$@\"\n" % self.path("ran"), mode=0o755)

    def test_each_key_that_it_may_not_have_is_an_error_with_its_place(self):
        for line in REFUSED:
            with self.subTest(line):
                self.write("headgate.yaml", "# somebody else's\n%s\n" % line)
                outcome = self.expect(1, "plan", "--jobs-dir", "jobs")
                self.assertRegex(outcome.err, r"headgate\.yaml:2:\d+: ")
                self.assertRegex(outcome.err, "~/.config/headgate/config.yaml|on the command line only")
        self.assert_none_started()

    def test_each_option_that_it_may_not_set_is_an_error_with_its_place(self):
        for plugin, line in REFUSED_OPTIONS:
            with self.subTest(line):
                self.write("headgate.yaml", "options:\n  %s:\n    %s\n" % (plugin, line))
                outcome = self.expect(1, *APPLY)
                self.assertRegex(outcome.err, r"headgate\.yaml:3:\d+: .*~/.config/headgate/config.yaml")
        self.assert_none_started()

    def test_a_history_that_came_along_runs_no_program(self):
        """`headgate resume` takes the flags of the run as if they were typed: whose run it is, must be the user's say."""
        self.script("job-000001.yaml fail 1 error: not today")
        self.expect(1, *APPLY, "--kubectl", "./tool", "--history", "run.db")
        os.remove(self.path("ran"))
        del self.environment["HEADGATE_HISTORY"]
        self.write("headgate.yaml", "history: run.db\n")
        for arguments in (("resume",), ("resume", "1")):
            self.assertIn("headgate.yaml:1:1: 'history' is not taken", self.expect(1, *arguments).err)
        self.assertFalse(os.path.exists(self.path("ran")))

    def test_it_makes_things_stricter(self):
        self.write("jobs/warned.yaml", job(5, image="registry.example/arbitrage"))
        self.write("headgate.yaml", "strict: true\n")
        self.write(USER_FILE, "strict: false\n")
        self.expect(1, "validate", "--jobs-dir", "jobs")

    def test_it_does_not_switch_off_the_reporters_of_its_user(self):
        self.write(USER_FILE, "reporter: [json=mine.json]\n")
        self.write("headgate.yaml", "reporter: [markdown=theirs.md]\noptions: {report-markdown: {max-jobs: 1}}\n")
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assertTrue(os.path.exists(self.path("mine.json")))
        self.assertTrue(os.path.exists(self.path("theirs.md")))

    def test_it_names_the_manifests(self):
        self.write("headgate.yaml", "jobs-dir: jobs\n")
        self.expect(0, "validate")
        self.assertIn("Total Jobs:              2\n", self.expect(0, "apply").out)
        self.expect(0, "plan", "--save", "plan.json")
        self.expect(0, "apply", "--plan", "plan.json")
        write_jobs(self.path("others"), 1)
        self.assertIn("Total Jobs:              1\n", self.expect(0, "apply", "--jobs-dir", "others").out)

    def test_it_names_no_manifests_that_a_link_leads_to(self):
        shutil.move(self.path("jobs"), os.path.join(self.top, "elsewhere"))
        os.symlink(os.path.join(self.top, "elsewhere"), self.path("jobs"))
        self.write("headgate.yaml", "jobs-dir: jobs\n")
        self.assertIn("headgate.yaml:1:11: jobs-dir: 'jobs' is outside of the working directory",
                      self.expect(1, "apply").err)

    def test_paths_of_the_users_own_file_start_beside_it(self):
        """And not where somebody else's directories have the same names."""
        self.write("kubectl", "#!/bin/sh\ntouch %s\n" % self.path("ran"), mode=0o755)
        self.write("../home/.config/headgate/kubectl", "#!/bin/sh\nexec kubectl \"$@\"\n", mode=0o755)
        for text in ("kubectl: ./kubectl\n", "options: {apply-kubectl: {kubectl: ./kubectl}}\n"):
            with self.subTest(text):
                self.write(USER_FILE, text)
                self.expect(0, *APPLY)
                self.assertFalse(os.path.exists(self.path("ran")))


if __name__ == "__main__":
    unittest.main()
