# SPDX-License-Identifier: Apache-2.0
"""A history that cannot be written: full, read-only, locked, damaged, newer, not a file."""

import os
import random
import re
import shlex
import shutil
import sqlite3
import subprocess
import threading
import time
import unittest

from fault_case import APPLY, FaultCase
from headgate_case import FAKE_KUBECTL, INSTRUMENTED
from job_files import write_jobs

# How long another process holds the lock. By hand: 60, as one does who copies a large database.
HOLD_SECONDS = float(os.environ.get("HEADGATE_HOLD_SECONDS", "3"))

# Fills the disk of the history while the second Job is applied.
FILLING_KUBECTL = """\
#!/bin/sh
case $3 in
*job-000001.yaml) dd if=/dev/zero of=%s bs=4096 status=none 2>/dev/null ;;
esac
exec %s "$@"
"""


class Refused(FaultCase):
    """No kubectl is started where it could not be recorded; a dry run goes on."""

    def expect_refusal(self, words):
        outcome = self.expect(1, *APPLY)
        self.assert_plain(outcome, words)
        self.assert_none_started()
        outcome = self.expect(1, "resume")
        self.assert_plain(outcome, words)
        self.assert_none_started()
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assert_plain(outcome, words)
        self.assertIn("Skipped (dry-run):       %d\n" % self.JOBS, outcome.out)

    def content(self):
        with open(self.history, "rb") as file:
            return file.read()

    def write_content(self, content):
        for suffix in ("-wal", "-shm"):
            if os.path.exists(self.history + suffix):
                os.remove(self.history + suffix)
        with open(self.history, "wb") as file:
            file.write(content)

    def test_directory(self):
        os.mkdir(self.history)
        self.expect_refusal("history.db.*(is a directory|directory)")
        self.assertEqual([], os.listdir(self.history))

    def test_symlink_to_nowhere(self):
        os.symlink("/nowhere/history.db", self.history)
        self.expect_refusal("history.db")

    def test_newer_headgate(self):
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.query("PRAGMA user_version = 99")
        before = self.content()
        self.expect_refusal("newer")
        self.assertEqual(before, self.content())

    def test_garbage(self):
        self.write_content(random.Random(1).randbytes(100000))
        before = self.content()
        self.expect_refusal("history.db")
        self.assertEqual(before, self.content())

    def test_damaged_pages(self):
        """The first page, which is what a glance looks at, is fine."""
        for _ in range(3):
            self.expect(0, "apply", "--jobs-dir", "jobs")
        sound = self.content()
        self.write_content(sound[:4096] + random.Random(2).randbytes(len(sound) - 4096))
        before = self.content()
        self.expect_refusal("(?i)history.db.*(damaged|malformed|corrupt)")
        self.assertEqual(before[:4096], self.content()[:4096])

    def test_cut_off(self):
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.write_content(self.content()[:8192])
        self.expect_refusal("(?i)history.db.*(damaged|malformed|corrupt)")

    def test_one_damaged_index(self):
        """Damage that opening does not see may stop a run half-way, but hides nothing."""
        for _ in range(3):
            self.expect(0, "apply", "--jobs-dir", "jobs")
        page = self.value("SELECT rootpage FROM sqlite_schema WHERE name = 'launched_jobs_by_launch'")
        sound = self.content()
        size = self.value("PRAGMA page_size")
        self.write_content(sound[: (page - 1) * size] + b"\xff" * size + sound[page * size :])
        outcome = self.run_headgate(*APPLY)
        if outcome.code != 0:
            self.assertEqual(1, outcome.code, outcome)
            self.assert_plain(outcome, "(?i)damaged|malformed|corrupt")
            self.assert_none_started()

    def test_journal_of_garbage(self):
        """What a crash of the machine may leave beside it is no damage."""
        self.expect(0, *APPLY)
        with open(self.history + "-wal", "wb") as file:
            file.write(random.Random(3).randbytes(50000))
        self.expect(0, *APPLY)
        self.assert_statuses(["SUCCESS"] * self.JOBS, run=2)


@unittest.skipUnless(os.geteuid() == 0, "mounting a small file system takes root")
class SmallDisk(FaultCase):
    def setUp(self):
        super().setUp()
        self.disk = os.path.join(self.top, "disk")
        os.mkdir(self.disk)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", self.disk],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("cannot mount a small file system: " + mounted.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=True)
        self.history = os.path.join(self.disk, "history.db")
        self.environment["HEADGATE_HISTORY"] = self.history

    def fill(self):
        with open(os.path.join(self.disk, "filler"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    def remount(self, how):
        subprocess.run(["mount", "-o", "remount," + how, self.disk], check=True)

    def expect_refusal(self, words):
        outcome = self.expect(1, *APPLY)
        self.assert_plain(outcome, words)
        self.assert_none_started()
        outcome = self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assert_plain(outcome, words)

    def test_full_from_the_start(self):
        self.fill()
        self.expect_refusal("(?i)history.db.*(disk|space|full)")

    def test_full_with_a_history_on_it(self):
        self.expect(0, *APPLY)
        os.remove(self.launch_log)
        self.fill()
        self.expect_refusal("(?i)history.db.*(disk|space|full)")
        os.remove(os.path.join(self.disk, "filler"))
        self.expect(0, *APPLY)
        self.assertIn("succeeded", [run["state"] for run in self.assert_nothing_lost().runs[1:]])

    def fill_midway(self, *flags):
        write_jobs(self.path("jobs"), 40)
        filler = os.path.join(self.disk, "filler")
        kubectl = self.write("kubectl", FILLING_KUBECTL % (shlex.quote(filler), shlex.quote(FAKE_KUBECTL)), mode=0o755)
        outcome = self.expect(1, *APPLY, "--kubectl", kubectl, *flags)
        self.assert_plain(outcome, "(?i)history.db.*(disk|space|full)")
        self.assertLess(len(self.launches()), 40)
        # Which Jobs were applied, and which were never started, is on standard output all the same.
        self.assertIn("[SUMMARY]\nTotal Jobs:              40\n", outcome.out)
        confirmed = re.findall(r"Applied successfully: (\S+)", outcome.err)
        for name in confirmed:
            self.assertIn("✓ %s\n" % name, outcome.out)
        self.assertIn("Successful:              %d\n" % len(confirmed), outcome.out)
        # The first thing that it says is what is wrong, not what follows from it.
        first = [line for line in outcome.err.splitlines() if line.startswith("headgate: ")][0]
        self.assertRegex(first, "(?i)disk|space|full")
        snapshot = self.assert_nothing_lost()
        done = snapshot.succeeded()
        before = len(self.launches())
        os.remove(filler)
        self.expect(0, "resume", "--kubectl", FAKE_KUBECTL, *flags)
        again = {argv[3] for argv in self.launches()[before:]}
        self.assertEqual(set(), again & done, "applied again")
        self.assert_statuses(["SUCCESS"] * 40)

    def test_fills_midway(self):
        self.fill_midway("--parallel", "1")

    def test_fills_midway_in_parallel(self):
        self.fill_midway("--parallel", "4")

    def test_read_only(self):
        self.remount("ro")
        self.expect_refusal("(?i)history.db.*(read-only|must not be written)")

    def test_becomes_read_only(self):
        self.expect(0, *APPLY)
        os.remove(self.launch_log)
        self.remount("ro")
        self.expect_refusal("(?i)history.db.*(read-only|must not be written)")
        listed = self.expect(0, "history", "list")
        self.assertIn("succeeded", listed.out)

    def test_becomes_read_only_midway(self):
        write_jobs(self.path("jobs"), 12)
        self.script("job-000002.yaml sleep 800")
        process = self.start_headgate(*APPLY, "--parallel", "1")
        self.wait_for_launches(3)
        # A file system with files open for writing refuses: force it, as a kernel does after an error.
        forced = subprocess.run(["mount", "-o", "remount,ro", self.disk], capture_output=True, check=False)
        outcome = self.finish_headgate(process)
        if forced.returncode != 0:
            self.skipTest("the kernel does not make a file system in use read-only")
        self.assertEqual(1, outcome.code, outcome)
        self.remount("rw")
        self.assert_nothing_lost()


@unittest.skipIf(os.geteuid() == 0, "nothing is read-only for root")
class ReadOnly(FaultCase):
    def test_directory(self):
        os.chmod(self.top, 0o500)
        try:
            outcome = self.expect(1, *APPLY)
        finally:
            os.chmod(self.top, 0o700)
        self.assert_plain(outcome, "(?i)history.db.*(denied|read-only|unable)")
        self.assert_none_started()

    def test_file(self):
        self.expect(0, *APPLY)
        os.remove(self.launch_log)
        os.chmod(self.history, 0o400)
        outcome = self.expect(1, *APPLY)
        self.assert_plain(outcome, "(?i)history.db.*(denied|read-only|must not be written)")
        self.assert_none_started()


@unittest.skipIf(INSTRUMENTED, "a sanitizer must be the first library that is loaded")
class New(FaultCase):
    """A power cut takes nothing of a new history that was on disk: its directories are there, too."""

    def test_each_directory_is_on_disk_before_a_kubectl_starts(self):
        self.history = os.path.join(self.top, "state", "headgate", "history.db")
        self.environment["HEADGATE_HISTORY"] = self.history
        log = os.path.join(self.top, "synced")
        kubectl = self.write("kubectl", "#!/bin/sh\nunset LD_PRELOAD\ncp -n %s %s.before\nexec %s \"$@\"\n"
                             % (shlex.quote(log), shlex.quote(log), shlex.quote(FAKE_KUBECTL)), mode=0o755)
        self.environment.update(LD_PRELOAD=os.environ["SYNC_RECORDER"], SYNC_RECORDER_LOG=log)
        self.expect(0, *APPLY, "--kubectl", kubectl, "--parallel", "1")
        with open(log + ".before", encoding="utf-8") as file:
            synced = set(file.read().splitlines())
        wanted = {self.top, os.path.join(self.top, "state"), os.path.join(self.top, "state", "headgate"), self.history + "-wal"}
        self.assertEqual(set(), wanted - synced)


class Locked(FaultCase):
    def hold(self, seconds):
        """Takes the write lock as another process would; lets it go later."""
        connection = sqlite3.connect(self.history, timeout=30, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN EXCLUSIVE")

        def release():
            connection.execute("COMMIT")
            connection.close()

        timer = threading.Timer(seconds, release)
        timer.start()
        self.addCleanup(timer.join)
        return timer

    def test_before_it_starts(self):
        self.expect(0, "apply", "--jobs-dir", "jobs")
        timer = self.hold(HOLD_SECONDS)
        self.expect(0, *APPLY)
        self.assertFalse(timer.is_alive(), "it did not wait for the lock")
        self.assert_statuses(["SUCCESS"] * self.JOBS, run=2)

    def test_midway(self):
        write_jobs(self.path("jobs"), 12)
        self.script("* sleep 100")
        process = self.start_headgate(*APPLY, "--parallel", "2")
        self.wait_for_launches(3)
        timer = self.hold(HOLD_SECONDS)
        started = len(self.launches())
        time.sleep(HOLD_SECONDS / 2)
        # Nothing is started that cannot be recorded; what was let through before may still come.
        self.assertLessEqual(len(self.launches()), started + 2)
        outcome = self.finish_headgate(process)
        self.assertEqual(0, outcome.code, outcome)
        self.assertFalse(timer.is_alive())
        self.assert_statuses(["SUCCESS"] * 12)

    def test_a_dry_run_waits_too(self):
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.hold(HOLD_SECONDS)
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assert_statuses(["SKIPPED"] * self.JOBS, run=2)

    def test_a_backup_meanwhile(self):
        """sqlite3's own .backup, which takes read locks, again and again."""
        write_jobs(self.path("jobs"), 20)
        self.script("* sleep 20")
        process = self.start_headgate(*APPLY)
        self.wait_for_launches(1)
        copies = 0
        while process.poll() is None and copies < 200:
            subprocess.run(["sqlite3", "-cmd", ".timeout 20000", self.history, ".backup '%s'" % os.path.join(self.top, "copy.db")],
                           check=True, timeout=60)
            copies += 1
        self.assertEqual(0, self.finish_headgate(process).code)
        self.assertGreater(copies, 0)
        self.assert_statuses(["SUCCESS"] * 20)


class Shared(FaultCase):
    """Several applies at once, with one history."""

    APPLIES = 4

    def test_at_once(self):
        processes = []
        for index in range(self.APPLIES):
            shutil.copytree(self.path("jobs"), self.path("jobs-%d" % index))
            processes.append(self.start_headgate("apply", "--jobs-dir", "jobs-%d" % index, "--apply"))
        for process in processes:
            outcome = self.finish_headgate(process)
            self.assertEqual(0, outcome.code, outcome)
        snapshot = self.assert_nothing_lost()
        self.assertEqual(["succeeded"] * self.APPLIES, [run["state"] for run in snapshot.runs])
        self.assertEqual(self.APPLIES * self.JOBS, len(self.launches()))
        for run in snapshot.runs:
            paths = {job["yaml_path"].split("/")[0] for job in snapshot.jobs if job["run_id"] == run["run_id"]}
            self.assertEqual({run["jobs_dir"]}, paths)

    def test_resumes_of_one_run_at_once(self):
        """One of them takes it; the others say who has it."""
        self.script("* first 1 fail 1 error: not today", "* sleep 200")
        self.expect(1, *APPLY)
        processes = [self.start_headgate("resume", "1") for _ in range(self.APPLIES)]
        outcomes = [self.finish_headgate(process) for process in processes]
        self.assertEqual([0] + [1] * (self.APPLIES - 1), sorted(outcome.code for outcome in outcomes))
        for outcome in outcomes:
            if outcome.code == 1:
                self.assertRegex(outcome.err, "still running|succeeded")
        self.assertEqual(2 * self.JOBS, len(self.launches()))
        self.assert_statuses(["SUCCESS"] * self.JOBS)


if __name__ == "__main__":
    unittest.main()
