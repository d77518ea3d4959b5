"""OpenAPI 3.1 from the routes' own models: about the only thing that is generated here."""

from __future__ import annotations

import inspect
import re
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from core.http.route import PUBLIC, Route

_REF = "#/components/schemas/{model}"
_PART = re.compile(r"\{(\w+)(?::[^{}]*)?\}")
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {name: {"type": "string"} for name in ("loc", "msg", "type")}},
        },
    },
}


def describe(routes: list[Route], title: str, version: str) -> dict[str, Any]:
    """Return the document."""
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = []
    for each in routes:
        if each.body is not None:
            models.append((each.body, "validation"))
        if _is_model(each.answer):
            models.append((each.answer, "serialization"))
    refs, schemas = models_json_schema(list(dict.fromkeys(models)), ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for each in routes:
        operation = _operation(each, refs)
        paths.setdefault(_PART.sub(r"{\1}", each.declared.path), {})[each.declared.method.lower()] = operation
    components = {
        "schemas": {**schemas.get("$defs", {}), "Problem": _PROBLEM},
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
            "session": {"type": "apiKey", "in": "cookie", "name": "markaz"},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "license": {"name": "GPL-3.0-or-later"}},
        "paths": paths,
        "components": components,
    }


def _operation(each: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "description": f"{inspect.getdoc(each.call) or each.summary}\n\nPermission: `{each.declared.permission}`.",
        "tags": [each.tag],
        "parameters": _parameters(each),
        "responses": _responses(each, refs),
    }
    if each.declared.permission != PUBLIC:
        operation["security"] = [{"token": []}, {"session": []}]
    if each.body is not None:
        schema = refs[(each.body, "validation")]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif each.declared.form:
        schema = {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
        }
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return operation


def _parameters(each: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": adapter.json_schema()}
        for name, adapter in each.path.items()
    ]
    if each.query is not None:
        schema = each.query.model_json_schema()
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": _inlined(part, schema)}
            for name, part in schema.get("properties", {}).items()
        ]
    return found


def _inlined(part: Any, schema: dict[str, Any]) -> Any:
    """Replace references into a query model's own definitions: parameters have no place for them."""
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str):
            return _inlined(schema["$defs"][reference.rsplit("/", 1)[1]], schema)
        return {name: _inlined(value, schema) for name, value in part.items()}
    return [_inlined(value, schema) for value in part] if isinstance(part, list) else part


def _responses(each: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    responses: dict[str, Any] = {"default": {"description": "A problem document.", **problem}}
    if _is_model(each.answer):
        schema = refs[(each.answer, "serialization")]
        responses[str(each.declared.status)] = {
            "description": "Done.",
            "content": {"application/json": {"schema": schema}},
        }
    elif each.answer is type(None) or each.answer is None:
        responses["204"] = {"description": "Done."}
    elif inspect.isclass(each.answer) and issubclass(each.answer, web.StreamResponse):
        responses[str(each.declared.status)] = {"description": "The content."}
    return responses


def _is_model(answer: Any) -> bool:
    return inspect.isclass(answer) and issubclass(answer, BaseModel)
