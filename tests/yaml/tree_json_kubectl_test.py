# SPDX-License-Identifier: Apache-2.0
"""The JSON that is sent for a manifest is the JSON that the machine's kubectl makes of it.

    tree_json_kubectl_test.py [MANIFEST]...

Without manifests: one with every field of a Job, and texts that YAML makes something unexpected of.
"""

import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.environ["TREE_JSON_PROGRAM"]
KUBECTL = os.environ["KUBECTL"]
SOURCE = os.environ["HEADGATE_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tests", "api-server"))
from api_server_process import ApiServer

HEAD = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: job\n"
SCALARS = """\
5 -5 +5 0 -0 0644 0o17 0x1F 0b11 1_000 1.0 1.50 .5 5. 1e3 1e-7 1e20 1e21 1e22 1e400 123456789.25 0.1 100000.5 089 08.5 0_ _0
9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616 -9223372036854775808 -9223372036854775809
yes no on off y n Y N true True TRUE tRue ~ null Null NULL nULL 190:20:30 2026-01-02 2026-01-02T03:04:05Z 1.2.3 = << 12e 0x 0xg
!!str,5 !!str,yes !!binary,aGVsbG8= !!float,3 !!int,7 !!bool,yes !!null,~ !own,5 '5' "yes" "\\u2028<&>\\x7f\\t" "\\U0001F680" ä
""".split()
DOCUMENTS = [
    "x:\n" + "".join("- %s\n" % scalar.replace(",", " ") for scalar in SCALARS),
    "x: {1: a, 1.5: b, true: c, 1e7: d, 0644: e, yes2: f, 123456789.0: g, 1e-5: h}\n",
    "x: &b {a: 1, b: 2}\nspec:\n  <<: *b\n  a: 3\n",
    "x: &b {a: 1, b: 2}\nspec:\n  a: 3\n  <<: *b\n",
    "x: &b {a: 1}\ny: &c {a: 2, d: 4}\nspec: {<<: [*b, *c], e: 5}\n",
    "x: &l [1, two, {three: 3.0}]\nspec: {a: *l, b: *l}\n",
    "spec: |\n  text\n   more\nz: >-\n  folded\n  text\n",
]


def documents(text):
    """JSON values one after another."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        found += value["items"] if value.get("kind") == "List" else [value]
    return found


def tree(value):
    """Without the namespace that kubectl adds; 1 and 1.0 are one number, true is none."""
    if isinstance(value, dict):
        return {key: tree(member) for key, member in value.items()}
    if isinstance(value, list):
        return [tree(item) for item in value]
    return (type(value).__name__ if isinstance(value, (bool, str)) else "number", value)


def items(value):
    return value["items"] if value.get("kind") == "List" else [value]


def without_default(value):
    if value["metadata"].get("namespace") in ("default", ""):
        del value["metadata"]["namespace"]
    return tree(value)


def kubectl(paths, server):
    """What it makes of the files; None where it refuses one of them."""
    names = [word for path in paths for word in ("-f", path)]
    done = subprocess.run([KUBECTL, "create", "--dry-run=client", "--validate=false", "-o", "json", *names,
                           "--kubeconfig", server.kubeconfig], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, check=False)
    return documents(done.stdout.decode()) if done.returncode == 0 else None


def headgate(paths):
    found = []
    for path in paths:
        done = subprocess.run([PROGRAM, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        found += [item for line in done.stdout.decode().splitlines() for item in items(json.loads(line))]
        if done.returncode != 0:
            print("%s: %s" % (path, done.stderr.decode()))
    return found


def compare(paths, server):
    """How many were compared, and how many differ. Many at a time, and one by one where that fails."""
    wanted = kubectl(paths, server)
    made = headgate(paths) if wanted is not None else []
    if wanted is not None and [without_default(v) for v in wanted] == [without_default(v) for v in made]:
        return len(paths), 0
    if len(paths) > 1:
        middle = len(paths) // 2
        return tuple(map(sum, zip(compare(paths[:middle], server), compare(paths[middle:], server))))
    if wanted is None:
        print("kubectl refuses " + paths[0])
        return 0, 0
    print("%s\n  kubectl  %s\n  Headgate %s" % (paths[0], json.dumps(wanted)[:600], json.dumps(made)[:600]))
    return 1, 1


def main():
    with tempfile.TemporaryDirectory(prefix="headgate-json-") as place:
        server = ApiServer(place)
        paths = sys.argv[1:] or [os.path.join(SOURCE, "tests", "validate-kubernetes", "every_field.yaml")]
        for number, document in enumerate(() if sys.argv[1:] else DOCUMENTS):
            paths.append(os.path.join(place, "document-%d.yaml" % number))
            with open(paths[-1], "w", encoding="utf-8") as file:
                file.write(HEAD + document)
        compared, different = 0, 0
        for at in range(0, len(paths), 40):
            more, unlike = compare(paths[at : at + 40], server)
            compared, different = compared + more, different + unlike
        server.close()
    print("%d of %d manifests compared, %d differ" % (compared, len(paths), different))
    whole = compared == len(paths) or sys.argv[1:]
    return 0 if whole and not different else 1


if __name__ == "__main__":
    sys.exit(77 if not KUBECTL else main())
