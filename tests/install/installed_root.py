# SPDX-License-Identifier: Apache-2.0
"""An installation in the home of somebody who has nothing else of Headgate's.

The build tree is installed with the prefix ~/.local of a home in a temporary directory, the way
README.md says. What runs there finds headgate in that installation, a made-up kubectl, and the
system; where the system allows it, the source and build trees are not even visible.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"

# Mounts an empty, read-only directory over each of the trees, and goes on as the program that follows.
HIDE = """
while [ "$1" != -- ]; do mount -t tmpfs -o mode=0555,ro,size=4k none "$1" || exit 97; shift; done
shift
exec "$@"
"""


class InstalledRoot:
    """Context manager: makes it, and removes it."""

    def __init__(self, cmake, source, build, libdir, kubectl):
        self.cmake, self.libdir = cmake, libdir
        self.source, self.build, self.kubectl = (pathlib.Path(path).resolve() for path in (source, build, kubectl))

    def __enter__(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="headgate-root-")).resolve()
        try:
            self._fill()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        shutil.rmtree(self.top)

    def _fill(self):
        self.home = self.top / "home"
        self.prefix = self.home / ".local"
        cluster = self.top / "cluster"
        for directory in (self.home, cluster):
            directory.mkdir()
        shutil.copy(self.kubectl, cluster / "kubectl")
        self.script = cluster / "script"
        self.script.write_text("", encoding="utf-8")
        self.environment = {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": f"{self.prefix}/bin:{cluster}:{SYSTEM_PATH}",
            "PKG_CONFIG_PATH": str(self.prefix / self.libdir / "pkgconfig"),
            "FAKE_KUBECTL_SCRIPT": str(self.script),
            **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")
               if name in os.environ},
        }
        # CMake writes down what it installed, in the build tree and under one name: two tests that install
        # at the same time may take each other's list, which nobody reads here.
        subprocess.run([self.cmake, "--install", str(self.build), "--prefix", str(self.prefix)], check=True,
                       env={"PATH": SYSTEM_PATH, "HOME": str(self.home)}, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)
        self.wrapper = self._wrapper()

    def _wrapper(self):
        """What to put before a command so that it cannot see the trees; empty where that is not allowed."""
        hidden = [str(tree) for tree in (self.source, self.build)]
        # An inner one vanishes with the outer one.
        if hidden[1].startswith(hidden[0] + "/"):
            hidden.pop()
        if any(str(self.top).startswith(tree + "/") for tree in hidden):
            return []
        # Not in a user namespace: there the system's programs belong to nobody, and Headgate would not run one.
        wrapper = ["unshare", "--mount", "--", "/bin/sh", "-c", HIDE, "sh", *hidden, "--"]
        try:
            trial = subprocess.run([*wrapper, "/bin/sh", "-c", f'test ! -e "{self.source}/README.md"'],
                                   env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, check=False)
        except OSError:
            return []
        return wrapper if trial.returncode == 0 else []

    def is_hidden(self):
        """Whether what runs here is kept from seeing the source and build trees."""
        return bool(self.wrapper)

    def start(self, command, **more):
        """A subprocess.Popen of it, in the home unless told otherwise."""
        more.setdefault("cwd", self.home)
        environment = {**self.environment, **more.pop("environment", {})}
        # The umask of many distributions' users: files that the group may write.
        return subprocess.Popen([*self.wrapper, *command], env=environment, umask=0o002, **more)

    def run(self, *command, **more):
        """A subprocess.CompletedProcess of it, with what it wrote as text."""
        with self.start(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                        text=True, errors="replace", **more) as process:
            output, error = process.communicate(timeout=300)
        return subprocess.CompletedProcess(command, process.returncode, output, error)
