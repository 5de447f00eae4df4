#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What it costs to be durable: 10,000 Jobs, with and without a history, on disk and in memory.

  durability_bench.py MEASURE HEADGATE NOOP_KUBECTL [--jobs N] [--rounds N] [--memory DIR]

MEASURE is measure.c, compiled; NOOP_KUBECTL is noop_kubectl.c, linked statically. A dry run can go
without a history, an apply cannot: there a history in DIR (/dev/shm), a file system in memory, where an
fsync costs nothing, stands for one that is not durable. "starts alone" is the same number of starts of
that kubectl, one after another, by xargs: what is left of an apply, one at a time, is Headgate's own. The rounds take turns, of each the best one counts. No verdict.
"""

import argparse
import os
import shutil
import tempfile

from dry_run_bench import run, write_jobs

HISTORY = "history.db"


def remove_history(directory):
    for suffix in ("", "-wal", "-shm", "-runs"):
        path = os.path.join(directory, HISTORY + suffix)
        if os.path.exists(path):
            os.remove(path)


def starts_alone(arguments, jobs):
    """xargs starts one program a line, by vfork, and waits for it."""
    command = ["sh", "-c", "seq %d | xargs -n 1 %s" % (jobs, arguments.noop)]
    return run(arguments.measure, command, dict(os.environ))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", type=os.path.abspath)
    parser.add_argument("headgate", type=os.path.abspath)
    parser.add_argument("noop", type=os.path.abspath)
    parser.add_argument("--jobs", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default="/dev/shm")
    arguments = parser.parse_args()
    disk = tempfile.mkdtemp(prefix="headgate-bench-")
    memory = tempfile.mkdtemp(prefix="headgate-bench-", dir=arguments.memory)
    environment = {"HOME": disk, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    base = [arguments.headgate, "apply", "--jobs-dir", os.path.join(disk, "jobs"), "-q"]
    dry = [arguments.headgate, "run", "--jobs-dir", os.path.join(disk, "jobs"), "-q"]
    apply = base + ["--apply", "--kubectl", arguments.noop]
    on = {where: ["--history", os.path.join(where, HISTORY)] for where in (disk, memory)}
    ways = {
        "dry run, no history": dry + ["--no-history"],
        "dry run, history in memory": dry + on[memory],
        "dry run, history on disk": dry + on[disk],
        "apply --parallel 1, in memory": apply + ["--parallel", "1"] + on[memory],
        "apply --parallel 1, on disk": apply + ["--parallel", "1"] + on[disk],
        "apply --parallel 4, in memory": apply + ["--parallel", "4"] + on[memory],
        "apply --parallel 4, on disk": apply + ["--parallel", "4"] + on[disk],
    }
    results = {way: [] for way in ways}
    starts = []
    try:
        write_jobs(os.path.join(disk, "jobs"), arguments.jobs)
        for _ in range(arguments.rounds):
            starts.append(starts_alone(arguments, arguments.jobs))
            for way, command in ways.items():
                remove_history(disk)
                remove_history(memory)
                results[way].append(run(arguments.measure, command, environment))
    finally:
        shutil.rmtree(disk, ignore_errors=True)
        shutil.rmtree(memory, ignore_errors=True)
    best = {way: [min(column) for column in zip(*measured)] for way, measured in results.items()}
    alone = [min(column) for column in zip(*starts)]
    print("%d Jobs, best of %d" % (arguments.jobs, arguments.rounds))
    print("%-32s %8s %8s %9s %9s" % ("", "wall s", "cpu s", "us a Job", "peak MiB"))
    for way, (wall, cpu, peak) in {"starts alone": alone, **best}.items():
        print("%-32s %8.3f %8.3f %9.1f %9.1f" % (way, wall, cpu, wall / arguments.jobs * 1e6, peak))

    def compare(what, way, with_what):
        print("%-60s %5.2f" % (what, best[way][0] / (alone if with_what is None else best[with_what])[0]))

    print("\nratios of wall time")
    compare("dry run: history on disk / none", "dry run, history on disk", "dry run, no history")
    compare("dry run: history in memory / none", "dry run, history in memory", "dry run, no history")
    for number in ("1", "4"):
        compare("apply --parallel %s: history on disk / in memory" % number,
                "apply --parallel %s, on disk" % number, "apply --parallel %s, in memory" % number)
    compare("apply --parallel 1, on disk / starts alone", "apply --parallel 1, on disk", None)
    own = (best["apply --parallel 1, on disk"][0] - alone[0]) / arguments.jobs * 1e3
    print("Headgate's own time above a kubectl that does nothing, one at a time: %.2f ms a Job" % own)


if __name__ == "__main__":
    main()
