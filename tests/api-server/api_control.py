# SPDX-License-Identifier: Apache-2.0
"""What a test tells the server while it runs; see api_server.py."""

import json

from job_store import Refusal


def _lines(text):
    return [line for line in text.splitlines() if line.strip()]


def control(request, body):
    """Answers a request below /control."""
    server = request.server
    name, *rest = request.url_path.split("/")[2:]
    what = request.command, name
    try:
        if what == ("GET", "requests"):
            rows = server.requests_so_far(int(request.query.get("over", -1)))
            request.send_bytes(200, "application/jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())
            return
        if what == ("GET", "jobs"):
            request.send(200, server.objects.listing("jobs", lambda job: True))
            return
        if what == ("GET", "script"):
            request.send(200, server.script.left())
            return
        if what == ("POST", "rules"):
            server.rules.add(_lines(body))
        elif what == ("DELETE", "rules"):
            server.rules.clear()
        elif what == ("POST", "script"):
            server.script.add(body)
        elif what == ("DELETE", "script"):
            server.script.clear()
        elif what == ("POST", "gates"):
            server.script.gate("/".join(rest)).set()
        elif what == ("POST", "objects"):
            server.put([json.loads(line) for line in _lines(body)])
        elif what == ("POST", "logs"):
            server.more_of_log(*rest, request.query.get("previous") == "true", body, "ended" in request.query)
        elif what == ("POST", "bookmark"):
            server.objects.bookmark()
        elif what == ("POST", "compact"):
            server.objects.compact()
        else:
            request.found(None)
        request.send(200, {})
    except (ValueError, TypeError, KeyError) as error:
        raise Refusal(400, "BadRequest", "%s: %s" % (type(error).__name__, error)) from error
