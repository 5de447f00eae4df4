# SPDX-License-Identifier: Apache-2.0
"""`plan --save` and `apply --plan`: what was planned is what is applied, or nothing is."""

import ctypes
import hashlib
import json
import os
import shutil
import struct
import unittest

from headgate_case import HeadgateCase
from job_files import job, job_name, write_jobs

JOBS = 3
SECRET = "hunter2-not-for-plans"


class OpenedDirectory:
    """Whether somebody listed a directory (inotify(7)): nothing else shows that it was looked into."""

    IN_OPEN, IN_ISDIR = 0x20, 0x40000000

    def __init__(self, path):
        libc = ctypes.CDLL(None, use_errno=True)
        self.fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert self.fd >= 0 and libc.inotify_add_watch(self.fd, os.fsencode(path), self.IN_OPEN) >= 0, ctypes.get_errno()

    def was_listed(self):
        """Since the last call. An event without a name is of the directory itself."""
        try:
            events = os.read(self.fd, 65536)
        except BlockingIOError:
            return False
        found = False
        while events:
            _, mask, _, length = struct.unpack_from("iIII", events)
            found = found or (length == 0 and mask & self.IN_ISDIR != 0)
            events = events[16 + length:]
        return found

    def close(self):
        os.close(self.fd)


class SealedPlanCase(HeadgateCase):
    def setUp(self):
        super().setUp()
        write_jobs(self.path("jobs"), JOBS)

    def save(self, *flags, code=0):
        return self.expect(code, "plan", "--jobs-dir", "jobs", "--save", "plan.json", *flags)

    def plan(self):
        return json.loads(self.read("plan.json"))

    def edit(self, change, reseal=False):
        """Changes the plan as somebody would who knows JSON; with `reseal`, who knows the digest too."""
        plan = self.plan()
        change(plan)
        if reseal:
            plan.pop("digest", None)
            whole = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            plan["digest"] = hashlib.sha256(whole.encode()).hexdigest()
        self.write("plan.json", json.dumps(plan, indent=2))

    def expect_refusal(self, *words, flags=("--apply",)):
        """Before the first apply, each of the reasons named."""
        outcome = self.expect(1, "apply", "--plan", "plan.json", *flags)
        for word in words:
            self.assertRegex(outcome.err + outcome.out, word)
        self.assert_none_started()
        return outcome


class Applied(SealedPlanCase):
    def test_exactly_that(self):
        self.save()
        self.assert_none_started()
        self.write("jobs/job-000009.yaml", job(9))  # later, and nobody planned it
        outcome = self.expect(0, "apply", "--plan", "plan.json", "--apply", "--parallel", "1")
        self.assertEqual([row["kubectl_command"] for row in self.plan()["jobs"]], self.launches())
        self.assertIn("Total Jobs:              3\nSuccessful:              3\n", outcome.out)
        run = self.query("SELECT state, mode, total FROM run_summary ORDER BY run_id DESC LIMIT 1")[0]
        self.assertEqual({"state": "succeeded", "mode": "apply", "total": JOBS}, run)

    def test_a_dry_run_unless_told(self):
        self.save()
        outcome = self.expect(0, "apply", "--plan", "plan.json")
        self.assertIn("Skipped (dry-run):       3\n", outcome.out)
        self.assert_none_started()

    def test_what_it_says(self):
        self.write("jobs/job-000001.yaml", job(1).replace("value: arbitrage-redis", "value: " + SECRET))
        self.save("--kubeconfig", "cluster/config", "--context", "test")
        plan = self.plan()
        self.assertEqual((2, "apply-kubectl"), (plan["format_version"], plan["applier"]))
        self.assertEqual((JOBS, "cluster/config", "test"), (plan["total_jobs"], plan["kubeconfig"], plan["context"]))
        for index, row in enumerate(plan["jobs"]):
            path = "jobs/job-%06d.yaml" % index
            with open(self.path(path), "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            self.assertEqual((job_name(index), "trading", path, digest),
                             (row["job_name"], row["namespace"], row["yaml_path"], row["sha256"]))
            self.assertEqual(["kubectl", "apply", "-f", path, "--kubeconfig", "cluster/config", "--context", "test"],
                             row["kubectl_command"])
        text = self.read("plan.json")
        self.assertNotIn(SECRET, text)
        self.assertNotIn("registry.example", text)

    def test_cluster_of_the_plan(self):
        self.save("--kubeconfig", "cluster/config", "--context", "test")
        for flags in (("--context", "other"), ("--kubeconfig", "other")):
            self.expect(2, "apply", "--plan", "plan.json", *flags)
        self.run_headgate("apply", "--plan", "plan.json", "--apply")
        for argv in self.launches():
            self.assertEqual(["--kubeconfig", "cluster/config", "--context", "test"], argv[4:])

    def test_documents_of_one_file(self):
        self.write("jobs/all.yaml", job(10) + "---\n" + job(11))
        self.save()
        self.expect(0, "apply", "--plan", "plan.json", "--apply", "--parallel", "1")
        self.assertEqual(JOBS + 2, len(self.launches()))
        self.write("jobs/all.yaml", job(10) + "---\n" + job(11, image="registry.example/evil:6.6.6"))
        os.remove(self.launch_log)
        outcome = self.expect_refusal(r"changed: jobs/all\.yaml.*%s" % job_name(11))
        self.assertNotIn(job_name(10), outcome.err)

    def test_in_batches_and_resumed(self):
        self.save()
        self.script("job-000001.yaml fail 1 error: not today")
        self.expect(1, "apply", "--plan", "plan.json", "--apply", "--batch", "3")
        self.script("* ok")
        self.expect(0, "resume")
        self.assertEqual(JOBS, self.value("SELECT count(*) FROM job_outcomes WHERE status = 'SUCCESS'"))

    def test_another_checkout(self):
        """The same files elsewhere will do; the paths are relative."""
        self.save()
        shutil.copytree(self.path("jobs"), self.path("checkout", "jobs"))
        shutil.copy(self.path("plan.json"), self.path("checkout"))
        shutil.rmtree(self.path("jobs"))
        self.work = self.path("checkout")
        self.expect(0, "apply", "--plan", "plan.json", "--apply")
        self.assertEqual(JOBS, len(self.launches()))

    def test_recursive(self):
        """What the plan found is found again without the flag."""
        self.write("jobs/more/job-000009.yaml", job(9))
        self.save("--recursive")
        self.expect(0, "apply", "--plan", "plan.json", "--apply")
        self.assertEqual(JOBS + 1, len(self.launches()))


    def test_nothing_but_its_own_files_is_looked_at(self):
        """A plan names its files: what else is in its directory neither matters nor costs."""
        self.write("jobs/more/job-000009.yaml", job(9))
        self.save("--recursive")
        self.write("jobs/broken.yaml", "no: [manifest")
        os.mkfifo(self.path("jobs", "more", "fifo.yaml"))
        outcome = self.expect(0, "apply", "--plan", "plan.json", "--apply")
        self.assertIn("Found %d YAML files" % (JOBS + 1), outcome.err)
        self.assertEqual(JOBS + 1, len(self.launches()))

    def test_a_directory_of_all_is_not_scanned(self):
        """Whoever may edit a plan cannot send Headgate through the file system."""
        self.expect(0, "plan", "--jobs-dir", self.path("jobs"), "--save", "plan.json")
        self.edit(lambda plan: plan.update(jobs_dir="/"), reseal=True)
        outcome = self.expect(0, "apply", "--plan", "plan.json", "--apply")
        self.assertIn("Found %d YAML files" % JOBS, outcome.err)
        self.assertEqual(JOBS, len(self.launches()))


class Refused(SealedPlanCase):
    def test_changed_and_vanished_are_each_named(self):
        self.save()
        self.write("jobs/job-000000.yaml", job(0, image="registry.example/evil:6.6.6"))
        os.remove(self.path("jobs", "job-000002.yaml"))
        outcome = self.expect_refusal("changed: jobs/job-000000.yaml", "vanished: jobs/job-000002.yaml")
        self.assertNotIn("job-000001.yaml", outcome.err)
        self.expect_refusal("changed", "vanished", flags=())

    def test_renamed_job(self):
        self.save()
        self.write("jobs/job-000001.yaml", job(1, name="arb-tuning-nightly1-worker-2-9"))
        self.expect_refusal("jobs/job-000001.yaml")

    def test_other_bytes_of_the_same_meaning(self):
        self.save()
        self.write("jobs/job-000001.yaml", job(1) + "# a comment\n")
        self.expect_refusal("changed: jobs/job-000001.yaml")

    def test_directory_vanished(self):
        self.save()
        shutil.rmtree(self.path("jobs"))
        self.expect_refusal("jobs")

    def test_where_none_of_its_files_is_nothing_is_looked_at(self):
        write_jobs(self.path("all", "jobs"), JOBS)
        self.expect(0, "plan", "--jobs-dir", self.path("all", "jobs"), "--save", "plan.json")
        shutil.rmtree(self.path("all", "jobs"))
        opened = OpenedDirectory(self.path("all"))
        self.addCleanup(opened.close)
        for jobs_dir in ("/", self.path("all")):
            with self.subTest(jobs_dir):
                self.edit(lambda plan, jobs_dir=jobs_dir: plan.update(operands=[jobs_dir]), reseal=True)
                self.expect_refusal(*("vanished: /TOP/work/all/jobs/job-00000%d.yaml" % index for index in range(JOBS)))
        self.assertFalse(opened.was_listed())
        os.listdir(self.path("all"))
        self.assertTrue(opened.was_listed())

    def test_edited(self):
        self.save()
        whole = self.read("plan.json")
        edits = {
            "a digest": lambda plan: plan["jobs"][1].update(sha256="0" * 64),
            "a name": lambda plan: plan["jobs"][1].update(job_name="other"),
            "a context": lambda plan: plan.update(context="prod"),
            "one Job less": lambda plan: plan["jobs"].pop(),
            "another order": lambda plan: plan["jobs"].reverse(),
            "a command": lambda plan: plan["jobs"][1]["kubectl_command"].append("--force"),
        }
        for what, change in edits.items():
            with self.subTest(what=what):
                self.write("plan.json", whole)
                self.edit(change)
                self.expect_refusal("plan.json")

    def test_edited_by_one_who_seals_it_again(self):
        """The digest is no signature. What a forger can do is bounded by what Headgate itself would do."""
        self.save()
        whole = self.read("plan.json")
        edits = {
            "a command": lambda plan: plan["jobs"][1]["kubectl_command"].append("--force"),
            "a program": lambda plan: plan["jobs"][1].update(kubectl_command=["sh", "-c", "touch pwned"]),
            "a digest": lambda plan: plan["jobs"][1].update(sha256="0" * 64),
            "a path": lambda plan: plan["jobs"][1].update(yaml_path="../../etc/passwd"),
            "one twice": lambda plan: (plan["jobs"].append(plan["jobs"][0]), plan.update(total_jobs=JOBS + 1)),
            "a wrong count": lambda plan: plan.update(total_jobs=7),
            "an unknown member": lambda plan: plan.update(surprise=True),
            "a newer format": lambda plan: plan.update(format_version=3),
            "an older format": lambda plan: plan.update(format_version=1),
        }
        for what, change in edits.items():
            with self.subTest(what=what):
                self.write("plan.json", whole)
                self.edit(change, reseal=True)
                self.expect_refusal("plan.json|jobs/|passwd")
        self.assertFalse(os.path.exists(self.path("pwned")))

    def test_the_digest_is_what_the_schema_says(self):
        """So that the test above is refused for what it changed, not for a digest that is wrong."""
        self.save()
        self.edit(lambda plan: None, reseal=True)
        self.expect(0, "apply", "--plan", "plan.json", "--apply")
        self.assertEqual(JOBS, len(self.launches()))

    def test_no_plan(self):
        self.expect_refusal("plan.json")
        for content in ("", "{}", "[]", "not json", "{" * 100000, '{"jobs": ', "\0" * 100):
            with self.subTest(content=content[:10]):
                self.write("plan.json", content)
                self.expect_refusal("plan.json")
        os.remove(self.path("plan.json"))
        os.mkdir(self.path("plan.json"))
        self.expect_refusal("plan.json")

    def test_invalid_jobs_are_not_saved(self):
        self.write("jobs/zz.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: bad}\n")
        outcome = self.save(code=1)
        self.assertFalse(os.path.exists(self.path("plan.json")), outcome)

    def test_an_old_plan_stands_until_the_new_one_is_whole(self):
        self.save()
        before = self.read("plan.json")
        self.write("jobs/zz.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: bad}\n")
        self.save(code=1)
        self.assertEqual(before, self.read("plan.json"))
        os.mkdir(self.path("directory"))
        os.remove(self.path("jobs", "zz.yaml"))
        outcome = self.expect(1, "plan", "--jobs-dir", "jobs", "--save", "directory")
        self.assertIn("directory", outcome.err)

    def test_both_or_none(self):
        self.save()
        self.expect(2, "apply", "--plan", "plan.json", "--jobs-dir", "jobs")
        self.expect(2, "apply")


if __name__ == "__main__":
    unittest.main()
