#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small Kubernetes API server for tests.

Enough of the API for `kubectl apply` (1.27 to 1.33): it creates, changes and deletes Jobs in memory,
refuses what a server refuses, in its words, and misbehaves on demand. It takes server-side apply too, lists
(in pages, with selectors) and watches Jobs, Pods and events, and serves logs. On a free port of 127.0.0.1, plain
HTTP or TLS. It is a proxy too: CONNECT HOST:PORT leads to that port of 127.0.0.1, whatever the host is.

    api_server.py --write-kubeconfig FILE [--log FILE] [--rule PATTERN=BEHAVIOUR]... [--script FILE]

Two things make it misbehave: a rule is one fault in the place of an answer (behaviours.py), a script plays answers
step by step (script.py). Pods, events and the state of Jobs are what a test puts there, as objects, or what
--controller makes of the Jobs (job_controller.py).

Prints its port as the first line, once it takes connections. Ends on SIGTERM, on SIGINT, and, where
standard input is a pipe, when that is closed: a test that dies takes its server with it.

While it runs, a test talks to it under /control:

    POST   /control/rules      lines of rules, see behaviours.py
    DELETE /control/rules
    POST   /control/script     lines of a script, see script.py
    DELETE /control/script     GET: the lines that nobody came for
    POST   /control/gates/NAME opens the gate
    GET    /control/requests   what was asked so far, one JSON object a line; ?over=N waits a second for more than N
    GET    /control/jobs       every Job, as a JobList
    POST   /control/objects    an object a line (Job, Pod, Event), made or put in the place of the one of its name;
                               {"type": "DELETED", "object": ...} removes it
    POST   /control/logs/NAMESPACE/POD/CONTAINER[?previous=true][&ended=true]
                               more lines of that log, each with its time stamp; ended: no more will come
    POST   /control/bookmark   to every watch that wants bookmarks
    POST   /control/compact    forgets the changes so far: a watch from before is told 410
"""

import argparse
import functools
import http.server
import json
import os
import signal
import ssl
import stat
import sys
import threading

import behaviours
import cluster_objects
from api_request import WRONG_TOKEN, Request
from api_streams import Log
from job_controller import JobController
from job_schema import JobSchema
from job_store import JobStore
from script import Script

_DEFAULT_FIELDS = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "schemas", "kubernetes", "job-fields.tsv"
)

_KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster: {{server: "http://127.0.0.1:{port}"}}
- name: wrong-token
  cluster: {{server: "http://127.0.0.1:{port}{wrong_token}"}}
users:
- name: test-user
  user: {{}}
- name: nobody
  user: {{as: nobody}}
contexts:
- name: test
  context: {{cluster: test, user: test-user}}
- name: wrong-token
  context: {{cluster: wrong-token, user: test-user}}
- name: nobody
  context: {{cluster: test, user: nobody}}
current-context: test
"""


@functools.cache
def schema(fields=_DEFAULT_FIELDS):
    return JobSchema(fields)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, arguments):
        super().__init__(("127.0.0.1", 0), Request)
        self.minor = arguments.minor
        self.ends = arguments.ends
        self.files = arguments.files
        self.rules = behaviours.Rules(arguments.rule)
        self.script = Script()
        for path in arguments.script:
            with open(path, encoding="utf-8") as file:
                self.script.add(file.read())
        self.objects = cluster_objects.ClusterObjects()
        self.store = JobStore(schema(arguments.fields), ["default"] + arguments.namespace, self.objects)
        self.stopping = threading.Event()
        self._logs = {}
        self._requests = []
        self._token = arguments.token
        self._wants_certificate = arguments.client_certificates
        if arguments.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            pair = os.path.join(arguments.tls, arguments.certificate)
            context.load_cert_chain(pair + ".pem", pair + ".key")
            if self._wants_certificate:
                context.verify_mode = ssl.CERT_OPTIONAL
                context.load_verify_locations(os.path.join(arguments.tls, "ca.pem"))
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        if arguments.controller:
            JobController(self)
        self._log = open(arguments.log, "a", encoding="utf-8", buffering=1) if arguments.log else None
        self._arrival = threading.Condition()

    def knows(self, client, authorization):
        """Whether that may come in: by a certificate, or by the token, which is read anew each time, so that a test
        can change it."""
        if client or not (self._token or self._wants_certificate):
            return True
        if not self._token:
            return False
        with open(self._token, encoding="utf-8") as file:
            return authorization == "Bearer " + file.read().strip()

    def arrived(self, row):
        with self._arrival:
            self._requests.append(row)
            self._arrival.notify_all()

    def done(self, row):
        """What came of it is known; a request that was refused for its body arrives now."""
        with self._arrival:
            if not any(row is known for known in reversed(self._requests)):
                self._requests.append(row)
                self._arrival.notify_all()
            if self._log:
                self._log.write(json.dumps(row) + "\n")

    def requests_so_far(self, over=-1):
        """In the order of arrival; waits a while for there to be more than `over`."""
        with self._arrival:
            self._arrival.wait_for(lambda: len(self._requests) > over or self.stopping.is_set(), 1)
            return [dict(row) for row in self._requests]

    def put(self, rows):
        for row in rows:
            document = row.get("object", row)
            collection = cluster_objects.COLLECTIONS[document["kind"]]
            metadata = document["metadata"]
            if row.get("type") == "DELETED":
                self.objects.remove(collection, metadata["namespace"], metadata["name"])
            else:
                self.objects.keep(collection, document)

    def log_of(self, namespace, pod, container, previous):
        with self.objects.changed:
            return self._logs.get((namespace, pod, container, previous))

    def more_of_log(self, namespace, pod, container, previous, text, has_ended):
        with self.objects.changed:
            log = self._logs.setdefault((namespace, pod, container, previous), Log())
            log.lines += text.encode().splitlines(keepends=True)
            log.has_ended = has_ended
            self.objects.changed.notify_all()

    def handle_error(self, request, client_address):
        """A client that goes away is no error here; anything else is, and is shown."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)

    def stop(self):
        self.stopping.set()
        threading.Thread(target=self.shutdown, daemon=True).start()


def _stop_when_closed(server):
    while os.read(0, 4096):
        pass
    server.stop()


def _parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write-kubeconfig", metavar="FILE", help="contexts test, wrong-token and nobody")
    parser.add_argument("--log", metavar="FILE", help="append each request as a line of JSON")
    parser.add_argument("--rule", metavar="RULE", action="append", default=[], help="PATTERN=BEHAVIOUR")
    parser.add_argument("--namespace", metavar="NAME", action="append", default=[], help="one more, beside default")
    parser.add_argument("--minor", metavar="N", type=int, default=30, help="of the version it says it is, 1.N")
    parser.add_argument("--tls", metavar="DIR", help="speak TLS with DIR/server.pem and DIR/server.key")
    parser.add_argument("--certificate", metavar="NAME", default="server", help="another than server, for --tls")
    parser.add_argument("--client-certificates", action="store_true", help="let in who has one that DIR/ca.pem signed")
    parser.add_argument("--script", metavar="FILE", action="append", default=[], help="see script.py")
    parser.add_argument("--ends", action="append", default=[], metavar="GLOB=HOW", help="see job_controller.py")
    parser.add_argument("--controller", action="store_true", help="Jobs get Pods, run and end; see job_controller.py")
    parser.add_argument("--files", metavar="DIR", default=".", help="where a script's files are")
    parser.add_argument("--token", metavar="FILE", help="let only the token in that FILE holds; read each time")
    parser.add_argument("--fields", metavar="FILE", default=_DEFAULT_FIELDS, help="the table of a Job's fields")
    return parser.parse_args(arguments)


def main(words):
    arguments = _parse(words)
    server = Server(arguments)
    port = server.server_address[1]
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    signal.signal(signal.SIGINT, lambda *_: server.stop())
    if arguments.write_kubeconfig:
        descriptor = os.open(arguments.write_kubeconfig, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as kubeconfig:
            kubeconfig.write(_KUBECONFIG.format(port=port, wrong_token=WRONG_TOKEN))
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_stop_when_closed, args=(server,), daemon=True).start()
    print(port, flush=True)
    server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main(sys.argv[1:])
