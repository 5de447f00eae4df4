# SPDX-License-Identifier: Apache-2.0
"""What an end-to-end test stands on: a place of its own, the built binary, its history, golden files.

Set by CMake:

    HEADGATE_BIN         the binary under test
    HEADGATE_WRAPPER     words put before it, such as a valgrind command line; usually empty. What it has
                         to say goes to the file that HEADGATE_FINDINGS names in its environment
    HEADGATE_INSTRUMENTED  1 where it was built with a sanitizer: figures of memory say nothing then
    FAKE_KUBECTL         the scripted kubectl (tests/fake-kubectl)
    HEADGATE_SOURCE      the source tree, for the examples
    TEST_PLUGINS         directory of the plugins that tests bring along

Set by a person: UPDATE_GOLDEN=1 writes the golden files instead of comparing with them.
"""

import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.environ["HEADGATE_BIN"]
WRAPPER = shlex.split(os.environ.get("HEADGATE_WRAPPER", ""))
INSTRUMENTED = bool(WRAPPER) or os.environ.get("HEADGATE_INSTRUMENTED") == "1"
FAKE_KUBECTL = os.environ["FAKE_KUBECTL"]
SOURCE = os.environ["HEADGATE_SOURCE"]
TEST_PLUGINS = os.environ["TEST_PLUGINS"]
UPDATE_GOLDEN = os.environ.get("UPDATE_GOLDEN") == "1"

ORCHESTRATOR_CONFIG = os.path.join(SOURCE, "examples", "session", "orchestrator.yaml")
K8S_CONFIG = os.path.join(SOURCE, "examples", "session", "kubernetes.yaml")

# A shell starts what runs in its background with these ignored, and Headgate would leave them so: what is started
# here has them as in a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

# A finding of a sanitizer or of the wrapper ends the process with this status, which Headgate never
# uses, so that it is not mistaken for a failed run.
FINDING = 99
_SANITIZER_OPTIONS = "exitcode=%d" % FINDING

_HERE = os.path.dirname(os.path.abspath(__file__))
_GOLDEN = os.path.join(_HERE, "golden")
_PEAK_MEMORY = os.path.join(_HERE, "peak_memory.py")
_TIMEOUT = 600 if INSTRUMENTED else 120

_NORMAL_FORMS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "TIMESTAMP"),
    # Right-aligned in tables, so the blanks before it vary too.
    (re.compile(r" +(\d+ ms|\d+\.\d\d s|\d+ min \d\d s)\b"), " DURATION"),
)


class Outcome:
    """How a process ended. `code` is negative for a signal."""

    def __init__(self, case, code, stdout, stderr):
        self.code = code
        self.stdout = stdout
        self.stderr = stderr
        self.out = case.normal(stdout.decode("utf-8", "backslashreplace"))
        self.err = case.normal(stderr.decode("utf-8", "backslashreplace"))

    def __str__(self):
        return "exit %d\n== standard output\n%s== standard error\n%s" % (self.code, self.out, self.err)


class HeadgateCase(unittest.TestCase):
    """Each test has a directory with its own home, history and working directory."""

    maxDiff = None

    def setUp(self):
        directory = tempfile.mkdtemp(prefix="headgate-e2e-")
        self.addCleanup(self._remove, directory)
        self.top = directory
        self.work = os.path.join(directory, "work")
        self.standard_input = subprocess.DEVNULL
        self.history = os.path.join(directory, "history.db")
        self.launch_log = os.path.join(directory, "launches.jsonl")
        self.findings = os.path.join(directory, "findings")
        os.mkdir(self.work)
        os.mkdir(os.path.join(directory, "home"))
        os.mkdir(os.path.join(directory, "tmp"))
        self.environment = {
            "HOME": os.path.join(directory, "home"),
            "PATH": os.path.dirname(FAKE_KUBECTL) + ":/usr/local/bin:/usr/bin:/bin",
            "TMPDIR": os.path.join(directory, "tmp"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "HEADGATE_HISTORY": self.history,
            "FAKE_KUBECTL_LOG": self.launch_log,
            "HEADGATE_FINDINGS": self.findings,
            "ASAN_OPTIONS": _SANITIZER_OPTIONS,
            "LSAN_OPTIONS": _SANITIZER_OPTIONS,
            "TSAN_OPTIONS": _SANITIZER_OPTIONS,
            "UBSAN_OPTIONS": "print_stacktrace=1:" + _SANITIZER_OPTIONS,
        }

    @staticmethod
    def _remove(directory):
        for parent, names, _ in os.walk(directory):
            for name in names:
                path = os.path.join(parent, name)
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
        shutil.rmtree(directory)

    # Files.

    def path(self, *parts):
        return os.path.join(self.work, *parts)

    def write(self, name, text, mode=0o644):
        """Writes a file below the working directory, with the directories that it needs."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
        os.chmod(path, mode)
        return path

    def write_kubeconfig(self, name, context):
        """A kubeconfig with that context alone."""
        return self.write(name, json.dumps({
            "contexts": [{"name": context, "context": {"cluster": "c"}}],
            "clusters": [{"name": "c", "cluster": {"server": "https://10.0.0.1:6443"}}],
        }))

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    # The binary.

    def run_headgate(self, *arguments, before=WRAPPER):
        """Runs it to its end. Output goes to files, so that no pipe decides how it behaves."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                [*before, BINARY, *arguments],
                stdin=self.standard_input,
                stdout=out,
                stderr=err,
                cwd=self.work,
                env=self.environment,
                start_new_session=True,
            )
            try:
                code = process.wait(_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                self.fail("headgate %s: no end after %d seconds" % (shlex.join(arguments), _TIMEOUT))
            out.seek(0)
            err.seek(0)
            outcome = Outcome(self, code, out.read(), err.read())
        self.assert_clean(outcome, arguments)
        return outcome

    def assert_clean(self, outcome, arguments):
        """No sanitizer, no wrapper had anything to say, and it did not crash."""
        if outcome.code == FINDING or outcome.code < 0:
            findings = ""
            if os.path.exists(self.findings):
                with open(self.findings, encoding="utf-8", errors="replace") as file:
                    findings = "== findings\n" + file.read()
            self.fail("headgate %s: %s%s" % (shlex.join(arguments), outcome, findings))

    def start_headgate(self, *arguments):
        """Starts it with pipes, for tests that talk to it while it runs."""
        process = subprocess.Popen(
            [*WRAPPER, BINARY, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.work,
            env=self.environment,
            start_new_session=True,
        )
        self.addCleanup(self._end, process)
        return process

    @staticmethod
    def _end(process):
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=_TIMEOUT)

    def finish_headgate(self, process):
        """The outcome of what start_headgate started."""
        stdout, stderr = process.communicate(timeout=_TIMEOUT)
        outcome = Outcome(self, process.returncode, stdout, stderr)
        self.assert_clean(outcome, process.args[len(WRAPPER) + 1 :])
        return outcome

    def expect(self, code, *arguments):
        """Runs it and checks how it ended."""
        outcome = self.run_headgate(*arguments)
        self.assertEqual(code, outcome.code, "headgate %s: %s" % (shlex.join(arguments), outcome))
        return outcome

    def send_signal(self, process, number):
        """Returns once the process has taken it."""
        deadline = time.monotonic() + _TIMEOUT
        process.send_signal(number)
        while self._is_pending(process, number):
            self.assertLess(time.monotonic(), deadline, "the signal is not taken")
            time.sleep(0.01)

    @staticmethod
    def _is_pending(process, number):
        with open("/proc/%d/status" % process.pid, encoding="ascii") as status:
            masks = [int(line.split()[1], 16) for line in status if line.startswith(("SigPnd", "ShdPnd"))]
        return any(mask >> (number - 1) & 1 for mask in masks)

    def expect_within(self, kib, code, *arguments):
        """The same, with at most that much memory at its peak. With a sanitizer or a wrapper, which take
        memory of their own, only the code is checked."""
        if INSTRUMENTED:
            return self.expect(code, *arguments)
        peak = os.path.join(self.top, "peak")
        outcome = self.run_headgate(*arguments, before=[sys.executable, "-I", "-S", _PEAK_MEMORY, peak])
        self.assertEqual(code, outcome.code, "headgate %s: %s" % (shlex.join(arguments), outcome))
        with open(peak, encoding="ascii") as file:
            self.assertLessEqual(int(file.read()), kib, "KiB of memory")
        return outcome

    def generate(self, directory="out"):
        """The two Jobs of the example session."""
        configs = ("--orchestrator-config", ORCHESTRATOR_CONFIG, "--k8s-config", K8S_CONFIG)
        return self.expect(0, "generate", *configs, "--output-dir", directory)

    # The fake kubectl.

    def script(self, *lines):
        """What the fake kubectl does from now on; see tests/fake-kubectl/kubectl.c. A process that was
        started before keeps the script that it was started with, also where it has not read it yet."""
        handle, path = tempfile.mkstemp(prefix="script-", dir=self.top)
        with open(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        self.environment["FAKE_KUBECTL_SCRIPT"] = path

    def launches(self):
        """The argv of every kubectl that was started, in order."""
        if not os.path.exists(self.launch_log):
            return []
        with open(self.launch_log, encoding="utf-8") as rows:
            return [json.loads(row)["argv"] for row in rows]

    # The history.

    def query(self, sql):
        """Rows as mappings, read by SQLite itself: some of its shells spoil control characters (3.46: "\\u001b")."""
        database = sqlite3.connect(self.history, timeout=_TIMEOUT, isolation_level=None)
        try:
            cursor = database.execute(sql)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row)) for row in cursor]
        finally:
            database.close()

    def value(self, sql):
        """The one value of a query's one row."""
        rows = self.query(sql)
        self.assertEqual(1, len(rows), sql)
        self.assertEqual(1, len(rows[0]), sql)
        return next(iter(rows[0].values()))

    def wait_for(self, sql):
        """Until the query's one value is true."""
        deadline = time.monotonic() + _TIMEOUT
        while not self.value(sql):
            self.assertLess(time.monotonic(), deadline, sql)
            time.sleep(0.01)

    # Comparison.

    def normal(self, text):
        """Text without what differs from run to run."""
        # The build tree may lie inside the source tree: its own names come first.
        libraries = os.path.join(os.path.dirname(os.path.dirname(BINARY)), "lib")
        for path, name in ((self.top, "/TOP"), (BINARY, "headgate"), (libraries, "/LIB"), (SOURCE, "/SOURCE")):
            # At the start of a path only: a source tree in /headgate is no part of /usr/lib/headgate.
            text = re.sub(r"(?<![\w./-])" + re.escape(path) + r"(?![\w-])", name, text)
        for pattern, replacement in _NORMAL_FORMS:
            text = pattern.sub(replacement, text)
        return text

    def assert_golden(self, name, text):
        """Compares with golden/NAME, or writes it where UPDATE_GOLDEN asks for that."""
        text = str(text)
        path = os.path.join(_GOLDEN, name)
        if UPDATE_GOLDEN:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), text, "golden file %s" % name)

    def assert_none_started(self):
        self.assertEqual([], self.launches())
