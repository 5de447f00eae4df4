# SPDX-License-Identifier: Apache-2.0
"""The Jobs of the server, in memory, and what each request does to them."""

import copy
import datetime

import go_syntax
import job_rules
import strategic_merge
from job_schema import JOB, DecodingError

_SERVER_FIELDS = ("uid", "generation", "creationTimestamp", "resourceVersion", "managedFields")


class Refusal(Exception):
    """A Status with a code of 400 or more."""

    def __init__(self, code, reason, message, details=None, headers=None):
        super().__init__(message)
        self.code = code
        self.headers = headers or {}
        self.status = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "code": code,
        }
        if reason:
            self.status["reason"] = reason
        if details:
            self.status["details"] = details


def not_found(resource, name, group=""):
    full = "%s.%s" % (resource, group) if group else resource
    details = {"name": name, "kind": resource}
    if group:
        details["group"] = group
    return Refusal(404, "NotFound", '%s "%s" not found' % (full, name), details)


def invalid(kind, name, causes):
    """422, with one cause a field, as the server words it."""
    texts = ["%s: %s" % (c["field"], c["message"]) for c in causes]
    message = texts[0] if len(texts) == 1 else "[%s]" % ", ".join(texts)
    details = {"name": name, "group": "batch" if kind else "", "kind": "Job" if kind else "", "causes": causes}
    return Refusal(422, "Invalid", '%s "%s" is invalid: %s' % (kind, name, message), details)


def _leaves(value, path=""):
    """Every value that is no mapping, by its path. Lists are one value: enough for what conflicts here."""
    if not isinstance(value, dict):
        return {path: value}
    found = {}
    for name, member in value.items():
        if path or name not in ("apiVersion", "kind"):
            found.update(_leaves(member, "%s.%s" % (path, name)))
    return {path: value for path, value in found.items() if path not in (".metadata.name", ".metadata.namespace")}


def _field_conflict(conflicts):
    words = ['conflict with "%s" using batch/v1' % manager for manager, _ in conflicts]
    message = "Apply failed with %d conflict%s: %s: %s" % (
        len(conflicts), "s" if len(conflicts) > 1 else "", words[0], conflicts[0][1])
    causes = [{"reason": "FieldManagerConflict", "message": said, "field": path}
              for said, (_, path) in zip(words, conflicts)]
    return Refusal(409, "Conflict", message, {"causes": causes})


class JobStore:
    """Thread: any; every request holds the lock for its whole work."""

    def __init__(self, schema, namespaces, objects):
        self.schema = schema
        self.namespaces = set(namespaces)
        self._objects = objects
        self._jobs = objects.tables["jobs"]
        self._owners = {}  # by Job: what each manager has set, by path
        self._lock = objects.changed

    def get(self, namespace, name):
        with self._lock:
            return self._find(namespace, name)

    def create(self, namespace, body, strict, dry_run):
        with self._lock:
            self._decode(body, strict)
            return self._create(namespace, body, dry_run, "kubectl-client-side-apply")

    def _create(self, namespace, body, dry_run, manager):
        if namespace not in self.namespaces:
            raise not_found("namespaces", namespace)
        fields = _leaves(body)
        body = self._whole(body, namespace)
        name = body["metadata"].get("name", "")
        causes = job_rules.refusals(body)
        if causes:
            raise invalid("Job.batch", name, causes)
        if (namespace, name) in self._jobs:
            details = {"name": name, "group": "batch", "kind": "jobs"}
            raise Refusal(409, "AlreadyExists", 'jobs.batch "%s" already exists' % name, details)
        job = job_rules.with_defaults(body)
        job["kind"], job["apiVersion"] = "Job", "batch/v1"
        now = datetime.datetime.now(datetime.timezone.utc)
        job["metadata"]["creationTimestamp"] = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        if not dry_run:
            self._owners[namespace, name] = {manager: fields}
        return self._keep(job, dry_run)

    def patch(self, namespace, name, patch, strict, dry_run):
        with self._lock:
            before = self._find(namespace, name)
            after = self._merged(before, patch, strict)
            return before if after == before else self._changed(before, after, dry_run)

    def _merged(self, before, patch, strict):
        after = copy.deepcopy(strategic_merge.merge(self.schema, JOB, before, patch))
        for field in _SERVER_FIELDS:
            after["metadata"][field] = before["metadata"].get(field)
        try:
            if strict:
                self.schema.decode(after)
        except DecodingError as error:
            value = '"%s"' % go_syntax.plain(patch)
            raise invalid("", "", [job_rules.cause("patch", "Invalid value", value, str(error))]) from error
        job_rules.pod_defaults(after["spec"]["template"]["spec"])
        causes = job_rules.refusals(after) + job_rules.changes_refused(before, after)
        if causes:
            raise invalid("Job.batch", before["metadata"]["name"], causes)
        return after

    def _changed(self, before, after, dry_run):
        if after["spec"] != before["spec"]:
            after["metadata"]["generation"] += 1
        return self._keep(after, dry_run)

    def apply(self, namespace, name, body, manager, strict, dry_run):
        """Server-side apply: code and Job. Fields that another manager set to something else are a conflict."""
        with self._lock:
            called = (body.get("metadata") or {}).get("name")
            if called != name:
                raise Refusal(400, "BadRequest", "the name of the object (%s) does not match the name on the URL (%s)"
                              % (called, name))
            self._typed(name, body, strict)
            before = self._jobs.get((namespace, name))
            fields = _leaves(body)
            if before is None:
                return 201, self._create(namespace, body, dry_run, manager)
            owners = self._owners[namespace, name]
            conflicts = [
                (other, path)
                for other, theirs in owners.items()
                for path in sorted(theirs.keys() & fields.keys())
                if other != manager and theirs[path] != fields[path]
            ]
            if conflicts:
                raise _field_conflict(conflicts)
            after = self._merged(before, body, strict)
            if not dry_run:
                owners[manager] = fields
            return 200, before if after == before else self._changed(before, after, dry_run)

    def _typed(self, name, body, strict):
        """How server-side apply refuses what the schema does not know: an error 500 without a reason."""
        try:
            if strict:
                self.schema.decode(body)
        except DecodingError as error:
            field = str(error).rpartition('unknown field "')[2].rstrip('"')
            message = ".%s: field not declared in schema" % field if "unknown field" in str(error) else str(error)
            raise Refusal(500, None, "failed to create typed patch object (/%s; batch/v1, Kind=Job): %s"
                          % (name, message)) from error

    def delete(self, namespace, name, options, dry_run):
        """`options` is the request's DeleteOptions. Its Pods go with it where the propagation policy says so."""
        with self._lock:
            job = self._find(namespace, name)
            uid = job["metadata"]["uid"]
            wanted = (options.get("preconditions") or {}).get("uid", uid)
            details = {"name": name, "group": "batch", "kind": "jobs", "uid": uid}
            if wanted != uid:
                message = (
                    'Operation cannot be fulfilled on jobs.batch "%s": Precondition failed: UID in precondition: %s,'
                    " UID in object meta: %s" % (name, wanted, uid)
                )
                raise Refusal(409, "Conflict", message, details)
            if not dry_run:
                if options.get("propagationPolicy") in ("Foreground", "Background"):
                    for pod in list(self._objects.tables["pods"].values()):
                        if any(owner.get("uid") == uid for owner in pod["metadata"].get("ownerReferences") or []):
                            self._objects.remove("pods", namespace, pod["metadata"]["name"])
                self._objects.remove("jobs", namespace, name)
            return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}

    def _find(self, namespace, name):
        job = self._jobs.get((namespace, name))
        if job is None:
            raise not_found("jobs", name, "batch")
        return job

    def _keep(self, job, dry_run):
        return job if dry_run else self._objects.keep("jobs", job)

    def _decode(self, body, strict):
        try:
            if strict:
                self.schema.decode(body)
        except DecodingError as error:
            message = 'Job in version "v1" cannot be handled as a Job: %s' % error
            raise Refusal(400, "BadRequest", message) from error

    @staticmethod
    def _whole(body, namespace):
        """The Job with the mappings that the server always has, its own fields dropped."""
        body = copy.deepcopy(body)
        metadata = body["metadata"] = body.get("metadata") or {}
        stated = metadata.get("namespace") or namespace
        if stated != namespace:
            message = "the namespace of the provided object does not match the namespace sent on the request"
            raise Refusal(400, "BadRequest", message)
        metadata["namespace"] = namespace
        if metadata.get("generateName") and not metadata.get("name"):
            metadata["name"] = metadata["generateName"][:58] + "x7f2p"
        for field in _SERVER_FIELDS:
            metadata.pop(field, None)
        for field in ("labels", "annotations"):
            if not metadata.get(field):
                metadata.pop(field, None)
        spec = body["spec"] = body.get("spec") or {}
        template = spec["template"] = spec.get("template") or {}
        template["metadata"] = template.get("metadata") or {}
        template["spec"] = template.get("spec") or {}
        return body
