# SPDX-License-Identifier: Apache-2.0
"""A TAP 14 stream, read line by line as the specification has it, and with nothing let pass."""

import re

import yaml

_POINT = re.compile(r"(not ok|ok) (\d+) - (.*)")


def unescaped(text):
    """A backslash escapes # and itself, and is plain before anything else."""
    return re.sub(r"\\([\\#])", r"\1", text)


class Point:
    def __init__(self, line, number):
        status, count, rest = _POINT.fullmatch(line).groups()
        assert int(count) == number, "%r is not number %d" % (line, number)
        # The first # that stands alone and is not escaped begins a directive.
        marks = [m.start() for m in re.finditer(r"(?<!\\)(?:\\\\)*#", rest)]
        self.is_ok = status == "ok"
        self.reason = None
        if marks:
            at = rest.index("#", marks[0])
            assert re.match(r"# SKIP( |$)", rest[at:]), line
            assert rest[at - 1] == " ", line
            self.reason = unescaped(rest[at + len("# SKIP "):])
            rest = rest[:at - 1]
        self.description = unescaped(rest)
        self.data = None


class Stream:
    def __init__(self, data, version=14):
        text = data.decode("utf-8")
        assert text.endswith("\n")
        lines = text[:-1].split("\n")
        assert lines[0] == "TAP version %d" % version
        self.plan = re.fullmatch(r"1\.\.(\d+)( # SKIP .*)?", lines[1])
        assert self.plan, lines[1]
        self.points = []
        block = None
        for line in lines[2:]:
            if block is not None:
                assert line.startswith("  "), line
                if line == "  ...":
                    self.points[-1].data = yaml.safe_load("\n".join(block))
                    assert isinstance(self.points[-1].data, dict)
                    block = None
                else:
                    assert re.match(r" {2,6}\S", line), line
                    block.append(line[2:])
            elif line == "  ---":
                assert self.points[-1].data is None
                block = []
            else:
                self.points.append(Point(line, len(self.points) + 1))
        assert block is None
        assert len(self.points) == int(self.plan[1]), "the plan is wrong"
        assert bool(self.plan[2]) == (not self.points)
