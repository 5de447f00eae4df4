# SPDX-License-Identifier: Apache-2.0
"""Builds Headgate as it would be with a made-up next minor: the tree's sources, other headers.

usage: later_tree.py SOURCE HEADERS PLUGINS TREE [CMAKE-OPTION...]

TREE/source becomes a view of SOURCE, made of links, whose include/headgate is HEADERS (later_headers.py)
and whose tests are tests/abi/later; TREE/build becomes its build. PLUGINS is the directory with the sets
of plugins. What is built already is not built again.
"""

import os
import subprocess
import sys

# What CMakeLists.txt in the top folder asks for.
SHARED = ("CMakeLists.txt", "README.md", "examples", "host", "lib", "packaging", "plugins", "schemas")


def link(target, path):
    if os.path.lexists(path):
        if os.path.islink(path) and os.readlink(path) == target:
            return
        os.unlink(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(target, path)


def main():
    source, headers, plugins, tree, options = *sys.argv[1:5], sys.argv[5:]
    view, build = os.path.join(tree, "source"), os.path.join(tree, "build")
    for name in SHARED:
        link(os.path.join(source, name), os.path.join(view, name))
    link(headers, os.path.join(view, "include", "headgate"))
    link(os.path.join(source, "tests", "abi", "later"), os.path.join(view, "tests"))
    # No build type: it is built for one run, and debug information would take longer than all the rest.
    # A struct that grew has fields that an older table does not name.
    subprocess.run(["cmake", "-S", view, "-B", build, "-DCMAKE_BUILD_TYPE=", "-DHEADGATE_WERROR=OFF",
                    "-DCMAKE_C_FLAGS=-Wno-missing-field-initializers", "-DABI_PLUGINS=" + plugins, *options],
                   stdin=subprocess.DEVNULL, check=True)
    subprocess.run(["cmake", "--build", build, "--parallel", "2"], stdin=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
