# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests of `--applier server` stand on: servers over TLS that a class shares, kubeconfigs, the
outcome of each Job, and secrets that nothing may show."""

import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["HEADGATE_SOURCE"], "tests", "api-server"))

from api_server_process import ApiServer
from certificates import certificates
from headgate_case import HeadgateCase

TOKEN = "a-token-that-nobody-may-see"
MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata: {name: %s, namespace: default}
spec:
  backoffLimit: 0
  %s
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36", command: ["true"]}]
"""


class ServerCase(HeadgateCase):
    """`self.server` is over TLS and lets in the token TOKEN and whoever has a client certificate."""

    @classmethod
    def setUpClass(cls):
        cls.certificates = certificates()
        cls.server = cls.start_server("--token", cls.class_file("token", TOKEN), "--tls", cls.certificates,
                                      "--client-certificates")  # fmt: skip

    @classmethod
    def class_directory(cls):
        if "place" not in cls.__dict__:
            cls.place = tempfile.TemporaryDirectory(prefix="headgate-server-")
            cls.addClassCleanup(lambda: delattr(cls, "place"))
            cls.addClassCleanup(cls.place.cleanup)
        return cls.place.name

    @classmethod
    def class_file(cls, name, text):
        path = os.path.join(cls.class_directory(), name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    @classmethod
    def start_server(cls, *arguments):
        server = ApiServer(cls.class_directory(), *arguments)
        cls.addClassCleanup(server.close)
        return server

    def setUp(self):
        super().setUp()
        self.secrets = [TOKEN.encode()]
        self.addCleanup(self.server.clear_script)
        self.before = len(self.server.requests_so_far())

    def certificate(self, name):
        return os.path.join(self.certificates, name)

    def write_config(self, user, server=None, ca="ca", **cluster):
        """A kubeconfig with that user, for a server of the class or an address."""
        server = self.server if server is None else server
        if not isinstance(server, str):
            server = "%s://127.0.0.1:%d" % (server.scheme, server.port)
        cluster["server"] = server
        if ca:
            cluster["certificate-authority"] = self.certificate(ca + ".pem")
        self.kubeconfig = self.write("kubeconfig", json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "tls",
            "clusters": [{"name": "tls", "cluster": cluster}], "users": [{"name": "me", "user": user}],
            "contexts": [{"name": "tls", "context": {"cluster": "tls", "user": "me"}}]}), 0o600)  # fmt: skip

    def plugin(self, body, mode="Never", **more):
        """An exec plugin that is that shell script, and the user that has it."""
        program = self.write("plugin", "#!/bin/sh\n" + body, 0o755)
        return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": program, "interactiveMode": mode, **more}}

    @staticmethod
    def credential(token=TOKEN):
        return json.dumps({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                           "status": {"token": token}})  # fmt: skip

    def jobs(self, *names, more=""):
        for name in names:
            self.write("jobs/%s.yaml" % name, MANIFEST % (name, more))

    def flags(self, *flags):
        return ("apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--kubeconfig", self.kubeconfig,
                "--set", "apply-server.retry-delay=0", "-v", *flags)  # fmt: skip

    def apply(self, code, *flags):
        outcome = self.expect(code, *self.flags(*flags))
        self.assert_secret(outcome)
        return outcome

    def assert_secret(self, outcome):
        """No secret is in what it printed, nor in the history."""
        texts = [outcome.stdout, outcome.stderr]
        for name in os.listdir(self.top):
            if name.startswith("history.db"):
                with open(os.path.join(self.top, name), "rb") as file:
                    texts.append(file.read())
        for secret in self.secrets:
            for text in texts:
                self.assertNotIn(secret, text)

    def outcomes(self):
        """By Job, its attempts of the newest run, in order."""
        rows = self.query(
            "SELECT j.job_name AS name, a.status, a.verb, a.failure_class, a.return_code, a.http_status, a.stderr, a.reason, a.advice"
            " FROM attempts AS a JOIN jobs AS j USING (run_id, position)"
            " WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY position, attempt"
        )
        found = {}
        for row in rows:
            found.setdefault(row["name"], []).append(row)
        return found

    def outcome(self):
        """Of the only attempt."""
        (rows,) = self.outcomes().values()
        self.assertEqual(1, len(rows), rows)
        return rows[0]

    def failure(self):
        row = self.outcome()
        return row["failure_class"], row["http_status"]

    def asked(self, server=None):
        """What the server was asked in this test: method and Job."""
        rows = (server or self.server).requests_so_far()[self.before if server is None else 0 :]
        return [(row["method"], row["job"]) for row in rows]
