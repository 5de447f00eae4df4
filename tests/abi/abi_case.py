# SPDX-License-Identifier: Apache-2.0
"""What the tests of old and new plugins stand on.

Set by CMake, beside what headgate_case.py needs:

    ABI_PLUGINS   the directory with the sets of plugins: 1.0, today, later (plugins/CMakeLists.txt)
"""

import os
import re

from headgate_case import UPDATE_GOLDEN, HeadgateCase

PLUGINS = os.environ["ABI_PLUGINS"]
HERE = os.path.dirname(os.path.abspath(__file__))


def _minor():
    with open(os.path.join(os.environ["HEADGATE_SOURCE"], "include", "headgate", "abi.h"), encoding="utf-8") as file:
        return int(re.search(r"^#define HG_ABI_MINOR (\d+)u$", file.read(), re.M).group(1))


MINOR = _minor()

# What differs from run to run, or from minor to minor, where it is what it must be.
_NORMAL = (
    (re.compile(r"(?m)^( *hg_host\.abi_minor =) %d$" % MINOR), r"\1 MINOR"),
    (re.compile(r"(?m)^( *hg_result\.duration_ms =) \d+$"), r"\1 MS"),
)


class AbiCase(HeadgateCase):
    def plugin(self, plugin_set, name):
        return os.path.join(PLUGINS, plugin_set, "headgate-%s.so" % name)

    def normal_fields(self, text):
        text = self.normal(text)
        for pattern, replacement in _NORMAL:
            text = pattern.sub(replacement, text)
        return text

    def assert_golden_fields(self, name, text):
        path = os.path.join(HERE, "golden", name)
        if UPDATE_GOLDEN:
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        with open(path, encoding="ascii") as file:
            self.assertEqual(file.read(), text, "golden file %s" % name)

    def assert_refused(self, plugin_set, name, message):
        outcome = self.run_headgate("plugin", "check", self.plugin(plugin_set, name))
        self.assertEqual(1, outcome.code, str(outcome))
        self.assertIn("headgate-%s.so: %s" % (name, message), outcome.out + outcome.err)

    def assert_accepted(self, plugin_set, name):
        outcome = self.run_headgate("plugin", "show", self.plugin(plugin_set, name))
        self.assertEqual(0, outcome.code, str(outcome))
        return outcome.out
