# SPDX-License-Identifier: Apache-2.0
"""Templates and sweeps: what comes out is what went in, in the field that it belongs to, and what is wrong is told with its
place before a file is written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import unittest

try:
    import yaml
except ImportError:
    yaml = None

from headgate_case import SOURCE, HeadgateCase

TEMPLATE = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: "%s"
  namespace: ml
spec:
  backoffLimit: "{{ retries }}"
  suspend: "{{ held }}"
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: registry.example/train:1.4
        command: [train]
        args: ["--value={{ value }}"]
        env:
        - {name: VALUE, value: "{{ value }}"}
        resources:
          requests: {memory: "{{ memory }}", cpu: 1}
          limits: {memory: "{{ memory }}"}
"""
HOSTILE = ("1e-4", "0.10", "yes", "null", "~", "", " ", "a: b", "- x", "# no comment", "{{ value }}", "{{", "}}", '"', "'", "\\", "\\n",
           "a\nb", "a\n\nb\n", "\n", " a\n b\n", "a \nb", "tab\there", "cr\rlf\r\n", "!!python/object:os.system x", "&a *b <<", "%YAML 1.2",
           "---\nkind: Job", "...", "\u0085", "\u2028", "\ufeff", "\u202e", "\U0001f680", "é", "0x1F", "0o17", "1_000", ".inf", "2026-11-30",
           "=", "@", "`", "|", ">", "a" * 5000)  # fmt: skip


class SweepCase(HeadgateCase):
    def template(self, name="train-{{ index }}"):
        self.write("template.yaml", TEMPLATE % name)

    def generate(self, *more):
        return self.run_headgate("generate", "--template", "template.yaml", "--output-dir", "out", "--no-history", *more)

    def sweep(self, text):
        self.write("sweep.yaml", text)
        return self.generate("--sweep", "sweep.yaml")

    def jobs(self, place="out"):
        """The manifests by name, as PyYAML reads them."""
        jobs = {}
        for name in sorted(os.listdir(self.path(place))):
            with open(os.path.join(self.path(place), name), encoding="utf-8", newline="") as text:
                jobs[name[: -len(".yaml")]] = yaml.safe_load(text)
        return jobs

    def refused(self, outcome, *words):
        self.assertEqual(1, outcome.code, outcome)
        for word in words:
            self.assertIn(word, outcome.err)
        self.assertFalse(os.path.exists(self.path("out")), "a file was written")


FIXED = "retries: [2]\n  held: [no]\n  memory: [2Gi]\n"


class Stopped(SweepCase):
    def test_while_a_long_exclude_is_looked_through(self):
        """Ctrl-C ends it also where each of millions of combinations is held against thousands of exclusions."""
        self.template()
        numbers = ", ".join(map(str, range(3000)))
        self.write("sweep.yaml", "parameters:\n  value: [%s]\n  retries: [%s]\n  held: [no]\n  memory: [1Gi]\nexclude:\n%s" % (
            numbers, numbers, "".join("  - {value: %d, retries: x}\n" % i for i in range(3000))))
        process = self.start_headgate("generate", "--template", "template.yaml", "--sweep", "sweep.yaml", "--output-dir", "out")
        while b"Loading sweep" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        outcome = self.finish_headgate(process)
        self.assertEqual(130, outcome.code, outcome)
        self.assertFalse(os.path.exists(self.path("out")))


@unittest.skipIf(yaml is None, "there is no PyYAML here")
class Values(SweepCase):
    def test_hostile_values_come_out_as_they_are(self):
        """Whatever a value holds, the Job has that very text: in YAML by two ways to write it, and in CSV."""
        self.template()
        rows = [{"value": value, "retries": "2", "held": "no", "memory": "2Gi"} for value in HOSTILE]
        quoted = "\r\n".join('"%s",2,no,2Gi' % value.replace('"', '""') for value in HOSTILE)
        self.write("rows.csv", "\ufeffvalue,retries,held,memory\r\n" + quoted + "\r\n")
        for sweep in (yaml.safe_dump({"kind": "rows", "rows": rows}, default_style='"'), "kind: rows\ncsv: rows.csv\n"):
            outcome = self.sweep(sweep)
            self.assertEqual(0, outcome.code, outcome)
            jobs = self.jobs()
            self.assertEqual(len(HOSTILE), len(jobs))
            for index, value in enumerate(HOSTILE):
                job = jobs["train-%d" % index]
                container = job["spec"]["template"]["spec"]["containers"][0]
                self.assertEqual(value, container["env"][0]["value"])
                self.assertEqual(["--value=" + value], container["args"])
                parameters = json.loads(job["metadata"]["annotations"]["headgate.dev/parameters"])
                self.assertEqual(value if len(value) <= 1024 else None, parameters.get("value"))
            shutil.rmtree(self.path("out"))

    @unittest.skipIf(shutil.which("kubectl") is None, "there is no kubectl here")
    def test_kubectl_reads_the_same(self):
        """kubectl, whose YAML reader is another, reads what PyYAML reads. Asks no server."""
        self.template()
        values = [value for value in HOSTILE if value]
        self.write("rows.csv", "value,retries,held,memory\n" + "\n".join(
            '"%s",2,no,2Gi' % value.replace('"', '""') for value in values) + "\n")
        self.assertEqual(0, self.sweep("kind: rows\ncsv: rows.csv\n").code)
        self.write("all.yaml", "---\n".join(self.read("out/train-%d.yaml" % i) for i in range(len(values))))
        done = subprocess.run([shutil.which("kubectl"), "label", "--local", "-f", self.path("all.yaml"), "-o", "json", "read-by=kubectl"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                              env={"HOME": self.path("."), "PATH": os.environ["PATH"], "KUBECONFIG": "/dev/null"})  # fmt: skip
        self.assertEqual(0, done.returncode, done.stderr)
        found, decoder, out = [], json.JSONDecoder(), done.stdout.decode().strip()
        while out:
            job, end = decoder.raw_decode(out)
            out = out[end:].strip()
            found += job.get("items", [job])
        self.assertEqual(values, [job["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] for job in found])

    def test_a_shown_value_is_cut_between_characters(self):
        self.template()
        outcome = self.sweep("parameters:\n  value: [%sé%s]\n  %s" % ("x" * 39, "y" * 9, FIXED))
        self.assertIn("value=%s retries=2" % ("x" * 39), outcome.out)

    def test_a_megabyte(self):
        """A value of 1 MB is in the Job, and is said not to be in its annotation."""
        self.template()
        self.write("sweep.yaml", "parameters:\n  value: [%s]\n  %s" % ("x" * 1000000, FIXED))
        outcome = self.generate("--sweep", "sweep.yaml")
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("more than 1024 bytes", outcome.err)
        job = self.jobs()["train-0"]
        self.assertEqual("x" * 1000000, job["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"])
        self.assertNotIn("value", json.loads(job["metadata"]["annotations"]["headgate.dev/parameters"]))

    def test_the_field_decides_the_type(self):
        """Numbers and booleans are written as such where the API has them, amounts and texts as text."""
        self.template()
        self.assertEqual(0, self.sweep("parameters:\n  value: [7]\n  retries: [1e1]\n  held: [yes]\n  memory: [1e9]\n").code)
        job = self.jobs()["train-0"]
        self.assertEqual((10, True), (job["spec"]["backoffLimit"], job["spec"]["suspend"]))
        container = job["spec"]["template"]["spec"]["containers"][0]
        self.assertEqual(("7", "1e9"), (container["env"][0]["value"], container["resources"]["limits"]["memory"]))

    def test_what_does_not_fit_is_told_with_both_places(self):
        self.template()
        self.refused(self.sweep("parameters:\n  value: [x]\n  retries: [2, many]\n  held: [maybe]\n  memory: [2 GB]\n"),
                     'sweep.yaml:3:16: "many" does not fit spec.backoffLimit, which takes a whole number (parameter retries, '
                     "template.yaml:7:17)", 'sweep.yaml:4:10: "maybe" does not fit spec.suspend, which takes true or false',
                     'sweep.yaml:5:12: "2 GB" does not fit', "which takes an amount")  # fmt: skip

    def test_the_same_seed_draws_the_same(self):
        """kind: random is a stated algorithm: these are its rows for ever, all different."""
        self.template("train-{{ index }}-{{ value }}")
        numbers = ", ".join(str(i) for i in range(50))
        sweep = "kind: random\nsamples: 5\nseed: 42\nparameters:\n  value: [%s]\n  %s" % (numbers, FIXED)
        self.assertEqual(0, self.sweep(sweep).code)
        first = list(self.jobs())
        shutil.rmtree(self.path("out"))
        state, drawn = 42, []
        while len(drawn) < 5:
            state = (state + 0x9E3779B97F4A7C15) & (1 << 64) - 1
            z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
            z = (z ^ z >> 27) * 0x94D049BB133111EB & (1 << 64) - 1
            z ^= z >> 31
            if z % 50 not in drawn:
                drawn.append(z % 50)
        self.assertEqual(["train-%d-%d" % row for row in enumerate(drawn)], first)

    def test_the_table_and_one_manifest_are_shown(self):
        """--show is one YAML document, says what all Jobs ask for, and writes nothing."""
        self.template()
        outcome = self.run_headgate("generate", "--template", "template.yaml", "--show", "-q", *[
            word for value in ("value=a,b", "retries=0", "held=no", "memory=2Gi") for word in ("--set-parameter", value)])
        self.assertEqual((0, ""), (outcome.code, outcome.err), outcome)
        self.assertEqual("train-0", yaml.safe_load(outcome.out)["metadata"]["name"])
        self.assertIn("# 2 Jobs in ml: 2 CPU, 4 Gi\n", outcome.out)
        self.assertIn("# 1      train-1  b", outcome.out)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_one_indexed_job(self):
        """--indexed: each container has its rows as variables; what differs from row to row cannot be a placeholder."""
        self.write("template.yaml", (TEMPLATE % "train").replace("{{ value }}", "fixed"))
        rows = ("--set-parameter", "value=a,b,\"c,d\"", "--set-parameter", "retries=0", "--set-parameter", "held=no", "--set-parameter",
                "memory=1Gi", "--indexed")  # fmt: skip
        outcome = self.generate(*rows)
        self.assertEqual(0, outcome.code, outcome)
        job = self.jobs()["train"]
        self.assertEqual((3, "Indexed"), (job["spec"]["completions"], job["spec"]["completionMode"]))
        variables = {row["name"]: row["value"] for row in job["spec"]["template"]["spec"]["containers"][0]["env"]}
        self.assertEqual("c,d", json.loads(variables["HEADGATE_ROW_2"])["value"])
        shutil.rmtree(self.path("out"))
        self.template("train")
        self.refused(self.generate(*rows), '"value" differs from row to row')


    def test_a_row_has_its_variable_alone(self):
        """--indexed: a variable of the template that a row would have, too, is refused at its place."""
        self.write("template.yaml", (TEMPLATE % "train").replace("name: VALUE", "name: HEADGATE_ROW_0").replace("{{ value }}", "x"))
        fixed = ["--set-parameter=" + value for value in ("retries=0", "held=no", "memory=1Gi")]
        self.refused(self.generate("--indexed", *fixed), "template.yaml:18:18: HEADGATE_ROW_0 is the variable that --indexed gives")

    def test_exclude_names_what_the_command_line_adds(self):
        """`exclude` may name a parameter that only --set-parameter gives; the sweep then needs no `parameters`."""
        self.template("train-{{ value }}")
        self.write("sweep.yaml", "exclude: [{value: b}]\n")
        fixed = ["--set-parameter=" + value for value in ("value=a,b,c", "retries=0", "held=no", "memory=1Gi")]
        self.assertEqual(0, self.generate("--sweep", "sweep.yaml", *fixed).code)
        self.assertEqual(["train-a", "train-c"], sorted(self.jobs()))


class Refusals(SweepCase):
    def test_places_and_advice(self):
        """Each slip is told with file, line and column, and what was meant; nothing is written."""
        self.template()
        good = "parameters:\n  value: [x]\n  " + FIXED
        for sweep, words in (
            (good.replace("value:", "valeu:"), ('template.yaml:16:16: "value" is no parameter of the sweep: did you mean valeu?',)),
            (good + "  spare: [1]\n", ("sweep.yaml:6:3: spare is nowhere in the template",)),
            (good + "  value: [y]\n", ('sweep.yaml:6:3: "value" stands twice',)),
            (good + "kind: gird\n", ('sweep.yaml:6:7: unknown kind "gird": did you mean grid?',)),
            (good + "exclud: []\n", ('sweep.yaml:6:1: unknown key "exclud": did you mean exclude?',)),
            (good.replace("[x]", "[]"), ("sweep.yaml:2:10: has no value",)),
            (good.replace("[x]", "x"), ("sweep.yaml:2:10: must be a list of values",)),
            (good.replace("[x]", "[{a: b}]"), ("sweep.yaml:2:11: a value is a text or a number",)),
            (good.replace("[x]", "[!!binary eA==]"), ("sweep.yaml:2:11: a value has no tag",)),
            (good.replace("[x]", '["a\\0b"]'), ("sweep.yaml:2:11: holds a NUL",)),
            (good.replace("value:", "index:"), ('sweep.yaml:2:3: "index" has a meaning of its own',)),
            (good.replace("[x]", '["\\ud800"]'), ("sweep.yaml:2:",)),
            (good + "exclude: [{value: x}]\n", ("`exclude` drops all 1 combinations",)),
            (good + "exclude: [{vaule: x}]\n", ('sweep.yaml:6:12: unknown parameter "vaule": did you mean value?',)),
            ("", ("sweep.yaml: is empty",)),
            ("kind: zip\n" + good.replace("[x]", "[x, y, z]").replace("[2]", "[1, 2]"), ("value has 3 values and retries 2",)),
            ("kind: random\n" + good, ("needs `samples`",)),
            ("kind: random\nsamples: 2\n" + good, ("there are only 1 combinations, and `samples` is 2",)),
            (good.replace("[x]", "[%s]" % ", ".join(map(str, range(400)))).replace("[2]", "[%s]" % ", ".join(map(str, range(400)))),
             ("makes 160000 Jobs, and at most 100000 are possible",)),
            ("kind: rows\ncsv: rows.csv\n", ("rows.csv:3:1: this row has 1 field, and the header 4",)),
        ):  # fmt: skip
            self.write("rows.csv", "value,retries,held,memory\nx,1,no,1Gi\ny\n")
            self.refused(self.sweep(sweep), *words)
        for text, word in (('a"b', "rows.csv:2:2: a quote inside a field"), ('"ab', "rows.csv:2:1: this quote is not closed"),
                           ('"a"b', "rows.csv:2:4: text behind a closing quote"), ("\udcff", "rows.csv:2:1: this field is no UTF-8")):  # fmt: skip
            with open(self.path("rows.csv"), "wb") as rows:
                rows.write(("value\n%s\n" % text).encode("utf-8", "surrogateescape"))
            self.refused(self.sweep("kind: rows\ncsv: rows.csv\n"), word)

    def test_templates_that_are_none(self):
        for text, word in (
            (TEMPLATE.replace("kind: Job", "kind: CronJob") % "x", 'template.yaml:2:7: kind is "CronJob": a template is one Job'),
            (TEMPLATE.replace("batch/v1", "batch/v2") % "x", 'template.yaml:1:13: apiVersion is "batch/v2"'),
            (TEMPLATE.replace('"{{ retries }}"', "{{ retries }}") % "x", "put the placeholder into quotes"),
            (TEMPLATE.replace("{{ value }}", "{{ .Values.x }}") % "x", "is no placeholder"),
            (TEMPLATE.replace("[train]", "[train]\n        env: [{name: A, value: '{{hunter2'}]") % "x",
             "what the {{ in this value begins is no placeholder"),
            (TEMPLATE.replace("[train]", '"{{ value }}"') % "x", "spec.template.spec.containers[0].command is a list"),
            (TEMPLATE % "x" + "---\n" + TEMPLATE % "y", "template.yaml:23:1: a second document begins here"),
            (TEMPLATE.replace("  namespace: ml", '  "{{ value }}": ml') % "x", "placeholders stand in values, and this is a key"),
            (TEMPLATE.replace("  namespace: ml", "  name: ml") % "x", "template.yaml:5:3: this key stands twice: the first is in line 4"),
            (TEMPLATE.replace("  namespace: ml", "  labels: {headgate.dev/sweep: x}") % "x", "is written by Headgate: remove it"),
        ):  # fmt: skip
            self.write("template.yaml", text)
            self.refused(self.sweep("parameters:\n  value: [x]\n  " + FIXED), word)

    def test_names_are_different_and_valid_before_the_first_file(self):
        sweep = "parameters:\n  value: [x, y, X_]\n  " + FIXED
        self.template("train")
        self.refused(self.sweep(sweep), 'template.yaml:4:9: index 0 ({"value":"x"', 'and index 1 ({"value":"y"',
                     'both make the Job "train"')  # fmt: skip
        self.template("train-{{ value }}")
        self.refused(self.sweep(sweep), "template.yaml:4:9: index 2 ", 'makes the name "train-X_", which cannot be used')
        self.template("t" * 63 + "{{ index }}")
        self.refused(self.sweep(sweep), "a Job's name has at most 63 characters")

    def test_the_command_line(self):
        """What does not go together is exit code 2."""
        for words in (("generate", "--template", "t", "--orchestrator-config", "o", "--k8s-config", "k", "--output-dir", "out"),
                      ("generate", "--sweep", "s", "--output-dir", "out"), ("generate", "--template", "t"),
                      ("generate", "--output-dir", "out"), ("run", "--jobs-dir", "out", "--with-others"),
                      ("run", "--jobs-dir", "out", "--set-parameter", "a=b"),
                      ("generate", "--template", "t", "--output-dir", "out", "--set-parameter", "lr")):  # fmt: skip
            self.assertEqual(2, self.run_headgate(*words).code, words)


class Leftovers(SweepCase):
    FLAGS = ("--set-parameter", "retries=0", "--set-parameter", "held=no", "--set-parameter", "memory=1Gi")

    def run_sweep(self, values, *more):
        return self.run_headgate("run", "--template", "template.yaml", "--jobs-dir", "out", "--set-parameter", "value=" + values,
                                 *self.FLAGS, *more)  # fmt: skip

    def test_run_applies_what_it_has_generated(self):
        """What a larger sweep left is named and refused, and taken along where that is asked for."""
        self.template("train-{{ value }}")
        self.assertEqual(0, self.run_sweep("a,b,c").code)
        outcome = self.run_sweep("a")
        self.assertEqual(1, outcome.code, outcome)
        self.assertIn("out holds 2 manifests of an earlier sweep, the first is train-b.yaml", outcome.err)
        self.assertIn("Not generated by this run: out/train-b.yaml", outcome.err)
        self.assertIn("--with-others", outcome.err)
        outcome = self.run_sweep("a", "--with-others")
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("Skipped (dry-run):       3", outcome.out)

    def test_a_file_of_somebody_else_stays(self):
        self.template("train-{{ value }}")
        os.mkdir(self.path("out"))
        self.write("out/train-b.yaml", "mine\n")
        outcome = self.run_sweep("a,b")
        self.assertEqual(1, outcome.code, outcome)
        self.assertIn("will not overwrite out/train-b.yaml", outcome.err)
        self.assertEqual(["train-b.yaml"], os.listdir(self.path("out")))

    def test_parameters_are_rows_of_the_history(self):
        """Of a Job that has the annotation, whoever wrote it; what is no flat JSON object of bounded size is not taken."""
        self.template("train-{{ value }}")
        self.assertEqual(0, self.run_sweep("1e-4,0.10", "--reporter", "json=report.json",
                                           "--reporter", "exec:/usr/bin/tee=" + self.path("events")).code)  # fmt: skip
        self.assertEqual([("0.10",), ("1e-4",)], [tuple(row.values()) for row in self.query(
            "SELECT value FROM job_parameters WHERE name = 'value' ORDER BY value")])  # fmt: skip
        with open(self.path("report.json"), encoding="utf-8") as report:
            documents = json.load(report)["documents"]
        self.assertIn({"name": "value", "value": "0.10"}, documents[0]["parameters"])
        manifest = self.read("out/train-0.10.yaml")
        line = next(row for row in manifest.splitlines() if "headgate.dev/parameters" in row)
        many = json.dumps({"p%d" % i: "" for i in range(65)})
        for text, count in (('{"a": 1e-4, "b": true, "c": "x"}', 3), ("[1]", 0), ('{"a": {"b": 1}}', 0), ('{"a": 1', 0), ('{"a": "\\u0000"}', 0),
                            ('{"a": 1, "a": 2}', 0), (many, 0), ('{"a": "%s"}' % ("x" * 1025), 0), ('{"a": 1} {"b": 2}', 0)):  # fmt: skip
            self.write("other/train.yaml", manifest.replace(line, "    headgate.dev/parameters: %s" % json.dumps(text)))
            self.assertEqual(0, self.run_headgate("validate", "--jobs-dir", "other").code)
            found = self.query("SELECT value FROM job_parameters WHERE run_id = (SELECT max(run_id) FROM runs) ORDER BY name")
            self.assertEqual(count, len(found), text)
            if count:
                self.assertEqual(["1e-4", "true", "x"], [row["value"] for row in found])


class Examples(HeadgateCase):
    def test_each_is_valid_and_dry_run(self):
        for folder, template, count in (("sweep", "train", 7), ("inputs", "convert", 3)):
            place = os.path.join(SOURCE, "examples", folder)
            outcome = self.run_headgate("run", "--template", os.path.join(place, template + ".yaml"), "--sweep",
                                        os.path.join(place, "sweep.yaml"), "--jobs-dir", folder)  # fmt: skip
            self.assertEqual(0, outcome.code, outcome)
            self.assertIn("%d valid, 0 invalid" % count, outcome.err)
            self.assertIn("Skipped (dry-run):       %d" % count, outcome.out)

    def test_the_generator_in_python(self):
        """`shards.py | headgate apply -`: what it writes is valid, and its annotation is kept."""
        program = os.path.join(SOURCE, "examples", "generator", "shards.py")
        with subprocess.Popen([sys.executable, program, "3"], stdout=subprocess.PIPE) as generator:
            self.standard_input = generator.stdout
            outcome = self.run_headgate("apply", "-")
        self.assertEqual((0, 0), (outcome.code, generator.returncode), outcome)
        self.assertIn("Skipped (dry-run):       3", outcome.out)
        self.assertEqual(3, len(self.query("SELECT DISTINCT position FROM job_parameters")))


if __name__ == "__main__":
    unittest.main()
