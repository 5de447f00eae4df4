# SPDX-License-Identifier: Apache-2.0
"""The Jobs of the server, in memory, and what each request does to them."""

import copy
import datetime
import threading

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
            "reason": reason,
            "code": code,
        }
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


class JobStore:
    """Thread: any; every request holds the lock for its whole work."""

    def __init__(self, schema, namespaces):
        self.schema = schema
        self.namespaces = set(namespaces)
        self._jobs = {}
        self._revision = 100
        self._lock = threading.Lock()

    def get(self, namespace, name):
        with self._lock:
            return self._find(namespace, name)

    def listing(self, namespace=None, name=None):
        with self._lock:
            items = [
                job
                for (where, called), job in sorted(self._jobs.items())
                if namespace in (None, where) and name in (None, called)
            ]
            return {"kind": "JobList", "apiVersion": "batch/v1", "metadata": self._list_metadata(), "items": items}

    def create(self, namespace, body, strict, dry_run):
        with self._lock:
            if namespace not in self.namespaces:
                raise not_found("namespaces", namespace)
            self._decode(body, strict)
            name = (body.get("metadata") or {}).get("name", "")
            body = self._whole(body, namespace)
            causes = job_rules.refusals(body)
            if causes:
                raise invalid("Job.batch", name, causes)
            if (namespace, name) in self._jobs:
                details = {"name": name, "group": "batch", "kind": "jobs"}
                raise Refusal(409, "AlreadyExists", 'jobs.batch "%s" already exists' % name, details)
            job = job_rules.with_defaults(body)
            now = datetime.datetime.now(datetime.timezone.utc)
            job["metadata"]["creationTimestamp"] = now.strftime("%Y-%m-%dT%H:%M:%SZ")
            return self._keep(namespace, name, job, dry_run)

    def patch(self, namespace, name, patch, strict, dry_run):
        with self._lock:
            before = self._find(namespace, name)
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
                raise invalid("Job.batch", name, causes)
            if after == before:
                return before
            if after["spec"] != before["spec"]:
                after["metadata"]["generation"] += 1
            return self._keep(namespace, name, after, dry_run)

    def delete(self, namespace, name, dry_run):
        with self._lock:
            job = self._find(namespace, name)
            if not dry_run:
                del self._jobs[namespace, name]
            details = {"name": name, "group": "batch", "kind": "jobs", "uid": job["metadata"]["uid"]}
            return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}

    def _find(self, namespace, name):
        job = self._jobs.get((namespace, name))
        if job is None:
            raise not_found("jobs", name, "batch")
        return job

    def _keep(self, namespace, name, job, dry_run):
        if not dry_run:
            self._revision += 1
            job["metadata"]["resourceVersion"] = str(self._revision)
            self._jobs[namespace, name] = job
        return job

    def _list_metadata(self):
        return {"resourceVersion": str(self._revision)}

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
