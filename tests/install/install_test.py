# SPDX-License-Identifier: Apache-2.0
"""An installation holds what it should, works wherever it lies, and serves those who write plugins.

usage: install_test.py CMAKE SOURCE BUILD LIBDIR C-COMPILER PLUGINS [unittest's arguments]

PLUGINS are the names of the bundled plugins, comma-separated, as CMake has them.
"""

import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

import links

CMAKE, SOURCE, BUILD, LIBDIR, COMPILER = sys.argv[1:6]
PLUGINS = sys.argv[6].split(",")
CONSUMER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "consumer")
SCRIPTS = tuple("share/doc/headgate/examples/" + name
                for name in ("generator/shards.py", "reporter-exec/failed.sh", "reporter-exec/summary.py"))


def run(command, umask=0o022, **environment):
    """Runs it with nothing of Headgate's in the environment. Returns its standard output."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("HEADGATE_", "XDG_", "CMAKE_", "PKG_CONFIG", "DESTDIR"))}
    done = subprocess.run(command, env={**clean, **environment}, umask=umask, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def tracked_below(folder):
    """What belongs to the project, whatever somebody built there: what git tracks, or all of an archive."""
    listing = subprocess.run(["git", "-C", SOURCE, "ls-files", "-z", folder], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True, check=False)
    if listing.returncode == 0 and listing.stdout:
        return listing.stdout.strip("\0").split("\0")
    return [f"{folder}/{path}" for path in files_below(os.path.join(SOURCE, folder))]


def files_below(top):
    return sorted(os.path.relpath(os.path.join(directory, name), top)
                  for directory, _, names in os.walk(top) for name in names)


def sources_below(folder, *suffixes):
    return [path for path in files_below(os.path.join(SOURCE, folder)) if path.endswith(suffixes)]


class Installed(unittest.TestCase):
    """Installs once, and moves the whole to another place."""

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="headgate-install-")
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        first = os.path.join(cls.directory, "first")
        # As careless as a umask gets: what is installed may all the same be written by its owner only.
        run([CMAKE, "--install", BUILD, "--prefix", first], umask=0)
        cls.installed = files_below(first)
        cls.prefix = os.path.join(cls.directory, "moved here", "opt")
        os.mkdir(os.path.dirname(cls.prefix))
        os.rename(first, cls.prefix)
        cls.headgate = os.path.join(cls.prefix, "bin", "headgate")
        cls.home = os.path.join(cls.directory, "home")
        os.mkdir(cls.home)

    def dry_run(self, headgate, *arguments):
        """The main job on the examples; returns what it printed."""
        jobs = tempfile.mkdtemp(prefix="jobs-", dir=self.directory)
        session = os.path.join(SOURCE, "examples", "session")
        return run([headgate, "run", "--orchestrator-config", os.path.join(session, "orchestrator.yaml"),
                    "--k8s-config", os.path.join(session, "kubernetes.yaml"), "--jobs-dir", jobs,
                    "--history", os.path.join(jobs, "history.db"), *arguments], HOME=self.home)


class Installation(Installed):
    def test_holds_what_it_should(self):
        documents = "share/doc/headgate/"
        expected = ["bin/headgate", "bin/kubectl-headgate"]
        expected += [f"share/man/man{page[-1]}/{page}" for page in files_below(os.path.join(BUILD, "man"))]
        expected += [f"share/{path}" for path in ("bash-completion/completions/headgate", "zsh/site-functions/_headgate",
                                                  "fish/vendor_completions.d/headgate.fish")]
        expected += [f"{LIBDIR}/headgate/headgate-{name}.so" for name in PLUGINS]
        expected += ["include/" + path for path in sources_below("include", ".h")]
        expected += ["share/headgate/" + path for path in sources_below("schemas", ".sql", ".tsv", ".schema.json")]
        expected += [documents + name for name in ("README.md", "LICENSE", "plugins/README.md", "include/headgate/ABI.md")]
        expected += [f"{documents}docs/{path}" for path in sources_below("docs", ".md")]
        expected += [documents + path for path in tracked_below("examples")]
        expected += [f"{LIBDIR}/pkgconfig/headgate.pc"]
        expected += [f"{LIBDIR}/cmake/Headgate/{name}" for name in (
            "HeadgateConfig.cmake", "HeadgateConfigVersion.cmake", "HeadgateAddPlugin.cmake", "plugin.map")]
        self.assertEqual(self.installed, sorted(expected))

    def test_only_its_owner_may_write_it_and_only_programs_are_executed(self):
        for path in self.installed:
            mode = os.stat(os.path.join(self.prefix, path)).st_mode
            self.assertFalse(mode & (stat.S_IWGRP | stat.S_IWOTH), path)
            if not path.endswith(".so"):
                self.assertEqual(bool(mode & stat.S_IXOTH), path in ("bin/headgate", "bin/kubectl-headgate") or path in SCRIPTS, path)

    def test_no_file_knows_where_it_was_built_or_installed(self):
        for path in self.installed:
            if path.endswith((".pc", ".cmake")):
                with open(os.path.join(self.prefix, path), encoding="utf-8") as file:
                    text = file.read()
                for place in (SOURCE, BUILD, self.directory):
                    self.assertNotIn(place, text, path)

    def test_links_of_its_pages_lead_to_what_is_installed(self):
        documents = pathlib.Path(self.prefix, "share/doc/headgate")
        pages = list(documents.rglob("*.md"))
        self.assertIn(documents / "docs/history.md", pages)
        self.assertEqual([], [problem for page in pages for problem in links.broken(page, documents)])

    def test_finds_its_plugins_after_it_was_moved(self):
        listing = run([self.headgate, "plugin", "list"], HOME=self.home)
        for name in PLUGINS:
            self.assertIn(name, listing)
        self.assertIn("Skipped (dry-run):       2\n", self.dry_run(self.headgate))

    def test_finds_its_plugins_when_called_through_a_link(self):
        link = os.path.join(self.directory, "link-to-headgate")
        os.symlink(self.headgate, link)
        self.assertIn("Skipped (dry-run):       2\n", self.dry_run(link))

    def test_finds_its_plugins_below_destdir(self):
        root = os.path.join(self.directory, "root")
        run([CMAKE, "--install", BUILD, "--prefix", "/opt/headgate"], DESTDIR=root)
        self.assertEqual(files_below(os.path.join(root, "opt", "headgate")), self.installed)
        self.assertIn("Skipped (dry-run):       2\n",
                      self.dry_run(os.path.join(root, "opt", "headgate", "bin", "headgate")))


class PluginAuthor(Installed):
    def pkg_config(self, *arguments):
        path = os.path.join(self.prefix, LIBDIR, "pkgconfig")
        return run(["pkg-config", *arguments, "headgate"], PKG_CONFIG_PATH=path).strip()

    def variable(self, name):
        return self.pkg_config("--variable=" + name).replace("\\", "")

    def test_pkg_config_says_where_things_are(self):
        self.assertIn(f" {self.pkg_config('--modversion')} ", run([self.headgate, "--version"]))
        self.assertEqual(os.path.realpath(self.variable("plugindir")), os.path.join(self.prefix, LIBDIR, "headgate"))
        self.assertTrue(os.path.isfile(self.variable("version_script")))
        self.assertTrue(os.path.isdir(self.variable("schemadir")))
        self.assertEqual((self.variable("abi_major"), self.variable("abi_minor")), ("1", "0"))

    def test_a_plugin_from_pkg_config_and_a_compiler(self):
        plugin = os.path.join(self.directory, "headgate-report-count.so")
        include = self.variable("includedir")
        run([COMPILER, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fPIC", "-shared",
             "-fvisibility=hidden", "-I" + include, os.path.join(CONSUMER, "report_count.c"), "-o", plugin])
        self.assertIn("report-count", run([self.headgate, "plugin", "show", plugin], HOME=self.home))

    def test_plugins_from_find_package(self):
        build = os.path.join(self.directory, "consumer")
        run([CMAKE, "-S", CONSUMER, "-B", build, "-DCMAKE_PREFIX_PATH=" + self.prefix])
        # Debian's and Ubuntu's users may have a umask that lets the group write.
        run([CMAKE, "--build", build], umask=0o002)
        with open(os.path.join(build, "found.txt"), encoding="utf-8") as file:
            self.assertEqual(file.read().splitlines(),
                             [self.headgate, os.path.join(self.prefix, LIBDIR, "headgate"), "1.0"])
        for name in ("count", "names"):
            plugin = os.path.join(build, f"headgate-report-{name}.so")
            symbols = run(["nm", "--dynamic", "--defined-only", "--format=posix", plugin])
            self.assertEqual([line.split()[0] for line in symbols.splitlines()], ["headgate_plugin_v1"])
        report = self.dry_run(self.headgate, "--plugin-dir", build, "--reporter", "count", "--reporter", "names")
        self.assertIn("skipped: 2\n", report)
        self.assertIn("arb-tuning-", report)

    def test_another_major_is_not_found(self):
        source = os.path.join(self.directory, "other-major")
        os.mkdir(source)
        with open(os.path.join(source, "CMakeLists.txt"), "w", encoding="utf-8") as file:
            file.write("cmake_minimum_required(VERSION 3.25)\nproject(Other LANGUAGES C)\n"
                       "find_package(Headgate 2 REQUIRED)\n")
        with self.assertRaisesRegex(AssertionError, "compatible with requested version"):
            run([CMAKE, "-S", source, "-B", source + "/build", "-DCMAKE_PREFIX_PATH=" + self.prefix])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[7:]])
