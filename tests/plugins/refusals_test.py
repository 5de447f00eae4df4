# SPDX-License-Identifier: Apache-2.0
"""What the loader refuses, with the very message, and what it must load.

usage: refusals_test.py HEADGATE DIRECTORY-OF-BAD-PLUGINS [unittest's arguments]
"""

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

HEADGATE, BUILT = sys.argv[1], sys.argv[2]

# Plugin, and what the host says of it after "plugin PATH: ".
REFUSED = [
    ("wrong-magic", "is no Headgate plugin (wrong magic number)"),
    ("newer-major", "was built for interface 2.0; this Headgate has 1.0"),
    ("newer-required-minor", "needs interface 1.1 or newer; this Headgate has 1.0"),
    ("small-struct", "its struct hg_plugin has 80 bytes; interface 1.0 has 88"),
    ("returns-null", "headgate_plugin_v1 returned NULL"),
    ("null-name", "its name is NULL"),
    ("null-version", "its version is NULL"),
    ("null-description", "its description is NULL"),
    ("bad-name", r"its name '../\x1b[31mred' does not match [a-z0-9-]+"),
    ("empty-name", "its name '' does not match [a-z0-9-]+"),
    ("other-name", "holds the plugin 'somebody-else': its file must be headgate-somebody-else.so"),
    ("unknown-stage", "its stage 7 is unknown"),
    ("applier-for-other-revision",
     "built for revision 2 of the applier interface, this Headgate has revision 1: build it anew with this Headgate's headers"),
    ("option-no-room", "its option 'width' has no value between its least and its most"),
    ("null-ops", "its functions for the stage 'reporter' are missing or too few"),
    ("small-ops", "its functions for the stage 'reporter' are missing or too few"),
    ("reporter-without-create", "its reporter has no function 'create'"),
    ("reporter-without-run-finished", "its reporter has no function 'run_finished'"),
    ("reporter-without-destroy", "its reporter has no function 'destroy'"),
    ("generator-without-generate", "its generator has no function 'generate'"),
    ("scanner-without-read", "its scanner has no function 'read'"),
    ("validator-without-validate", "its validator has no function 'validate'"),
    ("applier-without-apply", "its applier has no function 'apply'"),
    ("option-null-table", "its table of 3 options is broken"),
    ("option-too-many", "its table of 100000 options is broken"),
    ("option-small-rows", "its table of 1 options is broken"),
    ("option-uneven-rows", "option 2 of its table has no valid name or no help"),
    ("option-null-name", "option 1 of its table has no valid name or no help"),
    ("option-bad-name", "option 2 of its table has no valid name or no help"),
    ("option-null-help", "option 1 of its table has no valid name or no help"),
    ("option-unknown-type", "its option 'shape' has the unknown type 8"),
    ("option-choice-of-nothing", "its option 'shape' is a choice of nothing"),
    ("rule-null-table", "its table of 2 rules is broken"),
    ("rule-too-many", "its table of 1025 rules is broken"),
    ("rule-small-rows", "its table of 1 rules is broken"),
    ("rule-uneven-rows", "rule 2 of its table has no valid name or does not say what is wrong"),
    ("rule-null-name", "rule 1 of its table has no valid name or does not say what is wrong"),
    ("rule-bad-name", "rule 2 of its table has no valid name or does not say what is wrong"),
    ("rule-null-what", "rule 1 of its table has no valid name or does not say what is wrong"),
    ("no-symbol", "is no Headgate plugin: no function headgate_plugin_v1"),
    ("undefined-symbol", "cannot be loaded: undefined symbol: no_library_has_this"),
]

LOADED = ["plain", "reporter-for-later-minor", "rule-later-rows", "validator-for-later-minor",
          "validator-without-worker"]


def loaded_bytes(content):
    """How much of a 64-bit ELF file its program headers have the loader map."""
    (table,) = struct.unpack_from("=Q", content, 32)
    entry_size, count = struct.unpack_from("=HH", content, 54)
    end = 0
    for entry in range(table, table + count * entry_size, entry_size):
        kind, _, offset, _, _, size = struct.unpack_from("=IIQQQQ", content, entry)
        if kind == 1:  # PT_LOAD
            end = max(end, offset + size)
    return end


class PluginCase(unittest.TestCase):
    def setUp(self):
        # A short path, whatever TMPDIR is: messages cut long ones.
        self.directory = tempfile.mkdtemp(prefix="hg-", dir="/tmp")
        self.addCleanup(shutil.rmtree, self.directory)

    def copy_of(self, name, target=None):
        path = os.path.join(self.directory, f"headgate-{target or name}.so")
        shutil.copyfile(os.path.join(BUILT, f"headgate-{name}.so"), path)
        os.chmod(path, 0o644)
        return path

    def headgate(self, *arguments):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("HEADGATE_") and name not in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        environment["HOME"] = self.directory
        return subprocess.run([HEADGATE, *arguments], cwd=self.directory, env=environment, timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)

    def assert_refused(self, path, message):
        done = self.headgate("plugin", "check", path)
        self.assertEqual(done.stderr, f"headgate: plugin {path}: {message}\n")
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.returncode, 1)

    def assert_loaded(self, path):
        done = self.headgate("plugin", "show", path)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 0)
        return done.stdout


class Refusals(PluginCase):
    def test_each_has_its_own_message(self):
        for name, message in REFUSED:
            with self.subTest(name):
                self.assert_refused(self.copy_of(name), message)

    def test_the_table_is_complete(self):
        built = {name[len("headgate-"):-len(".so")] for name in os.listdir(BUILT) if name.endswith(".so")}
        self.assertEqual(built, {name for name, _ in REFUSED} | set(LOADED))

    def test_what_is_missing(self):
        self.assert_refused(os.path.join(self.directory, "headgate-plain.so"), "No such file or directory")

    def test_writable_by_group_or_others(self):
        for mode in (0o664, 0o646, 0o666):
            with self.subTest(oct(mode)):
                path = self.copy_of("plain")
                os.chmod(path, mode)
                self.assert_refused(path, "is writable by group or others: chmod go-w it")

    @unittest.skipIf(os.geteuid() != 0, "only root can give a file away")
    def test_a_file_of_somebody_else(self):
        path = self.copy_of("plain")
        os.chown(path, 12345, 12345)
        self.assert_refused(path, "belongs to user 12345, not to you or root")

    @unittest.skipIf(os.geteuid() == 0, "root may read anything")
    def test_an_unreadable_file(self):
        path = self.copy_of("plain")
        os.chmod(path, 0)
        self.assert_refused(path, "Permission denied")

    def test_a_symbolic_link(self):
        target = self.copy_of("plain")
        link = os.path.join(self.directory, "link", "headgate-plain.so")
        os.mkdir(os.path.dirname(link))
        os.symlink(target, link)
        self.assert_refused(link, "is a symbolic link; name the file itself")
        os.unlink(target)
        self.assert_refused(link, "is a symbolic link; name the file itself")

    def test_what_is_no_regular_file(self):
        path = os.path.join(self.directory, "headgate-plain.so")
        os.mkdir(path)
        self.assert_refused(path, "is not a regular file")
        os.rmdir(path)
        os.mkfifo(path, 0o600)  # nobody writes into it: opening must not wait
        self.assert_refused(path, "is not a regular file")
        self.assert_refused("/dev/null", "is not a regular file")

    def test_a_name_that_is_no_name(self):
        for name in ("Plain", "../plain", "plain.so", "x" * 300, "a b", "--", "", "헤드"):
            with self.subTest(name):
                done = self.headgate("plugin", "show", "--", name)
                self.assertNotEqual(done.returncode, 0)
                self.assertEqual(done.stdout, "")
                self.assertIn("headgate: ", done.stderr)

    def test_text_that_is_called_so(self):
        for content in (b"#!/bin/sh\necho loaded\n", b"", b"text " * 1000):
            path = os.path.join(self.directory, "headgate-plain.so")
            with open(path, "wb") as file:
                file.write(content)
            os.chmod(path, 0o644)
            self.assert_refused(path, "is no shared object")

    def test_another_machine(self):
        path = self.copy_of("plain")
        with open(path, "r+b") as file:
            file.seek(18)  # e_machine
            file.write((0x1234).to_bytes(2, sys.byteorder))
        done = self.headgate("plugin", "check", path)
        self.assertTrue(done.stderr.startswith(f"headgate: plugin {path}: cannot be loaded: "), done.stderr)
        self.assertEqual(done.returncode, 1)

    @unittest.skipIf(sys.maxsize < 2**32, "reads the headers of 64-bit files")
    def test_a_file_that_was_cut(self):
        """A copy that broke off. The system's loader would be killed by it."""
        path = self.copy_of("plain")
        with open(path, "rb") as file:
            content = file.read()
        end = loaded_bytes(content)
        for length in (end - 1, end // 2, 100):
            with self.subTest(f"{length} of {end} bytes"):
                with open(path, "wb") as file:
                    file.write(content[:length])
                self.assert_refused(path, "was cut off: copy or build it again")
        with open(path, "wb") as file:
            file.write(content[:end])  # what nobody loads may be missing: debug information
        self.assert_loaded(path)


class Loaded(PluginCase):
    def test_each_is_fine(self):
        for name in LOADED:
            with self.subTest(name):
                self.assertIn(name, self.assert_loaded(self.copy_of(name)))

    def test_from_the_plugin_directory_by_its_name(self):
        self.copy_of("plain")
        done = self.headgate("plugin", "show", "plain", "--plugin-dir", self.directory)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Does nothing", done.stdout)

    def test_a_name_that_is_nearly_right(self):
        """Whatever else lies in the directories is no suggestion."""
        self.copy_of("plain")
        for word, end in (("plian", ": did you mean 'plain'?\n"), ("reprot-tap", ": did you mean 'report-tap'?\n"),
                          ("headgate-plain", "")):
            with self.subTest(word):
                done = self.headgate("plugin", "show", word, "--plugin-dir", self.directory)
                self.assertEqual(done.returncode, 1)
                self.assertIn("plugin '%s' was not found in " % word, done.stderr)
                self.assertTrue(done.stderr.endswith(end), done.stderr)
                self.assertEqual(bool(end), "did you mean" in done.stderr)

    def test_the_working_directory_is_no_plugin_directory(self):
        self.copy_of("plain")
        done = self.headgate("plugin", "show", "plain")
        self.assertEqual(done.returncode, 1)
        self.assertIn("headgate: plugin 'plain' was not found in ", done.stderr)

    def test_a_directory_that_is_a_link(self):
        """Only the file itself may not be one: distributions link whole directories."""
        path = self.copy_of("plain")
        link = self.directory + "/linked"
        os.symlink(self.directory, link)
        self.assert_loaded(os.path.join(link, os.path.basename(path)))

    def test_a_file_of_root_or_of_the_user(self):
        path = self.copy_of("plain")
        for mode in (0o400, 0o444, 0o555, 0o755):
            os.chmod(path, mode)
            self.assert_loaded(path)

    def test_options_of_a_later_minor(self):
        path = self.copy_of("reporter-for-later-minor")
        shown = self.headgate("plugin", "show", path)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for text in ("width", "80", "colour", "green", "red,green"):
            self.assertIn(text, shown.stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
