# SPDX-License-Identifier: Apache-2.0
"""What a parser that knows nothing of Headgate reads is what was put in, whatever it was.

The report is read as the two that it is for read it: GitLab's page on unit test reports names the
elements and attributes that it looks at, Jenkins' junit plugin looks at those and at counts and
messages. Usage: by ctest."""

import unittest
import xml.etree.ElementTree as tree

import fed_reporter as fed

# XML has no way to write these two at all.
SPELLED = {"\ufffe\uffff": "\\u{fffe}\\u{ffff}"}
TEXTS = [(text, SPELLED.get(shown, shown)) for text, shown in fed.HOSTILE]


class Case:
    """A test case as GitLab and Jenkins see it."""

    def __init__(self, element):
        self.classname = element.get("classname")
        self.name = element.get("name")
        self.file = element.get("file")
        self.time = element.get("time")
        kinds = [child for child in element if child.tag in ("failure", "error", "skipped")]
        assert len(kinds) <= 1
        self.verdict = kinds[0].tag if kinds else "passed"
        self.type = kinds[0].get("type") if kinds else None
        self.message = kinds[0].get("message") if kinds else None
        self.text = (kinds[0].text or "") if kinds else None
        self.stdout = element.findtext("system-out") or ""
        self.stderr = element.findtext("system-err") or ""


class Report:
    def __init__(self, data):
        assert b"<!" not in data, "no DTD, no comment, no CDATA"
        self.root = tree.fromstring(data)
        assert self.root.tag == "testsuites"
        (self.suite,) = self.root
        assert self.suite.tag == "testsuite"
        self.cases = [Case(element) for element in self.suite if element.tag == "testcase"]
        self.properties = {row.get("name"): row.get("value") for row in self.suite.iter("property")}
        verdicts = [case.verdict for case in self.cases]
        for element in (self.root, self.suite):
            assert int(element.get("tests")) == len(verdicts)
            assert int(element.get("failures")) == verdicts.count("failure")
            assert int(element.get("errors")) == verdicts.count("error")
        assert int(self.suite.get("skipped")) == verdicts.count("skipped")
        others = [element.tag for element in self.suite if element.tag not in ("testcase", "properties")]
        assert not others, others


def report(*events, option=None):
    return Report(fed.feed(*events, option=option))


class Reader(unittest.TestCase):
    def test_reports_count_what_they_hold(self):
        for name, data in fed.reports(".xml").items():
            with self.subTest(name):
                Report(data)

    def test_jobs(self):
        for text, shown in TEXTS:
            with self.subTest(text):
                told = report(
                    fed.run(jobs_dir=text, kubeconfig=text, context=text),
                    fed.job(text, job_namespace=text, yaml_path=text, stdout_text=text, stderr_text=text),
                    fed.job("b", fed.FAILED, reason=text, stderr_text=text, failure_class=text, advice=text),
                    fed.job("c", fed.SKIPPED, reason=text),
                    fed.end(exit_code=1, error=text))
                self.assertEqual(4 if text is not None else 3, len(told.cases))
                first, second, third, whole = told.cases
                self.assertEqual(shown or shown + " (document 1)", first.name)
                self.assertEqual((shown, shown, shown, shown, "passed"),
                                 (first.classname, first.file, first.stdout, first.stderr, first.verdict))
                self.assertEqual(("failure", shown or "failed", shown), (second.verdict, second.type, second.message))
                lines = [shown] + ([shown.rstrip("\n") if shown.endswith("\n") else shown] if shown else [])
                lines += [shown] if shown else []
                self.assertEqual("\n".join(lines) + "\n", second.text)
                self.assertEqual(("skipped", shown or None, shown), (third.verdict, third.message, third.text))
                self.assertEqual("error", whole.verdict)
                self.assertEqual(shown or "headgate ended with exit status 1", whole.message)
                self.assertEqual(whole.message, whole.text)
                for name in ("jobs_dir", "kubeconfig", "context"):
                    self.assertEqual(shown or None, told.properties.get(name))

    def test_documents(self):
        for text, shown in TEXTS:
            with self.subTest(text):
                rows = [fed.finding(text, field=text, advice=text, rule=text), fed.finding("second")]
                warning = fed.finding(text, severity=fed.WARNING, field="", advice=None)
                told = report(
                    fed.run(fed.VALIDATE),
                    fed.document(text, valid=0, yaml_path=text, errors=rows, warnings=[warning]),
                    fed.end(exit_code=1))
                (case,) = told.cases
                message = (shown + ": " if shown else "") + shown + (" (" + shown + ")" if shown else "")
                self.assertEqual(("failure", "validation", message + " (and 1 more)"), (case.verdict, case.type, case.message))
                self.assertEqual("%s:3:5: %s\n%s:3:5: spec: second\n" % (shown, message, shown), case.text)
                self.assertEqual("%s:3:5: warning: %s\n" % (shown, shown), case.stdout)
                self.assertEqual((shown, None), (case.file, case.time))

    def test_no_text_is_a_file_to_publish(self):
        """GitLab and Jenkins' junit-attachments plugin look for [[ATTACHMENT|PATH]] in the outputs."""
        text = "[[ATTACHMENT|/etc/passwd]]\n[[[ATTACHMENT|a]] [[ATTACHMENT|[[ATTACHMENT|b]]"
        warning = fed.finding(text, severity=fed.WARNING)
        for told in (
                report(fed.run(), fed.job("a", stdout_text=text, stderr_text=text),
                       fed.job("b", fed.FAILED, stdout_text=text, stderr_text=text, reason=text, advice=text),
                       fed.end(exit_code=1)),
                report(fed.run(fed.VALIDATE), fed.document("a", warnings=[warning]),
                       fed.document("b", valid=0, errors=[warning], warnings=[warning]), fed.end(exit_code=1))):
            for case in told.cases:
                for output in (case.stdout, case.stderr, case.text or ""):
                    self.assertNotIn("[[ATTACHMENT|", output)
            self.assertIn("[ [ATTACHMENT|/etc/passwd]]\n[[ [ATTACHMENT|a]] [ [ATTACHMENT|[ [ATTACHMENT|b]]",
                          told.cases[0].stdout)

    def test_names_tell_cases_apart(self):
        """GitLab ignores a case whose name and class another one has."""
        told = report(fed.run(fed.VALIDATE), *[fed.document("", document_number=number, valid=0, errors=[fed.finding()])
                                               for number in range(1, 4)], fed.end(exit_code=1))
        self.assertEqual(["out/job.yaml (document %d)" % number for number in range(1, 4)],
                         [case.name for case in told.cases])

    def test_times_are_seconds(self):
        for milliseconds, seconds in ((0, "0.000"), (7, "0.007"), (187, "0.187"), (61000, "61.000"), (-5, "0.000")):
            told = report(fed.run(), fed.job(duration_ms=milliseconds), fed.end(duration_ms=milliseconds))
            self.assertEqual((seconds, seconds, seconds),
                             (told.cases[0].time, told.suite.get("time"), told.root.get("time")))
        self.assertEqual("2026-11-23T09:05:07.042Z", told.suite.get("timestamp"))

    def test_unknown_statuses_and_modes(self):
        told = report(fed.run(99), fed.document("a"), fed.job("a", 99, reason="of a later release"), fed.end(exit_code=1))
        self.assertEqual([("failure", "of a later release")], [(case.verdict, case.message) for case in told.cases])
        self.assertNotIn("mode", told.properties)

    def test_a_run_that_stops_early(self):
        """Nothing that was only judged passes for applied, and the run does not pass for done."""
        told = report(fed.run(), fed.document("a"), fed.document("b", valid=0, errors=[fed.finding()]),
                      fed.end(exit_code=1, error="1 of 2 Jobs is invalid"))
        self.assertEqual(["skipped", "failure", "error"], [case.verdict for case in told.cases])
        told = report(fed.run(fed.VALIDATE), fed.document("a"), fed.end(exit_code=1))
        self.assertEqual(["passed", "error"], [case.verdict for case in told.cases])
        self.assertEqual("headgate ended with exit status 1", told.cases[1].message)
        told = report(fed.run(), fed.job("a"), fed.job("b", fed.SKIPPED), fed.end(exit_code=130, error="interrupted"))
        self.assertEqual("interrupted", told.cases[2].type)
        told = report(fed.run(fed.VALIDATE), fed.document("a"), fed.end())
        self.assertEqual(["passed"], [case.verdict for case in told.cases])

    def test_warnings_that_strict_makes_failures(self):
        told = report(fed.run(fed.VALIDATE), fed.document("a", valid=0, warnings=[fed.finding(severity=fed.WARNING)]),
                      fed.end(exit_code=1))
        (case,) = told.cases
        self.assertEqual(("spec: Required value", "out/job.yaml:3:5: warning: spec: Required value\n", ""),
                         (case.message, case.text, case.stdout))

    def test_cut_outputs_say_so(self):
        told = report(fed.run(), fed.job(stdout_text="abc", flags=fed.STDOUT_CUT),
                      fed.job("b", fed.FAILED, stderr_text="defg\n", flags=fed.STDERR_CUT, advice="try it again"),
                      fed.end(exit_code=1))
        self.assertEqual("abc\n[cut here: kubectl wrote more than 3 bytes]\n", told.cases[0].stdout)
        self.assertEqual("a reason\ndefg\n\n[cut here: kubectl wrote more than 5 bytes]\ntry it again\n", told.cases[1].text)

    def test_files_may_be_left_out(self):
        told = report(fed.run(), fed.job(), fed.end(), option="case-file=false")
        self.assertIsNone(told.cases[0].file)

    def test_many_jobs_are_all_there(self):
        """More than is kept in memory."""
        count = 5000
        told = report(fed.run(), *[fed.document("job-%d" % number) for number in range(count)],
                      *[fed.job("job-%d" % number, stdout_text="x" * 100) for number in range(count)], fed.end())
        self.assertEqual(["job-%d" % number for number in range(count)], [case.name for case in told.cases])


if __name__ == "__main__":
    unittest.main()
