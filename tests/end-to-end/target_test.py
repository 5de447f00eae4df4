# SPDX-License-Identifier: Apache-2.0
"""Headgate and kubectl name the same cluster, and a Job without a namespace is where kubectl puts it."""

import json
import os
import subprocess
import sys
import unittest

from headgate_case import HeadgateCase
from job_files import job, write_jobs, job_name

_KUBECTL = os.environ.get("KUBECTL", "")


def entry(kind, name, **fields):
    return {"name": name, kind: fields}


def config(current, contexts, clusters, users=()):
    return json.dumps({"apiVersion": "v1", "kind": "Config", "current-context": current, "contexts": list(contexts),
                       "clusters": list(clusters), "users": list(users)})


DEV = entry("context", "dev", cluster="small", user="me")
PROD = entry("context", "prod", cluster="large", user="me", namespace="batch")
SMALL = entry("cluster", "small", server="https://10.0.0.1:6443")
LARGE = entry("cluster", "large", server="https://large.example/k8s/c-1")
ME = entry("user", "me", token="secret-of-mine")
BOTH = config("dev", [DEV, PROD], [SMALL, LARGE], [ME])
OTHER = config("prod", [entry("context", "dev", cluster="large", user="you", namespace="elsewhere"), PROD],
               [entry("cluster", "small", server="https://other:1"), LARGE],
               [entry("user", "me"), entry("user", "you")])
MINIKUBE = """apiVersion: v1
clusters:
- cluster:
    extensions:
    - {name: cluster_info, extension: {provider: minikube.sigs.k8s.io, version: v1.30.1}}
    server: https://192.168.49.2:8443
  name: minikube
contexts:
- context: {cluster: minikube, namespace: default, user: minikube}
  name: minikube
current-context: minikube
kind: Config
preferences: {}
users:
- {name: minikube, user: {}}
"""

# KUBECONFIG, flags; context, server, namespace.
TARGETS = (
    ("both", (), "dev", "https://10.0.0.1:6443", "default"),
    ("both", ("--context", "prod"), "prod", "https://large.example/k8s/c-1", "batch"),
    ("other", (), "prod", "https://large.example/k8s/c-1", "batch"),
    ("both:other", (), "dev", "https://10.0.0.1:6443", "default"),
    ("other:both", (), "prod", "https://large.example/k8s/c-1", "batch"),
    ("other:both", ("--context", "dev"), "dev", "https://large.example/k8s/c-1", "elsewhere"),
    ("gone::empty:both:both:", (), "dev", "https://10.0.0.1:6443", "default"),
    ("no-current:other", ("--context", "dev"), "dev", "https://10.0.0.1:6443", "default"),
    ("no-current:other", (), "prod", "https://large.example/k8s/c-1", "batch"),
    ("gone", ("--kubeconfig", "minikube"), "minikube", "https://192.168.49.2:8443", "default"),
    ("both", ("--kubeconfig", "folder/minikube"), "minikube", "https://192.168.49.2:8443", "default"),
)


class Target(HeadgateCase):
    def setUp(self):
        super().setUp()
        self.write("both", BOTH)
        self.write("other", OTHER)
        self.write("empty", "")
        self.write("no-current", config("", [DEV], [SMALL], [ME]))
        self.write("minikube", MINIKUBE)
        self.write("folder/minikube", MINIKUBE)
        self.write("jobs/a.yaml", self.job_in(None))

    @staticmethod
    def job_in(namespace, index=0):
        lines = [line for line in job(index).splitlines() if not line.strip().startswith("namespace:")]
        if namespace:
            lines.insert(lines.index("metadata:") + 1, "  namespace: " + namespace)
        return "\n".join(lines) + "\n"

    def plan(self, code, kubeconfig, *flags):
        self.environment["KUBECONFIG"] = kubeconfig
        return self.expect(code, "plan", "--jobs-dir", "jobs", *flags)

    def kubectls(self, kubeconfig, flags):
        """What kubectl takes."""
        environment = dict(self.environment, KUBECONFIG=kubeconfig)
        view = json.loads(subprocess.run([_KUBECTL, "config", "view", "--minify", "--raw", "-o", "json", *flags],
                                         cwd=self.work, env=environment, check=True, stdout=subprocess.PIPE).stdout)
        context = view["contexts"][0]
        return context["name"], view["clusters"][0]["cluster"]["server"], context["context"].get("namespace", "default")

    def test_headgate_and_kubectl_name_the_same_cluster(self):
        if not _KUBECTL:
            print("THERE IS NO KUBECTL HERE: compared with what it said elsewhere only", file=sys.stderr)
        for kubeconfig, flags, *expected in TARGETS:
            with self.subTest(kubeconfig=kubeconfig, flags=flags):
                outcome = self.plan(0, kubeconfig, *flags)
                self.assertIn("\n[CLUSTER]\n  Context: %s\n  Server: %s\n  Namespaces: %s\n" % tuple(expected),
                              outcome.out)
                if _KUBECTL:
                    self.assertEqual(tuple(expected), self.kubectls(kubeconfig, flags))

    def test_without_any_configuration_it_is_kubectls_default(self):
        for nothing in ("", "/dev/null"):
            outcome = self.plan(0, nothing)
            self.assertIn("Context: (none)\n  Server: http://localhost:8080 (kubectl's default", outcome.out)
            self.assertIn("Namespaces: default\n", outcome.out)

    def test_a_false_duplicate(self):
        """One Job is in the context's namespace, its namesake in "default"."""
        self.write("jobs/b.yaml", self.job_in("default"))
        outcome = self.plan(0, "other")
        self.assertIn("Namespaces: batch, default\n", outcome.out)

    def test_a_true_duplicate(self):
        """One Job names the namespace that the context puts the other into."""
        self.write("jobs/b.yaml", self.job_in("batch"))
        outcome = self.plan(1, "other")
        self.assertIn("namespace batch has this Job already", outcome.out + outcome.err)
        os.remove(self.path("jobs/b.yaml"))
        self.write("jobs/b.yaml", self.job_in("default"))
        self.plan(1, "both")

    def test_a_namespace_that_is_null_is_none(self):
        self.write("jobs/b.yaml", self.job_in("batch"))
        for null in "null", "~", "Null", '""', "# nothing":
            with self.subTest(null):
                self.write("jobs/a.yaml", self.job_in(null))
                self.assertIn("namespace batch has this Job already", self.plan(1, "other").out)

    def test_the_history_knows_the_namespace(self):
        self.environment["KUBECONFIG"] = "other"
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply")
        self.assertEqual(["batch"], [row["namespace"] for row in self.query("SELECT namespace FROM jobs")])

    def test_a_kuberc_that_leads_kubectl_elsewhere_stops_an_apply(self):
        """Its defaults for apply (kubectl 1.33 and newer) are on no command line."""
        write_jobs(self.path("jobs"), 1)
        for text in ("defaults:\n- command: apply\n  options:\n  - {name: namespace, default: prod}\n",
                     "overrides:\n- command: apply\n  flags:\n  - {name: context, default: prod}\n",
                     "kind: Preference\n---\ndefaults: [{command: apply, options: [{name: server, default: x}]}]\n"):
            with self.subTest(text):
                self.write("../home/.kube/kuberc", text)
                outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply")
                self.assertRegex(outcome.err, r"/\.kube/kuberc:\d+:\d+: a default of kubectl apply for --")
                self.assert_none_started()
                self.environment["KUBERC"] = "off"
                self.expect(0, "apply", "--jobs-dir", "jobs", "--apply")
                del self.environment["KUBERC"]
                os.remove(self.launch_log)
        self.write("../home/.kube/kuberc", "defaults:\n- command: apply\n  options:\n  - {name: server-side, default: 'true'}\n"
                   "- command: delete\n  options:\n  - {name: namespace, default: prod}\n")
        self.expect(0, "apply", "--jobs-dir", "jobs", "--apply")

    def test_where_the_configuration_is_not_understood_no_apply_starts(self):
        self.write("broken", "contexts: [\n")
        outcome = self.plan(0, "broken")
        self.assertIn("Context: (not known)\n  Server: (not known)\n  Namespaces: (not known)\n", outcome.out)
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply")
        self.assertIn("broken:2:1", outcome.err)
        self.assertEqual([], self.launches())
        self.assertEqual([""], [row["namespace"] for row in self.query(
            "SELECT namespace FROM jobs WHERE run_id = (SELECT max(run_id) FROM jobs)")])
        self.write("two-certificates", config("dev", [DEV], [SMALL], [
            entry("user", "me", **{"client-certificate": "both", "client-certificate-data": "eA=="})]))
        self.environment["KUBECONFIG"] = "two-certificates"
        outcome = self.expect(1, "apply", "--jobs-dir", "jobs", "--apply")
        self.assertIn("has both client-certificate-data and client-certificate", outcome.err)
        self.assertEqual([], self.launches())


if __name__ == "__main__":
    unittest.main()
