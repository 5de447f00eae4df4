#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints a file that a Markdown document contains: the fenced block that begins with ```LANGUAGE file=NAME.

usage: extract.py DOCUMENT NAME
"""

import re
import sys


def extract(document, name):
    with open(document, encoding="utf-8") as lines:
        blocks = re.findall(r"^```\S+ file=(\S+)\n(.*?)^```$", lines.read(), re.MULTILINE | re.DOTALL)
    found = [text for block, text in blocks if block == name]
    if len(found) != 1:
        raise SystemExit(f"{document}: {len(found)} blocks are the file {name}, not one")
    return found[0]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    sys.stdout.write(extract(sys.argv[1], sys.argv[2]))
