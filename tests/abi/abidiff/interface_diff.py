# SPDX-License-Identifier: Apache-2.0
"""What abidiff says of two versions of what is stable in the plugin interface, and whether a minor may do that.

Each is a directory with headgate/*.h; compared is a library that is built with it (probe.c).
"""

import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PROBE = os.path.join(HERE, "probe.c")

# Bits of abidiff's exit status.
FAILED, USAGE, CHANGED = 1, 2, 4

# Passed by value, or in arrays without a size: ABI.md says that they never grow.
FIXED = {"hg_bytes", "hg_pair"}

# All that the report of a struct that only grew is made of.
_SUMMARY = re.compile(r"(Leaf changes|Changed leaf types|Removed/Changed/Added (functions|variables)) summary: ")
_TYPE = re.compile(r"'struct (hg_\w+)' changed:$")
_SIZE = re.compile(r"  type size changed from (\d+) to (\d+) \(in bits\)$")
_COUNT = re.compile(r"  \d+ data member insertions?:$")
_MEMBER = re.compile(r"    '.*', at offset (\d+) \(in bits\)$")
_NOTHING_ELSE = "0 Removed, 0 Changed, 0 Added"


class AbidiffError(Exception):
    """It could not compare."""


class InterfaceDiff:
    def __init__(self, abidiff, compiler):
        self.abidiff = abidiff
        self.compiler = compiler

    def build(self, include, library, debug="-g"):
        subprocess.run([self.compiler, "-std=c11", debug, "-shared", "-fPIC", "-fvisibility=hidden", "-I", include, PROBE,
                        "-o", library], stdin=subprocess.DEVNULL, check=True)

    def _report(self, old, new, *options):
        for library in (old, new):
            # Without it abidiff finds nothing that is different, --fail-no-debug-info or not (2.2).
            with open(library, "rb") as file:
                if b"\0.debug_info\0" not in file.read():
                    raise AbidiffError(f"{library} has no debug information")
        # Growth is read from the report: a suppression that fits a type hides all else that became of it.
        done = subprocess.run([self.abidiff, "--no-default-suppression", "--harmless", "--no-show-locs", *options, old, new],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        if done.returncode & (FAILED | USAGE) or done.returncode < 0:
            raise AbidiffError(done.stdout)
        return done.returncode, done.stdout

    def differences(self, old, new):
        """Everything that is different, harmless or not; None where nothing is."""
        code, report = self._report(old, new)
        return report if code else None

    def more_than_growth(self, old, new):
        """What of the differences a minor may not do: all but members behind the old end of a struct that has a
        size. None where there is no such thing."""
        code, report = self._report(old, new, "--leaf-changes-only")
        if code & ~CHANGED:
            return report
        lines = [line for line in report.splitlines() if line]
        allowed, size = [], None
        for line in lines:
            name, sizes, member = _TYPE.match(line), _SIZE.match(line), _MEMBER.match(line)
            if name:
                size = None
                if name.group(1) not in FIXED:
                    allowed.append(line)
            elif sizes and int(sizes.group(1)) < int(sizes.group(2)):
                size = int(sizes.group(1))
                allowed.append(line)
            elif member and size is not None and int(member.group(1)) >= size or _COUNT.match(line):
                allowed.append(line)
            elif _SUMMARY.match(line) and (line.endswith(" changed") or line.endswith(_NOTHING_ELSE + " function") or
                                           line.endswith(_NOTHING_ELSE + " variable")):
                allowed.append(line)
        return None if lines == allowed else report
