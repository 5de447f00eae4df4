# SPDX-License-Identifier: Apache-2.0
"""The tree's headers against the frozen ones, as abidiff sees them; and that it would see a change.

usage: abidiff_test.py ABIDIFF COMPILER FROZEN-PARENT INCLUDE LATER-HEADERS

FROZEN-PARENT has a directory 1.N for each frozen minor. Headers that still have the number of a frozen minor
must be as that one, in all; those of a later one may have grown.
"""

import os
import re
import shutil
import sys
import tempfile
import unittest

from interface_diff import PROBE, AbidiffError, InterfaceDiff

ABIDIFF, COMPILER, FROZEN_PARENT, TREE, LATER = sys.argv[1:6]
FROZEN_1_0 = os.path.join(FROZEN_PARENT, "1.0")

# What no minor may do: a name for it, the header, pairs of what is there and what takes its place.
FORBIDDEN = [
    ("a field removed from the end", "run.h", [(r"  const char \*kubernetes_version;.*\n", "")]),
    ("a field removed from the middle", "run.h", [(r"  const char \*jobs_dir;.*\n", "")]),
    ("fields of one type that changed places", "run.h",
     [(r"(  const char \*kubeconfig;.*\n)(  const char \*context;.*\n)", r"\2\1")]),
    ("fields of two types that changed places", "diagnostic.h",
     [(r"(  uint32_t column;.*\n)(  const char \*rule;.*\n)", r"\2\1")]),
    ("a field inserted", "result.h", [(r"(  uint64_t valid_jobs;\n)", r"  uint64_t paused_jobs;\n\1")]),
    ("a field that got another name", "run.h", [("jobs_dir", "directory")]),
    ("a field that got wider", "error.h", [(r"message\[1024\]", "message[2048]")]),
    ("a field that got narrower", "passed_over.h", [("uint64_t needed_by;", "uint32_t needed_by;")]),
    ("a number that got a sign", "result.h", [("uint32_t attempt;", "int32_t attempt;")]),
    ("a list of pointers that became one of structs", "diagnostic.h",
     [(r"struct hg_diagnostic \*const \*errors", "struct hg_diagnostic *errors")]),
    ("a function inserted into a table", "reporter.h",
     [(r"(  int32_t \(\*job_finished\))", r"  int32_t (*job_retried)(void *self);\n\1")]),
    ("a function that takes one more", "host.h",
     [(r"\(\*cancelled\)\(const struct hg_host \*host\)", "(*cancelled)(const struct hg_host *host, uint32_t why)")]),
    ("a function that takes another type", "reporter.h", [("uint64_t length", "uint32_t length")]),
    ("a function that returns another type", "host.h", [(r"int32_t \(\*cancelled\)", "void (*cancelled)")]),
    ("bytes that grew", "bytes.h", [(r"(  uint64_t length;.*\n)", r"\1  uint64_t capacity;\n")]),
    ("pairs that grew", "job.h", [(r"(  const char \*value;\n)", r"\1  const char *comment;\n")]),
    ("a struct that grew in which fields changed places", "run.h",
     [(r"(  const char \*kubeconfig;.*\n)(  const char \*context;.*\n)", r"\2\1"),
      (r"(  const char \*kubernetes_version;.*\n)", r"\1  const char *cluster;\n")]),
    ("a table that grew in which a function changed", "reporter.h",
     [(r"(\(\*run_finished\)\(void \*self), const struct hg_result \*result", r"\1"),
      (r"(  const struct hg_alert_ops \*alerts;\n)", r"\1  int32_t (*job_retried)(void *self);\n")]),
]

# What each minor may do.
ALLOWED = [
    ("a field at the end", "run.h", [(r"(  const char \*kubernetes_version;.*\n)", r"\1  const char *cluster;\n")]),
    ("fields at the end", "result.h", [(r"(  uint64_t unselected_jobs;.*\n)", r"\1  uint64_t a;\n  uint64_t b;\n")]),
    ("a function at the end of a table", "reporter.h",
     [(r"(  const struct hg_alert_ops \*alerts;\n)", r"\1  int32_t (*job_retried)(void *self);\n")]),
]


def minor_of(include):
    with open(os.path.join(include, "headgate", "abi.h"), encoding="utf-8") as file:
        return int(re.search(r"^#define HG_ABI_MINOR (\d+)u$", file.read(), re.M).group(1))


class InterfaceCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="headgate-abidiff-")
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        cls.diff = InterfaceDiff(ABIDIFF, COMPILER)
        cls.frozen = cls.library("frozen", FROZEN_1_0)

    @classmethod
    def library(cls, name, include, debug="-g"):
        path = os.path.join(cls.directory, name + ".so")
        cls.diff.build(include, path, debug)
        return path

    def edited(self, header, edits):
        """The library of the frozen headers, with one of them changed."""
        include = tempfile.mkdtemp(dir=self.directory)
        shutil.copytree(os.path.join(FROZEN_1_0, "headgate"), os.path.join(include, "headgate"))
        path = os.path.join(include, "headgate", header)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for old, new in edits:
            text, count = re.subn(old, new, text)
            self.assertEqual(1, count, "%s: %s" % (header, old))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return self.library(os.path.basename(include), include)


class Tree(InterfaceCase):
    def test_nothing_of_a_frozen_minor_is_broken(self):
        tree = self.library("tree", TREE)
        frozen = sorted(name for name in os.listdir(FROZEN_PARENT) if re.fullmatch(r"1\.\d+", name))
        self.assertIn("1.0", frozen)
        for name in frozen:
            old = self.library(name, os.path.join(FROZEN_PARENT, name))
            with self.subTest(name):
                self.assertIsNone(self.diff.more_than_growth(old, tree))
                if name == "1.%d" % minor_of(TREE):
                    self.assertIsNone(self.diff.differences(old, tree),
                                      "this is not interface %s any more: raise HG_ABI_MINOR (ABI.md)" % name)

    def test_every_struct_is_compared(self):
        """All that the layout pins."""
        with open(PROBE, encoding="utf-8") as file:
            probed = set(re.findall(r"^PROBE\((\w+)\)$", file.read(), re.M))
        with open(os.path.join(FROZEN_PARENT, "reporter_layout.c"), encoding="utf-8") as file:
            pinned = set(re.findall(r"^(?:FIXED|STRUCT|SIZED)\((\w+), \d+\);$", file.read(), re.M))
        self.assertEqual(pinned, probed)


class ItWouldBeSeen(InterfaceCase):
    def test_what_no_minor_may_do(self):
        for what, header, edits in FORBIDDEN:
            with self.subTest(what):
                library = self.edited(header, edits)
                self.assertIsNotNone(self.diff.more_than_growth(self.frozen, library))
                self.assertIsNotNone(self.diff.differences(self.frozen, library))

    def test_what_every_minor_may_do(self):
        """It is compatible, and it is another minor."""
        for what, header, edits in ALLOWED:
            with self.subTest(what):
                library = self.edited(header, edits)
                self.assertIsNone(self.diff.more_than_growth(self.frozen, library))
                self.assertIsNotNone(self.diff.differences(self.frozen, library))

    def test_headers_of_a_later_minor(self):
        later = self.library("later", LATER)
        self.assertIsNone(self.diff.more_than_growth(self.frozen, later))
        self.assertIsNotNone(self.diff.differences(self.frozen, later))
        # And back: to take away what was added.
        self.assertIsNotNone(self.diff.more_than_growth(later, self.frozen))

    def test_a_harmless_difference_is_one_too(self):
        """It breaks no plugin that was built, and is not what was frozen."""
        for what, edits in (("const", [(r"const char \*jobs_dir", "char *jobs_dir")]),
                            ("another name for a type", [("int64_t run_id", "long run_id")])):
            with self.subTest(what):
                self.assertIsNotNone(self.diff.differences(self.frozen, self.edited("run.h", edits)))

    def test_the_same_is_the_same(self):
        again = self.library("again", FROZEN_1_0)
        self.assertIsNone(self.diff.differences(self.frozen, again))
        self.assertIsNone(self.diff.more_than_growth(self.frozen, again))

    def test_what_cannot_be_compared_does_not_pass(self):
        blind = self.library("blind", FROZEN_1_0, debug="-g0")
        for function in (self.diff.differences, self.diff.more_than_growth):
            with self.assertRaises(AbidiffError):
                function(self.frozen, blind)
            with self.assertRaises(OSError):
                function(self.frozen, os.path.join(self.directory, "nowhere.so"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
