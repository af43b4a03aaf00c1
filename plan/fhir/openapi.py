"""What the OpenAPI document says of the FHIR routes beside their paths: bodies, parameters, headers.

A route reads its request by hand, so FastAPI knows nothing of it. The document is for people who write clients, and
for tools that try every route with odd requests.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Path

from plan.fhir.http import FORM, JSON
from plan.fhir.query import RESULT_PARAMS
from plan.fhir.types import TYPES

Json = dict[str, Any]

TypeName = Annotated[str, Path(description="A resource type", json_schema_extra={"enum": sorted(TYPES)})]
_TEXT: Json = {"type": "string"}
_REFERENCE: Json = {"type": "object", "properties": {"reference": _TEXT, "display": _TEXT}}
_RESOURCE: Json = {
    "type": "object",
    "required": ["resourceType"],
    "properties": {
        "resourceType": {"type": "string", "enum": sorted(TYPES)},
        "id": {"type": "string", "pattern": r"^[A-Za-z0-9.\-]{1,64}$"},
        "meta": {"type": "object", "properties": {"tag": {"type": "array", "items": {"type": "object"}}}},
        "status": _TEXT,
        "subject": _REFERENCE,
        "patient": _REFERENCE,
    },
}
_REQUEST: Json = {
    "type": "object",
    "required": ["method", "url"],
    "properties": {
        "method": {"type": "string", "enum": ["GET", "POST", "PUT", "DELETE"]},
        "url": _TEXT,
        "ifMatch": _TEXT,
        "ifNoneMatch": _TEXT,
        "ifNoneExist": _TEXT,
    },
}
_ENTRY: Json = {
    "type": "object",
    "required": ["request"],
    "properties": {"fullUrl": _TEXT, "resource": _RESOURCE, "request": _REQUEST},
}
_BUNDLE: Json = {
    "type": "object",
    "required": ["resourceType", "type"],
    "properties": {
        "resourceType": {"type": "string", "enum": ["Bundle"]},
        "type": {"type": "string", "enum": ["transaction", "batch"]},
        "entry": {"type": "array", "items": _ENTRY},
    },
}
_PARAMETERS: Json = {
    "type": "object",
    "required": ["resourceType", "parameter"],
    "properties": {
        "resourceType": {"type": "string", "enum": ["Parameters"]},
        "parameter": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": _TEXT,
                    "valueString": _TEXT,
                    "valueCode": _TEXT,
                    "valueInstant": _TEXT,
                    "valueUnsignedInt": {"type": "integer"},
                    "part": {"type": "array", "items": {"type": "object"}},
                },
            },
        },
    },
}


def _body(schema: Json, kind: str = JSON) -> Json:
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


def _query(*names: str) -> list[Json]:
    return [{"name": name, "in": "query", "required": False, "schema": _TEXT} for name in names]


def _headers(*names: str) -> list[Json]:
    return [{"name": name, "in": "header", "required": False, "schema": _TEXT} for name in names]


_NAMES = sorted({name for kind in TYPES.values() for name in kind.params})
_SEARCHED = [*RESULT_PARAMS, "_after", *_NAMES]
_PREFER = _headers("Prefer")
SECURED: Json = {"security": [{"bearer": []}]}
SEARCH: Json = SECURED | {"parameters": [*_query(*_SEARCHED), *_PREFER]}
SEARCH_FORM: Json = SECURED | _body({"type": "object", "properties": dict.fromkeys(_SEARCHED, _TEXT)}, FORM)
HISTORY: Json = SECURED | {"parameters": [*_query("_count", "_since", "_after"), *_PREFER]}
READ: Json = SECURED | {"parameters": _headers("If-None-Match", "Accept")}
CREATE: Json = SECURED | _body(_RESOURCE) | {"parameters": [*_headers("If-None-Exist"), *_PREFER]}
UPDATE: Json = SECURED | _body(_RESOURCE) | {"parameters": [*_headers("If-Match", "If-None-Match"), *_PREFER]}
DELETE: Json = SECURED | {"parameters": _headers("If-Match")}
BUNDLE: Json = SECURED | _body(_BUNDLE) | {"parameters": _PREFER}
CONTACT: Json = SECURED | _body(_PARAMETERS)
SCHEMES: Json = {"bearer": {"type": "http", "scheme": "bearer"}}


def name_schemes(app: FastAPI) -> None:
    """Let the document of this application say what `SECURED` means."""
    bare = app.openapi

    def whole() -> Json:
        document = bare()
        document.setdefault("components", {})["securitySchemes"] = SCHEMES
        return document

    app.openapi = whole  # type: ignore[method-assign] # FastAPI's own way to change the document
