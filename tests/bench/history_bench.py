#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long the questions of docs/history.md take over a long history.

  history_bench.py HEADGATE [--runs N] [--jobs N]

Claim under test: over 1,000 runs of 100 Jobs each question is answered in 0.1 s. The history is made by HEADGATE's own
schema and filled by SQL: every run applied, every tenth Job failed, all watched. No verdict: read the figures.
"""
import argparse
import os
import re
import sqlite3
import subprocess
import tempfile
import time

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "history.md")
FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {runs})
INSERT INTO runs (run_id, command, mode, state, started_at, finished_at, user, host, pid, is_planned, working_dir, jobs_dir,
  total, successful, failed, skipped, invalid, reached_gate)
SELECT i + 1, 'apply', 'apply', iif(i % 3, 'succeeded', 'failed'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ({runs} - i) || ' hours'),
  NULL, 'ann', 'here', 1, 1, '/work', 'jobs', {jobs}, {jobs} * 9 / 10, {jobs} / 10, 0, 0, 1 FROM n;
WITH RECURSIVE p(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM p WHERE k < {jobs})
INSERT INTO jobs (run_id, position, job_name, namespace, yaml_path, document, valid, sha256, command, status, settled_at, reason)
SELECT run_id, k, printf('arb-tuning-nightly-worker-%d-%d', k, k - 1), 'trading', printf('jobs/job-%05d.yaml', k), 1, 1,
  unhex_(printf('%064d', k * 10 + run_id / 250)), 'kubectl apply -f jobs/job.yaml', iif((k + run_id) % 10, 'SUCCESS', 'FAILED'),
  started_at, iif((k + run_id) % 10, NULL, 'kubectl ended with status 1') FROM runs CROSS JOIN p WHERE run_id > 1;
INSERT INTO launches (launch_id, run_id, started_at, command) SELECT run_id * {jobs} + position, run_id, settled_at, command FROM jobs
  WHERE run_id > 1;
INSERT INTO launched_jobs (launch_id, run_id, position, attempt, finished_at, duration_ms, status, return_code, stdout, verb)
SELECT run_id * {jobs} + position, run_id, position, 1, settled_at, 40, status, status = 'FAILED', 'job.batch/x created',
  iif(status = 'SUCCESS', 'created', NULL) FROM jobs WHERE run_id > 1;
INSERT INTO watches (run_id, started_at, finished_at, outcome, is_later, user, host, pid)
SELECT run_id, started_at, started_at, 'ended', 0, 'ann', 'here', 1 FROM runs WHERE run_id > 1;
INSERT INTO cluster_jobs (cluster_job_id, run_id, position, incarnation, uid, was_there, had_ended, completions, started_at, ended_at,
  outcome, decided_at)
SELECT run_id * {jobs} + position, run_id, position, 1, 'u', 0, 0, 1, settled_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', settled_at, '+' || (position * 7 % 600) || ' seconds'), 'COMPLETE', settled_at
FROM jobs WHERE status = 'SUCCESS' AND run_id > 1;
INSERT INTO job_states (cluster_job_id, number, seen_at, phase, active, succeeded, failed, relisted)
SELECT cluster_job_id, 1, decided_at, 'COMPLETE', 0, 1, 0, 0 FROM cluster_jobs;
INSERT INTO pods (pod_id, cluster_job_id, uid, name, phase, last_seen_at, is_deleted)
SELECT cluster_job_id, cluster_job_id, 'p', 'pod', 'Succeeded', decided_at, 0 FROM cluster_jobs;
INSERT INTO containers (pod_id, name, restart, kind, state, exit_code, started_at, finished_at)
SELECT cluster_job_id, 'main', 0, 'main', 'terminated', 0, started_at, ended_at FROM cluster_jobs;
INSERT OR IGNORE INTO kept_manifests (sha256, text, image, labels, containers, pods, cpu_milli, memory_bytes, gpus)
SELECT DISTINCT sha256, printf('kind: Job%sname: %s%sx: %d%s', char(10), job_name, char(10), run_id / 250, char(10)), 'reg:5000/team/train:v1',
  '{{"app":"tuning"}}', '[{{"name":"main","kind":"main","image":"x","cpu_milli":1500,"gpus":1}}]', 1, 1500, NULL, 1
FROM jobs WHERE run_id > 1;
ANALYZE_;
"""


def fill(database, runs, jobs):
    connection = sqlite3.connect(database, isolation_level=None)
    connection.create_function("unhex_", 1, bytes.fromhex)
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript("BEGIN;" + FILL.replace("ANALYZE_;", "").format(runs=runs, jobs=jobs) + "COMMIT;")
    return connection


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("headgate")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=100)
    arguments = parser.parse_args()
    with open(PAGE, encoding="utf-8") as file:
        queries = re.findall(r"^```sql\n(.*?)^```$", file.read(), re.M | re.S)
    with tempfile.TemporaryDirectory(prefix="headgate-bench-") as directory:
        database = os.path.join(directory, "history.db")
        os.mkdir(os.path.join(directory, "jobs"))
        subprocess.run([arguments.headgate, "validate", "--jobs-dir", os.path.join(directory, "jobs"), "--history", database, "-q"],
                       check=False, stdout=subprocess.DEVNULL)
        connection = fill(database, arguments.runs, arguments.jobs)
        for query in queries:
            best = None
            for _ in range(5):
                started = time.perf_counter()
                rows = connection.execute(query).fetchall()
                spent = time.perf_counter() - started
                best = spent if best is None else min(best, spent)
            print("%8.1f ms  %7d rows  %s" % (best * 1000, len(rows), " ".join(query.split())[:90]))


if __name__ == "__main__":
    main()
