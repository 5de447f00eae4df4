# SPDX-License-Identifier: Apache-2.0
"""Requests reach the API server that the kubeconfig means and no other, and say plainly why not."""

import http.server
import os
import socket
import ssl
import struct
import subprocess
import threading
import unittest

from certificates import certificates

PROGRAM = os.environ["REQUESTS_PROGRAM"]


class Handler(http.server.BaseHTTPRequestHandler):
    """Does what the path asks for; every request is noted."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"{}", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        server = self.server
        with server.lock:
            server.requests.append((self.command, self.path, list(self.headers.items()), body))
            count = sum(1 for _, path, _, _ in server.requests if path == self.path)
        what = self.path.rsplit("/", 1)[-1].split("?")[0]
        if what == "ok":
            self.answer(200, b'{"kind":"Job"}')
        elif what == "warned":
            self.answer(201, headers=[("Warning", '299 - "first \\"one\\""'), ("warning", '299 - "second"')])
        elif what == "token":
            self.answer(200 if self.headers.get("Authorization") == "Bearer fresh" else 401)
        elif what == "later":
            self.answer(429 if count == 1 else 200, b"Too many requests", [("Retry-After", "1")] if count == 1 else [])
        elif what == "starting":
            self.answer(503 if count == 1 else 200, b"{}", [("Retry-After", "1")] if count == 1 else [])
        elif what == "broken":
            self.answer(500)
        elif what == "moved":
            self.answer(302, headers=[("Location", "/ok")])
        elif what == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif what == "closed":
            self.close_connection = True
        elif what == "flood":
            self.send_response(200)
            for _ in range(40):
                self.send_header("X-Flood", "x" * 30000)
            self.end_headers()
        elif what == "half":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")
            self.wfile.flush()
            self.close_connection = True
        elif what in ("stream", "silent", "endless"):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for line in {"stream": [b"one\n", b"two\n"], "silent": [b"one\n"], "endless": [b"one\n", b"enough\n"]}[what]:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                self.wfile.flush()
            if what == "stream":
                self.wfile.write(b"0\r\n\r\n")
            else:
                server.released.wait(60)
                self.close_connection = True
        elif what == "hangs":
            server.released.wait(60)
            self.close_connection = True
        else:
            self.answer(404)

    do_GET = do_PATCH = do_DELETE = handle_request


class Server:
    def __init__(self, directory=None, certificate="server", wants_client=False):
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.requests = []
        self.http.lock = threading.Lock()
        self.http.released = threading.Event()
        scheme = "http"
        if directory:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(os.path.join(directory, certificate + ".pem"),
                                    os.path.join(directory, certificate + ".key"))
            if wants_client:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(os.path.join(directory, "ca.pem"))
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
            scheme = "https"
        self.port = self.http.server_address[1]
        self.url = "%s://127.0.0.1:%d" % (scheme, self.port)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.released.set()
        self.http.shutdown()
        self.http.server_close()

    def headers(self, index=0):
        return self.http.requests[index][2]


class Requests(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = certificates()

    def file(self, name):
        return os.path.join(self.directory, name)

    def server(self, **how):
        server = Server(**how)
        self.addCleanup(server.close)
        return server

    def secure(self, **how):
        return self.server(directory=self.directory, **how)

    def ask(self, server, *words, environment=None, **keys):
        keys.setdefault("server", server if isinstance(server, str) else server.url)
        flags = ["%s=%s" % (key.replace("_", "-"), value) for key, value in keys.items()]
        plain = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        done = subprocess.run([PROGRAM, *flags, *words], capture_output=True, timeout=120, check=False,
                              env=dict(plain, **(environment or {})))
        self.assertEqual(b"", done.stderr)
        self.assertEqual(0, done.returncode, done.stdout)
        lines = done.stdout.decode().splitlines()
        self.assertEqual("credentials not given back: 0", lines.pop())
        return lines

    def test_an_answer(self):
        server = self.secure()
        self.assertEqual(["/ok answered 200 14"], self.ask(server, "GET", "/ok", ca=self.file("ca.pem")))

    def test_many_over_few_connections(self):
        server = self.secure()
        words = [word for _ in range(50) for word in ("GET", "/ok")]
        lines = self.ask(server, *words, ca=self.file("ca.pem"), connections=3)
        self.assertEqual(["/ok answered 200 14"] * 50, lines)

    def test_a_request_is_one_record(self):
        """Head and body are written at once. TLS gives what one write was, and no more, to one read."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file("server.pem"), self.file("server.key"))
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        records = []

        def serve():
            with context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                while record := connection.recv(1 << 16):
                    records.append(record)
                    if b"\r\n\r\n" + body in b"".join(records[-2:]):
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        body = b"{" + b"x" * 3000 + b"}"
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        lines = self.ask("https://127.0.0.1:%d" % listener.getsockname()[1], *["PATCH", "/ok"] * 3,
                         ca=self.file("ca.pem"), connections=1, body=body.decode())
        thread.join(60)
        self.assertEqual(["/ok answered 200 2"] * 3, lines)
        self.assertEqual([True] * 3, [record.startswith(b"PATCH ") and record.endswith(body) for record in records])

    def test_a_password_in_a_proxy_that_is_none_is_not_shown(self):
        for proxy in ("http://me:secret@x:99999", "http://me:secret@", "http://me:sec ret@x", "http://me:secret@[x", "http://me:secret@x:y"):
            lines = self.ask("http://cluster.example", "GET", "/ok", proxy=proxy)
            self.assertRegex(lines[0], "^/ok (proxy|failed|unknown-host) 0 0 the ")
            self.assertNotIn("sec", lines[0])
        lines = self.ask("http://cluster.example", "GET", "/ok", environment={"HTTP_PROXY": "me:secret@x:99999"})
        self.assertNotIn("secret", lines[0])

    def test_an_address_that_is_none(self):
        self.assertRegex(self.ask("http://127.0.0.1:99999", "GET", "/ok")[0], "^/ok failed 0 0 the API server could not be asked: .+")

    def test_a_prefix_of_the_server(self):
        server = self.server()
        self.assertEqual(["/ok answered 200 14"], self.ask(server.url + "/k8s/clusters/c-1", "GET", "/ok"))
        self.assertEqual("/k8s/clusters/c-1/ok", server.http.requests[0][1])

    def test_only_the_given_ca_is_trusted(self):
        server = self.secure()
        lines = self.ask(server, "GET", "/ok", ca=self.file("stranger.pem"))
        self.assertRegex(lines[0], "^/ok untrusted 0 0 the API server's certificate is not trusted: .+")
        self.assertEqual([], server.http.requests)

    def test_without_a_ca_those_of_the_system_are(self):
        self.assertRegex(self.ask(self.secure(), "GET", "/ok")[0], "^/ok untrusted ")

    def test_another_name_is_not_trusted(self):
        server = self.secure(certificate="other")
        self.assertRegex(self.ask(server, "GET", "/ok", ca=self.file("ca.pem"))[0], "^/ok untrusted ")

    def test_tls_server_name(self):
        """The certificate's name is checked, the connection and the header Host are the server's."""
        server = self.secure(certificate="other")
        lines = self.ask(server, "GET", "/ok", ca=self.file("ca.pem"), tls_server_name="other.example")
        self.assertEqual(["/ok answered 200 14"], lines)
        self.assertEqual("127.0.0.1:%d" % server.port, dict(server.headers())["Host"])

    def test_insecure_takes_any_certificate(self):
        server = self.secure(certificate="other")
        self.assertEqual(["/ok answered 200 14"], self.ask(server, "GET", "/ok", insecure=1))

    def test_client_certificate(self):
        server = self.secure(wants_client=True)
        lines = self.ask(server, "GET", "/ok", ca=self.file("ca.pem"), certificate=self.file("client.pem"),
                         key=self.file("client.key"))
        self.assertEqual(["/ok answered 200 14"], lines)
        # With TLS 1.3 the client's certificate is missed after the handshake, and the alert may be lost with the connection.
        self.assertRegex(self.ask(server, "GET", "/ok", ca=self.file("ca.pem"))[0], "^/ok (tls|reset) 0 0 ")

    def test_a_token_goes_over_tls_alone(self):
        secure = self.secure()
        self.ask(secure, "GET", "/ok", ca=self.file("ca.pem"), token="secret")
        self.assertEqual("Bearer secret", dict(secure.headers())["Authorization"])
        plain = self.server()
        self.ask(plain, "GET", "/ok", token="secret")
        self.assertNotIn("Authorization", dict(plain.headers()))

    def test_impersonation(self):
        server = self.server()
        self.ask(server, "GET", "/ok", group="system:masters")
        self.assertIn(("Impersonate-User", "somebody"), server.headers())
        self.assertIn(("Impersonate-Group", "system:masters"), server.headers())
        self.ask(server, "GET", "/ok", group=" ")
        self.assertIn(("Impersonate-Group", ""), server.headers(1))

    def test_a_header_holds_no_line_end(self):
        """Nor is the request sent without it: that would be another user's."""
        server = self.server()
        lines = self.ask(server, "GET", "/ok", group="a\r\nX-Evil: 1")
        self.assertRegex(lines[0], "^/ok failed 0 0 ")
        self.assertEqual([], server.http.requests)

    def test_401_asks_for_fresh_credentials_once(self):
        server = self.secure()
        lines = self.ask(server, "GET", "/token", ca=self.file("ca.pem"), token="stale", fresh_token="fresh")
        self.assertEqual(["/token answered 200 2"], lines)
        lines = self.ask(server, "GET", "/token", ca=self.file("ca.pem"), token="stale", fresh_token="stale too")
        self.assertEqual(["/token answered 401 2"], lines)
        self.assertEqual(4, len(server.http.requests))

    def test_later_is_waited_for(self):
        server = self.server()
        lines = self.ask(server, "GET", "/later", "GET", "/starting")
        self.assertEqual(["/later answered 200 17", "/starting answered 200 2"], sorted(lines))
        self.assertEqual(4, len(server.http.requests))

    def test_a_500_is_not_sent_again(self):
        server = self.server()
        self.assertEqual(["/broken answered 500 2"], self.ask(server, "PATCH", "/broken", body="{}"))
        self.assertEqual(1, len(server.http.requests))

    def test_no_redirect_is_followed(self):
        server = self.server()
        self.assertEqual(["/moved answered 302 2"], self.ask(server, "GET", "/moved", token="secret"))
        self.assertEqual(1, len(server.http.requests))

    def test_body(self):
        server = self.server()
        self.ask(server, "PATCH", "/ok?fieldManager=headgate", body='{"kind":"Job"}')
        method, path, headers, body = server.http.requests[0]
        self.assertEqual(("PATCH", "/ok?fieldManager=headgate", b'{"kind":"Job"}'), (method, path, body))
        self.assertEqual("application/apply-patch+yaml", dict(headers)["Content-Type"])

    def test_nothing_of_a_request_is_said_of_the_next(self):
        """Requests over one connection, one after the other: each has its own body or none, its own type of it, and the
        credentials that are the newest by then."""
        server = self.secure()
        lines = self.ask(server, "PATCH", "/ok?a", "GET", "/ok?b", "GET", "/token", "GET", "/ok?c", "DELETE", "/ok?d",
                         "PATCH", "/closed", "PATCH", "/ok?e", body="{}", token="stale", fresh_token="fresh",
                         connections=1, one_by_one=1, ca=self.file("ca.pem"))
        self.assertEqual(["/ok?a answered 200 14", "/ok?b answered 200 14", "/token answered 200 2",
                          "/ok?c answered 200 14", "/ok?d answered 200 14", "/ok?e answered 200 14"],
                         [line for line in lines if " reset 0 " not in line])
        typed = "application/apply-patch+yaml"
        self.assertEqual([("PATCH", "/ok?a", "stale", typed, b"{}"), ("GET", "/ok?b", "stale", None, b""),
                          ("GET", "/token", "stale", None, b""), ("GET", "/token", "fresh", None, b""),
                          ("GET", "/ok?c", "fresh", None, b""), ("DELETE", "/ok?d", "fresh", typed, b"{}"),
                          ("PATCH", "/closed", "fresh", typed, b"{}"), ("PATCH", "/ok?e", "fresh", typed, b"{}")],
                         [(method, path, dict(headers)["Authorization"].replace("Bearer ", ""),
                           dict(headers).get("Content-Type"), body)
                          for method, path, headers, body in server.http.requests])

    def test_warnings(self):
        self.assertEqual(['/warned answered 201 2 warning=first "one" warning=second'],
                         self.ask(self.server(), "GET", "/warned"))

    def test_what_breaks_off(self):
        server = self.server()
        for what in ("reset", "half"):
            self.assertRegex(self.ask(server, "GET", "/" + what)[0],
                             "^/%s reset (0|200) [04] the connection to the API server broke off" % what)

    def test_what_may_have_been_done_is_not_sent_twice(self):
        """libcurl repeats a request by itself where a connection that had served before breaks off; not one with a body."""
        server = self.server()
        for words, count in ((("GET", "/ok", "PATCH", "/reset"), 1), (("GET", "/ok", "PATCH", "/closed"), 1)):
            lines = self.ask(server, *words, body="{}", connections=1)
            self.assertRegex(lines[1], "^/[a-z]+ reset 0 0 the connection to the API server broke off")
            self.assertEqual(count, len([row for row in server.http.requests if row[1] == words[3]]))

    def test_headers_without_end(self):
        """libcurl takes 300 KB of them."""
        self.assertRegex(self.ask(self.server(), "GET", "/flood")[0], "^/flood reset ")

    def test_nobody_there(self):
        free = socket.socket()
        free.bind(("127.0.0.1", 0))
        url = "http://127.0.0.1:%d" % free.getsockname()[1]
        free.close()
        self.assertEqual(["/ok refused 0 0 nothing accepts connections at the API server's address"],
                         self.ask(url, "GET", "/ok"))

    def test_http_where_tls_is_meant(self):
        server = self.server()
        url = server.url.replace("http:", "https:")
        self.assertRegex(self.ask(url, "GET", "/ok", insecure=1)[0], "^/ok tls 0 0 ")

    def test_no_answer_in_time(self):
        self.assertRegex(self.ask(self.server(), "GET", "/hangs", timeout=200)[0], "^/hangs timeout 0 0 ")

    def test_a_stream(self):
        self.assertEqual(["one", "two", "/stream answered 200 0"], self.ask(self.server(), "GET", "/stream", stream=1))

    def test_a_silent_stream_is_ended(self):
        lines = self.ask(self.server(), "GET", "/silent", stream=1, timeout=0, silence=300)
        self.assertEqual(["one", "/silent timeout 0 0 the API server did not answer in time"], lines)

    def test_a_stream_that_nobody_wants_more_of(self):
        self.assertEqual(["one", "enough", "/endless closed 200 0"],
                         self.ask(self.server(), "GET", "/endless", stream=1, timeout=0))

    def test_cancel(self):
        lines = self.ask(self.server(), "GET", "/ok", "GET", "/hangs", "GET", "/hangs", cancel_after=1)
        self.assertEqual(["/ok answered 200 14"] + ["/hangs cancelled 0 0 ended because the user asked to stop"] * 2, lines)

    def test_proxies(self):
        """The kubeconfig's, else the environment's, but never for this machine itself."""
        proxy = self.server()
        self.ask("http://cluster.example", "GET", "/ok", proxy=proxy.url)
        self.assertEqual("http://cluster.example/ok", proxy.http.requests[0][1])
        self.ask("http://cluster.example", "GET", "/ok", environment={"HTTP_PROXY": proxy.url})
        self.assertEqual(2, len(proxy.http.requests))
        own = self.server()
        self.ask(own, "GET", "/ok", environment={"HTTP_PROXY": proxy.url, "ALL_PROXY": proxy.url, "http_proxy": proxy.url})
        self.assertEqual((1, 2), (len(own.http.requests), len(proxy.http.requests)))


if __name__ == "__main__":
    unittest.main()
