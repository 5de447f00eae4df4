# SPDX-License-Identifier: Apache-2.0
"""What the history says is so, and what it cannot say is not done."""

import hashlib
import json
import os
import shlex
import sqlite3
import subprocess
import unittest

from headgate_case import BINARY, FAKE_KUBECTL, SOURCE, HeadgateCase
from job_files import job_name, write_jobs

DRY = ("apply", "--jobs-dir", "jobs")
APPLY = (*DRY, "--apply")


class History(HeadgateCase):
    JOBS = 3

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), self.JOBS)


# While the second Job is applied, something happens to the history.
KUBECTL = """\
#!/bin/sh
case $3 in
*job-000001.yaml) %s ;;
esac
exec %s "$@"
"""


class Place(History):
    """Once the history's file is gone from its name, nothing more is started."""

    JOBS = 20

    def apply_while(self, command):
        names = {"db": shlex.quote(self.history), "other": shlex.quote(os.path.join(self.top, "other"))}
        kubectl = self.write("kubectl", KUBECTL % (command % names, shlex.quote(FAKE_KUBECTL)), mode=0o755)
        outcome = self.expect(1, *APPLY, "--kubectl", kubectl, "--parallel", "1")
        self.assertEqual(2, len(self.launches()))
        self.assertIn("Successful:              2\nFailed:                  0\nSkipped (dry-run):       18\n", outcome.out)
        self.assertRegex(outcome.err, r"headgate: /TOP/history\.db: .*was (removed, moved or replaced|emptied)")
        os.remove(self.launch_log)
        return outcome

    def test_each_of_its_files(self):
        for command in ("rm %(db)s*", "rm %(db)s", "mv %(db)s %(other)s", "cp %(db)s %(other)s; mv %(other)s %(db)s",
                        "rm %(db)s; ln -s %(other)s %(db)s", "rm %(db)s-wal", "cp %(db)s-wal %(other)s; mv %(other)s %(db)s-wal",
                        "rm %(db)s-shm", "rm %(db)s-runs", ": >%(db)s"):
            with self.subTest(command):
                self.apply_while(command)
                for name in os.listdir(self.top):
                    if name.startswith(("history.db", "other")):
                        os.remove(os.path.join(self.top, name))

    def test_its_directory(self):
        self.history = os.path.join(self.top, "state", "history.db")
        self.environment["HEADGATE_HISTORY"] = self.history
        kubectl = self.write("kubectl", KUBECTL % ("mv ../state ../moved", shlex.quote(FAKE_KUBECTL)), mode=0o755)
        self.expect(1, *APPLY, "--kubectl", kubectl, "--parallel", "1")
        self.assertEqual(2, len(self.launches()))

    def test_what_has_its_name_now_is_left_alone(self):
        """Another Headgate may be at work there: its files are not ours to end."""
        self.expect(0, *DRY, "--history", os.path.join(self.top, "other"))
        self.apply_while("for end in '' -wal -shm; do mv %(db)s$end %(db)s.old$end; done; cp %(other)s %(db)s;"
                         " echo theirs >%(db)s-wal")
        self.assertEqual("theirs\n", self.read(self.history + "-wal"))
        with open(self.history, "rb") as ours, open(os.path.join(self.top, "other"), "rb") as theirs:
            self.assertEqual(theirs.read(), ours.read())


ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT max(i) AS run_id FROM n"


class Schema(History):
    """A history whose tables are not as Headgate makes them is refused at once, and left as it is."""

    def refused(self, words, *sql):
        self.expect(0, *DRY)
        for statement in sql:
            self.query(statement)
        outcome = self.expect(1, *APPLY)
        self.assert_none_started()
        self.assertRegex(outcome.err, words)
        self.assertIn("headgate: /TOP/history.db: ", outcome.err)

    def test_what_has_another_s_name(self):
        for name, sql in (
            ("table launches", ["DROP TABLE launches", "CREATE VIEW launches AS " + ENDLESS]),
            ("table plugins", ["DROP TABLE plugins", "CREATE VIRTUAL TABLE plugins USING fts5(name)"]),
            ("table launched_jobs", ["ALTER TABLE launched_jobs ADD COLUMN more ANY AS (run_id)"]),
            ("table launches", ["DROP TABLE launches", "CREATE TABLE launches (launch_id INTEGER PRIMARY KEY ON CONFLICT IGNORE,"
                                " run_id, started_at, command)"]),
            ("view run_summary", ["DROP VIEW run_summary", "CREATE VIEW run_summary AS " + ENDLESS]),
            ("view latest_outcomes", ["DROP VIEW latest_outcomes"]),
            ("view failures", ["DROP VIEW failures", "CREATE TABLE failures (run_id)"]),
            ("index runs_running", ["DROP INDEX runs_running", "CREATE INDEX runs_running ON runs (run_id) WHERE state = 'none'"]),
        ):
            with self.subTest(name):
                if os.path.exists(self.history):
                    os.remove(self.history)
                self.refused("its %s is not as Headgate makes it" % name, "PRAGMA foreign_keys = OFF", *sql)

    def test_everyone_is_told(self):
        self.refused("table runs is", "PRAGMA foreign_keys = OFF", "DROP TABLE runs", "CREATE VIEW runs AS " + ENDLESS)
        for arguments in (("resume",), ("history", "list")):
            self.assertRegex(self.expect(1, *arguments).err, "table runs is")
        self.assertIn("this run is not recorded", self.expect(0, *DRY).err)

    def test_an_older_one_is_looked_at_before_it_is_migrated(self):
        self.refused("table runs is not as Headgate makes it", "PRAGMA user_version = 1", "DROP TABLE runs",
                     "CREATE VIEW runs AS " + ENDLESS)

    def test_a_version_that_no_headgate_makes(self):
        self.refused("has the schema -1, which no Headgate makes", "PRAGMA user_version = -1")

    def test_a_trigger(self):
        self.refused("has a trigger", "CREATE TRIGGER gone AFTER INSERT ON launches BEGIN DELETE FROM launches; END")

    def test_what_a_user_keeps_beside_it_is_his(self):
        self.expect(0, *APPLY)
        self.query("CREATE TABLE notes (run_id INTEGER REFERENCES runs (run_id), text)")
        self.query("CREATE VIEW mine AS SELECT * FROM failures JOIN notes USING (run_id)")
        self.query("CREATE INDEX jobs_by_hash ON jobs (sha256)")
        self.query("ANALYZE")
        self.expect(0, *APPLY)
        self.expect(0, "history", "list")


class OlderHistory(History):
    """A history that an older Headgate wrote is brought up to date, with all that is in it."""

    SCHEMAS = os.path.join(SOURCE, "schemas", "history")
    NEWEST = len(os.listdir(SCHEMAS))
    # What made histories that people have is never edited: they would no longer be known.
    MADE = {
        "0001-initial.sql": "5d247ec127731f9aad9c7c32986aca891d82c35b296e6c44330d1a6eb4c4ed43",
        "0002-reporter-outcomes.sql": "98b8ed6f18db8cdb1a8de2b5281347208684ef1353e667dedecae5cc46cecfde",
    }
    RUN = """INSERT INTO runs (run_id, command, mode, state, started_at, user, host, pid, working_dir, jobs_dir, is_planned, argv)
             VALUES (7, 'apply', 'apply', 'failed', '2026-11-24T09:05:07.042Z', 'who', 'where', 5, '%s', '%s/jobs', 1, '%s')"""
    JOB = """INSERT INTO jobs (run_id, position, job_name, namespace, yaml_path, document, valid, sha256, command, status, settled_at)
             VALUES (7, %d, '%s', 'trading', '%s', 1, 1, x'%s', 'kubectl apply -f jobs/job-%06d.yaml', %s)"""
    SETTLED = ("'SUCCESS', '2026-11-24T09:05:08.042Z'", "'FAILED', '2026-11-24T09:05:09.042Z'", "NULL, NULL")

    def setUp(self):
        super().setUp()
        for name, digest in self.MADE.items():
            with open(os.path.join(self.SCHEMAS, name), "rb") as file:
                text = file.read()
            self.assertEqual(digest, hashlib.sha256(text).hexdigest(), name)
            database = sqlite3.connect(self.history)
            database.executescript(text.decode())
            database.close()
        self.query(self.RUN % (self.work, self.work, "headgate apply --jobs-dir jobs --apply"))
        for index, settled in enumerate(self.SETTLED):
            path = self.path("jobs", "job-%06d.yaml" % index)
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            self.query(self.JOB % (index + 1, job_name(index), "jobs/job-%06d.yaml" % index, digest, index, settled))

    def test_its_run_goes_on(self):
        """It does not say which cluster it went to: that is for who resumes it."""
        self.environment["KUBECONFIG"] = self.write_kubeconfig("config", "staging")
        self.assertIn("does not say which cluster it went to", self.expect(1, "resume", "7").err)
        self.expect(0, "resume", "7", "--context", "staging")
        self.assertEqual(["jobs/job-000001.yaml", "jobs/job-000002.yaml"], sorted(argv[3] for argv in self.launches()))
        self.assertEqual([("SUCCESS", None), ("SUCCESS", "created"), ("SUCCESS", "created")],
                         [tuple(row.values()) for row in self.query("SELECT status, verb FROM job_outcomes ORDER BY position")])
        self.assertEqual(self.NEWEST, self.value("PRAGMA user_version"))
        self.expect(0, *APPLY)

    def test_it_is_not_changed_to_be_read(self):
        self.assertIn("written by an older Headgate (schema 2, this one reads %d)" % self.NEWEST,
                      self.expect(1, "history", "list").err)
        self.assertEqual(2, self.value("PRAGMA user_version"))


class ExitCode(History):
    """The exit code is said as it is: by -o json, by the history, by the process."""

    def last_recorded(self):
        return self.query("SELECT exit_code, state FROM runs ORDER BY run_id DESC LIMIT 1")[0]

    def test_json_knows_what_became_of_the_reporters(self):
        self.write("fails", "#!/bin/sh\ncat >events\nexit 3\n", mode=0o755)
        for command in (DRY, APPLY):
            with self.subTest(command):
                outcome = self.expect(1, *command, "-o", "json", "--strict-reporters", "--reporter", "exec:" + self.path("fails"))
                self.assertEqual(1, json.loads(outcome.stdout)["exit_code"])
                self.assertEqual({"exit_code": 1, "state": "failed"}, self.last_recorded())
                # Who takes part in it cannot know how it ends.
                self.assertEqual(0, json.loads(self.read("events").splitlines()[-1])["exit_code"])
        rows = self.query("SELECT reporter, outcome FROM reporter_outcomes WHERE run_id = 1 ORDER BY reporter")
        self.assertEqual([("exec:/TOP/work/fails", "failed"), ("report-json", "ok")],
                         [(self.normal(row["reporter"]), row["outcome"]) for row in rows])

    def test_an_end_that_is_not_recorded_is_no_success(self):
        """All went well, and then the history is gone: the process fails, and -o json says so."""
        self.write("removes", "#!/bin/sh\ncat >/dev/null\nrm -f %s*\n" % shlex.quote(self.history), mode=0o755)
        removes = ("--reporter", "exec:" + self.path("removes"))
        outcome = self.expect(1, *APPLY, *removes)
        self.assertEqual(self.JOBS, len(self.launches()))
        self.assertIn("the end of this run is not recorded", outcome.err)
        self.assertEqual(1, json.loads(self.expect(1, *APPLY, *removes, "-o", "json").stdout)["exit_code"])
        self.expect(0, *DRY, *removes)

    def test_what_nobody_could_read_is_recorded_as_a_failure(self):
        for command in (("plan", "--jobs-dir", "jobs", "-o", "json"), ("plan", "--jobs-dir", "jobs"), (*APPLY, "-o", "json"),
                        APPLY, ("validate", "--jobs-dir", "jobs", "-o", "json")):
            with self.subTest(command):
                with open("/dev/full", "wb") as full:
                    process = subprocess.run([BINARY, *command], cwd=self.work, env=self.environment, stdout=full,
                                             stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
                self.assertEqual(1, process.returncode, process.stderr)
                self.assertEqual({"exit_code": 1, "state": "failed"}, self.last_recorded())


class LatestOutcomes(History):
    """How a Job stands is for an apply to say: a dry run never hides an outcome."""

    def test_a_dry_run_hides_none(self):
        self.script("job-000001.yaml fail 1 not today", "* ok")
        self.expect(1, *APPLY)
        self.expect(0, *DRY)
        rows = self.query("SELECT status, run_id FROM latest_outcomes ORDER BY job_name")
        self.assertEqual([("SUCCESS", 1), ("FAILED", 1), ("SUCCESS", 1)], [tuple(row.values()) for row in rows])


if __name__ == "__main__":
    unittest.main()
