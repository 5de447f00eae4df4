# SPDX-License-Identifier: Apache-2.0
"""xmllint accepts every report under the schema, and would notice a wrong one.

The schema of Jenkins' xunit plugin (junit-10.xsd) is in no Debian package: junit.xsd beside this file
says what that one says of the elements that Headgate writes. Usage: by ctest."""

import os
import subprocess
import tempfile
import unittest

import fed_reporter as fed

XMLLINT = os.environ.get("XMLLINT")
JENKINS = os.path.join(os.environ["SCHEMAS"], "junit.xsd")
WITH_FILES = os.path.join(os.environ["SCHEMAS"], "junit-case-file.xsd")


def complaint(schema, report):
    """What xmllint has against the report; "" where it validates."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(report)
        file.flush()
        # Without network, and without following anything that a report might name.
        done = subprocess.run([XMLLINT, "--nonet", "--noout", "--schema", schema, file.name],
                              capture_output=True, timeout=120, check=False)
    return "" if done.returncode == 0 else done.stderr.decode("utf-8", "replace")


class Schema(unittest.TestCase):
    def accepts(self, schema, report):
        self.assertEqual("", complaint(schema, report), report.decode("utf-8", "replace"))

    def test_takes_every_report(self):
        for name, report in fed.reports(".xml").items():
            with self.subTest(name):
                self.accepts(WITH_FILES, report)

    def test_the_option_gives_what_jenkins_takes(self):
        events = [fed.run(), fed.job("a"), fed.job("b", fed.FAILED, stderr_text="no\n"), fed.job("c", fed.SKIPPED),
                  fed.end(exit_code=1)]
        report = fed.feed(*events, option="case-file=false")
        self.accepts(JENKINS, report)
        self.assertNotEqual("", complaint(JENKINS, fed.feed(*events)))

    def test_takes_hostile_texts(self):
        for text, _ in fed.HOSTILE:
            if not text:
                continue  # a Job without a name, a failure without a reason: the schema asks for both
            with self.subTest(text):
                report = fed.feed(
                    fed.run(jobs_dir=text, context=text),
                    fed.job(text, yaml_path=text, job_namespace=text, stdout_text=text, stderr_text=text),
                    fed.job(text, fed.FAILED, reason=text, failure_class=text, advice=text, stderr_text=text),
                    fed.job(text, fed.SKIPPED, reason=text),
                    fed.end(exit_code=1, error=text))
                self.accepts(WITH_FILES, report)
                document = fed.document(text, valid=0, yaml_path=text, errors=[fed.finding(text, field=text, advice=text)])
                self.accepts(WITH_FILES, fed.feed(fed.run(fed.VALIDATE), document, fed.end(exit_code=1)))

    def test_notices_what_is_wrong(self):
        report = fed.reports(".xml")["apply-mixed.xml"]
        rows = [
            (b' name="created"', b""),
            (b' classname="default"', b""),
            (b"<testsuite ", b"<suite "),
            (b'time="0.187"', b'time="0.1875"'),
            (b'time="0.187"', b'time="-1.000"'),
            (b'tests="6"', b'tests="six"'),
            (b' failures="4"', b""),
            (b' skipped="0"', b""),
            (b'timestamp="2026-', b'timestamp="yesterday '),
            (b' type="failed"', b""),
            (b' message="kubectl exited with status 1"', b' message=""'),
            (b"<system-out>", b"<failure type='a' message='b'>c</failure><failure type='a' message='b'>c</failure><system-out>"),
            (b"<system-out>", b"<stdout/><system-out>"),
            (b'<testcase classname="default" name="created"', b'<testcase assertions="1" classname="default" name="created"'),
            (b'value="41"', b""),
            (b"</testsuites>", b""),
            (b"job.batch/created", b"\x1b"),
            (b"job.batch/created", b"\xff"),
            (b"job.batch/created", b"&entity;"),
        ]
        for old, new in rows:
            self.assertIn(old, report)
            changed = report.replace(old, new, 2 if old.startswith(b"<testsuite ") else 1)
            self.assertNotEqual("", complaint(WITH_FILES, changed), "%r was not noticed" % new)


if __name__ == "__main__":
    if not XMLLINT:
        fed.skip("xmllint is not installed (Debian: libxml2-utils)")
    unittest.main()
