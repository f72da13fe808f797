"""The page that explains the API, written from its own description."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mujun.web.api.v1 import api
from mujun.web.people.rights import RIGHT_LABELS, Right, page


@page(Right.SIGNED_IN)
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, what it needs and what it answers."""
    description = api.get_openapi_schema()
    schemas = description["components"]["schemas"]
    operations = [
        _operation(path, methods["get"], schemas) for path, methods in description["paths"].items() if "get" in methods
    ]
    context = {"operations": operations, "root": request.build_absolute_uri("/")}
    return render(request, "api/reference.html", context)


def _operation(path: str, said: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    answer = said["responses"][200]["content"]["application/json"]["schema"]
    return {
        "path": path,
        "name": said["operationId"],
        "summary": said["summary"],
        "right": RIGHT_LABELS[Right(said["x-right"])],
        "parameters": [
            {"name": each["name"], "type": _type(each["schema"]), "text": each.get("description", "")}
            for each in said.get("parameters", [])
        ],
        "fields": _fields(answer, schemas),
    }


def _fields(schema: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, str]]:
    """The fields of a row: of the items, where the answer is a list."""
    properties = schemas[schema["$ref"].rsplit("/", 1)[-1]]["properties"]
    if "items" in properties:
        properties = schemas[properties["items"]["items"]["$ref"].rsplit("/", 1)[-1]]["properties"]
    return [
        {"name": name, "type": _type(said), "text": said.get("description", "")} for name, said in properties.items()
    ]


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " | ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"])
    return str(schema.get("format") or schema.get("type", "object"))
