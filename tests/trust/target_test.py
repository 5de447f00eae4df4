# SPDX-License-Identifier: Apache-2.0
"""Where it is sent: shown, recorded, sealed, and kept to by whoever goes on."""

import json
import os
import unittest

from headgate_case import TEST_PLUGINS, HeadgateCase
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


class Sealed(TargetCase):
    def save(self, *flags):
        self.expect(0, "plan", "--jobs-dir", "jobs", "--save", "plan.json", *flags)
        return json.loads(self.read("plan.json"))

    def apply(self, code, *flags):
        return self.expect(code, "apply", "--plan", "plan.json", *flags)

    def test_a_plan_says_its_target_and_its_applier(self):
        plan = self.save()
        self.assertEqual({"context": "staging", "server": STAGING, "user": "ann", "namespace": "batch",
                          "cluster_uid": ""}, plan["target"])
        self.assertEqual("apply-kubectl", plan["applier"])
        self.apply(0, "--apply")
        self.assertEqual(JOBS, len(self.launches()))

    def test_a_plan_for_one_server_is_refused_for_another_and_both_are_named(self):
        self.save()
        self.use("prod")
        for flags in ((), ("--apply",)):
            outcome = self.apply(1, *flags)
            self.assertIn("plan.json is for the server %s, and kubectl would use %s: plan again" % (STAGING, PROD),
                          outcome.err)
            self.assertIn("plan.json: context staging, server %s, user ann, namespace batch\n" % STAGING, outcome.err)
            self.assertIn("now: context prod, server %s, user ann, namespace batch\n" % PROD, outcome.err)
        self.assert_none_started()

    def test_a_context_that_leads_elsewhere_by_now_is_another_target(self):
        """The plan's own --context does not help: what counts is the server."""
        self.save("--context", "staging")
        self.use("staging", PROD)
        self.assertIn("is for the server %s" % STAGING, self.apply(1, "--apply").err)
        self.assert_none_started()

    def test_a_plan_for_one_namespace_is_refused_for_another(self):
        self.save()
        self.use("staging", namespace="other")
        self.assertIn("is for the namespace 'batch', and kubectl would use 'other'", self.apply(1, "--apply").err)
        self.assert_none_started()

    def test_names_of_context_and_user_may_change(self):
        self.save()
        self.use("renamed", STAGING)
        self.apply(0, "--apply")

    def test_a_plan_made_without_any_configuration_is_for_kubectls_default(self):
        self.environment["KUBECONFIG"] = ""
        self.assertEqual("http://localhost:8080", self.save()["target"]["server"])
        self.use("prod")
        self.assertIn("is for the server http://localhost:8080, and", self.apply(1, "--apply").err)
        self.assert_none_started()

    def test_a_plan_made_where_no_target_was_known_is_bound_to_none_and_says_so(self):
        self.write("kubeconfig", "{")
        self.assertIsNone(self.save()["target"])
        self.use("staging")
        for flags in ((), ("--apply",), ("--apply", "--quiet")):
            self.assertIn("plan.json was made where no cluster was known, so it is bound to none",
                          self.apply(0, *flags).err)

    def test_a_plan_for_one_applier_is_refused_for_another(self):
        self.save()
        outcome = self.apply(1, "--apply", "--applier", "apply-recording", "--plugin-dir", TEST_PLUGINS)
        self.assertIn("is for the applier apply-kubectl, and this run has apply-recording", outcome.err)
        self.save("--applier", "apply-recording", "--plugin-dir", TEST_PLUGINS)
        self.assertIn("is for the applier apply-recording, and this run has apply-kubectl", self.apply(1).err)
        self.assert_none_started()


if __name__ == "__main__":
    unittest.main()
