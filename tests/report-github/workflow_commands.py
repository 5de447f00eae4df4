# SPDX-License-Identifier: Apache-2.0
"""How the runner of GitHub Actions finds commands in what a step writes, for tests."""

import unicodedata

# The names that the runner obeys (GitHub Docs, "Workflow commands for GitHub Actions", and older ones).
COMMANDS = {
    "error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands", "echo", "set-output",
    "save-state", "set-env", "add-path", "add-matcher", "remove-matcher", "save-env",
}


def decode(text, pairs):
    """The runner replaces one escape after the other, the percent sign's last."""
    for escape, character in (*pairs, ("%25", "%")):
        text = text.replace(escape, character)
    return text


def read_command(line):
    """(name, properties, data) of a line of output, or None: both of the forms that the runner knows."""
    text = line.lstrip()
    if text.startswith("::"):
        end = text.find("::", 2)
        if end >= 0:
            name, _, rest = text[2:end].partition(" ")
            if name.lower() in COMMANDS:
                properties = {}
                for pair in rest.strip().split(","):
                    key, equals, value = pair.partition("=")
                    if key and equals and value:
                        properties[key] = decode(value, [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")])
                return name, properties, decode(text[end + 2 :], [("%0D", "\r"), ("%0A", "\n")])
    start = line.find("##[")
    if start >= 0 and "]" in line[start:]:
        name = line[start + 3 : line.index("]", start)].partition(" ")[0]
        if name.lower() in COMMANDS:
            return name, {}, line[line.index("]", start) + 1 :]
    return None


def orders(output):
    """The names of all commands in the bytes of a stream. .NET's StartsWith and IndexOf compare as words of a
    language are compared, so what has no weight there is looked through; its TrimStart knows Unicode's blanks."""
    found = []
    for line in output.decode("utf-8", "replace").replace("\r", "\n").split("\n"):
        weighty = "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf") or c.isspace())
        command = read_command(line) or read_command(weighty)
        if command:
            found.append(command[0].lower())
    return found
