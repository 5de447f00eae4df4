# SPDX-License-Identifier: Apache-2.0
"""Histories to make pages of: runs that never were, of Jobs whose names and causes are hostile."""

import datetime
import random
import sqlite3

from headgate_case import HeadgateCase

EVIL = "evil<img src=x onerror=window.owned=1>\x1b[2J\u202e</script><script>window.owned=2</script>"
KINDS = (("image-pull", "the image cannot be pulled", "check the image's name and tag"),
         ("program-error", "container main exited with code 3 " + EVIL, "see the container's log"))  # fmt: skip
MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata: {name: one, namespace: default}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36"}]}}}
"""


def fill(path, runs, jobs, names="train-%03d"):
    """Every fifth run fails, every tenth is not known; a third of a failed run's Jobs did not end well."""
    chance = random.Random(1)
    start = datetime.datetime(2026, 7, 1)
    database = sqlite3.connect(path)
    for run in range(1, runs + 1):
        at = start + datetime.timedelta(hours=5 * run)
        iso = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        state = "failed" if run % 5 == 0 else "undecided" if run % 10 == 1 else "succeeded"
        database.execute(
            "INSERT INTO runs (run_id, command, mode, state, started_at, finished_at, duration_ms, exit_code, user, host, pid,"
            " target_context, total, successful, failed, skipped, invalid, is_planned, error)"
            " VALUES (?, 'apply', 'apply', ?, ?, ?, 61000, 0, 'me', 'here', 1, ?, ?, ?, 0, 0, 0, 1, ?)",
            (run, state, iso, iso, EVIL if run == runs else "staging", jobs, jobs, EVIL if run == 5 else None))  # fmt: skip
        for position in range(1, jobs + 1):
            name = EVIL if position == 1 else (names % position if "%" in names else names)
            database.execute("INSERT INTO jobs (run_id, position, job_name, namespace, yaml_path, document, valid, status, settled_at)"
                             " VALUES (?, ?, ?, 'trading', 'out/a.yaml', ?, 1, 'SUCCESS', ?)", (run, position, name, position, iso))
            kind = chance.choice(KINDS) if state == "failed" and position % 3 == 1 else (None, None, None)
            database.execute(
                "INSERT INTO cluster_jobs (run_id, position, incarnation, uid, started_at, ended_at, outcome, decided_at,"
                " failure_class, cause, advice) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)",
                (run, position, "%d-%d" % (run, position), at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                 (at + datetime.timedelta(seconds=60 + run % 60)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                 "FAILED" if kind[0] else "COMPLETE", iso, *kind))  # fmt: skip
    database.commit()
    database.close()


class PageCase(HeadgateCase):
    def make_history(self, runs, jobs):
        """An empty one is made by a run that is then forgotten."""
        self.write("jobs/one.yaml", MANIFEST)
        self.expect(0, "validate", "--jobs-dir", "jobs", "-q")
        database = sqlite3.connect(self.history)
        database.execute("DELETE FROM jobs")
        database.execute("DELETE FROM runs")
        database.commit()
        database.close()
        fill(self.history, runs, jobs)
