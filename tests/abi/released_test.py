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

    def test_the_bundled_applier_works_in_a_host_of_1_0(self):
        """Whose sink has no more than that of 1.0: the plugin that stands between them sees to that."""
        server = ApiServer(self.top)
        self.addCleanup(server.close)
        names = ["job-%02d" % number for number in range(40)]
        for name in names:
            self.write("jobs/%s.yaml" % name, (JOB % name).replace("namespace: ns", "namespace: default"))
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", "--parallel", "8", "--kubeconfig",
                    server.kubeconfig, "--plugin-dir", os.path.join(PLUGINS, "1.0-host"))
        self.assertEqual(os.path.join(PLUGINS, "1.0-host", "headgate-apply-server.so"),
                         self.value("SELECT path FROM plugins WHERE stage = 'applier'"))
        self.assertEqual(names, sorted(server.jobs()))
        self.assertEqual(40, self.value("SELECT count(*) FROM attempts WHERE status = 'SUCCESS'"))


if __name__ == "__main__":
    unittest.main()
