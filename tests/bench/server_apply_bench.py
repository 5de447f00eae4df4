#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an apply of 10,000 Jobs by requests costs Headgate itself: processor time and memory.

  server_apply_bench.py MEASURE HEADGATE [--jobs N] [--rounds N]

MEASURE is measure.c, compiled. The tests' API server answers, over TLS. Each round applies one Job, then
all Jobs to a server that has none, then all of them again to the same server, whose list of them, of 5 KB
each, is read before. Processor time is that of the whole process less a dry run's, history included.

Claims under test: at most 0.25 ms of processor time a Job after validation; memory for 10,000 Jobs at most
24 MiB above that of one Job; for the list of 10,000 at most 8 MiB above that of the empty one. No verdict:
read the figures.
"""

import argparse
import os
import shutil
import sys
import tempfile

from dry_run_bench import best, run, write_jobs

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "api-server"))
from api_server_process import ApiServer  # noqa: E402  (its place is only known now)
from certificates import make_certificates, tls_kubeconfig  # noqa: E402

PADDING = 2800  # bytes of an annotation: what managedFields take on a real server


def pad(directory):
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("  annotations:\n", "  annotations:\n    padding: %s\n" % ("x" * PADDING), 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", type=os.path.abspath)
    parser.add_argument("headgate", type=os.path.abspath)
    parser.add_argument("--jobs", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    top = tempfile.mkdtemp(prefix="headgate-bench-")
    results = {}

    def measure(what, directory, *flags):
        for suffix in ("", "-wal", "-shm", "-runs"):
            if os.path.exists(os.path.join(top, "history.db" + suffix)):
                os.remove(os.path.join(top, "history.db" + suffix))
        command = [arguments.headgate, "apply", "--jobs-dir", os.path.join(top, directory), "--applier", "server", "-q",
                   "--history", os.path.join(top, "history.db"), "--kubeconfig", os.path.join(top, "tls-kubeconfig"), *flags]
        results.setdefault(what, []).append(run(arguments.measure, command, {"HOME": top, "PATH": "/usr/bin:/bin"}))

    try:
        make_certificates(top)
        write_jobs(os.path.join(top, "one"), 1)
        write_jobs(os.path.join(top, "all"), arguments.jobs)
        pad(os.path.join(top, "all"))
        for _ in range(arguments.rounds):
            server = ApiServer(top, "--namespace", "trading-bots", "--tls", top)
            with open(os.path.join(top, "tls-kubeconfig"), "w", encoding="utf-8") as file:
                file.write(tls_kubeconfig(top, server.port, {}))
            try:
                measure("dry run", "all")
                measure("one Job", "one", "--apply")
                measure("created", "all", "--apply")
                measure("unchanged", "all", "--apply")
            finally:
                server.close()
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print("%d Jobs, best of %d" % (arguments.jobs, arguments.rounds))
    print("%-12s %8s %8s %9s" % ("", "wall s", "cpu s", "peak MiB"))
    figures = {what: best(measured) for what, measured in results.items()}
    for what, (wall, cpu, peak) in figures.items():
        print("%-12s %8.3f %8.3f %9.1f" % (what, wall, cpu, peak))
    for what in ("created", "unchanged"):
        own = (figures[what][1] - figures["dry run"][1]) / arguments.jobs * 1e3
        print("processor time after validation, %s: %.3f ms a Job" % (what, own))
    print("memory of %d Jobs: %.1f MiB" % (arguments.jobs, figures["created"][2] - figures["one Job"][2]))
    print("memory of their list: %.1f MiB" % (figures["unchanged"][2] - figures["created"][2]))


if __name__ == "__main__":
    main()
