"""The visit's note ↔ DocumentReference with the text inside.

Type LOINC 11506-3 "Progress note" and category `clinical-note`: US Core Clinical Note Type value set
(hl7.org/fhir/us/core/ValueSet-us-core-clinical-note-type.html, read in releases 3.1.1, 5.0.1 and 8.0.1)
and the
US Core DocumentReference Category code system.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from app.domain.visit import Visit
from app.sync.fhir import codes, read
from app.sync.fhir.write import part_id, person, time_text

PROGRESS_NOTE: codes.Coding = {"system": codes.LOINC, "code": "11506-3", "display": "Progress note"}
CLINICAL_NOTE: codes.Coding = {
    "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
    "code": "clinical-note",
    "display": "Clinical Note",
}
ADDENDUM: codes.Coding = {"system": "urn:hearthside:document", "code": "addendum", "display": "Addendum"}
PLAIN_TEXT = "text/plain; charset=utf-8"


def note_id(visit_id: str) -> str:
    return part_id(visit_id, "document/note")


def encode_note(visit: Visit) -> dict[str, Any] | None:
    """The note as a document, or None when nothing was written."""
    if not visit.note:
        return None
    own_id = note_id(visit.id)
    data = base64.b64encode(visit.note.encode("utf-8", "replace")).decode("ascii")
    return {
        "resourceType": "DocumentReference",
        "id": own_id,
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": own_id}],
        "status": "current",
        "docStatus": "final",
        "type": codes.concept(PROGRESS_NOTE, text="Visit note"),
        "category": [codes.concept(CLINICAL_NOTE)],
        "subject": {"reference": f"Patient/{visit.patient_id}"},
        "date": time_text(visit.signed_at),
        "author": [person(visit.nurse)],
        "content": [{"attachment": {"contentType": PLAIN_TEXT, "data": data}}],
        "context": {
            "encounter": [{"reference": f"Encounter/{visit.id}"}],
            "period": {"start": time_text(visit.began_at), "end": time_text(visit.left_at)},
        },
    }


def is_addendum(document: Any) -> bool:
    """True for a document that adds to a signed visit and is not the visit's own note."""
    if read.has_code(read.find(document, "type"), ADDENDUM["code"], ADDENDUM["system"]):
        return True
    return any(one.get("code") == "appends" for one in read.items(document, "relatesTo"))


def decode_note(document: Any) -> str | None:
    """The text of a visit's note that carries it inside, or None: addenda, other encodings, withdrawn notes."""
    return None if is_addendum(document) else decode_text(document)


def decode_text(document: Any) -> str | None:
    """The plain text inside a document, or None: none inside, other encodings, withdrawn."""
    if read.text(document, "status") == "entered-in-error":
        return None
    for content in read.items(document, "content"):
        kind = (read.text(content, "attachment", "contentType") or "").casefold()
        data = read.find(content, "attachment", "data")
        if kind.startswith("text/plain") and isinstance(data, str):
            try:
                raw = base64.b64decode("".join(data.split()), validate=True)
            except (binascii.Error, ValueError):
                continue
            return raw.decode("utf-8", "replace").replace("\x00", "")
    return None


def dated_at(document: Any) -> datetime | None:
    return read.instant(document, "date")
