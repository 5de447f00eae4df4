# SPDX-License-Identifier: Apache-2.0
"""The binary and its plugins are built so that a mistake in them is hard to make use of: position
independent, nothing to relocate once they run (RELRO with immediate binding), no executable stack;
the binary, which is large enough to need it, with stack protector.

usage: hardened.py READELF HEADGATE PLUGIN...
"""

import os
import subprocess
import sys


def complaints_about(readelf, path):
    listing = subprocess.run([readelf, "--wide", "--file-header", "--segments", "--dynamic", path],
                             check=True, stdout=subprocess.PIPE, text=True).stdout
    lines = [" ".join(line.split()) for line in listing.splitlines()]
    if not any(line.startswith("Type: DYN ") for line in lines):
        yield "is not position independent"
    if not any(line.startswith("GNU_RELRO ") for line in lines):
        yield "has no RELRO segment"
    if not any("(FLAGS_1)" in line and "NOW" in line for line in lines):
        yield "is bound lazily"
    if not any(line.startswith("GNU_STACK ") and " RW " in line for line in lines):
        yield "has an executable stack"
    if "(TEXTREL)" in listing:
        yield "has relocations in its code"
    if "(RPATH)" in listing or "(RUNPATH)" in listing:
        yield "looks for libraries in a directory of its own"


def protects_its_stack(readelf, path):
    return b"__stack_chk_fail" in subprocess.run([readelf, "--wide", "--dyn-syms", path], check=True,
                                                 stdout=subprocess.PIPE).stdout


def main():
    readelf, paths = sys.argv[1], sys.argv[2:]
    complaints = [f"{os.path.basename(path)} {complaint}"
                  for path in paths for complaint in complaints_about(readelf, path)]
    if not protects_its_stack(readelf, paths[0]):
        complaints.append(f"{os.path.basename(paths[0])} has no stack protector")
    print("\n".join(complaints))
    print(f"{len(paths)} files, {len(complaints)} complaints")
    return 1 if complaints or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
