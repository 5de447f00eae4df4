# SPDX-License-Identifier: Apache-2.0
"""Every line that a reporter of another process gets: checked against schemas/run-event.schema.json, and against
what the run's own report and kubectl's bytes say."""

import base64
import copy
import json
import os
import re
import shutil
import signal
import subprocess
import time
import unittest

from headgate_case import FAKE_KUBECTL, K8S_CONFIG, ORCHESTRATOR_CONFIG, SOURCE, HeadgateCase
from runner_case import DRY, Place, named, program
from job_files import job
from jsonschema import Draft202012Validator

with open(os.path.join(SOURCE, "schemas", "run-event.schema.json"), encoding="utf-8") as _file:
    SCHEMA = json.load(_file)
Draft202012Validator.check_schema(SCHEMA)
VALIDATOR = Draft202012Validator(SCHEMA)
BUNDLED = os.environ["BUNDLED_PLUGINS"]
TELLS_ALERTS_ALONE = "headgate-report-webhook.so"
WATCHED = os.environ["WATCHED_PLUGINS"]  # with a watcher that asks nobody
EVENT_NAMES = ("run_started", "job_validated", "job_finished", "job_observed", "job_completed", "object_passed_over",
               "run_finished")


def closed(definition):
    """The definition, with members that it does not name forbidden, at every depth."""
    if isinstance(definition, dict):
        definition = {key: closed(value) for key, value in definition.items()}
        if "properties" in definition:
            definition["additionalProperties"] = False
    return definition


def strict_schema(event):
    """Of one event, closed. What every line has is named at the top."""
    schema = {"$defs": {name: closed(value) for name, value in SCHEMA["$defs"].items() if name not in EVENT_NAMES}}
    schema.update(copy.deepcopy(SCHEMA["$defs"][event]))
    schema["properties"] = {name: closed(value) for name, value in schema["properties"].items()}
    schema["properties"].update(SCHEMA["properties"])
    schema["properties"]["event"] = {"const": event}
    schema["required"] = schema["required"] + SCHEMA["required"]
    schema["additionalProperties"] = False
    return schema


STRICT = {event: Draft202012Validator(strict_schema(event)) for event in EVENT_NAMES}
ODD = b"\xff\xfe not \xed\xa0\x80 UTF-8 \xc0\xaf \xf4\x90\x80\x80"


class Run:
    """What a program got of one run, each line checked."""

    def __init__(self, case, place, text):
        self.events = []
        case.assertTrue(text.endswith(b"\n") or not text)
        for line in text.splitlines():
            case.assertTrue(all(0x20 <= byte < 0x7f for byte in line), line)
            event = json.loads(line)
            self.events.append(event)
            for validator in (VALIDATOR, STRICT[event["event"]]):
                for error in validator.iter_errors(event):
                    case.fail("%s: %s\n%s" % (list(error.absolute_path), error.message, line.decode()))
        names = [event["event"] for event in self.events]
        case.assertEqual(sorted(names, key=EVENT_NAMES.index), names)
        case.assertEqual((1, 1), (names.count("run_started"), names.count("run_finished")))
        self.started, self.finished = self.events[0], self.events[-1]
        self.validated = [event for event in self.events if event["event"] == "job_validated"]
        self.results = [event for event in self.events if event["event"] == "job_finished"]
        self.place = place


class EventsCase(HeadgateCase):
    def follow(self, place, *arguments, code=0):
        path = program(place, 'exec cat >"$1"\n')
        events = os.path.join(place.top, "events")
        outcome = place.run_headgate(*arguments, *named(path, events))
        self.assertEqual(code, outcome.code, outcome)
        return self.read_events(place, events)

    def read_events(self, place, path):
        with open(path, "rb") as file:
            return Run(self, place, file.read())


class EveryKindOfRun(EventsCase):
    """Together they must show each word of each list, and each member with more than nothing in it."""

    seen = {}

    def note(self, run):
        for event in run.events:
            self.note_members(event["event"], event)

    def note_members(self, name, value):
        if isinstance(value, dict):
            for key, member in value.items():
                self.note_members("%s.%s" % (name, key), member)
        elif isinstance(value, list):
            for member in value:
                self.note_members(name + "[]", member)
        elif value not in (None, "", 0, False):
            self.seen.setdefault(name, set()).add(value if isinstance(value, (str, bool)) else True)

    def run_of(self, *arguments, code=0, prepare=None):
        with Place() as place:
            if prepare:
                prepare(place)
            run = self.follow(place, *arguments, code=code)
            self.note(run)
            return run

    def test_all(self):
        self.dry_run()
        self.validate()
        self.failures()
        self.whole_run()
        self.stopped()
        self.cannot_be_done()
        self.waits()
        for name, words in (("run_started.mode", {"validate", "dry-run", "apply"}),
                            ("job_finished.status", {"SKIPPED", "SUCCESS", "FAILED"}),
                            ("job_validated.errors[].severity", {"error"}),
                            ("job_validated.warnings[].severity", {"warning"}),
                            ("run_started.command", {"apply", "plan", "run", "validate"})):
            self.assertEqual(words, self.seen[name])
        # Only an applier that asks the server itself has a status of HTTP: end-to-end.apply_server. And the
        # watcher here knows one way to end: end-to-end.wait has the others. Jobs of a sweep have parameters:
        # end-to-end.sweep. What is tried again: end-to-end.retry.
        missing = [name for name in members_of_the_schema() if name not in self.seen]
        self.assertEqual(["job_completed.derived_from", "job_completed.earlier", "job_completed.log_tail_base64",
                          "job_completed.logs_lost", "job_completed.retried", "job_finished.http_status",
                          "job_finished.parameters[].name", "job_finished.parameters[].value",
                          "job_validated.parameters[].name", "job_validated.parameters[].value",
                          "run_finished.completed_jobs", "run_finished.never_started_jobs",
                          "run_finished.retried_jobs", "run_finished.undecided_jobs"], sorted(missing))

    def dry_run(self):
        run = self.run_of(*DRY, "--context", "staging", "--kubeconfig", "kube/config")
        self.assertEqual(("dry-run", "staging", "kube/config", "jobs"),
                         tuple(run.started[name] for name in ("mode", "context", "kubeconfig", "jobs_dir")))
        self.assertEqual(1, run.started["run_id"])
        self.assertEqual(["SKIPPED"] * 3, [result["status"] for result in run.results])
        self.assertEqual(2, self.run_of("validate", "jobs", "-l", "worker_id=worker-1").finished["unselected_jobs"])
        self.assertEqual(0, self.run_of("plan", "--jobs-dir", "jobs", "--no-history").started["run_id"])

    def validate(self):
        def prepare(place):
            place.write("jobs/a-warning.yaml", job(7, image="registry.example/arbitrage"))
            place.write("jobs/b-broken.yaml", "a: [")
            place.write("jobs/c-bytes.yaml", b"a: \xff\xfe")
            place.write("jobs/d-wrong.yaml", job(8).replace("restartPolicy: Never", "restartPolicy: 3\n      shape: \"\\u2028\""))
            place.write("jobs/e-two.yaml", job(9) + "---\n" + job(10).replace("namespace: trading", "namespace: 'no\\t'"))
            place.write("jobs/f-empty.yaml", "")
            os.mkdir(place.path("jobs/g-\udcff\n.yaml"))
            place.write("jobs/h-\udcff\n\u202e.yaml", job(11))
            place.write("jobs/i-secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: trading}\n")
            place.write("jobs/j-needs.yaml", job(12).replace("        env:\n", "        envFrom: [{secretRef: {name: key}}]\n        env:\n", 1))

        for command, code in ((("validate",), 1), (("plan",), 1), (("validate", "--strict"), 1)):
            run = self.run_of(*command, "--jobs-dir", "jobs", code=code, prepare=prepare)
            self.assertEqual([], run.results)
            self.assertGreaterEqual(run.finished["invalid_jobs"], 4)
            self.assertIn("jobs/h-\ufffd\n\u202e.yaml", [event["yaml_path"] for event in run.validated])
            self.assertEqual(len(run.validated), run.finished["valid_jobs"] + run.finished["invalid_jobs"])

    def failures(self):
        def prepare(place):
            for index in range(3, 12):
                place.write("jobs/job-%06d.yaml" % index, job(index))
            with open(os.path.join(place.top, "script"), "wb") as file:
                file.write(b"job-000001.yaml fail 4 " + ODD + b"\\nsecond line\\tand \\x1b[31m\n"
                           b"job-000002.yaml flood stdout 3000000\n"
                           b"job-000003.yaml flood stderr 3000000 1\n"
                           b"job-000004.yaml signal 11\n"
                           b"job-000005.yaml hang\n"
                           b"job-000006.yaml first 1 fail 1 Unable to connect to the server: net/http: TLS handshake timeout\n"
                           b"job-000007.yaml say " + ODD + b"\n"
                           b"job-000008.yaml fail 1 Error from server (Forbidden): jobs.batch is forbidden\n"
                           b"job-000009.yaml fail 1 Warning: would violate PodSecurity\\nError from server (Forbidden): no\n")
            place.environment["FAKE_KUBECTL_SCRIPT"] = os.path.join(place.top, "script")

        run = self.run_of("apply", "--jobs-dir", "jobs", "--apply", "--timeout", "1", "--set", "apply-kubectl.retry-delay=1",
                          code=1, prepare=prepare)
        self.assertEqual(12, len(run.results))
        self.assertEqual({"SUCCESS", "FAILED"}, {result["status"] for result in run.results})
        by_path = {os.path.basename(result["yaml_path"]): result for result in run.results}
        self.assertEqual(11, by_path["job-000004.yaml"]["signal"])
        self.assertTrue(by_path["job-000002.yaml"]["stdout_cut"])
        self.assertTrue(by_path["job-000003.yaml"]["stderr_cut"])
        self.assertEqual(2, by_path["job-000006.yaml"]["attempt"])
        run = self.run_of("apply", "--jobs-dir", "jobs", "--apply", "--batch", "4", "--retries", "0", "--timeout", "1",
                          code=1, prepare=prepare)
        self.assertTrue([result for result in run.results if "planned_command" in result])
        # With --fail-fast the rest has its result too.
        run = self.run_of("apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1", "--fail-fast", "--retries", "0",
                          code=1, prepare=prepare)
        self.assertEqual(["SUCCESS", "FAILED"] + ["SKIPPED"] * 10, [result["status"] for result in run.results])

    def whole_run(self):
        self.run_of("run", "--orchestrator-config", ORCHESTRATOR_CONFIG, "--k8s-config", K8S_CONFIG,
                    "--jobs-dir", "out", "--apply")

    def waits(self):
        run = self.run_of("apply", "--jobs-dir", "one", "--apply", "--wait", "--plugin-dir", WATCHED, code=1,
                          prepare=lambda place: place.write("one/job.yaml", job(1)))
        self.assertEqual(["FAILED"], [event["outcome"] for event in run.events if event["event"] == "job_completed"])

    def stopped(self):
        with Place() as place:
            place.script("* sleep 1000")
            path = program(place, 'exec cat >"$1"\n')
            events = os.path.join(place.top, "events")
            process = place.start_headgate(*DRY, "--apply", "--parallel", "1", *named(path, events))
            deadline = time.monotonic() + 60
            while not place.launches():
                self.assertLess(time.monotonic(), deadline, "no kubectl was started")
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            self.assertEqual(130, place.finish_headgate(process).code)
            run = self.read_events(place, events)
            self.note(run)
            self.assertEqual(130, run.finished["exit_code"])
            self.assertEqual(["SUCCESS", "SKIPPED", "SKIPPED"], [result["status"] for result in run.results])

    def cannot_be_done(self):
        run = self.run_of("apply", "--jobs-dir", "no\udcffwhere", code=1)
        self.assertEqual("no\ufffdwhere", run.started["jobs_dir"])
        self.assertIn("where", run.finished["error"])
        self.assertEqual(2, len(run.events))


def members_of_the_schema():
    """The names of all members, as EveryKindOfRun.note_members spells them."""
    def within(name, definition):
        if "$ref" in definition:
            definition = SCHEMA["$defs"][definition["$ref"].rpartition("/")[2]]
        if "items" in definition:
            yield from within(name + "[]", definition["items"])
        elif "properties" in definition:
            for member, value in definition["properties"].items():
                yield from within("%s.%s" % (name, member), value)
        else:
            yield name

    return [name for event in EVENT_NAMES for name in within(event, SCHEMA["$defs"][event])]


class TheBytes(EventsCase):
    def test_what_is_no_utf_8(self):
        """Its bytes are those that kubectl wrote, and those in the history; text has U+FFFD in their place."""
        with Place() as place:
            with open(os.path.join(place.top, "script"), "wb") as file:
                file.write(b"job-000001.yaml fail 4 " + ODD + b"\\nand more\n"
                           b"job-000002.yaml say \xc3\xa9\xe2\x80\xae\xf0\x9f\x98\x80 is UTF-8\n")
            place.environment["FAKE_KUBECTL_SCRIPT"] = os.path.join(place.top, "script")
            run = self.follow(place, *DRY, "--apply", code=1)
            for index, result in enumerate(run.results):
                alone = subprocess.run([FAKE_KUBECTL, "apply", "-f", "jobs/job-%06d.yaml" % index], cwd=place.work,
                                       env=place.environment, capture_output=True, check=False)
                self.assertEqual(alone.returncode, result["return_code"])
                for name in ("stdout", "stderr"):
                    self.assert_bytes(getattr(alone, name), result, name)
            self.assertIn("stderr_base64", run.results[1])
            self.assertNotIn("stdout_base64", run.results[2])
            recorded = place.value("SELECT hex(stderr) FROM attempts WHERE position = 2")
            self.assertEqual(base64.b64decode(run.results[1]["stderr_base64"]).hex().upper(), recorded)

    def assert_bytes(self, written, result, name):
        try:
            self.assertEqual(written.decode("utf-8"), result[name])
            self.assertNotIn(name + "_base64", result)
        except UnicodeDecodeError:
            self.assertEqual(written, base64.b64decode(result[name + "_base64"], validate=True))
            self.assertIn("\ufffd", result[name])
            # What is UTF-8 of it stands in the text.
            self.assertIn(" UTF-8 ", result[name])
            self.assertIn("\nand more\n", result[name])

    def test_a_nul(self):
        """kubectl may write any byte, and that one is UTF-8."""
        with Place() as place:
            kubectl = program(place, "printf 'a\\000b'\nprintf '\\000\\377' >&2\nexit 1\n", "kubectl")
            run = self.follow(place, *DRY, "--apply", "--kubectl", kubectl, code=1)
            for result in run.results:
                self.assertEqual("a\0b", result["stdout"])
                self.assertNotIn("stdout_base64", result)
                self.assertEqual("\0\ufffd", result["stderr"])
                self.assertEqual(b"\0\xff", base64.b64decode(result["stderr_base64"]))


class TheReport(EventsCase):
    def test_says_the_same(self):
        """The events are what the bundled report of the same run is made of."""
        with Place() as place:
            place.write("jobs/z-wrong.yaml", job(8).replace("restartPolicy: Never", "restartPolicy: Sometimes"))
            self.compare(place, self.follow(place, *DRY, "--reporter", "json=report.json", code=1))
        with Place() as place:
            place.script("job-000001.yaml fail 4 error: no")
            self.compare(place, self.follow(place, *DRY, "--apply", "--reporter", "json=report.json", code=1))

    def compare(self, place, run):
        report = json.loads(place.read("report.json"))
        for name in ("total_jobs", "successful_jobs", "failed_jobs", "skipped_jobs"):
            self.assertEqual(report[name], run.finished[name], name)
        self.assertEqual(len(report["job_results"]), len(run.results))
        for row, event in zip(report["job_results"], run.results):
            row["signal"] = row["signal"] or 0  # the report has null where there is none
            row["verb"] = row["verb"] or ""
            both = row.keys() & event.keys()
            self.assertGreaterEqual(both, {"job_name", "namespace", "yaml_path", "status", "return_code", "stderr", "command"})
            self.assertEqual({name: row[name] for name in both}, {name: event[name] for name in both})


class InAnotherProcess(EventsCase):
    """A bundled reporter that lies elsewhere is a stranger, and writes what it writes in the host: nothing of the run
    is lost or changed on the way. (But for texts that are no UTF-8, such as a path: those have U+FFFD there.)"""

    def compare(self, place, *arguments):
        reporters = sorted(name for name in os.listdir(BUNDLED) if name.startswith("headgate-report-"))
        self.assertGreater(len(reporters), 2)
        flags = []
        for name in reporters:
            copy_of_it = shutil.copy(os.path.join(BUNDLED, name), place.top)
            os.chmod(copy_of_it, 0o644)
            flags += ["--reporter", "%s=%s.host" % (name[len("headgate-report-"):-len(".so")], name),
                      "--reporter", "%s=%s.elsewhere" % (copy_of_it, name)]
        outcome = place.run_headgate(*arguments, *flags)
        self.assertEqual(1, outcome.code, outcome)
        for reporter, _, ending, message in place.outcomes():
            self.assertEqual(("ok", ""), (ending, message), reporter)
        for name in reporters:
            with self.subTest(name):
                with open(place.path(name + ".host"), "rb") as host, open(place.path(name + ".elsewhere"), "rb") as elsewhere:
                    # The values of variables stay in the host.
                    written = re.sub(rb"(?m)^(    [A-Z_]+:) .*$", rb"\1", host.read())
                    self.assertEqual(written, elsewhere.read())
                    self.assertEqual(name != TELLS_ALERTS_ALONE, bool(written))

    def prepare(self, place):
        place.environment.update(FAKE_KUBECTL_SCRIPT=os.path.join(place.top, "script"),
                                 GITHUB_STEP_SUMMARY=os.path.join(place.top, "summary"))
        with open(os.path.join(place.top, "script"), "wb") as file:
            file.write(b"job-000001.yaml fail 4 " + ODD + b"\\n" + b"0123456789" * 400 + b"\n"
                       b"job-000002.yaml flood stdout 3000000\n")

    def test_an_apply(self):
        with Place() as place:
            self.prepare(place)
            self.compare(place, *DRY, "--apply")

    def test_batches(self):
        """Where the command that ran is not the one that was planned."""
        with Place() as place:
            self.prepare(place)
            self.compare(place, *DRY, "--apply", "--batch", "2", "--parallel", "1")

    def test_findings(self):
        with Place() as place:
            self.prepare(place)
            place.write("jobs/a-warning.yaml", job(7, image="registry.example/arbitrage"))
            place.write("jobs/b-broken.yaml", "a: [")
            place.write("jobs/d-wrong.yaml", job(8).replace("restartPolicy: Never", "restartPolicy: 3\n      shape: \"\\u2028\""))
            place.write("jobs/h-\n\u202e.yaml", job(11))
            self.compare(place, "validate", "--jobs-dir", "jobs")
            self.compare(place, *DRY, "--apply")


class TheSchema(unittest.TestCase):
    def test_notices_what_is_wrong(self):
        """Otherwise the tests above would show nothing."""
        good = {"event": "run_started", "interface": "1.0", "run_id": 1, "mode": "apply", "command": "apply",
                "jobs_dir": "jobs", "kubeconfig": "", "context": "", "started_at": "2026-01-02T03:04:05.678Z",
                "host_version": "1.0.0", "kubernetes_version": "1.36"}
        self.assertTrue(VALIDATOR.is_valid(good))
        self.assertTrue(STRICT["run_started"].is_valid(good))
        for name, value in (("run_id", -1), ("run_id", "1"), ("mode", "other"), ("interface", "2.0"), ("interface", 1),
                            ("started_at", "today"), ("command", None)):
            self.assertFalse(VALIDATOR.is_valid({**good, name: value}), name)
        for name in good:
            less = {key: value for key, value in good.items() if key != name}
            self.assertFalse(STRICT["run_started"].is_valid(less), name)
        # A later minor may add members and events; no member does so by accident.
        self.assertTrue(VALIDATOR.is_valid({**good, "later": 1}))
        self.assertFalse(STRICT["run_started"].is_valid({**good, "later": 1}))
        self.assertTrue(VALIDATOR.is_valid({"event": "later", "interface": "1.7"}))


if __name__ == "__main__":
    unittest.main()
