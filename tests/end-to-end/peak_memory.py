# SPDX-License-Identifier: Apache-2.0
"""Runs a program and says how much memory it took.

usage: peak_memory.py FILE PROGRAM [ARGUMENT]...

Writes the peak resident size in KiB to FILE and exits with the program's status. What the system
reports for a child is at least what its parent had when the child was made; this parent is a bare
interpreter, and small.
"""

import os
import sys


def main():
    child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
    _, status, usage = os.wait4(child, 0)
    with open(sys.argv[1], "w", encoding="ascii") as file:
        file.write("%d\n" % usage.ru_maxrss)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
