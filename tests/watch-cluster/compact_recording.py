# SPDX-License-Identifier: Apache-2.0
"""Makes recorded-VERSION.jsonl, which replay_test.c reads, of a recording of a real API server.

usage: compact_recording.py RECORDING > recorded-VERSION.jsonl

RECORDING is a folder with jobs.watch.jsonl, pods.watch.jsonl and events.watch.jsonl, each a list and then an event a
line. The events of all three come out in the order of their time, as the server sent them but for members that nobody
reads and for events of type Normal, each behind the name of its collection and a blank.
"""

import json
import os
import sys

METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences")  # fmt: skip
SPEC = {
    "jobs": ("completions", "backoffLimit", "suspend", "ttlSecondsAfterFinished", "managedBy"),
    "pods": ("nodeName", "initContainers", "containers"),
}
STATUS = {
    "jobs": ("active", "ready", "succeeded", "failed", "terminating", "completedIndexes", "failedIndexes", "startTime",
             "completionTime", "conditions"),
    "pods": ("phase", "reason", "message", "conditions", "initContainerStatuses", "containerStatuses"),
}  # fmt: skip
CONTAINER = ("name", "state", "lastState", "restartCount", "image", "imageID", "containerID")
INDEX = "batch.kubernetes.io/job-completion-index"
READ = ("type", "status", "reason", "message", "lastTransitionTime")


def only(mapping, names):
    return {name: mapping[name] for name in names if name in mapping}


def compact(kind, thing):
    metadata = only(thing["metadata"], METADATA)
    metadata["labels"] = only(metadata.get("labels") or {}, ("kueue.x-k8s.io/queue-name",))
    metadata["annotations"] = only(metadata.get("annotations") or {}, (INDEX,))
    for name in ("labels", "annotations"):
        if not metadata[name]:
            del metadata[name]
    if kind == "events":
        kept = {name: value for name, value in thing.items() if name not in ("metadata", "source", "kind", "apiVersion")}
        kept["involvedObject"] = only(kept["involvedObject"], ("kind", "name", "uid"))
        return {"metadata": metadata, **kept}
    spec, status = only(thing["spec"], SPEC[kind]), only(thing.get("status") or {}, STATUS[kind])
    for name in ("initContainers", "containers"):
        if name in spec:
            spec[name] = [only(container, ("name", "restartPolicy")) for container in spec[name]]
    if "conditions" in status:
        status["conditions"] = [
            only(condition, READ) for condition in status["conditions"]
            if kind == "jobs" or condition["type"] in ("DisruptionTarget", "PodScheduled")
        ]  # fmt: skip
    for name in ("initContainerStatuses", "containerStatuses"):
        if name in status:
            status[name] = [only(container, CONTAINER) for container in status[name]]
    return {"metadata": metadata, "spec": spec, "status": status}


def main():
    rows = []
    for kind in ("jobs", "pods", "events"):
        with open(os.path.join(sys.argv[1], kind + ".watch.jsonl"), encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = json.loads(line)
                if "event" in row and row["event"]["object"].get("type") != "Normal":
                    event = {"type": row["event"]["type"], "object": compact(kind, row["event"]["object"])}
                    rows.append((row["t"], kind, number, event))
    for _, kind, _, event in sorted(rows, key=lambda row: (row[0], row[2])):
        print(kind, json.dumps(event, separators=(",", ":")))


if __name__ == "__main__":
    main()
