# SPDX-License-Identifier: Apache-2.0
"""What the server does to a Job that it accepts (defaults) and why it refuses one.

The rules are those that a batch of Jobs meets in practice, in the server's own words; facts from a
server of v1.26. A complete validation is not wanted here: the tests that use it send good Jobs, and
bad ones of these kinds.
"""

import copy
import re
import uuid

import go_syntax

_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SUBDOMAIN_HELP = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start"
    " and end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
    " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
_NOT_NEGATIVE = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
_RESTART_POLICIES = ("OnFailure", "Never")
_IMMUTABLE = ("completions", "selector", "template", "completionMode", "podFailurePolicy")

_REASONS = {
    "Invalid value": "FieldValueInvalid",
    "Required value": "FieldValueRequired",
    "Unsupported value": "FieldValueNotSupported",
    "Duplicate value": "FieldValueDuplicate",
}


def cause(field, kind, value=None, detail=""):
    """One row of a 422's details.causes. `value` is the text that the server prints for it."""
    parts = [part for part in (kind, value, detail) if part]
    return {"reason": _REASONS[kind], "message": ": ".join(parts), "field": field}


def with_defaults(job):
    """A copy of a new Job as the server stores it."""
    job = copy.deepcopy(job)
    uid = str(uuid.uuid4())
    metadata = job["metadata"]
    metadata["uid"] = uid
    metadata["generation"] = 1
    metadata.setdefault("annotations", {})["batch.kubernetes.io/job-tracking"] = ""
    spec = job["spec"]
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("completions", 1)
    if not spec.get("manualSelector"):
        spec["selector"] = {"matchLabels": {"controller-uid": uid}}
    template = spec["template"]
    template.setdefault("metadata", {}).setdefault("creationTimestamp", None)
    labels = template["metadata"].setdefault("labels", {})
    labels["controller-uid"] = uid
    labels["job-name"] = metadata["name"]
    if "labels" not in metadata:
        metadata["labels"] = dict(labels)
    pod_defaults(template["spec"])
    job["status"] = {}
    return job


def pod_defaults(pod):
    for container in pod.get("containers", []) + pod.get("initContainers", []):
        _, _, tag = container.get("image", "").rpartition("/")[2].partition(":")
        container.setdefault("imagePullPolicy", "Always" if tag in ("", "latest") else "IfNotPresent")
        container.setdefault("resources", {})
        container.setdefault("terminationMessagePath", "/dev/termination-log")
        container.setdefault("terminationMessagePolicy", "File")
        limits = container["resources"].get("limits")
        if limits:
            container["resources"]["requests"] = {**limits, **container["resources"].get("requests", {})}
    pod.setdefault("dnsPolicy", "ClusterFirst")
    pod.setdefault("schedulerName", "default-scheduler")
    pod.setdefault("securityContext", {})
    pod.setdefault("terminationGracePeriodSeconds", 30)


def refusals(job):
    """Why the server would refuse to store this Job: a list of causes, in its order."""
    causes = []
    name = job["metadata"].get("name", "")
    if len(name) > 253 or not _SUBDOMAIN.fullmatch(name):
        causes.append(cause("metadata.name", "Invalid value", go_syntax.quote(name), _SUBDOMAIN_HELP))
    spec = job["spec"]
    for field in _NOT_NEGATIVE:
        value = spec.get(field)
        if value is not None and value < 0:
            causes.append(cause("spec." + field, "Invalid value", str(value), "must be greater than or equal to 0"))
    pod = spec["template"]["spec"]
    _containers(pod, causes)
    policy = pod.get("restartPolicy")
    where = "spec.template.spec.restartPolicy"
    listed = ", ".join(go_syntax.quote(value) for value in _RESTART_POLICIES)
    if not policy or policy == "Always":
        causes.append(cause(where, "Required value", None, "valid values: " + listed))
    elif policy not in _RESTART_POLICIES:
        # Once as a Pod's, once as a Job's.
        for values in ('"Always", ' + listed, listed):
            causes.append(cause(where, "Unsupported value", go_syntax.quote(policy), "supported values: " + values))
    return causes


def _containers(pod, causes):
    containers = pod.get("containers") or []
    where = "spec.template.spec.containers"
    if not containers:
        causes.append(cause(where, "Required value"))
    names = set()
    for index, container in enumerate(containers):
        name = container.get("name")
        if not name:
            causes.append(cause("%s[%d].name" % (where, index), "Required value"))
        elif name in names:
            causes.append(cause("%s[%d].name" % (where, index), "Duplicate value", go_syntax.quote(name)))
        names.add(name)
        if not container.get("image"):
            causes.append(cause("%s[%d].image" % (where, index), "Required value"))


def changes_refused(before, after):
    """Why the server would refuse to turn one stored Job into the other."""
    causes = []
    for field in _IMMUTABLE:
        if before["spec"].get(field) == after["spec"].get(field):
            continue
        if field == "template":
            value = go_syntax.pod_template(after["spec"]["template"])
        elif isinstance(after["spec"].get(field), str):
            value = go_syntax.quote(after["spec"][field])
        else:
            value = go_syntax.plain(after["spec"].get(field))
        causes.append(cause("spec." + field, "Invalid value", value, "field is immutable"))
    return causes
