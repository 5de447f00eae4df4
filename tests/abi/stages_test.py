# SPDX-License-Identifier: Apache-2.0
"""Plugins of the stages that are still moving: they are for one revision of their stage, and work there.

See abi_case.py.
"""

import os
import re
import unittest

from abi_case import PLUGINS, AbiCase

STAGES = {"generator": "generate-two-jobs", "scanner": "scan-two-jobs", "validator": "validate-by-label",
          "applier": "apply-on-paper"}
REVISION = "built for revision 99 of the %s interface, this Headgate has revision 1: build it anew with this Headgate's headers"


class Stages(AbiCase):
    def run_stages(self, code, *arguments, plugin_set="today"):
        """A run in which nothing but the host is Headgate's own. Gives what the stages were given, and what the
        reporter was."""
        more = ["--plugin-dir", os.path.join(PLUGINS, plugin_set), "--threads", "1"]
        for stage, name in STAGES.items():
            more += ["--" + stage, name, "--set", "%s.trace=%s" % (name, self.path(name + ".txt"))]
        self.write("orchestrator.yaml", "")
        self.write("k8s.yaml", "")
        self.expect(code, "run", "--orchestrator-config", "orchestrator.yaml", "--k8s-config", "k8s.yaml", "--jobs-dir",
                    "out", "--reporter", self.plugin("today", "report-fields") + "=fields.txt", *arguments, *more)
        traces = {name: self.read(name + ".txt") for name in STAGES.values() if os.path.exists(self.path(name + ".txt"))}
        return traces, self.read("fields.txt")

    def assert_golden_stages(self, prefix, traces, fields):
        for name, trace in traces.items():
            self.assert_golden_fields("%s-%s.txt" % (prefix, name), self.normal_sizes(trace))
        events = fields[fields.index("\njob_validated\n") + 1:]
        # Which command stands in the last event has a test of its own.
        finished = events.index("\nrun_finished\n")
        at_the_end = re.sub(r"(?m)^( *hg_job_result\.command(_count)? =) .*$", r"\1 COMMAND", events[finished:])
        self.assert_golden_fields("%s-fields.txt" % prefix, self.normal_fields(events[:finished] + at_the_end))

    def normal_sizes(self, text):
        """What a later minor has more is not what this is about: fields_test.py and later_test.py ask for that."""
        lines = [line for line in self.normal_fields(text).split("\n") if ".later_" not in line]
        return "\n".join(line.split(" at least ")[0] + " at least its size" if "_size = at least " in line else line
                         for line in lines)

    def test_those_of_this_revision_work(self):
        traces, fields = self.run_stages(1, "--apply")
        self.assertEqual(set(STAGES.values()), set(traces))
        # Golden files do not show times: both results, in both events, have the host's, which is the recorded one.
        times = re.findall(r'hg_job_result\.timestamp = "(.*)"', fields)
        recorded = [row["started_at"] for row in self.query("SELECT max(started_at) AS started_at FROM attempts GROUP BY position")]
        self.assertEqual(2 * recorded, times)
        self.assert_golden_stages("stages-apply", traces, fields)
        rows = self.query("SELECT job_name, status, return_code FROM job_outcomes ORDER BY position")
        self.assertEqual([("first", "SUCCESS", 0), ("second", "FAILED", -1)],
                         [(row["job_name"], row["status"], row["return_code"]) for row in rows])
        self.assertEqual(3, self.value("SELECT count(*) FROM attempts"))

    def test_the_command_of_a_result_is_what_was_executed_and_at_the_end_what_was_planned(self):
        """As result.h has it. This applier executes something else than the plan says."""
        _, fields = self.run_stages(1, "--apply")
        commands = re.findall(r"(?m)^ *hg_job_result\.command = (.*)$", fields)
        self.assertEqual(['["paper", "--for", "both"] and NULL'] * 2 + ['["kubectl", "apply", "-f", "-"] and NULL'] * 2,
                         commands)

    def test_preflight(self):
        traces, _ = self.run_stages(1, "--preflight")
        self.assert_golden_fields("stages-preflight.txt", self.normal_sizes(traces["apply-on-paper"]))

    def test_those_of_another_revision_are_refused(self):
        for stage, name in STAGES.items():
            self.assert_refused("later", name, REVISION % stage)


if __name__ == "__main__":
    unittest.main()
