# SPDX-License-Identifier: Apache-2.0
"""The package is installed, used and removed with dpkg, in a root of its own: this system's, with whatever changes
kept apart in memory. Skipped where that root cannot be made, which takes root's rights and overlayfs."""

import os
import subprocess
import sys
import tempfile
import unittest

import deb_package

SKIPPED = 77

# Words: the directory to mount on; the package; a script to run there.
IN_A_ROOT_OF_ITS_OWN = """
set -e
mount -t tmpfs none "$1"
cd "$1"
mkdir upper work root
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" root
mount --rbind /proc root/proc
mount --rbind /dev root/dev
cp "$2" root/headgate.deb
chroot root /bin/sh -ec "$3" </dev/null
"""

# dpkg itself says which dependency is not there. Triggers of others would take a minute.
USE = """
export HOME=/root LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
! command -v headgate >/dev/null
find /etc /usr | sort >/before
dpkg --no-triggers -i /headgate.deb >/dev/null 2>&1 || { dpkg --no-triggers -i /headgate.deb; exit 1; }
headgate -V
test "$(headgate plugin list | grep -c /usr/lib)" -ge 16
cd /tmp
headgate run --orchestrator-config /usr/share/doc/headgate/examples/session/orchestrator.yaml \
  --k8s-config /usr/share/doc/headgate/examples/session/kubernetes.yaml --jobs-dir jobs -q
man headgate-apply | grep -m 1 'headgate-apply - '
pkg-config --variable=plugindir headgate | xargs test -d
bash -ic '. /usr/share/bash-completion/completions/headgate; complete -p headgate' 2>/dev/null
dpkg -V headgate
dpkg --no-triggers --purge headgate >/dev/null 2>&1
! test -e /usr/bin/headgate
rm -rf /tmp/jobs
find /etc /usr | sort | diff /before - && echo nothing is left
"""


def in_root(package, script):
    with tempfile.TemporaryDirectory(prefix="headgate-root-") as directory:
        return subprocess.run(["unshare", "--mount", "sh", "-c", IN_A_ROOT_OF_ITS_OWN, "sh", directory, package, script],
                              capture_output=True, text=True, check=False)  # fmt: skip


class Installed(unittest.TestCase):
    def test_installed_used_and_removed(self):
        done = in_root(deb_package.path(), USE)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("Skipped (dry-run):       2\n", done.stdout)
        self.assertIn("headgate-apply - ", done.stdout)
        self.assertIn("complete -F _headgate headgate", done.stdout)
        self.assertTrue(done.stdout.endswith("nothing is left\n"), done.stdout)


if __name__ == "__main__":
    if in_root("/dev/null", "! command -v headgate").returncode != 0:
        print("skipped: no root of its own can be made here, or headgate is installed already")
        sys.exit(SKIPPED)
    unittest.main()
