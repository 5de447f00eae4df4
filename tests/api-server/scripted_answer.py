# SPDX-License-Identifier: Apache-2.0
"""Plays the steps of a script to one request. What they mean: script.py."""

import base64
import http.client
import json
import os
import re
import time

from job_store import Refusal

_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\\": b"\\"}
_BODILESS = (204, 304)


def _unescaped(text):
    """TEXT of a script as bytes."""
    return re.sub(
        rb"\\(x[0-9a-fA-F]{2}|[nrt\\])",
        lambda found: bytes([int(found[1][1:], 16)]) if found[1][:1] == b"x" else _ESCAPES[found[1]],
        text.encode(),
    )


def _lines_of(path, wanted=""):
    """The lines of a file, or the RANGE of them that is wanted, each with its end."""
    with open(path, "rb") as file:
        lines = file.read().split(b"\n")
    lines = [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
    first, is_range, last = wanted.partition("-")
    start = int(first or 1)
    return lines[start - 1 : (int(last) if last else None) if is_range else start if wanted else None]


def kubelet_lines(lines, query):
    """What a kubelet serves of a log whose lines begin with time stamps."""
    since = query.get("sinceTime", "")[:19].encode()
    kept = []
    is_in = not since
    for line in lines:
        if line[:4].isdigit():  # a part without a stamp goes with the one before it
            is_in = line[:19] >= since
        if is_in:
            kept.append(line)
    if "tailLines" in query:
        kept = kept[max(0, len(kept) - int(query["tailLines"])) :]
    if query.get("timestamps") != "true":
        kept = [line.partition(b" ")[2] if line[:4].isdigit() else line for line in kept]
    data = b"".join(kept)
    return data[: int(query["limitBytes"])] if "limitBytes" in query else data


def status_of(code, reason, message):
    return Refusal(code, None if reason == "-" else reason, message).status


def page(document, query):
    """The part of a list that `limit` and `continue` ask for."""
    items = document["items"]
    try:
        start = int(base64.b64decode(query["continue"])) if query.get("continue") else 0
    except ValueError as error:
        raise Refusal(410, "Expired", "The provided continue parameter is too old") from error
    end = start + int(query.get("limit") or 0) or len(items)
    metadata = {name: value for name, value in document["metadata"].items() if name not in ("continue", "remainingItemCount")}
    if start + int(query.get("limit") or len(items)) < len(items):
        metadata["continue"] = base64.b64encode(b"%d" % end).decode()
        metadata["remainingItemCount"] = len(items) - end
    else:
        end = len(items)
    return {**document, "metadata": metadata, "items": items[start:end]}


class ScriptedAnswer:
    """The answer to `request` (a Request of api_server.py)."""

    def __init__(self, request, steps):
        self._request = request
        self._steps = steps
        self._status = 200
        self._headers = {"Content-Type": "application/json"}
        self._framing = "chunked"
        self._is_begun = False
        self._sent = 0
        self._left = None  # bytes until the cut
        self._drip = None
        self._query = dict(request.query)

    def play(self):
        """True: the connection was served; False: what is left is the usual answer."""
        for name, arguments in self._steps:
            if self._step(name, arguments):
                return name != "usual"
        self._end()
        return True

    def _step(self, name, arguments):
        """Whether that ends the answer."""
        request = self._request
        if name == "usual":
            return True
        if name == "wait":
            return not request.wait_for(request.server.script.gate(arguments[0]))
        if name == "stall":
            self._begin()
            return request.hang()
        if name == "fin":
            self._begin()
            return request.drop()
        if name == "reset":
            return request.reset()
        getattr(self, "do_" + name)(*arguments)
        return name == "refuse"

    def do_perform(self):
        self._request.perform()

    def do_open(self, gate):
        self._request.server.script.gate(gate).set()

    # The head.

    def do_status(self, code):
        self._status = int(code)

    def do_header(self, *words):
        name, _, value = " ".join(words).partition(":")
        self._headers[name] = value.strip()

    def _begin(self):
        if self._is_begun:
            return
        self._is_begun = True
        self._request.row["code"] = self._status
        if self._status not in _BODILESS:
            if self._framing == "chunked":
                self._headers["Transfer-Encoding"] = "chunked"
            elif self._framing == "close":
                self._headers["Connection"] = "close"
            else:
                self._headers["Content-Length"] = self._framing
        head = "HTTP/1.1 %d %s\r\n" % (self._status, http.client.responses.get(self._status, "Unknown"))
        head += "".join("%s: %s\r\n" % header for header in self._headers.items())
        self._write(head.encode() + b"\r\n")

    # The body.

    def _write(self, data):
        output = self._request.wfile
        if not self._drip:
            output.write(data)
            output.flush()
            return
        size, seconds = self._drip
        for start in range(0, len(data), size):
            output.write(data[start : start + size])
            output.flush()
            time.sleep(seconds)

    def _send(self, data):
        self._begin()
        promised = len(data)
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        if self._steps[-1][0] not in ("fin", "reset", "stall"):
            promised = len(data)
        self._sent += len(data)
        if self._framing != "chunked":
            self._write(data)
        elif data:
            self._write(b"%x\r\n" % promised + data + (b"\r\n" if promised == len(data) else b""))

    def _end(self):
        self._begin()
        if self._status in _BODILESS:
            return
        if self._framing == "chunked":
            self._write(b"0\r\n\r\n")
        elif self._framing != str(self._sent):
            self._request.end_connection()

    def do_text(self, *words):
        self._send(_unescaped(" ".join(words)))

    def do_line(self, *words):
        self._send(_unescaped(" ".join(words)) + b"\n")

    def _path(self, name):
        return os.path.join(self._request.server.files, name)

    def do_file(self, name):
        with open(self._path(name), "rb") as file:
            self._send(file.read())

    def do_lines(self, name, wanted=""):
        self._send(b"".join(_lines_of(self._path(name), wanted)))

    def do_events(self, name, wanted=""):
        """Each line by itself, as a server sends them."""
        for line in _lines_of(self._path(name), wanted):
            row = json.loads(line)
            if "list" not in row:
                self._send(json.dumps(row.get("event", row), separators=(",", ":")).encode() + b"\n")

    def _send_event(self, event_type, document):
        self._send(json.dumps({"type": event_type, "object": document}, separators=(",", ":")).encode() + b"\n")

    def do_event(self, event_type, name):
        with open(self._path(name), encoding="utf-8") as file:
            self._send_event(event_type, json.load(file))

    def do_bookmark(self, version, kind="Job"):
        api = "batch/v1" if kind == "Job" else "v1"
        self._send_event("BOOKMARK", {"kind": kind, "apiVersion": api, "metadata": {"resourceVersion": version}})

    def do_error(self, code, reason, *words):
        self._send_event("ERROR", status_of(int(code), reason, " ".join(words)))

    def do_refuse(self, code, reason, *words):
        self._status = int(code)
        self._send(json.dumps(status_of(int(code), reason, " ".join(words))).encode())
        self._end()

    def do_list(self, name):
        with open(self._path(name), encoding="utf-8") as file:
            first = file.readline()
            document = json.loads(first)["list"] if first.startswith('{"t"') else json.loads(first + file.read())
        self._send(json.dumps(page(document, self._query)).encode())

    def do_log(self, name, wanted=""):
        self._headers["Content-Type"] = "text/plain"
        self._send(kubelet_lines(_lines_of(self._path(name), wanted), self._query))
        self._query.pop("tailLines", None)  # of what was there at the request

    # What spoils it.

    def do_cut(self, size):
        self._left = int(size)

    def do_drip(self, size, seconds):
        self._drip = int(size), float(seconds)

    def do_framing(self, how):
        self._framing = how

