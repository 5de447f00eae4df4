# SPDX-License-Identifier: Apache-2.0
"""The queries that people type into the sqlite3 shell give what they promise.

usage: queries_test.py SQLITE3 WRITE_SAMPLE SCHEMA_DIRECTORY
"""

import os
import subprocess
import sys
import tempfile

REFUSED = "Error from server: etcdserver: leader changed\nsecond line\n"
EXPECTED = {
    "runs-of-this-week.sql": [
        ("4", "run", "dry-run", "succeeded", "*", "3", "0", "0", "3"),
        ("3", "validate", "validate", "failed", "*", "1", "0", "0", "0"),
        ("2", "apply", "apply", "failed", "*", "3", "2", "1", "0"),
    ],
    "all-failures.sql": [
        ("1", "tuning", "b", "1", "kubectl ended with status 1", REFUSED),
        ("2", "tuning", "b", "1", "kubectl ended with status 1", REFUSED),
    ],
    "how-often-each-job-failed.sql": [
        ("tuning", "b", "2", "2"),
        ("tuning", "a", "0", "2"),
        ("tuning", "c", "0", "1"),
    ],
    "changes-between-two-runs.sql": [
        ("tuning", "a", "SUCCESS", "SKIPPED", "0"),
        ("tuning", "b", "FAILED", "SKIPPED", "1"),
        ("tuning", "c", "SUCCESS", "", "0"),
        ("tuning", "e", "", "SKIPPED", "0"),
    ],
    "who-applied-what-where.sql": [
        ("*", "*", "", "tuning", "a", "SUCCESS"),
        ("*", "*", "", "tuning", "b", "FAILED"),
        ("*", "*", "https://10.0.0.1:6443", "tuning", "a", "SUCCESS"),
        ("*", "*", "https://10.0.0.1:6443", "tuning", "b", "FAILED"),
        ("*", "*", "https://10.0.0.1:6443", "tuning", "c", "SUCCESS"),
    ],
}


def ask(sqlite3, database, sql):
    """The shell's rows, each a tuple of strings."""
    answer = subprocess.run([sqlite3, "-batch", "-bail", "-ascii", database], input=sql, text=True,
                            capture_output=True, check=False)
    if answer.returncode != 0 or answer.stderr:
        raise AssertionError(f"{sql}\n{answer.stderr}")
    return [tuple(row.split("\x1f")) for row in answer.stdout.split("\x1e") if row]


def matches(row, expected):
    return len(row) == len(expected) and all(want in ("*", have) for have, want in zip(row, expected))


def check_queries(sqlite3, database):
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "queries")
    names = sorted(os.listdir(folder))
    assert names == sorted(EXPECTED), names
    for name in names:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            rows = ask(sqlite3, database, file.read())
        assert len(rows) == len(EXPECTED[name]), (name, rows)
        for row, expected in zip(rows, EXPECTED[name]):
            assert matches(row, expected), (name, row, expected)


def check_latest_outcomes(sqlite3, database):
    """Of applies: the dry run that came later hides none, and makes none."""
    rows = ask(sqlite3, database, "SELECT job_name, run_id, status FROM latest_outcomes ORDER BY job_name")
    assert rows == [("a", "2", "SUCCESS"), ("b", "2", "FAILED"), ("c", "2", "SUCCESS")], rows


def check_soundness(sqlite3, database):
    assert ask(sqlite3, database, "PRAGMA integrity_check") == [("ok",)]
    assert ask(sqlite3, database, "PRAGMA foreign_key_check") == []


def check_schema_files(sqlite3, database, schemas, directory):
    """The files by themselves, in the order of their numbers, make the very same schema."""
    made = os.path.join(directory, "by-hand.db")
    for name in sorted(os.listdir(schemas)):
        with open(os.path.join(schemas, name), encoding="utf-8") as file:
            ask(sqlite3, made, file.read())
    sql = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name; PRAGMA user_version; PRAGMA application_id"
    assert ask(sqlite3, made, sql) == ask(sqlite3, database, sql)


def main():
    sqlite3, write_sample, schemas = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="headgate-queries-") as directory:
        database = os.path.join(directory, "history.db")
        subprocess.run([write_sample, database], check=True)
        check_queries(sqlite3, database)
        check_latest_outcomes(sqlite3, database)
        check_schema_files(sqlite3, database, schemas, directory)
        check_soundness(sqlite3, database)
    print(f"{len(EXPECTED)} queries give what they promise")


if __name__ == "__main__":
    main()
