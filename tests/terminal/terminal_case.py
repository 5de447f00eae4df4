# SPDX-License-Identifier: Apache-2.0
"""Headgate on a terminal of a given width, as a person sees it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

from headgate_case import BINARY, HeadgateCase


class TerminalCase(HeadgateCase):
    def on_terminal(self, columns, *arguments, **environment):
        """Runs it to its end with standard output and error on one terminal. Returns exit code and all
        that was written there, with the lines' ends as a file has them."""
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            [BINARY, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
            cwd=self.work,
            env={**self.environment, "TERM": "xterm", "NO_COLOR": "1", **environment},
        )
        os.close(terminal)
        written = b""
        while True:
            try:
                piece = os.read(controller, 65536)
            except OSError:  # EIO: nobody has the terminal any more
                break
            if not piece:
                break
            written += piece
        os.close(controller)
        return process.wait(), written.decode("utf-8").replace("\r\n", "\n")

    def assert_fits(self, columns, text):
        """No line is longer than the terminal is wide, but for words that are."""
        for line in re.sub(r"[^\n]*\r\x1b\[K", "", text).splitlines():
            self.assertTrue(len(line) <= columns or len(line.split()) == 1, line)
