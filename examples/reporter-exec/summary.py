#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Follows a run of Headgate and keeps a summary of it in a file: what failed and why, and which
Jobs took longest. A reporter in Python, with nothing but the standard library.

    headgate apply --jobs-dir out --apply --reporter "exec:$PWD/summary.py=summary.txt"

The file is written anew, as a whole, at most once a second while the run goes on, and once more at
its end. Exit status: 0 the run's end was seen, 1 it was not or the file cannot be written, 2 no file
was named.
"""

import heapq
import json
import os
import select
import signal
import sys
import tempfile
import time
import unicodedata

INTERVAL = 1.0  # seconds between two writings of the file
SLOWEST = 10  # Jobs that are listed
FAILURES = 100  # Jobs that are listed with what kubectl said
TEXT = 2000  # characters that are shown of one text


def lines(descriptor, wait):
    """The lines of the input, as bytes without the line feed, as soon as they are there; None each
    time that `wait` seconds go by without one. A last line without a line feed is no line: whoever
    wrote it was killed."""
    pieces = []
    while True:
        if not select.select([descriptor], [], [], wait)[0]:
            yield None
            continue
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            yield b"".join([*pieces, line])
            pieces = []
        pieces.append(rest)


def events(descriptor, wait):
    """The events of the input, None as above. A line that is no JSON object is passed over."""
    for line in lines(descriptor, wait):
        if line is None:
            yield None
            continue
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            yield event


def visible(text):
    """The text without anything that a terminal obeys or that breaks a line."""
    text = str(text)
    shown = "".join(c if c == " " or unicodedata.category(c)[0] not in "CZ" else f"\\u{{{ord(c):x}}}"
                    for c in text[:TEXT])
    return shown + ("…" if len(text) > TEXT else "")


def paragraph(text):
    """The same for text of several lines, indented."""
    shown = str(text)[:TEXT].split("\n")
    if len(str(text)) > TEXT:
        shown.append("…")
    return [f"    {visible(line)}" for line in shown if line.strip()]


def name_of(event):
    return visible(f"{event.get('namespace', '')}/{event.get('job_name', '')}")


def number(value):
    """A count that may be missing."""
    return value if isinstance(value, int) else 0


class Summary:
    """What is known of the run by now: no more than what is shown, however many Jobs there are."""

    def __init__(self):
        self.title = "Run"
        self.state = "has not begun"
        self.counts = {}
        self.slowest = []  # a heap: duration, number in the order of events, name
        self.failures = []
        self.more_failures = 0
        self.seen = 0

    def take(self, event):
        """Takes an event in. One that is not known changes nothing."""
        take = {"run_started": self.run_started, "job_validated": self.job_validated,
                "job_finished": self.job_finished, "job_completed": self.job_completed,
                "run_finished": self.run_finished}
        take.get(event.get("event"), lambda event: None)(event)

    def run_started(self, event):
        mode, jobs_dir = event.get("mode", "unknown"), event.get("jobs_dir", "")
        self.title = visible(f"Run {number(event.get('run_id'))} ({mode} of {jobs_dir})")
        self.state = "goes on"

    def job_validated(self, event):
        self.count("valid" if event.get("valid") else "invalid")
        if not event.get("valid"):
            errors = "\n".join(f"line {error.get('line')}: {error.get('field') or 'the file'}: "
                               f"{error.get('message')}" for error in event.get("errors", []))
            self.fail(f"{name_of(event)} is invalid: {visible(event.get('yaml_path', ''))}", errors)

    def job_finished(self, event):
        status = event.get("status", "unknown")
        self.count({"SUCCESS": "applied", "SKIPPED": "skipped"}.get(status, "failed"))
        if status == "SKIPPED":
            return
        self.seen += 1
        push = heapq.heappush if len(self.slowest) < SLOWEST else heapq.heappushpop
        push(self.slowest, (number(event.get("duration_ms")), -self.seen, name_of(event)))
        if status != "SUCCESS":
            self.fail(f"{name_of(event)} failed: {visible(event.get('reason', ''))}",
                      event.get("stderr", ""))

    def job_completed(self, event):
        """With --wait: what became of a Job in the cluster."""
        outcome = event.get("outcome", "unknown")
        self.count("complete" if outcome == "COMPLETE" else visible(outcome).lower())
        if outcome != "COMPLETE":
            cause = event.get("cause") or event.get("message") or event.get("reason", "")
            self.fail(f"{name_of(event)} is {visible(outcome)}: {visible(cause)}", event.get("log_tail", ""))

    def run_finished(self, event):
        self.state = f"is over after {number(event.get('duration_ms'))} ms"
        if event.get("error"):
            self.state += f": {visible(event['error'])}"

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def fail(self, headline, text):
        if len(self.failures) < FAILURES:
            self.failures.append((headline, paragraph(text)))
        else:
            self.more_failures += 1

    def text(self):
        """The summary, as it stands."""
        shown = [f"{self.title} {self.state}", ""]
        shown += [f"{what:<9}{count:>7}" for what, count in self.counts.items()]
        if self.slowest:
            shown += ["", "Slowest:"]
            shown += [f"  {duration:>7} ms  {name}" for duration, _, name in sorted(self.slowest, reverse=True)]
        if self.failures:
            shown += ["", "Failures:"]
        for headline, paragraphs in self.failures:
            shown += [f"  {headline}", *paragraphs]
        if self.more_failures:
            shown += [f"  and {self.more_failures} more"]
        return "\n".join(shown) + "\n"


def write(path, text):
    """Replaces the file as a whole: whoever reads it meanwhile sees the old one or the new one."""
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".summary-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def follow(path):
    """Reads all events. Returns the exit status."""
    summary, written, is_over = Summary(), 0.0, False
    for event in events(sys.stdin.fileno(), INTERVAL):
        if event is not None:
            summary.take(event)
            is_over = is_over or event.get("event") == "run_finished"
        if time.monotonic() - written >= INTERVAL:
            write(path, summary.text())
            written = time.monotonic()
    if not is_over:
        summary.state = "ended early: Headgate was killed"
    write(path, summary.text())
    return 0 if is_over else 1


def main():
    if len(sys.argv) != 2:
        print("name the file: exec:/.../summary.py=FILE", file=sys.stderr)
        return 2
    # SIGTERM comes when Headgate waits no longer. As an exception it lets `write` clean up.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    try:
        return follow(sys.argv[1])
    except OSError as error:
        print(f"<3>{visible(sys.argv[1])}: {error.strerror}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
