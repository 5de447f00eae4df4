# SPDX-License-Identifier: Apache-2.0
"""Several kubectls at work: started in plan order, reported in plan order, whatever ends first.

Batches, retries and classes of failure too: what an applier of several Jobs must get right."""

import json
import os
import unittest

from headgate_case import HeadgateCase
from job_files import job, job_name, write_jobs

APPLY = ("apply", "--jobs-dir", "jobs", "--apply")
QUICK = ("--set", "apply-kubectl.retry-delay=20")
REFUSED = "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?"
IMMUTABLE = ('The Job "x" is invalid: spec.template: Invalid value: core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{'
             'Name:"", GenerateName:""}}: field is immutable')


class ParallelCase(HeadgateCase):
    JOBS = 8

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), self.JOBS)

    def names(self):
        return [job_name(index) for index in range(self.JOBS)]

    def statuses(self):
        return [row["status"] for row in self.query("SELECT status FROM job_outcomes ORDER BY position")]

    def launched_files(self):
        return [[os.path.basename(argv[place + 1]) for place, word in enumerate(argv) if word == "-f"]
                for argv in self.launches()]


class Order(ParallelCase):
    def setUp(self):
        super().setUp()
        # The later, the sooner it ends.
        self.script(*("job-%06d.yaml sleep %d" % (index, 100 * (self.JOBS - index)) for index in range(self.JOBS)))

    def test_reports_are_in_plan_order(self):
        outcome = self.expect(0, *APPLY, "--parallel", str(self.JOBS), "--output-report", "report.txt",
                              "--reporter", "json=report.json")
        shown = [line.split()[1] for line in outcome.out.splitlines() if "✓" in line]
        self.assertEqual(self.names(), shown)
        report = json.loads(self.read("report.json"))
        self.assertEqual(self.names(), [row["job_name"] for row in report["job_results"]])
        places = [self.read("report.txt").rindex(name) for name in self.names()]
        self.assertEqual(sorted(places), places)
        # They did end in another order: log lines come as things happen.
        ended = [line.split()[-1] for line in outcome.err.splitlines() if "Applied successfully" in line]
        self.assertNotEqual(self.names(), ended)
        self.assertEqual(sorted(self.names()), sorted(ended))

    def test_they_overlap(self):
        """All were started before the first one ended."""
        self.expect(0, *APPLY, "--parallel", str(self.JOBS))
        row = self.query("SELECT max(started_at) AS started, min(finished_at) AS finished FROM attempts")[0]
        self.assertLess(row["started"], row["finished"])

    def test_no_more_than_asked_for(self):
        self.script("* sleep 60")
        for parallel in (1, 2, 3):
            with self.subTest(parallel=parallel):
                self.expect(0, *APPLY, "--parallel", str(parallel))
                most = self.value(
                    "SELECT max(n) FROM (SELECT (SELECT count(*) FROM attempts b WHERE b.run_id = a.run_id"
                    " AND b.started_at <= a.started_at AND b.finished_at > a.started_at"
                    " AND b.attempt_id <= a.attempt_id) AS n"
                    " FROM attempts a WHERE run_id = (SELECT max(run_id) FROM runs))")
                self.assertLessEqual(most, parallel)

    def test_four_is_the_default(self):
        self.script("* sleep 300")
        self.expect(0, *APPLY)
        rows = self.query("SELECT started_at, finished_at FROM attempts ORDER BY attempt_id")
        first_end = min(row["finished_at"] for row in rows)
        self.assertEqual(4, sum(row["started_at"] < first_end for row in rows))

    def test_history_is_in_plan_order(self):
        self.expect(0, *APPLY, "--parallel", str(self.JOBS))
        rows = self.query("SELECT job_name FROM job_outcomes ORDER BY position")
        self.assertEqual(self.names(), [row["job_name"] for row in rows])
        started = self.query("SELECT position FROM attempts ORDER BY attempt_id")
        self.assertEqual(list(range(1, self.JOBS + 1)), [row["position"] for row in started])

    def test_bad_numbers(self):
        for flag, value in (("--parallel", "0"), ("--parallel", "65"), ("--parallel", "many"), ("--batch", "0"),
                            ("--batch", "101"), ("--retries", "-1"), ("--retries", "21")):
            with self.subTest(flag=flag, value=value):
                self.assertIn(flag, self.expect(2, *APPLY, "%s=%s" % (flag, value)).err)
        self.assert_none_started()


class FailFast(ParallelCase):
    def test_what_was_never_started_is_skipped(self):
        self.script("job-000001.yaml fail 1 error: not today", "job-00000[02].yaml sleep 400")
        outcome = self.expect(1, *APPLY, "--parallel", "3", "--fail-fast")
        self.assertEqual(["SUCCESS", "FAILED", "SUCCESS"] + ["SKIPPED"] * 5, self.statuses())
        self.assertEqual(3, len(self.launches()))
        reasons = {row["reason"] for row in self.query("SELECT reason FROM job_outcomes WHERE status = 'SKIPPED'")}
        self.assertEqual(1, len(reasons))
        self.assertIn("--fail-fast", reasons.pop())
        self.assertIn("Successful:              2\nFailed:                  1\n", outcome.out)

    def test_a_retry_is_no_failure_yet(self):
        self.script("job-000001.yaml first 1 fail 1 " + REFUSED)
        self.expect(0, *APPLY, "--fail-fast", *QUICK)
        self.assertEqual(["SUCCESS"] * self.JOBS, self.statuses())


class Retries(ParallelCase):
    JOBS = 3

    def attempts_of(self, position):
        return self.query("SELECT attempt, status, failure_class FROM attempts WHERE position = %d ORDER BY attempt"
                          % position)

    def test_fails_twice_then_works(self):
        self.script("job-000001.yaml first 2 fail 1 " + REFUSED)
        outcome = self.expect(0, *APPLY, *QUICK)
        self.assertEqual([{"attempt": 1, "status": "FAILED", "failure_class": "connection-refused"},
                          {"attempt": 2, "status": "FAILED", "failure_class": "connection-refused"},
                          {"attempt": 3, "status": "SUCCESS", "failure_class": None}], self.attempts_of(2))
        row = self.query("SELECT * FROM job_outcomes WHERE position = 2")[0]
        self.assertEqual(("SUCCESS", 3, None, None),
                         (row["status"], row["attempts"], row["failure_class"], row["advice"]))
        self.assertIn("Successful:              3\n", outcome.out)
        self.assertIn("connection-refused", outcome.err)

    def test_retries_are_bounded(self):
        self.script("job-000001.yaml fail 1 " + REFUSED)
        for retries, attempts in (("0", 1), ("1", 2), (None, 3)):
            with self.subTest(retries=retries):
                flags = () if retries is None else ("--retries", retries)
                self.expect(1, *APPLY, *QUICK, *flags)
                row = self.query("SELECT status, attempts, failure_class, advice FROM job_outcomes"
                                 " WHERE position = 2 ORDER BY run_id DESC LIMIT 1")[0]
                self.assertEqual(("FAILED", attempts, "connection-refused"),
                                 (row["status"], row["attempts"], row["failure_class"]))
                self.assertTrue(row["advice"])

    def test_refusals_are_not_tried_again(self):
        for words, name in ((IMMUTABLE, "immutable"),
                            ('The Job "x" is invalid: spec.parallelism: Invalid value: -1', "invalid"),
                            ('Error from server (Forbidden): jobs.batch "x" is forbidden: User "u"', "forbidden"),
                            ('Error from server (NotFound): namespaces "trading" not found', "not-found"),
                            ("error: You must be logged in to the server (Unauthorized)", "bad-credentials"),
                            ("nobody knows this answer", "unknown")):
            with self.subTest(name=name):
                self.script("job-000001.yaml fail 1 " + words)
                self.expect(1, *APPLY, *QUICK)
                row = self.query("SELECT failure_class, attempts FROM failures ORDER BY run_id DESC LIMIT 1")[0]
                self.assertEqual({"failure_class": name, "attempts": 1}, row)

    def test_advice_instead_of_a_dump(self):
        self.script("job-000001.yaml fail 1 " + IMMUTABLE)
        outcome = self.expect(1, *APPLY, "--output-report", "report.txt", "--reporter", "json=report.json")
        for text in (outcome.out, self.read("report.txt")):
            self.assertRegex(text, "(?i)job exists with another template")
        self.assertNotIn("PodTemplateSpec", outcome.out + outcome.err)
        result = json.loads(self.read("report.json"))["job_results"][1]
        self.assertEqual("immutable", result["failure_class"])
        self.assertIn("delete", result["advice"])
        # The full text is kept.
        self.assertEqual(IMMUTABLE + "\n", self.value("SELECT stderr FROM failures"))


class JobsThatTheClusterRemoves(ParallelCase):
    """With ttlSecondsAfterFinished a Job that was made may have run, and be gone before the next try."""

    JOBS = 3
    RESET = "error: Post https://127.0.0.1:6443/apis/batch/v1: read: connection reset by peer"

    def setUp(self):
        super().setUp()
        for index in range(2):
            self.write("jobs/job-%06d.yaml" % index,
                       job(index).replace("backoffLimit: 0", "backoffLimit: 0\n  ttlSecondsAfterFinished: 0"))

    def outcomes(self):
        return [tuple(row.values()) for row in self.query(
            "SELECT status, attempts, failure_class FROM job_outcomes WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY position")]

    def expect_unknown(self, flags=()):
        outcome = self.expect(1, *APPLY, *QUICK, *flags)
        self.assertEqual([("SUCCESS", 1, None), ("FAILED", 1, "unknown-outcome"), ("SUCCESS", 1, None)], self.outcomes())
        self.assertIn("not tried again: the Job may have run and been removed (ttlSecondsAfterFinished)", outcome.out)
        self.assertIn("resume --repeat-unknown", outcome.out)
        return outcome

    def test_one_whose_answer_was_lost_is_not_tried_again(self):
        for words in (self.RESET, "Error from server (Timeout): the server was unable to return a response in the time allotted",
                      "Error from server: etcdserver: request timed out", "error: an error on the server (\"502 Bad Gateway\")"):
            with self.subTest(words):
                self.script("job-000001.yaml fail 1 " + words)
                self.expect_unknown()

    def test_nor_one_whose_kubectl_was_killed_or_confirmed_nothing(self):
        for deed in ("signal 9", "silent"):
            with self.subTest(deed):
                self.script("job-000001.yaml " + deed)
                self.expect_unknown()

    def test_only_the_user_repeats_it(self):
        self.script("job-000001.yaml first 1 fail 1 " + self.RESET)
        self.expect_unknown()
        self.expect(1, "resume")
        launched = len([argv for argv in self.launches() if "--dry-run=server" not in argv])
        self.assertEqual(self.JOBS, launched)
        self.expect(0, "resume", "--repeat-unknown")
        self.assertEqual(["SUCCESS"] * self.JOBS, self.statuses())

    def test_what_surely_did_nothing_is_tried_again(self):
        for words in (REFUSED, "Error from server (TooManyRequests): the server has received too many requests"):
            with self.subTest(words):
                self.script("job-000001.yaml first 1 fail 1 " + words)
                self.expect(0, *APPLY, *QUICK)
                self.assertEqual(("SUCCESS", 2, None), self.outcomes()[1])

    def test_a_job_that_stays_is_tried_again(self):
        self.script("job-000002.yaml first 1 fail 1 " + self.RESET)
        self.expect(0, *APPLY, *QUICK)
        self.assertEqual(("SUCCESS", 2, None), self.outcomes()[2])

    def test_in_a_batch_one_lost_answer_may_be_any_unconfirmed_job_s(self):
        """One kubectl's errors do not say whose each is."""
        self.script("job-000001.yaml first 1 fail 1 " + self.RESET, "job-000002.yaml first 1 fail 1 " + REFUSED)
        self.expect(1, *APPLY, *QUICK, "--batch", "3")
        self.assertEqual([("SUCCESS", 1, None), ("FAILED", 1, "unknown-outcome"), ("SUCCESS", 2, None)], self.outcomes())

    def test_in_a_batch_that_surely_did_nothing_more_each_is_applied_alone(self):
        self.script("job-00000[12].yaml first 1 fail 1 " + REFUSED)
        self.expect(0, *APPLY, *QUICK, "--batch", "3")
        self.assertEqual([("SUCCESS", 1, None), ("SUCCESS", 2, None), ("SUCCESS", 2, None)], self.outcomes())


class Batches(ParallelCase):
    def test_one_kubectl_for_several(self):
        outcome = self.expect(0, *APPLY, "--batch", "3", "--parallel", "1")
        files = ["job-%06d.yaml" % index for index in range(self.JOBS)]
        self.assertEqual([files[0:3], files[3:6], files[6:8]], self.launched_files())
        self.assertIn("Successful:              8\n", outcome.out)
        self.assertEqual(self.JOBS, self.value("SELECT count(*) FROM attempts"))
        self.assertEqual(3, self.value("SELECT count(*) FROM launches"))
        for index, row in enumerate(self.query("SELECT stdout, command FROM job_outcomes ORDER BY position")):
            self.assertEqual("job.batch/%s created\n" % job_name(index), row["stdout"])
            self.assertIn("job-%06d.yaml" % index, row["command"])

    def test_what_is_not_confirmed_is_applied_alone(self):
        self.script("job-000001.yaml first 1 fail 1 error: not today", "job-000002.yaml first 1 silent")
        self.expect(0, *APPLY, "--batch", "4", "--parallel", "1")
        self.assertEqual(["SUCCESS"] * self.JOBS, self.statuses())
        self.assertEqual({("job-000001.yaml",), ("job-000002.yaml",)},
                         {tuple(files) for files in self.launched_files() if len(files) == 1})
        rows = self.query("SELECT position, attempts FROM job_outcomes WHERE attempts > 1 ORDER BY position")
        self.assertEqual([{"position": 2, "attempts": 2}, {"position": 3, "attempts": 2}], rows)

    def test_the_attempt_alone_is_the_outcome(self):
        self.script("job-000001.yaml fail 1 " + IMMUTABLE)
        self.expect(1, *APPLY, "--batch", "4", "--parallel", "1")
        self.assertEqual(["SUCCESS", "FAILED"] + ["SUCCESS"] * 6, self.statuses())
        row = self.query("SELECT failure_class, attempts, command, stderr FROM failures")[0]
        self.assertEqual(("immutable", 2, "kubectl apply -f jobs/job-000001.yaml"),
                         (row["failure_class"], row["attempts"], row["command"]))
        self.assertEqual(IMMUTABLE + "\n", row["stderr"])

    def test_nothing_is_guessed_from_order(self):
        """Seven lines for eight Jobs, and one that is about nobody."""
        self.script("job-000003.yaml first 1 say job.batch/somebody-else created")
        self.expect(0, *APPLY, "--batch", "8")
        rows = self.query("SELECT position FROM job_outcomes WHERE attempts = 2")
        self.assertEqual([{"position": 4}], rows)

    def test_documents_of_a_file_go_alone(self):
        self.write("jobs/job-000002.yaml", job(2) + "---\n" + job(20))
        self.expect(0, *APPLY, "--batch", "8", "--parallel", "1")
        alone = [argv for argv in self.launches() if argv[3] == "-"]
        self.assertEqual([["kubectl", "apply", "-f", "-"]] * 2, alone)
        self.assertEqual(["SUCCESS"] * (self.JOBS + 1), self.statuses())

    def test_one_is_the_default(self):
        self.expect(0, *APPLY)
        self.assertEqual([1] * self.JOBS, [len(files) for files in self.launched_files()])

    def test_reports_are_in_plan_order(self):
        self.script("job-00000[0246].yaml first 1 silent")
        outcome = self.expect(0, *APPLY, "--batch", "3")
        shown = [line.split()[1] for line in outcome.out.splitlines() if "✓" in line]
        self.assertEqual(self.names(), shown)


if __name__ == "__main__":
    unittest.main()
