# SPDX-License-Identifier: Apache-2.0
"""The files of a folder that was released are what a list of sums says, no more and no fewer.

usage: frozen_files.py DIRECTORY [SUMS]   (SUMS: SHA256SUMS in it)
"""

import hashlib
import os
import sys


def listed(sums):
    """The list's rows, as sha256sum writes them: {name: sum}."""
    with open(sums, encoding="ascii") as file:
        rows = [line.rstrip("\n").split("  ", 1) for line in file]
    return {name: digest for digest, name in rows}


def digests(directory):
    for parent, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(parent, name)
            relative = os.path.relpath(path, directory)
            if relative in ("README.md", "SHA256SUMS"):
                continue
            with open(path, "rb") as file:
                yield relative, hashlib.sha256(file.read()).hexdigest()


def complaints_about(directory, expected):
    found = dict(digests(directory))
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield f"{name} is gone"
        elif name not in expected:
            yield f"{name} is not in the list"
        elif found[name] != expected[name]:
            yield f"{name} was edited: what was released never changes (git checkout -- {directory}/{name})"


def main():
    directory, *more = sys.argv[1:]
    expected = listed(more[0] if more else os.path.join(directory, "SHA256SUMS"))
    complaints = list(complaints_about(directory, expected))
    print("\n".join(complaints))
    print(f"{len(expected)} frozen files, {len(complaints)} complaints")
    return 1 if complaints or not expected else 0


if __name__ == "__main__":
    sys.exit(main())
