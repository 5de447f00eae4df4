# SPDX-License-Identifier: Apache-2.0
"""The generator's idea of YAML 1.1 is PyYAML's, on many texts made by chance (always the same)."""

import os
import random
import subprocess
import unittest

import yaml

import d29_session

PROBE = os.environ["YAML_PROBE"]
ALPHABETS = [
    "0123456789", "01_", "0123456789abcdefx_", "0123456789.eE+-_", "0123456789:.", "0123456789-:Tt Z+.", "nullNUL~",
    "yesnotrufalYESONTRUFAL", ".infnaINFNA+-", "+-.=<~0", "a: #-?!&*%@`'\"\\|>{}[],\t", "ab\n\r\t \x85\u2028",
    "한글é\U0001f30a \u200b\ufeff:#-", "".join(map(chr, range(1, 0x180))),
]


def texts():
    chance = random.Random(29)
    made = list(d29_session.AWKWARD_TEXTS)
    for alphabet in ALPHABETS:
        for length in range(1, 13):
            made += ["".join(chance.choices(alphabet, k=length)) for _ in range(120)]
    for _ in range(3000):
        made.append("%04d-%s%d-%s%d%s%d:%02d:%02d%s" % (
            chance.randrange(3000), chance.choice(["", "0"]), chance.randrange(20), chance.choice(["", "0"]),
            chance.randrange(40), chance.choice(["T", "t", " ", "\t", "  ", "x"]), chance.randrange(30),
            chance.randrange(70), chance.randrange(70), chance.choice(["", ".", ".5", "Z", " +9", "-05:30", "+1:2"])))
    for text in made[:3000]:
        made.append(chance.choice(["0x", "0b", "0", "-", "+", "1:", "."]) + text)
    return made


def probe(how, made):
    run = subprocess.run([PROBE, how], input="".join(text + "\0" for text in made).encode(), check=True,
                         stdout=subprocess.PIPE)
    return run.stdout.decode()


class Reading(unittest.TestCase):
    def test_types_of_plain_scalars(self):
        resolver = yaml.SafeLoader("")
        made = [text for text in texts() if "\n" not in text]
        answers = probe("resolve", made).splitlines()
        self.assertEqual(len(answers), len(made))
        kinds = {}
        for text, answer in zip(made, answers):
            kind, *value = answer.split(" ")
            tag = resolver.resolve(yaml.ScalarNode, text, (True, False)).rsplit(":", 1)[1]
            # A lone indicator cannot be plain, so what it would be does not matter.
            if tag != "yaml":
                self.assertEqual(kind, tag, repr(text))
            if value:
                self.assertEqual(int(value[0]), yaml.safe_load(text), repr(text))
            kinds[kind] = kinds.get(kind, 0) + 1
        self.assertTrue(min(kinds.get(kind, 0) for kind in ("int", "float", "timestamp", "bool", "null")) > 5, kinds)

    def test_written_texts_stay_what_they_are(self):
        made = texts()
        document = probe("quote", made)
        for loader in (yaml.SafeLoader, yaml.CSafeLoader):
            with self.subTest(loader=loader.__name__):
                data = yaml.load(document, Loader=loader)
                self.assertEqual(data["texts"], made)
                self.assertEqual(data["keys"], [{text: text} for text in made if len(text.encode()) <= 317])


if __name__ == "__main__":
    unittest.main()
