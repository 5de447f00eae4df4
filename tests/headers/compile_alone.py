# SPDX-License-Identifier: Apache-2.0
"""Every public header compiles when it is the only one that is included, as C11 and as C++17.

usage: compile_alone.py INCLUDE-DIRECTORY SOURCE-THAT-USES-ALL COMPILER...
"""

import os
import sys
import tempfile

from compilers import complaints_about, header_names


def main():
    include, uses, compilers = sys.argv[1], sys.argv[2], sys.argv[3:]
    names = header_names(include)
    failures = []
    with tempfile.TemporaryDirectory(prefix="headgate-headers-") as directory:
        sources = [uses]
        for name in names:
            sources.append(os.path.join(directory, os.path.basename(name) + ".c"))
            with open(sources[-1], "w", encoding="ascii") as file:
                # Twice: a header without a guard shows itself.
                file.write(f"#include <{name}>\n#include <{name}>\ntypedef int not_empty;\n")
        for compiler in compilers:
            for source in sources:
                complaints = complaints_about(compiler, include, source)
                if complaints:
                    failures.append(complaints)
    print("\n".join(failures))
    print(f"{len(names)} headers, {len(compilers)} compilers, {len(failures)} failures")
    return 1 if failures or not names or not compilers else 0


if __name__ == "__main__":
    sys.exit(main())
