# SPDX-License-Identifier: Apache-2.0
"""Two builds in different directories are the same, byte for byte: shown with one plugin and the libraries in it."""

import os
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.environ["HEADGATE_SOURCE"]
BUILT = ("CMakeLists.txt", "docs/man", "host", "include", "lib", "packaging", "plugins", "schemas", "CHANGELOG.md")


def build(top):
    """Copies the sources there and builds the plugin, without a cache; returns its bytes."""
    source = os.path.join(top, "source")
    os.makedirs(source)
    for name in BUILT:
        path = os.path.join(SOURCE, name)
        if os.path.isdir(path):
            shutil.copytree(path, os.path.join(source, name))
        else:
            shutil.copy(path, source)
    tree = os.path.join(source, "build")
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    for command in (
        (os.environ["CMAKE"], "-G", "Ninja", "-S", source, "-B", tree, "-DBUILD_TESTING=OFF",
         "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_C_COMPILER=" + os.environ["CC"]),
        (os.environ["CMAKE"], "--build", tree, "--target", "plugin-report-tap"),
    ):  # fmt: skip
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(tree, "lib/headgate/headgate-report-tap.so"), "rb") as file:
        return file.read()


class Reproducible(unittest.TestCase):
    def test_two_builds_are_equal(self):
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory(suffix="-elsewhere") as second:
            one = build(first)
            self.assertNotIn(first.encode(), one)
            self.assertEqual(one, build(os.path.join(second, "deeper")))


if __name__ == "__main__":
    unittest.main()
