"""Copies of unsigned drafts ↔ Parameters. No resource of FHIR is made of a draft: it is no record."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.drafts import DraftElsewhere
from app.domain.visit import PersonRef
from app.sync.fhir import read
from app.sync.fhir.write import time_text


def encode_copy(patient_id: str, began_at: datetime, changed_at: datetime, body: str) -> dict[str, Any]:
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "patient", "valueString": patient_id},
            {"name": "began", "valueInstant": time_text(began_at)},
            {"name": "changed", "valueInstant": time_text(changed_at)},
            {"name": "body", "valueString": body},
        ],
    }


def decode_list(parameters: Any) -> tuple[DraftElsewhere, ...]:
    """What can be read of it, as the plan ordered it. Never raises."""
    found = (_decode(one) for one in read.items(parameters, "parameter") if read.text(one, "name") == "draft")
    return tuple(one for one in found if one is not None)


def find_body(parameters: Any) -> str | None:
    """What stands in one draft."""
    named = (one for one in read.items(parameters, "parameter") if read.text(one, "name") == "body")
    return next((read.text(one, "valueString") for one in named), None)


def _decode(parameter: Any) -> DraftElsewhere | None:
    parts = {read.text(part, "name"): part for part in read.items(parameter, "part")}

    def text(name: str) -> str:
        return read.text(parts.get(name), "valueString") or ""

    author = read.reference(parts.get("author"), "valueReference")
    began = read.instant(parts.get("began"), "valueInstant")
    changed = read.instant(parts.get("changed"), "valueInstant")
    if author is None or began is None or changed is None or not text("patient") or not text("digest"):
        return None
    if not _is_uuid(text("visit")) or not text("device"):
        return None
    name = read.text(parts.get("author"), "valueReference", "display") or ""
    who = PersonRef("/".join(author), name)
    return DraftElsewhere(text("visit"), text("device"), text("patient"), who, began, changed, text("digest"))


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
