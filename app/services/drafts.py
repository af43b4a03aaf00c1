"""Drafts that lie on other tablets: which there are, going on with one here, reading a colleague's. None is signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.drafts import DraftElsewhere
from app.domain.instruments import score_visit
from app.domain.visit import PersonRef, VisitDraft
from app.errors import RecordError
from app.language import N_
from app.services.clock import Clock
from app.services.models import VisitReading, VisitState, VisitStatus, VisitSummary
from app.store import audit, drafts_elsewhere, meta, patients, visits
from app.store.changes import Topic
from app.store.draft_copies import Copied, decode, derive_visit_id, lay_down
from app.store.engine import Store
from app.sync.contact import device_of
from app.sync.drafts import fetch_text
from app.sync.fhir import json_text
from app.sync.fhir.drafts import decode_list
from app.sync.transport import FhirClient

NOT_HERE = N_("This draft is not on this tablet yet. With a network it comes by itself within a few minutes.")
OPEN_HERE = N_("A visit with this person is open on this tablet already. Sign or drop that one first.")
SIGNED = N_("This draft is not there any more. The visit was signed or dropped.")


@dataclass(frozen=True, slots=True)
class ElsewhereLine:
    """One row. `mine`: this nurse began it on another tablet and can go on here; else a colleague's, to be read.

    `ready`: all that stands in it is here. `photos`: pictures that lie on the other tablet only.
    """

    draft: DraftElsewhere
    patient_name: str
    mine: bool
    ready: bool = False
    photos: int = 0


def list_elsewhere(connection: Connection, me: PersonRef, device: str) -> tuple[ElsewhereLine, ...]:
    """Those of people who are here, of each draft the newest copy; what goes on or was signed here is left out."""
    text = meta.find(connection, drafts_elsewhere.LIST)
    if text is None:
        return ()
    listed = [one for one in decode_list(json_text.find_object(text)) if one.device != device]
    roots = drafts_elsewhere.read_roots(connection)
    taken = set(roots.values())
    names = patients.read_names(connection, {one.patient_id for one in listed})
    found: dict[str, ElsewhereLine] = {}
    for one in sorted(listed, key=lambda each: each.changed_at):
        if one.patient_id not in names or drafts_elsewhere.is_here(connection, one.visit_id):
            continue
        copied = _find_copied(connection, one, me)
        root = one.visit_id if copied is None else copied.draft.root
        if root not in taken and one.visit_id not in taken and not drafts_elsewhere.is_here(connection, root):
            mine = one.author.reference == me.reference
            photos = 0 if copied is None else copied.photos
            found[root] = ElsewhereLine(one, names[one.patient_id], mine, copied is not None, photos)
    return tuple(sorted(found.values(), key=lambda line: (not line.mine, line.draft.began_at)))


def _find_copied(connection: Connection, one: DraftElsewhere, me: PersonRef) -> Copied | None:
    text = drafts_elsewhere.find_text(connection, one.key, one.digest)
    try:
        return None if text is None else decode(text, one.visit_id, me)
    except RecordError:
        return None


class Drafts:
    """Writes return after the commit."""

    def __init__(self, store: Store, client: FhirClient, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._client = client
        self._me = me
        self._clock = clock
        self._device = device_of(store.store_id)

    async def list_elsewhere(self) -> tuple[ElsewhereLine, ...]:
        """What other tablets copied to the plan, this nurse's own first. Works offline with what came last."""
        return await self._store.read(lambda c: list_elsewhere(c, self._me, self._device))

    async def go_on(self, key: str) -> str:
        """Lay a draft of this nurse's down here and go on with it; returns its id on this tablet. What was answered
        keeps its times. Raises RecordError where it cannot be read, is not here, or a visit with the person is open.
        """
        now = self._clock.now()

        def run(connection: Connection) -> str:
            line = _get(list_elsewhere(connection, self._me, self._device), key)
            text = drafts_elsewhere.find_text(connection, key, line.draft.digest)
            if not line.mine or text is None:
                raise RecordError(NOT_HERE)
            if visits.find_draft(connection, line.draft.patient_id) is not None:
                raise RecordError(OPEN_HERE)
            visit_id = derive_visit_id(line.draft.visit_id, self._device)
            copied = decode(text, visit_id, self._me)
            lay_down(connection, copied)
            drafts_elsewhere.put_continued(connection, visit_id, (key, line.draft.digest))
            audit.append(
                connection, at=now, actor=self._me.reference, action="write", subject=f"Encounter/{visit_id}"
            )
            return visit_id

        return await self._store.write(run, Topic.VISITS, Topic.ALERTS)

    async def read(self, key: str) -> VisitReading:
        """All that stands in a draft, to look at: asked of the plan now where it is not here, and not kept. It is not
        signed. Raises PlanError where the plan cannot be asked, RecordError where it is gone or cannot be read.
        """
        lines = await self.list_elsewhere()
        line = _get(lines, key)
        text = await self._store.read(lambda c: drafts_elsewhere.find_text(c, key, line.draft.digest))
        if text is None:
            text = await fetch_text(self._client, line.draft)
        if text is None:
            raise RecordError(SIGNED)
        await audit.note_reading(
            self._store,
            at=self._clock.now(),
            actor=self._me.reference,
            action="read",
            subject=f"Patient/{line.draft.patient_id}",
        )
        return _as_reading(line, decode(text, line.draft.visit_id, line.draft.author).draft)


def _as_reading(line: ElsewhereLine, draft: VisitDraft) -> VisitReading:
    """In the shape in which visits are read; its state says that it is a draft."""
    summary = VisitSummary(
        id=draft.id,
        patient_id=draft.patient_id,
        patient_name=line.patient_name,
        nurse_name=draft.nurse.name,
        modality=draft.modality,
        setting=draft.setting,
        began_at=draft.began_at.astimezone(),
        left_at=None if draft.left_at is None else draft.left_at.astimezone(),
        highest_score=None,
        status=VisitStatus(VisitState.DRAFT),
    )
    return VisitReading(
        summary=summary,
        signed_at=None,
        answered_by=draft.answered_by,
        note=draft.note,
        answers=draft.answers,
        last_values={},
        last_visit_at=None,
        clock_offset_ms=None,
        entries=draft.entries,
        scores=score_visit(draft.answers),
        nurse=draft.nurse,
    )


def _get(lines: Iterable[ElsewhereLine], key: str) -> ElsewhereLine:
    for line in lines:
        if line.draft.key == key:
            return line
    raise RecordError(SIGNED)
