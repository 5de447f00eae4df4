# SPDX-License-Identifier: Apache-2.0
"""The preflight adds up what a batch asks of its namespaces, and says where they will not take all of it."""

import json
import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["HEADGATE_SOURCE"], "tests", "api-server"))

from api_server_process import ApiServer
from headgate_case import HeadgateCase
from job_files import job, job_name, write_jobs

JOBS = 4  # each a Pod with requests of 500m and 512Mi, limits of 1 and 1Gi


def quota(name, hard, used=None, **spec):
    return {"metadata": {"name": name}, "spec": {"hard": hard, **spec},
            "status": {"hard": hard, "used": used or {resource: "0" for resource in hard}}}


class NamespaceLimits(HeadgateCase):
    def setUp(self):
        super().setUp()
        place = os.path.join(self.top, "server")
        os.mkdir(place)
        self.server = ApiServer(place, "--namespace", "trading", "--namespace", "lab")
        self.addCleanup(self.server.close)
        write_jobs(self.path("jobs"), JOBS)
        self.flags = ("--jobs-dir", "jobs", "--kubeconfig", self.server.kubeconfig, "--applier", "server", "--preflight")

    def add_quota(self, *arguments, namespace="trading", **spec):
        self.put("ResourceQuota", namespace, quota(*arguments, **spec))

    def add_range(self, name, *limits):
        self.put("LimitRange", "trading", {"metadata": {"name": name}, "spec": {"limits": list(limits)}})

    def put(self, kind, namespace, body):
        self.server.put({"kind": kind, **body, "metadata": {**body["metadata"], "namespace": namespace}})

    def plan(self, code, *flags):
        outcome = self.expect(code, "plan", *self.flags, *flags)
        for request in self.server.requests_so_far():
            self.assertTrue(request["method"] == "GET" or request["query"].get("dryRun") == "All", request)
        self.assertEqual({}, self.server.jobs())
        return outcome

    def section(self, code):
        out = self.plan(code).out
        return out[out.index("[NAMESPACES]\n") + len("[NAMESPACES]\n"):]

    SUMMARY = "  trading: 4 new Jobs, 4 Pods at a time; requests cpu 2, memory 2Gi; limits cpu 4, memory 4Gi\n"

    def test_what_fits_is_added_up(self):
        self.add_quota("team", {"requests.cpu": "10", "limits.memory": "4Gi", "count/jobs.batch": "4", "pods": "4"})
        self.add_range("sizes", {"type": "Container", "max": {"cpu": "1"}, "min": {"cpu": "100m"}})
        self.assertEqual(self.SUMMARY, self.section(0))

    def test_each_job_fits_and_the_batch_does_not(self):
        self.add_quota("team", {"requests.cpu": "2", "memory": "2Gi", "pods": "10"},
                       {"requests.cpu": "750m", "memory": "0", "pods": "7"})
        self.assertEqual(self.SUMMARY + """\
    later    ResourceQuota team: requests.cpu: 2 asked for at a time, 1250m left (750m of 2 used): some Pods wait until \
others are over
    later    ResourceQuota team: pods: 4 asked for at a time, 3 left (7 of 10 used): some Pods wait until others are over
""", self.section(0))

    def test_jobs_that_the_server_would_refuse_stop_the_batch(self):
        self.add_quota("team", {"count/jobs.batch": "5"}, {"count/jobs.batch": "2"})
        message = "ResourceQuota team: count/jobs.batch: 4 asked for, 3 left (2 of 5 used): the server will refuse the other Jobs"
        self.assertEqual(self.SUMMARY + "    never    %s\n" % message, self.section(1))
        outcome = self.expect(1, "apply", *self.flags, "--apply")
        self.assertIn("Preflight: trading: " + message, outcome.err)
        self.assertIn("nothing was applied", outcome.err)
        self.assertEqual({}, self.server.jobs())
        self.assertEqual(4, self.value("SELECT count(*) FROM job_outcomes WHERE status = 'SKIPPED'"))

    def test_pods_that_are_never_made_stop_the_batch(self):
        self.add_quota("small", {"limits.memory": "512Mi"})
        self.add_quota("devices", {"requests.nvidia.com/gpu": "1"})
        self.add_range("sizes", {"type": "Container", "max": {"cpu": "500m"}}, {"type": "Pod", "min": {"memory": "1Gi"}})
        first, rest = job_name(0), " (the same with 3 other Jobs)"
        self.assertEqual(self.SUMMARY + """\
    never    ResourceQuota small: limits.memory: a Pod of %s asks for 1Gi, and the quota is 512Mi in all: it is never made%s
    never    LimitRange sizes: cpu: container %s of %s has a limit of 1, and the most is 500m: its Pods are never made%s
    never    LimitRange sizes: memory: a Pod of %s has a request of 512Mi, and the least is 1Gi: its Pods are never made%s
""" % (first, rest, first, first, rest, first, rest), self.section(1))

    def test_what_is_there_already_is_not_counted(self):
        self.expect(0, "apply", *self.flags[:-1], "--apply")
        write_jobs(self.path("jobs"), JOBS + 1)
        outcome = self.expect(0, "plan", *self.flags)
        self.assertIn("trading: 1 new Job, 1 Pod at a time; requests cpu 500m, memory 512Mi; limits cpu 1, memory 1Gi; 4 there "
                      "already, not counted\n", outcome.out)
        os.remove(self.path("jobs", "job-%06d.yaml" % JOBS))
        self.assertNotIn("[NAMESPACES]", self.expect(0, "plan", *self.flags).out)

    def test_each_namespace_by_itself(self):
        self.write("jobs/z.yaml", job(9, namespace="lab"))
        self.add_quota("team", {"pods": "1"}, {"pods": "1"}, namespace="lab")
        self.assertEqual(self.SUMMARY + """\
  lab: 1 new Job, 1 Pod at a time; requests cpu 500m, memory 512Mi; limits cpu 1, memory 1Gi
    later    ResourceQuota team: pods: 1 asked for at a time, 0 left (1 of 1 used): some Pods wait until others are over
""", self.section(0))

    def test_what_must_not_be_listed_was_not_looked_at(self):
        self.server.add_rules("/api/v1/namespaces/trading/*=forbidden")
        section = self.section(0)
        self.assertTrue(section.startswith(self.SUMMARY + "    ResourceQuotas and LimitRanges were not looked at: HTTP status 403: "))
        self.server.clear_rules()
        self.server.add_rules("/api/v1/namespaces/trading/limitranges=cut")
        self.assertIn("    LimitRanges were not looked at: ", self.section(0))

    def test_ctrl_c_ends_the_look(self):
        self.server.add_rules("/api/v1/namespaces/trading/*=hang")
        process = self.start_headgate("plan", *self.flags)
        self.server.wait_for_requests(1, lambda row: row["path"].endswith("/resourcequotas"))
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)

    def test_an_applier_that_does_not_look_is_named(self):
        outcome = self.expect(0, "plan", "--jobs-dir", "jobs", "--preflight")
        self.assertIn("4 new Jobs", outcome.out)
        self.assertIn("were not looked at: this applier does not look at them: add --applier server", outcome.out)

    def test_as_json(self):
        self.add_quota("team", {"requests.cpu": "1"}, scopes=["PriorityClass"])
        answer = json.loads(self.plan(0, "-o", "json").out)["namespaces"]
        self.assertEqual([{
            "namespace": "trading", "new_jobs": 4, "present_jobs": 0, "suspended_jobs": 0, "uncounted_jobs": 0, "pods": 4,
            "requests": {"cpu": "2", "memory": "2Gi"}, "limits": {"cpu": "4", "memory": "4Gi"},
            "findings": [{"kind": "unknown", "object": "ResourceQuota team", "resource": "requests.cpu",
                          "message": "not known whether it counts the Pods of %s (scope PriorityClass)"
                                     " (the same with 3 other Jobs)" % job_name(0)}],
            "resource_quotas_unread": None, "limit_ranges_unread": None}], answer)

    def test_nobody_is_asked_without_a_preflight(self):
        self.expect(0, "plan", *self.flags[:-1])
        self.assertEqual([], self.server.requests_so_far())


if __name__ == "__main__":
    unittest.main()
