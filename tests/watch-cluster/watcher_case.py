# SPDX-License-Identifier: Apache-2.0
"""A watcher beside the tests' API server: what it tells, and what it asked."""

import json
import os
import subprocess
import tempfile
import unittest

from api_server_process import ApiServer

PROGRAM = [os.environ["WATCHER_PROGRAM"], "plugin=" + os.environ["WATCHER_PLUGIN"]]
JOBS = "/apis/batch/v1/namespaces/default/jobs"


class Watcher:
    """Runs until it ends; what it told so far is in `told`, a pair (what, value) each."""

    def __init__(self, server, *words, **keys):
        keys = ["%s=%s" % (name.replace("_", "-"), value) for name, value in keys.items()]
        address = "server=http://127.0.0.1:%d" % server.port
        self.process = subprocess.Popen([*PROGRAM, address, *keys, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.told = []

    def say(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def next(self):
        """The next thing that it tells; None at its end."""
        line = self.process.stdout.readline()
        if not line:
            return None
        ((what, value),) = json.loads(line).items()
        self.told.append((what, value))
        return what, value

    def until(self, what, fits=lambda value: True):
        """Reads on until it tells that, and returns it."""
        while True:
            told = self.next()
            if told is None:
                raise AssertionError("it never told %s, but %r" % (what, self.told))
            if told[0] == what and fits(told[1]):
                return told[1]

    def finish(self):
        """Reads to its end. Returns what watch() returned."""
        while self.next():
            pass
        status = self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        if status < 0:
            raise AssertionError("it died of signal %d" % -status)
        return status

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def all(self, what):
        return [value for name, value in self.told if name == what]

    def phases(self, item=0):
        """The phases that this Job went through."""
        seen = []
        for job in self.all("job"):
            if job["item"] == item and job["phase"] not in seen[-1:]:
                seen.append(job["phase"])
        return seen


class WatcherCase(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="headgate-watcher-")
        self.addCleanup(place.cleanup)
        self.directory = place.name
        self.logs = os.path.join(place.name, "logs")
        os.mkdir(self.logs)
        self.watchers = []

    def serve(self, *arguments):
        server = ApiServer(self.directory, "--files", self.directory, *arguments)
        self.addCleanup(server.close)
        return server

    def watch(self, server, *words, **keys):
        watcher = Watcher(server, *words, **keys)
        self.addCleanup(lambda: watcher.process.poll() is None and watcher.kill())
        return watcher

    def write(self, name, text):
        with open(os.path.join(self.directory, name), "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def log(self, pod_uid, container="main", restart=0):
        with open(os.path.join(self.logs, "%s.%s.%d" % (pod_uid, container, restart)), "rb") as file:
            return file.read()


def manifest(name, ends="Complete", **settings):
    annotations = {"test/ends": ends, **{"test/" + key: str(value) for key, value in settings.items()}}
    return {"kind": "Job", "metadata": {"name": name, "namespace": "default", "annotations": annotations},
            "spec": {"backoffLimit": 0, "template": {"metadata": {}, "spec": {
                "restartPolicy": "Never", "containers": [{"name": "main", "image": "busybox"}]}}}}  # fmt: skip


def create(server, *manifests):
    for one in manifests:
        code, _, body = server.request("POST", JOBS, json.dumps(one).encode(), {"Content-Type": "application/json"})
        if code != 201:
            raise AssertionError(body)


NOW = "2026-11-30T10:00:00Z"


def job(name, uid, condition=None, reason="", **status):
    """A Job as a server keeps it."""
    if condition:
        status["conditions"] = [{"type": condition, "status": "True", "reason": reason, "message": reason,
                                 "lastTransitionTime": NOW}]  # fmt: skip
    return {"kind": "Job", "metadata": {"name": name, "namespace": "default", "uid": uid, "creationTimestamp": NOW,
                                        "labels": {"app": "test"}},
            "spec": {"completions": 1, "backoffLimit": 0}, "status": status}  # fmt: skip


def running():
    return {"running": {"startedAt": NOW}}


def terminated(code=0):
    return {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed", "startedAt": NOW, "finishedAt": NOW}}


def waiting(reason):
    return {"waiting": {"reason": reason}}


def pod(name, job_name, job_uid, phase, state=None, restarts=0, last=None, **metadata):
    """Its only Pod, with one container."""
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": job_name, "uid": job_uid, "controller": True}
    status = {"phase": phase}
    if state:
        status["containerStatuses"] = [{"name": "main", "image": "busybox", "restartCount": restarts, "state": state,
                                        "lastState": last or {}}]  # fmt: skip
    return {"kind": "Pod", "metadata": {"name": name, "namespace": "default", "uid": "uid-of-" + name,
                                        "creationTimestamp": NOW, "ownerReferences": [owner], **metadata},
            "spec": {"nodeName": "node-1", "containers": [{"name": "main"}]}, "status": status}  # fmt: skip
