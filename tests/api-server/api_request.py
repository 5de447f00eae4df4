# SPDX-License-Identifier: Apache-2.0
"""One connection of the test API server: which answer a request gets."""

import http.server
import io
import json
import select
import socket
import ssl
import struct
import urllib.parse

import api_control
import api_documents
import api_streams
import behaviours
import cluster_objects
import scripted_answer
from job_store import Refusal, not_found

_APPLY = "application/apply-patch+yaml"
_STRATEGIC_MERGE = "application/strategic-merge-patch+json"
_MOST_BODY = 8 << 20

# kubectl sends credentials only over TLS. So what stands for a wrong token here is an address of its
# own, below which every answer is 401.
WRONG_TOKEN = "/wrong-token"


class Request(http.server.BaseHTTPRequestHandler):
    """One connection. Several may be served at once; what they share is in self.server."""

    protocol_version = "HTTP/1.1"
    server_version = "headgate-test-api-server"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def answer(self):
        self.row = {"method": self.command, "code": None}
        self.warning = None
        if self.command == "CONNECT":
            self.url_path, self.query = self.path, {}
        else:
            url = urllib.parse.urlsplit(self.path)
            self.url_path = url.path
            self.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        self.namespace, self.collection, self.name = self._address(self.url_path)
        self.job_name = self.name if self.collection == "jobs" else ""
        self.row.update(path=self.url_path, query=self.query, headers=dict(self.headers.items()), body="",
                        agent=self.headers.get("User-Agent", ""), client=self.client_name(), job=self.job_name)
        is_control = self.url_path.startswith("/control/")
        try:
            text, self.body = self._read_body()
            body = self.body
            if is_control:
                api_control.control(self, text)
                return
            self.row["body"] = text
            if self.command == "POST" and isinstance(body, dict) and self.collection == "jobs":
                self.row["job"] = self.job_name = (body.get("metadata") or {}).get("name", "")
            self.server.arrived(self.row)
            steps = self.server.script.take(self.command, self.url_path, self.query)
            if steps and scripted_answer.ScriptedAnswer(self, steps).play():
                return
            used_up = self._misbehave()
            if not used_up:
                self._route(body)
        except Refusal as refusal:
            self.send(refusal.code, refusal.status, headers=refusal.headers)
        finally:
            if not is_control:
                self.server.done(self.row)

    do_GET = do_POST = do_PATCH = do_DELETE = do_CONNECT = answer

    def log_message(self, format, *args):
        """Requests are recorded by the server, not printed."""

    # What a rule or a step may do to a connection. Each returns that it is used up, but for pause and wait_for.

    def is_gone(self):
        """Whether the client has ended the connection: while it waits for an answer, it says nothing else."""
        try:
            return bool(select.select([self.connection], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    def hang(self):
        """Sends nothing for as long as the client waits."""
        while not self.server.stopping.wait(0.02) and not self.is_gone():
            pass
        return self.drop()

    def wait_for(self, event):
        """False: the client did not wait that long, and the connection is used up."""
        while not event.wait(0.02):
            if self.server.stopping.is_set() or self.is_gone():
                return not self.drop()
        return True

    def pause(self, seconds):
        self.server.stopping.wait(seconds)
        return False

    def drop(self):
        self.close_connection = True
        return True

    def end_connection(self):
        """A regular end: where it is TLS, it is said."""
        if isinstance(self.connection, ssl.SSLSocket):
            self.wfile.flush()
            self.connection.settimeout(5)
            self.connection.unwrap()
        return self.drop()

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        return self.drop()

    def cut(self):
        """An answer that promises more than it holds."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
        self.wfile.flush()
        return self.drop()

    def perform(self):
        """Does what was asked; nobody hears of it."""
        output, self.wfile = self.wfile, io.BytesIO()
        try:
            self._route(self.body)
        finally:
            self.wfile = output
        self.row["code"] = None

    def _misbehave(self):
        rule = self.server.rules.take(self.command, self.url_path, self.job_name)
        return bool(rule) and bool(behaviours.BEHAVIOURS[rule.behaviour](self, rule))

    @staticmethod
    def _address(path):
        """Namespace ("" for all), the collection ("" where it is none) and the object's name ("" for the collection)."""
        parts = path.strip("/").split("/")
        rest = parts[3:] if parts[:3] == ["apis", "batch", "v1"] else parts[2:] if parts[:2] == ["api", "v1"] else []
        namespace = ""
        if rest[:1] == ["namespaces"] and len(rest) > 2:
            namespace, rest = rest[1], rest[2:]
        kind = cluster_objects.KINDS.get(rest[0] if rest else "", ("", ""))
        if not kind[0] or len(rest) > (1 if not namespace else 3) or (kind[1] == "v1") != (parts[0] == "api"):
            return "", "", ""
        return namespace, rest[0], "/".join(rest[1:])

    def _read_body(self):
        """The body as text, and as what it means."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MOST_BODY:
            self.close_connection = True
            raise Refusal(413, "RequestEntityTooLarge", "Request entity too large: limit is %d" % _MOST_BODY)
        data = self.rfile.read(length)
        if not data or self.path.startswith("/control/"):
            return data.decode(), None
        kind = self.headers.get("Content-Type", "application/json")
        if "json" not in kind and kind != _APPLY:
            raise Refusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format")
        try:
            return data.decode(), json.loads(data)
        except ValueError as error:
            raise Refusal(400, "BadRequest", "the object provided is unrecognized: %s" % error) from error

    def client_name(self):
        """The common name of the client's certificate, "" where there is none."""
        if not isinstance(self.connection, ssl.SSLSocket):
            return ""
        subject = (self.connection.getpeercert() or {}).get("subject", ())
        return next((value for part in subject for name, value in part if name == "commonName"), "")

    def _authorize(self):
        if not self.server.knows(self.client_name(), self.headers.get("Authorization", "")):
            raise behaviours.unauthorized()
        if self.url_path.startswith(WRONG_TOKEN + "/"):
            raise behaviours.unauthorized()
        user = self.headers.get("Impersonate-User")
        if user and self.collection == "jobs":
            raise behaviours.forbidden(self, user)

    def _route(self, body):
        path = self.url_path
        if self.command == "CONNECT":
            api_streams.tunnel(self)
            return
        self._authorize()
        if self.collection and self.command == "GET" and not self.name:
            api_streams.list_or_watch(self)
        elif self.collection == "jobs":
            self.send(*self._jobs(body))
        elif self.command != "GET":
            raise Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
        elif self.collection and self.name.endswith("/log"):
            api_streams.pod_log(self, self.name.removesuffix("/log"))
        elif self.collection:
            document = self.server.objects.get(self.collection, self.namespace, self.name)
            if document is None:
                raise not_found(self.collection, self.name)
            self.send(200, document)
        elif path == "/version":
            self.send(200, api_documents.version(self.server.minor))
        elif path in ("/api", "/apis"):
            self._discovery(path)
        elif path in ("/api/v1", "/apis/batch/v1"):
            self.send(200, api_documents.resource_list("v1" if path == "/api/v1" else "batch/v1"))
        elif path == "/openapi/v2":
            self.send_bytes(200, api_documents.PROTOBUF_V2, api_documents.openapi_v2())
        elif path == "/openapi/v3":
            self.send(200, api_documents.openapi_v3_index())
        elif path.startswith("/openapi/v3/"):
            self.found(api_documents.openapi_v3(path.removeprefix("/openapi/v3/")))
        elif path == api_documents.CUSTOM_RESOURCES:
            self.send(200, api_documents.no_custom_resources())
        elif path.startswith("/api/v1/namespaces/"):
            self._namespace(path.rpartition("/")[2])
        else:
            self.found(None)

    def found(self, document):
        if document is None:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        self.send(200, document)

    def _discovery(self, path):
        accept = self.headers.get("Accept", "")
        for asked in accept.split(","):
            settings = asked.split(";")
            for wanted, api_version in api_documents.AGGREGATED:
                if "as=APIGroupDiscoveryList" in settings and wanted in settings:
                    kind = "application/json;g=apidiscovery.k8s.io;%s;as=APIGroupDiscoveryList" % wanted
                    self.send(200, api_documents.aggregated(path, api_version), kind)
                    return
        self.send(200, api_documents.api_versions() if path == "/api" else api_documents.api_groups())

    def _namespace(self, name):
        if name not in self.server.store.namespaces:
            raise not_found("namespaces", name)
        self.send(200, {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name}})

    def _jobs(self, body):
        """Code and document for a request on Jobs."""
        store, namespace, name = self.server.store, self.namespace, self.name
        strict = self.query.get("fieldValidation", "Warn") == "Strict"
        dry_run = self.query.get("dryRun") == "All"
        if self.command == "GET" and name:
            return 200, store.get(namespace, name)
        if self.command == "DELETE" and name:
            return 200, store.delete(namespace, name, body or self.query, dry_run)
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

    def send(self, code, document, kind="application/json", headers=None):
        self.send_bytes(code, kind, json.dumps(document).encode(), headers)

    def send_bytes(self, code, kind, data, headers=None):
        self.row["code"] = code
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.warning:
            self.send_header("Warning", '299 - "%s"' % self.warning)
        self.end_headers()
        self.wfile.write(data)
