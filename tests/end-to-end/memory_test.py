# SPDX-License-Identifier: Apache-2.0
"""One way through every command and every reporter, for valgrind: no use of memory that nobody wrote, which the
sanitizers do not see, and no leak. What the commands do is promised by the other tests."""

import unittest

from headgate_case import K8S_CONFIG, ORCHESTRATOR_CONFIG, HeadgateCase
from job_files import job, write_jobs

REPORTERS = ("github", "html", "json", "junit", "markdown", "prometheus", "sarif", "tap", "text")
ALL = [word for name in REPORTERS for word in ("--reporter", "%s=%s.out" % (name, name))]
WRONG = {
    "cut.yaml": b"apiVersion: batch/v1\nkind: Job\nmetadata: {name: [",
    "odd.yaml": job(7).replace("image: ", "imagee: ").replace("backoffLimit: 0", "backoffLimit: 1.5"),
    "bytes.yaml": b"\xff\xfe\0name: \x1b[31m",
    "empty.yaml": b"",
    "list.yaml": "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n",
}


class Memory(HeadgateCase):
    def test_from_the_session_to_the_history(self):
        self.expect(0, "generate", "--orchestrator-config", ORCHESTRATOR_CONFIG, "--k8s-config", K8S_CONFIG,
                    "--output-dir", "jobs")
        self.expect(0, "plan", "--jobs-dir", "jobs", "--save", "plan.json")
        self.expect(0, "apply", "--plan", "plan.json", *ALL)
        self.script("*worker-2-1.yaml fail 1 error: \\xffnot today", "* ok")
        self.expect(1, "apply", "--jobs-dir", "jobs", "--apply", "--output-report", "report.txt", *ALL)
        self.script("* ok")
        self.expect(0, "resume", "--batch", "2", "-o", "json")
        for command in (("list",), ("show", "2"), ("diff", "1", "2")):
            self.expect(0, "history", *command)

    def test_what_is_wrong(self):
        write_jobs(self.path("jobs"), 1)
        for name, text in WRONG.items():
            self.write("jobs/" + name, text)
        self.expect(1, "validate", "--jobs-dir", "jobs", "--output-plan", "plan.txt", *ALL)
        self.expect(2, "validate", "--jobs-dri", "jobs")
        self.expect(0, "plugin", "list")
        self.expect(0, "plugin", "show", "apply-kubectl")
        self.expect(0, "--help")


if __name__ == "__main__":
    unittest.main()
