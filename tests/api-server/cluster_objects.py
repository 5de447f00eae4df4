# SPDX-License-Identifier: Apache-2.0
"""What the cluster holds, and every change of it, so that lists and watches tell the same story."""

import re
import threading
import uuid

from job_store import Refusal

# Kind and apiVersion by the name in the path.
KINDS = {
    "jobs": ("Job", "batch/v1"),
    "pods": ("Pod", "v1"),
    "events": ("Event", "v1"),
    # Kept, listed and obeyed by nobody.
    "resourcequotas": ("ResourceQuota", "v1"),
    "limitranges": ("LimitRange", "v1"),
}
COLLECTIONS = {kind: name for name, (kind, _) in KINDS.items()}


def _at(document, path):
    for name in path.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return "" if document is None else str(document)


def _label_fits(requirement, labels):
    """One of a labelSelector's requirements: a=b, a!=b, a, !a, a in (b,c), a notin (b,c)."""
    found = re.fullmatch(r"\s*(\S+)\s+(in|notin)\s+\((.*)\)\s*", requirement)
    if found:
        values = [value.strip() for value in found[3].split(",")]
        return (labels.get(found[1]) in values) == (found[2] == "in")
    if "!=" in requirement:
        name, _, value = requirement.partition("!=")
        return labels.get(name.strip()) != value.strip()
    if "=" in requirement:
        name, _, value = requirement.replace("==", "=").partition("=")
        return labels.get(name.strip()) == value.strip()
    name = requirement.strip()
    return name[1:] not in labels if name.startswith("!") else name in labels


def selector(namespace, query):
    """A function that says whether an object is meant."""
    labels = [part for part in re.split(r",(?![^(]*\))", query.get("labelSelector", "")) if part.strip()]
    fields = [part for part in query.get("fieldSelector", "").split(",") if part]

    def fits(document):
        metadata = document["metadata"]
        if namespace and metadata.get("namespace") != namespace:
            return False
        for field in fields:
            name, _, value = field.replace("==", "=").partition("=")
            if (_at(document, name.rstrip("!")) == value) == name.endswith("!"):
                return False
        return all(_label_fits(label, metadata.get("labels") or {}) for label in labels)

    return fits


class ClusterObjects:
    """Thread: any. An object that was kept is never changed again: another takes its place."""

    def __init__(self):
        self.changed = threading.Condition(threading.RLock())
        self.tables = {name: {} for name in KINDS}
        self.revision = 100
        self._first = 100  # what is older is forgotten
        self._changes = []  # one a revision from there on: (collection, type, object, the object before it)
        self._bookmarks = 0

    def keep(self, collection, document):
        """Makes it, or puts it in the place of the one of its name."""
        with self.changed:
            metadata = document["metadata"]
            key = metadata.get("namespace", ""), metadata["name"]
            before = self.tables[collection].get(key)
            self.revision += 1
            metadata["resourceVersion"] = str(self.revision)
            metadata.setdefault("uid", str(uuid.uuid4()))
            document["kind"], document["apiVersion"] = KINDS[collection]
            self.tables[collection][key] = document
            self._note(collection, "MODIFIED" if before else "ADDED", document, before)
            return document

    def remove(self, collection, namespace, name):
        with self.changed:
            before = self.tables[collection].pop((namespace, name), None)
            if before is None:
                return
            self.revision += 1
            last = {**before, "metadata": {**before["metadata"], "resourceVersion": str(self.revision)}}
            self._note(collection, "DELETED", last, before)

    def bookmark(self):
        """Running watches that want bookmarks get one."""
        with self.changed:
            self._bookmarks += 1
            self.changed.notify_all()

    def compact(self):
        """Forgets the changes: a watch from before now is told 410."""
        with self.changed:
            self._changes.clear()
            self._first = self.revision

    def _note(self, collection, change, document, before):
        self._changes.append((collection, change, document, before))
        self.changed.notify_all()

    def get(self, collection, namespace, name):
        with self.changed:
            return self.tables[collection].get((namespace, name))

    def listing(self, collection, fits):
        with self.changed:
            items = [document for _, document in sorted(self.tables[collection].items()) if fits(document)]
            kind, api = KINDS[collection]
            metadata = {"resourceVersion": str(self.revision)}
            return {"kind": kind + "List", "apiVersion": api, "metadata": metadata, "items": items}

    def start(self, collection, fits, version):
        """Where a watch from that resourceVersion begins: events to send at once, and a place for `since`."""
        with self.changed:
            if version in ("", "0"):
                items = self.listing(collection, fits)["items"]
                return [("ADDED", document) for document in items], (self.revision, self._bookmarks)
            if int(version) > self.revision:
                raise Refusal(504, "Timeout", "Too large resource version: %s, current: %d" % (version, self.revision),
                              {"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]})
            if int(version) < self._first:
                message = "too old resource version: %s (%d)" % (version, self._first)
                return [("ERROR", Refusal(410, "Expired", message).status)], None
            return [], (int(version), self._bookmarks)

    def since(self, collection, fits, place, seconds):
        """Events behind that place, waiting so long for one; and the place behind them. A bookmark's object is None."""
        with self.changed:
            if place == (self.revision, self._bookmarks):
                self.changed.wait(seconds)
            revision, bookmarks = place
            events = []
            for where, change, document, before in self._changes[max(0, revision - self._first) :]:
                if where == collection:
                    events.extend(self._seen(change, document, before, fits))
            if bookmarks != self._bookmarks:
                events.append(("BOOKMARK", None))
            return events, (self.revision, self._bookmarks)

    @staticmethod
    def _seen(change, document, before, fits):
        """The event as a watch with that selector sees it."""
        was, is_now = before is not None and fits(before), fits(document)
        if change == "DELETED":
            return [(change, document)] if was else []
        if is_now:
            return [("MODIFIED" if was else "ADDED", document)]
        return [("DELETED", document)] if was else []
