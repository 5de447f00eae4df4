# SPDX-License-Identifier: Apache-2.0
"""What kubectl asks before it applies anything: version, discovery, OpenAPI.

Only as much as `kubectl apply` insists on: that batch/v1 has Jobs, and that PATCH on them takes
fieldValidation, so that kubectl leaves strict decoding to the server.
"""

_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

AGGREGATED = (
    # The Accept header asks for one of these by `v=`.
    ("v=v2", "apidiscovery.k8s.io/v2"),
    ("v=v2beta1", "apidiscovery.k8s.io/v2beta1"),
)

PROTOBUF_V2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

# kubectl looks here for a kind that discovery does not know.
CUSTOM_RESOURCES = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def version(minor):
    return {"major": "1", "minor": str(minor), "gitVersion": "v1.%d.0" % minor, "platform": "linux/amd64"}


def _resource(name, kind, short, namespaced):
    return {"name": name, "singularName": kind.lower(), "namespaced": namespaced, "kind": kind, "verbs": _VERBS,
            "shortNames": short}  # fmt: skip


_CORE = [_resource("namespaces", "Namespace", ["ns"], False)]
_BATCH = [_resource("jobs", "Job", [], True)]
_GROUP_VERSION = {"groupVersion": "batch/v1", "version": "v1"}


def api_versions():
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def api_groups():
    group = {"name": "batch", "versions": [_GROUP_VERSION], "preferredVersion": _GROUP_VERSION}
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [group]}


def resource_list(group_version):
    resources = {"v1": _CORE, "batch/v1": _BATCH}[group_version]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources}


def aggregated(path, api_version):
    """/api or /apis with every group's resources in one answer."""
    group, resources = ("", _CORE) if path == "/api" else ("batch", _BATCH)
    rows = [
        {
            "resource": row["name"],
            "responseKind": {"group": group, "version": "v1", "kind": row["kind"]},
            "scope": "Namespaced" if row["namespaced"] else "Cluster",
            "singularResource": row["singularName"],
            "verbs": row["verbs"],
            "shortNames": row["shortNames"],
        }
        for row in resources
    ]
    item = {
        "metadata": {"name": group, "creationTimestamp": None},
        "versions": [{"version": "v1", "resources": rows, "freshness": "Current"}],
    }
    return {"kind": "APIGroupDiscoveryList", "apiVersion": api_version, "metadata": {}, "items": [item]}


def no_custom_resources():
    return {"kind": "CustomResourceDefinitionList", "apiVersion": "apiextensions.k8s.io/v1", "metadata": {}, "items": []}


_KINDS = (
    ("apis/batch/v1", "/apis/batch/v1/namespaces/{namespace}/jobs/{name}", "batch", "Job"),
    ("api/v1", "/api/v1/namespaces/{name}", "", "Namespace"),
)


def openapi_v3_index():
    return {"paths": {path: {"serverRelativeURL": "/openapi/v3/%s?hash=1" % path} for path, _, _, _ in _KINDS}}


def openapi_v3(group_path):
    """None where there is no such group."""
    for path, url, group, kind in _KINDS:
        if path == group_path:
            patch = {
                "operationId": "patch" + kind,
                "parameters": [{"name": "fieldValidation", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "OK"}},
                "x-kubernetes-action": "patch",
                "x-kubernetes-group-version-kind": {"group": group, "version": "v1", "kind": kind},
            }
            return {
                "openapi": "3.0.0",
                "info": {"title": "Kubernetes", "version": "unversioned"},
                "paths": {url: {"patch": patch}},
            }
    return None


def _varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number, content):
    """A length-delimited protobuf field: text, or a message that is already encoded."""
    data = content.encode() if isinstance(content, str) else content
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def openapi_v2():
    """The Swagger document as protobuf, the only form that kubectl takes. The numbers are those of
    openapi.v2 in gnostic's OpenAPIv2.proto."""
    paths = b""
    for _, url, group, kind in _KINDS:
        parameter = _field(2, "query") + _field(4, "fieldValidation")
        parameters_item = _field(1, _field(2, _field(3, parameter)))
        gvk = "group: '%s'\nkind: %s\nversion: v1\n" % (group, kind)
        extension = _field(1, "x-kubernetes-group-version-kind") + _field(2, _field(2, gvk))
        operation = _field(5, "patch" + kind) + _field(8, parameters_item) + _field(13, extension)
        paths += _field(2, _field(1, url) + _field(2, _field(8, operation)))
    info = _field(1, "Kubernetes") + _field(2, "unversioned")
    return _field(1, "2.0") + _field(2, info) + _field(8, paths) + _field(9, b"")
