"""A picture or signature ↔ Binary (the bytes) and DocumentReference (what they are), never one inside the other.

The Binary names the Patient as its security context. The document says where the bytes are, how many and their SHA-1,
and which item of the visit they belong to. Codes of `urn:hearthside:attachment` are ours.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from app.domain.attachment import Attachment, AttachmentKind
from app.domain.visit import PersonRef
from app.sync.fhir import codes, json_text, read
from app.sync.fhir.document import CLINICAL_NOTE
from app.sync.fhir.frame import Json, visit_of
from app.sync.fhir.subject import patient_of
from app.sync.fhir.write import clean, person, time_text

SYSTEM = "urn:hearthside:attachment"
ANSWERS = "urn:hearthside:answers"
"""On the document: the item of the visit that it belongs to. Parts item, entry."""
_TITLES = {
    AttachmentKind.WOUND: "Photo of a wound",
    AttachmentKind.DOCUMENT: "Photo of a paper",
    AttachmentKind.SIGNATURE: "Signature",
}


def encode_binary(attachment: Attachment) -> Json:
    """The Binary without its bytes: what lies in the outbox."""
    return {
        "resourceType": "Binary",
        "id": attachment.binary_id,
        "contentType": attachment.content_type,
        "securityContext": {"reference": f"Patient/{attachment.patient_id}"},
    }


def with_data(payload: str, body: bytes) -> bytes:
    """The Binary as it is sent, its bytes in base64."""
    resource = json_text.loads(payload) | {"data": base64.b64encode(body).decode("ascii")}
    return json_text.dumps(resource).encode("utf-8")


def data_of(resource: Any) -> bytes | None:
    """The bytes inside a Binary, None when there are none that can be read."""
    data = read.find(resource, "data") if read.text(resource, "resourceType") == "Binary" else None
    if not isinstance(data, str):
        return None
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def encode_document(attachment: Attachment, author: PersonRef) -> Json:
    """Its document. Raises ValueError for one without a time offset."""
    at = time_text(attachment.taken_at)
    title = clean(attachment.title) or _TITLES[attachment.kind]
    kind = {"system": SYSTEM, "code": attachment.kind.value, "display": _TITLES[attachment.kind]}
    built: Json = {"resourceType": "DocumentReference", "id": attachment.id}
    if attachment.link_id:
        parts: list[Json] = [{"url": "item", "valueString": attachment.link_id}]
        if attachment.entry:
            parts.append({"url": "entry", "valueString": attachment.entry})
        built["extension"] = [{"url": ANSWERS, "extension": parts}]
    built |= {
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": attachment.id}],
        "status": "current",
        "docStatus": "final",
        "type": codes.concept(kind, text=_TITLES[attachment.kind]),
        "category": [codes.concept(CLINICAL_NOTE)],
        "subject": {"reference": f"Patient/{attachment.patient_id}"},
        "date": at,
        "author": [person(author)],
        "description": title,
        "content": [
            {
                "attachment": {
                    "contentType": attachment.content_type,
                    "url": f"Binary/{attachment.binary_id}",
                    "size": attachment.size,
                    "hash": attachment.sha1,
                    "title": title,
                    "creation": at,
                }
            }
        ],
    }
    if attachment.visit_id is not None:
        built["context"] = {"encounter": [{"reference": f"Encounter/{attachment.visit_id}"}]}
    return built


def decode_document(document: Any, base_url: str) -> Attachment | None:
    """What a document says of a file that this plan keeps, or None: no file, withdrawn, or a file kept elsewhere.

    A file's address is followed only to this plan (`base_url`); an absolute one to any other place is as good as none.
    """
    record_id, patient_id = read.record_id(document), patient_of(document)
    at = read.instant(document, "content", 0, "attachment", "creation") or read.instant(document, "date")
    held = read.find(document, "content", 0, "attachment")
    binary_id = binary_id_of(read.text(held, "url"), base_url)
    status = read.text(document, "status")
    if record_id is None or patient_id is None or binary_id is None or at is None or status != "current":
        return None
    who = read.reference(document, "author", 0)
    place = read.extension(document, ANSWERS)
    return Attachment(
        id=record_id,
        binary_id=binary_id,
        patient_id=patient_id,
        kind=_kind_of(document),
        content_type=(read.text(held, "contentType") or "").partition(";")[0].strip().casefold(),
        size=read.whole(held, "size") or 0,
        sha1=read.text(held, "hash") or "",
        taken_at=at,
        author=f"{who[0]}/{who[1]}" if who is not None else "",
        visit_id=visit_of(document),
        link_id=read.text(read.extension(place, "item"), "valueString") or "",
        entry=read.text(read.extension(place, "entry"), "valueString") or "",
        title=read.text(held, "title") or read.text(document, "description") or "",
    )


def has_file(document: Any) -> bool:
    """True for a document whose content lies in a file of its own, wherever that is."""
    return read.text(document, "content", 0, "attachment", "url") is not None


def binary_id_of(url: str | None, base_url: str) -> str | None:
    """The id in `Binary/<id>` below this plan's base, relative or absolute; None for anything else."""
    if url is None:
        return None
    parts = url.removeprefix(f"{base_url}/").split("/_history/")[0].split("/")
    if len(parts) != 2 or parts[0] != "Binary":
        return None
    return read.record_id({"id": parts[1]})


def _kind_of(document: Any) -> AttachmentKind:
    for system, code in read.codes(read.find(document, "type")):
        if system == SYSTEM and code in set(AttachmentKind):
            return AttachmentKind(code)
    return AttachmentKind.DOCUMENT
