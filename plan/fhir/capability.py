"""The CapabilityStatement, made from the tables that the server runs on."""

from __future__ import annotations

from typing import Any

from plan.fhir.query import RESULT_PARAMS
from plan.fhir.roles import describe
from plan.fhir.stamps import instant
from plan.fhir.types import TYPES, ResourceType
from plan.settings import PlanSettings

_INTERACTIONS = (
    "read",
    "vread",
    "update",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)
_OF_TYPES = ("history-type", "search-type")
_RESULT_TYPES = {"_count": "number", "_sort": "string", "_summary": "token", "_total": "token"}
_EXPORT = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export"
_SMART = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def make_capability(
    base: str, settings: PlanSettings, *, epoch: str | None, started_ms: int, keys: str | None = None
) -> dict[str, Any]:
    """The answer to `metadata`. `base` is the FHIR base URL; `epoch` the store's; `keys` the key set's mark."""
    root = base.removesuffix("/fhir")
    extensions: list[dict[str, Any]] = [{"url": "urn:hearthside:scopes-by-careteam", "valueBoolean": True}]
    extensions.append({"url": "urn:hearthside:contact", "valueBoolean": True})
    extensions.append({"url": "urn:hearthside:emergency", "valueBoolean": True})
    extensions.append({"url": "urn:hearthside:board", "valueBoolean": True})
    extensions.append({"url": "urn:hearthside:leave", "valueBoolean": True})
    extensions.append({"url": "urn:hearthside:outcomes", "valueBoolean": True})
    extensions.append({"url": "urn:hearthside:drafts", "valueBoolean": True})
    extensions.append({"url": "urn:hearthside:oncall", "valueBoolean": True})
    if epoch:
        extensions.append({"url": "urn:hearthside:store-epoch", "valueString": epoch})
    if keys:
        extensions.append({"url": "urn:hearthside:keys", "valueString": keys})
    limits = {
        "max-body-bytes": settings.max_body_bytes,
        "max-entries": settings.max_entries,
        "max-file-bytes": settings.max_file_bytes,
    }
    extensions += [{"url": f"urn:hearthside:{name}", "valueInteger": value} for name, value in limits.items()]
    addresses = {"authorize": "authorize", "token": "token", "revoke": "revoke"}
    return {
        "resourceType": "CapabilityStatement",
        "extension": extensions,
        "instantiates": ["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"],
        "status": "active",
        "date": instant(started_ms),
        "kind": "instance",
        "software": {"name": "Hearthside reference plan backend"},
        "implementation": {"description": "Hearthside reference plan backend", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "extension": [
                        {
                            "url": _SMART,
                            "extension": [
                                {"url": name, "valueUri": f"{root}/oauth/{path}"}
                                for name, path in addresses.items()
                            ],
                        }
                    ],
                    "service": [
                        {
                            "coding": [
                                {
                                    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                                    "code": "SMART-on-FHIR",
                                }
                            ]
                        }
                    ],
                },
                "resource": [_resource(kind) for kind in TYPES.values()],
                "searchParam": [
                    {"name": name, "type": _RESULT_TYPES.get(name, "special")} for name in RESULT_PARAMS
                ],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _resource(kind: ResourceType) -> dict[str, Any]:
    references = [param.name for param in kind.params.values() if param.kind == "reference"]
    found: dict[str, Any] = {
        "type": kind.name,
        "interaction": [{"code": code} for code in _INTERACTIONS if kind.searched or code not in _OF_TYPES],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": True,
        "conditionalCreate": kind.searched,
        "conditionalRead": "not-match",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "documentation": describe(kind),
    }
    if kind.params:
        found["searchParam"] = [{"name": param.name, "type": param.kind} for param in kind.params.values()]
    if kind.name == "Group":
        found["operation"] = [{"name": "export", "definition": _EXPORT}]
    if references:
        found["searchInclude"] = [f"{kind.name}:{name}" for name in references]
    return found
