# SPDX-License-Identifier: Apache-2.0
"""Certificates for tests, made once in a build tree and shared by all of them: they cost time.

    ca        signed all of these but stranger    server    for 127.0.0.1 and localhost
    stranger  a CA that signed none               other     for other.example
    client    of a client, CN client              expired   for 127.0.0.1, until yesterday

Each is NAME.pem and NAME.key in the directory that certificates() returns.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_NAMES = {"server": "IP:127.0.0.1,DNS:localhost", "other": "DNS:other.example", "client": "DNS:client",
          "expired": "IP:127.0.0.1"}  # fmt: skip
# OpenSSL 3.0 has no dates, and 3.5 no negative days.
_VALID = (("-days", "3650"),)
_OVER = (("-days", "-1"), ("-not_before", "20200101000000Z", "-not_after", "20200102000000Z"))


def make_certificates(directory):
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=directory, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    for name in ("ca", "stranger"):
        openssl("req", "-x509", *_KEY, "-subj", "/CN=" + name, "-days", "3650", "-keyout", name + ".key", "-out", name + ".pem")
    for name, alternative in _NAMES.items():
        validity = _OVER if name == "expired" else _VALID
        openssl("req", *_KEY, "-subj", "/CN=" + name, "-keyout", name + ".key", "-out", name + ".csr")
        with open(os.path.join(directory, name + ".ext"), "w", encoding="ascii") as file:
            file.write("subjectAltName=%s\n" % alternative)
        sign = ("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-extfile", name + ".ext", "-out", name + ".pem")  # fmt: skip
        for words in validity:
            try:
                openssl(*sign, *words)
                break
            except subprocess.CalledProcessError:
                if words is validity[-1]:
                    raise


def certificates():
    """The directory that holds them."""
    place = os.path.join(os.path.dirname(os.path.dirname(os.environ["HEADGATE_BIN"])), "tests", "certificates")
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(place):
            making = tempfile.mkdtemp(prefix="certificates-", dir=os.path.dirname(place))
            try:
                make_certificates(making)
                os.rename(making, place)
            finally:
                shutil.rmtree(making, ignore_errors=True)
    return place


def tls_kubeconfig(directory, port, user, ca="ca"):
    """The text of a kubeconfig for a server with the certificates of that directory."""
    cluster = {"server": "https://127.0.0.1:%d" % port, "certificate-authority": os.path.join(directory, ca + ".pem")}
    return json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "tls",
        "clusters": [{"name": "tls", "cluster": cluster}], "users": [{"name": "me", "user": user}],
        "contexts": [{"name": "tls", "context": {"cluster": "tls", "user": "me"}}]})
