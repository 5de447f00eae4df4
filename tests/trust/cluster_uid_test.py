# SPDX-License-Identifier: Apache-2.0
"""A cluster is known by the UID of its namespace kube-system: what was begun with one is not gone on with on another
that stands behind the same address. Where the server does not say it, it is not known, and no error."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["HEADGATE_SOURCE"], "tests", "api-server"))

from api_server_process import ApiServer
from headgate_case import HeadgateCase

ONE = "11111111-aaaa-4bbb-8ccc-000000000001"
OTHER = "22222222-aaaa-4bbb-8ccc-000000000002"
MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata: {name: one, namespace: default}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36"}]
"""


class ClusterUid(HeadgateCase):
    def setUp(self):
        super().setUp()
        place = os.path.join(self.top, "server")
        os.mkdir(place)
        self.server = ApiServer(place)
        self.addCleanup(self.server.close)
        self.write("jobs/one.yaml", MANIFEST)
        self.flags = ("--kubeconfig", self.server.kubeconfig)

    def is_cluster(self, uid):
        namespace = {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "kube-system", "uid": uid}}
        self.server.clear_script()
        self.server.script("after each GET */namespaces/kube-system do text " + json.dumps(namespace))

    def asked(self):
        return [row["method"] for row in self.server.requests_so_far() if row["path"].endswith("/kube-system")]

    def changes(self):
        return [row for row in self.server.requests_so_far() if row["method"] == "PATCH" and "dryRun" not in row["query"]]

    def apply(self, code, *more):
        return self.expect(code, "apply", "--apply", "--jobs-dir", "jobs", *self.flags, *more)

    def refused(self, outcome):
        """Both are named, and nothing was changed."""
        self.assertIn("a cluster whose kube-system has the UID %s, and the one at that address now has %s" % (ONE, OTHER),
                      outcome.err)
        self.assertEqual([], self.changes())

    def test_is_recorded(self):
        self.is_cluster(ONE)
        self.apply(0, "--applier", "server")
        self.assertEqual(ONE, self.value("SELECT target_cluster_uid FROM runs"))
        self.assertEqual(["GET"], self.asked())

    def test_a_plan_of_another_cluster(self):
        self.is_cluster(ONE)
        self.expect(0, "plan", "--preflight", "--save", "plan.json", "--jobs-dir", "jobs", "--applier", "server", *self.flags)
        with open(self.path("plan.json"), encoding="utf-8") as file:
            self.assertEqual(ONE, json.load(file)["target"]["cluster_uid"])
        self.is_cluster(OTHER)
        self.refused(self.expect(1, "apply", "--apply", "--plan", "plan.json", "--applier", "server"))
        self.is_cluster(ONE)
        self.expect(0, "apply", "--apply", "--plan", "plan.json", "--applier", "server")

    def test_a_run_of_another_cluster(self):
        self.is_cluster(ONE)
        self.server.add_rules("one=forbidden,method=PATCH")
        self.apply(1, "--applier", "server")
        self.server.clear_rules()
        before = len(self.changes())
        self.is_cluster(OTHER)
        outcome = self.expect(1, "resume", "1")
        self.assertIn("UID %s" % ONE, outcome.err)
        self.assertIn(OTHER, outcome.err)
        self.assertEqual(before, len(self.changes()))
        self.is_cluster(ONE)
        self.expect(0, "resume", "1")
        self.assertIn("one", self.server.jobs())

    def test_a_watched_run_of_another_cluster(self):
        """The watcher asks where the applier cannot, and before it looks for a Job."""
        self.is_cluster(ONE)
        self.apply(0, "--applier", "server")
        self.is_cluster(OTHER)
        outcome = self.expect(1, "watch", "1")
        self.assertIn("run 1 is for a cluster whose kube-system has the UID %s" % ONE, outcome.err)
        self.assertIn(OTHER, outcome.err)

    def test_what_is_not_known_is_no_error(self):
        for rule in ("forbidden", "unauthorized", "cut", "reset"):
            with self.subTest(rule):
                self.server.clear_rules()
                self.server.add_rules("*/namespaces/kube-system=" + rule)
                self.apply(0, "--applier", "server")
                self.assertEqual("", self.value("SELECT target_cluster_uid FROM runs ORDER BY run_id DESC LIMIT 1"))

    def test_who_waits_does_not_ask_again(self):
        self.server.add_rules("*/namespaces/kube-system=forbidden")
        self.apply(3, "--applier", "server", "--wait", "--wait-timeout", "1")
        self.assertEqual(["GET"], self.asked())

    def test_kubectl_is_not_asked(self):
        self.is_cluster(ONE)
        self.apply(0)
        self.assertEqual([], self.asked())
        self.assertEqual("", self.value("SELECT target_cluster_uid FROM runs"))


if __name__ == "__main__":
    unittest.main()
