# SPDX-License-Identifier: Apache-2.0
"""Certificates for a server of the tests, and a kubeconfig that leads to it over TLS."""

import json
import os
import subprocess


def make_certificates(directory):
    """A CA, a server's certificate that it signed, and a CA that signed none."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=directory, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    for name in ("ca", "stranger"):
        openssl("req", "-x509", *key, "-subj", "/CN=" + name, "-days", "30", "-keyout", name + ".key", "-out", name + ".pem")
    openssl("req", *key, "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr")
    with open(os.path.join(directory, "server.ext"), "w", encoding="ascii") as file:
        file.write("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", "server.ext", "-out", "server.pem")


def tls_kubeconfig(directory, port, user, ca="ca"):
    """The text of a kubeconfig for a server with the certificates of that directory."""
    cluster = {"server": "https://127.0.0.1:%d" % port, "certificate-authority": os.path.join(directory, ca + ".pem")}
    return json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "tls",
        "clusters": [{"name": "tls", "cluster": cluster}], "users": [{"name": "me", "user": user}],
        "contexts": [{"name": "tls", "context": {"cluster": "tls", "user": "me"}}]})
