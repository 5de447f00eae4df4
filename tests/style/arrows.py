# SPDX-License-Identifier: Apache-2.0
"""The walls between the rooms: who may include whom.

usage: arrows.py TOP

Reads every #include of host/, lib/, plugins/, include/ and examples/, draws the arrows, and holds them
against the table of CONTRIBUTING.md; and finds files that call each other. Without this, a room would know all others within a few months, and
nothing could be tested or changed alone.
"""

import re
import sys

from sources import files_of, text_of

# The rooms of host/: each may include those behind it, and lib/. A row of the table in CONTRIBUTING.md.
ROOM = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([a-z ]*)\|$", re.M)
# The libraries of lib/, top floor first: each may include those that stand behind it here.
LIBRARIES = "cluster kubeconfig job yaml json html process files digest text memory".split()

# lib/ knows nothing of a run, and other libraries have one place that knows them.
OF_A_RUN = {f"headgate/{name}.h" for name in "applier generator plan result run scanner validator watcher".split()}
OUTSIDE = {
    "sqlite3.h": ("host/history",),
    "yaml.h": ("lib/yaml",),
    "curl/curl.h": ("lib/cluster", "plugins/report-webhook"),
    "dlfcn.h": ("host/plugins",),
}
# Headers that the build writes.
GENERATED = {"job_fields.h"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
# A function that other files of its folder may call, and a call of one.
FUNCTION = re.compile(r"^(?!static\b)[a-z][^;{}\n]*?\b(\w+)\((?:[^;{}]*)\) \{$", re.M)
CALL = re.compile(r"\b([a-z]\w+)\(")
TARGETS = re.compile(r"^headgate_(?:room|library)\(NAME (\w+)\n(.*?)\)$", re.M | re.S)

# What the plugins of a stage share, in folders named as their names begin.
FAMILIES = ("plugins/apply", "plugins/generate", "plugins/report")

ROOMS = {room: behind.split() for room, behind in ROOM.findall(text_of(sys.argv[1], "CONTRIBUTING.md"))}


def place_of(path):
    """host/ROOM, lib/LIBRARY, plugins/PLUGIN, examples/EXAMPLE or include."""
    parts = path.split("/")
    return "include" if parts[0] == "include" else "/".join(parts[:2])


def may_include(place, other):
    (floor, name), (other_floor, other_name) = place.split("/"), other.split("/")
    if place == other:
        return True
    if floor == "host":
        return other_floor == "lib" or (other_floor == "host" and other_name in ROOMS[name])
    if floor == "lib":
        return other_floor == "lib" and LIBRARIES.index(other_name) > LIBRARIES.index(name)
    if floor == "plugins":
        return other_floor == "lib" or other in FAMILIES and name.startswith(other_name + "-")
    return False


class House:
    def __init__(self, top):
        self.top = top
        self.files = files_of(top)
        self.paths = set(self.files)
        self.complaints = []
        self.arrows = {}  # (from, to): a place in the sources that draws it

    def complain(self, text):
        self.complaints.append(text)

    def found(self, path, name):
        """The file that `name` in double quotes means in the file `path`, None where there is none."""
        place = place_of(path)
        if "/" not in name:
            beside = f"{place}/{name}"
            return beside if beside in self.paths and place.startswith(("plugins", "examples")) else None
        folder = name.split("/")[0]
        for floor in ("host", "lib"):
            # A room and a library of one name: the file decides.
            if f"{floor}/{name}" in self.paths:
                return f"{floor}/{name}"
        return f"plugins/{name}" if f"plugins/{folder}" in FAMILIES and f"plugins/{name}" in self.paths else None

    def read_quoted(self, path, where, name):
        place = place_of(path)
        if name in GENERATED and place.startswith("plugins/"):
            return
        file = self.found(path, name)
        if file is None:
            self.complain(f'{where}: "{name}" is no file here (host and lib include by folder: "ROOM/header.h")')
        elif place == "include" or place.startswith("examples") and place != place_of(file):
            self.complain(f'{where}: {place} may include <headgate/...> alone, not "{name}"')
        elif not place.startswith("examples"):
            self.arrows.setdefault((place, place_of(file)), f'{where}: "{name}"')

    def read_angled(self, path, where, name):
        place = place_of(path)
        if name in OUTSIDE and place.split("/")[0] != "examples" and place not in OUTSIDE[name]:
            self.complain(f"{where}: <{name}> is known to {', '.join(OUTSIDE[name])} alone")
        if place.startswith("lib/") and name in OF_A_RUN:
            self.complain(f"{where}: lib/ knows nothing of runs, and <{name}> does")

    def read_includes(self):
        for path in self.files:
            if not path.endswith((".c", ".h", ".def", ".cc")):
                continue
            if not path.startswith(("host/", "lib/", "plugins/", "include/", "examples/")):
                continue
            place = place_of(path)
            if path.count("/") < 2 or (place.startswith("host/") and place[5:] not in ROOMS) or (
                    place.startswith("lib/") and place[4:] not in LIBRARIES):
                self.complain(f"{path}: lies in no room")
                continue
            text = text_of(self.top, path)
            for match in INCLUDE.finditer(text):
                where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
                (self.read_quoted if match[1] == '"' else self.read_angled)(path, where, match[2])

    def judge_arrows(self):
        for (place, other), where in sorted(self.arrows.items()):
            if not may_include(place, other):
                self.complain(f"{where}: {place} may not include {other}")

    def judge_circles(self):
        """Two files of a folder that call each other are one subject, or a function lies in the wrong one."""
        texts = {path: text_of(self.top, path) for path in self.files
                 if path.endswith(".c") and path.startswith(("host/", "lib/", "plugins/"))}
        lies_in = {(place_of(path), name): path for path, text in texts.items() for name in FUNCTION.findall(text)}
        calls = {}
        for path, text in texts.items():
            for name in set(CALL.findall(text)):
                other = lies_in.get((place_of(path), name), path)
                if other != path:
                    calls.setdefault((path, other), name)
        for (path, other), name in sorted(calls.items()):
            if path < other and (other, path) in calls:
                self.complain(f"{path}: calls {name}() of {other}, which calls {calls[(other, path)]}() here")
        return len(lies_in)

    def judge_targets(self):
        """What a target links is what its room may include, and it links what it includes."""
        links = {}
        for floor, prefix in (("host", "host_"), ("lib", "lib_")):
            text = text_of(self.top, f"{floor}/CMakeLists.txt")
            for name, body in TARGETS.findall(text):
                words = body.split()
                place = f"{floor}/{name}"
                rooms = words[words.index("ROOMS") + 1:] if "ROOMS" in words else []
                links[place] = {f"host/{word}" for word in rooms if word in ROOMS}
                links[place] |= {f"lib/{word[4:]}" for word in words if word.startswith("lib_")}
                sources = {f"{place}/{word}" for word in words if word.endswith(".c")}
                of_programs = {f"{floor}/{word}" for word in re.findall(r"add_executable\([\w-]+ (\S+)\)", text)}
                for path in self.files:
                    if path.startswith(f"{place}/") and path.endswith(".c") and path not in sources | of_programs:
                        self.complain(f"{path}: no target has it")
                for other in sorted(links[place]):
                    if not may_include(place, other):
                        self.complain(f"{floor}/CMakeLists.txt: {prefix}{name} may not link {other}")
        for (place, other), where in sorted(self.arrows.items()):
            if place in links and place != other:
                if other not in links[place] | self.behind(links, links[place]):
                    self.complain(f"{where}: the target of {place} does not link {other}")
        for place in {place_of(path) for path in self.files if path.startswith(("host/", "lib/")) and
                      path.endswith(".c")} - set(links):
            self.complain(f"{place}: is no target")

    @staticmethod
    def behind(links, places):
        """The libraries that those of `places` link; a room says itself which rooms it includes."""
        reached, waiting = set(), [place for place in places if place.startswith("lib/")]
        while waiting:
            for other in links.get(waiting.pop(), ()):
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return reached


def main():
    house = House(sys.argv[1])
    house.read_includes()
    house.judge_arrows()
    house.judge_targets()
    functions = house.judge_circles()
    print("\n".join(house.complaints))
    print(f"{len(house.arrows)} arrows, {functions} functions, {len(house.complaints)} complaints")
    return 1 if house.complaints or not house.arrows or not functions else 0


if __name__ == "__main__":
    sys.exit(main())
