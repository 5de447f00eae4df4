# SPDX-License-Identifier: Apache-2.0
"""What the history keeps of manifests and of where a run came from, which runs are listed, and how old ones go."""

import glob
import json
import os
import shutil
import sqlite3
import subprocess
import unittest

from headgate_case import HeadgateCase
from job_files import job, job_name, write_jobs
from wait_case import WaitCase

APPLY = ("apply", "--jobs-dir", "jobs", "--apply")
SECRET = "hunter2-of-nobody"


class Manifests(HeadgateCase):
    def write_secret(self, value=SECRET):
        self.write("jobs/job.yaml", job(0).replace("value: arbitrage-redis", "value: " + value).replace(
            "  annotations:\n", "  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{\"v\": \"%s\"}'\n" % value))

    def texts(self):
        return [row["text"] for row in self.query("SELECT text FROM manifests ORDER BY manifest_id")]

    def test_no_file_of_the_history_has_an_env_value(self):
        self.write_secret()
        self.expect(0, *APPLY)
        for path in glob.glob(self.history + "*"):
            with open(path, "rb") as file:
                self.assertNotIn(SECRET.encode(), file.read(), path)
        self.assertIn("name: REDIS_HOST\n          value: (hidden, ", self.texts()[0])

    def test_a_manifest_is_kept_once_and_a_changed_value_shows(self):
        self.write_secret()
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.expect(0, *APPLY)
        self.assertEqual(1, len(self.texts()))
        self.write_secret("another")
        self.expect(0, "validate", "--jobs-dir", "jobs")
        first, second = self.texts()
        changed = [(a, b) for a, b in zip(first.splitlines(), second.splitlines()) if a != b]
        self.assertEqual(1, len(changed), changed)

    def test_the_key_is_the_histories_own(self):
        """Beside the database, for the user alone; without it nothing of a value is in the text."""
        self.write_secret()
        self.expect(0, "validate", "--jobs-dir", "jobs")
        first = self.texts()[0]
        self.assertEqual(0o600, os.stat(self.history + "-key").st_mode & 0o777)
        with open(self.history + "-key", "rb") as file:
            key = file.read()
        with open(self.history, "rb") as file:
            self.assertNotIn(key, file.read())
        self.expect(0, "validate", "--jobs-dir", "jobs", "--history", self.path("other.db"))
        other = sqlite3.connect(self.path("other.db"))
        self.addCleanup(other.close)
        self.assertNotEqual(first, other.execute("SELECT text FROM manifests").fetchone()[0])

    def test_a_batch_is_kept_in_pieces(self):
        """What its manifests share is there once, and each text is the one that a manifest alone is kept with."""
        for i in range(8):
            text = job(i).replace("value: arbitrage-redis", "value: redis-%d" % i)
            self.write("jobs/job-%d.yaml" % i, text.replace("description: ", "description: w%s " % ("\u00e9\u00e8\u20ac"[i % 3] * i)))
        self.write("jobs/job-9.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: another}\nspec: {template: {spec: "
                                      "{restartPolicy: Never, containers: [{name: main, image: 'i:1'}]}}}\n")
        self.expect(0, "validate", "--jobs-dir", "jobs")
        together = self.texts()
        self.assertEqual(9, len(together))
        self.assertEqual(2, self.value("SELECT count(*) FROM kept_manifests WHERE base_id IS NULL"))
        for i, name in enumerate(sorted(os.listdir(self.path("jobs")))):
            alone = self.path("alone-%d.db" % i)
            shutil.copy(self.history + "-key", alone + "-key")
            self.expect(0, "validate", "jobs/" + name, "--history", alone)
            database = sqlite3.connect(alone)
            self.assertEqual([(together[i], None)], database.execute("SELECT text, base_id FROM kept_manifests").fetchall())
            database.close()
        bases = self.value("SELECT count(*) FROM manifest_bases")
        self.write("jobs/job-2.yaml", job(20))
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assertEqual(bases + 1, self.value("SELECT count(*) FROM manifest_bases"))
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assertEqual(bases + 1, self.value("SELECT count(*) FROM manifest_bases"))
        self.assertEqual(together, self.texts()[:9])

    def test_pieces_of_more_than_one_write(self):
        """Each write of rows has the text that those in it are told by."""
        words = {}
        for i in range(28):
            words[job_name(i)] = chr(ord("a") + i // 2) * 100000
            self.write("jobs/job-%02d.yaml" % i, job(i).replace("  annotations:\n", "  annotations:\n    long: %s\n" % words[job_name(i)]))
        self.expect(0, "validate", "--jobs-dir", "jobs")
        rows = self.query("SELECT job_name, manifest FROM job_facts")
        self.assertEqual(28, len(rows))
        for row in rows:
            self.assertIn("name: %s\n" % row["job_name"], row["manifest"])
            self.assertIn("long: %s\n" % words[row["job_name"]], row["manifest"])
        self.assertEqual(14, self.value("SELECT count(*) FROM kept_manifests WHERE base_id IS NULL"))

    def test_no_manifests(self):
        """From the command line, and from the user's own configuration; not from the working directory's."""
        self.write_secret()
        self.expect(0, "apply", "--jobs-dir", "jobs", "--no-manifests")
        self.assertEqual([None], self.texts())
        self.assertEqual("registry.example/arbitrage:1.4.0", self.value("SELECT image FROM job_facts"))
        self.write("headgate.yaml", "no-manifests: true\n")
        self.assertIn("no-manifests", self.expect(1, "validate", "--jobs-dir", "jobs").err)
        os.remove(self.path("headgate.yaml"))
        self.write("../home/.config/headgate/config.yaml", "no-manifests: true\n")
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assertEqual([None], self.texts())
        os.remove(self.path("../home/.config/headgate/config.yaml"))
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.assertNotEqual([None], self.texts())

    def test_facts(self):
        write_jobs(self.path("jobs"), 2)
        self.expect(0, *APPLY)
        self.assertEqual([("1.4.0", "paper", 500, 512 * 1024 * 1024, 0)] * 2, [tuple(row.values()) for row in self.query(
            "SELECT tag, json_extract(labels, '$.mode'), cpu_milli, memory_bytes, gpus FROM job_facts")])


class Origin(HeadgateCase):
    def origin(self):
        self.expect(0, "validate", "--jobs-dir", "jobs")
        return tuple(self.query("SELECT git_commit, git_branch, ci_url FROM run_summary ORDER BY run_id DESC LIMIT 1")[0].values())

    def test_commit_and_branch(self):
        """As git itself says, in a directory below; and none where there is no repository."""
        write_jobs(self.path("jobs"), 1)
        self.assertEqual((None, None, None), self.origin())
        git = ["git", "-C", self.work, "-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run([*git, "init", "-q", "-b", "topic/one"], check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "one"], check=True)
        commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
        self.assertEqual((commit, "topic/one", None), self.origin())
        subprocess.run([*git, "pack-refs", "--all"], check=True)
        self.assertEqual((commit, "topic/one", None), self.origin())

    def test_the_address_of_the_ci_job(self):
        write_jobs(self.path("jobs"), 1)
        self.environment["CI_JOB_URL"] = "https://user:password@gitlab.example/a/b/-/jobs/7?x=1"
        self.assertEqual("https://gitlab.example/a/b/-/jobs/7", self.origin()[2])
        self.environment.update(GITHUB_SERVER_URL="https://github.com", GITHUB_REPOSITORY="a/b", GITHUB_RUN_ID="12")
        self.assertEqual("https://github.com/a/b/actions/runs/12", self.origin()[2])
        self.environment["GITHUB_RUN_ID"] = "1\n2"
        self.assertIsNone(self.origin()[2])


class Listed(HeadgateCase):
    def runs(self, *flags):
        return [row["run_id"] for row in json.loads(self.expect(0, "history", "list", "-o", "json", *flags).stdout)]

    def test_which_runs_are_listed(self):
        write_jobs(self.path("jobs"), 1)
        self.expect(0, *APPLY)
        self.assertEqual("No run failed.\n", self.expect(0, "history", "list", "--failed").out)
        self.script("* fail 1 error: no")
        self.expect(1, *APPLY)
        self.expect(0, "apply", "--jobs-dir", "jobs", "--kubeconfig", self.write_kubeconfig("config", "staging"),
                    "--context", "staging")
        self.assertEqual([3, 2], self.runs("--limit", "2"))
        self.assertEqual([2], self.runs("--failed"))
        self.assertEqual([3], self.runs("--context", "staging"))
        database = sqlite3.connect(self.history)
        # Killed: nobody holds it.
        database.execute("UPDATE runs SET started_at = '2020-01-02T00:00:00.000Z', state = 'running', finished_at = NULL "
                         "WHERE run_id = 1")
        database.commit()
        database.close()
        self.assertEqual([2, 1], self.runs("--failed"))
        self.assertEqual([3, 2], self.runs("--since", "7d"))
        self.assertEqual([3, 2, 1], self.runs("--since", "2020-01-02"))
        self.assertEqual([3, 2], self.runs("--since", "2020-01-03"))
        self.assertIn("No run went to that context", self.expect(0, "history", "list", "--context", "x").out)
        for since in ("yesterday", "2026-13-01", "7", "d", ""):
            self.expect(2, "history", "list", "--since", since)
        for wrong in (("show", "1", "--limit", "2"), ("list", "--yes"), ("forget",), ("forget", "--older-than", "0")):
            self.expect(2, "history", *wrong)

    def test_the_runs_of_a_job(self):
        write_jobs(self.path("jobs"), 2)
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.expect(0, *APPLY)
        rows = json.loads(self.expect(0, "history", "show", job_name(1), "-o", "json").stdout)
        self.assertEqual([(2, "SUCCESS", "created"), (1, "SKIPPED", None)],
                         [(row["run_id"], row["status"], row["verb"]) for row in rows])
        self.assertIn("trading/" + job_name(1), self.expect(0, "history", "show", "trading/" + job_name(1)).out)
        self.expect(1, "history", "show", "elsewhere/" + job_name(1))


class Forgotten(WaitCase):
    def age(self, *runs):
        database = sqlite3.connect(self.history)
        for run in runs:
            database.execute("UPDATE runs SET started_at = '2020-01-02T00:00:00.000Z' WHERE run_id = ?", (run,))
        database.commit()
        database.close()

    def test_old_runs_go_with_all_that_is_theirs(self):
        """Shown first; then rows, logs, manifests and the space are gone, and newer runs are as they were."""
        for name in "ab":
            self.job(name)
        self.expect(0, *self.flags())
        self.job("a", more=", more: words")
        os.remove(self.path("jobs/b.yaml"))
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.age(1)
        size = os.path.getsize(self.history)
        shown = self.expect(0, "history", "forget", "--older-than", "30")
        self.assertIn("1 run with 2 Jobs and ", shown.out)
        self.assertTrue(os.path.isdir(self.history + ".logs/1"))
        self.assertEqual(2, self.value("SELECT count(*) FROM runs"))
        newer = self.query("SELECT * FROM job_outcomes WHERE run_id = 2")
        done = json.loads(self.expect(0, "history", "forget", "--older-than", "30", "--yes", "-o", "json").stdout)
        self.assertEqual(([1], [], True), (done["forgotten"], done["kept"], done["is_done"]))
        self.assertFalse(os.path.exists(self.history + ".logs/1"))
        self.assertEqual(newer, self.query("SELECT * FROM job_outcomes"))
        self.assertEqual(1, self.value("SELECT count(*) FROM manifests"))
        self.assertEqual(0, self.value("SELECT count(*) FROM manifest_bases"))
        for table in ("cluster_jobs", "pods", "logs", "observations", "launched_jobs", "watches"):
            self.assertEqual(0, self.value("SELECT count(*) FROM " + table), table)
        self.assertEqual([], self.query("PRAGMA foreign_key_check"))
        self.assertLessEqual(os.path.getsize(self.history), size)
        self.assertIn("No run is so old", self.expect(0, "history", "forget", "--older-than", "30", "--yes").out)

    def test_what_may_still_run_stays(self):
        """A run whose Jobs nobody saw to their end: it is named, and so is what decides it."""
        self.job("a")
        self.expect(0, *self.flags())
        database = sqlite3.connect(self.history)
        database.execute("UPDATE runs SET state = 'undecided'")
        database.commit()
        database.close()
        self.age(1)
        self.assertIn("headgate watch 1", self.expect(0, "history", "forget", "--older-than", "30", "--yes").out)
        kept = json.loads(self.expect(0, "history", "forget", "--older-than", "30", "--yes", "-o", "json").stdout)
        self.assertEqual([{"run_id": 1, "why": "undecided"}], kept["kept"])
        self.assertEqual(1, self.value("SELECT count(*) FROM runs"))

    def test_a_link_among_the_logs_is_not_followed(self):
        self.job("a")
        self.expect(0, *self.flags())
        self.write("mine/file", "mine")
        os.symlink(self.path("mine"), self.history + ".logs/1/link")
        os.symlink(self.path("mine"), self.history + ".logs/7")
        self.age(1)
        self.expect(0, "history", "forget", "--older-than", "30", "--yes")
        self.assertEqual("mine", self.read("mine/file"))

    def test_the_newest_outcome_left_is_the_latest(self):
        self.job("a")
        for _ in range(2):
            self.expect(0, *self.flags())
        self.assertEqual(2, self.value("SELECT run_id FROM latest_outcomes"))
        self.age(2)
        self.expect(0, "history", "forget", "--older-than", "30", "--yes")
        self.assertEqual(1, self.value("SELECT run_id FROM latest_outcomes"))


class Hours(WaitCase):
    def test_hours_are_what_was_asked_for_times_how_long_it_ran(self):
        """Of Jobs whose requests are known; the others are counted, and not guessed."""
        self.job("none")
        self.write("jobs/asks.yaml", self.manifest("asks").replace(
            "command: [\"true\"]", "command: [\"true\"], resources: {limits: {cpu: 1500m, nvidia.com/gpu: 2}}"))
        self.expect(0, *self.flags())
        database = sqlite3.connect(self.history)
        database.execute("UPDATE containers SET started_at = '2026-11-30T10:00:00Z', finished_at = '2026-11-30T10:30:00Z'")
        database.commit()
        database.close()
        self.assertEqual([("asks", 0.75, 1.0), ("none", None, 0.0)], [tuple(row.values()) for row in self.query(
            "SELECT job_name, cpu_hours, gpu_hours FROM job_hours ORDER BY job_name")])
        self.expect(0, *self.flags())
        self.assertEqual([], self.query("SELECT * FROM job_hours WHERE run_id = 2"))


if __name__ == "__main__":
    unittest.main()
