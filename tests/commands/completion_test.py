# SPDX-License-Identifier: Apache-2.0
"""What the shells complete: commands, flags and their values, asked of Headgate; and that a name from outside is
never more than a name."""

import json
import os
import pty
import re
import select
import subprocess
import unittest

from headgate_case import BINARY, SOURCE, HeadgateCase

HOSTILE = "$(touch x)"
CONTEXTS = ["arn:aws:eks:eu-1:1:cluster/a", "dev", HOSTILE, "`touch x`;touch x", "q'b\"c", "two words", "bad\x1b[31m", "bad\nline"]


class CompletionCase(HeadgateCase):
    def setUp(self):
        super().setUp()
        bin_ = os.path.join(self.top, "bin")
        os.mkdir(bin_)
        os.symlink(BINARY, os.path.join(bin_, "headgate"))
        self.environment["PATH"] = bin_ + ":" + self.environment["PATH"]
        self.environment["KUBECONFIG"] = self.write("kubeconfig", json.dumps({
            "contexts": [{"name": name, "context": {"cluster": "c"}} for name in CONTEXTS],
            "clusters": [{"name": "c", "cluster": {"server": "https://192.0.2.1:6443"}}],
        }))  # fmt: skip

    def words(self, *typed):
        kind, *lines = self.expect(0, "completion-words", *typed).out.splitlines()
        self.assertEqual("words", kind)
        return [line.split("\t")[0] for line in lines]

    def kind(self, *typed):
        return self.expect(0, "completion-words", *typed).out.splitlines()[0]


class Words(CompletionCase):
    def test_commands_and_their_flags(self):
        self.assertIn("apply", self.words("ap"))
        self.assertNotIn("validate", self.words("ap"))
        self.assertEqual(["plan", "plugin"], self.words("help", "pl"))
        self.assertIn("--confirm-context", self.words("apply", "--con"))
        self.assertNotIn("--confirm-context", self.words("validate", "--con"))

    def test_values(self):
        self.assertEqual(["text", "json"], self.words("apply", "-o", ""))
        self.assertEqual(["--output=json"], self.words("apply", "--output=j"))
        self.assertIn("sarif", self.words("apply", "--reporter", "s"))
        self.assertIn("apply-server", self.words("apply", "--applier", "apply-"))
        self.assertIn("job-selector", self.words("validate", "--explain", "job-"))
        self.assertEqual(["report-json.indent="], self.words("validate", "--set", "report-json.i"))
        self.assertEqual(["bash", "zsh", "fish"], self.words("completion", ""))
        self.assertEqual("files", self.kind("apply", "--plan", ""))
        self.assertEqual("files", self.kind("apply", "--reporter", "json=o"))
        self.assertEqual("directories", self.kind("apply", "--jobs-dir=jo"))

    def test_contexts_of_the_kubeconfig_that_was_named(self):
        self.assertEqual([name for name in CONTEXTS if not name.startswith("bad")], self.words("apply", "--context", ""))
        other = self.write_kubeconfig("other", "elsewhere")
        self.assertEqual(["elsewhere"], self.words("apply", "--kubeconfig", other, "--context", ""))

    def test_runs_and_jobs_of_the_history(self):
        self.generate("jobs")
        for _ in range(21):
            self.expect(0, "validate", "--jobs-dir", "jobs", "-q")
        self.expect(0, "apply", "--jobs-dir", "jobs", "-q")
        newest = [str(number) for number in range(23, 3, -1)]
        self.assertEqual(["latest", *newest], self.words("history", "show", ""))
        self.assertEqual(newest[0:4], self.words("history", "diff", "latest", "2"))
        self.assertEqual(["arb-tuning-d29-k8s--worker-1-0"], self.words("logs", "latest", "arb-tuning-d29-k8s--worker-1"))
        self.assertEqual([], self.words("logs", "latest", "x", ""))

    def test_the_history_is_not_touched(self):
        """Not made where there is none, and not changed where there is one."""
        self.assertEqual(["latest"], self.words("resume", "l"))
        self.assertFalse(os.path.exists(self.history))
        self.generate("jobs")
        with open(self.history, "rb") as file:
            before = file.read()
        self.words("resume", "")
        with open(self.history, "rb") as file:
            self.assertEqual(before, file.read())

    def test_nothing_is_run(self):
        """Neither kubectl nor a stranger's plugin."""
        self.script("* touch")
        self.write("plugins/headgate-report-mine.so", "no shared object")
        self.assertEqual(["report-mine."], self.words("apply", "--plugin-dir", self.path("plugins"), "--set", "report-mi"))
        self.assertEqual([], self.words("apply", "--plugin-dir", self.path("plugins"), "--set", "report-mine."))
        self.words("apply", "--context", "")
        self.assertEqual([], self.launches())

    def test_a_shell_that_is_not_known(self):
        self.assertIn("takes bash, zsh or fish, not 'tcsh'", self.expect(2, "completion", "tcsh").err)
        self.assertIn("headgate help completion", self.expect(2, "completion").err)


class TypedCase(CompletionCase):
    """Typed into a real shell on a terminal."""

    def start(self, *command):
        self.controller, terminal = pty.openpty()
        self.process = subprocess.Popen(["setsid", "--ctty", *command], stdin=terminal, stdout=terminal, stderr=terminal,
                                        cwd=self.work, env=self.environment)  # fmt: skip
        os.close(terminal)
        self.addCleanup(self.end)
        self.shown = ""

    def end(self):
        self.process.kill()
        self.process.wait()
        os.close(self.controller)

    def type(self, text):
        self.shown = ""
        os.write(self.controller, text.encode())

    def until(self, pattern):
        while not re.search(pattern, self.shown, re.S):
            ready, _, _ = select.select([self.controller], [], [], 60)
            self.assertTrue(ready, "the shell shows %r and nothing more" % self.shown)
            self.shown += os.read(self.controller, 65536).decode()

    def written(self, line):
        """The words of a line after a tab, as the shell would run it."""
        self.type(line + "\t\x01printf '%s\\n' \x05 > words; echo EN\"D\"\r")
        self.until("END\r?\n")
        return self.read("words").splitlines()

    def check(self):
        self.assertEqual(["headgate", "completion"], self.written("headgate comp"))
        self.assertEqual(["headgate", "apply", "--confirm-context"], self.written("headgate apply --confirm"))
        self.assertEqual(["headgate", "apply", "--context", "dev"], self.written("headgate apply --context d"))
        self.assertEqual(["headgate", "apply", "--context", "two words"], self.written("headgate apply --context tw"))
        self.assertEqual(["headgate", "apply", "--context", CONTEXTS[4]], self.written("headgate apply --context q"))
        self.write("some plan.json", "{}")
        self.assertEqual(["headgate", "apply", "--plan", "some plan.json"], self.written("headgate apply --plan so"))
        self.assertEqual(["headgate", "apply", "--reporter", "json=some plan.json"],
                         self.written("headgate apply --reporter json=so"))  # fmt: skip
        self.assertFalse(os.path.exists(self.path("x")))


class Zsh(TypedCase):
    def test_words_are_completed(self):
        self.environment.update(TERM="xterm", HISTFILE="")
        self.start("zsh", "-f", "-i")
        self.type("autoload -Uz compinit; compinit -u -D; source <(headgate completion zsh); echo EN\"D\"\r")
        self.until("END\r?\n")
        self.check()


class Fish(TypedCase):
    def test_words_are_completed(self):
        self.environment["TERM"] = "xterm"
        self.start("fish", "--no-config", "-i")
        self.type("headgate completion fish | source; echo EN\"D\"\r")
        self.until("END\r?\n")
        self.check()


class Bash(TypedCase):
    def setUp(self):
        super().setUp()
        self.environment.update(PS1="READY> ", TERM="dumb", HISTFILE="", INPUTRC="/dev/null")
        self.start("bash", "--noprofile", "--norc", "-i")
        self.type("PS1='READY> '; bind 'set enable-bracketed-paste off'; bind 'set completion-query-items 0'\n")
        self.until("READY> $")
        self.type("source <(headgate completion bash); printf '%s-%s\\n' sou rced\n")
        self.until("sou-rced\r\n.*READY> $")

    def completed(self, line):
        """The line after a tab, as bash would run it: its words, one a line."""
        self.type("%s\t" % line)
        os.write(self.controller, b"\x01printf '<%s>' \x05; echo \"EN\"D\n")
        self.until("END\r\n.*READY> $")
        return re.findall(r"<([^>]*)>", self.shown[self.shown.rindex("\n<") :])

    def test_words_are_completed(self):
        self.assertEqual(["headgate", "completion"], self.completed("headgate comp"))
        self.assertEqual(["headgate", "apply", "--confirm-context"], self.completed("headgate apply --confirm"))
        self.assertEqual(["headgate", "apply", "--color=never"], self.completed("headgate apply --color=n"))

    def test_files_are_bash_s_own(self):
        self.write("some plan.json", "{}")
        self.assertEqual(["headgate", "apply", "--plan", "some plan.json"], self.completed("headgate apply --plan so"))
        self.assertEqual(["headgate", "apply", "--plan=some plan.json"], self.completed("headgate apply --plan=so"))
        self.assertEqual(["headgate", "apply", "--reporter", "json=some plan.json"],
                         self.completed("headgate apply --reporter json=so"))  # fmt: skip

    def test_a_context_with_colons(self):
        self.assertEqual(["headgate", "apply", "--context", CONTEXTS[0]], self.completed("headgate apply --context arn:aw"))
        self.assertEqual(["headgate", "apply", "--context=" + CONTEXTS[0]], self.completed("headgate apply --context=ar"))

    def test_a_hostile_context_is_a_word(self):
        for start, name in (("\\$", HOSTILE), ("'$", HOSTILE), ("\\`", CONTEXTS[3]), ("q", CONTEXTS[4]), ("tw", "two words")):
            with self.subTest(start=start):
                line = "headgate apply --context " + start
                if start.startswith("'"):
                    self.type(line + "\t")
                    os.write(self.controller, b"'\x15echo EN\"D\"\n")
                    self.until("END\r\n.*READY> $")
                else:
                    self.assertEqual(["headgate", "apply", "--context", name], self.completed(line))
                self.assertFalse(os.path.exists(self.path("x")))


class OtherShells(CompletionCase):
    def shell(self, program, *arguments):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, cwd=self.work, env=self.environment,
                              timeout=60, check=False)  # fmt: skip
        self.assertEqual("", done.stderr)
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertFalse(os.path.exists(self.path("x")))
        return done.stdout

    def test_fish(self):
        """fish itself says what it would complete."""

        def complete(line):
            script = "headgate completion fish | source; complete -C %s" % json.dumps(line).replace("$", "\\$")
            return [row.split("\t")[0] for row in self.shell("fish", "--no-config", "-c", script).splitlines()]

        self.assertIn("apply", complete("headgate ap"))
        self.assertIn("--confirm-context", complete("headgate apply --conf"))
        self.assertIn("dev", complete("headgate apply --context "))
        self.assertIn(HOSTILE, complete("headgate apply --context "))
        self.write("some.json", "{}")
        self.assertIn("--plan=some.json", complete("headgate apply --plan=so"))

    def test_zsh(self):
        """zsh reads the script, and what it hands to compadd are the words."""
        script = (
            "compdef() { }; compset() { print -r -- compset $@ }; _files() { print -r -- _files $@ };"
            " compadd() { while [[ $1 == -* && $1 != -a ]]; do [[ $1 == -[dS] ]] && shift; shift; done; print -rl -- ${(P)2} };"
            " source <(headgate completion zsh); words=(headgate %s); CURRENT=$#words; PREFIX=%s; _headgate"
        )
        self.assertIn("apply", self.shell("zsh", "-f", "-c", script % ("ap", "ap")).splitlines())
        out = self.shell("zsh", "-f", "-c", script % ("apply --context ''", "''"))
        for name in CONTEXTS[:6]:
            self.assertIn(name, out.splitlines())
        self.assertIn("_files -/", self.shell("zsh", "-f", "-c", script % ("apply --jobs-dir ''", "''")))

    def test_the_scripts_parse(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell=shell):
                self.shell(shell, "-n", os.path.join(SOURCE, "packaging/completion/headgate." + shell))


if __name__ == "__main__":
    unittest.main()
