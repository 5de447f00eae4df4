# SPDX-License-Identifier: Apache-2.0
"""The pinned layout is the headers' layout, in C and in C++, and pins all of it.

usage: layout.py INCLUDE-DIRECTORY LAYOUT-SOURCE SIGNATURES-SOURCE COMPILER...

The sources are static assertions, so compiling them is the test. That they would notice is shown by
changing each struct in a copy of the headers, by the pinned fields following each other without a gap
from the start of each struct to its end, and by counting functions and constants.
"""

import os
import re
import shutil
import sys
import tempfile

from compilers import complaints_about

STRUCT = re.compile(r"^struct (hg_\w+) \{$", re.M)
NUMBER = re.compile(r"^#define (HG_\w+) (?:\d+u?|UINT64_C\(\w+\))(?:$| )", re.M)
FUNCTION = re.compile(r"\(\*(\w+)\)\(")


def included_by(source):
    with open(source, encoding="utf-8") as file:
        return re.findall(r"^#include <(headgate/\w+\.h)>", file.read(), re.M)


def structs_of(include, layout):
    """Yields (header, struct) for each struct of the headers that the layout pins."""
    for name in included_by(layout):
        with open(os.path.join(include, name), encoding="utf-8") as file:
            for struct in STRUCT.findall(file.read()):
                yield name, struct


def gaps_of(layout):
    """Yields a complaint for each struct whose pinned fields are not all there."""
    with open(layout, encoding="utf-8") as file:
        text = re.sub(r"\\\n", " ", file.read())
    end, size, open_struct = 0, 0, None
    rows = re.findall(r"^(FIXED|STRUCT|SIZED|FIELD)\((\w+), (?:(\w+), (\d+), )?(\d+)\);", text, re.M)
    for kind, struct, field, offset, length in [*rows, ("STRUCT", None, "", "", "0")]:
        if kind == "FIELD":
            if struct != open_struct or int(offset) != end:
                yield f"{struct}.{field}: the pinned field before it ends at {end}, not at {offset}"
            end = int(offset) + int(length)
            continue
        if open_struct and end != size:
            yield f"{open_struct}: the pinned fields end at {end} of {size} bytes"
        open_struct, size, end = struct, int(length), 4 if kind == "SIZED" else 0


def unnoticed_changes(include, layout, compiler):
    """Yields a complaint for each struct that may change without a complaint of the compiler's."""
    with tempfile.TemporaryDirectory(prefix="headgate-layout-") as directory:
        for name, struct in structs_of(include, layout):
            copy = os.path.join(directory, struct)
            shutil.copytree(include, copy)
            with open(os.path.join(copy, name), encoding="utf-8") as file:
                text = file.read()
            head = f"struct {struct} {{\n"
            with open(os.path.join(copy, name), "w", encoding="utf-8") as file:
                file.write(text.replace(head, head + "  uint64_t new_and_first;\n"))
            if not complaints_about(compiler, copy, layout):
                yield f"{struct} is not pinned in {layout}"


def unpinned_functions(include, signatures):
    with open(signatures, encoding="utf-8") as file:
        pinned = len(re.findall(r"^SIGNATURE\(", file.read(), re.M))
    declared = 0
    for name in included_by(signatures):
        with open(os.path.join(include, name), encoding="utf-8") as file:
            declared += len(FUNCTION.findall(file.read()))
    if pinned != declared:
        yield f"the headers have {declared} function pointers, {signatures} pins {pinned}"


def unpinned_constants(include, layout):
    """Yields a complaint for each numbered name of the headers that no row of the layout pins."""
    with open(layout, encoding="utf-8") as file:
        text = file.read()
    pinned = set(re.findall(r"^CONSTANT\((\w+), ", text, re.M)) | {"HG_ABI_MINOR"}
    for name in included_by(layout):
        with open(os.path.join(include, name), encoding="utf-8") as file:
            for constant in NUMBER.findall(file.read()):
                if constant not in pinned:
                    yield f"{name}: {constant} is not pinned in {layout}"


def main():
    include, layout, signatures, compilers = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    failures = []
    for compiler in compilers:
        for source in (layout, signatures):
            failures += filter(None, [complaints_about(compiler, include, source)])
    if not failures:
        failures += gaps_of(layout)
        failures += unnoticed_changes(include, layout, compilers[0])
        failures += unpinned_functions(include, signatures)
        failures += unpinned_constants(include, layout)
    print("\n".join(failures))
    print(f"{len(list(structs_of(include, layout)))} structs, {len(compilers)} compilers, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
