#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills headgate at random moments of an apply, and resumes until all is done.

  crash_test.py ROUNDS [--applier kubectl|server] [--seed N]

Each round applies 40 Jobs with the scripted kubectl (tests/fake-kubectl), which writes each of its starts
to a file of its own, durably, before it does anything else; or with requests to the tests' API server, which knows
each of them and outlives every headgate. Headgate is ended by SIGKILL at a moment that
is random over the time that the rest of it takes undisturbed; its kubectls are not, so they may still work while the
next process goes on. `headgate resume`, which may be killed as well, is called until all is done.

Whenever a process ended:
  - every start in the file has its launch, and each of its Jobs an attempt, in the history;
  - no Job that had SUCCESS before a process began was started by it;
  - PRAGMA integrity_check and foreign_key_check find nothing.
When all is done: one run, and every Job has exactly one outcome, SUCCESS; and the API server has made each once.

Of the kind server-vanish, Jobs run and are removed at once (ttlSecondsAfterFinished: 0). Whether one ran of whose request
no outcome is known nobody can tell any more: it ends as unknown-outcome, is never made again by `resume` alone, and is by
`resume --repeat-unknown`, with which the round ends. So each Job was made at least once, and once more only if repeated so.

Needs HEADGATE_BIN and FAKE_KUBECTL in the environment, and PYTHONPATH to tests/end-to-end and tests/api-server.
"""

import argparse
import collections
import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from api_server_process import ApiServer
from job_files import job_name, write_jobs
from recorded_launches import Snapshot, manifests_of, read_starts, unrecorded

JOBS = 40
PARALLEL = 4
MOST_KILLS = 12  # of one round; then it may run to its end
TIMEOUT = 120
PR_SET_CHILD_SUBREAPER = 36
SIGKILLED = -signal.SIGKILL

REFUSED = "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?"

# Name, flags, and what the scripted kubectl does. A kubectl takes a while, so that there are some that
# outlive the headgate that started them.
KINDS = (
    ("alone", (), ("* sleep 12",)),
    ("batch", ("--batch", "5"), ("* sleep 4",)),
    ("retried", ("--set", "apply-kubectl.retry-delay=40"), ("* first 1 fail 1 " + REFUSED, "* sleep 8")),
    ("refused", (), ("*[13579].yaml first 1 fail 1 error: not today", "* sleep 12")),
    ("batch-refused", ("--batch", "5"), ("*[02468].yaml first 1 fail 1 error: not today", "* sleep 4")),
)

# The same, with what the API server does to a PATCH: a rule for all, a script for some of the Jobs.
SERVER_KINDS = (
    ("server", "*=slow,seconds=0.012,method=PATCH", ""),
    ("server-reset", "*=slow,seconds=0.004,method=PATCH", "reset"),
    ("server-done-and-reset", "*=slow,seconds=0.004,method=PATCH", "perform\nthen reset"),
    ("server-unavailable", "*=slow,seconds=0.004,method=PATCH", "refuse 503 ServiceUnavailable not now"),
)


# And where the cluster removes what has run.
VANISHING_KINDS = (("server-vanish", "*=slow,seconds=0.006,method=PATCH", "reset"),)


class Failure(Exception):
    """What must never be."""


class Round:
    """One batch, from its first process to its end, in a directory of its own."""

    WRITTEN_AHEAD = PARALLEL  # launches that a kill may find in the history and not made

    def __init__(self, top, number, kind, counts):
        self.name, self.flags, script = kind
        self.directory = os.path.join(top, "round-%d" % number)
        self.counts = counts
        self.kills = 0
        self.history = os.path.join(self.directory, "history.db")
        self.log = os.path.join(self.directory, "starts.jsonl")
        os.mkdir(self.directory)
        os.symlink(os.path.join(top, "jobs"), os.path.join(self.directory, "jobs"))
        with open(os.path.join(self.directory, "script"), "w", encoding="utf-8") as file:
            file.write("\n".join(script) + "\n")
        self.environment = {
            "HOME": self.directory,
            "PATH": os.path.dirname(os.environ["FAKE_KUBECTL"]) + ":/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "HEADGATE_HISTORY": self.history,
            "FAKE_KUBECTL_LOG": self.log,
            "FAKE_KUBECTL_SCRIPT": os.path.join(self.directory, "script"),
            "ASAN_OPTIONS": "detect_leaks=0",
        }

    def starts(self):
        """Of kubectl, in order."""
        return read_starts(self.log)

    @staticmethod
    def manifests_of(start):
        return set(manifests_of(start))

    def collect_orphans(self):
        """Waits for the kubectls that outlived their headgate."""
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return
            self.counts["kubectls that outlived their headgate"] += 1

    def close(self):
        """Nothing of it lives on."""
        self.collect_orphans()

    def headgate(self, *arguments, kill_after=None):
        """Its exit status, and what it wrote."""
        with open(os.path.join(self.directory, "output"), "w+b") as output:
            process = subprocess.Popen([os.environ["HEADGATE_BIN"], *arguments], cwd=self.directory,
                                       env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            if kill_after is not None:
                time.sleep(kill_after)
                process.send_signal(signal.SIGKILL)
            try:
                status = process.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise Failure("no end after %d seconds: headgate %s" % (TIMEOUT, " ".join(arguments))) from None
            output.seek(0)
            written = output.read().decode("utf-8", "backslashreplace")
        if kill_after is not None:
            self.kills += 1
            self.counts["processes killed" if status == SIGKILLED else "kills that came too late"] += 1
        elif status < 0 or status > 1:
            raise Failure("headgate %s: exit status %d\n%s" % (" ".join(arguments), status, written))
        return status, written

    def step(self, arguments, kill_after):
        """One process, and what must be true after it."""
        before = Snapshot(self.history)
        already = len(self.starts())
        status, written = self.headgate(*arguments, kill_after=kill_after)
        after = Snapshot(self.history)
        starts = self.starts()
        for argv in unrecorded(starts, after):
            raise Failure("started, and not in the history: %s" % " ".join(argv))
        for argv in starts[already:]:
            for path in self.manifests_of(argv) & before.succeeded():
                raise Failure("started again after its SUCCESS: %s" % path)
        for complaint in after.complaints():
            raise Failure(complaint)
        if status == SIGKILLED:
            self.count_what_was_cut(after)
        return status, written, after

    def count_what_was_cut(self, after):
        if not self.is_planned(after):
            self.counts["killed before the plan was known"] += 1
        elif all(job["status"] == "SUCCESS" for job in after.jobs):
            self.counts["killed after the last outcome"] += 1
        elif any(attempt["status"] is None for attempt in after.attempts):
            self.counts["killed while kubectl worked"] += 1
        else:
            self.counts["killed between two kubectls"] += 1

    @staticmethod
    def is_planned(snapshot):
        return any(run["is_planned"] for run in snapshot.runs)

    @staticmethod
    def has_succeeded(snapshot):
        return any(run["is_planned"] and run["state"] == "succeeded" for run in snapshot.runs)

    def next_command(self, snapshot):
        """Goes on with the run, or begins one where none came far enough."""
        flags = ("--parallel", str(PARALLEL), *self.flags)
        if self.is_planned(snapshot):
            return ("resume", *flags)
        status, written = self.headgate("resume", *flags)
        if status != 1 or "start again" not in written and "has no apply" not in written:
            raise Failure("resume of nothing: exit status %d\n%s" % (status, written))
        if self.starts():
            raise Failure("a kubectl was started before all Jobs were known")
        return ("apply", "--jobs-dir", "jobs", "--apply", *flags)

    def play(self, dice, length):
        """Until a process exits with 0, killed too late, or is killed with all done."""
        snapshot = Snapshot(self.history)  # of nothing yet
        command = ("apply", "--jobs-dir", "jobs", "--apply", "--parallel", str(PARALLEL), *self.flags)
        processes = 0
        status = None
        while status != 0:
            processes += 1
            # The first is always killed; of the others about two of three.
            is_killed = processes == 1 or (self.kills < MOST_KILLS and dice.random() < 0.66)
            if processes > 2 * MOST_KILLS:
                raise Failure("not done after %d processes" % processes)
            left = JOBS - len(snapshot.succeeded())
            moment = dice.uniform(0, length * max(left / JOBS, 0.1))
            status, _, snapshot = self.step(command, moment if is_killed else None)
            if status != 0 and self.has_succeeded(snapshot):
                self.counts["killed after its run had succeeded"] += 1
                break
            if status != 0:
                command = self.next_command(snapshot)
        self.counts["processes"] += processes
        self.collect_orphans()
        self.check_end(Snapshot(self.history))

    @staticmethod
    def only_looked_for(snapshot):
        """Attempts that ended before anything was started or sent."""
        return sum(attempt["failure_class"] == "unknown-outcome" for attempt in snapshot.attempts)

    def check_end(self, snapshot):
        starts = self.starts()
        for argv in unrecorded(starts, snapshot):
            raise Failure("started, and not in the history: %s" % " ".join(argv))
        planned = [run for run in snapshot.runs if run["is_planned"]]
        if len(planned) != 1 or planned[0]["state"] != "succeeded":
            raise Failure("runs: %s" % [(run["run_id"], run["state"], run["is_planned"]) for run in snapshot.runs])
        outcomes = [(job["job_name"], job["status"]) for job in snapshot.jobs
                    if job["run_id"] == planned[0]["run_id"]]
        if len({name for name, _ in outcomes}) != JOBS or len(outcomes) != JOBS:
            raise Failure("%d outcomes of %d Jobs" % (len(outcomes), JOBS))
        for name, status in outcomes:
            if status != "SUCCESS":
                raise Failure("%s ended as %s" % (name, status))
        never_started = sum((snapshot.commands() - collections.Counter(starts)).values())
        if never_started > self.WRITTEN_AHEAD * self.kills + self.only_looked_for(snapshot):
            raise Failure("%d launches are in the history that never were" % never_started)
        self.counts["starts of kubectl"] += len(starts)
        self.counts["launches recorded, and killed before their start"] += never_started
        self.counts["attempts"] += len(snapshot.attempts)
        self.counts["attempts without an outcome"] += sum(a["status"] is None for a in snapshot.attempts)


class ServerRound(Round):
    """One that sends its Jobs to an API server."""

    SERVER_FLAGS = ()
    WRITTEN_AHEAD = 3 * PARALLEL  # those that have a place, and twice as many that wait for one

    def __init__(self, top, number, kind, counts):
        name, rule, steps = kind
        super().__init__(top, number, (name, (), ("* fail 1 not this way",)), counts)
        self.server = ApiServer(self.directory, "--namespace", "trading", *self.SERVER_FLAGS)
        self.server.add_rules(rule)
        if steps:
            self.server.script("\n".join("after PATCH */%s do %s" % (job_name(index), steps) for index in range(0, JOBS, 2)))
        self.flags = ("--applier", "server", "--kubeconfig", self.server.kubeconfig,
                      "--set", "apply-server.retry-delay=20")
        self.paths = {job_name(index): "jobs/job-%06d.yaml" % index for index in range(JOBS)}

    def rows(self):
        return [row for row in self.server.requests_so_far() if row["method"] == "PATCH" and "dryRun" not in row["query"]]

    def starts(self):
        url = "http://127.0.0.1:%d%s?fieldManager=%s&fieldValidation=%s"
        return [(url % (self.server.port, row["path"], row["query"]["fieldManager"], row["query"]["fieldValidation"]),)
                for row in self.rows()]  # fmt: skip

    def manifests_of(self, start):
        return {self.paths[start[0].partition("?")[0].rpartition("/")[2]]}

    def collect_orphans(self):
        """There are none: the server outlives all."""

    def close(self):
        self.server.close()

    def made(self):
        return collections.Counter(row["job"] for row in self.rows() if row["code"] == 201)

    def check_end(self, snapshot):
        super().check_end(snapshot)
        there = self.server.jobs()
        if set(there) != set(self.paths):
            raise Failure("not on the server: %s" % sorted(set(self.paths) - set(there)))
        for name, count in self.made().items():
            if count > 1:
                raise Failure("%s was made %d times" % (name, count))


class VanishingRound(ServerRound):
    """One whose Jobs run and are removed, each as soon as it is made."""

    SERVER_FLAGS = ("--controller",)

    def __init__(self, top, number, kind, counts):
        super().__init__(top, number, kind, counts)
        os.unlink(os.path.join(self.directory, "jobs"))
        os.symlink(os.path.join(top, "vanishing-jobs"), os.path.join(self.directory, "jobs"))
        self.repeated = collections.Counter()

    def headgate(self, *arguments, kill_after=None):
        status, written = super().headgate(*arguments, kill_after=kill_after)
        for name, count in self.made().items():
            if count > 1 + self.repeated[name]:
                raise Failure("%s was made %d times, and repeated %d times" % (name, count, self.repeated[name]))
        return status, written

    def unknown(self, snapshot):
        return [job["job_name"] for job in snapshot.jobs if job["failure_class"] == "unknown-outcome"]

    def next_command(self, snapshot):
        """Where all that is left is not known, the user says that it is to be repeated."""
        command = super().next_command(snapshot)
        unknown = self.unknown(snapshot)
        if len(unknown) < JOBS - len(snapshot.succeeded()) or not unknown:
            return command
        self.repeated.update(unknown)
        self.counts["Jobs of which it was not known whether they ran"] += len(unknown)
        return (*command, "--repeat-unknown")

    def check_end(self, snapshot):
        Round.check_end(self, snapshot)
        made = self.made()
        if set(made) != set(self.paths):
            raise Failure("never made: %s" % sorted(set(self.paths) - set(made)))


def measure(top, kind, round_class):
    """Seconds that an undisturbed run takes."""
    lengths = []
    for number in (-1, -2):
        calm = round_class(top, number, kind, collections.Counter())
        began = time.monotonic()
        calm.headgate("apply", "--jobs-dir", "jobs", "--apply", "--parallel", str(PARALLEL), *calm.flags)
        lengths.append(time.monotonic() - began)
        calm.close()
        shutil.rmtree(calm.directory)
    return min(lengths)


def parse_arguments(description, add_more=lambda parser: None):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int)
    add_more(parser)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    return parser.parse_args()


def play_rounds(arguments, top, kinds, round_class, measure_kind):
    """All rounds, and what came of them; ends the program with 1 where one failed, or nothing was shown."""
    print("seed %d" % arguments.seed, flush=True)
    # Orphans become children of this process, which can so wait for their end.
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("prctl: %s" % os.strerror(ctypes.get_errno()))
    dice = random.Random(arguments.seed)
    counts = collections.Counter()
    failures = 0
    lengths = [measure_kind(kind) for kind in kinds]
    for kind, length in zip(kinds, lengths):
        print("undisturbed, %s: %.3f s" % (kind[0], length), flush=True)
    began = time.monotonic()
    number = 0
    # Whether a kill comes in time is the machine's to say: rounds go on until one did.
    while number < arguments.rounds or (counts["processes killed"] == 0 and number < arguments.rounds + 30):
        index = number % len(kinds)
        play = round_class(top, number, kinds[index], counts)
        try:
            play.play(dice, lengths[index])
            play.close()
            shutil.rmtree(play.directory)
        except Failure as failure:
            failures += 1
            play.close()
            print("round %d (%s): %s\n  left in %s" % (number, play.name, failure, play.directory), flush=True)
        number += 1
    print("%d rounds, %d failed, %.0f s" % (number, failures, time.monotonic() - began))
    for what, count in sorted(counts.items()):
        print("%7d %s" % (count, what))
    if counts["processes killed"] == 0:
        sys.exit("nothing was killed: this showed nothing")
    if failures:
        sys.exit(1)
    shutil.rmtree(top)


def write_vanishing_jobs(directory):
    for path in write_jobs(directory, JOBS):
        with open(path, "r+", encoding="utf-8") as file:
            text = file.read().replace("  backoffLimit: 0\n", "  backoffLimit: 0\n  ttlSecondsAfterFinished: 0\n", 1)
            file.seek(0)
            file.write(text)


def class_of_round(top, number, kind, counts):
    return (VanishingRound if kind in VANISHING_KINDS else ServerRound)(top, number, kind, counts)


def main():
    arguments = parse_arguments(__doc__, lambda parser: parser.add_argument(
        "--applier", choices=("kubectl", "server"), default="kubectl"))  # fmt: skip
    top = tempfile.mkdtemp(prefix="headgate-crash-")
    write_jobs(os.path.join(top, "jobs"), JOBS)
    write_vanishing_jobs(os.path.join(top, "vanishing-jobs"))
    kinds, round_class = (SERVER_KINDS + VANISHING_KINDS, class_of_round) if arguments.applier == "server" else (KINDS, Round)
    play_rounds(arguments, top, kinds, round_class, lambda kind: measure(top, kind, round_class))


if __name__ == "__main__":
    main()
