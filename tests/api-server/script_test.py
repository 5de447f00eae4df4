# SPDX-License-Identifier: Apache-2.0
"""Scripted answers, watches and logs of the test API server: what a watcher's tests stand on."""

import http.client
import json
import os
import tempfile
import unittest

from api_server_process import ApiServer
from script import Script, ScriptError

_JOBS = "/apis/batch/v1/namespaces/default/jobs"
_PODS = "/api/v1/namespaces/default/pods"


def job(name, **more):
    return {"kind": "Job", "metadata": {"name": name, "namespace": "default"}, **more}


def pod(name, node="n1", **labels):
    return {"kind": "Pod", "metadata": {"name": name, "namespace": "default", "labels": labels},
            "spec": {"nodeName": node, "containers": [{"name": "main"}]}}  # fmt: skip


class Words(unittest.TestCase):
    def test_what_is_refused(self):
        for text in ("GET / do stall", "then stall", "after GET do stall", "after GET / stall", "after GET / do explode",
                     "after GET / do status", "after GET / do fin\nthen stall"):  # fmt: skip
            with self.subTest(text), self.assertRaises(ScriptError):
                Script().add(text)

    def test_which_line_a_request_gets(self):
        script = Script()
        script.add("""
            # nothing
            after GET */jobs watch resourceVersion=1* do status 201
            after 2 GET */jobs !watch do status 202
            after each * /api/* do status 203
        """)

        def taken(method, path, **query):
            steps = script.take(method, path, query)
            return steps and steps[0][1]

        self.assertEqual(["202"], taken("GET", "/x/jobs"))
        self.assertIsNone(taken("GET", "/x/jobs", watch="1"))
        self.assertEqual(["201"], taken("GET", "/x/jobs", watch="1", resourceVersion="12"))
        self.assertIsNone(taken("GET", "/x/jobs", watch="1", resourceVersion="12"))
        self.assertEqual(["after 2 GET */jobs !watch do status 202"], script.left())
        self.assertEqual(["202"], taken("GET", "/x/jobs"))
        self.assertIsNone(taken("GET", "/x/jobs"))
        self.assertEqual([["203"]] * 3, [taken("PUT", "/api/v1") for _ in range(3)])
        self.assertEqual([], script.left())


class Playing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = tempfile.TemporaryDirectory(prefix="headgate-script-")
        cls.addClassCleanup(place.cleanup)
        cls.directory = place.name
        cls.server = ApiServer(cls.directory, "--files", cls.directory)
        cls.addClassCleanup(cls.server.close)

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "w", encoding="utf-8") as file:
            file.write(text)

    def script(self, text):
        self.server.script(text)
        self.addCleanup(self.server.clear_script)

    def get(self, path):
        code, headers, body = self.server.request("GET", path)
        return code, headers, body.decode()

    def start(self, path):
        """A request whose answer is read while it is made."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        return connection.getresponse()

    def test_head_and_text(self):
        self.script("after GET /x do status 429\nthen header Retry-After: 7\nthen header Content-Type: text/plain\n"
                    "then text Too many\\x21\\n")  # fmt: skip
        code, headers, body = self.get("/x")
        self.assertEqual((429, "7", "text/plain", "Too many!\n"), (code, headers["Retry-After"], headers["Content-Type"], body))

    def test_lists_come_in_pages(self):
        self.write("list.json", json.dumps({"kind": "JobList", "metadata": {"resourceVersion": "9"},
                                            "items": [{"n": n} for n in range(5)]}))  # fmt: skip
        self.script("after each GET */jobs do list list.json")
        seen, more = [], ""
        while True:
            page = json.loads(self.get(_JOBS + "?limit=2&continue=" + more)[2])
            seen.append([item["n"] for item in page["items"]])
            more = page["metadata"].get("continue")
            if not more:
                break
        self.assertEqual([[0, 1], [2, 3], [4]], seen)
        self.assertEqual(5, len(json.loads(self.get(_JOBS)[2])["items"]))

    def test_events_of_a_recording_and_an_error(self):
        self.write("recorded", '{"t": 0, "list": {}}\n{"t": 1.5, "event": {"type": "ADDED", "object": {}}}\n')
        self.script("after GET */jobs watch do events recorded\nthen bookmark 120\nthen error 410 Expired too old")
        code, _, body = self.get(_JOBS + "?watch=1")
        self.assertEqual(200, code)
        added, bookmark, error = map(json.loads, body.splitlines())
        self.assertEqual({"type": "ADDED", "object": {}}, added)
        self.assertEqual("120", bookmark["object"]["metadata"]["resourceVersion"])
        self.assertEqual(("ERROR", 410, "Expired", "too old"),
                         (error["type"], *(error["object"][name] for name in ("code", "reason", "message"))))  # fmt: skip

    def test_cut_in_a_chunk_or_before_a_regular_end(self):
        self.script("after GET /x do cut 3\nthen text 12345\nthen fin\nafter GET /x do cut 3\nthen text 12345")
        answer = self.start("/x")
        self.assertEqual(b"123", answer.read(3))
        with self.assertRaises(http.client.IncompleteRead):
            answer.read()
        self.assertEqual("123", self.get("/x")[2])

    def test_a_body_that_the_connection_ends(self):
        self.script("after GET /x do framing close\nthen text half a line")
        code, headers, body = self.get("/x")
        self.assertEqual((200, None, "half a line"), (code, headers["Transfer-Encoding"], body))

    def test_reset(self):
        self.script("after GET /x do text some\nthen reset")
        with self.assertRaises(ConnectionResetError):
            self.start("/x").read()

    def test_gates(self):
        self.script("after GET /x do line one\nthen wait second\nthen line two\nafter GET /y do open second\nthen status 204")
        answer = self.start("/x")
        self.assertEqual(b"one\n", answer.readline())
        self.assertEqual(204, self.get("/y")[0])
        self.assertEqual(b"two\n", answer.read())

    def test_the_usual_answer_behind_a_gate(self):
        self.script("after GET /version do wait usual\nthen usual")
        self.server.open("usual")
        self.assertEqual("1", json.loads(self.get("/version")[2])["major"])

    def test_a_log_as_a_kubelet_serves_it(self):
        self.write("log", "".join("2026-11-30T10:00:0%d.000000000Z line %d\n" % (n, n) for n in range(6)))
        self.script("after each GET */pods/*/log do log log 1-5")
        log = _PODS + "/p/log?container=main"
        self.assertEqual(["line %d" % n for n in range(5)], self.get(log)[2].splitlines())
        lines = self.get(log + "&timestamps=true&sinceTime=2026-11-30T10:00:03Z")[2]
        self.assertEqual("2026-11-30T10:00:03.000000000Z line 3\n2026-11-30T10:00:04.000000000Z line 4\n", lines)
        self.assertEqual("line 4\n", self.get(log + "&tailLines=1")[2])
        self.assertEqual("line", self.get(log + "&limitBytes=4")[2])

    def test_requests_are_known_before_they_are_answered(self):
        count = len(self.server.requests_so_far())
        self.script("after GET /x do stall")
        answer = self.start("/x")
        row = self.server.wait_for_requests(count + 1)[-1]
        self.assertEqual(("GET", "/x", 200), (row["method"], row["path"], row["code"]))
        answer.close()

    def test_a_watch_of_what_is_there_follows_every_change(self):
        self.server.put(pod("a", job="one"), pod("b", job="two"))
        version = json.loads(self.get(_PODS)[2])["metadata"]["resourceVersion"]
        one = self.start(_PODS + "?watch=1&labelSelector=job%3Done&allowWatchBookmarks=true&resourceVersion=" + version)
        self.server.put(pod("c", job="two"), pod("a", job="one"), pod("a", job="two"), {"type": "DELETED", "object": pod("b")})
        self.assertEqual("MODIFIED", json.loads(one.readline())["type"])
        self.assertEqual("DELETED", json.loads(one.readline())["type"])
        self.server.bookmark()
        self.assertEqual("BOOKMARK", json.loads(one.readline())["type"])
        one.close()
        self.server.compact()
        error = json.loads(self.get(_PODS + "?watch=1&resourceVersion=" + version)[2])
        self.assertEqual((410, "Expired"), (error["object"]["code"], error["object"]["reason"]))
        self.assertEqual(504, self.get(_PODS + "?watch=1&resourceVersion=99999")[0])

    def test_a_watch_from_the_start_begins_with_what_is_there(self):
        self.server.put(job("there"))
        watch = self.start("/apis/batch/v1/jobs?watch=1&resourceVersion=0&fieldSelector=metadata.name%3Dthere")
        self.assertEqual("ADDED", json.loads(watch.readline())["type"])

    def test_a_log_is_followed_to_its_end(self):
        log = _PODS + "/logged/log?container=main&follow=true"
        self.server.put(pod("logged", node=""))
        self.assertEqual(204, self.get(log)[0])
        self.server.put(pod("logged"))
        self.assertEqual(400, self.get(log)[0])
        self.server.log("default", "logged", "main", "2026-11-30T10:00:00Z one\n")
        answer = self.start(log)
        self.assertEqual(b"one\n", answer.readline())
        self.server.log("default", "logged", "main", "2026-11-30T10:00:01Z two\n", ended=True)
        self.assertEqual(b"two\n", answer.read())
        self.assertEqual(400, self.get(log + "&previous=true")[0])

    def test_only_the_uid_that_is_meant_is_deleted_and_its_pods_with_it(self):
        self.server.put(job("gone"))
        uid = self.server.jobs()["gone"]["metadata"]["uid"]
        self.server.put({**pod("gone-1"), "metadata": {"name": "gone-1", "namespace": "default",
                                                      "ownerReferences": [{"uid": uid}]}})  # fmt: skip
        for wanted, code in (("other", 409), (uid, 200)):
            options = {"propagationPolicy": "Foreground", "preconditions": {"uid": wanted}}
            got = self.server.request("DELETE", _JOBS + "/gone", json.dumps(options).encode(),
                                      {"Content-Type": "application/json"})  # fmt: skip
            self.assertEqual(code, got[0])
        self.assertEqual(404, self.get(_PODS + "/gone-1")[0])

    def test_a_proxy(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        self.addCleanup(connection.close)
        connection.set_tunnel("cluster.example", self.server.port)
        connection.request("GET", "/version")
        self.assertEqual(200, connection.getresponse().status)
        self.assertIn("CONNECT", [row["method"] for row in self.server.requests_so_far()])


class Controlling(unittest.TestCase):
    def follow(self, minor, ends, **spec):
        """The condition types of a Job that ends so, after each change that changed them, and its Pod's phases."""
        with tempfile.TemporaryDirectory(prefix="headgate-script-") as directory:
            server = ApiServer(directory, "--controller", "--minor", str(minor))
            try:
                manifest = job("one", spec={"backoffLimit": 0, **spec, "template": {"spec": {
                    "restartPolicy": "Never", "containers": [{"name": "main", "image": "busybox"}]}}})  # fmt: skip
                manifest["metadata"]["annotations"] = {"test/ends": ends}
                done = server.request("POST", _JOBS, json.dumps(manifest).encode(), {"Content-Type": "application/json"})
                self.assertEqual(201, done[0], done)
                return self.changes(server, _JOBS), self.changes(server, _PODS)
            finally:
                server.close()

    @staticmethod
    def changes(server, path):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", path + "?watch=1&resourceVersion=100")
        watch, seen = connection.getresponse(), []
        while not seen or seen[-1] not in ("Complete", "Failed", "Succeeded", "DELETED", "ImagePullBackOff"):
            event = json.loads(watch.readline())
            status = event["object"].get("status") or {}
            states = [row["state"] for row in status.get("containerStatuses", [])]
            name = status.get("phase") or (status.get("conditions") or [{}])[-1].get("type")
            name = (states[0].get("waiting") or {}).get("reason", name) if states else name
            name = "DELETED" if event["type"] == "DELETED" else name
            if name and name not in seen[-1:]:
                seen.append(name)
        connection.close()
        return seen

    def test_the_order_of_conditions_is_that_of_the_version(self):
        running = ["Pending", "Running"]
        self.assertEqual((["Complete"], running + ["Succeeded"]), self.follow(26, "Complete"))
        self.assertEqual((["SuccessCriteriaMet", "Complete"], running + ["Succeeded"]), self.follow(36, "Complete"))
        self.assertEqual((["FailureTarget", "Failed"], running + ["Failed"]), self.follow(36, "Failed"))


if __name__ == "__main__":
    unittest.main()
