# SPDX-License-Identifier: Apache-2.0
"""Scripts are read by their shells without a complaint, and by shellcheck where there is one.

usage: scripts.py TOP SHELLCHECK
"""

import os
import subprocess
import sys

from sources import files_of, text_of

SHELLS = {"#!/bin/sh": "sh", "#!/usr/bin/env sh": "sh", "#!/usr/bin/env bash": "bash", "#!/bin/bash": "bash"}


def main():
    top, shellcheck = sys.argv[1], sys.argv[2]
    checked, failures = 0, 0
    for path in files_of(top):
        first_line = (text_of(top, path) or "").split("\n", 1)[0]
        if first_line.startswith("#!") and not os.access(os.path.join(top, path), os.X_OK):
            print(f"{path}: starts with #! and cannot be executed")
            failures += 1
        if first_line not in SHELLS:
            continue
        commands = [[SHELLS[first_line], "-n", path]]
        if not shellcheck.endswith("-NOTFOUND"):
            commands.append([shellcheck, path])
        for command in commands:
            failures += subprocess.run(command, cwd=top, check=False).returncode != 0
        checked += 1
    print(f"{checked} scripts, {failures} failures")
    return 1 if failures or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
