"""An addendum to a signed visit ↔ DocumentReference of its own; the visit's records stay as they were signed."""

from __future__ import annotations

import base64
from typing import Any

from app.domain.addendum import Addendum, Correction
from app.domain.visit import PersonRef, Value
from app.sync.fhir import codes, read
from app.sync.fhir.document import (
    ADDENDUM,
    CLINICAL_NOTE,
    PLAIN_TEXT,
    decode_text,
    is_addendum,
    note_id,
)
from app.sync.fhir.frame import visit_of
from app.sync.fhir.write import clean, person, time_text

CORRECTION = "urn:hearthside:correction"
"""Extension of an addendum: parts item, name, was, now, value, alert (several). The signed record stays as it was."""

VALUE, ALERT = "value", "alert"


def encode_addendum(addendum: Addendum, patient_id: str, *, has_note: bool) -> Any:
    """`has_note`: the signed visit has a note document, to which this one says that it is appended."""
    data = base64.b64encode(addendum.text.encode("utf-8", "replace")).decode("ascii")
    built: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "id": addendum.id,
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": addendum.id}],
        "status": "current",
        "docStatus": "final",
        "type": codes.concept(ADDENDUM, text="Addendum to a visit"),
        "category": [codes.concept(CLINICAL_NOTE, text=CLINICAL_NOTE["display"])],
        "subject": {"reference": f"Patient/{patient_id}"},
        "date": time_text(addendum.at),
        "author": [person(addendum.author)],
    }
    if has_note:
        target = {"reference": f"DocumentReference/{note_id(addendum.visit_id)}"}
        built["relatesTo"] = [{"code": "appends", "target": target}]
    if addendum.corrections:
        built["extension"] = [_correction(one) for one in addendum.corrections]
    return built | {
        "content": [{"attachment": {"contentType": PLAIN_TEXT, "data": data}}],
        "context": {"encounter": [{"reference": f"Encounter/{addendum.visit_id}"}]},
    }


def decode_addendum(document: Any, *, pending: bool = False) -> Addendum | None:
    """None for a document that is no addendum, has no text inside, or was withdrawn."""
    record_id, visit_id = read.record_id(document), visit_of(document)
    at, text = read.instant(document, "date"), decode_text(document)
    if not is_addendum(document) or record_id is None or visit_id is None or at is None or text is None:
        return None
    who = read.reference(document, "author", 0)
    name = read.text(document, "author", 0, "display") or ""
    author = PersonRef(f"{who[0]}/{who[1]}" if who else "", name)
    return Addendum(record_id, visit_id, author, at, text, pending, _corrections(document))


def _correction(one: Correction) -> Any:
    said = [("item", one.link_id), ("name", one.name), ("was", one.was), ("now", one.now)]
    said += [(ALERT, alert_id) for alert_id in one.alerts]
    parts: list[dict[str, Any]] = [
        {"url": url, "valueString": clean(text)} for url, text in said if clean(text)
    ]
    if isinstance(one.value, int):
        parts.append({"url": VALUE, "valueInteger": one.value})
    elif isinstance(one.value, str):
        parts.append({"url": VALUE, "valueCode": one.value})
    return {"url": CORRECTION, "extension": parts}


def _corrections(document: Any) -> tuple[Correction, ...]:
    found = []
    for one in read.items(document, "extension"):
        if read.text(one, "url") != CORRECTION:
            continue
        parts = [(read.text(part, "url"), part) for part in read.items(one, "extension")]
        said = {url: read.text(part, "valueString") or "" for url, part in parts}
        if said.get("item") and said.get("now"):
            value = next((_value(part) for url, part in parts if url == VALUE), None)
            alerts = tuple(read.text(part, "valueString") or "" for url, part in parts if url == ALERT)
            words = said.get("name", ""), said.get("was", ""), said["now"]
            found.append(Correction(said["item"], *words, value, alerts))
    return tuple(found)


def _value(part: Any) -> Value | None:
    number = read.whole(part, "valueInteger")
    return read.text(part, "valueCode") if number is None else number
