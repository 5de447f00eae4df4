# SPDX-License-Identifier: Apache-2.0
"""Starts the test API server for a test, and talks to it."""

import json
import os
import ssl
import subprocess
import sys
import urllib.request

_SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "api_server.py")
_TIMEOUT = 30


class ApiServer:
    """A server of the test's own, with a kubeconfig in `directory`. Ends with close(), or with the test."""

    def __init__(self, directory, *arguments):
        self.kubeconfig = os.path.join(directory, "kubeconfig")
        self.scheme = "https" if "--tls" in arguments else "http"
        self.context = ssl._create_unverified_context() if "--tls" in arguments else None
        command = [sys.executable, _SERVER, "--write-kubeconfig", self.kubeconfig, *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline() or 0)
        if not self.port:
            self.close()
            raise RuntimeError("the API server did not start")

    def close(self):
        """Closes its standard input, upon which it ends. Returns its exit status."""
        self.process.stdin.close()
        try:
            status = self.process.wait(_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait(_TIMEOUT)
        self.process.stdout.close()
        return status

    def request(self, method, path, body=None, headers=None):
        """Code, headers and body of an answer, refusals included."""
        request = urllib.request.Request(
            "%s://127.0.0.1:%d%s" % (self.scheme, self.port, path), data=body, headers=headers or {}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT, context=self.context) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.headers, refusal.read()

    def add_rules(self, *rules):
        code, _, answer = self.request("POST", "/control/rules", "\n".join(rules).encode())
        if code != 200:
            raise RuntimeError(answer.decode())

    def clear_rules(self):
        self.request("DELETE", "/control/rules")

    def requests_so_far(self):
        """What was asked, one mapping a request."""
        return [json.loads(line) for line in self.request("GET", "/control/requests")[2].splitlines()]

    def jobs(self):
        """The Jobs that it holds, by name."""
        items = json.loads(self.request("GET", "/control/jobs")[2])["items"]
        return {job["metadata"]["name"]: job for job in items}
