# SPDX-License-Identifier: Apache-2.0
"""What Prometheus' own client for Python reads in a report (Debian: python3-prometheus-client), and what
node_exporter's textfile collector would have against it."""

import re

from prometheus_client.parser import text_string_to_metric_families

# What Prometheus recommends for a gauge's name: base units, whole words.
_NAME = re.compile(r"headgate_[a-z]+(_[a-z]+)*")
# The parser passes over what stands between a value and the next comma.
_LABEL = r'[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"'
_SAMPLE = re.compile(r"[a-z_]+(?:\{%s(?:,%s)*\})? \S+" % (_LABEL, _LABEL))
_OTHER_UNITS = re.compile(r"_(total|milliseconds|microseconds|minutes|hours|days|percent)$")


def read(data):
    """(families, series) of a text; a series is its labels and its value, and a label that is "" is none."""
    families = list(text_string_to_metric_families(data.decode("utf-8")))
    return families, [({"__name__": sample.name, **{name: text for name, text in sample.labels.items() if text}}, sample.value)
                      for family in families for sample in family.samples]


def stored(data):
    return read(data)[1]


def complaints(data):
    """What is wrong with a text: its syntax, a series or family that comes twice, a gauge that nobody explains."""
    try:
        families, series = read(data)
    except (ValueError, KeyError, IndexError) as error:
        return "syntax: %s" % error
    found = ["syntax: %r" % line for line in data.decode("utf-8").split("\n")
             if line and not line.startswith("#") and not _SAMPLE.fullmatch(line)]
    names = [family.name for family in families]
    found += ["%s comes twice" % name for name in sorted(set(names)) if names.count(name) > 1]
    seen = set()
    for labels, _ in series:
        key = tuple(sorted(labels.items()))
        if key in seen:
            found.append("twice: %r" % (labels,))
        seen.add(key)
    for family in families:
        if family.type != "gauge" or not family.documentation or not family.samples:
            found.append("%s: type %s, help %r, %d samples" % (family.name, family.type, family.documentation,
                                                               len(family.samples)))
        if not _NAME.fullmatch(family.name) or _OTHER_UNITS.search(family.name):
            found.append("%s: no name for a gauge" % family.name)
        if any(sample.name != family.name for sample in family.samples):
            found.append("%s: samples of another name" % family.name)
    return "\n".join(found)


def find(rows, name, **labels):
    """The value of the one series with that name and those labels."""
    wanted = {"__name__": name, **{key: text for key, text in labels.items() if text}}
    found = [value for row, value in rows if row == wanted]
    assert len(found) == 1, "%r: %r" % (wanted, [row for row, _ in rows if row["__name__"] == name])
    return found[0]
