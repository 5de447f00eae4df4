# SPDX-License-Identifier: Apache-2.0
"""--applier server: which server is trusted, who one is to it, and that nothing secret goes anywhere else."""

import base64
import os
import pty
import re
import resource
import signal
import unittest

from headgate_case import BINARY
from server_case import TOKEN, ServerCase


class Trust(ServerCase):
    """Who the server is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.start_server()
        cls.other = cls.start_server("--tls", cls.certificates, "--certificate", "other")
        cls.expired = cls.start_server("--tls", cls.certificates, "--certificate", "expired")

    def setUp(self):
        super().setUp()
        self.jobs("one")
        self.addCleanup(self.plain.clear_script)

    def refused(self, failure_class, words):
        """No request was sent, and that is why."""
        self.apply(1)
        self.assertEqual((failure_class, None), self.failure())
        self.assertIn(words, self.outcome()["reason"])

    def test_a_ca_that_did_not_sign(self):
        self.write_config({"token": TOKEN}, ca="stranger")
        self.refused("untrusted-certificate", "certificate is not trusted: ")
        self.assertEqual([], self.asked())

    def test_a_certificate_that_has_expired(self):
        self.write_config({"token": TOKEN}, self.expired)
        self.refused("untrusted-certificate", "certificate has expired")

    def test_a_certificate_of_another_name_unless_that_is_the_name_that_is_meant(self):
        self.write_config({"token": TOKEN}, self.other)
        self.refused("untrusted-certificate", "127.0.0.1")
        self.write_config({"token": TOKEN}, self.other, **{"tls-server-name": "other.example"})
        self.apply(0)
        self.assertEqual("127.0.0.1:%d" % self.other.port, self.other.requests_so_far()[-1]["headers"]["Host"])

    def test_insecure_is_said(self):
        self.write_config({"token": TOKEN}, self.other, ca="", **{"insecure-skip-tls-verify": True})
        self.assertIn("insecure-skip-tls-verify: nobody checks", self.apply(0).err)

    def test_http_where_https_is_meant(self):
        self.write_config({"token": TOKEN}, "https://127.0.0.1:%d" % self.plain.port)
        self.refused("tls", "did not agree on TLS")

    def test_https_where_http_is_meant(self):
        """What Go's server says then."""
        self.plain.script("""after each * *one do status 400
            then framing close
            then header Content-Type: text/plain
            then text Client sent an HTTP request to an HTTPS server.\\n""")
        self.write_config({}, self.plain, ca="")
        self.apply(1)
        self.assertEqual(("wrong-scheme", 400), self.failure())

    def test_a_redirect_is_not_followed(self):
        target = "https://127.0.0.1:%d" % self.server.port
        self.plain.script("after each * *one do status 301\nthen header Location: %s/moved" % target)
        self.write_config({"token": TOKEN}, self.plain, ca="")
        self.apply(1)
        self.assertEqual(301, self.failure()[1])
        self.assertIn("redirect", self.outcome()["reason"])
        self.assertEqual([], self.asked())

    def test_a_proxy_sees_where_to_and_no_secret(self):
        """CONNECT; the host is the proxy's to find."""
        count = len(self.plain.requests_so_far())
        self.write_config({"token": TOKEN}, "https://localhost:%d" % self.server.port,
                          **{"proxy-url": "http://127.0.0.1:%d" % self.plain.port})  # fmt: skip
        self.apply(0)
        asked = self.plain.requests_so_far()[count:]
        self.assertEqual({"CONNECT"}, {row["method"] for row in asked})
        self.assertNotIn("Authorization", asked[0]["headers"])
        self.assertEqual("localhost:%d" % self.server.port, asked[0]["path"])

    def test_a_proxy_that_does_not_lead_there(self):
        for steps in ("status 407\nthen framing 0", "status 502\nthen framing 0", "reset"):
            with self.subTest(steps):
                self.plain.clear_script()
                self.plain.script("after each CONNECT * do " + steps)
                self.write_config({"token": TOKEN}, **{"proxy-url": "http://127.0.0.1:%d" % self.plain.port})
                self.apply(1, "--retries", "0")
                self.assertIn("proxy", self.outcome()["reason"])
        self.assertEqual([], self.asked())


class Credentials(ServerCase):
    """Who one is."""

    def test_a_client_certificate_from_files_and_from_data(self):
        with open(self.certificate("client.key"), "rb") as key:
            self.secrets.append(key.read().splitlines()[1])
        names = {"client-certificate": "client.pem", "client-key": "client.key"}
        users = [{name: self.certificate(file) for name, file in names.items()}, {}]
        for name, file in names.items():
            with open(self.certificate(file), "rb") as pem:
                users[1][name + "-data"] = base64.b64encode(pem.read()).decode()
        for number, user in enumerate(users):
            self.jobs("certified-%d" % number)
            self.write_config(user)
            self.apply(0)
        rows = self.server.requests_so_far()[self.before :]
        self.assertEqual({"client"}, {row["client"] for row in rows})
        self.assertFalse([row for row in rows if "Authorization" in row["headers"]])

    def test_nobody(self):
        self.write_config({})
        self.jobs("nobody")
        self.apply(1)
        self.assertEqual(("bad-credentials", 401), self.failure())

    def test_a_key_that_is_not_the_certificate_s(self):
        self.write_config({"client-certificate": self.certificate("client.pem"), "client-key": self.certificate("other.key")})
        self.jobs("one")
        self.apply(1)
        self.assertEqual(("tls", None), self.failure())

    def test_a_token_file_is_read_again(self):
        """The token changes in mid-run: the second Job is asked for once more, and no failure is seen."""
        mine = self.write("token", TOKEN)
        theirs = self.class_file("token", TOKEN)
        self.addCleanup(self.class_file, "token", TOKEN)
        self.write_config({"tokenFile": mine})
        self.jobs("rotated-1", "rotated-2")
        self.server.script("after PATCH */rotated-2 do wait rotated\nthen usual")
        process = self.start_headgate(*self.flags("--parallel", "1"))
        self.server.wait_for_requests(1, lambda row: row["job"] == "rotated-2" and row["method"] == "PATCH")
        self.secrets.append(b"another-secret-token")
        for path in (mine, theirs):
            with open(path + ".new", "w", encoding="ascii") as file:
                file.write("another-secret-token")
            os.rename(path + ".new", path)
        self.server.open("rotated")
        outcome = self.finish_headgate(process)
        self.assertEqual(0, outcome.code, outcome)
        self.assert_secret(outcome)
        self.assertEqual([401, 201], [row["code"] for row in self.server.requests_so_far() if row["job"] == "rotated-2"
                                      and row["method"] == "PATCH"])  # fmt: skip

    def runs(self):
        return len(self.read("runs").splitlines())

    def test_an_exec_plugin_runs_once_for_all_jobs(self):
        self.write_config(self.plugin("echo x >> runs\necho '%s'\n" % self.credential()))
        self.jobs(*("exec-%d" % number for number in range(20)))
        self.apply(0)
        self.assertEqual(1, self.runs())

    def test_an_exec_plugin_whose_token_nobody_takes_is_not_asked_for_ever(self):
        self.write_config(self.plugin("echo x >> runs\necho '%s'\n" % self.credential("stale")))
        self.secrets.append(b'"stale"')
        self.jobs(*("stale-%d" % number for number in range(20)))
        self.apply(1)
        self.assertEqual({(("bad-credentials", 401),)},
                         {tuple((row["failure_class"], row["http_status"]) for row in rows) for rows in self.outcomes().values()})
        self.assertEqual(2, self.runs())

    def test_an_exec_plugin_that_fails_is_quoted_and_not_asked_for_each_job(self):
        self.write_config(self.plugin("echo x >> runs\necho 'log in first' >&2\nexit 3\n"))
        self.jobs(*("failed-%d" % number for number in range(20)))
        outcome = self.apply(1)
        self.assertIn("log in first", outcome.err)
        self.assertIn("failed with exit code 3", self.outcomes()["failed-7"][0]["reason"])
        self.assertEqual(1, self.runs())
        self.assertEqual([], self.asked())

    def test_an_exec_plugin_that_fails_later_is_not_asked_for_each_job(self):
        """Its first token is refused, and then it gives none."""
        self.write_config(self.plugin("echo x >> runs\n[ $(wc -l < runs) = 1 ] || exit 3\necho '%s'\n"
                                      % self.credential("stale")))  # fmt: skip
        self.jobs(*("later-%d" % number for number in range(20)))
        self.apply(1)
        self.assertEqual(2, self.runs())

    def test_an_exec_plugin_whose_token_is_over_at_once_is_not_asked_for_each_job(self):
        """A clock that is wrong, here or there: the server decides."""
        over = self.credential().replace('"token"', '"expirationTimestamp": "2020-01-01T00:00:00Z", "token"')
        self.write_config(self.plugin("echo x >> runs\necho '%s'\n" % over))
        self.jobs(*("over-%d" % number for number in range(20)))
        self.apply(0)
        self.assertLessEqual(self.runs(), 4)

    def test_an_exec_plugin_that_floods_is_stopped(self):
        self.write_config(self.plugin("exec yes '%s'\n" % TOKEN))
        self.jobs("flood")
        self.apply(1)
        self.assertIn("answers more than 1048576 bytes", self.outcome()["reason"])

    def test_an_exec_plugin_that_answers_nonsense(self):
        self.jobs("nonsense")
        for answer, words in (("{}", "kind"), ("{", "JSON"), ("", "JSON"), (self.credential("a\nb"), "line break"),
                              ("[" * 50000, "JSON")):  # fmt: skip
            with self.subTest(answer[:40]):
                self.write("answer", answer)
                self.write_config(self.plugin("cat answer\n"))
                self.apply(1)
                self.assertIn(words, self.outcome()["reason"])

    def test_an_exec_plugin_that_hangs_is_ended_with_the_run(self):
        self.write_config(self.plugin("echo $$ > plugin-pid\necho it hangs >&2\nexec sleep 600\n"))
        self.jobs("hung")
        process = self.start_headgate(*self.flags())
        while b"it hangs" not in (line := process.stderr.readline()):
            self.assertTrue(line, "it ended")
        with open("/proc/%d/limits" % process.pid, encoding="ascii") as limits:
            self.assertRegex(limits.read(), r"Max core file size +[01] ")
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        with self.assertRaises(ProcessLookupError):
            os.kill(int(self.read("plugin-pid")), 0)

    def test_an_exec_plugin_that_must_ask_is_refused_where_nobody_is_there(self):
        self.write_config(self.plugin("echo x > runs\n", "Always"))
        self.jobs("asked")
        self.apply(1)
        self.assertIn("asks a person, and standard input is no terminal", self.outcome()["reason"])
        self.assertFalse(os.path.exists(self.path("runs")))

    def talk(self, mode, body, answer):
        """Runs it on a terminal, and answers the plugin's question."""
        self.write_config(self.plugin(body, mode))
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.work)
            os.execve(BINARY, [BINARY, *self.flags()], self.environment)
        seen = b""
        while True:
            try:
                data = os.read(terminal, 4096)
            except OSError:  # the other side is closed
                break
            if not data:
                break
            seen += data
            if answer and b"Password: " in seen:
                os.write(terminal, answer)
                answer = b""
        os.close(terminal)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return status, seen.decode()

    def test_an_exec_plugin_asks_on_a_terminal(self):
        ask = "printf 'Password: ' >&2\nread answer\n[ \"$answer\" = yes ] || exit 1\necho '%s'\n" % self.credential()
        self.jobs("asked")
        for mode in ("IfAvailable", "Always"):
            with self.subTest(mode):
                status, seen = self.talk(mode, ask, b"yes\n")
                self.assertEqual(0, status, seen)
                self.assertNotIn(TOKEN, seen)
        self.assertEqual(1, self.talk("Always", ask, b"no\n")[0])

    def test_an_exec_plugin_that_never_asks_gets_no_terminal(self):
        check = "[ -t 0 ] && exit 1\necho '%s'\n" % self.credential()
        self.jobs("unasked")
        status, seen = self.talk("Never", check, b"")
        self.assertEqual(0, status, seen)

    def test_nothing_secret_is_in_what_a_plugin_is_told(self):
        """Nor in the arguments of the process that started it, which holds a token by then: the server refused the first."""
        body = "(env; tr '\\0' ' ' < /proc/$PPID/cmdline) >> told\ncat credential\necho '%s' > credential\n"
        self.write_config(self.plugin(body % self.credential(), provideClusterInfo=True))
        self.write("credential", self.credential("stale-token-of-a-test"))
        self.secrets.append(b"stale-token-of-a-test")
        self.jobs("told")
        self.apply(0)
        told = self.read("told")
        self.assertEqual(2, len(re.findall('KUBERNETES_EXEC_INFO=.*"server":"https://127.0.0.1', told)), told)
        for secret in self.secrets:
            self.assertNotIn(secret.decode(), told)

    def test_a_process_that_holds_a_token_makes_no_core(self):
        self.write_config({"token": TOKEN})
        self.jobs("core")
        self.server.script("after PATCH */core do stall")
        resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
        process = self.start_headgate(*self.flags())
        self.server.wait_for_requests(1, lambda row: row["job"] == "core" and row["method"] == "PATCH")
        with open("/proc/%d/limits" % process.pid, encoding="ascii") as limits:
            self.assertRegex(limits.read(), r"Max core file size +[01] ")
        process.send_signal(signal.SIGQUIT)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(-signal.SIGQUIT, process.returncode)
        self.assertFalse(os.WCOREDUMP(status))


if __name__ == "__main__":
    unittest.main()
