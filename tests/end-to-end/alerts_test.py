# SPDX-License-Identifier: Apache-2.0
"""Alerts: the reporter `webhook` beside a run that waits and beside `headgate health`, against a server that writes down
what it is sent."""

import json
import os
import signal
import time
import unittest

from health_test import LookCase, ended, job, pod, waiting
from retry_test import RetryCase
from wait_case import WaitCase
from webhook_receiver import SECRET, Receiver

SEND = ("--reporter", "webhook", "--set", "report-webhook.send=true")
JSON = ("--set", "report-webhook.form=json")


class AlertCase:
    """What both kinds of tests stand on."""

    def receive(self, **manner):
        receiver = Receiver(**manner)
        self.addCleanup(receiver.close)
        self.environment["HEADGATE_WEBHOOK_URL"] = receiver.url
        self.environment["CURL_CA_BUNDLE"] = receiver.authority
        return receiver

    def alerts(self, columns="kind, severity, channel, sent_at IS NOT NULL AS sent, http_status, error"):
        return [tuple(row.values()) for row in self.query("SELECT %s FROM alerts ORDER BY alert_id" % columns)]

    def assert_address_is_nowhere(self, receiver, *outcomes):
        """Neither on the screen nor in any file that the test has made, but for the one that holds it."""
        texts = [outcome.stdout + outcome.stderr for outcome in outcomes]
        for directory, _, files in os.walk(self.top):
            for name in files:
                if name != "address":
                    with open(os.path.join(directory, name), "rb") as file:
                        texts.append(file.read())
        port = str(receiver.server.server_address[1])
        for text in texts:
            for part in (*SECRET.split("/"), "127.0.0.1:" + port):
                self.assertNotIn(part.encode(), text)


class Run(AlertCase, WaitCase):
    """`apply --apply --wait --reporter webhook`."""

    namespace = "trading-bots"

    def test_d36_as_one_command(self):
        """A session is generated, validated, applied, watched, recorded and told of, by one command."""
        receiver = self.receive()
        source = os.path.join(os.environ["HEADGATE_SOURCE"], "examples", "session")
        outcome = self.expect(0, "run", "--orchestrator-config", os.path.join(source, "orchestrator.yaml"), "--k8s-config",
                              os.path.join(source, "kubernetes.yaml"), "--jobs-dir", "made", "--apply", "--wait", "--applier",
                              "server", "--kubeconfig", self.server.kubeconfig, *SEND)  # fmt: skip
        (message,) = receiver.messages()
        self.assertRegex(message["text"], r"^INFO: Headgate run 1 in trading-bots is over: \d+ complete$")
        self.assertEqual("good", message["attachments"][0]["color"])
        self.assertEqual([("totals", "INFO", "slack", 1, 200, None)], self.alerts())
        self.assertIn("[D35_K8S_ALERT] Told slack: INFO (totals)", outcome.err)
        self.assertEqual([("OK", 1)], [tuple(row.values()) for row in self.query("SELECT overall_health, run_id FROM health_records")])

    def test_a_state_that_begins_and_the_totals(self):
        receiver = self.receive()
        self.job("good")
        self.job("bad", "Failed")
        outcome = self.expect(1, *self.flags(*SEND, *JSON, "-v"))
        messages = receiver.messages()
        self.assertEqual(["began", "totals"], [message["kind"] for message in messages])
        began, totals = messages
        self.assertEqual(("k8s_health", "CRITICAL", "OK", "ERROR", 1, "default"),
                         (began["alert_type"], began["severity"], began["previous_health"], began["current_health"], began["run"],
                          began["namespace"]))  # fmt: skip
        self.assertRegex(began["incident"], "^[0-9a-f]{12}$")
        self.assertIn("Health went from OK to ERROR. 1 job(s) in ERROR state.", began["text"])
        self.assertRegex(began["jobs"][0], "^bad: .*exited with code")
        self.assertEqual({"completed_jobs": 1, "uncompleted_jobs": 1, "never_started_jobs": 0, "undecided_jobs": 0,
                          "unapplied_jobs": 0}, totals["totals"])  # fmt: skip
        self.assertEqual([("began", "CRITICAL", "webhook", 1, 200, None), ("totals", "CRITICAL", "webhook", 1, 200, None)], self.alerts())
        self.assert_address_is_nowhere(receiver, outcome)
        again = self.expect(1, "watch", "1", "--kubeconfig", self.server.kubeconfig, *SEND, *JSON)
        self.assertEqual(2, len(receiver.requests), again)

    def test_a_dry_run_shows_what_it_would_send_and_nobody_is_asked(self):
        receiver = self.receive()
        self.job("bad", "Failed")
        outcome = self.expect(1, *self.flags("--reporter", "webhook=messages", *JSON))
        messages = [json.loads(line) for line in self.read("messages").splitlines()]
        self.assertEqual(["began", "totals"], [message["kind"] for message in messages])
        self.assertIn("a dry run", outcome.err)
        self.assertEqual([], receiver.requests)
        self.assertEqual([("began", "CRITICAL", "webhook", 0, None, None), ("totals", "CRITICAL", "webhook", 0, None, None)], self.alerts())
        self.assert_address_is_nowhere(receiver, outcome)

    def test_a_file_in_the_working_directory_does_not_make_it_send(self):
        receiver = self.receive()
        self.write("headgate.yaml", "options: {report-webhook: {send: true}}\n")
        self.job("bad", "Failed")
        outcome = self.expect(1, *self.flags("--reporter", "webhook=messages"))
        self.assertIn("send: is not taken from the working directory", outcome.err)
        self.assertEqual([], receiver.requests)

    def test_a_run_that_does_not_wait_tells_nothing(self):
        receiver = self.receive()
        self.job("bad", "Failed")
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--kubeconfig", self.server.kubeconfig, *SEND)
        self.assertEqual([], receiver.requests)

    def test_what_fails_is_a_warning_and_a_row_and_the_outcome_stands(self):
        """500 is tried once more, and then never again; so is 429, when the server says."""
        receiver = self.receive()
        self.job("good")
        self.job("other")
        receiver.answers += [{"status": 500, "text": "no\x1b[31m"}, {"status": 500, "text": "no\x1b[31m"}]
        outcome = self.expect(0, *self.flags(*SEND))
        self.assertEqual(2, len(receiver.requests))
        self.assertIn("report-webhook: not told: HTTP status 500: no\\x1b[31m", outcome.err)
        self.assertIn("1 of 1 messages did not arrive; the run goes on without it", outcome.err)
        self.assertEqual([("totals", "INFO", "slack", 0, 500, "HTTP status 500: no\\x1b[31m")], self.alerts())
        rows = [tuple(row.values()) for row in self.query("SELECT reporter, outcome FROM reporter_outcomes WHERE reporter = 'report-webhook'")]
        self.assertEqual([("report-webhook", "failed")], rows)
        receiver.answers += [{"status": 429, "headers": {"Retry-After": "1"}}]
        self.expect(0, "watch", "1", "--kubeconfig", self.server.kubeconfig, *SEND)
        self.assertEqual(4, len(receiver.requests))
        self.assertEqual(("totals", "INFO", "slack", 1, 200, None), self.alerts()[1])

    def test_strict_reporters(self):
        receiver = self.receive()
        self.job("good")
        receiver.answers += [{"status": 404, "text": "no_service"}]
        outcome = self.expect(1, *self.flags(*SEND, "--strict-reporters"))
        self.assertIn("HTTP status 404: no_service", outcome.err)

    def test_a_server_that_hangs_is_given_up(self):
        receiver = self.receive()
        self.job("good")
        receiver.answers += [{"hang": True}]
        outcome = self.expect(0, *self.flags(*SEND, "--set", "report-webhook.timeout=1"))
        self.assertIn("not told: no answer within 1 s", outcome.err)
        self.assertEqual([("totals", "INFO", "slack", 0, None, "no answer within 1 s")], self.alerts())

    def test_ctrl_c_while_a_server_hangs(self):
        """Who asks to stop waits no longer than two seconds; the run is not over, and nobody is told that it were."""
        receiver = self.receive()
        self.job("bad", "Failed")
        self.job("slow", "never")
        receiver.answers += [{"hang": True}]
        process = self.begin("Job failed: bad", *SEND, "--set", "report-webhook.timeout=300")
        while not receiver.requests:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        self.assertEqual(130, process.wait(60))
        self.assertEqual(1, len(receiver.requests))
        self.assertEqual([("began", "CRITICAL", "slack", 0, None, "not waited for: the user said stop")], self.alerts())

    def test_no_address(self):
        """It is known before the first launch, and stops the run."""
        self.job("good")
        outcome = self.expect(1, *self.flags(*SEND))
        self.assertIn("set HEADGATE_WEBHOOK_URL, or --set report-webhook.url-file=/abs/FILE", outcome.err)
        self.assertEqual([], [row for row in self.server.requests_so_far() if row["method"] != "GET"])


    def test_each_reporter_judges_a_job_by_its_completion(self):
        """Both Jobs were applied; what counts is that one of them failed."""
        expected = {
            "text": r"Failed: +1\n(.*\n)*.*✗ bad\n",
            "json": r'"completed_jobs": 1,(.*\n)*.*"outcome": "FAILED"',
            "html": r'<h1 class="failed">1 of 2 Jobs failed</h1>(.*\n)*.*<a href="file:[^"]*/bad/[^"]*\.log">log</a>',
            "markdown": r"1 of 2 Jobs failed",
            "github": r"::error .*bad",
            "junit": r'failures="1"',
            "sarif": r'"ruleId": ?"completion/program-error"',
            "tap": r"(?m)^not ok \d+ - .*bad",
            "prometheus": r'headgate_run_completions\{outcome="failed"\} 1',
            "webhook": r"CRITICAL: Headgate run 1 in default is over: 1 complete, 1 failed",
        }  # fmt: skip
        self.job("good")
        self.job("bad", "Failed")
        self.expect(1, *self.flags(*(word for name in expected for word in ("--reporter", "%s=%s.out" % (name, name)))))
        for name, pattern in expected.items():
            with self.subTest(name):
                self.assertRegex(self.read(name + ".out"), pattern)


class Retried(AlertCase, RetryCase):
    """With --retry-failed."""

    ends = ("bad=Failed",)

    def test_a_job_that_was_tried_again_is_none_that_was_not_applied(self):
        receiver = self.receive()
        self.job("bad")
        self.expect(0, *self.flags("--retry-failed", "1", *SEND, *JSON))
        totals = receiver.messages()[-1]
        self.assertEqual(("totals", "INFO"), (totals["kind"], totals["severity"]))
        self.assertEqual((1, 0), (totals["totals"]["completed_jobs"], totals["totals"]["unapplied_jobs"]))


class Health(AlertCase, LookCase):
    """`health --reporter webhook`."""

    def health_sent(self, code, *more):
        return self.health(code, *SEND, *JSON, *more)

    def test_once_when_it_begins_and_once_when_it_ends(self):
        receiver = self.receive()
        self.server.put(job("one", active=1, ready=1))
        self.health_sent(0)
        self.assertEqual([], receiver.messages())
        self.server.put(job("one", active=1, ready=0, seconds=200), pod("one", "Pending", waiting("ImagePullBackOff"), seconds=200))
        for _ in range(2):
            self.health_sent(0)
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1), pod("one", "Failed", ended(3)))
        for _ in range(2):
            self.health_sent(1)
        self.health(1)
        self.server.put(job("one", "Complete", succeeded=1))
        for _ in range(2):
            outcome = self.health_sent(0)
        messages = receiver.messages()
        self.assertEqual([("began", "WARN", "OK", "WARN"), ("began", "CRITICAL", "WARN", "ERROR"), ("ended", "INFO", "ERROR", "OK")],
                         [(m["kind"], m["severity"], m["previous_health"], m["current_health"]) for m in messages])  # fmt: skip
        self.assertEqual(1, len({message["incident"] for message in messages}))
        self.assertEqual("INFO: Jobs in batch with app=test: OK again", messages[2]["title"])
        self.assertEqual(3, len(self.alerts()))
        self.assert_address_is_nowhere(receiver, outcome)
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1), pod("one", "Failed", ended(3)))
        self.health_sent(1)
        self.assertNotEqual(messages[0]["incident"], receiver.messages()[-1]["incident"])

    def test_a_message_that_was_lost_is_sent_by_the_next_look(self):
        receiver = self.receive()
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1))
        self.health(1, "--reporter", "webhook=/dev/null")
        receiver.answers += [{"status": 403}]
        self.health_sent(1)
        self.health_sent(1)
        self.health_sent(1)
        self.assertEqual([(0, None), (0, 403), (1, 200)], [row[3:5] for row in self.alerts()])
        self.assertEqual(1, len(set(self.alerts("incident_id"))))

    def test_the_address_is_in_a_file(self):
        receiver = self.receive()
        del self.environment["HEADGATE_WEBHOOK_URL"]
        place = os.path.join(self.top, "address")
        with open(place, "w", encoding="utf-8") as file:
            file.write(receiver.url + "\n")
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1))
        outcome = self.health_sent(1, "-v", "--set", "report-webhook.url-file=" + place)
        self.assertEqual(1, len(receiver.requests))
        self.assert_address_is_nowhere(receiver, outcome)
        os.chmod(place, 0o666)
        self.assertIn("nobody else can write", self.health_sent(1, "--set", "report-webhook.url-file=" + place).err)

    def test_addresses_that_are_refused(self):
        """Nothing of them is shown."""
        receiver = self.receive(tls=False)
        self.write("address", receiver.url, 0o600)
        self.server.put(job("one"))
        for url in ("http://chat.example/%s" % SECRET, "http://127.0.0.1.example/%s" % SECRET, "ftp://127.0.0.1/%s" % SECRET,
                    "https://chat.example/%s\nmore" % SECRET, SECRET, "file:///%s" % SECRET):  # fmt: skip
            self.environment["HEADGATE_WEBHOOK_URL"] = url
            outcome = self.health_sent(1, "-v")
            self.assertIn("address", outcome.err)
            self.assertNotIn("Secret", outcome.err)
        for file in (self.path("address"), "address", "../address"):
            outcome = self.health_sent(1, "--set", "report-webhook.url-file=" + file)
            self.assertIn("name an absolute path, outside the working directory", outcome.err)
        self.assertIn("no option", self.health_sent(1, "--set", "report-webhook.url=https://x.example/").err)
        self.write("headgate.yaml", "options:\n  report-webhook:\n    url-file: /tmp/address\n")
        self.assertIn("url-file", self.health_sent(1).err)
        self.assertEqual([], receiver.requests)

    def test_plain_http_goes_to_this_machine_itself(self):
        receiver = self.receive(tls=False)
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1))
        self.health_sent(1)
        self.assertEqual(1, len(receiver.requests))

    def lost(self, receiver, **answer):
        receiver.answers += [answer] if answer else []
        outcome = self.health_sent(1)
        self.assert_address_is_nowhere(receiver, outcome)
        return outcome.err

    def test_servers_that_are_not_trusted(self):
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1))
        for certificate, bundle in (("server", "stranger"), ("server", ""), ("other", "ca"), ("expired", "ca")):
            receiver = self.receive(certificate=certificate)
            self.environment["CURL_CA_BUNDLE"] = bundle and os.path.join(os.path.dirname(receiver.authority), bundle + ".pem")
            self.assertIn("its certificate is not one that is trusted here", self.lost(receiver))
            self.assertEqual([], receiver.requests)
        self.environment["CURL_CA_BUNDLE"] = ""
        receiver = self.receive()
        del self.environment["CURL_CA_BUNDLE"]
        self.environment["SSL_CERT_FILE"] = receiver.authority
        self.health_sent(1)
        self.assertEqual(1, len(receiver.requests))

    def test_answers_that_are_no_success(self):
        """A redirection is not followed, an answer that has no end is not read, one that repeats the address not shown."""
        elsewhere = self.receive()
        receiver = self.receive()
        self.server.put(job("one", "Failed", "BackoffLimitExceeded", failed=1))
        self.assertIn("HTTP status 307: it leads elsewhere", self.lost(receiver, status=307, headers={"Location": elsewhere.url}))
        self.assertIn("its answer has no end", self.lost(receiver, endless=True))
        self.assertIn("HTTP status 404\n", self.lost(receiver, status=404, text="nobody at /services/" + SECRET))
        self.assertEqual([], elsewhere.requests)

    def test_hostile_names_are_text(self):
        receiver = self.receive()
        evil = "<!channel> & \x1b[2J\u202e"
        self.server.put(job("evil" + evil, "Failed", evil, failed=1))
        self.health(1, *SEND)
        self.assertIn("evil&lt;!channel&gt; &amp; \\x1b[2J\\u{202e}", receiver.messages()[0]["attachments"][0]["text"])

    def test_only_reporters_of_alerts_have_a_part_in_health(self):
        self.server.put(job("one"))
        self.assertIn("--reporter junit=x is left out", self.health(0, "--reporter", "junit=x").err)
        self.assertIn("did you mean", self.health(1, "--reporter", "webhok").err)


if __name__ == "__main__":
    unittest.main()
