# SPDX-License-Identifier: Apache-2.0
"""`headgate logs`: what the containers wrote, also of Pods that are gone, byte for byte."""

import glob
import json
import os
import pty
import shutil
import subprocess
import time
import unittest

from headgate_case import BINARY
from wait_case import WaitCase


class Logs(WaitCase):
    def logs(self, *more):
        return self.expect(0, "logs", *more).out

    def truth(self, name):
        """The log as the server has it, and had it before the Pod went."""
        return "".join("line %d of %s\n" % (line, self.pod(name)) for line in range(3))

    def pod(self, name):
        return self.query("SELECT pod FROM pod_outcomes WHERE job_name = '%s'" % name)[0]["pod"]

    def test_every_line_of_every_job(self):
        self.job("bad", "Failed")
        self.job("good")
        self.expect(1, *self.flags())
        self.assertEqual(self.truth("bad") + self.truth("good"), self.logs())
        self.assertEqual(self.truth("bad"), self.logs("--failed"))
        self.assertEqual(self.truth("good"), self.logs("good"))
        self.assertEqual(self.truth("good"), self.logs("1", "good"))
        self.assertEqual(self.truth("bad") + self.truth("good"), self.logs("latest", "--container", "main"))
        self.assertEqual("line 2 of %s\n" % self.pod("good"), self.logs("good", "--tail", "1"))
        self.assertRegex(self.logs("good", "--tail", "1", "--timestamps"), r"^20\d\d-\d\d-\d\dT[0-9:.]+Z line 2 of ")
        which = self.expect(0, "logs", "good").err
        self.assertIn("Log of good: %s/main" % self.pod("good"), which)

    def test_of_pods_that_are_gone(self):
        manifest = self.manifest("brief", more=', test/waits: "go"')
        self.write("jobs/brief.yaml", manifest.replace("spec:\n", "spec:\n  ttlSecondsAfterFinished: 0\n", 1))
        run = self.begin("Job running: brief")
        while not any(os.path.getsize(path) for path in glob.glob(self.history + ".logs/1/default/brief/*.log")):
            time.sleep(0.01)
        self.server.open("go")
        self.finish_headgate(run)
        self.assertEqual({}, self.server.jobs())
        self.assertEqual(self.truth("brief"), self.logs())

    def test_a_file_that_was_removed_is_not_whole(self):
        self.job("slow", "Complete", ', test/waits: "go"')
        run = self.begin("Job running: slow")
        while not glob.glob(self.history + ".logs/1/default/slow/*.log"):
            time.sleep(0.01)
        shutil.rmtree(self.history + ".logs")
        self.server.open("go")
        self.finish_headgate(run)
        self.assertEqual([{"state": "cut", "why": "its file was removed while it was written"}],
                         self.query("SELECT state, why FROM logs"))

    def test_followed_to_the_end(self):
        self.job("slow", "Complete", ', test/waits: "go"')
        run = self.begin("Job running: slow")
        follower = self.start_headgate("logs", "--follow", "-q")
        first = os.read(follower.stdout.fileno(), 4096)
        self.server.open("go")
        self.finish_headgate(run)
        outcome = self.finish_headgate(follower)
        self.assertEqual(0, outcome.code, outcome)
        self.assertEqual(self.truth("slow"), first.decode() + outcome.out)

    def test_a_report_leads_to_the_log_of_a_job_that_completed_too(self):
        self.job("good")
        whole = json.loads(self.expect(0, *self.flags("-o", "json", "--reporter", "html=page.html")).stdout)
        (row,) = whole["job_completions"]
        with open(row["log_path"], encoding="utf-8") as file:
            self.assertEqual(self.truth("good"), "".join(line.partition(" ")[2] for line in file))
        self.assertIn('.log">log</a>', self.read("page.html"))
        (known,) = self.query("SELECT log_path FROM job_completions")
        self.assertTrue(row["log_path"].endswith(known["log_path"]), known)
        self.assertEqual("", row["log_tail"])

    def test_a_terminal_is_not_at_their_mercy(self):
        self.job("good")
        self.expect(0, *self.flags())
        path = self.query("SELECT log_path FROM pod_outcomes")[0]["log_path"]
        (directory,) = [name for name in os.listdir(os.path.dirname(self.history)) if name.endswith(".logs")]
        with open(os.path.join(os.path.dirname(self.history), directory, path), "ab") as file:
            file.write(b"2026-11-30T10:00:00.000000000Z \x1b]0;owned\x07\xff\n")
        controller, terminal = pty.openpty()
        process = subprocess.Popen([BINARY, "logs", "--tail", "1"], stdout=terminal, stderr=subprocess.DEVNULL,
                                   env=self.environment, cwd=self.work)  # fmt: skip
        os.close(terminal)
        shown = os.read(controller, 4096)
        self.assertEqual(0, process.wait())
        os.close(controller)
        self.assertEqual(b"\\x1b]0;owned\\x07\\xff\r\n", shown)
        done = subprocess.run([BINARY, "logs", "--tail", "1", "-q"], stdout=subprocess.PIPE, env=self.environment,
                              cwd=self.work, check=True)  # fmt: skip
        self.assertEqual(b"\x1b]0;owned\x07\xff\n", done.stdout)

    def test_a_runner_of_workflows_obeys_none_of_it(self):
        self.job("good")
        self.expect(0, *self.flags())
        self.environment["GITHUB_ACTIONS"] = "true"
        lines = self.logs("-q").splitlines()
        self.assertRegex(lines[0], "^::stop-commands::[0-9a-f]{32}$")
        self.assertEqual("::%s::" % lines[0].rpartition("::")[2], lines[-1])

    def test_what_is_not_there(self):
        self.job("good")
        self.expect(0, *[flag for flag in self.flags() if flag != "--wait"])
        self.assertIn("`headgate watch 1` keeps what the cluster still has", self.expect(1, "logs").err)
        self.assertIn("there is no run 9", self.expect(1, "logs", "9").err)
        self.expect(2, "logs", "1", "good", "more")


if __name__ == "__main__":
    unittest.main()
