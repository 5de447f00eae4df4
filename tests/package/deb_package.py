# SPDX-License-Identifier: Apache-2.0
"""The Debian package of the build tree."""

import glob
import os
import subprocess
import tempfile

BUILD = os.environ["BUILD"]


def run(*command, **options):
    """What it printed. Its own failure is the test's."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, "%s: %s%s" % (" ".join(command), done.stdout, done.stderr)
    return done.stdout


def make(directory):
    """Makes it there, as careless as a umask gets; returns its path."""
    config = os.path.join(BUILD, "CPackConfig.cmake")
    previous = os.umask(0)
    try:
        run(os.environ["CPACK"], "--config", config, "-B", directory, cwd=BUILD)
    finally:
        os.umask(previous)
    (path,) = glob.glob(os.path.join(directory, "*.deb"))
    return path


def made(case):
    """One that is gone after the test's class."""
    directory = tempfile.TemporaryDirectory(prefix="headgate-deb-")
    case.addClassCleanup(directory.cleanup)
    return make(directory.name)
