# SPDX-License-Identifier: Apache-2.0
"""Where output goes, who may hold it up, and what it may not say."""

import json
import os
import pty
import select
import signal
import stat
import subprocess
import threading
import time
import unittest

from headgate_case import BINARY, WRAPPER, HeadgateCase
from job_files import write_jobs
from workflow_commands import orders

DRY = ("apply", "--jobs-dir", "jobs")
PATIENCE = 60


def open_job(directory, env):
    """The text of a good Job of the directory, with another env."""
    with open(os.path.join(directory, sorted(os.listdir(directory))[0]), encoding="utf-8") as file:
        text = file.read()
    start = text.index("        env:\n")
    end = text.index("\n        resources:", start) + 1
    return text[:start] + env + text[end:]


class Streams(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 2)

    def shell(self, code, command):
        """What a user types into bash; $HG is headgate."""
        done = subprocess.run(["bash", "-c", command], cwd=self.work, env=dict(self.environment, HG=BINARY),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False)
        self.assertEqual(code, done.returncode, done.stderr.decode())
        return done.stdout.decode()

    def leftovers(self):
        return [name for name in os.listdir(self.work) if name.startswith(".")]

    def start(self, *arguments, **streams):
        process = subprocess.Popen([*WRAPPER, BINARY, *arguments], cwd=self.work, env=self.environment,
                                   stdin=subprocess.DEVNULL, start_new_session=True, **streams)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process


class Places(Streams):
    """Only a regular file, or nothing, is ever replaced; all else is written to, as a shell would."""

    def test_streams_of_the_shell_get_the_report(self):
        for target in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "-"):
            with self.subTest(target):
                self.assertIn("[JOB DETAILS]", self.shell(0, "$HG apply --jobs-dir jobs --output-report %s | cat" % target))
        self.assertIn("[JOB DETAILS]", self.shell(0, "$HG apply --jobs-dir jobs --output-report /dev/stderr 2>&1 >/dev/null | cat"))
        self.shell(0, "$HG apply --jobs-dir jobs --output-report >(cat >copy; touch done); until [ -e done ]; do sleep 0.05; done")
        self.assertIn("[JOB DETAILS]", self.read("copy"))
        self.assertTrue(stat.S_ISLNK(os.lstat("/dev/stdout").st_mode))

    def test_every_option_that_writes_knows_the_dash(self):
        self.assertIn("digest", json.loads(self.expect(0, "plan", "--jobs-dir", "jobs", "--save", "-").stdout))
        self.assertIn("[JOB DETAILS]", self.expect(0, *DRY, "--reporter", "text=-").out)
        self.assertIn("D30", self.expect(0, "validate", "--jobs-dir", "jobs", "--output-plan", "-").out)
        self.assertFalse(os.path.exists(self.path("-")))

    def test_a_log_that_the_shell_writes_is_kept(self):
        self.shell(0, "(echo before; $HG apply --jobs-dir jobs --output-report /dev/stdout; echo after) >log")
        log = self.read("log")
        self.assertTrue(log.startswith("before\n") and log.endswith("after\n"), log)
        self.assertIn("[JOB DETAILS]", log)
        self.assertIn("[SUMMARY]", log)

    def test_links_to_streams_are_links_to_streams(self):
        os.symlink("/dev/stdout", self.path("out"))
        os.symlink("out", self.path("again"))
        self.assertIn("[JOB DETAILS]", self.shell(0, "$HG apply --jobs-dir jobs --output-report again | cat"))
        self.assertTrue(os.path.islink(self.path("out")))
        self.assertEqual([], self.leftovers())

    def test_a_fifo_and_a_device_are_written_to(self):
        os.mkfifo(self.path("fifo"))
        os.symlink("fifo", self.path("link"))
        read = []
        reader = threading.Thread(target=lambda: read.append(self.read("fifo")))
        reader.start()
        self.expect(0, *DRY, "--output-report", "link")
        reader.join(PATIENCE)
        self.assertIn("[JOB DETAILS]", read[0])
        self.assertTrue(stat.S_ISFIFO(os.stat(self.path("fifo")).st_mode))
        self.expect(0, *DRY, "--output-report", "/dev/null")
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    def test_a_dangling_link_makes_what_it_names(self):
        os.mkdir(self.path("there"))
        os.symlink("there/report", self.path("link"))
        self.expect(0, *DRY, "--output-report", "link")
        self.assertTrue(os.path.islink(self.path("link")))
        self.assertIn("[JOB DETAILS]", self.read("there/report"))

    def test_no_stranger_s_link_in_a_directory_of_all_is_followed(self):
        if os.geteuid() != 0:
            self.skipTest("only root can make a stranger's link")
        os.mkdir(self.path("all"))
        os.chmod(self.path("all"), 0o1777)
        for target in ("victim", "nothing"):
            self.write("victim", "mine\n")
            link = self.path("all", target)
            os.symlink(self.path(target), link)
            os.lchown(link, 65534, 65534)
            self.assertIn("Permission denied", self.expect(1, *DRY, "--output-report", "all/" + target).err)
            self.assertEqual("mine\n", self.read("victim"))
            self.assertFalse(os.path.lexists(self.path("nothing")))

    def test_a_file_of_the_working_directory_names_no_link_out_of_it(self):
        os.symlink(os.path.join(self.top, "outside"), self.path("report.md"))
        self.write("headgate.yaml", "reporter: markdown=report.md\n")
        self.assertIn("outside of the working directory", self.expect(1, *DRY).err)
        self.assertFalse(os.path.exists(os.path.join(self.top, "outside")))

    def test_headgate_s_own_descriptors_are_nobody_s(self):
        for number in range(3, 20):
            self.assertIn("is not open for writing",
                          self.expect(1, *DRY, "--output-report", "/dev/fd/%d" % number).err)

    def test_no_link_is_taken_for_the_lock_of_the_runs(self):
        """Whoever may make files beside the history makes none elsewhere through Headgate."""
        victim = os.path.join(self.top, "victim")
        self.expect(0, *DRY)
        if os.path.lexists(self.history + "-runs"):
            os.remove(self.history + "-runs")
        os.symlink(victim, self.history + "-runs")
        self.expect(1, *DRY, "--apply")
        self.assert_none_started()
        self.assertFalse(os.path.lexists(victim))

    def test_the_longest_name_works(self):
        name = "r" * 255
        self.expect(0, *DRY, "--output-report", name)
        self.expect(0, *DRY, "--output-report", name)
        self.assertIn("[JOB DETAILS]", self.read(name))

    def test_what_cannot_be_written_is_a_plain_message_before_anything_is_done(self):
        os.mkdir(self.path("directory"))
        for target, reason in (("directory", "Is a directory"), ("directory/", "Is a directory"),
                               ("nowhere/report", "No such file or directory")):
            outcome = self.expect(1, *DRY, "--apply", "--output-report", target)
            self.assertIn("%s: %s" % (target, reason), outcome.err)
        self.assert_none_started()
        self.assertEqual([], self.leftovers())
        self.write("old", "old\n")
        self.expect(1, *DRY, "--output-report", "/dev/full")


class Modes(Streams):
    """A report is no wider than 0640 and the umask; a file that is there keeps its mode."""

    def test_modes(self):
        for umask, new, metrics in (("022", 0o640, 0o644), ("077", 0o600, 0o600), ("000", 0o640, 0o666)):
            with self.subTest(umask):
                self.write("old", "", 0o604)
                self.shell(0, "umask %s; rm -f new prom; $HG apply --jobs-dir jobs --output-report new "
                              "--reporter json=old --reporter prometheus=prom" % umask)
                modes = [stat.S_IMODE(os.stat(self.path(name)).st_mode) for name in ("new", "old", "prom")]
                self.assertEqual([new, 0o604, metrics], modes)


class Secrets(Streams):
    """The value of an env variable never leaves the manifest for the history, a report or another process."""

    def test_no_value_is_repeated(self):
        values = ("9087654321", "!!int abc9087654321", "0x9087654321", "[9087654321]", "{a: 9087654321}", "9087654321.5",
                  "!!binary '9087654321%'", "true9087654321: x")
        for i, value in enumerate(values):
            self.write("bad/%d.yaml" % i, open_job(self.path("jobs"), "        env:\n        - name: PASSWORD\n"
                                                  "          value: " + value + "\n"))
        self.write("bad/good.yaml", open_job(self.path("jobs"), "        env:\n        - name: PASSWORD\n"
                                             "          value: 's9087654321'\n"))
        self.write("told.sh", "#!/bin/sh\ncat >told.jsonl\n", 0o755)
        reporters = ["--reporter=%s=%s.out" % (name, name) for name in ("json", "html", "junit", "markdown", "sarif", "tap")]
        outcome = self.expect(1, "validate", "--jobs-dir", "bad", "--reporter", "exec:" + self.path("told.sh"), *reporters)
        self.assertIn("PASSWORD", outcome.out)
        self.assertNotIn("87654321", outcome.out + outcome.err)
        for name in os.listdir(self.work):
            if os.path.isfile(self.path(name)):
                self.assertNotIn("87654321", self.read(name), name)
        with open(self.history, "rb") as file:
            self.assertNotIn(b"87654321", file.read())
        told = [json.loads(line) for line in self.read("told.jsonl").splitlines()]
        details = [event["details"] for event in told if event["event"] == "job_validated" and event["valid"]]
        self.assertEqual([["PASSWORD"]], [job["env"] for job in details])

    def test_none_comes_back_from_kubectl(self):
        """It prints the patch and the template that a server refused, with all that is in them."""
        patch = json.dumps({"spec": {"env": [{"name": "PASSWORD", "value": 'se"c9087654321'}]}}, separators=(",", ":"))
        patch = json.dumps({"metadata": {"annotations": {"last": patch}}, "env": [{"value": "9087654321"}]}, separators=(",", ":"))
        template = 'core.EnvVar{Name:"PASSWORD", Value:"9087654321", ValueFrom:(*core.EnvVarSource)(nil)}'
        self.write("said", "Error from server (Invalid): error when applying patch:\n%s\nto:\nName: \"a\"\nfor: \"a.yaml\": "
                           "spec.template: Invalid value: %s: no\n" % (patch, template))
        self.write("kubectl.sh", "#!/bin/sh\ncat said >&2\ncat said\nexit 1\n", 0o755)
        self.write("told.sh", "#!/bin/sh\ncat >told.jsonl\n", 0o755)
        outcome = self.expect(1, *DRY, "--apply", "--kubectl", self.path("kubectl.sh"), "--reporter", "exec:" + self.path("told.sh"),
                              "--reporter", "json=report.json")
        self.assertIn('Value:"***"', outcome.out)
        texts = [outcome.out, outcome.err, self.read("told.jsonl"), self.read("report.json")]
        with open(self.history, "rb") as file:
            texts.append(file.read().decode("latin-1"))
        for text in texts:
            self.assertNotIn("87654321", text)


class Waits(Streams):
    """Ctrl-C ends every wait, with exit code 130."""

    def interrupted(self, process, number=signal.SIGINT):
        """Asks it once to stop, whatever it does then, and says how it ended."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with open("/proc/%d/status" % process.pid, encoding="ascii") as file:
                caught = [int(line.split()[1], 16) for line in file if line.startswith("SigCgt")]
            if caught[0] >> (number - 1) & 1:
                break
            time.sleep(0.01)
        os.kill(process.pid, number)
        return process.wait(PATIENCE)

    def test_a_fifo_without_a_reader(self):
        os.mkfifo(self.path("fifo"))
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            process = self.start(*DRY, "--output-report", "fifo", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            self.assertIn(b"fifo", process.stderr.readline())
            self.assertEqual(130, self.interrupted(process, number))

    def test_pipes_that_nobody_reads(self):
        write_jobs(self.path("many"), 400)
        many = ("apply", "--jobs-dir", "many")
        for arguments, stream in ((many, "stdout"), ((*many, "-o", "json"), "stdout"), (("validate", "--explain", "list"), "stdout"),
                                  (("plan", "--jobs-dir", "many"), "stdout"), ((*many, "-v"), "stderr")):
            with self.subTest(arguments=arguments, stream=stream):
                reader, writer = os.pipe()
                os.set_blocking(writer, False)
                try:
                    while True:
                        os.write(writer, b"x" * 4096)
                except BlockingIOError:
                    os.set_blocking(writer, True)
                streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: writer}
                process = self.start(*arguments, **streams)
                os.close(writer)
                self.assertEqual(130, self.interrupted(process))
                os.close(reader)

    def test_no_input_is_waited_for(self):
        os.mkfifo(self.path("jobs", "fifo.yaml"))
        self.assertIn("a named pipe", self.expect(1, *DRY).out)
        os.remove(self.path("jobs", "fifo.yaml"))
        os.mkfifo(self.path("history"))
        self.expect(0, *DRY, "--history", "history")
        os.mkfifo(self.path("plan"))
        self.expect(1, "apply", "--plan", "plan")
        os.mkfifo(self.path("kubeconfig"))
        self.expect(0, *DRY, "--kubeconfig", "kubeconfig")


DOCUMENTS = ("html", "json", "junit", "prometheus", "sarif", "tap")  # which stand alone on standard output
ORDERS = ("::error::x", " \t::stop-commands::t", "##[add-mask]secret", "a ##[group]b", "\u00a0::error::x", "\u3000::debug::x",
          "\r::error::x", ":\u200d:error::x", "\x01::error::x")


class Runner(Streams):
    """In GitHub Actions nothing from outside is an order to the runner, in any reporter and stream."""

    def test_no_order_comes_out(self):
        text = "\\n".join(ORDERS)
        self.script("* fail 1 " + text)
        self.environment["GITHUB_ACTIONS"] = "true"
        for reporter in ("markdown=/dev/stdout", "text=/dev/stdout", "markdown", "text", "markdown=-", "text=-"):
            with self.subTest(reporter):
                outcome = self.expect(1, *DRY, "--apply", "-v", "--reporter", reporter)
                self.assertEqual([], orders(outcome.stdout))
                self.assertEqual([], orders(outcome.stderr))
        for name in DOCUMENTS:
            with self.subTest(name):
                outcome = self.run_headgate("history", "report", "latest", "--reporter", name + "=/dev/stdout")
                self.assertTrue(outcome.stdout, outcome)
                self.assertEqual([], orders(outcome.stdout))
                self.assertEqual([], orders(outcome.stderr))
        self.assertEqual({"error"}, set(orders(self.expect(1, *DRY, "--apply", "--reporter", "github").stdout)))
        self.expect(1, *DRY, "--apply", "--reporter", "markdown=report.md")
        self.assertIn("::error::x", self.read("report.md"))


class Terminal(Streams):
    """What a terminal would obey is made visible there, and stays as it is in a pipe."""

    def on_terminal(self, *arguments):
        master, slave = pty.openpty()
        process = self.start(*arguments, stdout=slave, stderr=subprocess.DEVNULL)
        os.close(slave)
        shown = b""
        try:
            while select.select([master], [], [], PATIENCE)[0]:
                shown += os.read(master, 65536)
        except OSError:
            pass
        os.close(master)
        process.wait(PATIENCE)
        return shown

    def test_data(self):
        odd = "\x1b]0;owned\x07\x1b[2J\x7f\u202e.db"
        self.environment["HEADGATE_HISTORY"] = os.path.join(self.top, odd)
        os.rename(self.path("jobs"), self.path("jobs" + odd))
        path = self.environment["HEADGATE_HISTORY"].encode()
        self.assertEqual(path + b"\n", self.expect(0, "history", "path").stdout)
        jobs = ("--jobs-dir", "jobs" + odd)
        for arguments in (("history", "path"), ("apply", *jobs), ("apply", *jobs, "-o", "json"), ("plan", *jobs),
                          ("plan", *jobs, "-o", "json"), ("validate", *jobs), ("plan", *jobs, "--save", "-"),
                          ("history", "list"), ("history", "list", "-o", "json"), ("history", "show", "latest"),
                          ("history", "path", "-o", "json"), ("plugin", "list"),
                          *(("history", "report", "1", "--reporter", name + "=/dev/stdout") for name in DOCUMENTS),
                          *(("apply", *jobs, "--reporter", name) for name in ("markdown", "github"))):
            with self.subTest(arguments):
                shown = self.on_terminal(*arguments, "--color", "never")
                self.assertNotEqual(b"", shown)
                for sign in ("\x1b", "\x07", "\x7f", "\u202e"):
                    self.assertNotIn(sign.encode(), shown)


class Json(Streams):
    """Names that are no UTF-8 stand in JSON with U+FFFD, and nothing is lost beside them."""

    def test_names(self):
        odd = os.fsdecode(b"out\xff")
        configs = ("--orchestrator-config", os.path.join(os.environ["HEADGATE_SOURCE"], "examples/session/orchestrator.yaml"),
                   "--k8s-config", os.path.join(os.environ["HEADGATE_SOURCE"], "examples/session/kubernetes.yaml"))
        generated = json.loads(self.expect(0, "generate", *configs, "--output-dir", odd, "-o", "json").stdout)
        self.assertEqual("out\ufffd", generated["output_dir"])
        self.assertTrue(all(file["path"].startswith("out\ufffd/") for file in generated["files"]))
        self.assertEqual(2, len(generated["files"]))
        plan = json.loads(self.expect(0, "plan", "--jobs-dir", odd, "-o", "json").stdout)
        self.assertEqual(plan["total_jobs"], len([job for job in plan["jobs"] if job["yaml_path"].startswith("out\ufffd/")]))
        for arguments in (("apply", "--jobs-dir", odd, "-o", "json"), ("history", "show", "latest", "-o", "json"),
                          ("history", "list", "-o", "json")):
            json.loads(self.expect(0, *arguments).stdout)


class OneFileEach(HeadgateCase):
    """No output takes the place of another, and none that of the history."""

    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 1)
        self.expect(0, *DRY)

    def refuse(self, words, *arguments):
        outcome = self.expect(1, *arguments)
        self.assertIn(words, outcome.err)
        self.assert_none_started()
        return outcome

    def test_nothing_replaces_the_history(self):
        runs = self.value("SELECT count(*) FROM runs")
        os.symlink(self.history, self.path("link"))
        for name in (self.history, self.history + "-wal", self.history + "-runs", self.path("link"), "../history.db"):
            for flags in (("--output-report", name), ("--apply", "--output-report", name), ("--reporter", "json=" + name)):
                with self.subTest(flags=flags):
                    self.refuse("is the history", *DRY, *flags)
            with self.subTest(save=name):
                self.refuse("is the history", "plan", "--jobs-dir", "jobs", "--save", name)
        self.assertGreater(self.value("SELECT count(*) FROM runs"), runs)

    def test_two_outputs_are_two_files(self):
        os.mkdir(self.path("reports"))
        for first, second in (("a", "./a"), ("reports/a", "reports/../reports/a")):
            for exists in (False, True):
                with self.subTest(first=first, exists=exists):
                    if exists:
                        self.write(first, "kept")
                    self.refuse("is written by this run already", *DRY, "--reporter", "json=" + first, "--reporter", "markdown=" + second)
                    self.refuse("is written by this run already", *DRY, "--output-report", first, "--reporter", "json=" + second)
                    self.assertEqual(exists, os.path.exists(self.path(first)))

    def test_a_saved_plan_is_one_of_them(self):
        outcome = self.refuse("plan.json: is written by this run already", "plan", "--jobs-dir", "jobs", "--save", "plan.json",
                              "--reporter", "json=./plan.json")
        self.assertNotIn("Plan saved", outcome.err)

    def test_however_many_they_are(self):
        several = [word for number in range(70) for word in ("--reporter", "tap=%d" % number)]
        self.expect(0, *DRY, *several)
        self.refuse("is written by this run already", *DRY, *several, "--reporter", "tap=./69")

    def test_what_is_no_file_may_be_shared(self):
        self.expect(0, *DRY, "--reporter", "json=/dev/null", "--reporter", "markdown=/dev/null")


if __name__ == "__main__":
    unittest.main()
