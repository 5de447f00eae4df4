# SPDX-License-Identifier: Apache-2.0
"""A reporter is given every field of the headers, with the right value. See abi_case.py."""

import os
import re
import unittest

from abi_case import HERE, PLUGINS, AbiCase
from terminal_case import TerminalCase

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: %s
  labels: {verdict: %s}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: registry.example/main:1
"""
# Every list that hg_job_details has.
DETAILED = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: detailed
  namespace: elsewhere
  labels: {app: "one \\u2713", verdict: both}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: registry.example/main:1
        command: [run, "two words"]
        args: ["--a", "b"]
        env:
        - {name: PLAIN, value: "1"}
        - {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}
        resources:
          requests: {cpu: 500m, memory: 512Mi}
          limits: {cpu: "1"}
      - name: beside
        image: registry.example/beside:1
"""
KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{name: one, cluster: {server: "https://one.example:6443"}}]
contexts: [{name: "my context", context: {cluster: one, user: me}}]
users: [{name: me, user: {}}]
"""
OPTIONS = (
    ("text", "a=b \u2713"), ("flag", "true"), ("number", "-9223372036854775808"), ("choice", "two"),
    ("list", "x,y,z"), ("path", "/nowhere/at all"),
)
# What an event's function writes begins with its name, alone in its line.
EVENT = re.compile(r"(?m)^(?=[a-z_]+$)")
OPTIONAL = {"started": "run_started", "validated": "job_validated", "finished": "job_finished"}


class Fields(AbiCase):
    def run_fields(self, code, *arguments, reporter="fields", options=()):
        """Runs with the reporter; gives what it wrote."""
        more = ["--plugin-dir", os.path.join(PLUGINS, "today"), "--validator", self.plugin("today", "validate-by-label"),
                "--reporter", "%s=fields.txt" % reporter]
        for name, value in options:
            more += ["--set", "report-%s.%s=%s" % (reporter, name, value)]
        outcome = self.expect(code, *arguments, *more)
        self.assertIn("report-%s saw the end of the run" % reporter, outcome.err)
        version = self.expect(0, "--version").out.split()[1]
        fields = self.normal_fields(self.read("fields.txt"))
        return fields.replace('hg_run.host_version = "%s"\n' % version, "hg_run.host_version = VERSION\n")

    def write_jobs(self, *jobs):
        for name, verdict in jobs:
            self.write("jobs/%s.yaml" % name, JOB % (name, verdict))

    def write_kubectl(self):
        """One Job for each way in which a kubectl ends."""
        names = ("fine", "odd-bytes", "refused", "slow", "talkative", "threw-up", "unconnected")
        self.write_jobs(*((name, "none") for name in names))
        self.write("jobs/z-two.yaml", (JOB % ("z-one", "none")) + "---\n" + JOB % ("z-two", "none"))
        self.environment["FAKE_KUBECTL_SCRIPT"] = self.write("../script", b"\n".join((
            b"odd-bytes.yaml say caf\xc3\xa9 \xff\xfe \x1b[31m\\n\\nend",
            b"refused.yaml fail 4 error: first line\\n\\n  indented",
            b"slow.yaml sleep 40",
            b"talkative.yaml flood stdout 2000000",
            b"threw-up.yaml signal 9",
            b"unconnected.yaml fail 1 The connection to the server 127.0.0.1:6443 was refused - did you specify the "
            b"right host or port?",
        )) + b"\n")

    def apply(self, **more):
        self.write_kubectl()
        fields = self.run_fields(1, "apply", "--jobs-dir", "jobs", "--apply", "--retries", "0", **more)
        # Each took some time: what the history has, in both events.
        recorded = [row["duration_ms"] for row in self.query("SELECT duration_ms FROM job_outcomes ORDER BY position")]
        self.assertGreater(recorded[3], 0)
        self.assertEqual(recorded * 2,
                         [int(ms) for ms in re.findall(r"(?m)^ *hg_job_result\.duration_ms = (\d+)$", fields)])
        return re.sub(r"(?m)^( *hg_job_result\.duration_ms =) \d+$", r"\1 MS", fields)

    def test_apply(self):
        self.assert_golden_fields("apply.txt", self.apply(options=OPTIONS))

    def test_run_that_waits(self):
        self.write_jobs(("one", "none"))
        fields = self.run_fields(1, "apply", "--jobs-dir", "jobs", "--apply", "--wait", "--plugin-dir",
                                 os.path.join(PLUGINS, "today-watched"))
        events = EVENT.split(fields)
        golden = [event for event in events if event.startswith(("job_observed\n", "job_completed\n", "run_finished\n"))]
        self.assert_golden_fields("watched.txt", re.sub(r"(?m)^( *hg_job_result\.duration_ms =) \d+$", r"\1 MS",
                                                        "".join(golden)))

    def test_times_of_the_run(self):
        """Golden files do not show them: they are those of the history."""
        self.write_jobs(("one", "none"))
        self.run_fields(0, "apply", "--jobs-dir", "jobs")
        run = self.query("SELECT started_at, finished_at FROM runs")[0]
        fields = self.read("fields.txt")
        self.assertIn('\n  hg_run.started_at = "%s"\n' % run["started_at"], fields)
        self.assertIn('\n  hg_result.finished_at = "%s"\n' % run["finished_at"], fields)

    def test_validate(self):
        self.write_jobs(("a-fine", "none"), ("b-wrong", "error"), ("c-doubtful", "warning"))
        self.write("jobs/d-detailed.yaml", DETAILED)
        self.write("jobs/e-broken.yaml", "kind: [\n")
        self.write("jobs/f-nameless.yaml", "kind: Job\n")
        self.write("jobs/g-other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: abi}\n")
        self.assert_golden_fields("validate.txt", self.run_fields(1, "validate", "--jobs-dir", "jobs"))

    def test_dry_run_with_a_context(self):
        self.write("kube config", KUBECONFIG)
        self.write_jobs(("one", "none"), ("two", "warning"))
        fields = self.run_fields(0, "apply", "--jobs-dir", "jobs", "--kubeconfig", "kube config", "--context",
                                 "my context")
        self.assert_golden_fields("dry-run.txt", fields)

    def test_kubernetes_version(self):
        """It is what the bundled validator validates for; "" where that one is not at work."""
        self.write_jobs(("one", "none"))
        fields = self.run_fields(0, "plan", "--jobs-dir", "jobs", "--validator", "validate-kubernetes",
                                 "--kubernetes-version", "1.30")
        self.assertIn('  hg_run.kubernetes_version = "1.30"\n', fields)
        self.assertIn('  hg_run.command = "plan"\n', fields)

    def test_without_history(self):
        self.write_jobs(("one", "none"))
        fields = self.run_fields(0, "run", "--jobs-dir", "jobs", "--no-history")
        self.assertIn("  hg_run.run_id = 0\n", fields)

    def test_invalid_job_stops_the_run(self):
        self.write_jobs(("one", "none"), ("two", "error"))
        self.assert_golden_fields("invalid.txt", self.run_fields(1, "apply", "--jobs-dir", "jobs", "--apply"))
        self.assert_none_started()

    def test_run_that_could_not_be_done(self):
        self.assert_golden_fields("no-jobs.txt", self.run_fields(1, "validate", "--jobs-dir", "nowhere"))

    def test_each_optional_function_may_be_left_out(self):
        """The others then see just what they see beside it. All of this, eight times, in one run."""
        left_out = [[]]
        for name in OPTIONAL:
            left_out += [names + [name] for names in left_out]
        reporters = ["fields" + "".join("-without-" * (i == 0) + "-" * (i > 0) + name for i, name in enumerate(names))
                     for names in left_out]
        self.write_jobs(("one", "none"), ("two", "warning"))
        arguments = ["apply", "--jobs-dir", "jobs", "--plugin-dir", os.path.join(PLUGINS, "1.0"), "--validator",
                     self.plugin("today", "validate-by-label")]
        for reporter in reporters:
            arguments += ["--reporter", "%s=%s.txt" % (reporter, reporter)]
        self.expect(0, *arguments)
        whole = EVENT.split(self.read("fields.txt"))[1:]
        self.assertEqual(["create", "run_started", "job_validated", "job_validated", "job_finished", "job_finished",
                          "run_finished"], [event.split("\n", 1)[0] for event in whole])
        for names, reporter in zip(left_out, reporters):
            with self.subTest(reporter):
                events = {OPTIONAL[name] for name in names}
                expected = [event for event in whole if event.split("\n", 1)[0] not in events]
                self.assertEqual(expected, EVENT.split(self.read(reporter + ".txt"))[1:])


class OnATerminal(AbiCase, TerminalCase):
    def test_a_reporter_in_a_process_of_its_own_knows_how_wide_it_is(self):
        self.write("jobs/one.yaml", JOB % ("one", "none"))
        _, text = self.on_terminal(60, "validate", "--jobs-dir", "jobs", "-q", "--reporter",
                                   self.plugin("today", "report-fields"))
        self.assertIn("  hg_output.columns = 60\n", text)


class Completeness(unittest.TestCase):
    def test_golden_files_show_every_field(self):
        """All that the host makes, as the pinned layout lists it."""
        of_plugins = {"hg_generated_file", "hg_preflight_verdict", "hg_option", "hg_rule", "hg_plugin",
                      "hg_error"}  # fmt: skip
        with open(os.path.join(HERE, "reporter_layout.c"), encoding="utf-8") as file:
            pinned = re.findall(r"^(?:FIELD\((\w+), (\w+)|SIZED\((\w+)), ", file.read(), re.M)
        shown = ""
        for name in sorted(os.listdir(os.path.join(HERE, "golden"))):
            with open(os.path.join(HERE, "golden", name), encoding="ascii") as file:
                shown += file.read()
        fields = {(struct or sized, field or "struct_size") for struct, field, sized in pinned}
        missing = [
            "%s.%s" % (struct, field) for struct, field in sorted(fields)
            if struct not in of_plugins and not struct.endswith("_ops") and struct not in ("hg_bytes", "hg_pair")
            and not re.search(r"\b%s( .*)?\.%s ?=" % (struct, field), shown)
        ]
        self.assertEqual([], missing)
        self.assertNotIn(" = only ", shown)
        self.assertNotIn(" without an end", shown)


if __name__ == "__main__":
    unittest.main()
