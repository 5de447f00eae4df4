#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a reporter in a process of its own costs the run: 10,000 Jobs, with it and without.

  reporter_bench.py HEADGATE NOOP-KUBECTL [--jobs N] [--rounds N] [--reporter FILE.so]

NOOP-KUBECTL is noop_kubectl.c, compiled. The reporters are programs: one that reads at once, one that
sleeps 10 ms for each event (and reads one after another), one that reads nothing; and, with
--reporter, a plugin of somebody else's. The rounds take turns; of each the best one counts. Two times
are told: until the last Job has its outcome, as the history has it, which no reporter may hold up, and
until headgate ends, which waits for reporters, here 1 second at most.

Claim under test: how fast a reporter reads makes no difference to when the Jobs are done; what it costs
is that its events are written, once, however many reporters there are. No verdict: read the figures.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

from dry_run_bench import write_jobs

READS = "#!/bin/sh\nexec cat >/dev/null\n"
SLEEPS = "#!%s -IS\nimport sys, time\nfor line in sys.stdin.buffer:\n    time.sleep(0.01)\n" % sys.executable
NOTHING = "#!/bin/sh\nexec sleep 600\n"



class Bench:
    def __init__(self, top, arguments):
        self.top = top
        self.arguments = arguments
        self.environment = {
            "HOME": top,
            "TMPDIR": top,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "HEADGATE_HISTORY": os.path.join(top, "history.db"),
        }
        write_jobs(os.path.join(top, "jobs"), arguments.jobs)

    def program(self, name, text):
        path = os.path.join(self.top, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o755)
        return "exec:" + path

    def forget(self):
        for suffix in ("", "-wal", "-shm", "-runs"):
            if os.path.exists(self.environment["HEADGATE_HISTORY"] + suffix):
                os.remove(self.environment["HEADGATE_HISTORY"] + suffix)

    def run(self, flags, reporter):
        """Seconds until the history has the last outcome, and until the end."""
        self.forget()
        command = [self.arguments.headgate, "apply", "--jobs-dir", "jobs", "-q", *flags]
        if reporter:
            command += ["--reporter", reporter, "--reporter-timeout", "1"]
        began = time.monotonic()
        with open(os.path.join(self.top, "out"), "wb") as out:
            done = subprocess.run(command, cwd=self.top, env=self.environment, stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=subprocess.PIPE, check=False)
        whole = time.monotonic() - began
        if done.returncode != 0:
            sys.exit("%s: exit status %d\n%s" % (" ".join(command), done.returncode, done.stderr.decode()))
        return self.own_seconds(), whole

    def own_seconds(self):
        """From the run's start to its last Job's outcome, as the history has it: reporters come after that."""
        sql = ("SELECT (julianday(coalesce(max(j.settled_at), r.skipped_at)) - julianday(r.started_at)) * 86400.0"
               " FROM runs r JOIN jobs j ON j.run_id = r.run_id")
        done = subprocess.run(["sqlite3", self.environment["HEADGATE_HISTORY"], sql], capture_output=True, text=True,
                              check=True)
        return float(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("headgate", type=os.path.abspath)
    parser.add_argument("noop_kubectl", type=os.path.abspath)
    parser.add_argument("--jobs", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reporter", type=os.path.abspath)
    arguments = parser.parse_args()
    top = tempfile.mkdtemp(prefix="headgate-bench-")
    try:
        bench = Bench(top, arguments)
        reporters = {
            "none": None,
            "reads at once": bench.program("reads", READS),
            "10 ms an event": bench.program("sleeps", SLEEPS),
            "reads nothing": bench.program("nothing", NOTHING),
        }
        if arguments.reporter:
            reporters["plugin"] = arguments.reporter + "=report"
        for name, flags in (("dry run", ()), ("apply, noop kubectl", ("--apply", "--kubectl", arguments.noop_kubectl))):
            measured = {reporter: [] for reporter in reporters}
            for _ in range(arguments.rounds):
                for reporter, named in reporters.items():
                    measured[reporter].append(bench.run(flags, named))
            best = {reporter: [min(column) for column in zip(*rows)] for reporter, rows in measured.items()}
            print("%s of %d Jobs, best of %d" % (name, arguments.jobs, arguments.rounds))
            print("  %-16s %12s %7s %12s %7s" % ("reporter", "Jobs done s", "ratio", "ended s", "ratio"))
            for reporter, (own, whole) in best.items():
                print("  %-16s %12.3f %7.2f %12.3f %7.2f" % (reporter, own, own / best["none"][0], whole,
                                                             whole / best["none"][1]))
    finally:
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    main()
