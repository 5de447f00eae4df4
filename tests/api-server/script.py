# SPDX-License-Identifier: Apache-2.0
"""What the server answers, step by step: a script for tests of a client that must live with anything.

A script is lines of text. Each `after` line, with the `then` lines below it, is the whole answer to a request:

    # The first list in pages, then a watch that breaks off in the middle of its third line.
    after GET */jobs !watch do list jobs.json
    after GET */jobs watch resourceVersion=100 do events jobs.watch.jsonl 1-2
      then cut 40
      then events jobs.watch.jsonl 3
      then reset
    after each GET */jobs watch do error 410 Expired too old resource version: 1 (100)
    after 2 GET */pods/*/log container=main do log main.log 1-20
      then wait ended
      then log main.log 21-

    after [each | N] METHOD PATH [NAME=GLOB | NAME | !NAME]... do STEP [ARGUMENT...]
      then STEP [ARGUMENT...]

PATH and METHOD are globs; the words behind them say what the query must hold (a parameter that is GLOB, that is
there, that is not there). The first line that fits and is not used up decides: a line is good for one request, for N,
or for each. A request that no line fits gets its usual answer. An empty line and one that begins with # say nothing.

Steps that make the head (before any that sends): else it is 200, application/json, and the body is chunked.

    status CODE             header NAME: VALUE
    framing chunked         framing close (no length: the end of the connection ends it)
    framing BYTES           a Content-Length that says so, true or not

Steps that send. FILE is looked up in --files; RANGE is N, N-M or N-, lines counted from 1; in TEXT \\n, \\r, \\t, \\xNN
and \\\\ are what they are in C.

    text TEXT               the text, and no line end         line TEXT            the text and a line end
    file FILE               its bytes                         lines FILE [RANGE]   its lines
    events FILE [RANGE]     watch events, a line each; a line of a recording, {"t", "event"}, is unwrapped
    event TYPE FILE         one event: the object that the file holds
    bookmark VERSION [KIND] a BOOKMARK event (of a Job)
    error CODE REASON TEXT  an ERROR event with a Status
    refuse CODE REASON TEXT a Status as the whole answer, with that code (REASON - : none)
    list FILE               a list, in pages where the request has limit and continue; or a recording's first line
    log FILE [RANGE]        lines that begin with their time stamp, as a kubelet serves them: timestamps, sinceTime
                            (whole seconds), tailLines and limitBytes of the request are obeyed
    usual                   the usual answer, and nothing behind it
    perform                 what the usual answer would have done is done, and its answer is kept back

Steps that spoil what is sent after them:

    cut BYTES               no more than so many bytes; what is over is dropped
    drip BYTES SECONDS      so many bytes at a time, and that long between them

Steps of time, and the end, which is a regular one where nothing else is said:

    wait GATE               until somebody opens that gate: ApiServer.open(GATE), or another answer
    open GATE
    stall                   nothing more, until the client goes away
    fin                     the connection is closed, whatever the body still lacks
    reset                   the same, with RST

A client that goes away ends its answer. ApiServer.requests_so_far() has every request, in the order of arrival, with its headers,
its body and, once there is one, the code of its answer; ApiServer.wait_for_requests() waits for them,
ApiServer.left_of_script() tells which lines nobody came for.
"""

import fnmatch
import threading


class ScriptError(ValueError):
    """A script that cannot be read."""


# By name: how many arguments a step has at least; the last one takes the rest of the line.
_STEPS = {
    "status": 1, "header": 1, "framing": 1,
    "text": 1, "line": 1, "file": 1, "lines": 1, "events": 1, "event": 2, "bookmark": 1, "error": 3, "refuse": 3,
    "list": 1, "log": 1, "usual": 0, "perform": 0,
    "cut": 1, "drip": 2,
    "wait": 1, "open": 1, "stall": 0, "fin": 0, "reset": 0,
}  # fmt: skip
# What ends the answer: no step may follow.
_ENDS = ("usual", "stall", "fin", "reset", "refuse")
# Whose last argument is text, blanks and all.
_OF_TEXT = ("header", "text", "line", "error", "refuse")


def _step(text):
    name, _, rest = text.strip().partition(" ")
    if name not in _STEPS:
        raise ScriptError("%r: no step %r; there are %s" % (text, name, ", ".join(sorted(_STEPS))))
    arguments = rest.split(" ", max(_STEPS[name] - 1, 0)) if name in _OF_TEXT else rest.split()
    if len([argument for argument in arguments if argument]) < _STEPS[name]:
        raise ScriptError("%r: step %r has %d arguments" % (text, name, _STEPS[name]))
    return name, arguments


class _Line:
    def __init__(self, text):
        self.text = text
        head, separator, step = text.partition(" do ")
        words = head.split()[1:]
        if not separator or not words:
            raise ScriptError("%r: want after [each|N] METHOD PATH [NAME=GLOB]... do STEP" % text)
        self.times = 1
        if words[0] == "each":
            self.times = None
        elif words[0].isdigit():
            self.times = int(words[0])
        if words[0] == "each" or words[0].isdigit():
            words = words[1:]
        if len(words) < 2:
            raise ScriptError("%r: want a METHOD and a PATH" % text)
        self.method, self.path, *self.query = words
        self.steps = [_step(step)]

    def add(self, text):
        if self.steps[-1][0] in _ENDS:
            raise ScriptError("%r: nothing comes behind %r" % (text, self.steps[-1][0]))
        self.steps.append(_step(text))

    def matches(self, method, path, query):
        if self.times == 0 or not fnmatch.fnmatchcase(method, self.method) or not fnmatch.fnmatchcase(path, self.path):
            return False
        return all(self._holds(word, query) for word in self.query)

    @staticmethod
    def _holds(word, query):
        if word.startswith("!"):
            return word[1:] not in query
        name, is_value, wanted = word.partition("=")
        return name in query and (not is_value or fnmatch.fnmatchcase(query[name], wanted))


class Script:
    """Thread: any."""

    def __init__(self):
        self._lines = []
        self._gates = {}
        self._lock = threading.Lock()

    def add(self, text):
        lines = []
        for line in text.splitlines():
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            word, _, rest = line.partition(" ")
            if word == "after":
                lines.append(_Line(line))
            elif word == "then" and lines:
                lines[-1].add(rest)
            else:
                raise ScriptError("%r: a line begins with after, and the ones below it with then" % line)
        with self._lock:
            self._lines += lines

    def clear(self):
        """Forgets the lines. Answers that are under way go on."""
        with self._lock:
            self._lines = []

    def take(self, method, path, query):
        """The steps of this request's answer, one time of theirs used up; None for the usual answer."""
        with self._lock:
            for line in self._lines:
                if line.matches(method, path, query):
                    if line.times:
                        line.times -= 1
                    return line.steps
        return None

    def left(self):
        """The `after` lines that are good for more requests; of those for each request, none."""
        with self._lock:
            return [line.text for line in self._lines if line.times]

    def gate(self, name):
        """An event that is set once the gate is open."""
        with self._lock:
            return self._gates.setdefault(name, threading.Event())
