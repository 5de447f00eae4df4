# SPDX-License-Identifier: Apache-2.0
"""Whether a history knows every kubectl that was started, and whether it holds together.

The database is read from a copy, so that looking at it repairs nothing and takes no lock: what a
killed process left is still there when Headgate itself opens it.
"""

import collections
import json
import os
import shlex
import shutil
import sqlite3
import tempfile


def without_program(argv):
    """What a start is known by. Its first word may be the name of what stands before kubectl."""
    return tuple(argv[1:])


class Snapshot:
    """What a history held at one moment, at which nobody wrote it."""

    def __init__(self, database):
        self.exists = os.path.exists(database)
        self.damage = []
        self.runs = []
        self.jobs = []
        self.attempts = []
        self.launches = []
        if self.exists:
            with tempfile.TemporaryDirectory(prefix="headgate-copy-") as directory:
                copy = os.path.join(directory, "history.db")
                # SQLite makes the -shm again from the -wal; what was killed before it had one may have left a -journal.
                for suffix in ("", "-wal", "-journal"):
                    if os.path.exists(database + suffix):
                        shutil.copyfile(database + suffix, copy + suffix)
                self._read(copy)

    def _read(self, copy):
        connection = sqlite3.connect(copy)
        connection.row_factory = sqlite3.Row
        try:
            for row in connection.execute("PRAGMA integrity_check"):
                if row[0] != "ok":
                    self.damage.append("integrity_check: %s" % row[0])
            for row in connection.execute("PRAGMA foreign_key_check"):
                self.damage.append("foreign_key_check: %s" % (tuple(row),))
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                return  # killed before it had tables
            self.runs = self._rows(connection, "SELECT * FROM runs ORDER BY run_id")
            self.jobs = self._rows(connection, "SELECT * FROM job_outcomes ORDER BY run_id, position")
            self.attempts = self._rows(connection, "SELECT * FROM attempts ORDER BY run_id, position, attempt")
            self.launches = self._rows(connection, "SELECT * FROM launches ORDER BY launch_id")
        finally:
            connection.close()

    @staticmethod
    def _rows(connection, sql):
        return [dict(row) for row in connection.execute(sql)]

    def succeeded(self):
        """Manifests of the Jobs whose outcome is SUCCESS."""
        return {job["yaml_path"] for job in self.jobs if job["status"] == "SUCCESS"}

    def commands(self):
        """How often each argv was recorded as about to be started; see without_program."""
        return collections.Counter(without_program(shlex.split(launch["command"])) for launch in self.launches)

    def complaints(self):
        """Whatever can never be true of a history, whether or not its process was killed."""
        yield from self.damage
        seen = collections.defaultdict(list)
        for attempt in self.attempts:
            seen[attempt["run_id"], attempt["position"]].append(attempt)
        for (run, position), attempts in seen.items():
            numbers = [attempt["attempt"] for attempt in attempts]
            if numbers != list(range(1, len(numbers) + 1)):
                yield "run %d, Job %d: its attempts have the numbers %s" % (run, position, numbers)
            states = [attempt["status"] for attempt in attempts]
            if "SUCCESS" in states[:-1]:
                yield "run %d, Job %d: started again after SUCCESS: %s" % (run, position, states)
            if states[-1] == "SUCCESS" and len(attempts) != states.count("SUCCESS") + len(states[:-1]):
                yield "run %d, Job %d: more than one SUCCESS: %s" % (run, position, states)
        for job in self.jobs:
            newest = seen[job["run_id"], job["position"]]
            if job["status"] == "SUCCESS" and (not newest or newest[-1]["status"] != "SUCCESS"):
                yield "run %d, %s: SUCCESS without an attempt that succeeded" % (job["run_id"], job["job_name"])


def read_starts(path):
    """The arguments of each start of kubectl that was to change something, in order, as the fake kubectl wrote them
    down itself: a resumption looks first, by dry runs."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as rows:
        starts = [without_program(json.loads(row)["argv"]) for row in rows]
    return [argv for argv in starts if "--dry-run=server" not in argv]


def manifests_of(argv):
    return [value for flag, value in zip(argv, argv[1:]) if flag == "-f"]


def unrecorded(starts, snapshot):
    """Starts of kubectl that the history does not know of, each as often as it lacks them."""
    return list((collections.Counter(starts) - snapshot.commands()).elements())
