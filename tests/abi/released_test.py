# SPDX-License-Identifier: Apache-2.0
"""Plugins that were built with the headers of 1.0, in the Headgate of today. See abi_case.py."""

import os
import re
import unittest

from abi_case import HERE, PLUGINS, AbiCase
from api_server_process import ApiServer

JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: %s, namespace: ns, labels: {verdict: warning}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: main, image: "registry.example/main:1"}
"""
STAGES = {"generator": ("1.0", "generate-two-jobs"), "scanner": ("1.0", "scan-two-jobs"),
          "validator": ("1.0", "validate-by-label"), "applier": ("1.0", "apply-on-paper"),
          "watcher": ("1.0-watched", "watch-cluster")}  # fmt: skip


def revision(include, stage):
    with open(os.path.join(include, "headgate", stage + ".h"), encoding="utf-8") as file:
        return int(re.search(r"^#define HG_%s_REVISION (\d+)u$" % stage.upper(), file.read(), re.M).group(1))


class Released(AbiCase):
    def test_a_reporter_is_told_what_it_was_told(self):
        """Every field that 1.0 had, as it was then."""
        self.write("jobs/a.yaml", JOB % "a")
        self.write("jobs/b.yaml", JOB % "b")
        self.environment["FAKE_KUBECTL_SCRIPT"] = self.write("../script", b"b.yaml fail 1 error: not today\n")
        self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--retries", "0", "--validator",
                    self.plugin("today", "validate-by-label"), "--reporter",
                    "%s=fields.txt" % self.plugin("1.0", "report-fields"))
        fields = self.normal_fields(self.read("fields.txt"))
        fields = re.sub(r"(?m)^( *hg_job_result\.duration_ms =) \d+$", r"\1 MS", fields)
        fields = re.sub(r"(?m)^( *hg_run\.host_version =) .*$", r"\1 VERSION", fields)
        self.assert_golden_fields(os.path.join(HERE, "1.0", "fields.txt"), fields)

    def test_a_moving_stage_works_with_the_host_of_its_revision(self):
        today = os.path.join(os.environ["HEADGATE_SOURCE"], "include")
        for stage, (plugin_set, name) in STAGES.items():
            with self.subTest(stage):
                old, new = revision(os.path.join(HERE, "1.0"), stage), revision(today, stage)
                if old == new:
                    self.assert_accepted(plugin_set, name)
                else:
                    self.assert_refused(plugin_set, name, "built for revision %d of the %s interface" % (old, stage))

    def in_a_host_of_1_0(self, jobs):
        """A server, and what calls the bundled applier in a host whose sinks have no more than those of 1.0: the plugin
        that stands between them sees to that."""
        server = ApiServer(self.top)
        self.addCleanup(server.close)
        for number in range(jobs):
            name = "job-%02d" % number
            self.write("jobs/%s.yaml" % name, (JOB % name).replace("namespace: ns", "namespace: default"))
        return server, ("--jobs-dir", "jobs", "--applier", "server", "--parallel", "8", "--kubeconfig",
                        server.kubeconfig, "--plugin-dir", os.path.join(PLUGINS, "1.0-host"))  # fmt: skip

    def test_the_bundled_applier_works_in_a_host_of_1_0(self):
        server, flags = self.in_a_host_of_1_0(40)
        self.expect(0, "apply", "--apply", *flags)
        self.assertEqual(os.path.join(PLUGINS, "1.0-host", "headgate-apply-server.so"),
                         self.value("SELECT path FROM plugins WHERE stage = 'applier'"))
        self.assertEqual(["job-%02d" % number for number in range(40)], sorted(server.jobs()))
        self.assertEqual(40, self.value("SELECT count(*) FROM attempts WHERE status = 'SUCCESS'"))

    def test_what_was_let_through_before_ctrl_c_has_an_outcome_in_a_host_of_1_0(self):
        """That host knows of no way back."""
        server, flags = self.in_a_host_of_1_0(12)
        self.environment["OLDER_HOST_STOPS"] = "1"
        self.expect(130, "apply", "--apply", *flags)
        self.assertEqual([("SUCCESS", 8), ("SKIPPED", 4)], [tuple(row.values()) for row in self.query(
            "SELECT status, count(*) FROM job_outcomes GROUP BY status ORDER BY min(position)")])  # fmt: skip
        self.assertEqual(8, len(server.jobs()))

    def test_a_preflight_has_no_way_back_either(self):
        server, flags = self.in_a_host_of_1_0(12)
        self.environment["OLDER_HOST_STOPS"] = "1"
        self.expect(130, "plan", "--preflight", *flags)
        self.assertEqual({}, server.jobs())


if __name__ == "__main__":
    unittest.main()
