# SPDX-License-Identifier: Apache-2.0
"""Does what examples/reporter-exec/README.md says, command by command, where nothing but an installation is."""

import json
import unittest

import jsonschema

from document_case import InstalledCase

PROGRAMS = ("failed.sh", "summary.py")


class Readme(InstalledCase):
    def test_what_it_says_is_so(self):
        home = self.root.home
        self.follow_document("examples/reporter-exec/README.md", "examples/reporter-exec/README.md", home)

        # The lines that it explains are what the installed schema says, and each member is in the schema.
        schemas = self.root.run("pkg-config", "--variable=schemadir", "headgate").stdout.strip()
        with open(f"{schemas}/run-event.schema.json", encoding="utf-8") as file:
            schema = json.load(file)
        with open(home / "lines.jsonl", encoding="ascii") as file:
            events = [json.loads(line) for line in file]
        self.assertEqual([event["event"] for event in events], ["run_started", "job_validated", "job_validated",
                                                                "job_finished", "job_finished", "run_finished"])
        for event in events:
            jsonschema.Draft202012Validator(schema).validate(event)
            members = {"event", "interface", *schema["$defs"][event["event"]]["properties"]}
            self.assertLessEqual(set(event), members)

    def test_the_settings_that_it_shows_work(self):
        """They name programs in ~/bin of a made-up home: put them there, and the home in."""
        home = self.root.home
        text = (self.documents / "examples/reporter-exec/README.md").read_text(encoding="utf-8")
        shown = text.split("```yaml file=config.yaml\n")[1].split("```")[0]
        (home / "bin").mkdir()
        for program in PROGRAMS:
            copied = self.root.run("cp", self.documents / "examples/reporter-exec" / program, "bin/")
            self.assertEqual(copied.returncode, 0, copied.stderr)
        settings = home / ".config/headgate/config.yaml"
        settings.parent.mkdir(parents=True)
        settings.write_text(shown.replace("/home/you", str(home)), encoding="utf-8")
        self.addCleanup(settings.unlink)
        (home / "none").mkdir()
        done = self.root.run("headgate", "apply", "--jobs-dir", "none")
        self.assertTrue((home / "summary.txt").exists(), done.stderr)

        (home / "headgate.yaml").write_text(settings.read_text(encoding="utf-8"), encoding="utf-8")
        self.addCleanup((home / "headgate.yaml").unlink)
        done = self.root.run("headgate", "apply", "--jobs-dir", "none")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("names a program, so it is not taken from the working directory", done.stderr)


if __name__ == "__main__":
    unittest.main()
