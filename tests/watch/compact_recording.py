# SPDX-License-Identifier: Apache-2.0
"""Makes a compact text of a recording of watches: what verdicts stand on, and nothing else.

usage: compact_recording.py FOLDER > recorded-VERSION.tsv

FOLDER holds jobs.watch.jsonl, pods.watch.jsonl and events.watch.jsonl: first a line {"t", "list"}, then a line an event.
Each line that comes out has fields between tabs, a field's "-" being an empty one:

  J ms name uid phase flags active ready succeeded failed completions reason message completed failed-indexes created started finished
  P ms job-uid uid name flags index phase node reason message created
  C kind state restart exit-code signal name reason message started finished       a container of the Pod above
  E ms uid count type reason message kind name object-uid first last
"""

import json
import sys

PENDING, RUNNING, SUSPENDED, ENDING, COMPLETE, FAILED, DELETED = range(1, 8)
RELISTED, SUCCEEDS, DELETING, HAS_TTL, MANAGED, QUEUED = 1, 2, 4, 8, 16, 32


def line(*fields):
    def field(value):
        text = "" if value is None else str(value)
        return " ".join(text.split()) or "-"

    return "\t".join(map(field, fields))


def conditions(status):
    return {c["type"]: c for c in status.get("conditions", []) if c["status"] == "True"}


def job(ms, kind, item):
    meta, spec, status = item["metadata"], item["spec"], item.get("status", {})
    true = conditions(status)
    flags = 0
    flags |= SUCCEEDS if "Complete" in true or "SuccessCriteriaMet" in true else 0
    flags |= DELETING if "deletionTimestamp" in meta else 0
    flags |= HAS_TTL if "ttlSecondsAfterFinished" in spec else 0
    flags |= MANAGED if spec.get("managedBy", "kubernetes.io/job-controller") != "kubernetes.io/job-controller" else 0
    flags |= QUEUED if "kueue.x-k8s.io/queue-name" in meta.get("labels", {}) else 0
    phase, decides = PENDING, {}
    if status.get("ready", 0) or status.get("succeeded", 0) or status.get("failed", 0):
        phase = RUNNING
    for its, name in ((SUSPENDED, "Suspended"), (ENDING, "SuccessCriteriaMet"), (ENDING, "FailureTarget"),
                      (COMPLETE, "Complete"), (FAILED, "Failed")):
        if name in true:
            phase, decides = its, true[name]
    if spec.get("suspend") and phase < ENDING:
        phase = SUSPENDED
    finished = status.get("completionTime") or true.get("Failed", {}).get("lastTransitionTime")
    return line("J", ms, meta["name"], meta["uid"], DELETED if kind == "DELETED" else phase, flags,
                status.get("active", 0), status.get("ready", -1), status.get("succeeded", 0), status.get("failed", 0),
                spec.get("completions", -1), decides.get("reason"), decides.get("message"),
                status.get("completedIndexes"), status.get("failedIndexes"), meta["creationTimestamp"],
                status.get("startTime"), finished)


def container(kind, state, restart, name, what):
    return line("C", kind, state, restart, what.get("exitCode", -1), what.get("signal", 0), name, what.get("reason"),
                what.get("message"), what.get("startedAt"), what.get("finishedAt"))


def pod(ms, kind, item):
    meta, spec, status = item["metadata"], item["spec"], item.get("status", {})
    owner = next(o for o in meta["ownerReferences"] if o.get("controller"))
    true = conditions(status)
    scheduled = next((c for c in status.get("conditions", []) if c["type"] == "PodScheduled"), {})
    says = status if "reason" in status else true.get("DisruptionTarget") or (
        scheduled if scheduled.get("status") == "False" else {})
    flags = (1 if kind == "DELETED" else 0) | (2 if "deletionTimestamp" in meta else 0)
    lines = [line("P", ms, owner["uid"], meta["uid"], meta["name"], flags,
                  meta.get("annotations", {}).get("batch.kubernetes.io/job-completion-index", -1),
                  status.get("phase", "Pending"), spec.get("nodeName"), says.get("reason"), says.get("message"),
                  meta["creationTimestamp"])]
    sidecars = {c["name"] for c in spec.get("initContainers", []) if c.get("restartPolicy") == "Always"}
    for its, statuses in ((2, status.get("initContainerStatuses", [])), (1, status.get("containerStatuses", []))):
        for one in statuses:
            its_kind, name, restart = 3 if one["name"] in sidecars else its, one["name"], one.get("restartCount", 0)
            if "terminated" in one.get("lastState", {}):
                lines.append(container(its_kind, 3, restart - 1, name, one["lastState"]["terminated"]))
            for state, number in (("waiting", 1), ("running", 2), ("terminated", 3)):
                if state in one.get("state", {}):
                    lines.append(container(its_kind, number, restart, name, one["state"][state]))
    return "\n".join(lines)


def event(ms, kind, item):
    about = item["involvedObject"]
    return line("E", ms, item["metadata"]["uid"], item.get("count", 1), item["type"], item["reason"], item["message"],
                about["kind"], about["name"], about.get("uid"), item.get("firstTimestamp"), item.get("lastTimestamp"))


def main(folder):
    seen = []
    for order, (name, of) in enumerate((("jobs", job), ("pods", pod), ("events", event))):
        with open(f"{folder}/{name}.watch.jsonl", encoding="utf-8") as lines:
            for number, text in enumerate(lines):
                record = json.loads(text)
                ms = round(record["t"] * 1000)
                events = ([(record["event"]["type"], record["event"]["object"])] if "event" in record
                          else [("ADDED", item) for item in record["list"].get("items") or []])
                seen += [(ms, order, number, of(ms, kind, item)) for kind, item in events if kind != "BOOKMARK"]
    print("# SPDX-License-Identifier: Apache-2.0")
    before = {}
    for _, order, _, text in sorted(seen, key=lambda one: one[:3]):
        # Changes of nothing that a verdict looks at (finalizers, bookkeeping) tell nothing.
        fields = text.split("\t")
        key, what = (order, fields[2] + fields[3]), fields[:1] + fields[2:]
        if before.get(key) != what:
            print(text)
        before[key] = what


main(sys.argv[1])
