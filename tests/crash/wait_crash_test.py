#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills headgate at random moments of an apply that waits, and goes on until every Job's end is known.

  wait_crash_test.py ROUNDS [--seed N]

Each round applies 12 Jobs of two namespaces to the tests' API server, whose Jobs run, write their logs line by line and
end, by either applier. Headgate is ended by SIGKILL before, during or after the apply; then `headgate resume` goes on
with an apply that was not over, and `headgate watch` with one that was; both may be killed as well.

Whenever a process ended, all that crash_test.py promises of a history, and no end that was recorded is another one
later. When all is done: each Job was made once, has one object in the history and the outcome that the server gave it;
each container's log is in its file, byte for byte as the server has it; and the exit code is that of a failed Job.

Needs HEADGATE_BIN and FAKE_KUBECTL in the environment, and PYTHONPATH to tests/end-to-end and tests/api-server.
"""

import collections
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
import urllib.parse

from api_server_process import ApiServer
from crash_test import SIGKILLED, Failure, Round, parse_arguments, play_rounds
from recorded_launches import Snapshot

JOBS = 12
MOST_KILLS = 8

# Applies what it reads as kubectl would, by the server's own server-side apply.
KUBECTL = """\
#!{python} -IS
import json, sys, urllib.request
for path in [value for flag, value in zip(sys.argv, sys.argv[1:]) if flag == "-f"]:
    with open(path, "rb") as file:
        text = file.read()
    metadata = json.loads(text)["metadata"]
    url = "http://127.0.0.1:{port}/apis/batch/v1/namespaces/%(namespace)s/jobs/%(name)s?fieldManager=kubectl" % metadata
    url += "&dryRun=All" if "--dry-run=server" in sys.argv else ""
    request = urllib.request.Request(url, text, {{"Content-Type": "application/apply-patch+yaml"}}, method="PATCH")
    code = urllib.request.urlopen(request).status
    print("job.batch/" + metadata["name"] + (" created" if code == 201 else " unchanged"))
"""

# Name, the applier's flags, and how long a line takes.
KINDS = (
    ("server", ("--applier", "server"), 0.02),
    ("kubectl", ("--parallel", "4"), 0.05),
    ("at-once", ("--applier", "server"), 0),
    ("retry", ("--applier", "server", "--retry-failed", "1", "--retry-delay", "0"), 0.02),
)


def manifest(name, index, ends, pace):
    settings = {"test/ends": ends, "test/lines": str(index * 3 if pace else index * 300), "test/pace": str(pace)}
    container = {"name": "main", "image": "busybox:1.36", "command": ["true"]}
    return {
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": name, "namespace": "blue" if index % 2 else "green", "annotations": settings},
        "spec": {"backoffLimit": 0, "template": {"spec": {"restartPolicy": "Never", "containers": [container]}}},
    }  # fmt: skip


class WaitRound(Round):
    def __init__(self, top, number, kind, counts):
        name, flags, pace = kind
        super().__init__(top, number, (name, (), ()), counts)
        os.unlink(os.path.join(self.directory, "jobs"))
        os.mkdir(os.path.join(self.directory, "jobs"))
        self.ends = {}
        for index in range(JOBS):
            job, ends = "wait-%d" % index, "Failed" if index % 4 == 3 else "Complete"
            self.ends[job] = "FAILED" if ends == "Failed" else "COMPLETE"
            if ends == "Failed" and "--retry-failed" in flags:
                self.ends[job + "-r2"] = "FAILED"
            with open(os.path.join(self.directory, "jobs", job + ".yaml"), "w", encoding="utf-8") as file:
                json.dump(manifest(job, index, ends, pace), file)
        self.server = ApiServer(self.directory, "--controller", "--namespace", "blue", "--namespace", "green")
        kubectl = os.path.join(self.directory, "kubectl")
        with open(kubectl, "w", encoding="utf-8") as file:
            file.write(KUBECTL.format(python=sys.executable, port=self.server.port))
        os.chmod(kubectl, 0o755)
        self.flags = (*flags, "--kubectl", kubectl, "--kubeconfig", self.server.kubeconfig)

    def collect_orphans(self):
        """The server lives on."""
        with open("/proc/self/task/%d/children" % os.getpid(), encoding="ascii") as file:
            children = {int(pid) for pid in file.read().split()} - {self.server.process.pid}
        for pid in children:
            os.waitpid(pid, 0)
            self.counts["kubectls that outlived their headgate"] += 1

    def close(self):
        self.collect_orphans()
        self.server.close()

    def command(self):
        """What goes on from here, and whether it is the last that is needed."""
        runs = [run for run in Snapshot(self.history).runs if run["is_planned"]]
        if not runs:
            return ("apply", "--jobs-dir", "jobs", "--apply", "--wait", *self.flags)
        with_outcome = [job for job in Snapshot(self.history).jobs if job["status"] == "SUCCESS"]
        if len(with_outcome) < len(self.ends):
            return ("resume", "--wait", *self.flags)
        return ("watch",)

    def recorded(self):
        """(position, incarnation): uid and outcome, of those that have a final one."""
        if not os.path.exists(self.history):
            return {}
        rows = self.rows("SELECT position, incarnation, uid, outcome FROM cluster_jobs WHERE outcome IN "
                         "('COMPLETE', 'FAILED', 'DELETED')")  # fmt: skip
        return {row[:2]: row[2:] for row in rows}

    def rows(self, sql):
        with tempfile.TemporaryDirectory(prefix="headgate-copy-") as directory:
            copy = os.path.join(directory, "history.db")
            for suffix in ("", "-wal"):
                if os.path.exists(self.history + suffix):
                    shutil.copyfile(self.history + suffix, copy + suffix)
            connection = sqlite3.connect(copy)
            try:
                return connection.execute(sql).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" not in str(error):  # killed before it had tables
                    raise
                return []
            finally:
                connection.close()

    def play(self, dice, length):
        status, before, processes = SIGKILLED, {}, 0
        while status == SIGKILLED:
            processes += 1
            is_killed = processes == 1 or (self.kills < MOST_KILLS and dice.random() < 0.66)
            command = self.command()
            moment = dice.uniform(0, length if processes == 1 else length / 3)
            status, written = self.headgate(*command, kill_after=moment if is_killed else None)
            if processes > 2 * MOST_KILLS:
                raise Failure("not done after %d processes" % processes)
            for complaint in Snapshot(self.history).complaints():
                raise Failure(complaint)
            after = self.recorded()
            for key, end in before.items():
                if after.get(key) != end:
                    raise Failure("the end of %s was %s, and is %s" % (key, end, after.get(key)))
            before = after
            self.counts["%s processes killed" % command[0]] += status == SIGKILLED
        if status != 1:
            raise Failure("exit status %d, and Jobs failed\n%s" % (status, written))
        self.counts["processes"] += processes
        self.collect_orphans()
        self.check_end(Snapshot(self.history))

    def check_end(self, snapshot):
        made = collections.Counter(row["job"] for row in self.server.requests_so_far() if row["method"] == "PATCH" and row["code"] == 201
                                   and "dryRun" not in row["query"])  # fmt: skip
        if made != collections.Counter(list(self.ends)):
            raise Failure("made: %s" % made)
        ((run, state, code),) = [(row["run_id"], row["state"], row["exit_code"]) for row in snapshot.runs if row["is_planned"]]
        if (state, code) != ("failed", 1):
            raise Failure("the run is %s, with exit code %s" % (state, code))
        ends = self.rows("SELECT job_name, outcome, uid FROM job_completions WHERE run_id = %d" % run)
        uids = {name: job["metadata"]["uid"] for name, job in self.server.jobs().items()}
        if sorted(ends) != sorted((name, outcome, uids[name]) for name, outcome in self.ends.items()):
            raise Failure("ends: %s" % ends)
        for position, count in self.rows("SELECT position, count(*) FROM cluster_jobs GROUP BY position"):
            if count != 1:
                raise Failure("Job %d has %d objects" % (position, count))
        watches = self.rows("SELECT outcome FROM watches ORDER BY watch_id")
        if watches[-1] != ("ended",):
            raise Failure("the watches: %s" % watches)
        self.check_logs()

    def check_logs(self):
        logs = self.rows("SELECT job_name, namespace, pods.name, path, logs.state, why, bytes, lines, logs.sha256 FROM logs JOIN pods "
                         "USING (pod_id) JOIN cluster_jobs USING (cluster_job_id) JOIN jobs USING (run_id, position)")  # fmt: skip
        if sorted(row[0] for row in logs) != sorted(self.ends):
            raise Failure("logs of: %s" % sorted(row[0] for row in logs))
        for job, namespace, pod, path, state, why, size, lines, digest in logs:
            url = "/api/v1/namespaces/%s/pods/%s/log?timestamps=true" % (namespace, urllib.parse.quote(pod))
            _, _, truth = self.server.request("GET", url)
            with open("%s.logs/%s" % (self.history, path), "rb") as file:
                kept = file.read()
            if kept != truth:
                raise Failure("log of %s: %d bytes kept, %d there, %s (%s)" % (job, len(kept), len(truth), state, why))
            if (state, why, size, lines, digest) != ("complete", None, len(truth), truth.count(b"\n"), hashlib.sha256(truth).digest()):
                raise Failure("the row of the log of %s: %s, %s, %s, %s" % (job, state, why, size, lines))
            self.counts["logs"] += 1


def measure(top, kind):
    """Seconds that an undisturbed run takes; what it makes is right too."""
    calm = WaitRound(top, -1, kind, collections.Counter())
    began = time.monotonic()
    calm.headgate(*calm.command())
    length = time.monotonic() - began
    calm.check_end(Snapshot(calm.history))
    calm.close()
    shutil.rmtree(calm.directory)
    return length


def main():
    arguments = parse_arguments(__doc__)
    top = tempfile.mkdtemp(prefix="headgate-wait-crash-")
    play_rounds(arguments, top, KINDS, WaitRound, lambda kind: measure(top, kind))


if __name__ == "__main__":
    main()
