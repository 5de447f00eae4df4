#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What keeping the logs of many Pods costs, and whether all of them are kept.

  logs_bench.py HEADGATE [--pods N] [--lines PER_SECOND] [--seconds N]

A server of its own, on 127.0.0.1, lets N Jobs run for so many seconds; each one's Pod writes PER_SECOND lines a
second, all the while (default: 100 Pods, 1,000 lines, 60 s: 6,000,000 lines). `headgate apply --wait` applies and
follows them. Prints how many lines were kept, whether each file is byte for byte what the server gave, and the
processor time and the peak memory of headgate. No verdict on time: read the figures.
"""
import argparse
import asyncio
import calendar
import hashlib
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import urllib.parse

MANIFEST = """\
apiVersion: batch/v1
kind: Job
metadata: {name: %s, namespace: default}
spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36"}]}}}
"""
KINDS = {"jobs": ("batch/v1", "Job"), "pods": ("v1", "Pod"), "events": ("v1", "Event")}


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


class Server:
    """Jobs, Pods and logs, all of one age; the second that everything begins is that of the first Job."""

    def __init__(self, lines, seconds):
        self.lines, self.seconds = lines, seconds
        self.objects = {kind: {} for kind in KINDS}
        self.history = {kind: [] for kind in KINDS}  # (version, line of a watch)
        self.version = 100
        self.began = None
        self.blocks = []  # what each Pod writes, a second each
        self.changed = asyncio.Event()

    def wake(self):
        self.changed.set()
        self.changed = asyncio.Event()

    def put(self, kind, name, document):
        self.version += 1
        document["metadata"]["resourceVersion"] = str(self.version)
        change = "MODIFIED" if name in self.objects[kind] else "ADDED"
        self.objects[kind][name] = document
        self.history[kind].append((self.version, json.dumps({"type": change, "object": document}) + "\n"))
        self.wake()

    def job(self, name, **status):
        return {"apiVersion": "batch/v1", "kind": "Job",
                "metadata": {"name": name, "namespace": "default", "uid": "job-" + name, "creationTimestamp": self.at(0)},
                "spec": {"parallelism": 1, "completions": 1}, "status": {"startTime": self.at(0), **status}}

    def pod(self, name, phase, state):
        return {"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": name + "-pod", "namespace": "default", "uid": "pod-" + name, "creationTimestamp": self.at(0),
                             "labels": {"job-name": name},
                             "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": "job-" + name,
                                                  "controller": True}]},
                "spec": {"containers": [{"name": "main"}]},
                "status": {"phase": phase, "containerStatuses": [{"name": "main", "restartCount": 0, "image": "busybox:1.36",
                                                                  "imageID": "", "state": state}]}}

    def at(self, second):
        return stamp(self.began + second) + "Z"

    def apply(self, name):
        if self.began is None:
            self.began = int(time.time()) + 1
            asyncio.get_running_loop().create_task(self.live())
        self.put("jobs", name, self.job(name, active=1, ready=1))
        self.put("pods", name + "-pod", self.pod(name, "Running", {"running": {"startedAt": self.at(0)}}))
        return self.objects["jobs"][name]

    async def live(self):
        for second in range(self.seconds):
            await asyncio.sleep(max(0, self.began + second + 1 - time.time()))
            moment = stamp(self.began + second)
            self.blocks.append("".join("%s.%09dZ line %d: what a program says while it runs\n" % (
                moment, i * 1000000000 // self.lines, second * self.lines + i) for i in range(self.lines)).encode())
            self.wake()
        for name in list(self.objects["jobs"]):
            self.put("pods", name + "-pod", self.pod(name, "Succeeded", {"terminated": {
                "exitCode": 0, "reason": "Completed", "startedAt": self.at(0), "finishedAt": self.at(self.seconds)}}))
            self.put("jobs", name, self.job(name, succeeded=1, completionTime=self.at(self.seconds), conditions=[
                {"type": "Complete", "status": "True", "lastTransitionTime": self.at(self.seconds)}]))

    async def watch(self, kind, since, send):
        sent = 0
        while True:
            changed, rows = self.changed, self.history[kind]
            while sent < len(rows):
                if rows[sent][0] > since:
                    await send(rows[sent][1].encode())
                sent += 1
            await changed.wait()

    async def log(self, since, send):
        """From the first line of that second on, as a kubelet gives it."""
        first = 0 if since is None else max(0, calendar.timegm(time.strptime(since[:19], "%Y-%m-%dT%H:%M:%S")) - self.began)
        for second in range(first, self.seconds):
            while second >= len(self.blocks):
                await self.changed.wait()
            await send(self.blocks[second])

    async def serve(self, reader, writer):
        try:
            while line := await reader.readline():
                method, target, _ = line.decode().split(" ", 2)
                length = 0
                while (header := await reader.readline()) not in (b"\r\n", b""):
                    name, _, value = header.decode().partition(":")
                    length = int(value) if name.lower() == "content-length" else length
                await reader.readexactly(length)
                await self.answer(method, urllib.parse.urlsplit(target), writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # it has gone, or all is over
        finally:
            writer.close()

    async def answer(self, method, url, writer):
        query = dict(urllib.parse.parse_qsl(url.query))
        parts = url.path.strip("/").split("/")
        code, document = 404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404,
                               "message": "not found"}
        if parts[-1] == "log" and parts[-2] in self.objects["pods"]:
            await self.stream(writer, lambda send: self.log(query.get("sinceTime"), send))
            return
        if parts[-1] in KINDS and "watch" in query:
            since = int(query.get("resourceVersion", self.version))
            await self.stream(writer, lambda send: asyncio.wait_for(self.watch(parts[-1], since, send), int(query["timeoutSeconds"])))
            return
        if parts[-1] in KINDS:
            version, kind = KINDS[parts[-1]]
            code, document = 200, {"apiVersion": version, "kind": kind + "List", "metadata": {"resourceVersion": str(self.version)},
                                   "items": list(self.objects[parts[-1]].values())}
        elif method == "PATCH":
            code, document = 201, self.apply(parts[-1])
        elif parts[-2] in KINDS and parts[-1] in self.objects[parts[-2]]:
            code, document = 200, self.objects[parts[-2]][parts[-1]]
        body = json.dumps(document).encode()
        writer.write(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (code, len(body)) + body)
        await writer.drain()

    async def stream(self, writer, produce):
        async def send(data):
            writer.write(b"%x\r\n" % len(data) + data + b"\r\n")
            await writer.drain()

        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            await produce(send)
        except asyncio.TimeoutError:
            pass
        writer.write(b"0\r\n\r\n")
        await writer.drain()


async def run(arguments, top):
    server = Server(arguments.lines, arguments.seconds)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    (top / "jobs").mkdir()
    for number in range(arguments.pods):
        (top / "jobs" / ("job-%03d.yaml" % number)).write_text(MANIFEST % ("job-%03d" % number), encoding="ascii")
    (top / "kubeconfig").write_text(
        "{apiVersion: v1, kind: Config, current-context: a, clusters: [{name: a, cluster: {server: 'http://127.0.0.1:%d'}}], "
        "users: [{name: a, user: {}}], contexts: [{name: a, context: {cluster: a, user: a}}]}\n" % port, encoding="ascii")
    process = await asyncio.create_subprocess_exec(
        arguments.headgate, "apply", "--jobs-dir", str(top / "jobs"), "--apply", "--wait", "--applier", "server", "--kubeconfig",
        str(top / "kubeconfig"), "--history", str(top / "history.db"), "-q", stdout=subprocess.DEVNULL)
    code = await process.wait()
    listening.close()
    return code, b"".join(server.blocks)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("headgate", type=os.path.abspath)
    parser.add_argument("--pods", type=int, default=100)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headgate-bench-") as name:
        top = pathlib.Path(name)
        began = time.monotonic()
        code, truth = asyncio.run(run(arguments, top))
        took = time.monotonic() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        files = list((top / "history.db.logs").rglob("*.log"))
        digest = hashlib.sha256(truth).digest()
        equal = sum(hashlib.sha256(file.read_bytes()).digest() == digest for file in files)
        lines = sum(file.read_bytes().count(b"\n") for file in files)
    cpu = used.ru_utime + used.ru_stime
    print(f"exit code {code}, {took:.1f} s")
    print(f"lines written {arguments.pods * arguments.lines * arguments.seconds}, kept {lines}")
    print(f"files {len(files)}, byte-equal {equal}")
    print(f"headgate: {cpu:.1f} s of processor time, {cpu / max(lines, 1) * 1e6:.2f} us a line, peak {used.ru_maxrss / 1024:.1f} MiB")
    return 0 if code == 0 and equal == arguments.pods else 1


if __name__ == "__main__":
    sys.exit(main())
