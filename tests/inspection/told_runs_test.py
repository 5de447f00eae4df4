# SPDX-License-Identifier: Apache-2.0
"""The runs that `headgate plugin check` tells are such as Headgate tells: each line is of
schemas/run-event.schema.json, in the order that headgate/reporter.h promises, and the totals are right.

usage: told_runs_test.py TOLD_RUNS SCHEMA
"""

import base64
import collections
import json
import subprocess
import sys
import unittest

import jsonschema

TOLD_RUNS, SCHEMA = sys.argv[1:3]
VALIDATE, DRY_RUN, APPLY = 1, 2, 3
NAMES = ("run_started", "job_validated", "job_finished", "job_observed", "job_completed", "run_finished")
END = NAMES.index("run_finished")
MANY = 100000


def told(run, mode):
    done = subprocess.run([TOLD_RUNS, run, str(mode)], stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]


class ToldRuns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(SCHEMA, encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        cls.validator = jsonschema.Draft202012Validator(schema)

    def assert_run(self, events, ends=True):
        for event in events[:50] + events[-50:]:
            self.validator.validate(event)
        known = [event for event in events if event["event"] in NAMES]
        order = [NAMES.index(event["event"]) for event in known]
        self.assertEqual(0, order[0])
        self.assertEqual(1, order.count(0))
        self.assertEqual(1 if ends else 0, order.count(END))
        if ends:
            self.assertEqual(END, order[-1])
            self.assert_totals(known)

    def assert_totals(self, events):
        end = events[-1]
        validated = [event["valid"] for event in events if event["event"] == "job_validated"]
        statuses = collections.Counter(event["status"] for event in events if event["event"] == "job_finished")
        self.assertEqual((len(validated), sum(validated), len(validated) - sum(validated)),
                         (end["total_jobs"], end["valid_jobs"], end["invalid_jobs"]))
        self.assertEqual((statuses["SUCCESS"], statuses["SKIPPED"], statuses["FAILED"] + statuses["unknown"]),
                         (end["successful_jobs"], end["skipped_jobs"], end["failed_jobs"]))
        outcomes = collections.Counter(event["outcome"] for event in events if event["event"] == "job_completed")
        undecided = outcomes["TIMED-OUT"] + outcomes["UNKNOWN"] + outcomes["unknown"]
        self.assertEqual((bool(outcomes), outcomes["COMPLETE"], outcomes["FAILED"] + outcomes["DELETED"],
                          outcomes["NEVER-STARTED"], undecided),
                         (end["watched"], end["completed_jobs"], end["uncompleted_jobs"], end["never_started_jobs"],
                          end["undecided_jobs"]))
        fails = end["failed_jobs"] or end["invalid_jobs"] or end["error"] is not None
        self.assertEqual(1 if fails else 0, end["exit_code"])

    def test_every_event_and_status(self):
        statuses = {VALIDATE: set(), DRY_RUN: {"SKIPPED"}, APPLY: {"SUCCESS", "FAILED", "SKIPPED"}}
        for mode, word in ((VALIDATE, "validate"), (DRY_RUN, "dry-run"), (APPLY, "apply")):
            with self.subTest(word):
                events = told("every-event", mode)
                self.assert_run(events)
                self.assertEqual(word, events[0]["mode"])
                self.assertEqual(statuses[mode], {event["status"] for event in events if "status" in event})
                outcomes = {event["outcome"] for event in events if event["event"] == "job_completed"}
                self.assertEqual(6 if mode == APPLY else 0, len(outcomes))
                self.assertTrue(any(event.get("details") for event in events))
                self.assertTrue(any(event["event"] == "job_validated" and event["details"] is None for event in events))
        findings = [found for event in told("every-event", VALIDATE) if event["event"] == "job_validated"
                    for found in event["errors"] + event["warnings"]]
        self.assertEqual({"error", "warning"}, {found["severity"] for found in findings})
        self.assertEqual({True, False}, {found["advice"] is None for found in findings})

    def test_without_jobs(self):
        for run, error in (("no-jobs", None), ("early-end", "interrupted")):
            events = told(run, APPLY)
            self.assert_run(events)
            self.assertEqual(["run_started", "run_finished"], [event["event"] for event in events])
            self.assertEqual(error, events[-1]["error"])
        self.assertEqual([], told("no-events", APPLY))

    def test_without_an_end(self):
        events = told("no-end", APPLY)
        self.assert_run(events, ends=False)
        self.assertEqual(told("every-event", APPLY)[:-1], events)

    def test_many_jobs(self):
        events = told("many-jobs", APPLY)
        self.assertEqual(2 * MANY + 2, len(events))
        self.assert_run(events)
        for name in ("job_validated", "job_finished"):
            jobs = [event for event in events if event["event"] == name]
            for i, job in enumerate(jobs):
                number = "job-%06d" % i
                self.assertEqual((number, "jobs/%s.yaml" % number), (job["job_name"], job["yaml_path"]))
            self.assertEqual(MANY, len(jobs))
        self.assertIn("job-000010 created", events[MANY + 11]["stdout"])
        self.assertIn('"job-099999"', events[-2]["stderr"])
        self.assertEqual(MANY // 10, events[-1]["failed_jobs"])

    def test_odd_bytes(self):
        events = told("odd-bytes", APPLY)
        self.assert_run(events)
        names = [event["job_name"] for event in events if "job_name" in event]
        self.assertIn("", names)
        self.assertEqual(100000, max(map(len, names)))
        hostile = set("".join(names))
        for character in [chr(c) for c in (*range(1, 0x20), 0x7f, 0x80, 0x9b, 0x202e, 0x2028, 0xfeff, 0xfffd)] + ["한"]:
            self.assertIn(character, hostile)
        outputs = {base64.b64decode(event["stdout_base64"]) if "stdout_base64" in event else event["stdout"].encode()
                   for event in events if event["event"] == "job_finished"}
        self.assertIn(b"", outputs)
        self.assertTrue(any(set(output) == set(range(256)) for output in outputs))
        longest = {output[:1] for output in outputs if len(output) == 1 << 20}
        self.assertEqual({b"x", b"\n", b"\x1b", b"<", b"\xff"}, longest)
        self.assertIn(bytes(1 << 16), outputs)
        self.assertEqual(1 << 20, max(map(len, outputs)))
        self.assertIn([], [event.get("command") for event in events])  # argv may be empty

    def test_unknown_events_and_members(self):
        events = told("unknown-events", APPLY)
        self.assert_run(events)
        known = [event for event in events if event["event"] in NAMES]
        self.assertEqual(len(known), len(events) - len(known))
        self.assertEqual({"1.7"}, {event["interface"] for event in events})

        def is_larger(value):
            if isinstance(value, list):
                return all(map(is_larger, value))
            return not isinstance(value, dict) or ("of_a_later_minor" in value and all(
                is_larger(member) for name, member in value.items() if name != "of_a_later_minor"))

        def without(value):
            if isinstance(value, list):
                return [without(member) for member in value]
            if isinstance(value, dict):
                return {name: without(member) for name, member in value.items() if name != "of_a_later_minor"}
            return value

        self.assertTrue(all(map(is_larger, known)))
        today = told("every-event", APPLY)
        for event in today:
            event["interface"] = "1.7"
        self.assertEqual(today, [without(event) for event in known])

    def test_unknown_values(self):
        events = told("unknown-values", APPLY)
        self.assertEqual("unknown", events[0]["mode"])
        self.assertIn("unknown", [event.get("status") for event in events])
        self.assertIn("unknown", [found["severity"] for event in events for found in event.get("errors", [])])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
