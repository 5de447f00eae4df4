#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `headgate validate` costs beside a bare libyaml event parse of the same files.

  validate_bench.py MEASURE BARE_PARSE HEADGATE [--rounds N] [JOBS ...]

MEASURE and BARE_PARSE are measure.c and bare_parse.c, compiled. The manifests are of the example
session's kind: each is the one before with other values. "unlike" has a comment of its own in each, so that none
is. The runs take turns; of each the best of N rounds (default 5) counts. Prints wall and
processor time, peak memory, the ratio to the bare parse (one thread of both: processor time), how two
threads compare with one (wall), and how time grows with the number of Jobs. "whole" writes the whole
report and a history that is new; "without texts" keeps no manifests in it.

Claim under test: whole and without texts, 10,000 manifests take at most 1.4 times the bare parse's time
on one thread, and 0.85 times on two. No verdict: read the figures.
"""
import argparse
import glob
import os
import shutil
import tempfile

from dry_run_bench import best, run, write_jobs


def write_unlike(directory, unlike):
    os.mkdir(unlike)
    for number, name in enumerate(sorted(os.listdir(directory))):
        with open(f"{directory}/{name}", encoding="utf-8") as source, open(f"{unlike}/{name}", "w", encoding="utf-8") as copy:
            copy.write(f"# {number}\n" + source.read())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("measure", "bare_parse", "headgate"):
        parser.add_argument(name, type=os.path.abspath)
    parser.add_argument("jobs", nargs="*", type=int, default=[1000, 10000, 100000])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    top = tempfile.mkdtemp(prefix="headgate-bench-")
    environment = dict(os.environ, HOME=top, XDG_CONFIG_HOME=f"{top}/config")
    previous = None
    print("    jobs  program                   wall s   cpu s  peak MiB")
    try:
        for count in arguments.jobs:
            directory = f"{top}/jobs-{count}"
            write_jobs(directory, count)
            unlike = f"{top}/unlike-{count}"
            write_unlike(directory, unlike)
            validate = [arguments.headgate, "validate", "--jobs-dir", directory, "-q"]
            bare = validate + ["--no-history"]
            whole = validate + ["--history", f"{top}/history.db", "--output-plan", f"{top}/plan.txt"]
            commands = {
                "bare parse": [arguments.bare_parse, directory],
                "validate, 1 thread": bare + ["--threads", "1"],
                "validate, 2 threads": bare + ["--threads", "2"],
                "whole, 1 thread": whole + ["--threads", "1"],
                "whole, 2 threads": whole + ["--threads", "2"],
                "without texts, 1 thread": whole + ["--no-manifests", "--threads", "1"],
                "without texts, 2 threads": whole + ["--no-manifests", "--threads", "2"],
                "whole unlike, 1 thread": [unlike if word == directory else word for word in whole] + ["--threads", "1"],
                "whole unlike, 2 threads": [unlike if word == directory else word for word in whole] + ["--threads", "2"],
            }
            results = {name: [] for name in commands}
            for _ in range(arguments.rounds):
                for name, command in commands.items():
                    for path in glob.glob(f"{top}/history.db*"):
                        os.remove(path)
                    results[name].append(run(arguments.measure, command, environment))
            bests = {name: best(rows) for name, rows in results.items()}
            for name, (wall, cpu, peak) in bests.items():
                print(f"{count:8d}  {name:<24}  {wall:7.3f} {cpu:7.3f}  {peak:8.1f}")
            one, two = bests["validate, 1 thread"], bests["validate, 2 threads"]
            print(f"          {one[1] / bests['bare parse'][1]:.2f} times the bare parse (cpu); "
                  f"two threads are {one[0] / two[0]:.2f} times as fast as one (wall)")
            for name, (wall, cpu, _) in bests.items():
                if name.startswith(("whole", "without")):
                    print(f"          {name}: {wall / bests['bare parse'][0]:.2f} times the bare parse (wall), "
                          f"{cpu / bests['bare parse'][1]:.2f} times (cpu)")
            if previous:
                print(f"          {count / previous[0]:.0f} times the Jobs took {one[0] / previous[1]:.1f} times as long")
            previous = (count, one[0])
            shutil.rmtree(directory)
            shutil.rmtree(unlike)
    finally:
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    main()
