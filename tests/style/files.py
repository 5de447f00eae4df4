# SPDX-License-Identifier: Apache-2.0
"""Files name the licence, say by their names what they know, stay short, and hold no loose ends.

usage: files.py TOP
"""

import re
import sys

from sources import files_of, text_of

MOST_LINES = 500
SOURCES = (".c", ".h", ".cc", ".def", ".py", ".sh", ".sql", ".cmake", "CMakeLists.txt", "bootstrap", ".ci/run")
LICENCE = "SPDX-License-Identifier: Apache-2.0"
VAGUE = re.compile(r"(^|[/_-])(utils?|misc|helpers?|common|managers?|stuff)([._/-]|$)", re.I)
ROOT = {
    ".clang-format", ".clangd", ".editorconfig", ".gitignore", ".pre-commit-hooks.yaml", "CHANGELOG.md",
    "CMakeLists.txt", "CMakePresets.json", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "bootstrap",
    ".ci", "docs", "examples", "host", "include", "lib", "packaging", "plugins", "schemas", "tests",
}
# lib/memory has the one wording.
NO_MEMORY = re.compile(r'hg_error_set\([^;]*?HG_ERROR_NO_MEMORY,\s*"out of memory"\)')
# Written in two halves, or this file would find itself.
LOOSE = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|not imple" r"mented|for n" r"ow\b")


def complaints_about(top, path):
    if VAGUE.search(path):
        yield f"{path}: the name does not say what the file knows"
    if path.split("/")[0] not in ROOT:
        yield f"{path}: the top folder stays small; it belongs into one of its folders"
    if not path.endswith(SOURCES):
        return
    text = text_of(top, path)
    if text is None:
        yield f"{path}: holds NUL bytes"
        return
    if path.startswith(("host/", "lib/", "plugins/")) and path.endswith(".c") and NO_MEMORY.search(text):
        yield f"{path}: spells out what memory/no_memory.h says"
    lines = text.split("\n")
    # First in the file, or behind the line that names the interpreter.
    if LICENCE not in "\n".join(lines[:2]):
        yield f"{path}: does not start with {LICENCE}"
    if len(lines) - 1 > MOST_LINES:
        yield f"{path}: {len(lines) - 1} lines, more than {MOST_LINES}: one subject a file?"
    if not text.endswith("\n"):
        yield f"{path}: no line feed at the end"
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield f"{path}:{number}: blanks at the end"
        if "\t" in line or "\r" in line:
            yield f"{path}:{number}: a tab or carriage return"
        if LOOSE.search(line):
            yield f"{path}:{number}: a loose end: {line.strip()}"


def main():
    top = sys.argv[1]
    files = files_of(top)
    complaints = [complaint for path in files for complaint in complaints_about(top, path)]
    print("\n".join(complaints))
    print(f"{len(files)} files, {len(complaints)} complaints")
    return 1 if complaints or not files else 0


if __name__ == "__main__":
    sys.exit(main())
