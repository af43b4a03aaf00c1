"""Pictures and signatures of a visit: taken, taken away, opened. What is called kept is on the disk, encrypted."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from app.domain.attachment import (
    LONGEST_TITLE,
    VISIT,
    Attachment,
    AttachmentKind,
    Made,
    belongs,
    find_place,
)
from app.domain.typed import clean_lines
from app.domain.visit import PersonRef
from app.errors import NotFound, PlanError, RecordError
from app.language import N_, tr
from app.services import pictures
from app.services.attachment_lines import find_document, lines_of_draft
from app.services.attachment_models import AttachmentLine
from app.services.clock import Clock
from app.services.pictures import Stroke
from app.store import attachments, audit, visits
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.fhir.attachment import data_of
from app.sync.files import is_whole
from app.sync.transport import FhirClient


class NotHereYet(RecordError):
    sentence = N_("Not on this tablet yet. It can be opened as soon as the plan can be reached.")


class CannotBeShown(RecordError):
    sentence = N_("This file cannot be shown here.")


class Attachments:
    """Those that change a draft raise NotFound unless it is one here, and RecordError with nothing changed."""

    def __init__(self, store: Store, client: FhirClient, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock
        self._decoding = asyncio.Lock()
        """One at a time: a decoded picture takes much memory."""

    async def list_draft(self, visit_id: str) -> tuple[AttachmentLine, ...]:
        """What a draft holds, in the order in which it was taken, and what was just taken away. Raises NotFound."""
        return await self._store.read(lambda c: lines_of_draft(c, visits.read_draft(c, visit_id)))

    async def add_picture(self, visit_id: str, link_id: str, data: bytes, *, entry: str = "") -> str:
        """Keep a picture with an item of the visit, made small and stripped; returns its id.

        Raises RecordError with a sentence for a file that is no picture, too large or damaged, and where the answer
        that lets a picture be kept (consent, which paper) is not given.
        """
        place = find_place(link_id)
        if place is None:
            raise RecordError("No picture belongs to that question.")

        def check(connection: Connection) -> None:
            if not belongs(visits.read_draft(connection, visit_id), link_id, entry):
                raise RecordError("Please answer the question above the picture first.")

        await self._store.read(check)
        async with self._decoding:
            made = await asyncio.to_thread(pictures.make_picture, data)
        return await self._keep(visit_id, made, place.kind, link_id, entry, "")

    async def add_signature(self, visit_id: str, strokes: Sequence[Stroke], title: str) -> str:
        """Keep a signature with the visit; `title` says who signs, and what for. Returns its id."""
        said = " ".join(clean_lines(title).split())
        if not said:
            raise RecordError("Please say who signs, and what for.")
        if len(said) > LONGEST_TITLE:
            raise RecordError(tr("Please keep it under {number} letters.", number=LONGEST_TITLE))
        made = await asyncio.to_thread(pictures.make_signature, strokes)
        return await self._keep(visit_id, made, AttachmentKind.SIGNATURE, VISIT, "", said)

    async def _keep(
        self, visit_id: str, made: Made, kind: AttachmentKind, link_id: str, entry: str, title: str
    ) -> str:
        now, own_id = self._clock.now(), str(uuid.uuid4())

        def put(connection: Connection) -> None:
            attachment = Attachment(
                id=own_id,
                binary_id=str(uuid.uuid4()),
                patient_id=visits.read_frame(connection, visit_id).patient_id,
                kind=kind,
                content_type=made.content_type,
                size=len(made.body),
                sha1=made.sha1,
                taken_at=now,
                author=self._me.reference,
                visit_id=visit_id,
                link_id=link_id,
                entry=entry,
                title=title,
                width=made.width,
                height=made.height,
            )
            attachments.add(connection, attachment, made.body, made.thumbnail)
            self._audit(connection, "photo", own_id)

        await self._store.write(put, Topic.VISITS)
        return own_id

    async def remove(self, visit_id: str, attachment_id: str) -> None:
        """Take one away; `bring_back` undoes it until the visit is signed."""
        at = self._clock.now()
        await self._change(lambda c: attachments.remove(c, visit_id, attachment_id, at))

    async def bring_back(self, visit_id: str, attachment_id: str) -> None:
        await self._change(lambda c: attachments.restore(c, visit_id, attachment_id))

    async def move_entry(self, visit_id: str, old: str, new: str) -> None:
        """An entry that was removed came back under another id."""
        await self._change(lambda c: attachments.move_entry(c, visit_id, old, new))

    async def open(self, attachment_id: str) -> bytes:
        """The picture itself: from this device, else from the plan, checked against its document and kept here.

        Raises NotHereYet without a network, NotFound, and CannotBeShown. Opening is written to the audit log.
        """
        body = await self._store.read(lambda c: attachments.find_body(c, attachment_id))
        if body is None:
            body = await self._fetch(attachment_id)
        elif pictures.find_kind(body) is None:
            raise CannotBeShown
        at = self._clock.now()
        await audit.note_reading(
            self._store,
            at=at,
            actor=self._me.reference,
            action="read",
            subject=f"DocumentReference/{attachment_id}",
        )
        return body

    async def _fetch(self, attachment_id: str) -> bytes:
        attachment = await self._store.read(lambda c: find_document(c, attachment_id))
        if attachment is None:
            kept = await self._store.read(lambda c: attachments.find(c, attachment_id))
            if kept is None:
                raise NotFound("This file is kept somewhere else and is not opened from here.")
            attachment = kept.attachment
        try:
            answer = await self._client.read("Binary", attachment.binary_id)
        except PlanError:
            raise NotHereYet from None
        if answer.status in (403, 404, 410):
            raise NotFound("The plan does not have this file any more, or not for you.")
        if not answer.ok:
            raise NotHereYet(detail=f"HTTP {answer.status}")
        body = await asyncio.to_thread(data_of, answer.resource)
        if body is None or not is_whole(attachment, body):
            raise CannotBeShown(
                "What the plan gave is not the file that was sent. Please tell your supervisor."
            )
        async with self._decoding:
            thumbnail = await asyncio.to_thread(pictures.thumbnail_of, body)
        if thumbnail is None:
            raise CannotBeShown
        await self._store.write(
            lambda c: attachments.keep_pulled(c, attachment, body, thumbnail), Topic.VISITS
        )
        return body

    async def _change(self, change: Callable[[Connection], None]) -> None:
        await self._store.write(change, Topic.VISITS)

    def _audit(self, connection: Connection, action: str, attachment_id: str) -> None:
        audit.append(
            connection,
            at=self._clock.now(),
            actor=self._me.reference,
            action=action,
            subject=f"DocumentReference/{attachment_id}",
        )
