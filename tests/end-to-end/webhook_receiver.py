# SPDX-License-Identifier: Apache-2.0
"""A server that takes messages and writes down what it was sent: HTTPS, with a certificate of the tests' own CA."""

import http.server
import json
import os
import ssl
import sys
import threading

sys.path.insert(0, os.path.join(os.environ["HEADGATE_SOURCE"], "tests", "api-server"))

from certificates import certificates

SECRET = "T0SECRET/B0SECRET/x9Zq7WmSecretToken"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with server.lock:
            server.requests.append((self.path, dict(self.headers), json.loads(body)))
            answer = server.answers.pop(0) if server.answers else {}
        if answer.get("hang"):
            server.released.wait()
            return
        text = answer.get("text", "ok").encode()
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        if not answer.get("endless"):
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        try:
            self.wfile.write(text)
            while answer.get("endless"):
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def log_message(self, *words):
        pass


class Receiver:
    """`answers` holds what the next requests get: status, headers, text, hang, endless; 200 when there is none."""

    def __init__(self, certificate="server", tls=True):
        self.requests, self.answers, self.lock, self.released = [], [], threading.Lock(), threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.daemon_threads = True
        self.server.receiver = self
        self.server.handle_error = lambda *words: None
        self.authority = os.path.join(certificates(), "ca.pem")
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(os.path.join(certificates(), certificate + ".pem"), os.path.join(certificates(), certificate + ".key"))
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = "%s://127.0.0.1:%d/services/%s" % ("https" if tls else "http", self.server.server_address[1], SECRET)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def messages(self):
        return [message for _, _, message in self.requests]

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
