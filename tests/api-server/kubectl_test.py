# SPDX-License-Identifier: Apache-2.0
"""The real kubectl against the test API server: the words must be those of a real cluster.

kubectl_answers.jsonl holds what kubectl 1.27, 1.30 and 1.33 answered against a server of v1.26. KUBECTL
names the program; where it is empty, the test is skipped.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

from api_server_process import ApiServer

_KUBECTL = os.environ.get("KUBECTL", "")
_ANSWERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kubectl_answers.jsonl")
_SKIPPED = 77
_TIMEOUT = 60

_JOB = """\
apiVersion: batch/v1
kind: %(kind)s
metadata:
  %(name)s
  namespace: default
spec:
  %(field)s
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: %(image)s
        command: ["true"]
"""

_NORMAL_FORMS = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UID"),
    (re.compile(r"\(0x[0-9a-f]+\)"), "(ADDRESS)"),
    (re.compile(r"/\S*/(LIVE|MERGED)-\d+"), r"/tmp/\1"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4}"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "TIME"),
    (re.compile(r"127\.0\.0\.1:\d+"), "SERVER"),
    (re.compile(r"timeout=1s"), "timeout=3s"),
    # Which of its timers fires first is chance in kubectl.
    (re.compile(r"(net/http: request canceled|context deadline exceeded)( \(Client\.Timeout [a-z ]*\))?"), "TIMED OUT"),
    (re.compile(r"nightly"), "NAME"),
)


def manifest(name, field="", image="busybox:1.36", kind="Job"):
    name = name if ":" in name else "name: " + name
    return _JOB % {"name": name, "field": field, "image": image, "kind": kind}


def kubectl_version():
    """Its "1.N", or "" where it does not say."""
    command = [_KUBECTL, "version", "--client", "--output=json"]
    done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)
    found = re.search(rb'"gitVersion": "v(\d+\.\d+)', done.stdout)
    return found.group(1).decode() if found else ""


class KubectlCase(unittest.TestCase):
    """A server, a home and kubectl for each test."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="headgate-kubectl-")
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.server = ApiServer(self.directory)
        self.addCleanup(self.server.close)

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def kubectl(self, *arguments, standard_input=None):
        """Return code, standard output and standard error, in normal form."""
        command = [_KUBECTL, *arguments]
        if "--kubeconfig" not in arguments:
            command += ["--kubeconfig", self.server.kubeconfig]
        environment = {"HOME": self.directory, "PATH": os.environ["PATH"], "TZ": "UTC"}
        done = subprocess.run(
            command,
            input=standard_input,
            stdin=subprocess.DEVNULL if standard_input is None else None,
            capture_output=True,
            env=environment,
            timeout=_TIMEOUT,
            check=False,
            text=True,
        )
        return done.returncode, self.normal(done.stdout), self.normal(done.stderr)

    def normal(self, text):
        text = text.replace(self.directory, "DIR")
        for pattern, replacement in _NORMAL_FORMS:
            text = pattern.sub(replacement, text)
        return text

    def apply(self, text, *arguments, file="nightly.yaml"):
        return self.kubectl("apply", "-f", self.write(file, text), *arguments)


class Recorded(KubectlCase):
    """Case by case what a real cluster answered."""

    @classmethod
    def setUpClass(cls):
        cls.version = kubectl_version()
        cls.answers = {}
        cls.seen = set()
        with open(_ANSWERS, encoding="utf-8") as rows:
            for line in rows:
                row = json.loads(line)
                cls.answers.setdefault(row["case"], []).append(row)

    def expect(self, case, got):
        """A kubectl of another version than the recorded ones may give any recorded answer."""
        self.seen.add(case)
        rows = self.answers[case]
        rows = [row for row in rows if self.version in row["kubectl"]] or rows
        wanted = [(row["return_code"], self.normal(row["stdout"]), self.normal(row["stderr"])) for row in rows]
        if len(wanted) == 1:
            self.assertEqual(wanted[0], got, case)
        else:
            self.assertIn(got, wanted, case)

    def test_life_of_a_job(self):
        self.expect("created", self.apply(manifest("nightly")))
        self.expect("unchanged", self.apply(manifest("nightly")))
        self.expect("diff, same", self.kubectl("diff", "-f", self.write("nightly.yaml", manifest("nightly"))))
        self.expect("configured (mutable field)", self.apply(manifest("nightly", "backoffLimit: 2")))
        self.assertEqual(2, self.server.jobs()["nightly"]["spec"]["backoffLimit"])
        changed = manifest("nightly", "backoffLimit: 2", image="busybox:1.37")
        self.expect("immutable template changed", self.apply(changed))
        self.expect("server dry run, immutable", self.apply(changed, "--dry-run=server"))
        self.expect("delete", self.kubectl("delete", "job", "nightly"))
        self.assertEqual({}, self.server.jobs())

    def test_server_dry_run(self):
        self.expect("server dry run", self.apply(manifest("nightlyd"), "--dry-run=server"))
        self.assertEqual({}, self.server.jobs())
        self.expect("diff, new", self.kubectl("diff", "-f", self.write("new.yaml", manifest("nightlyd"))))

    def test_refused(self):
        unknown = manifest("nightlyu", "backofLimit: 1")
        self.expect("unknown field", self.apply(unknown, file="nightlyu.yaml"))
        self.expect("invalid (server rules)", self.apply(manifest("nightlyi", "backoffLimit: -1")))
        wrong_kind = self.apply(manifest("nightlyk", kind="Jobb"), file="nightlyk.yaml")
        self.expect("not a Job kind known to the server", wrong_kind)
        self.expect("broken YAML", self.apply("a: [", file="nightlyy.yaml"))
        self.expect("no such file", self.kubectl("apply", "-f", os.path.join(self.directory, "none.yaml")))
        self.expect("empty file", self.apply("", file="nightlye.yaml"))
        self.expect("generateName with apply", self.apply(manifest("generateName: gen-")))
        self.assertEqual({}, self.server.jobs())

    def test_several_documents(self):
        both = manifest("nightlym") + "---\n" + manifest("nightlym2", "backoffLimit: -1")
        self.expect("two documents, second invalid", self.apply(both))
        self.expect("from standard input", self.kubectl("apply", "-f", "-", standard_input=manifest("nightlys")))
        self.assertEqual({"nightlym", "nightlys"}, set(self.server.jobs()))

    def test_who_asks(self):
        refused = self.apply(manifest("nightlyt"), "--context", "wrong-token", file="nightlyt.yaml")
        self.expect("wrong token", refused)
        self.expect("forbidden (RBAC)", self.apply(manifest("nightlyf"), "--as", "nobody", file="nightlyf.yaml"))
        self.expect("no such context", self.apply(manifest("nightly"), "--context", "nope"))
        missing = os.path.join(self.directory, "nokubeconfig")
        self.expect("no such kubeconfig", self.apply(manifest("nightly"), "--kubeconfig", missing))
        self.assertEqual({}, self.server.jobs())

    def test_server_that_never_answers(self):
        self.server.add_rules("/*=hang")
        refused = self.apply(manifest("nightlyz"), "--request-timeout", "1s", file="nightlyz.yaml")
        self.expect("server never answers, request timeout", refused)

    @classmethod
    def tearDownClass(cls):
        untried = set(cls.answers) - cls.seen
        if untried:
            raise AssertionError("recorded, but not tried: %s" % ", ".join(sorted(untried)))


class Faults(KubectlCase):
    """What a rule does to a kubectl."""

    def apply_under(self, rule):
        self.server.add_rules("nightly=" + rule)
        return self.apply(manifest("nightly"))

    def test_throttled_then_served(self):
        self.assertEqual((0, "job.batch/NAME created\n", ""), self.apply_under("throttled,times=1"))
        codes = [row["code"] for row in self.server.requests_so_far() if row["job"] == "nightly"]
        self.assertEqual([429, 404, 201], codes)

    def test_unavailable(self):
        code, _, stderr = self.apply_under("unavailable")
        self.assertEqual(1, code)
        self.assertTrue(stderr.startswith("Error from server (ServiceUnavailable): "), stderr)
        self.assertTrue(stderr.endswith("the server is currently unable to handle the request\n"), stderr)

    def test_leader_change(self):
        code, _, stderr = self.apply_under("internal")
        self.assertEqual(1, code)
        self.assertIn("Error from server (InternalError): ", stderr)
        self.assertIn("etcdserver: leader changed", stderr)

    def test_conflict(self):
        code, _, stderr = self.apply_under("conflict,method=POST")
        self.assertEqual(1, code)
        self.assertIn("Error from server (Conflict): error when creating", stderr)

    def test_forbidden(self):
        code, _, stderr = self.apply_under("forbidden,method=POST")
        self.assertEqual(1, code)
        self.assertIn('jobs.batch "NAME" is forbidden: User "test-user" cannot create resource "jobs"', stderr)

    def test_dropped(self):
        code, _, stderr = self.apply_under("drop,method=POST")
        self.assertEqual(1, code)
        self.assertRegex(stderr, r"EOF\n$")

    def test_reset(self):
        code, _, stderr = self.apply_under("reset,method=POST")
        self.assertEqual(1, code)
        self.assertIn("connection reset by peer", stderr)

    def test_cut_short(self):
        code, _, stderr = self.apply_under("cut")
        self.assertEqual(1, code)
        self.assertIn("unexpected EOF", stderr)

    def test_refused_connection(self):
        self.server.close()
        code, _, stderr = self.apply(manifest("nightly"))
        self.assertEqual(1, code)
        self.assertRegex(stderr, "connection refused|was refused")

    def test_unknown_namespace(self):
        text = manifest("nightly").replace("namespace: default", "namespace: nowhere")
        self.assertEqual(
            (
                1,
                "",
                'Error from server (NotFound): error when creating "DIR/NAME.yaml": namespaces "nowhere" not found\n',
            ),
            self.apply(text),
        )

    def test_unknown_field_in_a_change(self):
        self.apply(manifest("nightly"))
        code, _, stderr = self.apply(manifest("nightly", "backofLimit: 2"))
        self.assertEqual(1, code)
        self.assertIn('strict decoding error: unknown field "spec.backofLimit"', stderr)

    def test_wrong_type(self):
        code, _, stderr = self.apply(manifest("nightly", 'backoffLimit: "2"'))
        self.assertEqual(1, code)
        wanted = "json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32"
        self.assertIn(wanted, stderr)


if __name__ == "__main__":
    if not _KUBECTL:
        print("skipped: there is no kubectl on this machine")
        sys.exit(_SKIPPED)
    unittest.main()
