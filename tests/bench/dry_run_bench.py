#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a dry run of a whole directory costs: time and memory by number of Jobs, and the history's share.

  dry_run_bench.py MEASURE HEADGATE [--rounds N] [JOBS ...]

MEASURE is measure.c, compiled.

Claims under test: a run of 10,000 Jobs stays under 24 MiB; recording it costs at most 10 microseconds a
Job above the same run without the history; time grows linearly from 1,000 to 100,000 Jobs. Prints what
it measured, of each the best of N rounds (default 5), the compared runs taking turns; the history is
one file that grows from round to round. No verdict: read the figures.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: arb-tuning-bench-00-worker-{n}-{i}
  namespace: trading-bots
  labels:
    app: arbitrage-tuning
    session_id: bench-00-session
    worker_id: worker-{n}
    component: tuning
    mode: paper
    env: docker
  annotations:
    description: Arbitrage tuning job for worker-{n}
    created_at: "2026-01-01T00:00:00.000Z"
spec:
  backoffLimit: 0
  template:
    metadata:
      labels:
        app: arbitrage-tuning
        session_id: bench-00-session
        worker_id: worker-{n}
        component: tuning
        mode: paper
        env: docker
    spec:
      containers:
        - name: arb-tuning-bench-00-worker-{n}-{i}
          image: registry.example/arbitrage-lite:1.4.2
          command:
            - python
          args:
            - scripts/run_d24_tuning_session.py
            - --config
            - configs/d23_tuning/advanced_baseline.yaml
            - --iterations
            - "3"
            - --mode
            - paper
            - --env
            - docker
            - --optimizer
            - bayesian
            - --session-id
            - bench-00-session
            - --worker-id
            - worker-{n}
            - --output-csv
            - outputs/d29_k8s_session_worker-{n}.csv
          env:
            - name: APP_ENV
              value: docker
            - name: REDIS_HOST
              value: arbitrage-redis
            - name: REDIS_PORT
              value: "6379"
            - name: SESSION_ID
              value: bench-00-session
            - name: WORKER_ID
              value: worker-{n}
            - name: MODE
              value: paper
          resources:
            requests:
              cpu: "500m"
              memory: "512Mi"
            limits:
              cpu: "1"
              memory: "1Gi"
      restartPolicy: Never
"""


def write_jobs(directory, count):
    os.mkdir(directory)
    for i in range(count):
        with open(f"{directory}/job-{i:06d}.yaml", "w", encoding="utf-8") as manifest:
            manifest.write(MANIFEST.format(i=i, n=i + 1))


def run(measure, command, environment):
    """Wall seconds, processor seconds and peak memory in MiB of one run."""
    printed = subprocess.run([measure] + command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    exit_code, wall, cpu, peak = printed.stdout.split()
    if exit_code != "0":
        sys.exit(f"{' '.join(command)}: exit code {exit_code}")
    return float(wall), float(cpu), int(peak) / 1024


def best(results):
    return tuple(min(column) for column in zip(*results))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", type=os.path.abspath)
    parser.add_argument("headgate", type=os.path.abspath)
    parser.add_argument("jobs", nargs="*", type=int, default=[1000, 10000, 100000])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    top = tempfile.mkdtemp(prefix="headgate-bench-")
    environment = dict(os.environ, HOME=top, XDG_STATE_HOME=f"{top}/state", XDG_CONFIG_HOME=f"{top}/config")
    environment.pop("HEADGATE_HISTORY", None)
    previous = None
    print("    jobs  threads  history  wall s   cpu s  peak MiB  us/job")
    try:
        for count in arguments.jobs:
            directory = f"{top}/jobs-{count}"
            write_jobs(directory, count)
            for threads in (1, 2):
                base = [arguments.headgate, "run", "--jobs-dir", directory, "--threads", str(threads), "-q"]
                with_history, without = [], []
                for _ in range(arguments.rounds):
                    without.append(run(arguments.measure, base + ["--no-history"], environment))
                    with_history.append(run(arguments.measure, base, environment))
                for name, results in (("no", without), ("yes", with_history)):
                    wall, cpu, peak = best(results)
                    print(f"{count:8d}  {threads:7d}  {name:>7}  {wall:6.3f}  {cpu:6.3f}  {peak:8.1f}  "
                          f"{wall / count * 1e6:6.1f}")
                more_wall = (best(with_history)[0] - best(without)[0]) / count * 1e6
                more_cpu = (best(with_history)[1] - best(without)[1]) / count * 1e6
                print(f"          the history costs {more_wall:.1f} us a Job by the wall clock, {more_cpu:.1f} us of cpu")
                if threads == 1:
                    if previous:
                        print(f"          {count / previous[0]:.0f} times the Jobs took "
                              f"{best(with_history)[0] / previous[1]:.1f} times as long")
                    previous = (count, best(with_history)[0])
            shutil.rmtree(directory)
    finally:
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    main()
