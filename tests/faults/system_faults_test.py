# SPDX-License-Identifier: Apache-2.0
"""The machine does odd things: clock, files, descriptors, output, signals, terminal."""

import os
import shlex
import signal
import subprocess
import unittest

from fault_case import APPLY, FaultCase
from headgate_case import FAKE_KUBECTL, INSTRUMENTED
from job_files import job, write_jobs

MIB = 1 << 20
STEPPING_CLOCK = os.environ["STEPPING_CLOCK"]

# Does something while the first Job is applied, then what the scripted kubectl does.
KUBECTL = """\
#!/bin/sh
case $3 in
*job-000000.yaml | -) %s ;;
esac
exec %s "$@"
"""


@unittest.skipIf(INSTRUMENTED, "a sanitizer must be the first library that is loaded")
class Clock(FaultCase):
    def test_steps_back_again_and_again(self):
        """Each look at the clock shows an hour less than the one before."""
        self.environment["LD_PRELOAD"] = STEPPING_CLOCK
        self.environment["STEPPING_CLOCK_SECONDS"] = "-3600"
        self.script("job-000001.yaml first 1 fail 1 The connection to the server a:1 was refused - right?",
                    "* sleep 50")
        self.expect(0, *APPLY, "--set", "apply-kubectl.retry-delay=10")
        snapshot = self.assert_statuses(["SUCCESS"] * self.JOBS)
        for attempt in snapshot.attempts:
            self.assertGreaterEqual(attempt["duration_ms"], 0)
            self.assertLess(attempt["duration_ms"], 60000)
        self.assertLess(snapshot.runs[0]["duration_ms"], 60000)
        # The clock did step: otherwise this says nothing.
        self.assertLess(snapshot.runs[0]["finished_at"], snapshot.runs[0]["started_at"])
        for command in (("history", "list"), ("history", "show", "1"), ("history", "show", "1", "-o", "json")):
            self.expect(0, *command)

    def test_deadline_holds_when_it_steps(self):
        for step in ("-3600", "3600"):
            with self.subTest(step=step):
                self.environment["LD_PRELOAD"] = STEPPING_CLOCK
                self.environment["STEPPING_CLOCK_SECONDS"] = step
                self.script("job-000000.yaml hang", "* sleep 100")
                outcome = self.expect(1, *APPLY, "--timeout", "2", "--retries", "0")
                self.assertIn("Successful:              %d\n" % (self.JOBS - 1), outcome.out)
                self.assert_nothing_lost()

    def test_interrupted_then_resumed_in_the_past(self):
        self.script("job-000001.yaml hang")
        process = self.start_headgate(*APPLY, "--parallel", "2")
        self.wait_for_launches(2)
        process.kill()
        process.communicate()
        self.script("* ok")
        self.environment["LD_PRELOAD"] = STEPPING_CLOCK
        self.environment["STEPPING_CLOCK_SECONDS"] = "-86400"
        self.expect(0, "resume")
        self.assert_statuses(["SUCCESS"] * self.JOBS)


class Manifests(FaultCase):
    def apply_while(self, command, *flags):
        kubectl = self.write("kubectl", KUBECTL % (command, shlex.quote(FAKE_KUBECTL)), mode=0o755)
        return self.expect(1, *APPLY, "--kubectl", kubectl, "--parallel", "1", *flags)

    def expect_only_first(self, outcome):
        """The first was applied, before the fault; none of the others was started."""
        snapshot = self.assert_statuses(["SUCCESS"] + ["FAILED"] * (self.JOBS - 1))
        for row in snapshot.jobs[1:]:
            self.assertEqual(0, row["attempts"])
            self.assertIn("not applied: ", row["reason"])
        self.assertEqual(1, len(self.launches()))
        self.assert_plain(outcome, "job-000001.yaml")

    def test_directory_vanishes(self):
        # Under its new name the first file is still there for the kubectl that works on it.
        outcome = self.apply_while("cp jobs/job-000000.yaml kept; rm -r jobs; mkdir jobs; "
                                   "mv kept jobs/job-000000.yaml")
        self.expect_only_first(outcome)

    def test_directory_vanishes_and_resume_brings_it_back(self):
        self.apply_while("cp -r jobs kept; find jobs -type f ! -name job-000000.yaml -delete")
        subprocess.run(["sh", "-c", "rm -r jobs && mv kept jobs"], cwd=self.work, check=True)
        before = len(self.launches())
        self.expect(0, "resume")
        self.assertEqual(self.JOBS - 1, len(self.launches()) - before)
        self.assert_statuses(["SUCCESS"] * self.JOBS)

    def test_directory_becomes_another(self):
        """A symlink that was turned to manifests of the same names."""
        os.rename(self.path("jobs"), self.path("first"))
        os.symlink("first", self.path("jobs"))
        for index in range(self.JOBS):
            self.write("second/job-%06d.yaml" % index, job(index, image="registry.example/evil:6.6.6"))
        outcome = self.apply_while("ln -sfn second jobs")
        snapshot = self.assert_nothing_lost()
        for row in snapshot.jobs[1:]:
            self.assertEqual(("FAILED", 0), (row["status"], row["attempts"]))
        self.assert_plain(outcome, "changed after it was validated")

    def test_batch_of_which_some_vanish(self):
        """A batch goes on without those, and its command is recorded as it ran."""
        write_jobs(self.path("jobs"), 8)
        kubectl = self.write("kubectl", KUBECTL % ("rm jobs/job-00000[57].yaml", shlex.quote(FAKE_KUBECTL)),
                             mode=0o755)
        self.expect(1, *APPLY, "--kubectl", kubectl, "--parallel", "1", "--batch", "4")
        self.assert_statuses(["SUCCESS"] * 5 + ["FAILED", "SUCCESS", "FAILED"])
        self.assertEqual(["jobs/job-000004.yaml", "jobs/job-000006.yaml"],
                         [word for word in self.launches()[1] if word.endswith(".yaml")])


class Output(FaultCase):
    def test_floods_on_all_places(self):
        """100 MB from each of four at once; memory stays that of four captures."""
        self.script("* flood stdout %d" % (100 * MIB))
        self.expect_within(96 * 1024, 1, *APPLY, "--parallel", "4")
        self.assert_statuses(["FAILED"] * self.JOBS)
        rows = self.query("SELECT length(stdout) AS kept, stdout_cut FROM job_outcomes")
        self.assertEqual([{"kept": MIB, "stdout_cut": 1}] * self.JOBS, rows)

    def test_flood_of_a_batch(self):
        """What comes after the cut confirms nothing: each is applied again alone."""
        self.script("job-000000.yaml first 1 flood stderr %d 1" % (100 * MIB))
        self.expect_within(96 * 1024, 0, *APPLY, "--batch", "4")
        self.assert_statuses(["SUCCESS"] * self.JOBS)
        self.assertEqual(1 + self.JOBS, len(self.launches()))
        kept = self.value("SELECT sum(length(stderr)) FROM attempts")
        self.assertLess(kept, 2 * MIB)

    def test_reader_of_both_goes_away_midway(self):
        self.script("* sleep 200")
        process = self.start_headgate(*APPLY, "--parallel", "1")
        self.wait_for_launches(1)
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(0, process.wait(120))
        self.assert_statuses(["SUCCESS"] * self.JOBS)


@unittest.skipIf(INSTRUMENTED, "what is put before it takes descriptors of its own")
class Descriptors(FaultCase):
    JOBS = 12

    def test_any_limit(self):
        """Whatever the limit, it applies all, or says what is lacking. Nothing is lost."""
        codes = {}
        for limit in range(3, 41):
            with self.subTest(limit=limit):
                for name in os.listdir(self.top):
                    if name.startswith("history.db") or name == "launches.jsonl":
                        os.remove(os.path.join(self.top, name))
                outcome = self.with_shell('ulimit -n %d; exec "$@"' % limit, *APPLY, "--parallel", "8")
                codes[limit] = outcome.code
                self.assertIn(outcome.code, (0, 1, 127), outcome)
                if outcome.code == 127:  # the loader had too few to find the libraries
                    continue
                snapshot = self.assert_nothing_lost()
                if outcome.code == 1:
                    self.assert_plain(outcome, "(?i)open files|descriptors|[Tt]oo many|history|unable to open")
                else:
                    self.assertEqual(["SUCCESS"] * self.JOBS, [row["status"] for row in snapshot.jobs])
        self.assertEqual(0, codes[40], codes)
        self.assertIn(1, codes.values(), codes)


class Signals(FaultCase):
    def test_once(self):
        self.script("* sleep 700")
        process = self.start_headgate(*APPLY, "--parallel", "2")
        self.wait_for_launches(2)
        self.send(process)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assert_statuses(["SUCCESS"] * 2 + ["SKIPPED"] * 2)
        self.assertEqual(2, len(self.launches()))

    def test_twice(self):
        self.script("* hang")
        process = self.start_headgate(*APPLY, "--parallel", "2")
        self.wait_for_launches(2)
        self.send(process)
        # Standard signals do not queue: the second must come after the first was seen.
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.5)
        self.send(process)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assert_statuses(["FAILED"] * 2 + ["SKIPPED"] * 2)

    def test_hang_up_under_nohup(self):
        """A terminal that was closed ends nothing that nohup keeps."""
        self.script("* sleep 300")
        process = subprocess.Popen(["nohup", *self.headgate_words(*APPLY, "--parallel", "2")], cwd=self.work,
                                   env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(self._end, process)
        self.wait_for_launches(1)
        self.send(process, signal.SIGHUP)
        self.assertEqual(0, process.wait(120))
        self.assert_statuses(["SUCCESS"] * self.JOBS)

    def test_hang_up(self):
        """Without nohup a closed terminal stops it as Ctrl-C does: recorded, to be resumed."""
        self.script("* sleep 300")
        process = self.start_headgate(*APPLY, "--parallel", "2")
        self.wait_for_launches(2)
        self.send(process, signal.SIGHUP)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assert_statuses(["SUCCESS"] * 2 + ["SKIPPED"] * 2)
        self.expect(0, "resume")
        self.assert_statuses(["SUCCESS"] * self.JOBS)


if __name__ == "__main__":
    unittest.main()
