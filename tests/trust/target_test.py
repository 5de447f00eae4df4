# SPDX-License-Identifier: Apache-2.0
"""Where it is sent: shown, recorded, sealed, and kept to by whoever goes on."""

import json
import os
import unittest

from headgate_case import HeadgateCase
from job_files import job, job_name, write_jobs

JOBS = 3
APPLY = ("apply", "--jobs-dir", "jobs", "--apply", "--parallel", "1")
STAGING = "https://staging.example:6443"
PROD = "https://prod.example:6443"


class TargetCase(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), JOBS)
        self.use("staging")

    def use(self, context, server=None, namespace="batch"):
        """What `kubectl config use-context` does."""
        servers = {"staging": STAGING, "prod": PROD}
        servers[context] = server or servers[context]
        self.environment["KUBECONFIG"] = self.write("kubeconfig", json.dumps({
            "current-context": context,
            "contexts": [{"name": name, "context": {"cluster": name, "user": "ann", "namespace": namespace}}
                         for name in servers],
            "clusters": [{"name": name, "cluster": {"server": url}} for name, url in servers.items()],
            "users": [{"name": "ann", "user": {"token": "secret-of-ann"}}],
        }))

    def targets(self):
        return [tuple(row.values()) for row in self.query(
            "SELECT target_context, target_server, target_user, target_namespace FROM run_summary ORDER BY run_id")]


class Shown(TargetCase):
    def test_an_apply_shows_its_target_before_the_first_job_also_when_quiet(self):
        outcome = self.expect(0, *APPLY, "--quiet")
        self.assertIn("[D31_K8S_APPLY] Context: staging\n[D31_K8S_APPLY] Server: %s\n" % STAGING, outcome.err)
        self.assertIn("[D31_K8S_APPLY] Namespaces: trading\n", outcome.err)

    def test_a_quiet_dry_run_is_quiet(self):
        self.assertEqual("", self.expect(0, "apply", "--jobs-dir", "jobs", "--quiet").err)


class Recorded(TargetCase):
    def test_each_run_records_context_server_user_and_namespace_although_none_was_typed(self):
        self.expect(0, "validate", "--jobs-dir", "jobs")
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.expect(0, *APPLY)
        self.assertEqual([("staging", STAGING, "ann", "batch")] * 3, self.targets())
        rows = self.query("SELECT DISTINCT target_server, target_namespace FROM job_outcomes WHERE mode = 'apply'")
        self.assertEqual([{"target_server": STAGING, "target_namespace": "batch"}], rows)
        self.assertIn("staging (%s)" % STAGING, self.expect(0, "history", "list").out)
        self.assertIn("staging (%s)" % STAGING, self.expect(0, "history", "show", "latest").out)

    def test_a_target_that_is_not_known_is_recorded_as_that(self):
        self.write("kubeconfig", "{")
        self.expect(0, "apply", "--jobs-dir", "jobs")
        self.assertEqual([("", "", "", "")], self.targets())
        self.assertIn("(not known)", self.expect(0, "history", "list").out)

    def test_no_password_of_a_server_is_recorded(self):
        self.use("staging", "https://ann:hunter2@staging.example:6443/x?token=hunter2")
        self.expect(0, *APPLY)
        self.assertEqual([("staging", "https://staging.example:6443/x", "ann", "batch")], self.targets())
        self.use("staging", "https://staging.example:6443/x/hunter2@y")
        self.expect(0, *APPLY)
        self.assertEqual("", self.targets()[1][1])
        with open(self.history, "rb") as file:
            self.assertNotIn(b"hunter2", file.read())


if __name__ == "__main__":
    unittest.main()
