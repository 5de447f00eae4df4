# SPDX-License-Identifier: Apache-2.0
"""Compiles sources the way the authors of plugins do, with every compiler that is there."""

import os
import subprocess

# The warnings of the house. A plugin's author may have them on, and as errors.
# -Wpadded: no struct has a hole, inside or at its end.
WARNINGS = (
    "-Wall -Wextra -Wpedantic -pedantic-errors -Wshadow -Wconversion -Wvla -Wformat=2 -Wundef "
    "-Wcast-qual -Wpadded -Werror"
).split()
LANGUAGES = {
    "c11": ["-x", "c", "-std=c11", "-Wstrict-prototypes", "-Wmissing-prototypes"],
    "c++17": ["-x", "c++", "-std=c++17"],
}


def language_of(compiler):
    """gcc and clang get the sources as C, g++ and clang++ as C++."""
    return "c++17" if compiler.endswith("++") else "c11"


def complaints_about(compiler, include, source):
    """Checks one source. Returns what the compiler says of it, None where it says nothing."""
    done = subprocess.run(
        [compiler, *LANGUAGES[language_of(compiler)], *WARNINGS, "-fsyntax-only", "-I", include, source],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    if done.returncode == 0 and not done.stdout:
        return None
    return f"{source} as {language_of(compiler)} with {compiler}:\n{done.stdout}"


def header_names(include):
    """The public headers, as they are included: headgate/abi.h and so on."""
    names = sorted(name for name in os.listdir(os.path.join(include, "headgate")) if name.endswith(".h"))
    return ["headgate/" + name for name in names]
