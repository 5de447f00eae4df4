# SPDX-License-Identifier: Apache-2.0
"""Faults on demand: which request gets what instead of its answer.

A rule is one line of text:

    PATTERN=BEHAVIOUR[,times=N][,seconds=S][,method=METHOD]

PATTERN is a glob over the Job's name, or over the URL's path where it starts with a slash. The first
rule that matches and still has times left decides. BEHAVIOUR is a name of the table below.
"""

import fnmatch
import threading

from job_store import Refusal


class RuleError(ValueError):
    """A rule that cannot be read."""


def _forbidden(request, _rule):
    raise forbidden(request, "test-user")


def forbidden(request, user):
    """403 as RBAC words it."""
    verbs = {"GET": "get" if request.job_name else "list", "POST": "create"}
    verb = verbs.get(request.command, request.command.lower())
    target = ' "%s"' % request.job_name if request.job_name else ""
    message = (
        'jobs.batch%s is forbidden: User "%s" cannot %s resource "jobs" in API group "batch" in the namespace "%s"'
        % (target, user, verb, request.namespace or "default")
    )
    details = {"name": request.job_name, "group": "batch", "kind": "jobs"}
    return Refusal(403, "Forbidden", message, details)


def unauthorized():
    return Refusal(401, "Unauthorized", "Unauthorized")


def _unauthorized(_request, _rule):
    raise unauthorized()


def _throttled(_request, rule):
    message = "Too many requests, please try again later."
    details = {"retryAfterSeconds": int(rule.seconds)}
    raise Refusal(429, "TooManyRequests", message, details, {"Retry-After": str(int(rule.seconds))})


def _unavailable(_request, _rule):
    message = "the server is currently unable to handle the request"
    raise Refusal(503, "ServiceUnavailable", message)


def _internal(_request, _rule):
    message = "Internal error occurred: etcdserver: leader changed"
    raise Refusal(500, "InternalError", message, {"causes": [{"message": "etcdserver: leader changed"}]})


def _warned(request, rule):
    request.warning = "batch/v1 Job: this is only a test"
    return False


def _conflict(request, _rule):
    message = (
        'Operation cannot be fulfilled on jobs.batch "%s": the object has been modified; please apply your changes to'
        " the latest version and try again" % request.job_name
    )
    raise Refusal(409, "Conflict", message, {"name": request.job_name, "group": "batch", "kind": "jobs"})


# Each is called with the request and its rule, before the answer is made. It raises a Refusal, or
# returns whether the connection is used up (nothing more is sent).
BEHAVIOURS = {
    "forbidden": _forbidden,
    "unauthorized": _unauthorized,
    "throttled": _throttled,
    "unavailable": _unavailable,
    "internal": _internal,
    "conflict": _conflict,
    "warned": _warned,
    "hang": lambda request, rule: request.hang(),
    "slow": lambda request, rule: request.pause(rule.seconds),
    "drop": lambda request, rule: request.drop(),
    "reset": lambda request, rule: request.reset(),
    "cut": lambda request, rule: request.cut(),
}


class Rule:
    def __init__(self, text):
        pattern, separator, rest = text.strip().partition("=")
        self.behaviour, *settings = rest.split(",")
        if not separator or not pattern or self.behaviour not in BEHAVIOURS:
            raise RuleError("%r: want PATTERN=BEHAVIOUR, one of %s" % (text, ", ".join(sorted(BEHAVIOURS))))
        self.pattern = pattern
        self.times = None
        self.seconds = 1.0
        self.method = None
        for setting in settings:
            name, _, value = setting.partition("=")
            if name == "times":
                self.times = int(value)
            elif name == "seconds":
                self.seconds = float(value)
            elif name == "method":
                self.method = value.upper()
            else:
                raise RuleError("%r: no setting %r; there are times, seconds, method" % (text, name))

    def matches(self, method, path, name):
        if self.times == 0 or self.method not in (None, method):
            return False
        if self.pattern.startswith("/"):
            return fnmatch.fnmatchcase(path, self.pattern)
        return bool(name) and fnmatch.fnmatchcase(name, self.pattern)


class Rules:
    """Thread: any."""

    def __init__(self, texts):
        self._rules = [Rule(text) for text in texts]
        self._lock = threading.Lock()

    def add(self, texts):
        rules = [Rule(text) for text in texts]
        with self._lock:
            self._rules += rules

    def clear(self):
        with self._lock:
            self._rules = []

    def take(self, method, path, name):
        """The rule for this request, one of its times used up; None for the usual answer."""
        with self._lock:
            for rule in self._rules:
                if rule.matches(method, path, name):
                    if rule.times:
                        rule.times -= 1
                    return rule
        return None
