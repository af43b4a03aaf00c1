"""The same visit written twice, on two tablets: said to the nurse who wrote both, and chosen by her. All of it offline.

What she does not choose is kept: a signed visit is marked as entered in error, each of its records; a draft is put away
on the tablet where it lies. Until she chooses, both stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from app.domain.drafts import Pair, Written, find_twice, pair_of
from app.domain.twice import say_side
from app.domain.visit import PersonRef, VisitStatus
from app.errors import NotFound, RecordError
from app.language import N_
from app.services.clock import Clock
from app.store import audit, bases, drafts_elsewhere, meta, outbox, patients, visits
from app.store.changes import Topic
from app.store.current import list_current
from app.store.engine import Store
from app.store.outbox_rows import change
from app.store.records import NewChange, save_record
from app.store.times import to_text
from app.store.visit_rows import OWN, find_moment, visit_table
from app.sync.fhir import json_text
from app.sync.fhir.mistaken import mark_mistaken
from app.sync.fhir.provenance import manifest
from app.sync.fhir.write import encoded

LOOK_BACK = timedelta(days=30)
SETTLED = N_("This has been settled meanwhile.")
NOT_YET = N_("A part of this visit is not on this tablet yet. With a network it comes by itself.")
APART = "twice-apart"
"""Meta key: pairs of visits that she said are two (JSON)."""
_NO_PART = ("Provenance", "Binary")
_v = visit_table.c


@dataclass(frozen=True, slots=True)
class TwiceLine:
    """Two visits that are one. `first` is signed; `other` may be a draft of this tablet."""

    first: Written
    other: Written
    patient_name: str

    @property
    def id(self) -> str:
        return f"{self.first.visit_id}+{self.other.visit_id}"

    @property
    def same_draft(self) -> bool:
        """Both were begun as one draft; else it is only their times that say so."""
        return self.first.root == self.other.root


@dataclass(frozen=True, slots=True)
class TwicePage:
    """`differs`: (what it is, in the first, in the other), "" where one says nothing. `same`: how many agree."""

    line: TwiceLine
    differs: tuple[tuple[str, str, str], ...]
    same: int


def list_twice(connection: Connection, me: PersonRef, now: datetime) -> tuple[TwiceLine, ...]:
    """What this nurse has to choose, the newest first."""
    rows = connection.execute(
        select(*(_v[name] for name in ("id", "patient_id", "status", "began_at", "began_offset")))
        .add_columns(_v.left_at, _v.left_offset, _v.origin)
        .where(
            _v.nurse_reference == me.reference,
            _v.status.in_((VisitStatus.DRAFT.value, VisitStatus.SIGNED.value)),
            _v.arriving.is_(False),
            _v.began_at >= to_text(now - LOOK_BACK),
        )
    ).all()
    roots = drafts_elsewhere.read_roots(connection)
    written = []
    for row in rows:
        began_at = find_moment(row.began_at, row.began_offset)
        if began_at is not None:
            left_at = find_moment(row.left_at, row.left_offset)
            signed = row.status == VisitStatus.SIGNED.value
            root = roots.get(row.id, "")
            here = row.origin == OWN
            written.append(Written(row.id, row.patient_id, began_at, left_at, signed, root, here))
    found = find_twice(written, _read_apart(connection))
    names = patients.read_names(connection, {one.patient_id for one, _ in found})
    lines = [TwiceLine(one, other, names.get(one.patient_id, "")) for one, other in found]
    return tuple(sorted(lines, key=lambda line: line.first.began_at, reverse=True))


class Twice:
    """Writes return after the commit."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock

    async def list_all(self) -> tuple[TwiceLine, ...]:
        now = self._clock.now()
        return await self._store.read(lambda c: list_twice(c, self._me, now))

    async def read(self, pair_id: str) -> TwicePage | None:
        """Both side by side; None once it is settled."""
        now = self._clock.now()
        page = await self._store.read(lambda c: _read_page(c, _find(c, pair_id, self._me, now)))
        if page is not None:
            await audit.note_reading(
                self._store,
                at=now,
                actor=self._me.reference,
                action="read",
                subject=f"Patient/{page.line.first.patient_id}",
            )
        return page

    async def choose(self, pair_id: str, stands: str) -> None:
        """`stands`: the id of the visit that counts. The other is kept: signed, it is marked as entered in error; a
        draft is put away. Raises RecordError, with nothing changed, once it is settled, or for a draft to stand.
        """
        now = self._clock.now()

        def run(connection: Connection) -> None:
            line = _find(connection, pair_id, self._me, now)
            both = {} if line is None else {one.visit_id: one for one in (line.first, line.other)}
            if line is None or stands not in both or not both[stands].signed:
                raise RecordError(SETTLED)
            (other,) = (one for own, one in both.items() if own != stands)
            if other.signed:
                mark_visit(connection, other.visit_id, other.patient_id, self._me, now)
            else:
                _set_status(connection, other.visit_id, VisitStatus.PUT_AWAY)
                _audit(connection, self._me, now, "put-away", other.visit_id)

        await self._store.write(run, Topic.VISITS, Topic.OUTBOX, Topic.ALERTS)

    async def keep_both(self, pair_id: str) -> None:
        """She was there twice. Asked no more on this tablet. Raises RecordError once it is settled, and for two copies
        of one draft, which are one visit.
        """
        now = self._clock.now()

        def run(connection: Connection) -> None:
            line = _find(connection, pair_id, self._me, now)
            if line is None or line.same_draft:
                raise RecordError(SETTLED)
            pairs = {*_read_apart(connection), pair_of(line.first.visit_id, line.other.visit_id)}
            meta.put(connection, APART, json.dumps(sorted(pairs)))
            _audit(connection, self._me, now, "resolve", line.other.visit_id)

        await self._store.write(run, Topic.VISITS)

    async def find_put_away(self, visit_id: str) -> str | None:
        """The draft of the same visit that was put away on this tablet, if there is one."""
        return await self._store.read(lambda c: _find_put_away(c, visit_id))

    async def bring_back(self, visit_id: str) -> None:
        """A draft that was put away is one to go on with again. Raises NotFound where there is none."""
        now = self._clock.now()

        def run(connection: Connection) -> None:
            away = (_v.id == visit_id, _v.status == VisitStatus.PUT_AWAY.value)
            if connection.execute(select(_v.id).where(*away)).first() is None:
                raise NotFound(detail="no draft was put away")
            _set_status(connection, visit_id, VisitStatus.DRAFT)
            _audit(connection, self._me, now, "bring-back", visit_id)

        await self._store.write(run, Topic.VISITS)


def mark_visit(connection: Connection, visit_id: str, patient_id: str, me: PersonRef, now: datetime) -> None:
    """Say of an own signed visit, and of each record that came with it, that it was entered in error.

    Raises RecordError while a part of it is not here.
    """
    parts = _list_parts(connection, visit_id, patient_id)
    held = {
        (one.type, one.id): one
        for one in list_current(connection, patient_id, *dict.fromkeys(kind for kind, _ in parts))
    }
    if not parts or set(parts) - held.keys():
        raise RecordError(NOT_YET)
    changes = []
    for kind, own in parts:
        body = json_text.find_object(held[kind, own].body)
        base = outbox.base_for_edit(connection, kind, own)
        if body is None or base is None:
            raise RecordError(NOT_YET)
        changes.append(NewChange(kind, own, encoded(mark_mistaken(body)).body, base))

    def write_row(c: Connection) -> None:
        _set_status(c, visit_id, VisitStatus.MISTAKEN)
        _audit(c, me, now, "entered-in-error", visit_id)

    save_record(
        connection, group_id=visit_id, patient_id=patient_id, changes=changes, at=now, write_row=write_row
    )


def _list_parts(connection: Connection, visit_id: str, patient_id: str) -> list[tuple[str, str]]:
    """Every record of the visit, the Encounter first and each after what it refers to, as they were written: by what
    this device sent, and by the manifests of the writes that brought it.
    """
    sent = select(change.c.type, change.c.id).where(change.c.group_id == visit_id).order_by(change.c.seq)
    found = [(row.type, row.id) for row in connection.execute(sent)]
    mentioning = bases.list_mentioning(connection, patient_id, "Provenance", f"Encounter/{visit_id}")
    for base in mentioning:
        keys = manifest(json_text.find_object(base.body))
        if ("Encounter", visit_id) in keys:
            found += keys
    return [part for part in dict.fromkeys(found) if part[0] not in _NO_PART]


def _find(connection: Connection, pair_id: str, me: PersonRef, now: datetime) -> TwiceLine | None:
    return next((line for line in list_twice(connection, me, now) if line.id == pair_id), None)


def _read_page(connection: Connection, line: TwiceLine | None) -> TwicePage | None:
    if line is None:
        return None
    sides = [_read_side(connection, one) for one in (line.first, line.other)]
    keys = list(dict.fromkeys([*sides[0], *sides[1]]))
    pairs = [(key, sides[0].get(key, ""), sides[1].get(key, "")) for key in keys]
    differs = tuple(pair for pair in pairs if pair[1] != pair[2])
    return TwicePage(line, differs, len(pairs) - len(differs))


def _read_side(connection: Connection, one: Written) -> Mapping[str, str]:
    """What is said in words, by what it is about. Private answers are named and not shown."""
    if one.signed:
        signed = visits.read_signed(connection, one.visit_id)
        return say_side(signed.answers, signed.entries, signed.note)
    draft = visits.read_draft(connection, one.visit_id)
    return say_side(draft.answers, draft.entries, draft.note)


def _find_put_away(connection: Connection, visit_id: str) -> str | None:
    roots = drafts_elsewhere.read_roots(connection)
    root = roots.get(visit_id, visit_id)
    away = connection.execute(select(_v.id).where(_v.status == VisitStatus.PUT_AWAY.value)).scalars()
    return next((own for own in away if roots.get(own, own) == root), None)


def _read_apart(connection: Connection) -> set[Pair]:
    return {(one[0], one[1]) for one in json.loads(meta.find(connection, APART) or "[]")}


def _set_status(connection: Connection, visit_id: str, status: VisitStatus) -> None:
    connection.execute(update(visit_table).where(_v.id == visit_id).values(status=status.value))


def _audit(connection: Connection, me: PersonRef, at: datetime, action: str, visit_id: str) -> None:
    audit.append(connection, at=at, actor=me.reference, action=action, subject=f"Encounter/{visit_id}")
