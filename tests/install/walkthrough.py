# SPDX-License-Identifier: Apache-2.0
"""Does what a Markdown document says, block by block, in one shell that runs in an InstalledRoot.

    ```LANGUAGE file=NAME   the file NAME: written where there is none, else it must hold just that
    ```yaml                 settings: a dry run takes them for headgate.yaml
    ```sh                   commands, a line each (with its continuations); each must succeed
    ```sh file=NAME         the same
    ```console              a line that begins with "$ " is such a command, what follows it is what
                            it prints, standard output and error together
    ```console fails        the same; its commands exit with another status than 0

Any other block is a mistake: nobody would know whether it holds. What differs from run to run and
from machine to machine (times, directories) is not compared.
"""

import re
import subprocess
import threading

BLOCK = re.compile(r"^```(\w+)(?: file=(\S+)| (fails))?\n(.*?)^```$", re.M | re.S)
MARK = "--8<-- headgate-walkthrough"
LIMIT = 300  # seconds for one command


def section(text, heading):
    """The part of the document below that heading, up to the next one of its level."""
    level = heading.split(" ")[0]
    start = text.index(f"{heading}\n")
    end = re.compile(rf"^#{{1,{len(level)}}} ", re.M).search(text, start + len(heading))
    return text[start:end.start() if end else len(text)]


def normalise(text):
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME", text)
    text = re.sub(r" *\b\d+ ms\b", " N ms", text)
    text = re.sub(r'("duration_ms": ?)\d+', r"\1N", text)
    text = re.sub(r'(,"(?:SUCCESS|FAILED)",\d*,\d+,)\d+', r"\1N", text)
    return re.sub(r"[ \t\r]+$", "", text, flags=re.M)


def without_order(text):
    """Log lines come from several processes at once, and what took longest was luck: those that follow each
    other, sorted."""
    result, log = [], []
    for line in text.split("\n"):
        if re.match(r"\[|headgate: | N ms ", line):
            log.append(line)
            continue
        result += [*sorted(log), line]
        log = []
    return "\n".join([*result, *sorted(log)])


class Shell:
    """A shell that keeps its directory and variables from command to command."""

    def __init__(self, root, directory):
        self.process = root.start(["/bin/bash", "--norc"], cwd=directory, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")

    def run(self, command):
        """(exit status, what it printed)"""
        watch = threading.Timer(LIMIT, self.process.kill)
        watch.start()
        try:
            self.process.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '\\n%s %d\\n' '{MARK}' $?\n")
            self.process.stdin.flush()
            printed = []
            for line in self.process.stdout:
                if line.startswith(MARK):
                    return int(line[len(MARK):]), "".join(printed)[:-1]
                printed.append(line)
        finally:
            watch.cancel()
        raise AssertionError(f"the shell ended: {command}\n{''.join(printed)}")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=LIMIT)


def commands_of(content):
    """The lines of a script, those that end in a backslash with the next."""
    return [command for command in re.split(r"(?<!\\)\n", content) if command.strip()]


class Walkthrough:
    """Collects what does not hold, as texts."""

    def __init__(self, root, directory, name):
        self.root, self.directory, self.name = root, directory, name
        self.shell = Shell(root, directory)
        self.failures = []
        self.commands = 0

    def close(self):
        self.shell.close()

    def text_of_printed(self, printed):
        printed = printed.replace(str(self.root.home), "/home/you")
        return re.sub(r"^(Owner: +).*$", r"\1you", printed, flags=re.M)

    def run(self, command, must_succeed=True):
        self.commands += 1
        status, printed = self.shell.run(command)
        printed = self.text_of_printed(printed)
        if (status == 0) != must_succeed:
            self.failures.append(f"{self.name}: {command}: exit status {status}\n{printed}")
        return printed

    def file_block(self, name, content):
        _, where = self.shell.run("pwd")
        path = self.directory.joinpath(where.strip(), name)
        if not path.exists():
            path.write_text(content, encoding="utf-8")
            return content
        with open(path, encoding="utf-8", newline="") as file:
            found = file.read()
        if normalise(found) != normalise(content):
            self.failures.append(f"{self.name} says that {name} is\n{content}\nbut it is\n{found}")
        return found.replace("\r\n", "\n")

    def settings_block(self, content):
        _, where = self.shell.run("pwd")
        path = self.directory.joinpath(where.strip(), "headgate.yaml")
        path.write_text(content, encoding="utf-8")
        self.run("headgate apply --jobs-dir out")
        path.unlink()

    def console_block(self, content, must_succeed):
        shown = []
        for command in re.findall(r"^\$ (.*(?:\\\n.*)*)$", content, re.M):
            shown += [f"$ {command}", *self.run(command, must_succeed).splitlines()]
        shown = "\n".join(shown) + "\n"
        if without_order(normalise(shown)) != without_order(normalise(content)):
            self.failures.append(f"{self.name} says\n{content}\nbut it is\n{shown}")
        return shown

    def follow(self, text):
        """Does all that the text says. Returns the text as it should read."""
        edits = []
        if text.count("\n```") % 2 or len(BLOCK.findall(text)) * 2 != len(re.findall(r"^```", text, re.M)):
            self.failures.append(f"{self.name} has blocks of a kind that nobody tests")
        for block in BLOCK.finditer(text):
            language, name, fails, content = block.groups()
            if language == "sh":
                for command in commands_of(content):
                    self.run(command)
                continue
            if language == "console":
                edits.append((block.span(4), self.console_block(content, not fails)))
            elif name:
                edits.append((block.span(4), self.file_block(name, content)))
            elif language == "yaml":
                self.settings_block(content)
            else:
                self.failures.append(f"{self.name} has a block of {language} that nobody tests")
        for (start, end), now in reversed(edits):
            text = text[:start] + now + text[end:]
        return text
