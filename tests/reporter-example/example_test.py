#!/usr/bin/env python3
"""Builds the reporter of plugins/README.md, by the README's own commands and with every warning, and
has it checked by a program that feeds it whole runs.

usage: example_test.py SOURCE_DIRECTORY COMPILER CHECKER...
"""

import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

from extract import extract

SOURCE_DIRECTORY, COMPILER = sys.argv[1:3]
CHECKER = sys.argv[3:]
README = pathlib.Path(SOURCE_DIRECTORY, "plugins", "README.md")
INCLUDE = pathlib.Path(SOURCE_DIRECTORY, "include")
SOURCE = "report-outcomes.c"
PLUGIN = "headgate-report-outcomes.so"


class Example(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="headgate-example-")
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)
        self.write(SOURCE)

    def write(self, name):
        (self.directory / name).write_text(extract(README, name), encoding="utf-8")

    def run_command(self, *command, **environment):
        run = subprocess.run(
            command, cwd=self.directory, env={**os.environ, **environment}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        )
        self.assertEqual(run.returncode, 0, f"{' '.join(command)}\n{run.stdout}")
        return run.stdout

    def check(self, plugin):
        self.write("outcomes.txt")
        self.run_command(*CHECKER, REPORTER_EXAMPLE=str(plugin), README_FILES=str(self.directory))

    def test_builds_without_a_warning(self):
        self.run_command(
            COMPILER, f"-I{INCLUDE}", "-std=c11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
            "-Wvla", "-Wformat=2", "-Werror", "-fvisibility=hidden", "-shared", "-fPIC", "-o", PLUGIN, SOURCE,
        )
        self.check(self.directory / PLUGIN)

    def test_builds_and_installs_as_the_readme_says(self):
        home = self.directory / "home"
        home.mkdir()
        (self.directory / "headgate.pc").write_text(
            f"Name: headgate\nDescription: this source tree\nVersion: 1\nCflags: -I{INCLUDE}\n", encoding="utf-8"
        )
        self.write("build.sh")
        self.run_command("/bin/sh", "-eux", "build.sh", HOME=str(home), PKG_CONFIG_PATH=str(self.directory))
        installed = home / ".local/share/headgate/plugins" / PLUGIN
        self.assertEqual(stat.S_IMODE(installed.stat().st_mode) & (stat.S_IWGRP | stat.S_IWOTH), 0)
        self.check(installed)

    def test_is_about_sixty_lines(self):
        lines = [line for line in extract(README, SOURCE).splitlines() if line.strip()]
        self.assertLessEqual(len(lines), 70)
        self.assertLessEqual(max(map(len, lines)), 100)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
