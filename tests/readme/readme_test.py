#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every command of README.md and then, in a session of their own, of docs/, from top to bottom, and compares
what it prints; follows the links of all pages.

  readme_test.py --headgate BIN --kubectl FAKE --source DIR [--build DIR] [--update]

A ```console block is a session: each line that starts with "$ " is run by a shell in a directory that
has the examples, and what follows must be what it prints (standard output and error together, times and
directories apart). ```sh blocks must succeed, ```sql blocks must run on the history that the session
has made, ```yaml blocks are configuration files. --update writes what was printed into the pages:
that is how the output got there.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import links

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "api-server"))
from api_server_process import ApiServer

# The whole project is built and tested by these; whoever runs this test has just done so.
SELF = ("./bootstrap run", "./bootstrap test")

FORBIDDEN = ('Error from server (Forbidden): jobs.batch "arb-tuning-d29-k8s--worker-2-1" is forbidden: '
             'User "ci" cannot patch resource "jobs" in API group "batch" in the namespace "trading-bots"')


def blocks(text):
    """(language, content, start, end) of each fenced block; start and end delimit the content."""
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S):
        yield match[1], match[2], match.start(2), match.end(2)


def normalise(text):
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"-[0-9a-f]{5}\b", "-POD", text)
    text = re.sub(r"/\S*/\.local/state", "HOME/.local/state", text)
    return re.sub(r"[ \t]+$", "", text, flags=re.M)


class Session:
    """A directory with the examples, and an environment in which headgate and kubectl are found. What cluster.yaml leads
    to is the tests' API server, whose Jobs run and end."""

    def __init__(self, top, arguments):
        self.directory = top / "here"
        self.directory.mkdir()
        shutil.copytree(arguments.source / "examples", self.directory / "examples")
        script = top / "kubectl-script"
        script.write_text(f"job-01-* fail 1 {FORBIDDEN}\n", encoding="utf-8")
        self.environment = {
            "PATH": f"{arguments.headgate.parent}:{arguments.kubectl.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(top),
            "LANG": "C.UTF-8",
            "FAKE_KUBECTL_SCRIPT": str(script),
        }
        place = top / "server"
        place.mkdir()
        self.server = ApiServer(str(place), "--controller", "--minor", "36", "--namespace", "trading-bots", "--namespace", "ml",
                                "--ends", "*-2-1=Failed")  # fmt: skip
        shutil.copy(self.server.kubeconfig, self.directory / "cluster.yaml")
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def close(self):
        self.server.close()

    def run(self, command, **more):
        # The umask of many distributions' users: files that the group may write.
        return subprocess.run(["bash", "-c", command], cwd=self.directory, env={**self.environment, **more},
                              umask=0o002, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=300, check=False)


def replay(session, content):
    """The block as it should read: each command, and what it printed now."""
    shown = []
    for line in content.splitlines():
        if line.startswith("$ "):
            printed = session.run(line[2:]).stdout.decode("utf-8")
            shown.append(line)
            shown += printed.splitlines()
    return "\n".join(shown) + "\n"


def install(arguments, top):
    """An installation of the build tree, for what a reporter's author compiles against."""
    prefix = top / "prefix"
    subprocess.run(["cmake", "--install", str(arguments.build), "--prefix", str(prefix)], check=True,
                   stdout=subprocess.DEVNULL)
    found = next(prefix.rglob("headgate.pc"))
    return str(found.parent)


def write_example_reporter(arguments, session):
    """The C program of plugins/README.md, beside the examples."""
    with open(session.directory / "report-outcomes.c", "wb") as program:
        subprocess.run([sys.executable, arguments.source / "tests/reporter-example/extract.py",
                        arguments.source / "plugins/README.md", "report-outcomes.c"], stdout=program, check=True)


def check_sh(session, content, arguments, top, failures):
    for command in content.splitlines():
        command = re.sub(r"\s+# .*", "", command)
        if not command or command in SELF:
            continue
        more = {}
        if "pkg-config" in command:
            more["PKG_CONFIG_PATH"] = install(arguments, top)
            write_example_reporter(arguments, session)
        done = session.run(command, **more)
        if done.returncode != 0:
            failures.append(f"{command}: exit code {done.returncode}\n{done.stdout.decode('utf-8', 'replace')}")


def check_sql(session, content, failures, may_be_empty):
    history = session.run("headgate history path").stdout.decode().strip()
    done = subprocess.run(["sqlite3", "-bail", history], input=content.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, check=False)
    if done.returncode != 0 or not (done.stdout or may_be_empty):
        failures.append(f"query:\n{content}: exit code {done.returncode}, printed "
                        f"{done.stdout.decode('utf-8', 'replace')!r}")


def check_yaml(session, content, arguments, failures):
    if content.startswith("repos:"):  # of pre-commit
        hooks = (arguments.source / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
        failures += [f"there is no hook {name}" for name in re.findall(r"- id: (\S+)", content) if f"- id: {name}\n" not in hooks]
        return
    path = session.directory / "headgate.yaml"
    path.write_text(content, encoding="utf-8")
    done = session.run("rm -rf configured && headgate run --orchestrator-config examples/session/orchestrator.yaml "
                       "--k8s-config examples/session/kubernetes.yaml --jobs-dir configured")
    path.unlink()
    # The example makes warnings count, and the example session's image is `latest`.
    if done.returncode != 1 or b"[WARNINGS]" not in done.stdout:
        failures.append(f"headgate.yaml: exit code {done.returncode}\n{done.stdout.decode('utf-8', 'replace')}")


def check_page(page, session, arguments, top, failures):
    """Does what one page says; with --update, writes down what came of it."""
    text = page.read_text(encoding="utf-8")
    edits = []
    for language, content, start, end in blocks(text):
        if language == "console":
            replayed = replay(session, content)
            edits.append((start, end, replayed))
            if normalise(replayed) != normalise(content):
                failures.append(f"{page.name} says:\n{content}\nbut it is:\n{replayed}")
        elif language == "sh":
            check_sh(session, content, arguments, top, failures)
        elif language == "sql":
            # What those of history.md answer is looked at by tests/history/queries_test.py.
            check_sql(session, content, failures, page.name == "history.md")
        elif language == "yaml":
            check_yaml(session, content, arguments, failures)
        elif language != "text":
            failures.append(f"{page.name}: a block of the language {language}, which nobody tests")
    if arguments.update:
        for start, end, replayed in reversed(edits):
            text = text[:start] + replayed + text[end:]
        page.write_text(text, encoding="utf-8")


def pages_of_docs(source):
    """What the first one makes is there for the others."""
    first = source / "docs/session.md"
    return [first] + [page for page in sorted((source / "docs").glob("*.md")) if page != first]


def pages_of(source):
    """The Markdown files of the project, not of what somebody built in its tree."""
    listing = subprocess.run(["git", "-C", str(source), "ls-files", "-z", "*.md"], capture_output=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        return [source / os.fsdecode(name) for name in listing.stdout.strip(b"\0").split(b"\0")]
    return [page for page in source.rglob("*.md") if "build" not in page.relative_to(source).parts]


def main():
    parser = argparse.ArgumentParser()
    for name in ("headgate", "kubectl", "source", "build"):
        parser.add_argument(f"--{name}", type=lambda text: pathlib.Path(text).resolve(), required=True)
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    failures = []
    for pages in ([arguments.source / "README.md"], pages_of_docs(arguments.source)):
        with tempfile.TemporaryDirectory(prefix="headgate-readme-") as name:
            top = pathlib.Path(name)
            session = Session(top, arguments)
            try:
                for page in pages:
                    check_page(page, session, arguments, top, failures)
            finally:
                session.close()
    for page in pages_of(arguments.source):
        failures += links.broken(page, arguments.source)
        failures += links.unknown_files(page, arguments.source)
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures and not arguments.update else 0


if __name__ == "__main__":
    sys.exit(main())
