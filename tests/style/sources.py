# SPDX-License-Identifier: Apache-2.0
"""Which files are the project's: what git tracks, or all of an archive without git."""

import os
import subprocess


def files_of(top, *suffixes):
    """Paths relative to `top`, in byte order; with suffixes, those that end in one of them."""
    listing = subprocess.run(["git", "-C", top, "ls-files", "-z"], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, check=False)
    if listing.returncode == 0 and listing.stdout:
        paths = os.fsdecode(listing.stdout).strip("\0").split("\0")
    else:
        paths = []
        for directory, directories, names in os.walk(top):
            directories[:] = [name for name in directories if name not in (".git", "build")]
            paths += [os.path.relpath(os.path.join(directory, name), top) for name in names]
    return sorted(path for path in paths
                  if (not suffixes or path.endswith(suffixes)) and os.path.isfile(os.path.join(top, path)))


def text_of(top, path):
    """The file's text, None where it is not text."""
    with open(os.path.join(top, path), "rb") as file:
        content = file.read()
    if b"\0" in content:
        return None
    return content.decode("utf-8", "replace")
