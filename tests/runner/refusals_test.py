# SPDX-License-Identifier: Apache-2.0
"""Plugins that cannot be used: that is known before the run, which then does not start."""

import os
import shutil
import sys
import unittest

from headgate_case import BINARY
from runner_case import APPLY, RunnerCase, Place, reporter_file

# What the loader refuses, and its words, have their home with the loader's own test, which reads the command line.
_ARGUMENTS = sys.argv[1:]
sys.argv[1:] = [BINARY, os.environ["REFUSED_PLUGINS"]]
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "plugins"))
import refusals_test as loader  # noqa: E402

sys.argv[1:] = _ARGUMENTS

BAD_DEFAULT = "its option '%s' has the default '%s', which is not of its type"

# In TEST_PLUGINS.
REFUSED = [
    ("option-default-not-a-choice", BAD_DEFAULT % ("shape", "round")),
    ("option-default-not-a-number", BAD_DEFAULT % ("width", "9223372036854775808")),
    ("option-default-not-a-boolean", BAD_DEFAULT % ("loud", r"\x1b[31myes")),
]


class Refusals(RunnerCase):
    def assert_not_begun(self, place, outcome, message):
        """The user is told why, in the very words; nothing was done; the history says so."""
        self.assertEqual(1, outcome.code, outcome)
        self.assertEqual(b"", outcome.stdout)
        self.assertEqual("headgate: %s\n" % place.normal(message), outcome.err)
        place.assert_none_started()
        self.assertEqual(["failed"], [row["state"] for row in place.query("SELECT state FROM runs")])
        self.assertEqual(0, place.value("SELECT count(*) FROM jobs"))

    def refuse(self, row):
        file, message = row
        with Place() as place:
            # A short path: messages cut long ones.
            path = os.path.join(place.top, os.path.basename(file))
            shutil.copyfile(file, path)
            os.chmod(path, 0o644)
            place.write("FILE", "old\n")
            outcome = place.run_headgate(*APPLY, "--reporter", path + "=FILE")
            self.assert_not_begun(place, outcome, "plugin %s: %s" % (path, message))
            self.assertEqual("old\n", place.read("FILE"))
            place.assert_nothing_left("FILE")

    def test_what_the_loader_refuses(self):
        built = os.environ["REFUSED_PLUGINS"]
        rows = [(os.path.join(built, "headgate-%s.so" % name), message) for name, message in loader.REFUSED]
        self.at_once(self.refuse, rows)

    def test_defaults_that_are_lies(self):
        self.at_once(self.refuse, [(reporter_file(name), message) for name, message in REFUSED])

    def test_another_stage(self):
        with Place() as place:
            path = os.path.join(os.environ["REFUSED_PLUGINS"], "headgate-validator-without-worker.so")
            outcome = place.run_headgate(*APPLY, "--reporter", path)
            self.assert_not_begun(place, outcome, "plugin 'validator-without-worker' is a validator, not a reporter")

    def test_what_is_no_file(self):
        for name, message in (("nothing.so", "No such file or directory"), (".", "is not a regular file")):
            with Place() as place:
                path = os.path.join(place.top, name)
                outcome = place.run_headgate(*APPLY, "--reporter", path)
                self.assert_not_begun(place, outcome, "plugin %s: %s" % (path, message))

    def test_a_file_that_others_may_write(self):
        with Place() as place:
            path = shutil.copy(reporter_file("misbehaves"), place.top)
            os.chmod(path, 0o664)
            outcome = place.run_headgate(*APPLY, "--reporter", path)
            self.assert_not_begun(place, outcome, "plugin %s: is writable by group or others: chmod go-w it" % path)

    def test_a_name_that_nobody_has(self):
        with Place() as place:
            outcome = place.run_headgate(*APPLY, "--reporter", "stranger")
            self.assertEqual(1, outcome.code)
            self.assertIn("plugin 'report-stranger' was not found in ", outcome.err)
            place.assert_none_started()

    def test_a_value_that_its_option_does_not_take(self):
        with Place() as place:
            outcome = place.run_headgate(*APPLY, "--reporter", reporter_file("misbehaves"),
                                         "--set", "misbehaves.when=yesterday")
            self.assertEqual(1, outcome.code)
            self.assertIn("when is one of never,create,", outcome.err)
            self.assertIn("not 'yesterday'", outcome.err)
            place.assert_none_started()

    def test_an_option_that_it_does_not_have(self):
        with Place() as place:
            outcome = place.run_headgate(*APPLY, "--reporter", reporter_file("misbehaves"), "--set", "misbehaves.dead=x")
            self.assert_not_begun(place, outcome, "--set: misbehaves has no option 'dead': did you mean 'deed'?")

    def test_create_says_no(self):
        """As a reporter does that has no use for what the user wants of it."""
        for deed, said in (("fail", "out of ink"), ("fail-without-a-word", "failed without saying why"),
                           ("fail-as-cancelled", "you have stopped me"), ("fail-with-a-number", "a code of my own"),
                           ("fail-in-color", r"\x1b[31mred\x1b[0m\nnext line " + "\ufffd\ufffd" + r"\x7f")):
            with self.subTest(deed), Place() as place:
                outcome = place.run_headgate(*APPLY, "--reporter", reporter_file("misbehaves") + "=FILE",
                                             "--set", "misbehaves.deed=" + deed, "--set", "misbehaves.when=create")
                self.assert_not_begun(place, outcome, "misbehaves: " + said)
                place.assert_nothing_left()

    def test_one_that_works_and_one_that_does_not(self):
        """The first was started, and hears of no run."""
        with Place() as place:
            path = reporter_file("option-default-not-a-choice")
            outcome = place.run_headgate(*APPLY, "--reporter", reporter_file("misbehaves") + "=FILE",
                                         "--reporter", "exec:/bin/cat", "--reporter", path)
            self.assert_not_begun(place, outcome, "plugin %.90s: %s" % (path, BAD_DEFAULT % ("shape", "round")))
            place.assert_nothing_left()

    def test_a_path_of_odd_bytes(self):
        """The reporter works, is recorded with its path as it is, and no such byte reaches the terminal."""
        with Place() as place:
            directory = os.path.join(place.top.encode(), b"a b\xff\n\xe2\x80\xae")
            os.mkdir(directory)
            path = shutil.copy(reporter_file("misbehaves").encode(), directory)
            os.chmod(path, 0o644)
            outcome = place.run_headgate(*APPLY, "-v", "--reporter", path + b"=FILE",
                                         "--set", "misbehaves.deed=crash", "--set", "misbehaves.when=destroy")
            self.assertEqual(0, outcome.code, outcome)
            self.assertIn("misbehaves: was ended by signal 11", outcome.err)
            self.assertNotIn(b"\xe2\x80\xae", outcome.stderr)
            self.assertEqual(path.hex().upper(), place.value("SELECT hex(path) FROM plugins WHERE name = 'misbehaves'"))
            os.unlink(path)
            outcome = place.run_headgate(*APPLY, "--reporter", path)
            self.assertEqual(1, outcome.code, outcome)
            self.assertIn(r"a b\xff\n\u{202e}/headgate-misbehaves.so: No such file or directory", outcome.err)


if __name__ == "__main__":
    unittest.main()
