# SPDX-License-Identifier: Apache-2.0
"""Lists, watches, logs and tunnels of the test API server."""

import json
import select
import socket
import time

import cluster_objects
import scripted_answer
from job_store import Refusal, not_found


class Log:
    """Of one container, from its start."""

    def __init__(self):
        self.lines = []
        self.has_ended = False


def list_or_watch(request):
    fits = cluster_objects.selector(request.namespace, request.query)
    if "watch" in request.query:
        _watch(request, fits)
    else:
        request.send(200, scripted_answer.page(request.server.objects.listing(request.collection, fits), request.query))


def _begin_chunks(request, kind):
    request.row["code"] = 200
    request.send_response(200)
    request.send_header("Content-Type", kind)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    request.wfile.flush()


def _chunk(request, data):
    if data:
        request.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        request.wfile.flush()


def _end_chunks(request):
    request.wfile.write(b"0\r\n\r\n")


def _watch(request, fits):
    objects = request.server.objects
    wants_bookmarks = request.query.get("allowWatchBookmarks") in ("true", "1")
    until = time.monotonic() + float(request.query.get("timeoutSeconds") or 1800)
    events, place = objects.start(request.collection, fits, request.query.get("resourceVersion", ""))
    _begin_chunks(request, "application/json")
    while True:
        for change, document in events:
            if document is None:
                document = _bookmark(request, place[0])
            if change != "BOOKMARK" or wants_bookmarks:
                _chunk(request, json.dumps({"type": change, "object": document}).encode() + b"\n")
        if place is None or time.monotonic() >= until:
            break
        if request.server.stopping.is_set() or request.is_gone():
            request.drop()
            return
        events, place = objects.since(request.collection, fits, place, 0.1)
    if place is not None and wants_bookmarks:
        _chunk(request, json.dumps({"type": "BOOKMARK", "object": _bookmark(request, place[0])}).encode() + b"\n")
    _end_chunks(request)


def _bookmark(request, revision):
    kind, api = cluster_objects.KINDS[request.collection]
    return {"kind": kind, "apiVersion": api, "metadata": {"resourceVersion": str(revision)}}


def pod_log(request, pod):
    document = request.server.objects.get("pods", request.namespace, pod)
    if document is None:
        raise not_found("pods", pod)
    if not document["spec"].get("nodeName"):
        request.send_bytes(204, "text/plain", b"")
        return
    container = request.query.get("container") or document["spec"]["containers"][0]["name"]
    previous = request.query.get("previous") == "true"
    log = request.server.log_of(request.namespace, pod, container, previous)
    if log is None:
        text = 'previous terminated container "%s" in pod "%s" not found' if previous else (
            'container "%s" in pod "%s" is waiting to start: ContainerCreating')
        raise Refusal(400, "BadRequest", text % (container, pod))
    _begin_chunks(request, "text/plain")
    query, sent = dict(request.query), 0
    while True:
        has_ended = log.has_ended or query.get("follow") not in ("true", "1")
        lines = log.lines[sent:]
        _chunk(request, scripted_answer.kubelet_lines(lines, query))
        query.pop("tailLines", None)  # of what was there at the request
        sent += len(lines)
        if has_ended:
            break
        if request.server.stopping.is_set() or request.is_gone():
            request.drop()
            return
        with request.server.objects.changed:
            if sent == len(log.lines) and not log.has_ended:
                request.server.objects.changed.wait(0.1)
    _end_chunks(request)


def tunnel(request):
    """To that port of this machine, for as long as both sides last."""
    try:
        other = socket.create_connection(("127.0.0.1", int(request.url_path.rpartition(":")[2])))
    except OSError:
        request.send_bytes(502, "text/plain", b"")
        return
    request.row["code"] = 200
    request.close_connection = True
    request.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    request.wfile.flush()
    with other:
        pairs = {request.connection: other, other: request.connection}
        while not request.server.stopping.is_set():
            for source in select.select(list(pairs), [], [], 0.1)[0]:
                data = source.recv(65536)
                if not data:
                    return
                pairs[source].sendall(data)
