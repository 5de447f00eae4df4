# SPDX-License-Identifier: Apache-2.0
"""The queries that people type into the sqlite3 shell, and those of docs/history.md, give what they promise.

usage: queries_test.py SQLITE3 WRITE_SAMPLE SCHEMA_DIRECTORY HISTORY_PAGE
"""

import os
import re
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

# Of docs/history.md, by how they begin.
DOCUMENTED = {
    "SELECT job_name, outcome, duration_ms": [
        ("a", "COMPLETE", "192", "", "", "", ""),
        ("c", "FAILED", "62", "3", "program-error", "the program ended with exit code 3", "loss is nan\n"),
    ],
    "SELECT job_name, json_extract": [("a", "0.25")],
    "SELECT image, tag": [
        ("reg:5000/a:1.2", "1.2", "tuning", "1500", "", "2", "3"),
        ("reg:5000/b:1.2", "1.2", "tuning", "1500", "", "2", "3"),
        ("reg:5000/c:1.2", "1.2", "tuning", "1500", "", "2", "1"),
        ("reg:5000/e:1.2", "1.2", "tuning", "1500", "", "2", "1"),
    ],
    "WITH runs_of AS": [("tuning", "b", "+", "more: 1")],
    "WITH newest AS": [("tuning", "c", "SUCCESS", "2")],
    "SELECT run_id, namespace, job_name, duration_ms": [("2", "tuning", "a", "192", "COMPLETE"),
                                                        ("2", "tuning", "c", "62", "FAILED")],
    "SELECT namespace, job_name, count(*) FILTER": [],
    "SELECT job_name, pod, container": [
        ("c", "c-x7k2p", "main", "0", "3", "Error", "2/tuning/c/c-x7k2p.main.0.log", "complete", "1"),
    ],
}
# What the manifests of the sample say; run 2 and run 4 have another one of b.
MANIFESTS = """
INSERT INTO kept_manifests (sha256, text, image, labels, containers, pods, cpu_milli, memory_bytes, gpus)
SELECT DISTINCT sha256, 'kind: Job' || char(10) || 'name: ' || job_name || iif(hex(sha256) LIKE '09%', char(10) || 'more: 1', '')
|| char(10), 'reg:5000/' || job_name || ':1.2', '{"app":"tuning"}',
'[{"name":"main","kind":"main","image":"x","cpu_milli":1500,"gpus":2}]', 1, 1500, NULL, 2
FROM jobs WHERE valid = 1 AND sha256 IS NOT NULL;
UPDATE runs SET is_planned = 1;
UPDATE runs SET state = 'succeeded' WHERE run_id = 1;
"""

# A history of version 2: run 41 with a Job that was applied, and once a run 42.
VERSION_2 = """
INSERT INTO runs (run_id, command, mode, state, started_at, user, host, pid, is_planned)
VALUES (41, 'apply', 'apply', 'succeeded', '2026-01-01T00:00:00.000Z', 'ann', 'here', 7, 1),
       (42, 'plan', 'dry-run', 'succeeded', '2026-01-02T00:00:00.000Z', 'ann', 'here', 8, 0);
INSERT INTO jobs (run_id, position, job_name, namespace, yaml_path, document, valid, status, settled_at)
VALUES (41, 1, 'old', 'tuning', 'out/old.yaml', 1, 1, 'SUCCESS', '2026-01-01T00:00:01.000Z');
INSERT INTO launches (launch_id, run_id, started_at) VALUES (1, 41, '2026-01-01T00:00:00.500Z');
INSERT INTO launched_jobs (launch_id, run_id, position, attempt, status, finished_at)
VALUES (1, 41, 1, 1, 'SUCCESS', '2026-01-01T00:00:01.000Z');
DELETE FROM runs WHERE run_id = 42;
"""


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


def check_plan(sqlite3, database, query):
    """However long a history is: no question reads all rows of all Jobs, but in an index that has it all."""
    for row in ask(sqlite3, database, "EXPLAIN QUERY PLAN " + query):
        assert not re.search(r"SCAN (jobs|j|launched_jobs)\b(?! USING (COVERING )?INDEX)", row[-1]), (query, row)


def check_page(sqlite3, database, page):
    ask(sqlite3, database, MANIFESTS)
    with open(page, encoding="utf-8") as file:
        queries = re.findall(r"^```sql\n(.*?)^```$", file.read(), re.M | re.S)
    for query in queries:
        check_plan(sqlite3, database, query)
    found = {query: ask(sqlite3, database, query) for query in queries}
    for beginning, expected in DOCUMENTED.items():
        rows = [rows for query, rows in found.items() if query.startswith(beginning)]
        assert rows == [expected], (beginning, rows)


def check_migration(sqlite3, write_sample, schemas, directory):
    """Of a history of version 2 nothing is lost, no number is given twice, and nobody watched its runs."""
    old = os.path.join(directory, "old.db")
    for name in sorted(os.listdir(schemas))[:2]:
        with open(os.path.join(schemas, name), encoding="utf-8") as file:
            ask(sqlite3, old, file.read())
    ask(sqlite3, old, VERSION_2)
    os.chmod(old, 0o600)
    # The program watches the second run of a history, which is not there: all else it has done by then.
    answer = subprocess.run([write_sample, old], capture_output=True, text=True, check=False)
    assert "there is no run 2" in answer.stderr, answer.stderr
    rows = ask(sqlite3, old, "SELECT run_id, state FROM runs ORDER BY run_id LIMIT 2")
    assert rows == [("41", "succeeded"), ("43", "failed")], rows
    rows = ask(sqlite3, old, "SELECT job_name, outcome FROM job_completions WHERE run_id = 41")
    assert rows == [("old", "NOT-WATCHED")], rows
    rows = ask(sqlite3, old, "SELECT status, attempt FROM attempts WHERE run_id = 41")
    assert rows == [("SUCCESS", "1")], rows
    ask(sqlite3, old, "PRAGMA foreign_keys = ON; UPDATE runs SET state = 'undecided' WHERE run_id = 41;"
                      "DELETE FROM runs WHERE run_id = 41")
    assert ask(sqlite3, old, "SELECT 1 FROM jobs WHERE run_id = 41") == []
    check_soundness(sqlite3, old)


def check_manifests_stay(sqlite3, write_sample, schemas, directory):
    """Texts that were kept whole, by versions before they were told in pieces."""
    old = os.path.join(directory, "version-5.db")
    for name in sorted(os.listdir(schemas))[:5]:
        with open(os.path.join(schemas, name), encoding="utf-8") as file:
            ask(sqlite3, old, file.read())
    ask(sqlite3, old, "INSERT INTO manifests (sha256, text, image, labels, gpus) VALUES (zeroblob(32), 'kind: Job', 'i', '{}', 3)")
    os.chmod(old, 0o600)
    subprocess.run([write_sample, old], check=True)
    rows = ask(sqlite3, old, "SELECT text, image, labels, gpus FROM manifests WHERE sha256 = zeroblob(32)")
    assert rows == [("kind: Job", "i", "{}", "3")], rows
    check_soundness(sqlite3, old)


def main():
    sqlite3, write_sample, schemas, page = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="headgate-queries-") as directory:
        database = os.path.join(directory, "history.db")
        subprocess.run([write_sample, database], check=True)
        check_queries(sqlite3, database)
        check_latest_outcomes(sqlite3, database)
        check_page(sqlite3, database, page)
        check_migration(sqlite3, write_sample, schemas, directory)
        check_manifests_stay(sqlite3, write_sample, schemas, directory)
        check_schema_files(sqlite3, database, schemas, directory)
        check_soundness(sqlite3, database)
    print(f"{len(EXPECTED)} queries give what they promise")


if __name__ == "__main__":
    main()
