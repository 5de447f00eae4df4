# SPDX-License-Identifier: Apache-2.0
"""history report: a past run is told to any reporter as it was told then, byte for byte."""

import json
import os
import re
import sys
import unittest

from headgate_case import HeadgateCase
from job_files import job, write_jobs
from wait_case import WaitCase

REPORTERS = ("html", "json", "junit", "markdown", "prometheus", "sarif", "tap", "github")

# A reporter in any language: keeps what it is told. Headgate speaks first, and reads its answer.
PROGRAM = """\
#!%s
import sys
with open(sys.argv[1], "w", encoding="utf-8") as file:
    for line in sys.stdin:
        file.write(line)
"""


class Retelling:
    """Of each kind of run: what the run wrote, and what is written of it later."""

    def reporters(self, directory):
        os.makedirs(self.path(directory), exist_ok=True)
        program = self.write("program", PROGRAM % sys.executable, 0o755)
        flags = ["--output-report", "%s/text" % directory]
        for name in REPORTERS:
            flags += ["--reporter", "%s=%s/%s" % (name, directory, name)]
        return flags + ["--reporter", "exec:%s=%s" % (program, self.path(directory, "exec"))]

    @staticmethod
    def without_values(text):
        """Of env variables, which a plan shows and the history hides (test_env_values_are_what_differs)."""
        return re.sub(r"(?m)^(    [A-Z_]+:) .*$", r"\1", text)

    @staticmethod
    def in_order(lines):
        """All outcomes before what was seen in the cluster: what is told once more has no gaps to fill. Of
        a Job that is invalid no manifest is kept, and so no details."""
        kinds = ("run_started", "job_validated", "job_finished")
        events = [json.loads(line) for line in lines.splitlines()]
        for event in events:
            if not event.get("valid", True):
                event["details"] = None
        return sorted(events, key=lambda event: kinds.index(event["event"]) if event["event"] in kinds else 9)

    def retell(self, code, *arguments, run="latest"):
        """Runs it with all reporters, and tells it again; both wrote the same."""
        whole = [*arguments, *self.reporters("then")]
        if arguments[0] == "validate":
            at = whole.index("--output-report")
            whole[at] = "--output-plan"
        told = self.expect(code, *whole)
        again = self.expect(0, "history", "report", run, *self.reporters("now"))
        self.assertEqual(b"", again.stdout)
        for name in ("text", *REPORTERS, "exec"):
            with self.subTest(reporter=name):
                then, now = self.read("then/" + name), self.read("now/" + name)
                if name == "text":
                    then, now = self.without_values(then), self.without_values(now)
                if name == "exec":
                    then, now = self.in_order(then), self.in_order(now)
                self.assertEqual(then, now)
        self.assertEqual(told.stdout, self.expect(0, "history", "report", run).stdout)
        return told


class PastRun(Retelling, HeadgateCase):
    def test_a_dry_run(self):
        write_jobs(self.path("jobs"), 3)
        self.retell(0, "apply", "--jobs-dir", "jobs")

    def test_a_validation(self):
        write_jobs(self.path("jobs"), 3)
        self.write("jobs/x.yaml", job(4).replace("backoffLimit: 0", "backoffLimit: 0\n  suspend: maybe"))
        self.retell(1, "validate", "--jobs-dir", "jobs")

    def test_invalid_jobs_stop_an_apply(self):
        write_jobs(self.path("jobs"), 2)
        self.write("jobs/x.yaml", "kind: Job\n---\n{]\n")
        self.write("jobs/y.yaml", job(0))
        self.retell(1, "apply", "--jobs-dir", "jobs", "--apply")

    def test_an_apply_with_failures(self):
        write_jobs(self.path("jobs"), 9)
        self.script("job-000001.yaml fail 1 error: \\x1b[31mno such luck", "job-000003.yaml unchanged",
                    "job-000005.yaml kill 9")
        self.retell(1, "apply", "--jobs-dir", "jobs", "--apply", "--parallel", "3", "--retries", "1")

    def test_an_apply_that_stops_at_the_first_failure(self):
        write_jobs(self.path("jobs"), 5)
        self.script("job-000001.yaml fail 1 error: no such luck")
        self.retell(1, "apply", "--jobs-dir", "jobs", "--apply", "--fail-fast", "--parallel", "1", "--retries", "0")

    def test_warnings_made_errors(self):
        self.write("jobs/x.yaml", job(0).replace("  backoffLimit: 0\n", "", 1))
        self.retell(1, "apply", "--jobs-dir", "jobs", "--strict")

    def sweep(self, parameters, reporter):
        self.write("jobs/job.yaml", job(0).replace("  annotations:\n", "  annotations:\n    headgate.dev/parameters: '%s'\n"
                                                   % json.dumps(parameters)))  # fmt: skip
        self.retell(0, "apply", "--jobs-dir", "jobs", "--apply")
        return self.read("then/" + reporter)

    def test_parameters_are_columns(self):
        """One for each in html and markdown, and one for all of them where there are many."""
        few = {"batch": "32", "lr": "1e-3", "name": "a|<b>"}
        page = self.sweep(few, "html")
        self.assertIn('<th scope="col" data-sort="number">lr</th><th scope="col" data-sort="text">name</th>', page)
        self.assertIn('<td data-p="batch">32</td><td data-p="lr">1e-3</td><td data-p="name">a|&lt;b&gt;</td>', page)
        table = self.read("then/markdown").partition("Successful Jobs: 1</summary>\n\n")[2].splitlines()
        self.assertEqual(["| Job | batch | lr | name |", "|---|---|---|---|"], table[:2])
        self.assertEqual(5, len(re.findall(r"(?<!\\)\|", table[2])), table[2])
        many = {"p%d" % number: str(number) for number in range(7)}
        self.assertIn("<code>p0=0</code> <code>p1=1</code>", self.sweep(many, "html"))
        table = self.read("then/markdown").partition("Successful Jobs: 1</summary>\n\n")[2].splitlines()
        self.assertEqual("| Job | Parameters |", table[0])
        self.assertIn("<code>p5=5</code> <code>p6=6</code>", table[2])

    def test_json_on_standard_output(self):
        write_jobs(self.path("jobs"), 2)
        told = self.expect(0, "apply", "--jobs-dir", "jobs", "-o", "json")
        self.assertEqual(told.stdout, self.expect(0, "history", "report", "1", "-o", "json").stdout)

    def test_env_values_are_what_differs(self):
        """A plan shows them; what is told later of it shows that they were hidden."""
        write_jobs(self.path("jobs"), 1)
        self.expect(0, "validate", "--jobs-dir", "jobs", "--output-plan", "then")
        self.expect(0, "history", "report", "latest", "--output-report", "now")
        then, now = self.read("then").splitlines(), self.read("now").splitlines()
        self.assertEqual(len(then), len(now))
        different = [(a.strip(), b.strip()) for a, b in zip(then, now) if a != b]
        self.assertEqual(5, len(different), different)
        for a, b in different:
            self.assertRegex(b, r"^%s: \(hidden, [0-9a-f]{8}\)$" % a.split(":")[0])

    def test_reporters_of_a_file_are_for_runs(self):
        write_jobs(self.path("jobs"), 1)
        self.write("headgate.yaml", "reporter: [json=report.json]\n")
        self.expect(0, "apply", "--jobs-dir", "jobs")
        before = self.read("report.json")
        self.expect(0, "apply", "--jobs-dir", "jobs")
        newest = self.read("report.json")
        self.assertNotEqual(before, newest)
        self.expect(0, "history", "report", "1")
        self.assertEqual(newest, self.read("report.json"))

    def test_what_cannot_be_told(self):
        self.generate()
        self.assertIn("only generated", self.expect(1, "history", "report", "1").err)
        self.assertIn("no run 9", self.expect(1, "history", "report", "9").err)
        self.expect(2, "history", "report")
        self.expect(2, "history", "report", "soon")
        self.assertIn("leave it out", self.expect(2, "history", "list", "--reporter", "json").err)

    def test_the_history_is_no_report(self):
        write_jobs(self.path("jobs"), 1)
        self.expect(0, "apply", "--jobs-dir", "jobs")
        for name in (self.history, self.history + "-key"):
            self.assertIn("history", self.expect(1, "history", "report", "1", "--output-report", name).err)
        self.assertEqual(1, len(self.query("SELECT * FROM runs")))


class PastWait(Retelling, WaitCase):
    def test_a_sweep_that_is_watched_has_its_parameters(self):
        self.job("one", more=""", headgate.dev/parameters: '{"lr": "1e-3"}'""")
        self.expect(0, *[flag for flag in self.flags() if flag != "--wait"])
        self.expect(0, "watch", "1", "--reporter", "html=page")
        self.assertIn("<dt>Parameters</dt><dd><code>lr=1e-3</code></dd>", self.read("page"))

    def test_a_run_that_waited(self):
        for name, ends in (("a", "Complete"), ("b", "Failed"), ("c", "DeadlineExceeded"), ("d", "Complete")):
            self.job(name, ends)
        self.retell(1, *self.flags())

    def test_a_run_that_tried_jobs_again(self):
        """The last try of each counts; the earlier ones are told as tried again, those of a rerun as derived."""
        self.job("a")
        self.job("b", "Failed")
        self.retell(1, *self.flags(), "--retry-failed", "2", "--retry-delay", "0")
        self.assertIn("Tried again:             2\n", self.expect(0, "history", "report", "1").out)
        self.retell(1, "rerun", "1", "b-r3", "--apply", "--wait", "--kubeconfig", self.server.kubeconfig)

    def test_what_was_seen_later_is_told_too(self):
        self.job("a")
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--kubeconfig",
                    self.server.kubeconfig)
        self.assertNotIn("COMPLETION", self.expect(0, "history", "report", "latest").out)
        watched = self.expect(0, "watch", "latest")
        self.assertIn("[COMPLETION]", watched.out)
        self.assertIn("[COMPLETION]", self.expect(0, "history", "report", "latest").out)


if __name__ == "__main__":
    unittest.main()
