# SPDX-License-Identifier: Apache-2.0
"""kubectl never interprets a path: what is not plainly a file's name to it gets the validated bytes on
standard input, and everybody is shown that command."""

import json
import os
import unittest

from headgate_case import HeadgateCase
from job_files import job

# What the word behind -f means to kubectl, and the files that it would then read instead.
ODD_NAMES = (
    "x,evil.yaml",
    "x,http:evil.yaml",
    '"x,evil.yaml',
    '"evil.yaml","b.yaml',
    'a"b.yaml',
    "evil.yaml\nx.yaml",
    "e*l.yaml",
    "[e]vil.yaml",
    "?vil.yaml",
    "back\\slash.yaml",
    "tab\t.yaml",
    "lr=0.1,bs=32.yaml",
    "\u200b.yaml",
    "~.yaml",
    "$(x).yaml",
    "#x.yaml",
    "a:b.yaml",
)
PLAIN_NAMES = ("--server=x.yaml", "-R.yaml", "a.yaml", "lr=0.1_bs+32@x%20.yaml", "two words.yaml", "한글.yaml")
INPUT = ["kubectl", "apply", "-f", "-"]


class Paths(HeadgateCase):
    def setUp(self):
        super().setUp()
        # Whatever kubectl makes of a path, it finds something that is not to be applied.
        for decoy in ("evil.yaml", "jobs/x", "x", "jobs/evil.yaml.txt"):
            self.write(decoy, job(name="evil"))

    def write_jobs(self, directory, names):
        for index, name in enumerate(names):
            self.write(os.path.join(directory, name), job(name="job-%02d" % index))

    def assert_only_these_were_applied(self, count):
        rows = self.query("SELECT job_name, status, stdout FROM job_outcomes ORDER BY job_name")
        self.assertEqual(
            [{"job_name": "job-%02d" % i, "status": "SUCCESS", "stdout": "job.batch/job-%02d created\n" % i}
             for i in range(count)], rows)

    def test_odd_names_are_read_from_standard_input(self):
        self.write_jobs("jobs", ODD_NAMES)
        for batch in ("1", "10"):
            self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--set", "apply-kubectl.batch=" + batch,
                        "--history", self.path(batch + ".db"))
        self.assertEqual([INPUT] * 2 * len(ODD_NAMES), self.launches())
        self.history = self.path("1.db")
        self.assert_only_these_were_applied(len(ODD_NAMES))
        self.assertEqual(len(ODD_NAMES), self.value(
            "SELECT count(*) FROM attempts WHERE command = 'kubectl apply -f -'"))

    def test_plain_names_are_given_as_they_are(self):
        self.write_jobs("jobs", PLAIN_NAMES)
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
        self.assertEqual([["kubectl", "apply", "-f", "jobs/" + name] for name in PLAIN_NAMES], self.launches())
        self.assert_only_these_were_applied(len(PLAIN_NAMES))

    def test_odd_and_plain_names_never_share_a_kubectl(self):
        self.write_jobs("jobs", ("a.yaml", "b,c.yaml", "d.yaml", "e.yaml"))
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1", "--set", "apply-kubectl.batch=9")
        self.assertEqual([["kubectl", "apply", "-f", "jobs/a.yaml"], INPUT,
                          ["kubectl", "apply", "-f", "jobs/d.yaml", "-f", "jobs/e.yaml"]], self.launches())
        self.assert_only_these_were_applied(4)

    def test_odd_directories(self):
        for directory in ("http://host/jobs", "https://host", "runs/lr=0.1,bs=32", "-f", 'q"q'):
            with self.subTest(directory):
                self.history = self.path("%d.db" % len(self.launches()))
                before = len(self.launches())
                self.write_jobs(directory, ("a.yaml", "b.yaml"))
                self.expect(0, "apply", "--jobs-dir=" + directory, "--apply", "--history", self.history)
                self.assertEqual([INPUT] * 2, self.launches()[before:])
                self.assert_only_these_were_applied(2)

    def test_the_bytes_are_the_validated_ones(self):
        text = job(name="job-00") + "# the very end"
        self.write("jobs/a,b.yaml", text)
        self.script("job-00 print-input")
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply")
        self.assertEqual(text + "\njob.batch/job-00 created\n", self.value("SELECT stdout FROM job_outcomes"))

    def test_a_preflight_asks_with_the_same_bytes(self):
        self.write_jobs("jobs", ODD_NAMES)
        outcome = self.expect(0, "plan", "--jobs-dir", "jobs", "--preflight")
        self.assertEqual([["kubectl", "apply", "--dry-run=server", "-f", "-"]] * len(ODD_NAMES), self.launches())
        self.assertEqual(len(ODD_NAMES), outcome.out.count("  create     job-"))

    def test_the_plan_shows_that_command(self):
        self.write_jobs("jobs", ("a,b.yaml", "c.yaml"))
        outcome = self.expect(0, "plan", "--jobs-dir", "jobs", "--save", "plan.json")
        self.assertIn("  kubectl apply -f -  # jobs/a,b.yaml\n  kubectl apply -f jobs/c.yaml\n", outcome.out)
        commands = [job["kubectl_command"] for job in json.loads(self.read("plan.json"))["jobs"]]
        self.assertEqual([INPUT, ["kubectl", "apply", "-f", "jobs/c.yaml"]], commands)
        self.expect(0, "apply", "--plan", "plan.json", "--apply")
        self.assertCountEqual(commands, self.launches())

    def test_a_dry_run_shows_that_command(self):
        self.write_jobs("jobs", ("a,b.yaml",))
        self.expect(0, "apply", "--jobs-dir", "jobs", "--output-report", "report.txt")
        self.assertIn("  Command:               kubectl apply -f -\n", self.read("report.txt"))
        self.assert_none_started()


if __name__ == "__main__":
    unittest.main()
