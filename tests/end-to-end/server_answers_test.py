# SPDX-License-Identifier: Apache-2.0
"""--applier server: whatever an API server answers, or fails to, each Job has the outcome that is true of it."""

import email.utils
import html
import json
import re
import signal
import time
import unittest
import urllib.parse

from server_case import TOKEN, ServerCase


def live(name):
    """The Job as a server has it, or what matters of it."""
    return json.dumps({"kind": "Job", "apiVersion": "batch/v1",
                       "metadata": {"name": name, "namespace": "default", "uid": "u-1", "resourceVersion": "7"}})  # fmt: skip


# By Job: the script of its PATCH; then what each of its attempts comes to: the failure class (None: applied) and the HTTP
# status (None: no answer).
PATCHES = {
    "applied": ("", [(None, 201)]),
    "forbidden": ("refuse 403 Forbidden jobs.batch is forbidden", [("forbidden", 403)]),
    "quota": ("refuse 403 Forbidden jobs.batch \"quota\" is forbidden: exceeded quota: compute", [("quota-exceeded", 403)]),
    "conflict": ("refuse 409 Conflict Operation cannot be fulfilled: the object has been modified; please apply",
                 [("conflict", 409), (None, 201)]),
    "too-large": ("refuse 413 RequestEntityTooLarge Request entity too large: limit is 3145728", [("too-large", 413)]),
    "too-large-for-a-proxy": ("status 413 | header Content-Type: text/html | text <html>413</html>", [("too-large", 413)]),
    "invalid": ("refuse 422 Invalid Job.batch \"invalid\" is invalid: spec.completions: Invalid value: -1: must be more",
                [("invalid", 422)]),
    "unknown-field": ("refuse 500 - failed to create typed patch object: .spec.nope: field not declared in schema",
                      [("unknown-field", 500)]),
    "internal": ("refuse 500 InternalError Internal error occurred: something", [("internal-error", 500)]),
    "internal-later": ("status 500 | header Retry-After: 1 | text later", [(None, 201)]),
    "unavailable": ("refuse 503 ServiceUnavailable the server is currently unable to handle the request",
                    [("server-unavailable", 503), (None, 201)]),
    "throttled": ("status 429 | header Content-Type: text/plain | text Too many requests, please try again later.",
                  [(None, 201)]),
    "throttled-seconds": ("status 429 | header Retry-After: 1 | text Too many requests", [(None, 201)]),
    "throttled-date": ("status 429 | header Retry-After: DATE | text Too many requests", [(None, 201)]),
    "gateway": ("status 502 | header Content-Type: text/html | text <html>Bad Gateway</html>",
                [("server-unavailable", 502), (None, 201)]),
    "moved": ("status 308 | header Location: https://127.0.0.1:1/ | text moved", [("unknown", 308)]),
    "reset": ("reset", [("connection-reset", None), (None, 201)]),
    "closed": ("fin", [("connection-reset", None), (None, 201)]),
    "half": ("framing 1000 | text {\"kind\": | fin", [("connection-reset", None), (None, 201)]),
    "half-chunk": ("cut 9 | text {\"kind\":\"Job\"} | fin", [("connection-reset", None), (None, 201)]),
    "done-and-reset": ("perform | reset", [("connection-reset", None), (None, 200)]),
    "dripping": ("drip 1 0.001 | text " + live("dripping"), [(None, 200)]),
    "no-json": ("text <html>welcome</html>", [("unconfirmed", 200)]),
    "another-job": ("text " + live("other"), [("unconfirmed", 200)]),
    "another-kind": ("text " + live("another-kind").replace("Job", "JobList"), [("unconfirmed", 200)]),
    "another-version": ("text " + live("another-version").replace("batch/v1", "batch/v2"), [("unconfirmed", 200)]),
    "another-namespace": ("text " + live("another-namespace").replace("default", "other"), [("unconfirmed", 200)]),
    "leaving": ("text " + live("leaving").replace('"uid"', '"deletionTimestamp": "2026-11-23T09:05:00Z", "uid"'), [(None, 200)]),
    "no-uid": ("text " + live("no-uid").replace("uid", "id"), [("unconfirmed", 200)]),
    "nothing": ("framing 0", [("unconfirmed", 200)]),
    "deep": ("file deep.json", [("unconfirmed", 200)]),
    "nul": ("text {\"kind\":\"Job\",\"metadata\":{\"name\":\"nul\\\\u0000\"}}", [("unconfirmed", 200)]),
    "huge": ("perform | file huge", [("unconfirmed", None)]),
    "unreadable": ("perform | header Content-Length: -5 | line x", [("unconfirmed", None)]),
    "all-well": ("perform | refuse 200 - all well", [("unconfirmed", 200)]),
    "a-proxys-error": ("perform | status 500 | text oops, a proxy", [("unconfirmed", 500)]),
    "a-strange-error": ("perform | status 507 | text oops, a proxy", [("unconfirmed", 507)]),
    "large-template": ("status 422 | file large-template", [("immutable", 422)]),
    "hostile": ("refuse 400 BadRequest \x1b[2J##[error]%n%s \u202e", [("bad-manifest", 400)]),
}

# An env value, and what nobody may see of it in an answer that echoes it.
SECRET = 'p@ss"w0rd\\tail <&> long-and-unbroken\nçà'
SEEN = re.compile(r"p@ss|w0rd|long-and|unbroken|çà|Zq9|hunter2")


def conflict(*causes):
    return json.dumps({"kind": "Status", "code": 409, "reason": "Conflict", "message": "Apply failed with 1 conflict",
                       "details": {"causes": [{"reason": "FieldManagerConflict", "message": message, "field": field}
                                              for message, field in causes]}})  # fmt: skip


def status(message, code=422, reason="Invalid", causes=()):
    return json.dumps({"kind": "Status", "code": code, "reason": reason, "message": message, "details": {"causes": list(causes)}})


# By Job: the code and the body with which the server echoes env values.
ECHOES = {
    "conflict-without-quotes": (409, conflict(("someone set " + SECRET, ".spec.x"), ("hunter2-hunter2", ".spec.y"))),
    "conflict-in-quotes": (409, conflict(('conflict with "hunter2-hunter2"', '.spec[="%s"]' % SECRET))),
    "webhook": (403, status("admission webhook denied it: TOKEN is " + SECRET + ", want none", 403, "Forbidden")),
    "in-go": (400, status("bad: []string{%s}" % json.dumps(SECRET, ensure_ascii=False), 400, "BadRequest")),
    "in-json-in-json": (400, status("bad: " + json.dumps(json.dumps({"v": SECRET})), 400, "BadRequest")),
    "in-a-name": (422, status('The Job "hunter2-hunter2" is invalid: spec.hunter2-hunter2: no')),
    "cut": (422, status("Job is invalid: env: Too long: may not be: " + SECRET[:14] + "...")),
    "short": (422, status("Job is invalid: env[1]: Unsupported value: 'Zq9': supported: 'a'")),
    "page": (502, "<html>" + html.escape(SECRET) + "</html>"),
    "plain": (400, "refused: " + SECRET),
    "cut-in-the-middle": (422, status("\n" * (20 << 10) + SECRET.split("\n")[0] + " " * ((16 << 10) - 9))),
    "flood": (400, "\\" * (2 << 20)),  # which costs no time
    "address": (500, "no such path: /?token=" + urllib.parse.quote(SECRET)),
    "not-this-job": (200, json.dumps({"kind": "Pod", "said": [SECRET, "hunter2-hunter2"]})),
    "the-token": (403, status("nobody knows %s here" % TOKEN, 403, "Forbidden")),
}


class Answers(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.faulty = cls.start_server("--files", cls.class_directory())
        cls.class_file("deep.json", "[" * 100000)
        cls.class_file("huge", " " * (17 << 20))
        cls.class_file("large-template", status('Job.batch "large-template" is invalid: spec.template: Invalid value: %s: field is immutable'
                                                % ("x" * 200000)))  # fmt: skip

    def play(self, names):
        script = []
        for name in names:
            date = email.utils.formatdate(time.time() + 2, usegmt=True)
            steps = [step.strip().replace("DATE", date) for step in PATCHES[name][0].split(" | ") if step]
            if steps:
                script.append("after PATCH */jobs/%s do %s" % (name, "\n then ".join(steps)))
        self.faulty.script("\n".join(script))
        self.write_config({}, self.faulty, ca="")

    def test_each_answer_is_what_the_outcome_says(self):
        """One run over all of them: what becomes of one Job never touches another."""
        self.play(PATCHES)
        self.jobs(*PATCHES)
        outcome = self.apply(1, "--parallel", "32")
        found = {name: [(row["failure_class"], row["http_status"]) for row in rows] for name, rows in self.outcomes().items()}
        self.assertEqual({name: wanted for name, (_, wanted) in PATCHES.items()}, found)
        self.assertEqual([], self.faulty.left_of_script())
        there = self.faulty.jobs()
        for name, (_, wanted) in PATCHES.items():
            if wanted[-1][1] == 201:
                self.assertIn(name, there)
        self.assertNotIn("\x1b[2J", outcome.stderr.decode())
        self.assertIn("Warning for leaving: the Job is being deleted, and what was applied goes with it", outcome.err)

    def test_what_was_sent_and_not_confirmed_may_have_run(self):
        """An answer from which it does not follow that nothing was made: of a Job that the cluster removes itself nobody
        knows later whether it ran, and it is not sent again."""
        names = [name for name, (_, wanted) in PATCHES.items() if wanted[-1][0] == "unconfirmed"]
        self.play(names)
        self.jobs(*names, more="ttlSecondsAfterFinished: 0")
        self.assertNotIn("refused it", self.apply(1).out)
        for name in set(names) & set(self.faulty.jobs()):
            self.faulty.request("DELETE", "/apis/batch/v1/namespaces/default/jobs/" + name)
        before = len(self.faulty.requests_so_far())
        self.expect(1, "resume")
        self.assertEqual({name: "unknown-outcome" for name in names}, {row["name"]: row["failure_class"] for row in self.query(
            "SELECT job_name AS name, failure_class FROM job_outcomes")})  # fmt: skip
        self.assertEqual([], [row["job"] for row in self.faulty.requests_so_far()[before:]
                              if row["method"] == "PATCH" and "dryRun" not in row["query"]])  # fmt: skip

    def test_what_an_answer_says_shows_no_env_value(self):
        self.faulty.script('after PATCH */talkative do text {"env":[{"name":"TOKEN","value":"%s"}]}' % TOKEN)
        self.write_config({}, self.faulty, ca="")
        self.jobs("talkative")
        self.apply(1)
        self.assertIn('{"env":[{"name":"TOKEN","value":"***"}]}', self.outcome()["reason"])

    def test_no_text_of_an_answer_shows_an_env_value_that_it_echoes(self):
        """A cause, a field, a page, a warning, a name: on the screen, in the history and the report, with -v, in a plan.
        What the manifest says elsewhere too is left, so that the words still help."""
        script = ["after each GET */jobs/immutable do text " + live("immutable")]
        answers = dict(ECHOES, immutable=(422, status("Job is invalid: spec.template: Invalid value", causes=[
            {"reason": "FieldValueInvalid", "field": "spec.hunter2-hunter2", "message": "v: field is immutable"}])))  # fmt: skip
        for name, (code, body) in answers.items():
            self.class_file(name, body)
            script.append('after each PATCH */jobs/%s do status %d\n then header Warning: 299 - "mind hunter2-hunter2 of busybox:1.36"'
                          "\n then file %s" % (name, code, name))  # fmt: skip
        script.append('after each PATCH */jobs/warned do header Warning: 299 - "mind %s, hunter2-hunter2"\n then text %s'
                      % ("p@ss\\\\x22w0rd", live("warned")))  # fmt: skip
        echoing = self.start_server("--tls", self.certificates, "--files", self.class_directory())
        echoing.script("\n".join(script))
        self.write_config({"token": TOKEN}, echoing)
        env = [{"name": "A", "value": SECRET}, {"name": "B", "value": "hunter2-hunter2"}, {"name": "C", "value": "Zq9"},
               {"name": "D", "value": "busybox:1.36"}, {"name": "E", "value": "p@ss\"w0rd"},
               {"name": "F", "value": "\\\\hunter2"}]  # fmt: skip
        self.jobs("warned", *answers)
        for name in ("warned", *answers):
            path = "jobs/%s.yaml" % name
            self.write(path, self.read(path).replace('command: ["true"]', 'command: ["true"], env: ' + json.dumps(env)))
        self.secrets += [b"p@ss", b"w0rd", b"unbroken", b"hunter2"]
        applied = self.apply(1, "--output-report", "report.json", "--retries", "0")
        self.assertIn("of busybox:1.36", applied.err)
        attempts = self.outcomes()
        planned = self.expect(1, "plan", "--jobs-dir", "jobs", "--diff", "-v", "-o", "json", "--applier", "server",
                              "--kubeconfig", self.kubeconfig)  # fmt: skip
        shown = {"screen": applied.out + applied.err, "plan": planned.out + planned.err, "report": self.read("report.json"),
                 "history": json.dumps(attempts, ensure_ascii=False)}
        for where, text in shown.items():
            for row in text.splitlines():
                self.assertNotRegex(row, SEEN, where)
                self.assertNotIn(TOKEN, row, where)
        reasons = {name: rows[0]["reason"] for name, rows in attempts.items()}
        self.assertIn("another manager has set .spec.x, .spec.y", reasons["conflict-without-quotes"])
        self.assertIn("TOKEN is ***, want none", reasons["webhook"])

    def test_a_preflight_says_of_a_job_that_is_being_deleted_that_it_is(self):
        self.play(["leaving"])
        self.jobs("leaving")
        outcome = self.expect(0, "plan", "--jobs-dir", "jobs", "--preflight", "--applier", "server", "--kubeconfig", self.kubeconfig)
        said = outcome.out + outcome.err
        self.assertIn("the Job is being deleted: apply it once it is gone", said)
        self.assertNotIn("what was applied", said)

    def test_an_answer_that_does_not_come_in_time(self):
        """Nothing at all, or a byte now and then: the Job may have been made, and is asked for again."""
        self.faulty.script("""
            after PATCH */silent do perform
              then stall
            after PATCH */slow do drip 1 0.05
              then file slow
        """)
        self.class_file("slow", " " * 10000)
        self.write_config({}, self.faulty, ca="")
        self.jobs("silent", "slow")
        self.apply(0, "--timeout", "1")
        found = {name: [(row["failure_class"], row["http_status"]) for row in rows] for name, rows in self.outcomes().items()}
        self.assertEqual({"silent": [("timeout", None), (None, 200)], "slow": [("timeout", None), (None, 201)]}, found)

    def test_one_who_interrupts_does_not_wait_for_a_server_that_says_later(self):
        self.faulty.script("after each PATCH */later do status 429\nthen header Retry-After: 30\nthen framing 0")
        self.write_config({}, self.faulty, ca="")
        self.jobs("later")
        process = self.start_headgate(*self.flags())
        self.faulty.wait_for_requests(1, lambda row: row["job"] == "later" and row["method"] == "PATCH" and row["code"])
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assertEqual(("cancelled", None), self.failure())

    def test_a_list_of_what_is_there_that_cannot_be_trusted(self):
        """Twenty Jobs, every other one there before: what becomes of each is told as it is, whatever the list was."""
        names = ["listed-%02d" % number for number in range(20)]
        self.write_config({}, self.faulty, ca="")
        self.jobs(*names[::2])
        self.apply(0)
        self.jobs(*names)
        wanted = {name: "unchanged" if number % 2 == 0 else "created" for number, name in enumerate(names)}
        whole = '{"kind":"JobList","apiVersion":"batch/v1","metadata":{%s},"items":[%s]}'
        more = whole % ('"resourceVersion":"9","continue":"x","remainingItemCount":1', "")
        self.class_file("one", whole % ("", '{"kind":"Job","metadata":{"name":"listed-00","resourceVersion":"1"},"spec":{}}'))
        self.class_file("more", more)
        self.class_file("depth", whole % ("", "{" * 2000))
        lists = ("refuse 403 Forbidden no", "refuse 500 - no", "status 200\nthen text <html>", "reset", "status 204",
                 "cut 60\nthen file one\nthen fin", "cut 60\nthen file one", "file depth", "text []",
                 "file more\nafter GET */jobs continue=x do refuse 410 Expired the continue parameter is too old",
                 "file more\nafter GET */jobs continue=x do reset", "wait later\nthen usual")  # fmt: skip
        self.faulty.open("later")
        for steps in lists:
            with self.subTest(steps):
                self.faulty.script("after GET */jobs !continue do " + steps)
                self.apply(0)
                self.assertEqual([], self.faulty.left_of_script())
                self.assertEqual(wanted, {name: rows[-1]["verb"] for name, rows in self.outcomes().items()})
                for name in names[1::2]:
                    self.faulty.request("DELETE", "/apis/batch/v1/namespaces/default/jobs/" + name)

    def test_one_who_does_not_want_to_wait_interrupts_twice(self):
        self.faulty.script("after PATCH */waiting do stall")
        self.write_config({}, self.faulty, ca="")
        self.jobs("waiting")
        process = self.start_headgate(*self.flags())
        self.faulty.wait_for_requests(1, lambda row: row["job"] == "waiting" and row["method"] == "PATCH")
        self.send_signal(process, signal.SIGINT)  # two at once are one
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assertEqual(("cancelled", None), self.failure())


if __name__ == "__main__":
    unittest.main()
