# SPDX-License-Identifier: Apache-2.0
"""Derives the headers of a made-up next minor from those of the tree.

usage: later_headers.py HEADERS OUTPUT

HEADERS and OUTPUT are directories with *.h. What a minor may do, as ABI.md has it, is done to every
header: HG_ABI_MINOR is one more, each struct that can grow has two fields more, each table of
functions has one more, the reporter's is a new event, the other stages have revision 99, and each family of constants has a new one.
"""

import os
import re
import sys

# Passed by value, or in arrays without a size: ABI.md says that they never grow.
FIXED = {"hg_bytes", "hg_pair"}
FIELDS = "  const char *later_text; /* since the next minor */\n  uint64_t later_number;  /* since the next minor */\n"
EVENT = "  int32_t (*job_retried)(void *self, const struct hg_job_result *result, struct hg_error *err);\n"
FUNCTION = "  void (*later)(void *self);\n"
STRUCT = re.compile(r"^(struct (hg_\w+) \{\n)(.*?)^\};$", re.M | re.S)
# HG_STATUS of HG_STATUS_FAILED. Not abi.h's numbers, nor what is no number.
FAMILY = re.compile(r"^#define (HG_[A-Z]+)_\w+ \d+u?\b", re.M)
# Neither a value that is used nor a bit that is.
NEW_VALUE = "1073741824"


def grown(match):
    head, name, body = match.groups()
    if name in FIXED:
        return match.group()
    added = FIELDS
    if name == "hg_reporter_ops":
        added = EVENT + FIELDS
    elif name.endswith("_ops"):
        added = FUNCTION + FIELDS
    return f"{head}{body}{added}}};"


def derived(name, text):
    if name == "abi.h":
        minor = int(re.search(r"^#define HG_ABI_MINOR (\d+)u$", text, re.M).group(1))
        text = text.replace(f"#define HG_ABI_MINOR {minor}u",
                            f"#define HG_ABI_MINOR {minor + 1}u\n\n#define HG_LATER 1 /* these headers are made up */")
    else:
        families = sorted(set(FAMILY.findall(text)))
        constants = "".join(f"#define {family}_LATER {NEW_VALUE}\n" for family in families)
        end = text.rindex("#endif")
        text = text[:end] + constants + "\n" + text[end:]
    if name == "error.h":
        old = "{ sizeof(struct hg_error), 0, { 0 } }"
        if old not in text:
            raise SystemExit("error.h: HG_ERROR_INIT is not what later_headers.py knows")
        text = text.replace(old, "{ sizeof(struct hg_error), 0, { 0 }, 0, 0 }")
    # A stage whose structs have changed has another revision.
    text = re.sub(r"(?m)^(#define HG_[A-Z]+_REVISION) [1-9]\d*u$", r"\1 99u", text)
    return STRUCT.sub(grown, text)


def main():
    source, output = sys.argv[1], sys.argv[2]
    os.makedirs(output, exist_ok=True)
    for name in sorted(os.listdir(source)):
        if not name.endswith(".h"):
            continue
        with open(os.path.join(source, name), encoding="utf-8") as file:
            text = derived(name, file.read())
        with open(os.path.join(output, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
