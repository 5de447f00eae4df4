# SPDX-License-Identifier: Apache-2.0
"""`headgate validate` in a directory of its own. CMake sets HEADGATE_BIN, HEADGATE_SOURCE (the source tree)
and LATER_ROWS (a validator whose rule table has longer rows, from tests/plugins)."""

import json
import os
import subprocess
import tempfile
import unittest

HEADGATE = os.environ["HEADGATE_BIN"]
SOURCE = os.environ["HEADGATE_SOURCE"]
LATER_ROWS = os.environ["LATER_ROWS"]


class ExplainCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="headgate-explain-")
        self.addCleanup(directory.cleanup)
        self.top = directory.name
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("HEADGATE_", "XDG_"))}
        self.environment["HOME"] = self.top

    def validate(self, *arguments):
        return subprocess.run([HEADGATE, "validate", *arguments], cwd=self.top, env=self.environment, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def explained(self, *arguments):
        """The rules that --explain list names, as JSON."""
        done = self.validate("--explain", "list", "-o", "json", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def diagnostics_of(self, files, *arguments):
        """Writes the files {name: bytes}, validates them all, and gives {name: [diagnostic]}."""
        jobs = tempfile.mkdtemp(dir=self.top)
        for name, content in files.items():
            with open(os.path.join(jobs, name), "wb") as file:
                file.write(content)
        done = self.validate("--jobs-dir", jobs, "--no-history", "-o", "json", *arguments)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        found = {name: [] for name in files}
        for document in json.loads(done.stdout)["documents"]:
            found[os.path.basename(document["yaml_path"])] += document["diagnostics"]
        return found
