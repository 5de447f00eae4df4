# SPDX-License-Identifier: Apache-2.0
"""Runs that wait for their Jobs, against the tests' API server, whose Jobs run and end."""

import os
import sys

sys.path.insert(0, os.path.join(os.environ["HEADGATE_SOURCE"], "tests", "api-server"))

from api_server_process import ApiServer
from headgate_case import HeadgateCase

MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: %s
  namespace: default
  annotations: {test/ends: "%s"%s}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36", command: ["true"]}]
"""

class WaitCase(HeadgateCase):
    minor = "36"
    namespace = "default"  # which the server has

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("server"))
        os.mkdir(self.path("jobs"))
        self.server = ApiServer(self.path("server"), "--controller", "--minor", self.minor, "--namespace",
                                self.namespace)
        self.addCleanup(self.server.close)

    @staticmethod
    def manifest(name, ends="Complete", more=""):
        return MANIFEST % (name, ends, more)

    def job(self, name, ends="Complete", more=""):
        self.write("jobs/%s.yaml" % name, self.manifest(name, ends, more))

    def flags(self, *more):
        return ("apply", "--jobs-dir", "jobs", "--apply", "--wait", "--applier", "server", "--kubeconfig",
                self.server.kubeconfig, *more)

    def completions(self, columns="job_name, outcome, failure_class, exit_code"):
        return [tuple(row.values()) for row in self.query(
            "SELECT %s FROM job_completions WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY job_name" % columns)]

    def expect_in_time(self, code, outcome, *arguments):
        """A run whose time to wait is over only once a Job has ended so: it gets more until it sees that, and each time Jobs
        that are new to the cluster."""
        for seconds in (1, 4, 16, 64):
            ended = self.run_headgate(*arguments, "--wait-timeout", str(seconds))
            if self.query("SELECT 1 FROM job_completions WHERE outcome = '%s'" % outcome):
                break
            for name in self.server.jobs():
                self.server.request("DELETE", "/apis/batch/v1/namespaces/default/jobs/" + name)
        self.assertEqual(code, ended.code, ended)

    def run_state(self):
        return tuple(self.query("SELECT state, exit_code FROM runs ORDER BY run_id DESC LIMIT 1")[0].values())

    def begin(self, until, *more):
        """A run that waits, and has said so far; killed with the test."""
        process = self.start_headgate(*self.flags(*more))
        self.said = ""
        self.read_until(process, until)
        return process

    def read_until(self, process, until):
        """Takes the log of a process until it says so."""
        while until not in self.said:
            line = process.stderr.readline().decode()
            self.assertTrue(line, self.said)
            self.said += line
