# SPDX-License-Identifier: Apache-2.0
"""kubectl, whose YAML reader is another, reads generated manifests as PyYAML does. Asks no server."""

import json
import os
import subprocess
import sys
import unittest

import yaml

import d29_session
from generator_case import GeneratorCase

KUBECTL = os.environ["KUBECTL"]
SKIPPED = 77


class KubectlReading(GeneratorCase):
    def read_by_kubectl(self, path):
        """What kubectl has in memory after it read the file, with a label more."""
        run = subprocess.run([KUBECTL, "label", "--local", "-f", path, "-o", "json", "read-by=kubectl"], check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, HOME=self.directory),
                             timeout=120)
        self.assertEqual(run.returncode, 0, run.stderr.decode("utf-8", "replace"))
        job = json.loads(run.stdout)
        self.assertEqual(job["metadata"]["labels"].pop("read-by"), "kubectl")
        return job

    def assert_read_alike(self):
        self.assertEqual(self.generate().status, 0)
        path = os.path.join(self.output, self.names()[0])
        with open(path, encoding="utf-8") as file:
            expected = yaml.safe_load(file)
        job = self.read_by_kubectl(path)
        # Fields without a value that kubectl's own types always have.
        job.pop("status", None)
        job["spec"]["template"]["metadata"].pop("creationTimestamp", None)
        job["metadata"].pop("creationTimestamp", None)
        variables, read = (of["spec"]["template"]["spec"]["containers"][0].pop("env") for of in (expected, job))
        self.assertEqual(len(read), len(variables))
        for variable, as_read in zip(variables, read):
            self.assertEqual((as_read["name"], as_read.get("value", "")), (variable["name"], variable["value"]))
        self.assertEqual(job, expected)

    def test_demo_session(self):
        self.write_session()
        self.assert_read_alike()

    def test_awkward_texts(self):
        texts = d29_session.AWKWARD_TEXTS
        variables = {f"TEXT_{number}": text for number, text in enumerate(texts)}
        variables.update({text: "x" for text in texts
                          if text and text.isascii() and text.isprintable() and "=" not in text})
        self.write_session(extra_env=variables, config_path="# a: 한글 \x1b.yaml")
        self.assert_read_alike()


if __name__ == "__main__":
    if KUBECTL.endswith("-NOTFOUND"):
        print("there is no kubectl here")
        sys.exit(SKIPPED)
    unittest.main()
