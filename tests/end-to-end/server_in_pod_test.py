# SPDX-License-Identifier: Apache-2.0
"""--applier server where only the machine decides: in a Pod with a service account and nothing else, and with system roots
that a kubeconfig's CA takes the place of. In a mount namespace of its own (unshare); where there can be none, exit 77."""

import os
import shutil
import subprocess
import sys
import unittest

from server_case import TOKEN, ServerCase

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
# "sh" DIRECTORY PLACE COMMAND...: what the directory holds stands at PLACE.
MOUNT = 'mount -t tmpfs tmpfs "$(realpath -m "%s")" && mkdir -p "$2" && cp -r "$1"/. "$2" && shift 2 && exec "$@"'


def unshare(top):
    return ["unshare", "-rm", "sh", "-c", MOUNT % top, "sh"]


class InPod(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.start_server("--token", cls.class_file("token", TOKEN), "--tls", cls.certificates,
                                    "--namespace", "team")  # fmt: skip

    def account(self, ca="ca"):
        """The Pod's environment; the words to run a program in it."""
        self.write("account/token", TOKEN)
        self.write("account/namespace", "team\n")
        shutil.copy(self.certificate(ca + ".pem"), self.path("account/ca.crt"))
        self.environment.update(KUBERNETES_SERVICE_HOST="127.0.0.1", KUBERNETES_SERVICE_PORT=str(self.team.port),
                                PATH="/usr/bin:/bin", HOME="/nonexistent")  # fmt: skip
        return unshare("/var/run") + [self.path("account"), ACCOUNT]

    def run_in(self, before, *more):
        self.write("jobs/one.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: one}\nspec: {template: {spec: {"
                                    "restartPolicy: Never, containers: [{name: a, image: b}]}}}\n")  # fmt: skip
        outcome = self.run_headgate("apply", "--jobs-dir", "jobs", "--apply", "--applier", "server", *more, before=before)
        self.assert_secret(outcome)
        return outcome

    def test_the_service_account_is_enough(self):
        outcome = self.run_in(self.account())
        self.assertEqual(0, outcome.code, outcome)
        self.assertEqual("team", self.team.jobs()["one"]["metadata"]["namespace"])
        self.assertEqual("https://127.0.0.1:%d" % self.team.port, self.value("SELECT target_server FROM runs"))
        self.assertEqual("team", self.value("SELECT target_namespace FROM runs"))

    def test_the_service_account_s_ca_alone_is_trusted(self):
        outcome = self.run_in(self.account("stranger"))
        self.assertEqual(1, outcome.code, outcome)
        self.assertEqual(("untrusted-certificate", None), self.failure())

    def test_a_kubeconfig_s_ca_takes_the_place_of_the_system_s(self):
        """Here the system's roots have the CA of the server: without another one it is trusted, else it is not."""
        os.mkdir(self.path("roots"))
        shutil.copy(self.certificate("ca.pem"), self.path("roots/ca-certificates.crt"))
        subprocess.run(["openssl", "rehash", self.path("roots")], check=True, stdout=subprocess.DEVNULL)
        before = unshare("/etc/ssl/certs") + [self.path("roots"), "/etc/ssl/certs"]
        for ca, code in (("", 0), ("ca", 0), ("stranger", 1)):
            with self.subTest(ca):
                self.write_config({"token": TOKEN}, ca=ca)
                outcome = self.run_in(before, "--kubeconfig", self.kubeconfig)
                self.assertEqual(code, outcome.code, outcome)
        self.assertEqual(("untrusted-certificate", None), self.failure())


if __name__ == "__main__":
    if subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"], capture_output=True, check=False).returncode:
        print("no mount namespace can be made here")
        sys.exit(77)
    unittest.main()
