"""Schemas as people and tools read them best: without what a library adds by itself."""

from typing import Any


def plain(node: Any) -> Any:  # noqa: ANN401 - JSON
    """The same without titles made of names, and with `or null` as a list of types.

    The rules ask for `format` beside a date, and a linter does not look for it in one of several alternatives.
    """
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _named(value) if key in {"properties", "schemas"} else plain(value) for key, value in node.items()}
    if isinstance(made.get("title"), str) and not {"version", "paths"} & made.keys():
        del made["title"]
    return _nullable(made)


def _named(schemas: dict[str, Any]) -> dict[str, Any]:
    """Schemas by name: here `title` is the name of a field."""
    return {name: plain(schema) for name, schema in schemas.items()}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    choices = schema.get("anyOf", ())
    null = {"type": "null"}
    if len(choices) != 2 or null not in choices:
        return schema
    (other,) = (choice for choice in choices if choice != null)
    if "type" not in other:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    merged = {**other, **rest, "type": [other["type"], "null"]}
    if None not in merged.get("enum", (None,)):
        merged["enum"] = [*merged["enum"], None]
    return merged
