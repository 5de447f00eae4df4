#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a reporter as the documents say, in the home of somebody who has an installation and nothing else:
by plugins/README.md, by docs/reporters.md, and with every warning. A program that feeds it whole runs checks what
came of it.

COMPILER and CHECKER (a command) are in the environment, with what document_case.py needs.
"""

import os
import shlex
import stat
import subprocess
import unittest

from document_case import InstalledCase
from extract import extract
from walkthrough import section

COMPILER = os.environ["COMPILER"]
CHECKER = shlex.split(os.environ["CHECKER"])
SOURCE_FILE = "report-outcomes.c"
PLUGIN = "headgate-report-outcomes.so"
HEADING = "## Write a reporter"


class Example(InstalledCase):
    def setUp(self):
        self.plugins = self.root.home / ".local/share/headgate/plugins"
        self.installed = self.plugins / PLUGIN
        self.installed.unlink(missing_ok=True)
        self.directory = self.root.home / self.id().rpartition(".")[2]
        self.directory.mkdir()
        session = self.documents / "examples" / "session"
        self.run_command("headgate", "generate", "--orchestrator-config", session / "orchestrator.yaml",
                         "--k8s-config", session / "kubernetes.yaml", "--output-dir", "out")

    def extracted(self, name):
        return extract(self.documents / "plugins/README.md", name)

    def run_command(self, *command):
        done = self.root.run(*command, cwd=self.directory)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def write_source(self):
        (self.directory / SOURCE_FILE).write_text(self.extracted(SOURCE_FILE), encoding="utf-8")

    def check(self, plugin):
        """By events that a run seldom has. The checker belongs to the build tree, the plugin does not."""
        (self.directory / "outcomes.txt").write_text(self.extracted("outcomes.txt"), encoding="utf-8")
        done = subprocess.run(CHECKER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                              errors="replace", timeout=300, check=False,
                              env={**os.environ, "REPORTER_EXAMPLE": str(plugin), "README_FILES": str(self.directory)})
        self.assertEqual(done.returncode, 0, done.stdout)

    def check_installed(self):
        self.assertEqual(stat.S_IMODE(self.installed.stat().st_mode) & (stat.S_IWGRP | stat.S_IWOTH), 0)
        self.check(self.installed)

    def test_plugins_readme_word_by_word(self):
        text = (self.documents / "plugins/README.md").read_text(encoding="utf-8")
        self.follow(section(text, HEADING), self.directory, "plugins/README.md")
        self.check_installed()

    def test_reporters_page_word_by_word(self):
        self.write_source()
        text = (self.documents / "docs/reporters.md").read_text(encoding="utf-8")
        self.follow(section(text, HEADING), self.directory, "docs/reporters.md")
        self.assertEqual((self.directory / "outcomes.txt").read_text(encoding="utf-8"), self.extracted("outcomes.txt"))
        self.check(self.installed if self.installed.exists() else self.directory / PLUGIN)

    def test_builds_without_a_warning(self):
        self.write_source()
        self.run_command(
            COMPILER, f"-I{self.root.prefix}/include", "-std=c11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow",
            "-Wconversion", "-Wvla", "-Wformat=2", "-Werror", "-fvisibility=hidden", "-shared", "-fPIC", "-o", PLUGIN,
            SOURCE_FILE)
        self.check(self.directory / PLUGIN)

    def test_is_about_sixty_lines(self):
        lines = [line for line in self.extracted(SOURCE_FILE).splitlines() if line.strip()]
        self.assertLessEqual(len(lines), 70)
        self.assertLessEqual(max(map(len, lines)), 100)


if __name__ == "__main__":
    unittest.main()
