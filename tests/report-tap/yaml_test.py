# SPDX-License-Identifier: Apache-2.0
"""The stream is TAP 14, the blocks are YAML, and both give back what was put in. Usage: by ctest."""

import unittest

import fed_reporter as fed
from tap_stream import Stream

# What UTF-8 does not have is U+FFFD in a YAML string, a character a byte.
LOST = "\ufffd"


def put_in(text):
    """A text as YAML gives it back: nothing is lost but bytes that are no text."""
    if isinstance(text, str):
        return text
    shown = ""
    while text:
        for length in (4, 3, 2, 1):
            try:
                shown += text[:length].decode("utf-8")
                text = text[length:]
                break
            except UnicodeDecodeError:
                continue
        else:
            shown += LOST
            text = text[1:]
    return shown


def told(*events, option=None):
    return Stream(fed.feed(*events, option=option), 13 if option else 14)


def given(**members):
    """Members that are not empty: the others are left out."""
    return {key: value for key, value in members.items() if value != ""}


class Yaml(unittest.TestCase):
    def test_reports(self):
        for name, data in fed.reports(".tap").items():
            with self.subTest(name):
                Stream(data)

    def test_jobs(self):
        for text, shown in fed.HOSTILE:
            value = put_in(text)
            with self.subTest(text):
                stream = told(
                    fed.run(command=text),
                    fed.job(text, job_namespace=text, yaml_path=text, stdout_text=text, stderr_text=text, command=["a"]),
                    fed.job("b", fed.FAILED, reason=text, failure_class=text, advice=text, stderr_text=text, signal=9,
                            command=["a"]),
                    fed.job("c", fed.SKIPPED, reason=text),
                    fed.end(exit_code=1, error=text))
                first, second, third, whole = stream.points
                name = fed.seen(shown) + "/" + fed.seen(shown) if shown else " (document 1)"
                self.assertEqual((True, name, None), (first.is_ok, first.description, first.reason))
                common = {"document": 1, "command": "a", "attempt": 1, "duration_ms": 187}
                self.assertEqual({**common, "return_code": 0, **given(file=value, stdout=value, stderr=value)}, first.data)
                self.assertEqual((False, "trading/b", None), (second.is_ok, second.description, second.reason))
                self.assertEqual(
                    {**common, "severity": "fail", "return_code": 1, "signal": 9, "file": "out/job.yaml",
                     **given(message=value, failure_class=value, advice=value, stderr=value)}, second.data)
                self.assertEqual((True, "trading/c", fed.seen(shown)), (third.is_ok, third.description, third.reason))
                self.assertEqual("headgate " + fed.seen(shown), whole.description)
                self.assertEqual({"severity": "fail", "exit_code": 1,
                                  "message": value or "headgate ended with exit status 1"}, whole.data)

    def test_documents(self):
        for text, shown in fed.HOSTILE:
            value = put_in(text)
            with self.subTest(text):
                error = fed.finding(text, rule=text, field=text, advice=text)
                warning = fed.finding("w", severity=fed.WARNING, line=0, column=0, field="")
                (point,) = told(
                    fed.run(fed.VALIDATE),
                    fed.document("", valid=0, yaml_path=text, errors=[error, error], warnings=[warning]),
                    fed.end(exit_code=1)).points
                row = {"severity": "error", "line": 3, "column": 5,
                       **given(message=value, rule=value, field=value, advice=value)}
                self.assertEqual((False, fed.seen(shown) + " (document 1)"), (point.is_ok, point.description))
                self.assertEqual({"severity": "fail", "document": 1, **given(file=value),
                                  "findings": [row, row, {"severity": "warning", "rule": "required", "message": "w"}]},
                                 point.data)

    def test_the_plan_is_right_where_a_run_stops_early(self):
        documents = [fed.document("a"), fed.document("b", valid=0, errors=[fed.finding()]), fed.document("c")]
        rows = [
            ([fed.run(), *documents, fed.end(exit_code=1, error="1 is invalid")], "s-s-"),
            ([fed.run(fed.VALIDATE), *documents, fed.end(exit_code=1)], "+-+"),
            ([fed.run(fed.VALIDATE), documents[0], fed.end(exit_code=1)], "+-"),
            ([fed.run(fed.VALIDATE), documents[0], fed.end()], "+"),
            ([fed.run(), documents[0], fed.job("a"), fed.job("c", fed.SKIPPED), fed.end(exit_code=130, error="stop")], "+s-"),
            ([fed.run(), documents[0], documents[2], fed.job("a", fed.FAILED), fed.end(exit_code=1)], "-"),
            ([fed.run(fed.DRY_RUN), fed.end()], ""),
            ([fed.run(99), fed.job("a", 99), fed.end(exit_code=1)], "-"),
            ([fed.end(exit_code=1, error="out of memory")], "-"),
        ]
        for events, expected in rows:
            points = told(*events).points
            self.assertEqual(expected, "".join("s" if point.reason is not None else "-+"[point.is_ok] for point in points))

    def test_the_older_version_differs_in_its_first_line(self):
        events = [fed.run(), fed.job("a", stderr_text="x"), fed.job("b", fed.FAILED), fed.end(exit_code=1)]
        newer = fed.feed(*events).split(b"\n")
        older = fed.feed(*events, option="tap-version=13").split(b"\n")
        self.assertEqual((b"TAP version 14", b"TAP version 13"), (newer[0], older[0]))
        self.assertEqual(newer[1:], older[1:])

    def test_long_outputs_stay_whole(self):
        pattern = "한😀é\x1b\"\\#\n".encode() + b"\xff"
        for length in range(4090, 4106):
            data = (pattern * 1000)[:3 * length]
            points = told(fed.run(), fed.job(stdout_text=data), fed.end()).points
            self.assertEqual(put_in(data), points[0].data["stdout"])

    def test_cut_outputs_say_so(self):
        first, second = told(fed.run(), fed.job(stdout_text="a", flags=fed.STDOUT_CUT), fed.job(flags=fed.STDERR_CUT),
                             fed.end()).points
        self.assertTrue(first.data["stdout_cut"])
        self.assertNotIn("stderr_cut", first.data)
        self.assertTrue(second.data["stderr_cut"])

    def test_many_jobs_are_all_there(self):
        """More than is kept in memory."""
        count = 3000
        points = told(fed.run(), *[fed.document("job-%d" % number) for number in range(count)],
                      *[fed.job("job-%d" % number, stdout_text="x" * 100) for number in range(count)], fed.end()).points
        self.assertEqual(["trading/job-%d" % number for number in range(count)], [point.description for point in points])


if __name__ == "__main__":
    unittest.main()
