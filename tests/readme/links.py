# SPDX-License-Identifier: Apache-2.0
"""Links of Markdown files to other files and to headings, as GitHub follows them."""

import re
import urllib.parse

_FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.M)


def _anchors(path):
    text = _FENCED.sub("", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)}


def broken(path, top):
    """What is wrong with the links of a page; where they lead must lie below `top`."""
    for target in _LINK.findall(_FENCED.sub("", path.read_text(encoding="utf-8"))):
        if urllib.parse.urlparse(target).scheme:
            continue
        name, _, anchor = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        if not found.exists() or top.resolve() not in found.resolve().parents:
            yield f"{path}: {target} leads nowhere"
        elif anchor and anchor not in _anchors(found):
            yield f"{path}: {target}: no such heading"
