#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long 200 Jobs take: D31's way, Headgate alone, in parallel, in batches and without kubectl, and a bare client.

  apply_bench.py HEADGATE KUBECTL BARE_APPLY [--jobs N] [--rounds N] [WAY ...]

D31's way is one kubectl after another, each waited for. BARE_APPLY is bare_apply.c, compiled: libcurl with
nothing around it, which sends the same Jobs as JSON over as many connections; no client can be faster by
much. All of them work over TLS with the tests' API server (tests/api-server), a new one for each
measurement, whose discovery kubectl has seen once before. The rounds take turns; of each way the best one
counts. WAY: only those.

Claims under test: batches are at least 8 times faster than D31's way; Headgate's own time is at most
2 ms a Job above kubectl's (one at a time, against the plain loop); 1,000 Jobs with --applier server take
at most 1.15 times the bare client's time with as many connections, and are at least 15 times faster than
D31's way. No verdict: read the figures. Give the kubectl itself: a script in front of it that looks for
the right version doubles the start.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import yaml

from dry_run_bench import write_jobs

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "api-server"))
from api_server_process import ApiServer  # noqa: E402  (its place is only known now)
from certificates import make_certificates, tls_kubeconfig  # noqa: E402

NAMESPACE = "trading-bots"
PLAIN = "D31's way"
WAYS = {PLAIN: None}
for number in ("1", "2", "4"):
    WAYS["--parallel " + number] = ("--parallel", number)
for number in ("1", "4"):
    for batch in ("10", "20", "50"):
        WAYS["--parallel %s --batch %s" % (number, batch)] = ("--parallel", number, "--batch", batch)
SERVER = {}
BARE = {}
for number in ("1", "4", "16"):
    way = SERVER[number] = "--applier server --parallel " + number
    WAYS[way] = ("--applier", "server", "--parallel", number)
    BARE[number] = "bare client, %s connections" % number
    WAYS[BARE[number]] = number


class Bench:
    def __init__(self, top, arguments):
        self.top = top
        self.headgate = arguments.headgate
        self.kubectl = arguments.kubectl
        self.bare = arguments.bare
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
        os.mkdir(os.path.join(top, "bodies"))
        self.bodies = [self.write_body(path) for path in self.paths]
        make_certificates(top)

    def write_body(self, path):
        with open(os.path.join(self.top, path), encoding="utf-8") as manifest:
            job = yaml.safe_load(manifest)
        body = os.path.join("bodies", job["metadata"]["name"] + ".json")
        with open(os.path.join(self.top, body), "w", encoding="utf-8") as file:
            json.dump(job, file, separators=(",", ":"))
        return body

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
        server = ApiServer(self.top, "--namespace", NAMESPACE, "--tls", self.top)
        kubeconfig = os.path.join(self.top, "tls-kubeconfig")
        with open(kubeconfig, "w", encoding="utf-8") as file:
            file.write(tls_kubeconfig(self.top, server.port, {"token": "any"}))  # without one, kubectl asks for a user name
        try:
            warm_up = [self.kubectl, "apply", "--dry-run=server", "-f", "warm-up", "--kubeconfig", kubeconfig]
            self.run(warm_up)
            began = time.monotonic()
            if flags is None:
                self.plain(kubeconfig)
            elif isinstance(flags, str):
                self.run([self.bare, "https://127.0.0.1:%d" % server.port, "ca.pem", NAMESPACE, flags, *self.bodies])
            else:
                self.run([self.headgate, "apply", "--jobs-dir", "jobs", "--apply", "--kubectl", self.kubectl,
                          "--kubeconfig", kubeconfig, *flags])
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
    parser.add_argument("bare", type=os.path.abspath)
    parser.add_argument("ways", nargs="*", choices=[*WAYS, []], metavar="WAY")
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    top = tempfile.mkdtemp(prefix="headgate-bench-")
    seconds = {way: [] for way in WAYS if way in (arguments.ways or WAYS)}
    try:
        bench = Bench(top, arguments)
        for _ in range(arguments.rounds):
            for way in seconds:
                seconds[way].append(bench.measure(WAYS[way]))
    finally:
        shutil.rmtree(top, ignore_errors=True)
    best = {way: min(measured) for way, measured in seconds.items()}
    print("%d Jobs, best of %d" % (arguments.jobs, arguments.rounds))
    print("%-32s %8s %10s %12s" % ("", "wall s", "ms a Job", "times faster"))
    for way, wall in best.items():
        faster = "%12.2f" % (best[PLAIN] / wall) if PLAIN in best else ""
        print("%-32s %8.2f %10.2f %s" % (way, wall, wall / arguments.jobs * 1e3, faster))
    if PLAIN in best and "--parallel 1" in best:
        own = (best["--parallel 1"] - best[PLAIN]) / arguments.jobs * 1e3
        print("Headgate's own time above kubectl's, one at a time: %.2f ms a Job" % own)
    for number, way in SERVER.items():
        if way in best and BARE[number] in best:
            print("%s: %.2f times the bare client" % (way, best[way] / best[BARE[number]]))


if __name__ == "__main__":
    main()
