"""A visit's pictures and signatures as lists: of a draft, and of a signed visit, whoever made it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from app.domain.attachment import Attachment, AttachmentKind, belongs
from app.domain.visit import PersonRef, VisitDraft
from app.services.attachment_models import AttachmentLine
from app.store import attachment_sending, attachments, bases, sessions
from app.store.attachment_sending import FileState
from app.store.attachments import KeptFile
from app.store.outbox_rows import find_server_time
from app.sync.fhir import json_text, read
from app.sync.fhir.attachment import decode_document, encode_binary, encode_document, has_file
from app.sync.fhir.frame import visit_of


def lines_of_draft(connection: Connection, draft: VisitDraft) -> tuple[AttachmentLine, ...]:
    """In the order in which they were taken; those taken away too, since they can come back."""
    return tuple(
        _line(
            kept, counts=belongs(draft, kept.attachment.link_id, kept.attachment.entry), removed=kept.removed
        )
        for kept in attachments.list_for_visit(connection, draft.id, with_removed=True)
    )


def lines_of_visit(connection: Connection, patient_id: str, visit_id: str) -> tuple[AttachmentLine, ...]:
    """What this device made and what the plan has, each once, in the order in which they were taken."""
    kept = {one.attachment.id: one for one in attachments.list_for_visit(connection, visit_id)}
    states = dict(attachment_sending.read_states(connection, kept))
    found: dict[str, AttachmentLine] = {}
    for base in bases.list_for_patient(connection, patient_id, "DocumentReference"):
        document = _parse(base.body)
        if visit_of(document) == visit_id and has_file(document):
            state = FileState(waits=False, received_at=find_server_time(base.last_updated))
            if base.id in kept:
                states.setdefault(base.id, state)
            elif (line := _of_document(connection, document, state)) is not None:
                found[line.id] = line
    found |= {key: _line(one, state=states.get(key)) for key, one in kept.items()}
    return tuple(sorted(found.values(), key=lambda one: (one.taken_at, one.id)))


def find_document(connection: Connection, attachment_id: str) -> Attachment | None:
    """What the plan's document of that id says, where its file is one of this plan's."""
    base = bases.find(connection, "DocumentReference", attachment_id)
    if base is None or base.deleted:
        return None
    return decode_document(_parse(base.body), _base_url(connection))


def queue_all(connection: Connection, draft: VisitDraft, author: PersonRef, at: Any) -> None:
    """At signing: what belongs to the visit goes into the outbox behind it, the rest leaves this device."""
    kept = [
        one.attachment
        for one in attachments.list_for_visit(connection, draft.id)
        if belongs(draft, one.attachment.link_id, one.attachment.entry)
    ]
    attachments.keep_only(connection, draft.id, [one.id for one in kept])
    for one in kept:
        binary = json_text.dumps(encode_binary(one))
        document = json_text.dumps(encode_document(one, author))
        attachment_sending.queue(connection, one, binary, document, at)


def _of_document(connection: Connection, document: Any, state: FileState) -> AttachmentLine | None:
    record_id = read.record_id(document)
    if record_id is None or read.text(document, "status") != "current":
        return None
    attachment = decode_document(document, _base_url(connection))
    if attachment is not None:
        return _line(KeptFile(attachment, None, own=False, here=False, removed=False), state=state)
    at = read.instant(document, "date") or read.instant(document, "meta", "lastUpdated")
    if at is None:
        return None
    title = read.text(document, "description") or read.concept_text(read.find(document, "type")) or ""
    return AttachmentLine(
        record_id, AttachmentKind.DOCUMENT, title, at.astimezone(), 0, here=False, elsewhere=True
    )


def _parse(body: str) -> Any:
    try:
        return json_text.loads(body)
    except json_text.BadJson:
        return None


def _base_url(connection: Connection) -> str:
    sign_in = sessions.find(connection)
    return "" if sign_in is None else sign_in.plan_url.rstrip("/")


def _line(
    kept: KeptFile, *, counts: bool = True, removed: bool = False, state: FileState | None = None
) -> AttachmentLine:
    one = kept.attachment
    known = state or FileState(waits=False)
    received = known.received_at
    return AttachmentLine(
        id=one.id,
        kind=one.kind,
        title=one.title,
        taken_at=one.taken_at.astimezone(),
        size=one.size,
        link_id=one.link_id,
        entry=one.entry,
        thumbnail=kept.thumbnail,
        here=kept.here,
        counts=counts,
        removed=removed,
        waits=known.waits and known.refused is None,
        received_at=None if received is None else received.astimezone(),
        refused=known.refused,
        problem=known.problem,
        lost=known.lost,
    )
