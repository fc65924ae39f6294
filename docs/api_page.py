"""The page of the REST API, made from the API's own OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FIELDS_AT_MOST = 40


def api_page() -> str:
    """Every endpoint: what it is for, what it takes, what it gives."""
    from regulars.api.app import create_app
    from regulars.settings import Settings
    from regulars.terms.places import Places

    document = create_app(Settings(), Places(Path())).openapi()
    schemas = document["components"]["schemas"]
    lines = [
        "# REST API",
        "",
        "`regulars serve` answers on `http://127.0.0.1:8321`; the same document for programs is at `/openapi.json`.",
        "How to set it up: [serve the API](../how-to/serve-the-api.md). With a key: `Authorization: Bearer <key>`.",
        "",
        document["info"]["description"].strip(),
        "",
        "## Errors",
        "",
        "Whatever goes wrong, the answer has this shape:",
        "",
        *_json(schemas["Problem"]["example"]),
    ]
    for tag in document["tags"]:
        lines += ["", f"## {tag['name'].capitalize()}", "", tag["description"]]
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if tag["name"] in operation["tags"]:
                    lines += ["", *_operation(method.upper(), path, operation, schemas)]
    return "\n".join(lines) + "\n"


def _operation(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    lines = [f"### `{method} {path}`", "", f"{operation['summary']}. {operation['description']}"]
    if found := operation.get("parameters"):
        lines += ["", "| parameter | in | meaning |", "|---|---|---|"]
        lines += [f"| `{one['name']}` | {one['in']} | {_parameter(one)} |" for one in found]
    if body := operation.get("requestBody"):
        model = _model(body["content"]["application/json"]["schema"], schemas)
        lines += ["", "Takes:", "", *_fields(model, schemas)]
        if "example" in model:
            lines += ["", *_json(model["example"])]
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get("application/json", {})
        if status.startswith("2") and content.get("schema"):
            model = _model(content["schema"], schemas)
            lines += ["", f"Gives ({status}):", "", *_fields(model, schemas)]
    refused = [status for status in operation["responses"] if not status.startswith("2")]
    if refused:
        lines += ["", f"Refuses with {', '.join(refused)}."]
    return lines


def _parameter(one: dict[str, Any]) -> str:
    schema = one["schema"]
    words = [one.get("description", schema.get("description", ""))]
    choices = schema.get("enum") or next(
        (part["enum"] for part in schema.get("anyOf", ()) if "enum" in part), ()
    )
    if choices:
        words.append("One of " + ", ".join(f"`{choice}`" for choice in choices) + ".")
    if schema.get("default") is not None:
        words.append(f"Default: `{schema['default']}`.")
    if examples := schema.get("examples"):
        words.append(f"As `{examples[0]}`.")
    return " ".join(word for word in words if word)


def _model(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = schemas[schema["$ref"].rsplit("/", 1)[1]]
        return found
    return schema


def _fields(model: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    properties = model.get("properties")
    if not properties:
        return ["An object."]
    lines = ["| field | type | meaning |", "|---|---|---|"]
    for name, schema in properties.items():
        lines.append(f"| `{name}` | {_type(schema)} | {_meaning(schema)} |")
        inner = _model(_items(schema), schemas)
        for below, schema_below in list(inner.get("properties", {}).items())[:FIELDS_AT_MOST]:
            lines.append(f"| `{name}[].{below}` | {_type(schema_below)} | {_meaning(schema_below)} |")
    return lines


def _items(schema: dict[str, Any]) -> dict[str, Any]:
    items: dict[str, Any] = schema.get("items", {})
    return items


def _meaning(schema: dict[str, Any]) -> str:
    return str(schema.get("description", "")).replace("|", "\\|").replace("\n", " ")


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        kinds = [_type(one) for one in schema["anyOf"]]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in schema:
        return "object"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _json(content: Any) -> list[str]:
    return ["```json", *json.dumps(content, indent=2, ensure_ascii=False).splitlines(), "```"]
