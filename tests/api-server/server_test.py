# SPDX-License-Identifier: Apache-2.0
"""The test API server itself, without kubectl."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

from api_server_process import ApiServer
from go_syntax import plain, quote
from job_schema import JOB, DecodingError, JobSchema
from strategic_merge import merge

_HERE = os.path.dirname(os.path.abspath(__file__))
_FIELDS = os.path.join(_HERE, "..", "..", "schemas", "kubernetes", "job-fields.tsv")
_JOBS = "/apis/batch/v1/namespaces/default/jobs"
_JSON = {"Content-Type": "application/json"}


def job(name="nightly", **spec):
    pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "busybox:1.36"}]}
    spec.setdefault("template", {"spec": pod})
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": spec}


class Decoding(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = JobSchema(_FIELDS)

    def refusal(self, document):
        with self.assertRaises(DecodingError) as caught:
            self.schema.decode(document)
        return str(caught.exception)

    def test_good(self):
        self.schema.decode(job(backoffLimit=0, suspend=None))

    def test_unknown_fields_are_all_named(self):
        document = job(backofLimit=1)
        document["spec"]["template"]["spec"]["containers"][0]["imag"] = "x"
        self.assertEqual(
            'strict decoding error: unknown field "spec.backofLimit",'
            ' unknown field "spec.template.spec.containers[0].imag"',
            self.refusal(document),
        )

    def test_wrong_types(self):
        prefix = "json: cannot unmarshal "
        for spec, wanted in (
            ({"suspend": "yes"}, "string into Go struct field JobSpec.spec.suspend of type bool"),
            ({"parallelism": 2**31}, "number 2147483648 into Go struct field JobSpec.spec.parallelism of type int32"),
            ({"completionMode": 1}, "number into Go struct field JobSpec.spec.completionMode of type string"),
            ({"template": []}, "array into Go struct field PodTemplateSpec.spec.template of type v1.PodTemplateSpec"),
        ):
            with self.subTest(spec=spec):
                self.assertEqual(prefix + wanted, self.refusal(job(**spec)))


class Merging(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = JobSchema(_FIELDS)

    def merged(self, current, patch, type_name=JOB):
        return merge(self.schema, type_name, current, patch)

    def test_mappings_merge_and_null_deletes(self):
        got = self.merged({"spec": {"backoffLimit": 1, "suspend": True}}, {"spec": {"backoffLimit": 2, "suspend": None}})
        self.assertEqual({"spec": {"backoffLimit": 2}}, got)

    def test_keyed_lists_merge_by_their_key(self):
        current = {"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}
        patch = {
            "$setElementOrder/env": [{"name": "C"}, {"name": "A"}],
            "env": [{"name": "A", "value": "9"}, {"name": "C", "value": "3"}, {"$patch": "delete", "name": "B"}],
        }
        wanted = {"env": [{"name": "C", "value": "3"}, {"name": "A", "value": "9"}]}
        self.assertEqual(wanted, self.merged(current, patch, "core.Container"))

    def test_other_lists_are_replaced(self):
        got = self.merged({"args": ["a", "b"]}, {"args": ["c"]}, "core.Container")
        self.assertEqual({"args": ["c"]}, got)

    def test_retain_keys(self):
        current = {"name": "v", "emptyDir": {}}
        patch = {"$retainKeys": ["name", "configMap"], "configMap": {"name": "c"}}
        self.assertEqual({"name": "v", "configMap": {"name": "c"}}, self.merged(current, patch, "core.Volume"))

    def test_arguments_stay_as_they_are(self):
        current = {"spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}}
        before = json.dumps(current)
        patch = {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "b"}]}}}}
        self.merged(current, patch)
        self.assertEqual(before, json.dumps(current))


class GoSyntax(unittest.TestCase):
    def test_plain(self):
        self.assertEqual("map[a:[1 true <nil>] b:x]", plain({"b": "x", "a": [1, True, None]}))

    def test_quote(self):
        self.assertEqual('"a\\"b\\\\c\\n"', quote('a"b\\c\n'))


class Serving(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="headgate-server-")
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def start(self, *arguments):
        server = ApiServer(self.directory, *arguments)
        self.addCleanup(server.close)
        return server

    def create(self, server, document, query="?fieldValidation=Strict"):
        code, headers, body = server.request("POST", _JOBS + query, json.dumps(document).encode(), _JSON)
        return code, headers, json.loads(body)

    def test_refusals_carry_their_causes(self):
        server = self.start()
        code, _, status = self.create(server, job(backoffLimit=-1))
        self.assertEqual((422, "Invalid"), (code, status["reason"]))
        self.assertEqual("spec.backoffLimit", status["details"]["causes"][0]["field"])
        self.assertEqual(400, self.create(server, job(nope=1))[0])
        self.assertEqual(201, self.create(server, job(nope=1), "")[0])
        self.assertEqual(409, self.create(server, job())[0])

    def test_server_rules(self):
        server = self.start()
        for change, wanted in (
            ({"restartPolicy": "Always"}, 'Required value: valid values: "OnFailure", "Never"'),
            ({"restartPolicy": "x"}, 'Unsupported value: "x": supported values: "OnFailure", "Never"'),
            ({"restartPolicy": None}, 'Required value: valid values: "OnFailure", "Never"'),
            ({"containers": []}, "spec.template.spec.containers: Required value"),
            ({"containers": [{"name": "a"}]}, "spec.template.spec.containers[0].image: Required value"),
        ):
            with self.subTest(change=change):
                document = job()
                document["spec"]["template"]["spec"].update(change)
                code, _, status = self.create(server, document)
                self.assertEqual(422, code)
                self.assertIn(wanted, status["message"])
        code, _, status = self.create(server, job("Not_A_Name"))
        self.assertEqual(422, code)
        self.assertIn('metadata.name: Invalid value: "Not_A_Name"', status["message"])

    def test_throttled_says_when_to_return(self):
        server = self.start("--rule", "nightly=throttled,seconds=7,times=1")
        code, headers, _ = self.create(server, job())
        self.assertEqual((429, "7"), (code, headers["Retry-After"]))
        self.assertEqual(201, self.create(server, job())[0])

    def test_rules_can_be_cleared(self):
        server = self.start("--rule", "night*=unavailable")
        self.assertEqual(503, self.create(server, job())[0])
        server.clear_rules()
        self.assertEqual(201, self.create(server, job())[0])

    def test_bad_rules_are_refused(self):
        server = self.start()
        for rule in ("nonsense", "a=explode", "=hang", "a=hang,speed=1", "a=hang,times=x"):
            with self.subTest(rule=rule), self.assertRaises(RuntimeError):
                server.add_rules(rule)

    def test_log_file_and_requests(self):
        log = os.path.join(self.directory, "requests.jsonl")
        server = self.start("--log", log)
        self.create(server, job())
        with open(log, encoding="utf-8") as lines:
            logged = [json.loads(line) for line in lines]
        self.assertEqual(server.requests_so_far(), logged)
        self.assertEqual(("POST", "nightly", 201), (logged[0]["method"], logged[0]["job"], logged[0]["code"]))

    def test_ends_when_its_input_closes(self):
        self.assertEqual(0, self.start().close())

    def test_ends_on_sigterm_with_a_client_that_hangs(self):
        server = self.start("--rule", "/*=hang")
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(0, server.process.wait(30))

    def test_large_and_broken_bodies(self):
        server = self.start()
        self.assertEqual(400, server.request("POST", _JOBS, b"{", _JSON)[0])
        self.assertEqual(415, server.request("POST", _JOBS, b"a: 1", {"Content-Type": "application/yaml"})[0])
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(b"POST %s HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" % _JOBS.encode())
            self.assertIn(b" 413 ", client.recv(4096))

    def test_usage(self):
        done = subprocess.run(
            [sys.executable, os.path.join(_HERE, "api_server.py"), "--help"], capture_output=True, timeout=30, check=True
        )
        self.assertIn(b"--write-kubeconfig", done.stdout)


if __name__ == "__main__":
    unittest.main()
