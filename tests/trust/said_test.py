# SPDX-License-Identifier: Apache-2.0
"""What is said is so, and is said once."""

import os
import re
import unittest

from headgate_case import K8S_CONFIG, SOURCE, HeadgateCase
from job_files import job, write_jobs

ENABLED = "APPLY MODE ENABLED"
APPLY = ("apply", "--jobs-dir", "jobs", "--apply")
PAGES = ("README.md", "plugins/README.md", "include/headgate/ABI.md", "docs", "examples")  # as packaging/ installs them


class Said(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), 2)

    def refuse(self, *flags):
        outcome = self.expect(1, *APPLY, *flags)
        self.assertIn("Mode: APPLY\n", outcome.err)
        self.assertNotIn(ENABLED, outcome.err)

    def test_apply_mode_is_enabled_only_where_nothing_was_refused(self):
        self.refuse("--confirm-context", "prod")
        self.script("* fail 1 Error from server (Forbidden): jobs.batch is forbidden")
        self.refuse("--preflight")
        self.write("jobs/bad.yaml", job(5).replace("kind: Job", "kind: Job\nnonsense: 1"))
        self.refuse()
        self.write(".kube", "{")
        os.remove(self.path("jobs/bad.yaml"))
        self.environment["KUBECONFIG"] = ".kube"
        self.refuse()

    def test_where_it_is_enabled_the_order_is_the_guides(self):
        self.script("* ok")
        words = re.findall("Mode: APPLY|%s|Found 2|Executing apply plan" % ENABLED, self.expect(0, *APPLY).err)
        self.assertEqual(["Mode: APPLY", ENABLED, "Found 2", "Executing apply plan"], words)

    def test_each_error_of_a_configuration_has_its_line_and_the_first_ends_the_run(self):
        self.write("o.yaml", "session_id: 3\nfoo: 1\n")
        outcome = self.expect(1, "generate", "--orchestrator-config", "o.yaml", "--k8s-config", K8S_CONFIG,
                              "--output-dir", "out")
        self.assertEqual(1, outcome.err.count("[D29_K8S] o.yaml:1:13: session_id must be text"))
        self.assertRegex(outcome.err, r"headgate: \d+ errors, the first at o.yaml:1:13: session_id must be text")
        outcome = self.expect(1, "generate", "--orchestrator-config", "gone", "--k8s-config", K8S_CONFIG,
                              "--output-dir", "out")
        self.assertEqual(["headgate: gone: cannot be read: No such file or directory"], re.findall(".*No such file.*", outcome.err))
        self.write("t.yaml", job(5))
        self.write("s.yaml", "parameters: {b: [1]}\n")
        sweep = ("generate", "--template", "t.yaml", "--sweep", "s.yaml", "--output-dir", "out")
        self.assertEqual(1, self.expect(1, *sweep).err.count("b is nowhere in the template"))
        outcome = self.expect(1, *sweep, "--set-parameter", "a=1")
        self.assertEqual(["[D29_K8S] s.yaml:1:14", "[D29_K8S] --set-parameter", "headgate: 2 errors, the first at s.yaml:1:14"],
                         re.findall("(.*): [ab] is nowhere", outcome.err))  # fmt: skip

    def test_no_installed_page_has_a_dead_link(self):
        installed = set()
        for page in PAGES:
            top = os.path.join(SOURCE, page)
            found = [top] if os.path.isfile(top) else [os.path.join(folder, name) for folder, _, names in os.walk(top)
                                                       for name in names if "/man" not in folder]
            installed.update(os.path.relpath(path, SOURCE) for path in found)
        installed.add("LICENSE")
        folders = {os.path.dirname(path) for path in installed}
        for page in sorted(path for path in installed if path.endswith(".md")):
            with open(os.path.join(SOURCE, page), encoding="utf-8") as file:
                text = re.sub(r"```.*?```", "", file.read(), flags=re.S)
            for link in re.findall(r"\]\(([^)#\s]+)", text):
                if re.match("[a-z]+:", link):
                    continue
                aim = os.path.normpath(os.path.join(os.path.dirname(page), link))
                self.assertTrue(aim in installed or aim in folders, "%s: %s" % (page, link))


if __name__ == "__main__":
    unittest.main()
