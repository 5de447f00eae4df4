# SPDX-License-Identifier: Apache-2.0
"""Manifests as people have them: files, directories, standard input, lists, objects of other kinds."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import time
import unittest

from headgate_case import BINARY, SOURCE, HeadgateCase
from job_files import job, job_name

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: trading}\n"
CRON_JOB = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\n"


def as_list(*manifests):
    """One List with the manifests as its items."""
    text = "apiVersion: v1\nkind: List\nitems:\n"
    for manifest in manifests:
        lines = manifest.splitlines()
        text += "- " + lines[0] + "\n" + "".join("  %s\n" % line for line in lines[1:])
    return text


def needing(index, kind_of_reference):
    """A Job whose first container takes its environment from an object."""
    return job(index).replace("        env:\n", "        envFrom:\n        - %s\n        env:\n" % kind_of_reference, 1)


class InputCase(HeadgateCase):
    def setUp(self):
        super().setUp()
        self.fail_jobs()

    def fail_jobs(self, *names):
        """What kubectl does from now on: prints what it was given, but fails these Jobs."""
        self.script(*["%s fail 1 no" % name for name in names], *["%s.yaml fail 1 no" % name for name in names],
                    "* print-input")

    def given(self):
        """What each kubectl was given on standard input, in order."""
        rows = self.query("SELECT stdout FROM attempts WHERE status = 'SUCCESS' ORDER BY attempt_id")
        return [row["stdout"].rsplit("\njob.batch/", 1)[0] for row in rows]

    def pipe(self, text, code, *arguments):
        """Runs it with `text` on standard input."""
        with open(self.path("input"), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        with open(self.path("input"), "rb") as file:
            # A pipe, not the file: what is read can not be read again.
            cat = subprocess.Popen(["cat"], stdin=file, stdout=subprocess.PIPE)
        self.standard_input = cat.stdout
        try:
            return self.expect(code, *arguments)
        finally:
            self.standard_input = subprocess.DEVNULL
            cat.stdout.close()
            cat.wait()

    def jobs(self):
        return [row["job_name"] for row in self.query(
            "SELECT job_name FROM jobs WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY position")]

    def passed_over(self):
        return [(row["yaml_path"], row["document"], row["kind"], row["name"], row["needed_by"]) for row in self.query(
            "SELECT * FROM passed_over WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY number")]


class Operands(InputCase):
    def test_files_directories_and_f(self):
        """Files, directories and -f stand side by side, each kept in its order; -f first."""
        self.write("one.yaml", job(0))
        self.write("many/a.yaml", job(1))
        self.write("many/b.json", json.dumps({"apiVersion": "v1", "kind": "List", "items": []}))
        self.write("last", job(2))
        for command in ("validate", "plan", "apply"):
            self.expect(0, command, "many", "one.yaml", "-f", "last")
            self.assertEqual([job_name(2), job_name(1), job_name(0)], self.jobs())
        self.expect(0, "validate", "--filename=one.yaml")
        row = self.query("SELECT jobs_dir FROM runs ORDER BY run_id DESC LIMIT 2")
        self.assertEqual(["one.yaml", "last many one.yaml"], [one["jobs_dir"] for one in row])

    def test_operands_hold_before_the_directory_of_a_file(self):
        self.write("headgate.yaml", "jobs-dir: jobs\n")
        self.write("jobs/a.yaml", job(0))
        self.write("b.yaml", job(1))
        self.expect(0, "validate", "b.yaml")
        self.assertEqual([job_name(1)], self.jobs())
        self.expect(0, "validate", "b.yaml", "--jobs-dir", "jobs")
        self.assertEqual([job_name(0), job_name(1)], self.jobs())

    def test_exclude_and_recursive(self):
        self.write("jobs/a.yaml", job(0))
        self.write("jobs/values.yaml", "image: x\n")
        self.write("jobs/sub/b.yaml", job(1))
        self.write("jobs/old/c.yaml", job(2))
        self.expect(0, "validate", "jobs", "--recursive", "--exclude", "values*", "--exclude", "old/*")
        self.assertEqual([job_name(0), job_name(1)], self.jobs())
        self.expect(1, "validate", "jobs")

    def test_nothing_given(self):
        for command in ("validate", "plan", "apply"):
            outcome = self.expect(2, command)
            self.assertIn("needs files or directories: name them, or - for standard input", outcome.err)
        self.expect(2, "apply", "a.yaml", "--plan", "plan.json")

    def test_a_file_without_a_document(self):
        """In a directory it is passed over with a note; named alone it is an error."""
        self.write("jobs/a.yaml", job(0))
        self.write("jobs/empty.yaml", "# nothing yet\n")
        outcome = self.expect(0, "validate", "jobs")
        self.assertIn("Passed over:             1 (file without a document 1)\n", outcome.out)
        self.assertEqual([("jobs/empty.yaml", 0, "", "", 0)], self.passed_over())
        self.expect(1, "validate", "jobs/empty.yaml")
        self.expect(1, "validate", "jobs", "--strict")

    def test_a_pipe_of_a_shell(self):
        """<(...): a pipe is read, whatever stands before it."""
        self.write("a.yaml", job(0))
        script = "exec %s apply <(cat a.yaml) --apply" % shlex.quote(BINARY)
        done = subprocess.run(["bash", "-c", script], cwd=self.work, env=self.environment, capture_output=True)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual([job(0)], self.given())

    def test_resume_of_several_operands(self):
        """A run whose input were files, a directory and a List goes on with just what is left."""
        self.write("a.yaml", job(0))
        self.write("dir/b.yaml", job(1))
        self.write("dir/other.yaml", job(5))
        self.write("list.yaml", as_list(job(2), job(3)))
        self.fail_jobs("b", job_name(3))
        self.expect(1, "apply", "a.yaml", "dir/b.yaml", "list.yaml", "--apply")
        self.fail_jobs()
        before = len(self.launches())
        self.expect(0, "resume")
        self.assertEqual(2, len(self.launches()) - before)
        self.assertEqual(job_name(3), json.loads(self.given()[-1])["metadata"]["name"])
        self.assertEqual([4], [row["n"] for row in self.query(
            "SELECT count(*) AS n FROM job_outcomes WHERE status = 'SUCCESS'")])

    def test_sealed_plan_of_several_operands(self):
        self.write("a.yaml", job(0))
        self.write("dir/b.yaml", as_list(job(1)))
        self.expect(0, "plan", "a.yaml", "dir", "--save", "plan.json")
        plan = json.loads(self.read("plan.json"))
        self.assertEqual(["a.yaml", "dir"], plan["operands"])
        self.expect(0, "apply", "--plan", "plan.json", "--apply")
        self.assertEqual([job_name(0), job_name(1)], self.jobs())
        self.write("dir/b.yaml", as_list(job(1).replace("backoffLimit: 0", "backoffLimit: 1")))
        outcome = self.expect(1, "apply", "--plan", "plan.json", "--apply")
        self.assertIn("changed: dir/b.yaml (trading/%s)" % job_name(1), outcome.err)


class StandardInput(InputCase):
    def test_is_applied_as_it_was_validated(self):
        """Read once, kept, and each document given to kubectl as it came."""
        self.pipe(job(0) + "---\n" + job(1), 0, "apply", "-", "--apply")
        self.assertEqual([job(0), "---\n" + job(1)], sorted(self.given(), reverse=True))
        self.assertEqual({"-"}, {row["yaml_path"] for row in self.query("SELECT yaml_path FROM jobs")})

    def test_what_cannot_be_read_again(self):
        """It is in no saved plan, and no other process goes on with it."""
        outcome = self.pipe(job(0), 1, "plan", "-", "--save", "plan.json")
        self.assertIn("a plan cannot be saved of what came from standard input", outcome.err)
        self.assertFalse(os.path.exists(self.path("plan.json")))
        self.fail_jobs(job_name(0))
        self.pipe(job(0), 1, "apply", "-", "--apply")
        outcome = self.expect(1, "resume")
        self.assertIn("came from standard input, which cannot be read again", outcome.err)

    def test_twice_is_refused(self):
        outcome = self.pipe(job(0), 1, "validate", "-", "-f", "-")
        self.assertIn("- is there twice", outcome.err)

    def test_an_endless_one_is_ended(self):
        yes = subprocess.Popen(["yes", "# " + "x" * 1000], stdout=subprocess.PIPE)
        self.standard_input = yes.stdout
        outcome = self.expect(1, "validate", "-")
        yes.stdout.close()
        yes.wait()
        self.standard_input = subprocess.DEVNULL
        self.assertIn("the input is larger than 67108864 bytes (64 MiB)", outcome.out)

    def test_a_named_pipe_waits_for_its_writer(self):
        os.mkfifo(self.path("pipe"))
        process = self.start_headgate("validate", "pipe")
        with open(self.path("pipe"), "w", encoding="utf-8") as pipe:  # returns once it is read
            pipe.write(job(0))
        self.assertEqual(0, self.finish_headgate(process).code)

    def test_ctrl_c_ends_a_named_pipe_that_nobody_writes_to(self):
        os.mkfifo(self.path("pipe"))
        process = self.start_headgate("validate", "pipe")
        self.wait_until_it_waits(process)
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code)
        self.assertIn("stopped while reading pipe", outcome.err)

    def wait_until_it_waits(self, process):
        """Until it has the pipe, or waits to get it."""
        while process.poll() is None:
            with open("/proc/%d/wchan" % process.pid, encoding="ascii") as file:
                waits = file.read().startswith("wait_for_partner")
            if waits or self.path("pipe") in self.open_files(process.pid):
                return
            time.sleep(0.01)

    @staticmethod
    def open_files(pid):
        links = []
        for name in os.listdir("/proc/%d/fd" % pid):
            with contextlib.suppress(FileNotFoundError):
                links.append(os.readlink("/proc/%d/fd/%s" % (pid, name)))
        return links


class OtherKinds(InputCase):
    def test_are_passed_over_with_a_note(self):
        self.write("a.yaml", CONFIG_MAP + "---\n" + job(0) + "---\n" + CRON_JOB + "---\n" + CONFIG_MAP)
        for command in ("validate", "plan", "apply"):
            outcome = self.expect(0, command, "a.yaml")
            self.assertIn("Passed over:             3 (ConfigMap 2, CronJob 1)\n", outcome.out)
        self.assertEqual([("a.yaml", 1, "ConfigMap", "settings", 0), ("a.yaml", 3, "CronJob", "nightly", 0),
                          ("a.yaml", 4, "ConfigMap", "settings", 0)], self.passed_over())
        report = json.loads(self.expect(0, "apply", "a.yaml", "-o", "json").out)
        self.assertEqual(["ConfigMap", "CronJob", "ConfigMap"], [one["kind"] for one in report["passed_over"]])
        self.expect(0, "validate", "a.yaml", "--reporter", "markdown=report.md", "--reporter", "html=report.html")
        self.assertIn("passed over: 3 (ConfigMap 2, CronJob 1)", self.read("report.md"))
        self.assertIn("3 (ConfigMap 2, CronJob 1)", self.read("report.html"))

    def test_strict_makes_them_errors(self):
        self.write("a.yaml", CONFIG_MAP + "---\n" + job(0))
        outcome = self.expect(1, "validate", "a.yaml", "--strict")
        self.assertIn("a.yaml:1:1: kind: ConfigMap is no Job: only batch/v1 Jobs can be applied", outcome.out)

    def test_what_jobs_need_is_named_with_the_command_that_applies_it(self):
        self.write("cm.yaml", CONFIG_MAP)
        self.write("jobs.yaml", needing(0, "configMapRef: {name: settings}") + "---\n"
                   + needing(1, "secretRef: {name: key}") + "---\n"
                   + "apiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: trading}\n")
        outcome = self.expect(0, "apply", "cm.yaml", "jobs.yaml", "--context", "c")
        lines = len(self.read("jobs.yaml").splitlines())
        self.assertIn("ConfigMap trading/settings: 1 Job needs it first (kubectl apply -f cm.yaml --context c)", outcome.out)
        command = "sed -n %d,%dp jobs.yaml | kubectl apply -f - --context c" % (lines - 3, lines)
        self.assertIn("Secret trading/key: 1 Job needs it first (%s)" % command, outcome.out)
        self.assertIn("Secret trading/key is passed over, and 1 Job of this run needs it: " + command, outcome.err)
        shown = subprocess.run(["sh", "-c", command.split("|")[0]], cwd=self.work, capture_output=True).stdout.decode()
        self.assertEqual("---\napiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: trading}\n", shown)
        self.assertEqual([("cm.yaml", 1, "ConfigMap", "settings", 1), ("jobs.yaml", 3, "Secret", "key", 1)],
                         self.passed_over())

    def test_another_namespace_is_not_needed(self):
        self.write("cm.yaml", CONFIG_MAP.replace("trading", "elsewhere"))
        self.write("a.yaml", needing(0, "configMapRef: {name: settings}"))
        self.expect(0, "validate", "cm.yaml", "a.yaml")
        self.assertEqual([0], [row[4] for row in self.passed_over()])

    def test_no_job_at_all(self):
        """To validate it is fine; to plan or apply it is a mistake."""
        self.write("cm.yaml", CONFIG_MAP)
        self.expect(0, "validate", "cm.yaml")
        for command in ("plan", "apply"):
            outcome = self.expect(1, command, "cm.yaml")
            self.assertIn("there is no Job in what was given: all of it was passed over (1)", outcome.err)

    def test_misspelt_and_unknown_kinds_are_errors(self):
        for kind, version, advice in (("Jbo", "batch/v1", "did you mean Job?"), ("Cronjob", "batch/v1", "did you mean CronJob?"),
                                      ("List", "batch/v2", "a List is served as apiVersion: v1"),
                                      ("Deployment", "extensions/v1beta1", "apps/v1")):
            self.write("a.yaml", job(0).replace("kind: Job", "kind: " + kind).replace("batch/v1", version))
            outcome = self.expect(1, "validate", "a.yaml")
            self.assertIn(advice, outcome.out)

    def test_a_template_that_was_not_rendered(self):
        for text, place in ((job(0).replace("image: ", "image: {{ .Values.image }} #"), "this value is a template's, and nobody has rendered it (render it first (helm"),
                            (job(0).replace("name: " + job_name(0), "name: ${NAME}", 1), "render it first"),
                            ("{% if x %}\n" + job(0), "render it first")):
            self.write("a.yaml", text)
            outcome = self.expect(1, "validate", "a.yaml")
            self.assertIn(place, outcome.out)
            self.assertIn("render it first", outcome.out)


class Lists(InputCase):
    def test_items_are_documents(self):
        """Each has its number and its own lines, and kubectl gets it alone, as JSON."""
        self.write("a.yaml", as_list(job(0), CONFIG_MAP, job(1)))
        self.expect(0, "apply", "a.yaml", "--apply")
        self.assertEqual([(1, job_name(0)), (3, job_name(1))], [
            (row["document"], row["job_name"]) for row in self.query("SELECT document, job_name FROM jobs ORDER BY position")])
        self.assertEqual([job_name(0), job_name(1)],
                         sorted(json.loads(text)["metadata"]["name"] for text in self.given()))
        self.write("a.yaml", as_list(job(0), job(1).replace("backoffLimit: 0", "backoffLimit: -1")))
        line = [number for number, text in enumerate(self.read("a.yaml").splitlines(), 1) if "backoffLimit: -1" in text]
        self.assertIn("a.yaml:%d:19: spec.backoffLimit" % line[0], self.expect(1, "validate", "a.yaml").out)

    def test_one_item_is_applied_alone_too(self):
        self.write("a.yaml", as_list(job(0)))
        self.expect(0, "apply", "a.yaml", "--apply")
        self.assertEqual(["Job"], [json.loads(text)["kind"] for text in self.given()])


class Namespace(InputCase):
    def test_is_the_default_and_goes_to_kubectl(self):
        self.write("a.yaml", job(0).replace("  namespace: trading\n", ""))
        self.expect(0, "apply", "a.yaml", "-n", "research", "--apply")
        self.assertEqual(["apply", "-f", "a.yaml", "--namespace", "research"], self.launches()[0][1:])
        row = self.query("SELECT r.namespace, j.namespace AS job, r.target_namespace FROM runs r JOIN jobs j USING (run_id)")
        self.assertEqual([("research", "research", "research")], [tuple(one.values()) for one in row])

    def test_another_one_is_refused_as_kubectl_does(self):
        self.write("a.yaml", job(0))
        outcome = self.expect(1, "apply", "a.yaml", "-n", "research", "--apply")
        self.assertIn("metadata.namespace: the namespace from the provided object \"trading\" does not match the namespace"
                      " \"research\"", outcome.out)
        self.assertEqual([], self.launches())
        self.expect(0, "validate", "a.yaml", "-n", "trading")

    def test_is_sealed_into_a_plan_and_kept_by_resume(self):
        self.write("a.yaml", job(0).replace("  namespace: trading\n", ""))
        self.expect(0, "plan", "a.yaml", "-n", "research", "--save", "plan.json")
        self.assertEqual("research", json.loads(self.read("plan.json"))["namespace"])
        self.fail_jobs("a")
        self.expect(1, "apply", "--plan", "plan.json", "--apply")
        self.fail_jobs()
        self.expect(0, "resume")
        self.assertEqual(["--namespace", "research"], self.launches()[-1][-2:])
        self.expect(2, "apply", "--plan", "plan.json", "-n", "other")


class Selector(InputCase):
    def setUp(self):
        super().setUp()
        self.write("jobs/a.yaml", job(0).replace("mode: paper", "mode: live", 1))
        self.write("jobs/b.yaml", job(1))
        self.write("jobs/c.yaml", job(2).replace("backoffLimit: 0", "backoffLimit: -1").replace("mode: paper", "mode: shadow", 1))

    def test_takes_what_it_names_and_says_what_it_left(self):
        for selector, expected in (("mode=paper", [1]), ("mode==live", [0]), ("mode in (paper, live)", [0, 1]),
                                   ("mode notin (shadow)", [0, 1]), ("mode!=shadow,mode", [0, 1]), ("!tier,mode!=shadow", [0, 1])):
            outcome = self.expect(0, "apply", "jobs", "-l", selector)
            self.assertEqual([job_name(index) for index in expected], self.jobs())
            self.assertIn("Not selected:            %d\n" % (3 - len(expected)), outcome.out)

    def test_none_and_wrong(self):
        self.assertIn("no Job has the labels of -l 'mode=x': 3 are not selected", self.expect(1, "apply", "jobs", "-l", "mode=x").err)
        for wrong in ("mode in paper", "=x", "mode in (a", "a b", "-x", "a,,b", "mode in (a) b"):
            self.assertIn("label selector '", self.expect(1, "validate", "jobs", "--selector=" + wrong).err)


class Totals(InputCase):
    def test_are_summed_exactly(self):
        """Requests and limits, over the Pods at a time."""
        limits = "        resources:\n          requests: {cpu: 250m, memory: 1Gi}\n          limits: {nvidia.com/gpu: 2}\n"
        for index in range(3):
            text = job(index)
            start = text.index("        resources:\n") if "        resources:\n" in text else None
            text = text[:start] + limits
            self.write("jobs/%d.yaml" % index, text.replace("  backoffLimit: 0\n", "  backoffLimit: 0\n  parallelism: 4\n  completions: 3\n"))
        outcome = self.expect(0, "plan", "jobs")
        self.assertIn("[TOTALS]\n  3 Jobs in trading: 18 GPU, 2250m CPU, 9 Gi\n", outcome.out)
        totals = json.loads(self.expect(0, "plan", "jobs", "-o", "json").out)["totals"]
        self.assertEqual({"jobs": 3, "pods": 9, "namespaces": ["trading"], "queues": [],
                          "requests": {"cpu": "2250m", "memory": "9Gi", "nvidia.com/gpu": "18"},
                          "limits": {"nvidia.com/gpu": "18"}}, totals)


class PreCommit(InputCase):
    def test_the_hook_works_as_pre_commit_runs_it(self):
        """Its entry, split as a shell would, with the staged files behind it."""
        with open(os.path.join(SOURCE, ".pre-commit-hooks.yaml"), encoding="utf-8") as file:
            lines = file.read().splitlines()
        entry = [line.split(":", 1)[1].strip() for line in lines if line.strip().startswith("entry:")]
        self.assertEqual(1, len(entry))
        words = shlex.split(entry[0])
        self.assertEqual("headgate", words[0])
        self.write("good.yaml", job(0))
        self.write("config.yaml", CONFIG_MAP)
        self.expect(0, *words[1:], "good.yaml", "config.yaml")
        self.write("bad.yaml", job(1).replace("backoffLimit: 0", "backoffLimit: -1"))
        self.assertIn("bad.yaml:", self.expect(1, *words[1:], "good.yaml", "bad.yaml", "config.yaml").out)


if __name__ == "__main__":
    unittest.main()
