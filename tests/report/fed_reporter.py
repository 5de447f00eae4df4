# SPDX-License-Identifier: Apache-2.0
"""Runs that a test makes up, told to a reporter, and texts that have broken other reports.

Set by CMake: FEED_REPORTER and REPORTER (files), REPORTS (a directory).
"""

import json
import os
import subprocess
import sys

FEED_REPORTER = os.environ["FEED_REPORTER"]
REPORTER = os.environ["REPORTER"]
REPORTS = os.environ["REPORTS"]

VALIDATE, DRY_RUN, APPLY = 1, 2, 3
SKIPPED, SUCCESS, FAILED = 1, 2, 3
STDOUT_CUT, STDERR_CUT = 1, 2
ERROR, WARNING = 1, 2
COMPLETE, JOB_FAILED, NEVER_STARTED, DELETED, TIMED_OUT, UNKNOWN = 1, 2, 3, 4, 5, 6
EARLIER = 1

# Markup, directives, metrics and plans of the formats that Headgate writes; what their parsers treat
# apart; what no terminal or text may hold. Each with what a reader should see of it.
HOSTILE = [
    ("plain", "plain"),
    ("", ""),
    (" ", " "),
    ("한글 ✓ é 😀", "한글 ✓ é 😀"),
    ("</failure></testcase><testcase name=\"x\"/>", None),
    ("a\"b'c&d<e>f", None),
    ("]]>", None),
    ("<![CDATA[x]]>", None),
    ("<!-- x --><?y?>", None),
    ("&amp;&#0;&bogus;", None),
    ("<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>&y;", None),
    ("x # SKIP not this one", None),
    ("x # todo later", None),
    ("#", None),
    ("\\", None),
    ("\\\\#", None),
    ("ends in \\", None),
    ("\\n\\x41\\u0041\\\"", None),
    ("two\nok 99 - lines", None),
    ("\nBail out! now\n", None),
    ("\n1..1\n", None),
    ("\n  ...\nok 7\n", None),
    ("\n---\n- a: b\n", None),
    ("a: b", None),
    ("- \"x: y\"", None),
    ("| literal", None),
    ("'single' \"double\" `back`", None),
    ("\"} 1\nheadgate_run_exit_code 7\n", None),
    ("{a=\"b\"}", None),
    ("%s%n%d", None),
    ("$(touch x) ; rm -rf /", None),
    ("   blanks   ", None),
    ("\ta\ttab", "\ta\ttab"),
    ("\x1b[2J\x07\x08", "\\x1b[2J\\x07\\x08"),
    ("cr\r\nlf", "cr\\r\nlf"),
    ("\x7f\x80\x9b31m\x85", "\\x7f\\u{0080}\\u{009b}31m\\u{0085}"),
    ("\u202egnp.exe\u2066\u200b\ufeff", "\\u{202e}gnp.exe\\u{2066}\\u{200b}\\u{feff}"),
    ("\u2028line\u2029", "\\u{2028}line\\u{2029}"),
    ("\ufffe\uffff", None),
    (b"\xff\xfe", "\\xff\\xfe"),
    (b"cut \xed\x95", "cut \\xed\\x95"),
    (b"\xed\xa0\x80 surrogate", "\\xed\\xa0\\x80 surrogate"),
    (b"\xc0\xaf overlong", "\\xc0\\xaf overlong"),
    (b"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"),
]
HOSTILE = [(text, text if shown is None else shown) for text, shown in HOSTILE]


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def seen(shown):
    """The same on one line: what visible_text.h makes of a text without line breaks."""
    return shown.replace("\t", "\\t").replace("\n", "\\n")


def run(mode=APPLY, **members):
    return {"run_started": {
        "mode": mode, "run_id": 7, "command": "validate" if mode == VALIDATE else "apply", "jobs_dir": "out",
        "started_at": "2026-11-23T09:05:07.042Z", "host_version": "1.0.0", "kubernetes_version": "1.36", **members}}


def finding(message="Required value", **members):
    return {"severity": ERROR, "line": 3, "column": 5, "rule": "required", "field": "spec", "message": message, **members}


def document(name="job", **members):
    row = {"valid": 1, "document_number": 1, "job_name": name, "job_namespace": "trading", "yaml_path": "out/job.yaml", **members}
    return {"job_validated": row}


def job(name="job", status=SUCCESS, **members):
    row = {
        "status": status, "return_code": {SUCCESS: 0, FAILED: 1}.get(status, -1), "attempt": 0 if status == SKIPPED else 1,
        "document_number": 1, "job_name": name, "job_namespace": "trading", "yaml_path": "out/job.yaml",
        "command": ["kubectl", "apply", "-f", "out/job.yaml"], "timestamp": "2026-11-23T09:05:08.500Z",
        "duration_ms": 0 if status == SKIPPED else 187, "reason": "" if status == SUCCESS else "a reason", **members}
    return {"job_finished": row}


def completion(name="job", outcome=COMPLETE, **members):
    row = {
        "outcome": outcome, "document_number": 1, "exit_code": -1, "completions": 1, "pods": 1, "logs_kept": 1, "job_name": name,
        "job_namespace": "trading", "yaml_path": "out/job.yaml", "started_at": "2026-11-23T09:05:10Z",
        "finished_at": "2026-11-23T09:08:22Z", "decided_at": "2026-11-23T09:08:23.101Z", "duration_ms": 192000, **members}
    return {"job_completed": row}


def end(**members):
    return {"run_finished": {"finished_at": "2026-11-23T09:05:09.311Z", "duration_ms": 2269, **members}}


def _encoded(value):
    """Bytes that a C string can hold as {"hex": ...}, wherever they are."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {key: _encoded(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_encoded(item) for item in value]
    return value


def feed(*events, option=None, fails=False):
    """What the reporter writes of the run, or the message with which it failed."""
    lines = "".join(json.dumps(_encoded(event)) + "\n" for event in events)
    command = [FEED_REPORTER, REPORTER] + ([option] if option else [])
    done = subprocess.run(command, input=lines.encode(), capture_output=True, timeout=120, check=False)
    if done.returncode != (1 if fails else 0):
        raise AssertionError("exit status %d: %s" % (done.returncode, done.stderr.decode("utf-8", "replace")))
    return done.stderr.decode() if fails else done.stdout


def skip(reason):
    """For a program or a module that is not on this machine: ctest then says Skipped."""
    print(reason)
    sys.exit(77)


def reports(ending):
    """Names and contents of the reports of all sample runs."""
    rows = {}
    for name in sorted(os.listdir(REPORTS)):
        if name.endswith(ending):
            with open(os.path.join(REPORTS, name), "rb") as file:
                rows[name] = file.read()
    assert len(rows) > 10, "the reports are missing"
    return rows
