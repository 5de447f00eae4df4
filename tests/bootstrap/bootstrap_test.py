# SPDX-License-Identifier: Apache-2.0
"""What ./bootstrap does on machines that lack something, played with programs that only note how
they were called: nothing is installed or built.

usage: bootstrap_test.py BOOTSTRAP [unittest's arguments]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BOOTSTRAP = sys.argv[1]

# Real programs that the script may count on anywhere.
SHELL_TOOLS = ["sh", "dirname", "env", "cat"]

# What makes a package count as installed: the programs in it, or the name that pkg-config asks for.
PROGRAMS = {
    "build-essential": ["gcc", "g++", "make"],
    "cmake": ["cmake"],
    "ninja-build": ["ninja"],
    "pkg-config": ["pkg-config"],
    "sqlite3": ["sqlite3"],
    "clang": ["clang", "clang++"],
    "clang-format": ["clang-format"],
    "valgrind": ["valgrind"],
    "python3": ["python3"],
    "libxml2-utils": ["xmllint"],
    "chromium-headless-shell": ["chromium-headless-shell"],
    "perl": ["prove"],
    "cmark-gfm": ["cmark-gfm"],
    "jq": ["jq"],
    "mandoc": ["mandoc"],
    "groff-base": ["groff"],
    "zsh": ["zsh"],
    "fish": ["fish"],
    "file": ["file"],
    "lintian": ["lintian"],
    "man-db": ["man"],
    "abigail-tools": ["abidiff"],
}
MARKED = ["libyaml-dev", "libsqlite3-dev", "libjansson-dev", "libgcrypt20-dev", "libcurl4-openssl-dev", "libcmocka-dev", "libclang-rt-dev",
          "python3-yaml", "python3-jsonschema", "python3-junitparser", "python3-prometheus-client"]
FOR_RUN = ["build-essential", "cmake", "ninja-build", "pkg-config", "libyaml-dev", "libsqlite3-dev", "libjansson-dev",
           "libgcrypt20-dev", "libcurl4-openssl-dev", "sqlite3"]
FOR_TEST = [*PROGRAMS, *MARKED]

NOTE = '#!/bin/sh\necho "$(basename "$0") $*" >>"$MACHINE/calls"\n'
STUBS = {
    # Answers by what is marked as installed.
    "pkg-config": """case $2 in
yaml-0.1) test -e "$MACHINE/libyaml-dev" ;;
sqlite3) test -e "$MACHINE/libsqlite3-dev" ;;
jansson) test -e "$MACHINE/libjansson-dev" ;;
libgcrypt) test -e "$MACHINE/libgcrypt20-dev" ;;
libcurl) test -e "$MACHINE/libcurl4-openssl-dev" ;;
cmocka) test -e "$MACHINE/libcmocka-dev" ;;
esac
""",
    "python3": """for module in yaml jsonschema junitparser prometheus-client; do
test -e "$MACHINE/python3-$module" || exit
done
""",
    "clang": 'cat >/dev/null; test -e "$MACHINE/libclang-rt-dev"\n',
    "cmake": 'test "$1" != --version || { echo "cmake version $CMAKE_VERSION"; exit; }\n'
             'case "$*" in $CMAKE_FAILS) exit 1 ;; esac\n',
    "ctest": 'case "$*" in $CTEST_FAILS) echo "1 tests failed out of 2"; exit 8 ;; esac\n'
             'echo "100% tests passed, 0 tests failed out of 2"\n',
    "sudo": 'AS_ROOT=yes exec "$@"\n',
    "id": 'echo "$MACHINE_USER"\n',
    "apt-get": """test "$AS_ROOT" = yes || test "$MACHINE_USER" = 0 || exit 100
case $1 in install) for package; do "$MACHINE/add" "$package"; done ;; esac
""",
}
QUIET = {"id", "pkg-config", "python3", "clang"}


class Machine:
    """A directory with a source tree, and one that is the whole PATH."""

    def __init__(self, test, packages, extra=("apt-get",), user=0):
        self.top = tempfile.mkdtemp(prefix="headgate-bootstrap-")
        test.addCleanup(shutil.rmtree, self.top)
        self.user = user
        self.path = os.path.join(self.top, "path")
        self.tree = os.path.join(self.top, "tree")
        os.makedirs(self.path)
        os.makedirs(os.path.join(self.tree, "build/release/bin"))
        shutil.copy(BOOTSTRAP, self.tree)
        for tool in [*SHELL_TOOLS, "basename", "touch", "cp", "mkdir"]:
            os.symlink(shutil.which(tool), os.path.join(self.path, tool))
        # What apt-get "installs" is lying ready in a second directory.
        self.shelf = os.path.join(self.top, "shelf")
        os.makedirs(self.shelf)
        for name in [*sum(PROGRAMS.values(), []), *STUBS, "ctest"]:
            self.write(os.path.join(self.shelf, name), ("#!/bin/sh\n" if name in QUIET else NOTE) + STUBS.get(name, ""))
        self.write(os.path.join(self.tree, "build/release/bin/headgate"), NOTE)
        add = "#!/bin/sh\ncase $1 in\n"
        for package, programs in PROGRAMS.items():
            programs = programs + (["ctest"] if package == "cmake" else [])
            copies = "; ".join(f'cp "{self.shelf}/{name}" "{self.path}/{name}"' for name in programs)
            add += f"{package}) {copies} ;;\n"
        add += f'{"|".join(MARKED)}) touch "{self.top}/$1" ;;\nesac\n'
        self.write(os.path.join(self.top, "add"), add)
        for name in ["id", *extra]:
            shutil.copy(os.path.join(self.shelf, name), self.path)
        for package in packages:
            subprocess.run([os.path.join(self.top, "add"), package], check=True)

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o755)

    def bootstrap(self, *arguments, **environment):
        return subprocess.run([os.path.join(self.tree, "bootstrap"), *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
                              env={"PATH": self.path, "MACHINE": self.top, "MACHINE_USER": str(self.user),
                                   "AS_ROOT": "no", "CMAKE_VERSION": "3.25.1\n\nCMake suite", **environment})

    def calls(self, *programs):
        try:
            with open(os.path.join(self.top, "calls"), encoding="utf-8") as file:
                return [line.rstrip("\n") for line in file if line.split()[0] in programs]
        except FileNotFoundError:
            return []


# Only /usr/bin/python3, which no PATH hides, can tell the script that these are there.
SYSTEM_HAS = ["python3-" + module.replace("_", "-") for module in ("yaml", "jsonschema", "junitparser", "prometheus_client")
              if os.path.exists("/usr/bin/python3") and
              subprocess.run(["/usr/bin/python3", "-c", "import " + module], stderr=subprocess.DEVNULL,
                             check=False).returncode == 0]


def missing_without(packages, wanted):
    return [package for package in wanted if package not in packages and package not in SYSTEM_HAS]


class Bootstrap(unittest.TestCase):
    def assert_installs(self, machine, packages):
        update, install = machine.calls("apt-get")
        self.assertEqual(update, "apt-get update")
        self.assertTrue(install.startswith("apt-get install --yes --no-install-recommends "), install)
        self.assertEqual(sorted(install.split()[4:]), sorted(packages))
        self.assertEqual(machine.calls("sudo"), [
            f"sudo {update}", f"sudo env DEBIAN_FRONTEND=noninteractive {install}"] if machine.user else [])

    def test_run_installs_what_run_needs(self):
        machine = Machine(self, [])
        done = machine.bootstrap("run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_installs(machine, FOR_RUN)

    def test_test_installs_the_rest(self):
        machine = Machine(self, FOR_RUN)
        done = machine.bootstrap("test")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_installs(machine, missing_without(FOR_RUN, FOR_TEST))

    def test_says_first_what_it_will_do(self):
        """Before apt-get is called: which packages, how much, how long. No package starts a server."""
        for word, wanted in (("run", FOR_RUN), ("test", FOR_TEST)):
            with self.subTest(word):
                machine = Machine(self, ["cmake"])
                first, second, third = machine.bootstrap(word).stdout.splitlines()[:3]
                said, _, packages = first.partition(": to be installed: ")
                self.assertEqual(("bootstrap", sorted(missing_without(["cmake"], wanted))), (said, sorted(packages.split())))
                self.assertRegex(second, r"^bootstrap: on a bare machine that is \d+ MB to fetch, \S+ .B on disk, .* minute")
                self.assertEqual("+ apt-get update", third)
                self.assertNotIn("prometheus", packages.split())
        lines = Machine(self, FOR_RUN, extra=()).bootstrap("run").stdout.splitlines()
        self.assertEqual("bootstrap: to be installed: nothing", lines[0])

    def test_not_as_root_it_uses_sudo(self):
        machine = Machine(self, ["cmake", "sqlite3"], extra=("apt-get", "sudo"), user=1000)
        done = machine.bootstrap("run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_installs(machine, missing_without(["cmake", "sqlite3"], FOR_RUN))

    def test_not_as_root_and_without_sudo_it_stops(self):
        machine = Machine(self, [], user=1000)
        done = machine.bootstrap("run")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "bootstrap: not root, and no sudo; as root: apt-get install "
                         + " ".join(FOR_RUN) + "\n")
        self.assertEqual(machine.calls("apt-get", "cmake"), [])

    def test_without_apt_it_names_the_packages_and_stops(self):
        machine = Machine(self, ["build-essential", "cmake", "pkg-config", "libyaml-dev"], extra=())
        done = machine.bootstrap("run")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "bootstrap: install these packages first (Debian names): ninja-build "
                         "libsqlite3-dev libjansson-dev libgcrypt20-dev libcurl4-openssl-dev sqlite3\n")

    def test_without_apt_it_goes_on_where_nothing_is_missing(self):
        machine = Machine(self, FOR_RUN, extra=())
        self.assertEqual(machine.bootstrap("run").returncode, 0)
        self.assertTrue(machine.calls("headgate"))

    def test_an_installation_that_did_not_help(self):
        machine = Machine(self, FOR_RUN)
        os.unlink(os.path.join(machine.top, "libyaml-dev"))
        Machine.write(os.path.join(machine.path, "apt-get"), NOTE)
        done = machine.bootstrap("run")
        self.assertEqual(done.returncode, 1)
        self.assertIn("installed, but still not usable", done.stderr)
        self.assertIn("libyaml-dev", done.stderr)

    def test_an_older_cmake_is_not_enough(self):
        for version, exit_status in (("2.30.1", 1), ("3.24.9", 1), ("3.25.0", 0), ("3.100.0-rc1", 0), ("4.0.2", 0)):
            with self.subTest(version):
                done = Machine(self, FOR_RUN).bootstrap("run", CMAKE_VERSION=version)
                self.assertEqual(done.returncode, exit_status, done.stderr)
        self.assertIn("(cmake: 3.25 or newer): cmake\n",
                      Machine(self, FOR_RUN).bootstrap("run", CMAKE_VERSION="3.22.1").stderr)

    def test_run_shows_each_command_and_does_it(self):
        machine = Machine(self, FOR_RUN)
        done = machine.bootstrap("run")
        shown = [line[2:] for line in done.stdout.splitlines() if line.startswith("+ ")]
        self.assertEqual([line.split()[0] for line in shown],
                         ["cmake", "cmake", "build/release/bin/headgate", "sqlite3"])
        self.assertEqual(machine.calls("apt-get", "ctest"), [])
        (headgate,) = machine.calls("headgate")
        self.assertTrue(shown[2].endswith(headgate))
        self.assertNotIn("--apply", headgate)
        self.assertIn(" -DBUILD_TESTING=OFF", shown[0])  # or it would need cmocka
        self.assertIn("'SELECT ", shown[3])

    def test_test_runs_every_tree_and_ends_with_the_summary(self):
        machine = Machine(self, FOR_TEST)
        done = machine.bootstrap("test")
        self.assertEqual(done.returncode, 0, done.stderr)
        presets = [call.split()[2] for call in machine.calls("ctest")]
        self.assertEqual(presets, ["asan", "tsan", "release"])
        self.assertNotIn("--label-regex", "".join(machine.calls("ctest")))
        self.assertEqual(done.stdout.splitlines()[-1], "100% tests passed, 0 tests failed out of 2")

    def test_a_warning_is_an_error_where_it_is_asked_for(self):
        for environment, value in (({}, "OFF"), ({"HEADGATE_WERROR": "ON"}, "ON")):
            machine = Machine(self, FOR_TEST)
            self.assertEqual(machine.bootstrap("test", **environment).returncode, 0)
            configured = [call for call in machine.calls("cmake") if "--fresh" in call]
            self.assertEqual(3, len(configured))
            for call in configured:
                self.assertIn(f" -DHEADGATE_WERROR={value} ", call)
        with open(os.path.join(os.path.dirname(BOOTSTRAP), ".ci", "run"), encoding="utf-8") as script:
            self.assertIn("\nHEADGATE_WERROR=ON exec ./bootstrap test\n", script.read())

    def test_a_failure_anywhere_is_the_end(self):
        for what, pattern, ctests in (("CMAKE_FAILS", "--build --preset tsan *", 1), ("CTEST_FAILS", "--preset asan *", 1),
                                      ("CTEST_FAILS", "--preset tsan *", 2), ("CTEST_FAILS", "--preset release *", 3)):
            with self.subTest(pattern):
                machine = Machine(self, FOR_TEST)
                self.assertNotEqual(machine.bootstrap("test", **{what: pattern}).returncode, 0)
                self.assertEqual(len(machine.calls("ctest")), ctests)

    def test_any_other_word_is_wrong(self):
        for arguments in ((), ("tests",), ("--help",)):
            done = Machine(self, []).bootstrap(*arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn("usage: ./bootstrap run", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
