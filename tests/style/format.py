# SPDX-License-Identifier: Apache-2.0
"""C sources are as clang-format leaves them.

usage: format.py TOP CLANG-FORMAT

Releases of clang-format differ in what they do, so only the one that the project uses counts: with
another, or none, the test is skipped.
"""

import subprocess
import sys

from sources import files_of

MAJOR = "14"
SKIPPED = 77


def main():
    top, program = sys.argv[1], sys.argv[2]
    if program.endswith("-NOTFOUND"):
        print("there is no clang-format here")
        return SKIPPED
    version = subprocess.run([program, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    if f"version {MAJOR}." not in version:
        print(f"not the clang-format that the project uses ({MAJOR}): {version}")
        return SKIPPED
    files = files_of(top, ".c", ".h")
    for first in range(0, len(files), 100):
        if subprocess.run([program, "--dry-run", "--Werror", *files[first:first + 100]], cwd=top,
                          check=False).returncode != 0:
            print("clang-format -i mends it")
            return 1
    print(f"{len(files)} files")
    return 0 if files else 1


if __name__ == "__main__":
    sys.exit(main())
