# SPDX-License-Identifier: Apache-2.0
"""The fields of a Job, and how the API server decodes what a client sends.

The table is schemas/kubernetes/job-fields.tsv: one row a field, with its JSON type. Decoding is strict,
as with fieldValidation=Strict: an unknown field or a value of another JSON type refuses the request.
"""

import re

JOB = "batch.Job"

# What Go's decoder calls the JSON value that it was given.
_JSON_NAMES = ((bool, "bool"), (str, "string"), (int, "number"), (float, "number"), (list, "array"), (dict, "object"))

# What Go calls the type that it wanted, by the table's own name for it.
_GO_NAMES = {"bool": "bool", "string": "string", "int32": "int32", "int64": "int64"}

_INTEGER_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


class DecodingError(Exception):
    """The text after "Job in version "v1" cannot be handled as a Job: "."""


class Field:
    """One row of the table."""

    def __init__(self, row):
        self.name = row["field"]
        self.object_type = row["object"] if row["object"] != "-" else None
        self.shape, _, kind = row["json"].rpartition(" of ")
        self.kind = kind
        self.list_keys = row["list_keys"].split(",") if row["list_keys"] != "-" else []


class JobSchema:
    """Every type that a Job reaches."""

    def __init__(self, path):
        self.types = {}
        columns = None
        with open(path, encoding="utf-8") as table:
            for line in table:
                if line.startswith("#"):
                    continue
                cells = line.rstrip("\n").split("\t")
                if columns is None:
                    columns = cells
                    continue
                row = dict(zip(columns, cells))
                self.types.setdefault(row["type"], {})[row["field"]] = Field(row)

    def field(self, type_name, name):
        return self.types.get(type_name, {}).get(name)

    def decode(self, job):
        """Raises DecodingError for the first value of a wrong type, else for all unknown fields."""
        unknown = []
        self._object(job, JOB, "", unknown)
        if unknown:
            listed = ", ".join('unknown field "%s"' % path for path in sorted(unknown))
            raise DecodingError("strict decoding error: " + listed)

    def _object(self, value, type_name, path, unknown):
        if value is None:
            return
        if not isinstance(value, dict):
            self._wrong(value, type_name, path, type_name.replace("batch.", "v1.").replace("core.", "v1."))
        fields = self.types[type_name]
        for name, member in value.items():
            where = "%s.%s" % (path, name) if path else name
            field = fields.get(name)
            if field is None:
                unknown.append(where)
            elif field.shape == "list" and member is not None:
                self._list(member, field, type_name, where, unknown)
            elif field.shape == "map" and member is not None:
                self._map(member, field, type_name, where)
            else:
                self._value(member, field, type_name, where, unknown)

    def _list(self, value, field, type_name, path, unknown):
        if not isinstance(value, list):
            self._wrong(value, type_name, path, "[]" + self._go_name(field))
        for index, item in enumerate(value):
            self._value(item, field, type_name, "%s[%d]" % (path, index), unknown)

    def _map(self, value, field, type_name, path):
        if not isinstance(value, dict):
            self._wrong(value, type_name, path, "map[string]" + self._go_name(field))
        for member in value.values():
            self._value(member, field, type_name, path, [])

    def _value(self, value, field, type_name, path, unknown):
        if value is None:
            return
        if field.object_type:
            self._object(value, field.object_type, path, unknown)
            return
        kind = field.kind
        if kind in _INTEGER_RANGES:
            low, high = _INTEGER_RANGES[kind]
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                self._wrong(value, type_name, path, kind)
        elif kind == "bool" and not isinstance(value, bool):
            self._wrong(value, type_name, path, "bool")
        elif kind == "string" and not isinstance(value, str):
            self._wrong(value, type_name, path, "string")

    @staticmethod
    def _go_name(field):
        if field.object_type:
            return "v1." + field.object_type.split(".")[1]
        return _GO_NAMES.get(field.kind, field.kind)

    @staticmethod
    def _wrong(value, type_name, path, wanted):
        got = next(name for kind, name in _JSON_NAMES if isinstance(value, kind))
        if got == "number" and wanted in _INTEGER_RANGES:
            got = "number %s" % value
        where = re.sub(r"\[\d+\]", "", path)
        raise DecodingError(
            "json: cannot unmarshal %s into Go struct field %s.%s of type %s"
            % (got, type_name.split(".")[1], where, wanted)
        )
