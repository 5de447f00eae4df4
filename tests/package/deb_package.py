# SPDX-License-Identifier: Apache-2.0
"""The Debian package of the build tree."""

import glob
import os
import shutil
import subprocess

BUILD, PACKAGES = os.environ["BUILD"], os.environ["PACKAGES"]


def run(*command, **options):
    """What it printed. Its own failure is the test's."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, "%s: %s%s" % (" ".join(command), done.stdout, done.stderr)
    return done.stdout


def path():
    """Where the package is that was made."""
    (found,) = glob.glob(os.path.join(PACKAGES, "*.deb"))
    return found


def make():
    """Makes it anew, as careless as a umask gets; returns its path."""
    shutil.rmtree(PACKAGES, ignore_errors=True)
    os.makedirs(PACKAGES, 0o700)
    config = os.path.join(BUILD, "CPackConfig.cmake")
    previous = os.umask(0)
    try:
        run(os.environ["CPACK"], "--config", config, "-B", PACKAGES, cwd=BUILD)
    finally:
        os.umask(previous)
    return path()
