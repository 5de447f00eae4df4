# SPDX-License-Identifier: Apache-2.0
"""--reporter exec:PROGRAM: what may be named, what a program is given, what becomes of one that fails."""

import json
import os
import sys
import unittest

from headgate_case import INSTRUMENTED, WRAPPER
from runner_case import (APPLY, AT_LEISURE, DRY, EVENTS, SOON, RunnerCase, Place, events_in, in_turn, named, program,
                            reporter_file)
from job_files import write_jobs

USER_FILE = "../home/.config/headgate/config.yaml"


class Refused(RunnerCase):
    """Known before the run, which then does not start."""

    def refuse(self, place, path, message):
        outcome = place.run_headgate(*APPLY, "--reporter", "exec:" + path)
        self.assertEqual(1, outcome.code, outcome)
        self.assertEqual(place.normal("headgate: %s\n" % message), outcome.err)
        self.assertEqual(b"", outcome.stdout)
        place.assert_none_started()
        place.assert_nothing_left()

    def test_missing(self):
        with Place() as place:
            path = os.path.join(place.top, "nothing")
            self.refuse(place, path, "reporter %s: No such file or directory" % path)

    def test_no_program(self):
        with Place() as place:
            path = program(place, "cat\n", mode=0o644)
            self.refuse(place, path, "reporter %s: is no program" % path)
            self.refuse(place, place.top, "reporter %s: is no program" % place.top)
            self.refuse(place, "/dev/null", "reporter /dev/null: is no program")

    def test_others_may_write_it(self):
        with Place() as place:
            for mode in (0o775, 0o757, 0o777):
                path = program(place, "cat\n", mode=mode)
                self.refuse(place, path, "reporter %s: is writable by group or others: chmod go-w it" % path)

    @unittest.skipIf(os.geteuid() != 0, "only root can give a file away")
    def test_somebody_elses(self):
        with Place() as place:
            path = program(place, "cat\n")
            os.chown(path, 12345, 12345)
            self.refuse(place, path, "reporter %s: belongs to user 12345, not to you or root" % path)

    def test_relative(self):
        with Place() as place:
            for path in ("cat", "./cat", "bin/cat", ""):
                self.refuse(place, path, "--reporter exec:%s: a program is named by its absolute path" % path)

    def test_neither_binary_nor_script(self):
        with Place() as place:
            path = os.path.join(place.top, "program")
            with open(path, "w", encoding="ascii") as file:
                file.write("cat\n")
            os.chmod(path, 0o755)
            self.refuse(place, path, "%s: cannot be started: Exec format error" % path)

    def test_no_interpreter(self):
        with Place() as place:
            path = program(place, "#!/nowhere/sh\n")
            self.refuse(place, path, "%s: cannot be started: No such file or directory" % path)


class Row:
    """A script, and what is to become of it. `says`: what it tells people, without its name."""

    def __init__(self, name, script, outcome="ok", message="", says=(), argument="FILE", file=None, timeout=AT_LEISURE):
        self.name = name
        self.script = script
        self.outcome = outcome
        self.message = message
        self.says = says
        self.argument = argument
        self.file = file
        self.timeout = timeout

    def __str__(self):
        return self.name


NO_END = "did not end within %d s of the run's end" % SOON

ROWS = [
    Row("reads all", 'cat >"$1"\n', file=EVENTS),
    Row("reads nothing", "exit 0\n"),
    Row("reads one line", 'head -n 1 >"$1"\n', file=EVENTS[:1]),
    Row("closes its input", 'exec <&-\necho "{\\"event\\": \\"none\\"}" >"$1"\n', file=["none"]),
    Row("closes all", "exec <&- >&- 2>&-\nexit 0\n"),
    Row("a binary", None, argument=None),
    Row("fails with a word", "cat >/dev/null\necho first >&2\necho 'cannot reach the mail server' >&2\nexit 3\n",
        "failed", "exited with status 3: cannot reach the mail server", ("first", "cannot reach the mail server")),
    Row("fails with half a line", "printf 'no room' >&2\nexit 255\n", "failed", "exited with status 255: no room", ("no room",)),
    Row("fails without a word", "echo 'all is well'\nexit 1\n", "failed", "exited with status 1", ("all is well",)),
    Row("fails in color", "printf '\\033[31mred \\377\\n' >&2\nexit 1\n", "failed",
        "exited with status 1: \x1b[31mred \ufffd", (r"\x1b[31mred \xff",)),
    Row("is killed", "kill -9 $$\n", "crashed", "was ended by signal 9 (Killed)"),
    Row("crashes", "kill -SEGV $$\n", "crashed", "was ended by signal 11 (Segmentation fault)"),
    Row("does not end", "cat >/dev/null\nexec sleep 600\n", "timed-out", NO_END, timeout=SOON),
    Row("does not begin", "exec sleep 600\n", "timed-out", NO_END, timeout=SOON),
    Row("ignores SIGTERM", "trap '' TERM\nwhile :; do sleep 600; done\n", "timed-out", NO_END, timeout=SOON),
    Row("leaves somebody behind", "sleep 600 &\ncat >/dev/null\n"),
    Row("talks", "echo '<3>an error'; echo '<4>a warning'; echo '<5>a note'; echo '<6>information'; echo '<7>detail'\n"
        "echo '<8>no level'; echo '<3 neither'; echo; printf '\\tand \\033[2Jescapes \\r \\377\\n'; printf 'the end'\n",
        says=("an error", "a warning", "a note", "information", "<8>no level", "<3 neither", "",
              r"\tand \x1b[2Jescapes \r \xff", "the end")),
    Row("a long line", "head -c 5000 /dev/zero | tr '\\0' x\necho\nhead -c 1023 /dev/zero | tr '\\0' y\necho\n",
        says=("x" * 1023 + "\u2026", "y" * 1023)),
]


class Conduct(RunnerCase):
    def run_row(self, row, mode, strict):
        flags = ("--strict-reporters",) if strict else ()
        with Place() as place:
            path = "/bin/true" if row.script is None else program(place, row.script)
            name = os.path.basename(path)
            outcome = place.run_headgate(*mode, *named(path, row.argument), "--reporter-timeout", str(row.timeout), *flags)
            said = ["[%s] %s" % (name, text) for text in row.says]
            if row.outcome == "timed-out":
                said.append("[%s] still at work: it has %d s from the run's end" % (name, SOON))
            if row.outcome != "ok":
                message = row.message.replace("\x1b", r"\x1b").replace("\ufffd", r"\xff")
                said.append(place.normal("headgate: exec:%s: %s; %s" % (
                    path, message, "the run fails: --strict-reporters" if strict else "the run's result stands")))
            if strict:
                self.assertEqual(0 if row.outcome == "ok" else 1, outcome.code, outcome)
                self.assert_said(self.baseline(mode)[2], outcome, said)
            else:
                self.assert_same_run(place, mode, outcome, said)
            self.assertEqual([("exec:" + path, row.argument, row.outcome, row.message)], place.outcomes())
            place.assert_nothing_left(*(["FILE"] if row.file is not None else []))
            if row.file is not None:
                self.assertEqual(row.file, events_in(place.read("FILE")))

    def test_dry_run(self):
        self.baseline(DRY)
        self.at_once(lambda row: self.run_row(row, DRY, False), in_turn(ROWS, 0))

    def test_apply(self):
        self.baseline(APPLY)
        self.at_once(lambda row: self.run_row(row, APPLY, False), in_turn(ROWS, 1))

    def test_strict(self):
        self.baseline(DRY)
        self.at_once(lambda row: self.run_row(row, DRY, True), in_turn(ROWS, 2))


class Given(RunnerCase):
    """What a program finds when it is started."""

    def found(self, place, script, *arguments, before=(), argument="FILE"):
        """What the script wrote to FILE."""
        path = program(place, script)
        outcome = place.run_headgate(*APPLY, *named(path, argument), *arguments, before=[*before, *WRAPPER])
        self.assertEqual(0, outcome.code, outcome)
        self.assertEqual([("exec:" + path, argument, "ok", "")], place.outcomes())
        return place.read("FILE")

    def test_its_argument(self):
        script = 'printf "%s|" "$0" "$#" "$@" >FILE\ncat >/dev/null\n'
        for argument, expected in ((None, "0|"), ("", "1||"), ("a b=c", "1|a b=c|"), ("$(id) ; *", "1|$(id) ; *|"),
                                   ("--help", "1|--help|"), ("é\n", "1|é\n|")):
            with self.subTest(argument), Place() as place:
                found = self.found(place, script, argument=argument)
                self.assertEqual(os.path.join(place.top, "program") + "|" + expected, found)

    def test_its_environment(self):
        """Ours, without KUBECONFIG, and nothing else is taken or added."""
        script = "#!%s -IS\nimport sys\nopen('FILE', 'wb').write(open('/proc/self/environ', 'rb').read())\n" % sys.executable
        with Place() as place:
            place.environment.update(KUBECONFIG="/secret", KUBECONFIG_OTHER="a", XKUBECONFIG="b", EMPTY="", ODD="a=b\nc")
            found = dict(pair.split("=", 1) for pair in self.found(place, script).split("\0") if pair)
            expected = dict(place.environment)
            del expected["KUBECONFIG"]
            self.assertEqual(expected, found)

    def test_its_descriptors(self):
        """Three of them, whatever Headgate itself inherited."""
        script = "#!%s -IS\n" % sys.executable + """\
import os
def is_open(fd):
    try:
        return os.fstat(fd)
    except OSError:
        return None
listed = [int(name) for name in os.listdir("/proc/self/fd")]
found = [fd for fd in listed if is_open(fd)]  # without the one of the list itself
open("FILE", "w").write(repr(sorted(found)))
"""
        inherit = ("/bin/sh", "-c", 'exec 7<&0 8>&1 9</dev/null\nexec "$@"', "sh")
        for before in ((), inherit):
            with self.subTest(before), Place() as place:
                self.assertEqual("[0, 1, 2]", self.found(place, script, before=before))

    def test_without_standard_descriptors(self):
        """Headgate was started without two of them; the reporter has them. (Without standard output it starts nothing.)"""
        close = ("/bin/sh", "-c", 'exec "$@" <&- 2>&-', "sh")
        with Place() as place:
            self.assertEqual(EVENTS, events_in(self.found(place, 'cat >"$1"\n', before=close)))

    def test_its_signals(self):
        """All unblocked and with their default action, whatever Headgate itself inherited. Numbers 32 and 33 are the C
        library's own: its posix_spawn ignores them."""
        script = 'while read -r name value; do echo "$name $value"; done <"/proc/$$/status" >"$1"\n'
        ignore = ("/bin/sh", "-c", "trap '' INT HUP USR1 PIPE\nexec \"$@\"", "sh")
        for before in ((), ignore):
            with self.subTest(before), Place() as place:
                masks = dict(line.split(" ", 1) for line in self.found(place, script, before=before).splitlines())
                self.assertEqual(0, int(masks["SigBlk:"], 16))
                self.assertEqual(0, int(masks["SigIgn:"], 16) & ~(3 << 31))

    def test_its_group_and_directory(self):
        script = 'read -r _ _ _ _ group _ <"/proc/$$/stat"\necho "$((group - $$)) $(pwd -P)" >"$1"\ncat >/dev/null\n'
        with Place() as place:
            self.assertEqual("0 %s\n" % os.path.realpath(place.work), self.found(place, script))

    def test_a_link(self):
        with Place() as place:
            link = os.path.join(place.top, "link")
            os.symlink(program(place, 'echo "$0" >"$1"\n'), link)
            outcome = place.run_headgate(*DRY, *named(link, "FILE"))
            self.assertEqual(0, outcome.code, outcome)
            self.assertEqual(link + "\n", place.read("FILE"))


class Several(RunnerCase):
    def test_two_at_once(self):
        """Each at its own pace, with all events; the slow one does not hold up the other."""
        with Place() as place:
            quick = program(place, 'cat >"$1"\n', "quick")
            slow = program(place, 'while read -r line; do sleep 0.1; printf "%s\\n" "$line" >>"$1"; done\n', "slow")
            outcome = place.run_headgate(*APPLY, *named(quick, "a"), *named(slow, "b"), *named(quick, "c"),
                                         "--reporter", reporter_file("misbehaves") + "=d")
            self.assert_same_run(place, APPLY, outcome, [])
            self.assertEqual([("exec:" + quick, "a", "ok", ""), ("exec:" + slow, "b", "ok", ""),
                              ("exec:" + quick, "c", "ok", ""), ("misbehaves", "d", "ok", "")], place.outcomes())
            for name in "abc":
                self.assertEqual(EVENTS, events_in(place.read(name)))
            self.assertEqual(EVENTS, place.read("d").split())

    def test_json_stays_json(self):
        """Whatever reporters say: standard output is the report's alone."""
        with Place() as place:
            alone = json.loads(place.run_headgate(*APPLY, "-o", "json").stdout)
            path = program(place, "echo '{}'; echo '<3>loud' >&2; cat\n")
            outcome = place.run_headgate(*APPLY, "-o", "json", *named(path), "--reporter", reporter_file("misbehaves") + "=FILE",
                                         "--set", "misbehaves.deed=print-lines", "--set", "misbehaves.when=job_validated")
            self.assertEqual(0, outcome.code, outcome)
            report = json.loads(outcome.stdout)
            self.assertEqual(alone.keys(), report.keys())
            self.assertEqual([row["job_name"] for row in alone["job_results"]], [row["job_name"] for row in report["job_results"]])
            self.assertIn("[program] loud\n", outcome.err)

    def test_one_that_writes_to_standard_output(self):
        """A plugin without FILE: its report comes whole, behind the run's own."""
        with Place() as place:
            outcome = place.run_headgate(*APPLY, "--reporter", reporter_file("misbehaves"))
            self.assertEqual(0, outcome.code, outcome)
            self.assertEqual(self.baseline(APPLY)[1] + "\n".join(EVENTS) + "\n", outcome.out)
        with Place() as place:
            outcome = place.run_headgate(*APPLY, "--reporter", reporter_file("misbehaves"),
                                         "--set", "misbehaves.deed=crash", "--set", "misbehaves.when=run_finished")
            self.assertEqual(self.baseline(APPLY)[1], outcome.out)

    def test_a_backlog(self):
        """10,000 Jobs go by while it reads nothing; then it gets every event, in order."""
        jobs = 1000 if INSTRUMENTED else 10000
        with Place() as place:
            write_jobs(place.path("jobs"), jobs)
            alone = place.run_headgate(*DRY)
            path = program(place, 'sleep 3\ncat >"$1"\n')
            outcome = place.run_headgate(*DRY, *named(path, "FILE"), "--reporter-timeout", str(AT_LEISURE))
            self.assertEqual((alone.code, alone.out), (outcome.code, outcome.out))
            events = events_in(place.read("FILE"))
            self.assertEqual(["run_started"] + ["job_validated"] * jobs + ["job_finished"] * jobs + ["run_finished"], events)
            with open(place.path("FILE"), encoding="ascii") as file:
                paths = [event["yaml_path"] for event in map(json.loads, file) if event["event"] == "job_validated"]
            self.assertEqual(sorted(paths), paths)

    def test_never_reads(self):
        """The same, and it stays so."""
        jobs = 1000 if INSTRUMENTED else 10000
        with Place() as place:
            write_jobs(place.path("jobs"), jobs)
            alone = place.run_headgate(*DRY)
            path = program(place, "exec sleep 600\n")
            outcome = place.run_headgate(*DRY, *named(path), "--reporter-timeout", str(SOON))
            self.assertEqual((alone.code, alone.out), (outcome.code, outcome.out))
            ((_, _, ending, message),) = place.outcomes()
            self.assertEqual("timed-out", ending)
            self.assertIn(message, (NO_END, "did not take the next event for %d s" % SOON))
            place.assert_nothing_left()


class Configured(RunnerCase):
    """A file in the working directory may have come with somebody else's project."""

    def refuse(self, value, message):
        with Place() as place:
            place.write("headgate.yaml", "reporter: [%s]\n" % json.dumps(value))
            outcome = place.run_headgate(*DRY)
            self.assertEqual(1, outcome.code, outcome)
            self.assertIn(message, outcome.err)
            self.assertIn("use --reporter, or ~/.config/headgate/config.yaml", outcome.err)
            place.assert_nothing_left("headgate.yaml")

    def test_a_program_from_the_working_directory(self):
        self.refuse("exec:/bin/cat", "'exec:/bin/cat' names a program, so it is not taken from the working directory")
        self.refuse("exec:/bin/cat=FILE", "names a program")

    def test_a_plugin_from_the_working_directory(self):
        path = reporter_file("misbehaves")
        self.refuse(path, "names a program, so it is not taken from the working directory")
        self.refuse(path + "=FILE", "names a program")

    def test_a_file_elsewhere_from_the_working_directory(self):
        for file in ("/tmp/report", "../report", "..", "a/../../report", "/"):
            self.refuse("json=" + file, "'%s' is outside of the working directory" % file)

    def test_a_link_that_leads_elsewhere(self):
        for value, make in (("json=link", lambda place, aim: os.symlink(aim, place.path("link"))),
                            ("json=folder/report", lambda place, aim: os.symlink(place.top, place.path("folder")))):
            with self.subTest(value), Place() as place:
                aim = os.path.join(place.top, "precious")
                with open(aim, "w", encoding="ascii") as file:
                    file.write("mine\n")
                make(place, aim)
                place.write("headgate.yaml", "reporter: [%s]\n" % json.dumps(value))
                outcome = place.run_headgate(*DRY)
                self.assertEqual(1, outcome.code, outcome)
                self.assertIn("is outside of the working directory", outcome.err)
                with open(aim, encoding="ascii") as file:
                    self.assertEqual("mine\n", file.read())
                self.assertFalse(os.path.exists(os.path.join(place.top, "report")))

    def test_a_link_that_stays_here(self):
        with Place() as place:
            os.mkdir(place.path("reports"))
            os.symlink("reports", place.path("link"))
            place.write("headgate.yaml", "reporter: [json=link/run.json, markdown=run.md]\n")
            outcome = place.run_headgate(*DRY)
            self.assertEqual(0, outcome.code, outcome)
            self.assertTrue(os.path.exists(place.path("reports", "run.json")))
            self.assertTrue(os.path.exists(place.path("run.md")))

    def test_from_the_users_own_file(self):
        with Place() as place:
            path = program(place, 'cat >"$1"\n')
            elsewhere = os.path.join(place.top, "elsewhere")
            place.write(USER_FILE, "reporter: [%s, %s, %s]\n" % tuple(json.dumps(value) for value in (
                "exec:%s=FILE" % path, reporter_file("misbehaves") + "=" + elsewhere, "json=../report.json")))
            outcome = place.run_headgate(*APPLY)
            self.assert_same_run(place, APPLY, outcome, [])
            self.assertEqual(EVENTS, events_in(place.read("FILE")))
            with open(elsewhere, encoding="ascii") as file:
                self.assertEqual(EVENTS, file.read().split())
            self.assertTrue(os.path.exists(os.path.join(place.top, "report.json")))

    def test_strict_and_timeout_from_a_file(self):
        with Place() as place:
            place.write("headgate.yaml", "strict-reporters: true\n")
            place.write(USER_FILE, "reporter-timeout: %d\n" % SOON)
            outcome = place.run_headgate(*DRY, *named(program(place, "exec sleep 600\n")))
            self.assertEqual(1, outcome.code, outcome)
            self.assertIn(NO_END + "; the run fails: --strict-reporters", outcome.err)

    def test_values_of_the_timeout(self):
        with Place() as place:
            for value in ("0", "-1", "86401", "1.5", "soon", "", " 1", "1s", "99999999999999999999"):
                with self.subTest(value):
                    outcome = place.run_headgate(*DRY, "--reporter-timeout", value)
                    self.assertEqual(2, outcome.code, outcome)
                    self.assertEqual("headgate: --reporter-timeout must be a whole number from 1 to 86400; got '%s'\n" % value,
                                     outcome.err)
            outcome = place.run_headgate(*DRY, "--reporter-timeout", "86400", *named("/bin/true"))
            self.assertEqual(0, outcome.code, outcome)


if __name__ == "__main__":
    unittest.main()
