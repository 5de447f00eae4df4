# SPDX-License-Identifier: Apache-2.0
"""Go's %#v of a Pod template, which the server prints in its "field is immutable" message.

Taken from what a server of v1.26 answers. A value that the tables below do not describe is printed in
the right shape, without its own fields.
"""

import itertools

_NO_TIME = "time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)"

# Go field, JSON name, kind, Go type. Kinds: s string, i integer, b boolean, p pointer, l list, m map,
# o object (described here), c constant text in place of the last column.
_OBJECT_META = (
    ("Name", "name", "s", ""), ("GenerateName", "generateName", "s", ""), ("Namespace", "namespace", "s", ""),
    ("SelfLink", "selfLink", "s", ""), ("UID", "uid", "s", ""), ("ResourceVersion", "resourceVersion", "s", ""),
    ("Generation", "generation", "i", ""), ("CreationTimestamp", None, "c", _NO_TIME),
    ("DeletionTimestamp", None, "c", "<nil>"), ("DeletionGracePeriodSeconds", None, "p", "int64"),
    ("Labels", "labels", "m", "map[string]string"), ("Annotations", "annotations", "m", "map[string]string"),
    ("OwnerReferences", None, "l", "v1.OwnerReference"), ("Finalizers", "finalizers", "l", "string"),
    ("ManagedFields", None, "l", "v1.ManagedFieldsEntry"),
)  # fmt: skip

_RESOURCES = (
    ("Limits", "limits", "m", "core.ResourceList"), ("Requests", "requests", "m", "core.ResourceList"),
    ("Claims", "claims", "l", "core.ResourceClaim"),
)  # fmt: skip

_ENV_VAR = (("Name", "name", "s", ""), ("Value", "value", "s", ""), ("ValueFrom", "valueFrom", "p", "core.EnvVarSource"))

_CONTAINER = (
    ("Name", "name", "s", ""), ("Image", "image", "s", ""), ("Command", "command", "l", "string"),
    ("Args", "args", "l", "string"), ("WorkingDir", "workingDir", "s", ""),
    ("Ports", "ports", "l", "core.ContainerPort"), ("EnvFrom", "envFrom", "l", "core.EnvFromSource"),
    ("Env", "env", "l", "core.EnvVar"), ("Resources", "resources", "o", "core.ResourceRequirements"),
    ("VolumeMounts", "volumeMounts", "l", "core.VolumeMount"),
    ("VolumeDevices", "volumeDevices", "l", "core.VolumeDevice"),
    ("LivenessProbe", "livenessProbe", "p", "core.Probe"), ("ReadinessProbe", "readinessProbe", "p", "core.Probe"),
    ("StartupProbe", "startupProbe", "p", "core.Probe"), ("Lifecycle", "lifecycle", "p", "core.Lifecycle"),
    ("TerminationMessagePath", "terminationMessagePath", "s", ""),
    ("TerminationMessagePolicy", "terminationMessagePolicy", "s", ""),
    ("ImagePullPolicy", "imagePullPolicy", "s", ""),
    ("SecurityContext", "securityContext", "p", "core.SecurityContext"), ("Stdin", "stdin", "b", ""),
    ("StdinOnce", "stdinOnce", "b", ""), ("TTY", "tty", "b", ""),
)  # fmt: skip

_POD_SPEC = (
    ("Volumes", "volumes", "l", "core.Volume"), ("InitContainers", "initContainers", "l", "core.Container"),
    ("Containers", "containers", "l", "core.Container"),
    ("EphemeralContainers", "ephemeralContainers", "l", "core.EphemeralContainer"),
    ("RestartPolicy", "restartPolicy", "s", ""),
    ("TerminationGracePeriodSeconds", "terminationGracePeriodSeconds", "p", "int64"),
    ("ActiveDeadlineSeconds", "activeDeadlineSeconds", "p", "int64"), ("DNSPolicy", "dnsPolicy", "s", ""),
    ("NodeSelector", "nodeSelector", "m", "map[string]string"), ("ServiceAccountName", "serviceAccountName", "s", ""),
    ("AutomountServiceAccountToken", "automountServiceAccountToken", "p", "bool"), ("NodeName", "nodeName", "s", ""),
    ("SecurityContext", "securityContext", "p", "core.PodSecurityContext"),
    ("ImagePullSecrets", "imagePullSecrets", "l", "core.LocalObjectReference"), ("Hostname", "hostname", "s", ""),
    ("Subdomain", "subdomain", "s", ""), ("SetHostnameAsFQDN", "setHostnameAsFQDN", "p", "bool"),
    ("Affinity", "affinity", "p", "core.Affinity"), ("SchedulerName", "schedulerName", "s", ""),
    ("Tolerations", "tolerations", "l", "core.Toleration"), ("HostAliases", "hostAliases", "l", "core.HostAlias"),
    ("PriorityClassName", "priorityClassName", "s", ""), ("Priority", "priority", "p", "int32"),
    ("PreemptionPolicy", "preemptionPolicy", "p", "core.PreemptionPolicy"),
    ("DNSConfig", "dnsConfig", "p", "core.PodDNSConfig"),
    ("ReadinessGates", "readinessGates", "l", "core.PodReadinessGate"),
    ("RuntimeClassName", "runtimeClassName", "p", "string"), ("Overhead", "overhead", "m", "core.ResourceList"),
    ("EnableServiceLinks", "enableServiceLinks", "p", "bool"),
    ("TopologySpreadConstraints", "topologySpreadConstraints", "l", "core.TopologySpreadConstraint"),
    ("OS", "os", "p", "core.PodOS"), ("SchedulingGates", "schedulingGates", "l", "core.PodSchedulingGate"),
    ("ResourceClaims", "resourceClaims", "l", "core.PodResourceClaim"),
)  # fmt: skip

_TEMPLATE = (("ObjectMeta", "metadata", "o", "v1.ObjectMeta"), ("Spec", "spec", "o", "core.PodSpec"))

_TYPES = {
    "v1.ObjectMeta": _OBJECT_META,
    "core.PodTemplateSpec": _TEMPLATE,
    "core.PodSpec": _POD_SPEC,
    "core.Container": _CONTAINER,
    "core.EnvVar": _ENV_VAR,
    "core.ResourceRequirements": _RESOURCES,
}

_addresses = itertools.count(0xC000400000, 0x20)


def quote(text):
    """Go's %q, as far as manifests need it."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"%s"' % "".join(escapes.get(c, c) for c in text)


def pod_template(template):
    return _object(template, "core.PodTemplateSpec")


def plain(value):
    """Go's %+v of decoded JSON, as in map[spec:map[backoffLimit:1]]."""
    if isinstance(value, dict):
        return "map[%s]" % " ".join("%s:%s" % (k, plain(value[k])) for k in sorted(value))
    if isinstance(value, list):
        return "[%s]" % " ".join(plain(item) for item in value)
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _object(value, go_type):
    fields = (value or {}, _TYPES.get(go_type, ()))
    return "%s{%s}" % (go_type, ", ".join("%s:%s" % (row[0], _value(fields[0].get(row[1]), row)) for row in fields[1]))


def _value(value, row):
    _, _, kind, go_type = row
    if kind == "c":
        return go_type
    if kind == "s":
        return quote(value or "")
    if kind in "ib":
        return str(value or 0) if kind == "i" else str(bool(value)).lower()
    if kind == "o":
        return _object(value, go_type)
    if kind == "p":
        return "(*%s)(%s)" % (go_type, "nil" if value is None else hex(next(_addresses)))
    if value is None:
        return "%s(nil)" % ("[]" + go_type if kind == "l" else go_type)
    if kind == "m":
        return "%s{%s}" % (go_type, ", ".join("%s:%s" % (quote(k), quote(str(value[k]))) for k in sorted(value)))
    items = [quote(item) if go_type == "string" else _object(item, go_type) for item in value]
    return "[]%s{%s}" % (go_type, ", ".join(items))
