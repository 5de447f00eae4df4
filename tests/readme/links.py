# SPDX-License-Identifier: Apache-2.0
"""Links of Markdown files to other files and to headings, as GitHub follows them, and names of files of the tree."""

import re
import urllib.parse

_FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_NAMED = re.compile(r"`((?:host|lib|plugins|include|schemas|tests|docs|packaging|examples)/[a-z0-9_./-]+)`")
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


def unknown_files(path, source):
    """Files that a page names (`host/run/gate.c`) and that the tree does not have; NAME and 000N stand for anything."""
    for name in _NAMED.findall(_FENCED.sub("", path.read_text(encoding="utf-8"))):
        if not (source / name).exists():
            yield f"{path}: there is no {name}"
