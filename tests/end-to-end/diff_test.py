# SPDX-License-Identifier: Apache-2.0
"""plan --diff: what would change in the Jobs that are there, by the server's own dry run, and nothing is changed."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["HEADGATE_SOURCE"], "tests", "api-server"))

from api_server_process import ApiServer
from headgate_case import HeadgateCase

SECRET = "a-value-that-nobody-may-see"
MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata: {name: %(name)s, namespace: default, labels: {app: %(label)s}}
spec:
  parallelism: %(parallelism)s
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: %(image)s
        command: ["run", "1"]
        env: [{name: MODE, value: %(value)s}]
        resources: {requests: {cpu: 500m}, limits: {cpu: "1"}}
"""


class Diff(HeadgateCase):
    def setUp(self):
        super().setUp()
        place = os.path.join(self.top, "server")
        os.mkdir(place)
        self.server = ApiServer(place)
        self.addCleanup(self.server.close)
        self.flags = ("--jobs-dir", "jobs", "--applier", "server", "--kubeconfig", self.server.kubeconfig)

    def job(self, name, label="x", parallelism=1, image="busybox:1.36", value=SECRET):
        self.write("jobs/%s.yaml" % name, MANIFEST % locals())

    def apply(self):
        self.expect(0, "apply", *self.flags, "--apply")

    def diff(self, code, *flags):
        """Runs it; the server has the same Jobs as before, and was asked for nothing but dry runs."""
        before, asked = self.server.jobs(), len(self.server.requests_so_far())
        outcome = self.expect(code, "plan", *self.flags, "--diff", *flags)
        self.assertEqual(before, self.server.jobs())
        for request in self.server.requests_so_far()[asked:]:
            self.assertTrue(request["method"] == "GET" or request["query"].get("dryRun") == "All", request)
        self.assertNotIn(SECRET, outcome.out + outcome.err)
        return outcome

    def test_each_of_its_answers(self):
        for name in ("changed", "other", "same"):
            self.job(name)
        self.apply()
        self.job("changed", label="z", parallelism=2)
        self.job("new")
        self.job("other", image="busybox:1.37")
        out = self.diff(1).out
        self.assertEqual("""\
[DIFF]
  update     changed
--- default/changed (live)
+++ default/changed (applied)
@@ -2,14 +2,14 @@ metadata.labels
 kind: Job
 metadata:
   labels:
-    app: x
+    app: z
   name: changed
   namespace: default
 spec:
   backoffLimit: 0
   completionMode: NonIndexed
   completions: 1
-  parallelism: 1
+  parallelism: 2
   suspend: false
   template:
     spec:
  create     new: would be created: parallelism 1, completions 1; main: busybox:1.36, requests cpu 500m, limits cpu 1
  refused    other: the Job exists with another template (delete it (kubectl delete job) or generate under a new name)
             deleted and made again, it would change so:
--- default/other (live)
+++ default/other (applied)
@@ -20,7 +20,7 @@ spec.template.spec.containers (immutable)
         env:
         - name: MODE
           value: (hidden)
-        image: busybox:1.36  # immutable
+        image: busybox:1.37  # immutable
         imagePullPolicy: IfNotPresent
         name: main
         resources:
  unchanged  same
""", out[out.index("[DIFF]"):out.index("\n[NAMESPACES]")])

    def test_as_json(self):
        self.job("changed")
        self.job("other")
        self.apply()
        self.job("changed", parallelism=2)
        self.job("new")
        self.job("other", image="busybox:1.37")
        rows = {row["job_name"]: row["preflight"] for row in json.loads(self.diff(1, "-o", "json").out)["jobs"]}
        self.assertIn("\n-  parallelism: 1\n+  parallelism: 2\n", rows["changed"]["diff"])
        self.assertEqual([], rows["changed"]["immutable_fields"])
        self.assertIsNone(rows["new"]["diff"])
        self.assertIn("busybox:1.36", rows["new"]["would_be_created"])
        self.assertEqual(["spec.template"], rows["other"]["immutable_fields"])
        self.assertIn("\n+        image: busybox:1.37  # immutable\n", rows["other"]["diff"])

    def test_env_values_are_hidden_when_they_change(self):
        self.job("one", value=SECRET)
        self.apply()
        self.job("one", value=SECRET + "2")
        outcome = self.diff(1)
        self.assertIn("\n-          value: (hidden)  # immutable\n+          value: (hidden)  # immutable\n", outcome.out)
        for name in os.listdir(self.top):
            if name.startswith("history.db"):
                with open(os.path.join(self.top, name), "rb") as file:
                    self.assertNotIn(SECRET.encode(), file.read())

    def test_a_server_that_does_not_say_what_it_would_be(self):
        """That a field cannot be changed is told all the same."""
        self.job("one")
        self.apply()
        self.job("one", image="busybox:1.37")
        self.server.add_rules("/apis/batch/v1/namespaces/default/jobs=forbidden,method=POST")
        self.assertIn("what would change is not known: the server does not say what it would be", self.diff(1).out)

    def test_what_the_server_warns_of_when_the_job_is_made_anew(self):
        """The second question of a Job that cannot be changed is answered with warnings like the first."""
        self.job("one")
        self.apply()
        self.job("one", image="busybox:1.37")
        self.server.add_rules("/apis/batch/v1/namespaces/default/jobs=warned,method=POST")
        self.assertIn("batch/v1 Job: this is only a test\n", self.diff(1).out)

    def test_a_job_that_cannot_be_read(self):
        self.job("one")
        self.apply()
        self.job("one", parallelism=2)
        self.server.add_rules("one=forbidden,method=GET")
        self.assertIn("  update     one: what would change is not known: the Job that is there cannot be read\n",
                      self.diff(0).out)

    def test_it_asks_for_the_applier_that_can(self):
        self.job("one")
        outcome = self.expect(2, "plan", "--jobs-dir", "jobs", "--diff")
        self.assertIn("--applier server", outcome.err)
        self.assert_none_started()
        self.assertEqual([], self.server.requests_so_far())


if __name__ == "__main__":
    unittest.main()
