# SPDX-License-Identifier: Apache-2.0
"""promtool, and through it the parser and the storage of Prometheus itself.

Set by CMake: PROMTOOL; empty where it is not installed."""

import os
import re
import subprocess
import sys
import tempfile

PROMTOOL = os.environ.get("PROMTOOL")
_SERIES = re.compile(r'\{(.*)\} (\S+) \d+')
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|U[0-9a-f]{8}|x[0-9a-f]{2}|.)")
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", '"': '"'}


def skip_unless_there():
    if not PROMTOOL:
        print("promtool is not installed (Debian: prometheus)")
        sys.exit(77)


def complaints(data):
    """What "promtool check metrics" has against a text: errors of syntax and of style."""
    done = subprocess.run([PROMTOOL, "check", "metrics"], input=data, capture_output=True, timeout=120, check=False)
    text = (done.stdout + done.stderr).decode("utf-8", "replace")
    return text if done.returncode == 0 else text or "exit status %d" % done.returncode


def _unquoted(text):
    return _ESCAPE.sub(lambda m: _NAMED[m[1]] if len(m[1]) == 1 else chr(int(m[1][1:], 16)), text)


def stored(data):
    """The series that Prometheus makes of a text: pairs of labels and value. A label that is "" is none.

    Its importer takes OpenMetrics, whose lines are the same but for a time and an end."""
    lines = data.decode("utf-8").rstrip("\n").split("\n")
    lines = [line if line.startswith("#") else line + " 1795424709" for line in lines] + ["# EOF", ""]
    with tempfile.TemporaryDirectory(prefix="headgate-prometheus-") as directory:
        source = os.path.join(directory, "in")
        target = os.path.join(directory, "out")
        os.makedirs(os.path.join(target, "wal"))
        with open(source, "w", encoding="utf-8", newline="\n") as file:
            file.write("\n".join(lines))
        subprocess.run([PROMTOOL, "tsdb", "create-blocks-from", "openmetrics", source, target],
                       capture_output=True, timeout=120, check=True)
        done = subprocess.run([PROMTOOL, "tsdb", "dump", target], capture_output=True, timeout=120, check=True)
    rows = []
    for line in done.stdout.decode("utf-8").splitlines():
        labels, value = _SERIES.fullmatch(line).groups()
        rows.append(({name: _unquoted(text) for name, text in _LABEL.findall(labels)}, float(value)))
    return rows


def find(rows, name, **labels):
    """The value of the one series with that name and those labels."""
    wanted = {"__name__": name, **{key: text for key, text in labels.items() if text}}
    found = [value for row, value in rows if row == wanted]
    assert len(found) == 1, "%r: %r" % (wanted, [row for row, _ in rows if row["__name__"] == name])
    return found[0]
