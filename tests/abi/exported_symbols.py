# SPDX-License-Identifier: Apache-2.0
"""Each plugin exports headgate_plugin_v1 and nothing else; the host exports nothing.

usage: exported_symbols.py NM HOST PLUGIN...
"""

import os
import subprocess
import sys


def exported(nm, path):
    """The names of the dynamic symbols that the file defines.

    A copy that the linker made of a C library's variable (stderr@GLIBC_2.2.5) is the library's.
    """
    listing = subprocess.run([nm, "--dynamic", "--defined-only", "--format=posix", path], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    names = [line.split()[0] for line in listing.splitlines()]
    return sorted(name for name in names if "@GLIBC" not in name)


def main():
    nm, host, plugins = sys.argv[1], sys.argv[2], sys.argv[3:]
    failures = 0
    for path, expected in [(host, []), *[(plugin, ["headgate_plugin_v1"]) for plugin in plugins]]:
        names = exported(nm, path)
        if names != expected:
            failures += 1
            print(f"{os.path.basename(path)} exports {names}, not {expected}")
    print(f"1 host, {len(plugins)} plugins, {failures} failures")
    return 1 if failures or not plugins else 0


if __name__ == "__main__":
    sys.exit(main())
