# SPDX-License-Identifier: Apache-2.0
"""What is found before the first run: names, and what `check`, `show` and `list` say of whom."""

import json
import os
import pwd
import shutil
import signal
import time
import unittest

from check_case import DESCRIPTION, PROGRAM, REPORTER, RUNS, CheckCase
from headgate_case import BINARY

NAMES = "its options and rules have names of their own"


class Description(CheckCase):
    def test_two_rules_of_one_name(self):
        """Of other stages, only what they say of themselves is checked."""
        path = self.plugin("twin-rules")
        self.check(path, "twin-rules 1.0.0, a validator of interface 1.0: " + self.normal(path), DESCRIPTION,
                   {NAMES: "rules 1 and 2 are both 'required'"})

    def test_a_relative_file_and_a_name(self):
        name = "headgate-twin-rules.so"
        shutil.copy(self.plugin("twin-rules"), self.path(name))
        os.chmod(self.path(name), 0o644)
        heading = "twin-rules 1.0.0, a validator of interface 1.0: /TOP/work/"
        failure = {NAMES: "rules 1 and 2 are both 'required'"}
        self.check(name, heading + name, DESCRIPTION, failure)
        self.check("./" + name, heading + "./" + name, DESCRIPTION, failure)
        self.check("twin-rules", heading + name, DESCRIPTION, failure, "--plugin-dir", ".")

    def test_as_json(self):
        """Of a reporter that has two options of one name, and whose destroy does not take NULL."""
        reasons = {NAMES: "options 1 and 3 are both 'title'", RUNS[0]: "destroy: was ended by signal 6 (Aborted)"}
        outcome = self.expect(1, "plugin", "check", self.plugin("twin-options"), "-o", "json")
        document = json.loads(outcome.stdout)
        self.assertEqual(["path", "plugin", "passed", "failed", "checks"], list(document))
        self.assertEqual(self.plugin("twin-options"), document["path"])
        self.assertEqual(("twin-options", "reporter"), (document["plugin"]["name"], document["plugin"]["stage"]))
        self.assertEqual((False, 2), (document["passed"], document["failed"]))
        self.assertEqual(REPORTER, [line["name"] for line in document["checks"]])
        for line in document["checks"]:
            measured = line["name"] == "100,000 Jobs"
            self.assertEqual(["name", "passed", "reason"] + ["elapsed_ms", "peak_bytes"] * measured, list(line))
            self.assertEqual(reasons.get(line["name"]), line["reason"])
            self.assertEqual(line["passed"], line["reason"] is None)
            if measured:
                self.assertGreater(line["elapsed_ms"], 0)
                self.assertGreater(line["peak_bytes"], 1 << 20)

    def test_refused_as_json(self):
        """People read why on standard error; programs also here."""
        for operand, name, reason in (
            ("/etc/passwd", DESCRIPTION[0], "plugin /etc/passwd: is no shared object"),
            ("exec:relative", PROGRAM[0], "--reporter exec:relative: a program is named by its absolute path"),
        ):
            outcome = self.expect(1, "plugin", "check", operand, "-o", "json")
            self.assertEqual("headgate: %s\n" % reason, outcome.err)
            document = json.loads(outcome.stdout)
            self.assertEqual((None, False, 1), (document["plugin"], document["passed"], document["failed"]))
            self.assertEqual([{"name": name, "passed": False, "reason": reason}], document["checks"])

    def test_ctrl_c(self):
        """It does not wait for a reporter that hangs."""
        mark = self.path("hangs")
        self.environment["WRONG_REPORTER_HANGS"] = mark
        process = self.start_headgate("plugin", "check", self.plugin("wrong"), "--set", "wrong.deeds=dry-run-whole",
                                      "--reporter-timeout", "3600")
        while not os.path.exists(mark) and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, str(outcome))
        self.assertIn("headgate: interrupted\n", outcome.err)
        self.assertIn("ok      every event: dry run\n", outcome.out)
        self.assertIn("not ok  every event: dry run, whole report  ", outcome.out)


class Listing(CheckCase):
    @staticmethod
    def owner(path):
        """Root, or whoever built it and runs this."""
        return pwd.getpwuid(os.stat(path).st_uid).pw_name

    def listed(self, name):
        return json.loads(self.expect(0, "plugin", "show", name, "-o", "json").stdout)

    def test_who_owns_it_and_where_it_runs(self):
        path = self.plugin("twin-options")
        me = self.owner(path)
        shown = self.listed(path)
        self.assertEqual((path, me, "process"), (shown["path"], shown["owner"], shown["runs_in"]))
        self.assertEqual(["title", "color", "title"], [option["name"] for option in shown["options"]])
        # Only reporters of others have a process of their own.
        shown = self.listed(self.plugin("twin-rules"))
        self.assertEqual((me, "host"), (shown["owner"], shown["runs_in"]))
        self.assertEqual(["required", "required"], shown["rules"])
        self.assertEqual("host", self.listed("report-text")["runs_in"])
        # A reporter goes by minors; each other stage has a revision of its own.
        self.assertEqual(0, self.listed("report-text")["stage_revision"])
        revision = self.listed("apply-kubectl")["stage_revision"]
        self.assertGreater(revision, 0)
        self.assertIn("\nStage:          applier, revision %d\n" % revision,
                      self.expect(0, "plugin", "show", "apply-kubectl").out)
        text = self.expect(0, "plugin", "show", path).out
        self.assertIn("\nOwner:          %s\nRuns in:        a process of its own\nOptions:\n" % me, text)
        self.assertIn("\nRuns in:        the host\n", self.expect(0, "plugin", "show", "report-text").out)

    @unittest.skipIf(os.geteuid() != 0, "only root can give a file away")
    def test_an_owner_without_a_name(self):
        number = 54321
        with self.assertRaises(KeyError):
            pwd.getpwuid(number)
        # The owner must be the one who runs it, or root: this one runs it.
        os.chmod(self.top, 0o755)
        for directory in ("work", "home", "tmp"):
            os.chown(os.path.join(self.top, directory), number, number)
        path = self.path("headgate-twin-rules.so")
        shutil.copy(self.plugin("twin-rules"), path)
        os.chmod(path, 0o644)
        os.chown(path, number, number)
        before = ["setpriv", "--reuid", str(number), "--regid", str(number), "--clear-groups"]
        if not os.access(BINARY, os.X_OK) or not shutil.which("setpriv"):
            self.skipTest("there is no setpriv")
        outcome = self.run_headgate("plugin", "show", path, before=before)
        if outcome.code != 0 and "Permission denied" in outcome.err:
            self.skipTest("nobody else may read this tree")
        self.assertIn("\nOwner:          %d\n" % number, outcome.out)

    def test_a_line_for_each(self):
        me = self.owner(self.plugin("wrong"))
        directory = os.path.dirname(self.plugin("wrong"))
        lines = [line.split(None, 7) for line in
                 self.expect(0, "plugin", "list", "--plugin-dir", directory).stdout.decode().splitlines()]
        self.assertEqual(["NAME", "STAGE", "VERSION", "INTERFACE", "OPTIONS", "OWNER", "RUNS", "IN  FILE"], lines[0])
        rows = {line[0]: line[1:] for line in lines[1:]}
        self.assertEqual(["reporter", "0.1", "1.0", "1", me, "process", self.plugin("wrong")], rows["wrong"])
        self.assertEqual(["validator", "1.0.0", "1.0", "0", me, "host", self.plugin("twin-rules")], rows["twin-rules"])
        self.assertEqual("host", rows["report-text"][5])
        document = json.loads(self.expect(0, "plugin", "list", "--plugin-dir", directory, "-o", "json").stdout)
        self.assertEqual(list(rows), [row["name"] for row in document])
        self.assertEqual([row[5] for row in rows.values()], [row["runs_in"] for row in document])

    def test_a_misspelt_verb(self):
        for arguments, message in (
            (("plugin", "lsit"), "'headgate plugin' takes list, show NAME or check FILE, not 'lsit': did you mean 'list'?"),
            (("plugin", "x"), "'headgate plugin' takes list, show NAME or check FILE: see `headgate plugin --help`"),
            (("plugin", "show"), "'headgate plugin' takes list, show NAME or check FILE: see `headgate plugin --help`"),
            (("history", "shwo"), "history: 'shwo' is not list, show, diff, report, forget, path or page: did you mean 'show'?"),
            (("history", "x"), "history: 'x' is not list, show, diff, report, forget, path or page"),
        ):
            with self.subTest(arguments):
                self.assertEqual("headgate: %s\n" % message, self.expect(2, *arguments).err)


if __name__ == "__main__":
    unittest.main()
