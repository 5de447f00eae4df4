# SPDX-License-Identifier: Apache-2.0
"""A test case with a directory of its own, in which the generator is run through its driver."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

import yaml

import d29_session

PLUGIN = os.environ["GENERATOR_PLUGIN"]
DRIVER = json.loads(os.environ["GENERATOR_DRIVER"])  # argv: the driver, perhaps under valgrind

# Codes of struct hg_error.
INVALID, NOT_FOUND, IO, LIMIT, CANCELLED = 2, 3, 4, 6, 7


class Outcome:
    """What one run of the generator said."""

    def __init__(self, status, lines):
        self.status = status
        self.facts = [tuple(line["fact"]) for line in lines if "fact" in line]
        self.files = [line["file"] for line in lines if "file" in line]
        self.log = [tuple(line["log"]) for line in lines if "log" in line]
        self.warnings = [message for level, message in self.log if level == "warning"]
        errors = [line["error"] for line in lines if "error" in line]
        self.code, self.message = errors[0] if errors else (0, "")


class GeneratorCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="headgate-generate-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.output = os.path.join(self.directory, "jobs", "of", "today")

    def path(self, name):
        return os.path.join(self.directory, name)

    def write_configs(self, orchestrator, kubernetes):
        """Data, written by PyYAML, or text as it is."""
        for name, content in (("orchestrator.yaml", orchestrator), ("kubernetes.yaml", kubernetes)):
            text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(text)

    def write_session(self, workers=2, total=6, **changes):
        """The demo session with some keys of the Kubernetes config changed."""
        orchestrator = dict(d29_session.ORCHESTRATOR, workers=workers, total_iterations=total)
        kubernetes = dict(d29_session.KUBERNETES, workers=workers, total_iterations=total, **changes)
        self.write_configs(orchestrator, kubernetes)
        return orchestrator, kubernetes

    def generate(self, *options, output=None, configs=None):
        configs = configs or (self.path("orchestrator.yaml"), self.path("kubernetes.yaml"))
        run = subprocess.run([*DRIVER, PLUGIN, *configs, output or self.output, *options], check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
        self.assertIn(run.returncode, (0, 1), run.stderr.decode("utf-8", "replace"))
        self.assertEqual(run.stderr, b"")
        outcome = Outcome(run.returncode, [json.loads(line) for line in run.stdout.splitlines()])
        self.assertEqual(outcome.status == 0, outcome.message == "", outcome.message)
        return outcome

    def names(self, directory=None):
        return sorted(os.listdir(directory or self.output))

    def read(self, name):
        with open(os.path.join(self.output, name), "rb") as file:
            return file.read()

    def assert_is_d29(self, orchestrator, kubernetes, outcome):
        """Each file holds the data that D29 would have put there, and nothing else is there."""
        self.assertEqual(outcome.status, 0, outcome.message)
        self.assertEqual(len(outcome.files), orchestrator["workers"])
        self.assertEqual(self.names(), sorted(os.path.basename(file["path"]) for file in outcome.files))
        times = set()
        for index, file in enumerate(outcome.files):
            documents = list(yaml.safe_load_all(self.read(os.path.basename(file["path"]))))
            created_at = documents[0]["metadata"]["annotations"]["created_at"]
            times.add(created_at)
            expected = d29_session.job_of(orchestrator, kubernetes, index, created_at)
            self.assertEqual(documents, [expected])
            self.assert_same_types(documents[0], expected)
            self.assertEqual(os.path.basename(file["path"]), f"job-{index:02}-{file['job_name']}.yaml")
        self.assertEqual(len(times), 1)
        self.assertRegex(times.pop(), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def assert_same_types(self, one, other):
        """1 == True == 1.0 in Python."""
        self.assertIs(type(one), type(other), (one, other))
        if isinstance(one, dict):
            for key in one:
                self.assert_same_types(one[key], other[key])
        elif isinstance(one, list):
            for left, right in zip(one, other):
                self.assert_same_types(left, right)
