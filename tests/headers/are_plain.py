# SPDX-License-Identifier: Apache-2.0
"""The public headers keep to what every compiler lays out alike, and need the C library only.

No bit-fields, enumerations or bool in what crosses the interface, no conditional compilation but
include guards and the one place in abi.h for C++, no libyaml, no SQLite, nothing of the host's.

usage: are_plain.py INCLUDE-DIRECTORY
"""

import os
import re
import sys

from compilers import header_names

# C11, 7.1.2. Not here: complex.h, stdatomic.h, stdbool.h, stdnoreturn.h, tgmath.h, threads.h, which
# are no C++17 or lay out differently there.
C_LIBRARY = set(
    "assert.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h setjmp.h "
    "signal.h stdalign.h stdarg.h stddef.h stdint.h stdio.h stdlib.h string.h time.h uchar.h wchar.h "
    "wctype.h".split())

FORBIDDEN = [
    (r"\benum\b", "an enumeration: its size is the compiler's choice; use uint32_t and constants"),
    (r"\b_?[Bb]ool\b", "bool: use uint32_t, 0 or 1"),
    (r"\b\w+\s*:\s*\d+\s*;", "a bit-field"),
    (r"\b(long|short|unsigned|int|size_t)\s+\w+\s*;", "a field whose width differs between systems"),
    (r"\bunion\b", "a union"),
    (r"#\s*pragma\b", "a pragma"),
]


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.S)


def complaints_about(name, text, names):
    base = os.path.basename(name)
    guard = "HEADGATE_" + base.upper().replace(".", "_")
    if f"\n#ifndef {guard}\n#define {guard}\n" not in "\n" + text:
        yield f"{name}: the include guard is not {guard}"
    code = without_comments(text)
    for number, line in enumerate(code.split("\n"), 1):
        included = re.match(r'\s*#\s*include\s*([<"])([^>"]*)', line)
        if included and (included.group(1) != "<" or
                         included.group(2) not in names and included.group(2) not in C_LIBRARY):
            yield f"{name}:{number}: includes {included.group(2)}"
        conditional = re.match(r"\s*#\s*(if\w*|elif)\b\s*(.*)", line)
        if conditional and conditional.group(2) != guard and (base, conditional.group(2)) != ("abi.h", "__cplusplus"):
            yield f"{name}:{number}: conditional compilation: {line.strip()}"
        # An inline function's own variables cross nothing.
        for pattern, what in FORBIDDEN:
            if re.search(pattern, line) and not in_function(code, number):
                yield f"{name}:{number}: {what}: {line.strip()}"


def in_function(code, number):
    """Whether the line is in the body of a function: between `) {` and `}` at the line's start."""
    inside = False
    for line in code.split("\n")[:number]:
        if re.search(r"\)\s*\{\s*$", line):
            inside = True
        elif line.startswith("}"):
            inside = False
    return inside


def main():
    include = sys.argv[1]
    names = header_names(include)
    complaints = []
    for name in names:
        with open(os.path.join(include, name), encoding="utf-8") as file:
            complaints += complaints_about(name, file.read(), set(names))
    print("\n".join(complaints))
    print(f"{len(names)} headers, {len(complaints)} complaints")
    return 1 if complaints or not names else 0


if __name__ == "__main__":
    sys.exit(main())
