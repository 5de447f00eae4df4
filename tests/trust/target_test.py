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

    def test_a_job_that_names_no_namespace_goes_with_such_a_plan_to_todays(self):
        self.write("jobs/bare.yaml", job(JOBS).replace("  namespace: trading\n", ""))
        self.write("kubeconfig", "{")
        self.assertEqual("", self.save()["jobs"][0]["namespace"])
        self.apply(0)
        self.use("staging")
        self.apply(0, "--apply")
        self.assertIn("batch", [row["namespace"] for row in self.query("SELECT namespace FROM job_outcomes")])

    def test_a_plan_for_one_applier_is_refused_for_another(self):
        self.save()
        outcome = self.apply(1, "--apply", "--applier", "apply-recording", "--plugin-dir", TEST_PLUGINS)
        self.assertIn("is for the applier apply-kubectl, and this run has apply-recording", outcome.err)
        self.save("--applier", "apply-recording", "--plugin-dir", TEST_PLUGINS)
        self.assertIn("is for the applier apply-recording, and this run has apply-kubectl", self.apply(1).err)
        self.assert_none_started()


class Resumed(TargetCase):
    def fail(self, *flags, directory=None):
        """An apply whose second Job fails, and from then on a kubectl that does all it should."""
        work, self.work = self.work, directory or self.work
        self.script("job-000001.yaml fail 1 error: not today")
        self.expect(1, *APPLY, *flags)
        self.script("* ok")
        self.work = work
        os.remove(self.launch_log)

    def forget_target(self):
        """As in a history that an older Headgate wrote."""
        self.query("UPDATE runs SET target_context = NULL, target_server = NULL, target_user = NULL,"
                   " target_namespace = NULL, target_cluster_uid = NULL")

    def states(self):
        return [row["state"] for row in self.query("SELECT state FROM runs ORDER BY run_id")]

    def test_a_run_goes_on_with_its_own_target(self):
        self.fail()
        self.expect(0, "resume", "1")
        self.assertEqual(1, len(self.launches()))

    def test_a_run_of_one_server_is_not_gone_on_with_on_another_and_both_are_named(self):
        """Four Jobs on staging, four on prod, one run that succeeded: never."""
        self.fail()
        self.use("prod")
        outcome = self.expect(1, "resume", "1")
        self.assertIn("run 1 is for the server %s, and kubectl would use %s" % (STAGING, PROD), outcome.err)
        self.assertIn("run 1: context staging, server %s" % STAGING, outcome.err)
        self.assertIn("now: context prod, server %s" % PROD, outcome.err)
        self.assert_none_started()
        self.assertEqual(0, self.value("SELECT count(*) FROM resumptions"))
        self.expect(0, "resume", "1", "--context", "staging")
        self.assertEqual(["--context", "staging"], self.launches()[0][-2:])

    def test_names_under_which_a_run_goes_on_are_recorded(self):
        """The same server as another user, by another context: the run is the same, who did it is not."""
        self.fail("--context", "staging")
        self.use("admin", STAGING)
        self.expect(0, "resume", "1", "--context", "admin")
        names = "SELECT target_context, target_server, target_user, target_namespace FROM "
        self.assertEqual([("staging", STAGING, "ann", "batch")], [tuple(row.values()) for row in self.query(names + "runs")])
        self.assertEqual([("admin", STAGING, "ann", "batch")], [tuple(row.values()) for row in self.query(names + "resumptions")])
        self.assertIn(" to admin (%s) as ann: headgate resume 1" % STAGING,
                      self.expect(0, "history", "show", "1").out.replace(" --context admin", ""))

    def test_a_context_of_the_run_that_leads_elsewhere_by_now_is_refused(self):
        self.fail("--context", "staging")
        self.use("staging", PROD)
        self.assertIn("is for the server %s" % STAGING, self.expect(1, "resume", "1").err)
        self.use("staging", namespace="other")
        self.assertIn("is for the namespace 'batch'", self.expect(1, "resume", "1").err)
        self.assert_none_started()

    def test_without_a_number_it_is_the_newest_of_this_target(self):
        self.fail()
        self.use("prod")
        self.fail()
        self.use("staging")
        self.assertIn("Resuming run 1, begun in /TOP/work", self.expect(0, "resume", "--quiet").err)
        self.assertEqual(["succeeded", "failed"], self.states())

    def test_without_a_number_one_that_never_had_a_plan_hides_none(self):
        self.fail()
        self.expect(1, "apply", "--jobs-dir", "nowhere", "--apply")
        self.assertIn("Resuming run 1, begun in /TOP/work", self.expect(0, "resume").err)

    def test_without_a_number_it_is_the_newest_of_this_directory(self):
        self.fail()
        write_jobs(self.path("other", "jobs"), JOBS)
        self.fail(directory=self.path("other"))
        self.assertIn("Resuming run 1, begun in /TOP/work\n", self.expect(0, "resume").err)
        self.assertEqual(["succeeded", "failed"], self.states())

    def test_without_a_number_and_none_that_fits_it_says_which_there_are_and_what_to_type(self):
        self.fail()
        self.use("prod")
        outcome = self.expect(1, "resume")
        self.assertIn("run 1, not taken: begun in /TOP/work, for context staging, server %s, namespace batch: "
                      "type `headgate resume 1`" % STAGING, outcome.err)
        self.assertIn("`headgate resume RUN`", outcome.err)
        os.mkdir(self.path("elsewhere"))
        self.work = self.path("elsewhere")
        self.use("staging")
        self.assertIn("run 1, not taken: begun in /TOP/work,", self.expect(1, "resume").err)
        self.assert_none_started()
        self.assertEqual(["failed"], self.states())

    def test_a_run_without_a_recorded_target_needs_the_flags_that_it_was_begun_with(self):
        self.write("config", self.read("kubeconfig"))
        self.fail("--context", "staging", "--kubeconfig", "config")
        self.forget_target()
        self.assertIn("run 1, not taken", self.expect(1, "resume").err)
        for flags in ((), ("--context", "staging"), ("--context", "prod", "--kubeconfig", "config")):
            outcome = self.expect(1, "resume", "1", *flags)
            self.assertIn("run 1 does not say which cluster it went to: go on with it by --context staging "
                          "--kubeconfig config\n", outcome.err)
        self.assert_none_started()
        self.expect(0, "resume", "1", "--context", "staging", "--kubeconfig", "config")

    def test_a_run_without_a_recorded_target_and_without_flags_needs_its_context(self):
        self.fail()
        self.forget_target()
        self.assertIn("by --context and the name of that cluster's context", self.expect(1, "resume", "1").err)
        self.assert_none_started()
        self.expect(0, "resume", "1", "--context", "staging")


class Anchored(TargetCase):
    """`resume` from another directory: what is typed now starts here, what the run has, there."""

    KUBECTL = '#!/bin/sh\necho "$0 $KUBECONFIG" >> %s\nexec kubectl "$@"\n'

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("now"))
        for place in ("", "now/"):
            self.write(place + "k", self.KUBECTL % self.path("called"), mode=0o755)
            self.write(place + "config", self.read("kubeconfig"))
        self.script("job-000001.yaml fail 1 error: not today")

    def resume_elsewhere(self, *flags):
        self.script("* ok")
        self.work = self.path("now")
        self.expect(0, "resume", "1", *flags)

    def called(self):
        with open(os.path.join(self.top, "work", "called"), encoding="utf-8") as file:
            return [line.split() for line in file.read().replace("/now/./", "/now/").replace("/work/./", "/work/")
                    .replace(self.top, "/TOP").splitlines()]

    def test_each_path_that_resume_takes(self):
        """The flags of the run, those of its resumption, and what must be there then."""
        cases = (
            ((), ("--kubectl", "./k"), "kubectl", "/TOP/work/now/k"),
            ((), ("--set", "apply-kubectl.kubectl=./k"), "kubectl", "/TOP/work/now/k"),
            (("--kubectl", "./k"), (), "kubectl", "./k"),
            (("--kubectl", "./k"), ("--kubectl", "../now/k"), "kubectl", "/TOP/work/now/../now/k"),
            ((), ("--kubeconfig", "config"), "kubeconfig", "/TOP/work/now/config"),
            (("--kubeconfig", "config"), (), "kubeconfig", "/TOP/work/config"),
            ((), ("--output-report", "report.txt"), "file", "now/report.txt"),
            ((), ("--reporter", "json=run.json"), "file", "now/run.json"),
            ((), ("--reporter", "markdown=run.md"), "file", "now/run.md"),
        )
        for begun, now, what, expected in cases:
            with self.subTest(begun=begun, now=now):
                self.begin_anew()
                self.expect(1, *APPLY, *begun)
                before = len(self.launches())
                self.resume_elsewhere(*now)
                if what == "kubectl":
                    self.assertIn(self.called()[-1][0], (expected, "/TOP/work/" + expected.replace("./", "")))
                elif what == "kubeconfig":
                    argv = self.launches()[before]
                    self.assertEqual(expected, argv[argv.index("--kubeconfig") + 1].replace(self.top, "/TOP"))
                else:
                    self.assertTrue(os.path.exists(os.path.join(self.top, "work", expected)))

    def begin_anew(self):
        """A history of its own for each case."""
        self.work = os.path.join(self.top, "work")
        for name in os.listdir(self.top):
            if name.startswith("history.db"):
                os.remove(os.path.join(self.top, name))
        self.script("job-000001.yaml fail 1 error: not today")

    def test_kubeconfig_of_the_environment(self):
        self.expect(1, *APPLY, "--kubectl", "./k")
        self.environment["KUBECONFIG"] = "nowhere:config"
        self.resume_elsewhere()
        self.assertEqual("/TOP/work/now/nowhere:/TOP/work/now/config", self.called()[-1][1])


if __name__ == "__main__":
    unittest.main()
