# SPDX-License-Identifier: Apache-2.0
"""perl's TAP::Harness and TAP::Parser, which read what the tests of most perl modules print.

Set by CMake: PROVE and PERL; empty where they are not installed."""

import json
import os
import re
import subprocess
import sys

PROVE = os.environ.get("PROVE")
PERL = os.environ.get("PERL")
_READ_TAP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "read_tap.pl")


def skip_unless_there():
    if not PROVE or not PERL:
        print("prove and perl are not installed (Debian: perl)")
        sys.exit(77)


def parsed(data):
    done = subprocess.run([PERL, _READ_TAP], input=data, capture_output=True, timeout=120, check=True)
    return json.loads(done.stdout)


def proved(path):
    """The exit status of prove, what it says, and the numbers of the points that it says failed."""
    done = subprocess.run([PROVE, "--norc", "--exec", "cat", path], capture_output=True, timeout=120, check=False)
    text = done.stdout.decode("utf-8", "replace")
    failed = []
    for part in re.findall(r"Failed tests?:\s+([0-9, -]+)", text):
        for piece in part.replace(" ", "").strip(",").split(","):
            first, _, last = piece.partition("-")
            failed += range(int(first), int(last or first) + 1)
    return done.returncode, text, failed


def knows_14():
    """Whether this TAP::Parser takes version 14: those up to perl 5.36 stop at 13."""
    return not parsed(b"TAP version 14\n1..1\nok 1 - a\n")["errors"]
