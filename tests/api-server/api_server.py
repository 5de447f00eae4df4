#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A small Kubernetes API server for tests.

Enough of the API for `kubectl apply` (1.27 to 1.33): it creates, changes and deletes Jobs in memory,
refuses what a server refuses, in its words, and misbehaves on demand. It takes server-side apply too. On
a free port of 127.0.0.1, plain HTTP or TLS.

    api_server.py --write-kubeconfig FILE [--log FILE] [--rule PATTERN=BEHAVIOUR]...

Prints its port as the first line, once it takes connections. Ends on SIGTERM, on SIGINT, and, where
standard input is a pipe, when that is closed: a test that dies takes its server with it.

While it runs, a test talks to it under /control:

    POST   /control/rules      lines of rules, see behaviours.py
    DELETE /control/rules
    GET    /control/requests   what was asked so far, one JSON object a line
    GET    /control/jobs       every Job, as a JobList
"""

import argparse
import http.server
import json
import os
import select
import signal
import socket
import ssl
import stat
import struct
import sys
import threading
import urllib.parse

import api_documents
import behaviours
from job_schema import JobSchema
from job_store import JobStore, Refusal, not_found

_DEFAULT_FIELDS = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "schemas", "kubernetes", "job-fields.tsv"
)
_APPLY = "application/apply-patch+yaml"
_STRATEGIC_MERGE = "application/strategic-merge-patch+json"
_MOST_BODY = 8 << 20

# kubectl sends credentials only over TLS. So what stands for a wrong token here is an address of its
# own, below which every answer is 401.
_WRONG_TOKEN = "/wrong-token"

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


class Request(http.server.BaseHTTPRequestHandler):
    """One connection. Several may be served at once; what they share is in self.server."""

    protocol_version = "HTTP/1.1"
    server_version = "headgate-test-api-server"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def answer(self):
        self.answered = None
        self.warning = None
        url = urllib.parse.urlsplit(self.path)
        self.url_path = url.path
        self.query = dict(urllib.parse.parse_qsl(url.query))
        self.namespace, self.job_name, self.is_collection = self._job_address(url.path)
        try:
            body = self._read_body()
            if url.path.startswith("/control/"):
                self._control(url.path, body)
                return
            if self.command == "POST" and isinstance(body, dict):
                self.job_name = (body.get("metadata") or {}).get("name", "")
            used_up = self._misbehave()
            if not used_up:
                self._authorize()
                self._route(body)
        except Refusal as refusal:
            self._send(refusal.code, refusal.status, headers=refusal.headers)
        finally:
            if not url.path.startswith("/control/"):
                self.server.record(self)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, format, *args):
        """Requests are recorded by the server, not printed."""

    # What a rule may do to a connection. Each returns that it is used up, but for pause.

    def hang(self):
        """Sends nothing for as long as the client waits."""
        while not self.server.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.1)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                break
        return self.drop()

    def pause(self, seconds):
        self.server.stopping.wait(seconds)
        return False

    def drop(self):
        self.close_connection = True
        return True

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        return self.drop()

    def cut(self):
        """An answer that promises more than it holds."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
        self.wfile.flush()
        return self.drop()

    def _misbehave(self):
        rule = self.server.rules.take(self.command, self.url_path, self.job_name)
        return bool(rule) and bool(behaviours.BEHAVIOURS[rule.behaviour](self, rule))

    @staticmethod
    def _job_address(path):
        """Namespace, Job's name ("" for the collection) and whether the path means Jobs at all."""
        parts = path.strip("/").split("/")
        if parts[:3] != ["apis", "batch", "v1"] or len(parts) < 4:
            return "", "", False
        if parts[3:] == ["jobs"]:
            return "", "", True
        if parts[3] != "namespaces" or len(parts) not in (6, 7) or parts[5] != "jobs":
            return "", "", False
        return parts[4], parts[6] if len(parts) == 7 else "", True

    def _read_body(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MOST_BODY:
            self.close_connection = True
            raise Refusal(413, "RequestEntityTooLarge", "Request entity too large: limit is %d" % _MOST_BODY)
        data = self.rfile.read(length)
        if not data or self.path.startswith("/control/"):
            return data.decode()
        kind = self.headers.get("Content-Type", "application/json")
        if "json" not in kind and kind != _APPLY:
            raise Refusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format")
        try:
            return json.loads(data)
        except ValueError as error:
            raise Refusal(400, "BadRequest", "the object provided is unrecognized: %s" % error) from error

    def _authorize(self):
        if not self.server.knows(self.headers.get("Authorization", "")):
            raise behaviours.unauthorized()
        if self.url_path.startswith(_WRONG_TOKEN + "/"):
            raise behaviours.unauthorized()
        user = self.headers.get("Impersonate-User")
        if user and self.is_collection:
            raise behaviours.forbidden(self, user)

    def _route(self, body):
        path = self.url_path
        if self.is_collection:
            self._send(*self._jobs(body))
        elif self.command != "GET":
            raise Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
        elif path == "/version":
            self._send(200, api_documents.version(self.server.minor))
        elif path in ("/api", "/apis"):
            self._discovery(path)
        elif path in ("/api/v1", "/apis/batch/v1"):
            self._send(200, api_documents.resource_list("v1" if path == "/api/v1" else "batch/v1"))
        elif path == "/openapi/v2":
            self._send_bytes(200, api_documents.PROTOBUF_V2, api_documents.openapi_v2())
        elif path == "/openapi/v3":
            self._send(200, api_documents.openapi_v3_index())
        elif path.startswith("/openapi/v3/"):
            self._found(api_documents.openapi_v3(path.removeprefix("/openapi/v3/")))
        elif path == api_documents.CUSTOM_RESOURCES:
            self._send(200, api_documents.no_custom_resources())
        elif path.startswith("/api/v1/namespaces/"):
            self._namespace(path.rpartition("/")[2])
        else:
            self._found(None)

    def _found(self, document):
        if document is None:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        self._send(200, document)

    def _discovery(self, path):
        accept = self.headers.get("Accept", "")
        for asked in accept.split(","):
            settings = asked.split(";")
            for wanted, api_version in api_documents.AGGREGATED:
                if "as=APIGroupDiscoveryList" in settings and wanted in settings:
                    kind = "application/json;g=apidiscovery.k8s.io;%s;as=APIGroupDiscoveryList" % wanted
                    self._send(200, api_documents.aggregated(path, api_version), kind)
                    return
        self._send(200, api_documents.api_versions() if path == "/api" else api_documents.api_groups())

    def _namespace(self, name):
        if name not in self.server.store.namespaces:
            raise not_found("namespaces", name)
        self._send(200, {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name}})

    def _jobs(self, body):
        """Code and document for a request on Jobs."""
        store, namespace, name = self.server.store, self.namespace, self.job_name
        strict = self.query.get("fieldValidation", "Warn") == "Strict"
        dry_run = self.query.get("dryRun") == "All"
        if self.command == "GET" and name:
            return 200, store.get(namespace, name)
        if self.command == "GET":
            field, _, wanted = self.query.get("fieldSelector", "").partition("=")
            return 200, store.listing(namespace or None, wanted if field == "metadata.name" else None)
        if self.command == "DELETE" and name:
            return 200, store.delete(namespace, name, dry_run)
        if not isinstance(body, dict):
            raise Refusal(400, "BadRequest", "the request's body is no object")
        if self.command == "POST" and namespace:
            return 201, store.create(namespace, body, strict, dry_run)
        if self.command == "PATCH" and name:
            if self.headers.get("Content-Type") == _APPLY:
                if not self.query.get("fieldManager"):
                    raise Refusal(400, "BadRequest", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required")
                return store.apply(namespace, name, body, self.query["fieldManager"], strict, dry_run)
            if self.headers.get("Content-Type") != _STRATEGIC_MERGE:
                raise Refusal(415, "UnsupportedMediaType", "want " + _STRATEGIC_MERGE)
            return 200, store.patch(namespace, name, body, strict, dry_run)
        raise Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")

    def _control(self, path, body):
        server = self.server
        try:
            if path == "/control/rules" and self.command == "POST":
                server.rules.add([line for line in body.splitlines() if line.strip()])
                self._send(200, {})
            elif path == "/control/rules" and self.command == "DELETE":
                server.rules.clear()
                self._send(200, {})
            elif path == "/control/requests" and self.command == "GET":
                self._send_bytes(200, "application/jsonl", "".join(server.requests_so_far()).encode())
            elif path == "/control/jobs" and self.command == "GET":
                self._send(200, server.store.listing())
            else:
                self._found(None)
        except ValueError as error:
            raise Refusal(400, "BadRequest", str(error)) from error

    def _send(self, code, document, kind="application/json", headers=None):
        self._send_bytes(code, kind, json.dumps(document).encode(), headers)

    def _send_bytes(self, code, kind, data, headers=None):
        self.answered = code
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.warning:
            self.send_header("Warning", '299 - "%s"' % self.warning)
        self.end_headers()
        self.wfile.write(data)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, arguments):
        super().__init__(("127.0.0.1", 0), Request)
        self.minor = arguments.minor
        self.rules = behaviours.Rules(arguments.rule)
        self.store = JobStore(JobSchema(arguments.fields), ["default"] + arguments.namespace)
        self.stopping = threading.Event()
        self._requests = []
        self._token = arguments.token
        if arguments.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(os.path.join(arguments.tls, "server.pem"), os.path.join(arguments.tls, "server.key"))
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self._log = open(arguments.log, "a", encoding="utf-8", buffering=1) if arguments.log else None
        self._lock = threading.Lock()

    def knows(self, authorization):
        """Whether that may come in. The token is read anew each time, so that a test can change it."""
        if not self._token:
            return True
        with open(self._token, encoding="utf-8") as file:
            return authorization == "Bearer " + file.read().strip()

    def record(self, request):
        row = {
            "method": request.command,
            "path": request.url_path,
            "query": request.query,
            "job": request.job_name,
            "code": request.answered,
            "agent": request.headers.get("User-Agent", ""),
        }
        line = json.dumps(row) + "\n"
        with self._lock:
            self._requests.append(line)
            if self._log:
                self._log.write(line)

    def requests_so_far(self):
        with self._lock:
            return list(self._requests)

    def handle_error(self, request, client_address):
        """A client that goes away is no error here; anything else is, and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
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
    parser.add_argument("--token", metavar="FILE", help="let only the token in that FILE holds; read each time")
    parser.add_argument("--fields", metavar="FILE", default=_DEFAULT_FIELDS, help="the table of a Job's fields")
    return parser.parse_args(arguments)


def main():
    arguments = _parse(sys.argv[1:])
    server = Server(arguments)
    port = server.server_address[1]
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    signal.signal(signal.SIGINT, lambda *_: server.stop())
    if arguments.write_kubeconfig:
        descriptor = os.open(arguments.write_kubeconfig, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as kubeconfig:
            kubeconfig.write(_KUBECONFIG.format(port=port, wrong_token=_WRONG_TOKEN))
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_stop_when_closed, args=(server,), daemon=True).start()
    print(port, flush=True)
    server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
