# SPDX-License-Identifier: Apache-2.0
"""Strategic merge patch, as `kubectl apply` sends it for a kind that it knows.

Mappings merge, null deletes, and a list with merge keys is merged item by item. The directives that
kubectl writes are $patch, $retainKeys, $setElementOrder/FIELD and $deleteFromPrimitiveList/FIELD.
"""

# The server merges these lists by the first of the table's keys, or by value.
_PRIMITIVE_MERGED = {("meta.ObjectMeta", "finalizers")}


def merge(schema, type_name, current, patch):
    """What `current` becomes. Neither argument is changed."""
    if patch.get("$patch") == "replace":
        return {name: value for name, value in patch.items() if name != "$patch"}
    if patch.get("$patch") == "delete":
        return {}
    result = dict(current)
    if "$retainKeys" in patch:
        result = {name: value for name, value in result.items() if name in patch["$retainKeys"]}
    for name, value in patch.items():
        if name.startswith("$deleteFromPrimitiveList/"):
            target = name.split("/", 1)[1]
            result[target] = [item for item in result.get(target, []) if item not in value]
        elif not name.startswith("$"):
            _merge_member(schema, type_name, result, name, value)
    for name, order in patch.items():
        if name.startswith("$setElementOrder/"):
            _reorder(schema.field(type_name, name.split("/", 1)[1]), result, order)
    return result


def _merge_member(schema, type_name, result, name, value):
    field = schema.field(type_name, name)
    if value is None:
        result.pop(name, None)
    elif isinstance(value, dict):
        member_type = field.object_type if field and not field.shape else None
        before = result.get(name)
        result[name] = merge(schema, member_type, before if isinstance(before, dict) else {}, value)
    elif isinstance(value, list) and field and field.list_keys and isinstance(result.get(name), list):
        result[name] = _merge_list(schema, field, result[name], value)
    elif isinstance(value, list) and (type_name, name) in _PRIMITIVE_MERGED:
        before = result.get(name, [])
        result[name] = before + [item for item in value if item not in before]
    else:
        result[name] = value


def _merge_list(schema, field, current, patch):
    if any(item.get("$patch") == "replace" for item in patch):
        return [item for item in patch if "$patch" not in item]
    key = field.list_keys[0]
    result = list(current)
    for item in patch:
        at = next((i for i, old in enumerate(result) if old.get(key) == item.get(key)), None)
        if item.get("$patch") == "delete":
            if at is not None:
                del result[at]
        elif at is None:
            result.append(merge(schema, field.object_type, {}, item))
        else:
            result[at] = merge(schema, field.object_type, result[at], item)
    return result


def _reorder(field, result, order):
    """Items that `order` names stand in its order; the others keep their place behind them."""
    if not field or not isinstance(result.get(field.name), list):
        return
    key = field.list_keys[0] if field.list_keys else None

    def rank(item):
        wanted = [entry.get(key) for entry in order] if key else order
        value = item.get(key) if key else item
        return wanted.index(value) if value in wanted else len(wanted)

    result[field.name] = sorted(result[field.name], key=rank)
