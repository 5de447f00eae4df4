# SPDX-License-Identifier: Apache-2.0
"""The reporters of examples/reporter-exec on bad days: hostile text, lines that nobody can know, an early end."""

import json
import os
import pathlib
import re
import select
import signal
import subprocess
import tempfile
import time
import unittest

from document_case import SOURCE, InstalledCase

EXAMPLES = SOURCE / "examples" / "reporter-exec"
SUMMARY, FAILED = EXAMPLES / "summary.py", EXAMPLES / "failed.sh"
PATIENCE = 120  # seconds until what must come is given up on

STARTED = {"event": "run_started", "interface": "1.0", "run_id": 7, "mode": "apply", "jobs_dir": "out"}
FINISHED = {"event": "run_finished", "interface": "1.0", "exit_code": 1, "duration_ms": 5, "error": None}
JOB = {"event": "job_finished", "interface": "1.0", "status": "SUCCESS", "job_name": "a", "namespace": "n",
       "yaml_path": "out/a.yaml", "reason": "", "stderr": "", "duration_ms": 1, "advice": ""}

EVIL = "<3>evil\n<3>[SUMMARY]\r\nTotal\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\x00$(id)`id`';--"


def lines(*events):
    return "".join(json.dumps(event) + "\n" for event in events).encode()


def refused(**members):
    return {**JOB, "status": "FAILED", "reason": "the API server forbids it", **members}


def wait_for(condition):
    """What it returns once that is true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("nothing came")


def text_of(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


class Fed(unittest.TestCase):
    """Fed with lines, as Headgate feeds them."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="headgate-exec-")
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)
        self.file = self.directory / "summary.txt"

    def feed(self, program, data, *arguments, **environment):
        return subprocess.run([program, *arguments], input=data, cwd=self.directory, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=PATIENCE, env={**os.environ, **environment}, check=False)

    def summary(self, data, status=0):
        done = self.feed(SUMMARY, data, self.file)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (status, b"", b""))
        self.assertEqual([path.name for path in self.directory.iterdir()], ["summary.txt"])
        return self.file.read_text(encoding="utf-8")

    def failed(self, data):
        done = self.feed(FAILED, data)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode("utf-8").splitlines()

    def test_unknown_things_are_passed_over(self):
        known = lines(STARTED, refused(), FINISHED)
        odd = (lines({"event": "job_retried", "interface": "1.9"}, {"no": "event"}, [1], "text", None, 7,
                     {"event": 7}, {"event": None})
               + b"no JSON\n\n{\n\xff\xfe\n" + b"[" * 5000 + b"\n")
        more = lines(STARTED, {**refused(), "colour": {"of": ["a", "later", "minor"]}}, FINISHED)
        self.assertEqual(self.summary(odd + known + odd), self.summary(known))
        self.assertEqual(self.summary(more), self.summary(known))
        self.assertEqual(self.failed(odd + known + odd), self.failed(known))
        self.assertEqual(self.failed(more), ["<4>n/a failed: the API server forbids it"])

    def test_a_status_of_a_later_minor_has_failed(self):
        data = lines(STARTED, {**JOB, "status": "POSTPONED", "reason": "later"}, FINISHED)
        self.assertIn("n/a failed: later", self.summary(data))
        self.assertEqual(self.failed(data), ["<4>n/a failed: later"])

    def test_what_became_of_a_job_is_told(self):
        completed = {"event": "job_completed", "interface": "1.0", "job_name": "a", "namespace": "n", "outcome": "COMPLETE"}
        broken = {**completed, "outcome": "FAILED", "cause": "it exited with code 3", "advice": "read its log", "log_tail": "no\n"}
        data = lines(STARTED, JOB, completed, broken, {**completed, "outcome": EVIL}, FINISHED)
        summary = self.summary(data)
        self.assertIn("complete       1\n", summary)
        self.assertIn("  n/a is FAILED: it exited with code 3\n    no\n", summary.replace("      no", "    no"))
        told = self.failed(data)
        self.assertEqual("<4>n/a is FAILED: it exited with code 3 (read its log)", told[0])
        self.assertEqual(2, len(told))

    def test_hostile_text_stays_text(self):
        data = lines({**STARTED, "jobs_dir": EVIL},
                     {"event": "job_validated", "valid": False, "job_name": EVIL, "namespace": EVIL, "yaml_path": EVIL,
                      "errors": [{"line": 1, "column": 1, "field": EVIL, "message": EVIL}], "warnings": []},
                     refused(job_name=EVIL, namespace=EVIL, reason=EVIL, stderr=EVIL, advice=EVIL),
                     {**FINISHED, "error": EVIL})
        summary = self.summary(data)
        self.assertFalse(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", summary))
        self.assertFalse(re.search("^(<3>|.SUMMARY|Total)", summary, re.M))
        self.assertIn("half \\u{d800}", self.summary(lines(refused(reason="half \ud800"), FINISHED)))
        told = self.failed(data)
        self.assertEqual(len(told), 2)
        for line in told:
            self.assertTrue(line.startswith("<4>"))
            self.assertFalse(re.search("[\x00-\x1f\x7f-\x9f]", line))

    def test_an_early_end_is_told(self):
        whole = lines(STARTED, JOB, refused(job_name="b"))
        for data in (whole, whole + b'{"event":"run_fini', whole + lines(FINISHED)[:-1]):
            summary = self.summary(data, status=1)
            self.assertIn("ended early", summary)
            self.assertIn("n/b failed", summary)
        self.assertIn("ended early", self.summary(b"", status=1))
        self.assertEqual(self.failed(b""), [])

    def test_many_jobs(self):
        jobs = [refused(job_name=f"job-{number}", duration_ms=number, stderr="x" * 3000) for number in range(3000)]
        summary = self.summary(lines(STARTED, *jobs, FINISHED))
        self.assertIn("failed      3000\n", summary)
        self.assertIn("  and 2900 more\n", summary)
        self.assertEqual(re.findall(r"^ +\d+ ms  (.*)$", summary, re.M), [f"n/job-{n}" for n in range(2999, 2989, -1)])
        self.assertEqual(len(self.failed(lines(*jobs))), 3000)

    def test_one_very_long_line(self):
        summary = self.summary(lines(STARTED, refused(stderr="\u00e9" * (1 << 20)), FINISHED))
        self.assertIn("é" * 2000 + "\n    …", summary)
        self.assertLess(len(summary), 4000)

    def follow_live(self, program, is_told):
        """It tells of what failed while its input is still open."""
        with subprocess.Popen([program, self.file], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            try:
                process.stdin.write(lines(STARTED, JOB, refused(job_name="b")))
                process.stdin.flush()
                wait_for(lambda: is_told(process))
                process.stdin.write(lines(FINISHED))
                process.stdin.close()
                self.assertEqual(process.wait(timeout=PATIENCE), 0)
            except BaseException:
                process.kill()
                raise

    def test_summary_follows_live(self):
        self.follow_live(SUMMARY, lambda process: "n/b failed" in text_of(self.file))

    def test_failed_follows_live(self):
        told = []

        def is_told(process):
            if not select.select([process.stdout], [], [], 0)[0]:
                return False
            told.append(process.stdout.readline())
            return True

        self.follow_live(FAILED, is_told)
        self.assertEqual(told, [b"<4>n/b failed: the API server forbids it\n"])

    def test_leaves_nothing_behind_when_it_is_ended(self):
        with subprocess.Popen([SUMMARY, self.file], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            process.stdin.write(lines(STARTED))
            process.stdin.flush()
            wait_for(self.file.exists)
            process.terminate()
            self.assertEqual(process.wait(timeout=PATIENCE), 1)
        self.assertEqual([path.name for path in self.directory.iterdir()], ["summary.txt"])

    def test_says_what_is_missing(self):
        self.assertEqual(self.feed(SUMMARY, b"").returncode, 2)
        done = self.feed(SUMMARY, b"", self.directory / "no" / "\x1b[2J")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.decode(), f"<3>{self.directory}/no/\\u{{1b}}[2J: No such file or directory\n")
        done = self.feed("/bin/sh", b"", FAILED, PATH="/nonexistent")
        self.assertEqual((done.returncode, done.stderr), (1, b"<3>jq is not installed\n"))


class WithHeadgate(InstalledCase):
    """Started by an installed Headgate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls.root.home
        cls.programs = cls.documents / "examples" / "reporter-exec"
        session = cls.documents / "examples" / "session"
        done = cls.root.run("headgate", "generate", "--orchestrator-config", session / "orchestrator.yaml",
                            "--k8s-config", session / "kubernetes.yaml", "--output-dir", "out")
        if done.returncode != 0:
            raise AssertionError(done.stderr)

    def test_hostile_names_and_outputs(self):
        jobs = self.home / "hostile"
        jobs.mkdir()
        for number in range(2):
            (jobs / f"<3>\n\x1b[2J{number}.yaml").write_text(json.dumps({
                "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": f"job-{number}", "namespace": "default"},
                "spec": {"template": {"spec": {"restartPolicy": "Never",
                                               "containers": [{"name": "c", "image": "i:1"}]}}}}), encoding="utf-8")
        self.root.script.write_bytes(b"job-1 fail 1 \xff\x1b[2J\\n<3>forged\\n[SUMMARY]\n")
        done = self.root.run("headgate", "apply", "--jobs-dir", "hostile", "--apply", "-q",
                             "--reporter", f"exec:{self.programs}/failed.sh",
                             "--reporter", f"exec:{self.programs}/summary.py=hostile.txt")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(re.findall(r"^\[failed.sh\] default/job-1 failed", done.stderr, re.M)), 1)
        self.assertNotIn("\x1b", done.stderr)
        self.assertFalse(re.search(r"^(<3>|forged)", done.stderr, re.M))
        summary = text_of(self.home / "hostile.txt")
        self.assertIn("is over after", summary)
        self.assertIn("    \ufffd\\u{1b}[2J\n    <3>forged\n    [SUMMARY]\n", summary)

    def test_headgate_is_killed(self):
        self.root.script.write_text("job-01-* hang\n", encoding="utf-8")
        log, file = self.root.top / "kubectls", self.home / "killed.txt"
        process = self.root.start(["headgate", "apply", "--jobs-dir", "out", "--apply", "-q", "--parallel", "1",
                                   "--reporter", f"exec:{self.programs}/summary.py={file}"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  environment={"FAKE_KUBECTL_LOG": str(log)})
        try:
            wait_for(lambda: text_of(log).count("\n") == 2 and "applied" in text_of(file))
        finally:
            process.kill()
            process.wait()
            os.kill(json.loads(text_of(log).splitlines()[-1])["pid"], signal.SIGKILL)
        summary = wait_for(lambda: "goes on" not in text_of(file) and text_of(file))
        self.assertIn("ended early: Headgate was killed", summary)
        self.assertIn("applied        1\n", summary)

    def test_a_program_that_does_not_read_is_no_failure_and_has_no_kubeconfig(self):
        self.root.script.write_text("", encoding="utf-8")
        done = self.root.run("headgate", "apply", "--jobs-dir", "out", "--strict-reporters", "--reporter",
                             "exec:/usr/bin/env", environment={"KUBECONFIG": "/secret", "SEEN": "yes"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("[env] SEEN=yes\n", done.stderr)
        self.assertNotIn("[env] KUBECONFIG", done.stderr)


if __name__ == "__main__":
    unittest.main()
