#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long 200 Jobs take: D31's way beside Headgate, alone, in parallel, and in batches.

  apply_bench.py HEADGATE KUBECTL [--jobs N] [--rounds N]

D31's way is one kubectl after another, each waited for. All of them use the real KUBECTL against the
tests' API server (tests/api-server), a new one for each measurement, whose discovery kubectl has seen
once before. The rounds take turns; of each way the best one counts.

Claims under test: batches are at least 8 times faster than D31's way; Headgate's own time is at most
2 ms a Job above kubectl's (one at a time, against the plain loop). No verdict: read the figures. Give
the kubectl itself: a script in front of it that looks for the right version doubles the start.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

from dry_run_bench import write_jobs

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "api-server"))
from api_server_process import ApiServer  # noqa: E402  (its place is only known now)

PLAIN = "D31's way"
WAYS = {
    PLAIN: None,
    "--parallel 1": ("--parallel", "1"),
    "--parallel 2": ("--parallel", "2"),
    "--parallel 4": ("--parallel", "4"),
    "--parallel 1 --batch 10": ("--parallel", "1", "--batch", "10"),
    "--parallel 1 --batch 20": ("--parallel", "1", "--batch", "20"),
    "--parallel 1 --batch 50": ("--parallel", "1", "--batch", "50"),
    "--parallel 4 --batch 10": ("--parallel", "4", "--batch", "10"),
    "--parallel 4 --batch 20": ("--parallel", "4", "--batch", "20"),
    "--parallel 4 --batch 50": ("--parallel", "4", "--batch", "50"),
    "--applier server --parallel 1": ("--applier", "server", "--parallel", "1"),
    "--applier server": ("--applier", "server"),
}


class Bench:
    def __init__(self, top, arguments):
        self.top = top
        self.headgate = arguments.headgate
        self.kubectl = arguments.kubectl
        self.jobs = arguments.jobs
        self.environment = {
            "HOME": top,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "HEADGATE_HISTORY": os.path.join(top, "history.db"),
        }
        write_jobs(os.path.join(top, "jobs"), self.jobs)
        write_jobs(os.path.join(top, "warm-up"), 1)
        self.paths = sorted(os.path.join("jobs", name) for name in os.listdir(os.path.join(top, "jobs")))

    def run(self, command):
        done = subprocess.run(command, cwd=self.top, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit("%s: exit status %d\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))

    def plain(self, kubeconfig):
        for path in self.paths:
            self.run([self.kubectl, "apply", "-f", path, "--kubeconfig", kubeconfig])

    def measure(self, flags):
        """Seconds, with a server of its own."""
        for suffix in ("", "-wal", "-shm", "-runs"):
            if os.path.exists(self.environment["HEADGATE_HISTORY"] + suffix):
                os.remove(self.environment["HEADGATE_HISTORY"] + suffix)
        server = ApiServer(self.top, "--namespace", "trading-bots")
        try:
            warm_up = [self.kubectl, "apply", "--dry-run=server", "-f", "warm-up", "--kubeconfig", server.kubeconfig]
            self.run(warm_up)
            began = time.monotonic()
            if flags is None:
                self.plain(server.kubeconfig)
            else:
                self.run([self.headgate, "apply", "--jobs-dir", "jobs", "--apply", "--kubectl", self.kubectl,
                          "--kubeconfig", server.kubeconfig, *flags])
            seconds = time.monotonic() - began
            if len(server.jobs()) != self.jobs:
                sys.exit("the server has %d Jobs, not %d" % (len(server.jobs()), self.jobs))
        finally:
            server.close()
        return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("headgate", type=os.path.abspath)
    parser.add_argument("kubectl", type=os.path.abspath)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    top = tempfile.mkdtemp(prefix="headgate-bench-")
    seconds = {way: [] for way in WAYS}
    try:
        bench = Bench(top, arguments)
        for _ in range(arguments.rounds):
            for way, flags in WAYS.items():
                seconds[way].append(bench.measure(flags))
    finally:
        shutil.rmtree(top, ignore_errors=True)
    plain = min(seconds[PLAIN])
    print("%d Jobs, best of %d" % (arguments.jobs, arguments.rounds))
    print("%-30s %8s %10s %12s" % ("", "wall s", "ms a Job", "times faster"))
    for way, measured in seconds.items():
        best = min(measured)
        print("%-30s %8.2f %10.2f %12.2f" % (way, best, best / arguments.jobs * 1e3, plain / best))
    own = (min(seconds["--parallel 1"]) - plain) / arguments.jobs * 1e3
    print("Headgate's own time above kubectl's, one at a time: %.2f ms a Job" % own)


if __name__ == "__main__":
    main()
