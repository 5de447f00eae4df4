# SPDX-License-Identifier: Apache-2.0
"""Starts the test API server for a test, and talks to it."""

import json
import os
import select
import signal
import ssl
import sys
import traceback
import urllib.request

import api_server

_TIMEOUT = 30


class _Process:
    """A server in a process of its own, forked: Python takes ten times as long to start as the server does. A pipe is its
    standard input, another its standard output."""

    def __init__(self, words):
        api_server.schema()  # read once for all
        given, stdin = os.pipe()
        stdout, told = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._serve(words, given, told)
        os.close(given)
        os.close(told)
        self.stdin, self.stdout = open(stdin, "wb", 0), open(stdout, "rb")
        self.returncode = None

    @staticmethod
    def _serve(words, given, told):
        """Never returns; nothing of the test's stays open."""
        status = 1
        try:
            os.dup2(given, 0)
            os.dup2(told, 1)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
            api_server.main(words)
            status = 0
        except BaseException:  # whatever it is, the test's own code must not go on here
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def send_signal(self, number):
        os.kill(self.pid, number)

    def wait(self, timeout):
        """Its exit status; None where it has not ended in that time."""
        if self.returncode is None:
            ended = os.pidfd_open(self.pid)
            if select.select([ended], [], [], timeout)[0]:
                self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(ended)
        return self.returncode


class ApiServer:
    """A server of the test's own, with a kubeconfig in `directory`. Ends with close(), or with the test."""

    def __init__(self, directory, *arguments):
        self.kubeconfig = os.path.join(directory, "kubeconfig")
        self.scheme = "https" if "--tls" in arguments else "http"
        self.context = ssl._create_unverified_context() if "--tls" in arguments else None
        self.process = _Process(["--write-kubeconfig", self.kubeconfig, *arguments])
        self.port = int(self.process.stdout.readline() or 0)
        if not self.port:
            self.close()
            raise RuntimeError("the API server did not start")

    def close(self):
        """Closes its standard input, upon which it ends. Returns its exit status."""
        self.process.stdin.close()
        status = self.process.wait(_TIMEOUT)
        if status is None:
            self.process.send_signal(signal.SIGKILL)
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
        self._tell("POST", "rules", "\n".join(rules))

    def clear_rules(self):
        self._tell("DELETE", "rules")

    def _tell(self, method, path, text=""):
        code, _, answer = self.request(method, "/control/" + path, text.encode())
        if code != 200:
            raise RuntimeError(answer.decode())
        return answer

    def script(self, text):
        """More lines of the script; see script.py."""
        self._tell("POST", "script", text)

    def clear_script(self):
        self._tell("DELETE", "script")

    def left_of_script(self):
        """The lines that nobody came for."""
        return json.loads(self._tell("GET", "script"))

    def open(self, gate):
        """An answer that waits for that gate goes on; so do those to come."""
        self._tell("POST", "gates/" + gate)

    def put(self, *objects):
        """Jobs, Pods and events as they are from now on; {"type": "DELETED", "object": ...} removes one."""
        self._tell("POST", "objects", "\n".join(json.dumps(row) for row in objects))

    def log(self, namespace, pod, container, text, previous=False, ended=False):
        """More lines of a container's log, each beginning with its time stamp."""
        flags = "?" + ("previous=true&" if previous else "") + ("ended=true" if ended else "")
        self._tell("POST", "logs/%s/%s/%s%s" % (namespace, pod, container, flags), text)

    def bookmark(self):
        self._tell("POST", "bookmark")

    def compact(self):
        """A watch from a resourceVersion of before is told 410."""
        self._tell("POST", "compact")

    def requests_so_far(self, over=-1):
        """What was asked, one mapping a request, in the order of arrival: method, path, query, headers, body, client (the
        certificate's name), job, agent; code is None until there is an answer. Waits a second for more than `over`."""
        return [json.loads(line) for line in self._tell("GET", "requests?over=%d" % over).splitlines()]

    def wait_for_requests(self, count, fits=lambda row: True):
        """Waits until at least `count` of the requests fit, and returns them."""
        rows = self.requests_so_far()
        while sum(map(fits, rows)) < count:
            rows = self.requests_so_far(len(rows))
        return [row for row in rows if fits(row)]

    def jobs(self):
        """The Jobs that it holds, by name."""
        items = json.loads(self._tell("GET", "jobs"))["items"]
        return {job["metadata"]["name"]: job for job in items}
