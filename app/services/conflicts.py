"""Where two people wrote different things: what waits for somebody to choose, and the choice. All of it offline."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.domain.conversation_fields import Field, say_field
from app.domain.merging_heads import BOTH, Section, Subject, TwoHeads, Version, say_items, take
from app.domain.visit import Answer, PersonRef
from app.errors import RecordError
from app.language import N_
from app.services import conflict_edits as edits
from app.services.clock import Clock
from app.services.conflict_heads import make_resolution, read_two_heads
from app.services.conflict_models import (
    WHOLE,
    ConflictKind,
    ConflictLine,
    ConflictPage,
    ConflictSection,
    ConflictSide,
)
from app.services.conflict_words import say_title
from app.store import audit, patients
from app.store.changes import Topic
from app.store.current import read_data_version, read_mark
from app.store.engine import Store
from app.store.records import NewChange, save_record
from app.sync.fhir.resolution import encode_resolution
from app.sync.fhir.task import decode_task

AT_ONCE = 1
"""People looked at in one read, so that nobody else waits long for the store: Today asks for this beside the day."""
CHOOSE_ALL = N_("Please choose for each part that differs.")
SETTLED = N_("This has been settled meanwhile.")
_TASK = "task"


def list_for_patient(connection: Connection, patient_id: str) -> tuple[ConflictLine, ...]:
    """What needs a person about one person, as her page and her visits show it."""
    person = patients.find(connection, patient_id)
    if person is None:
        return ()
    name = person.display_name
    open_edits = [one for one in edits.list_edits(connection) if one.row.patient_id == patient_id]
    return (
        *(_edit_line(connection, one, name) for one in open_edits),
        *(_heads_line(one, patient_id, name) for one in read_two_heads(connection, patient_id)),
    )


def _heads_line(found: TwoHeads, patient_id: str, name: str) -> ConflictLine:
    return ConflictLine(
        id=f"{found.subject.value} {patient_id} {found.sides[-1].id}",
        patient_id=patient_id,
        patient_name=name,
        kind=ConflictKind.VERSIONS,
        what=found.subject.value,
        title=found.title,
        who=tuple(dict.fromkeys(side.author.name for side in found.sides if side.author.name)),
        at=max(side.settled_at or side.at for side in found.sides),
        visits=frozenset(side.visit_id for side in found.sides if side.visit_id is not None),
        records=frozenset(each for side in found.sides for each in side.names),
    )


def _edit_line(connection: Connection, edit: edits.Edit, name: str) -> ConflictLine:
    task = edits.parse(edit.ours)
    alert = decode_task(task) if edit.row.type == "Task" else None
    theirs = edits.who_changed(connection, edit.theirs)
    return ConflictLine(
        id=f"{_TASK}-{edit.row.id}",
        patient_id=edit.row.patient_id or "",
        patient_name=name,
        kind=ConflictKind.EDIT if edit.theirs else ConflictKind.DELETED,
        what=_TASK if edit.row.type == "Task" else "record",
        title=say_title(task) if edit.row.type == "Task" else "",
        who=(theirs,) if theirs else (),
        at=edit.row.opened_at,
        visits=frozenset({alert.visit_id} if alert is not None and alert.visit_id is not None else ()),
        records=frozenset({f"{edit.row.type}/{edit.row.record_id}"}),
    )


class Conflicts:
    """Reads only what is on the device. A choice is a record like any other: kept here at once, sent when it can be."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self._held: dict[str, tuple[tuple[Any, ...], tuple[ConflictLine, ...]]] = {}
        self._all: tuple[ConflictLine, ...] = ()
        self._seen: int | None = None
        """The state of the store in which `_all` was looked for."""
        self._looking = asyncio.Lock()

    async def list_all(self) -> tuple[ConflictLine, ...]:
        """Everything that needs a person, the newest first. Nobody is looked at again before something is written."""
        async with self._looking:
            version = await self._store.read(read_data_version)
            if version != self._seen:
                self._all = await self._look_at_all()
                self._seen = version
            return self._all

    async def _look_at_all(self) -> tuple[ConflictLine, ...]:
        people = sorted(await self._store.read(patients.list_ids))
        lines: list[ConflictLine] = []
        for start in range(0, len(people), AT_ONCE):
            some = people[start : start + AT_ONCE]
            lines += await self._store.read(partial(self._look, people=some))
        return tuple(sorted(lines, key=lambda line: (line.at, line.id), reverse=True))

    def _look(self, connection: Connection, people: Iterable[str]) -> list[ConflictLine]:
        """Read again only people of whom something changed. Runs in the store's one reading thread."""
        found: list[ConflictLine] = []
        for patient_id in people:
            mark = read_mark(connection, patient_id)
            held = self._held.get(patient_id)
            if held is None or held[0] != mark:
                held = self._held[patient_id] = (mark, list_for_patient(connection, patient_id))
            found += held[1]
        return found

    async def read(self, conflict_id: str) -> ConflictPage | None:
        """What there is to choose; None once it was settled, here or by somebody else."""
        page = await self._store.read(lambda connection: _read(connection, conflict_id))
        if page is not None:
            await audit.note_reading(
                self._store,
                at=self._clock.now(),
                actor=self._me.reference,
                action="read",
                subject=f"Patient/{page.line.patient_id}",
            )
        return page

    async def choose(self, conflict_id: str, choices: Mapping[str, int], mark: str) -> None:
        """Settle it: for each section the number of a side, or `BOTH`. `mark` is that of the page chosen from.

        Raises RecordError, with nothing stored, when a section has no choice, when it was settled meanwhile or
        another version came.
        """
        await self._store.write(
            lambda connection: self._choose(connection, conflict_id, choices, mark),
            Topic.VISITS,
            Topic.OUTBOX,
            Topic.ALERTS,
        )

    def _choose(
        self, connection: Connection, conflict_id: str, choices: Mapping[str, int], mark: str
    ) -> None:
        try:
            edit, heads = _find(connection, conflict_id)
            if edit is not None:
                edits.refuse_stale(mark, edit.mark)
                self._choose_edit(connection, edit, choices)
            elif heads is not None:
                edits.refuse_stale(mark, heads[1].key)
                self._choose_version(connection, *heads, choices)
            else:
                raise RecordError(SETTLED)
        except ValueError:
            raise RecordError(CHOOSE_ALL) from None

    def _choose_edit(self, connection: Connection, edit: edits.Edit, choices: Mapping[str, int]) -> None:
        now = self._clock.now()
        if edit.theirs:
            edits.choose_edit(connection, edit, choices, now)
        elif WHOLE in choices:
            edits.choose_deleted(connection, edit, choices[WHOLE], self._me, now)
        else:
            raise ValueError("let it go, or keep it")
        audit.append(
            connection,
            at=now,
            actor=self._me.reference,
            action="resolve",
            subject=f"{edit.row.type}/{edit.row.record_id}",
        )

    def _choose_version(
        self, connection: Connection, patient_id: str, found: TwoHeads, choices: Mapping[str, int]
    ) -> None:
        now = self._clock.now()
        chosen = make_resolution(connection, patient_id, found, choices, self._me, now)
        made = encode_resolution(chosen)
        save_record(
            connection,
            group_id=chosen.id,
            patient_id=patient_id,
            changes=[NewChange(one.type, one.id, one.body) for one in made],
            at=now,
            write_row=lambda c: audit.append(
                c, at=now, actor=self._me.reference, action="resolve", subject=made[0].reference
            ),
        )


def _find(connection: Connection, conflict_id: str) -> tuple[edits.Edit | None, tuple[str, TwoHeads] | None]:
    """The edit, or the person and the versions, that an id stands for."""
    if conflict_id.startswith(f"{_TASK}-"):
        number = conflict_id.removeprefix(f"{_TASK}-")
        return (edits.find_edit(connection, int(number)) if number.isdecimal() else None), None
    subject, _, rest = conflict_id.partition(" ")
    patient_id, _, record = rest.partition(" ")
    for found in read_two_heads(connection, patient_id):
        if found.subject == subject and any(record in side.names for side in found.sides):
            return None, (patient_id, found)
    return None, None


def _read(connection: Connection, conflict_id: str) -> ConflictPage | None:
    edit, heads = _find(connection, conflict_id)
    if edit is not None:
        name = patients.get(connection, edit.row.patient_id or "").display_name
        return _edit_page(connection, edit, _edit_line(connection, edit, name))
    if heads is None:
        return None
    patient_id, found = heads
    return _heads_page(
        found, _heads_line(found, patient_id, patients.get(connection, patient_id).display_name)
    )


def _edit_page(connection: Connection, edit: edits.Edit, line: ConflictLine) -> ConflictPage:
    ours = ConflictSide(who="", at=edit.row.opened_at, mine=True)
    theirs = ConflictSide(who=edits.who_changed(connection, edit.theirs), at=None, plan=True)
    sections = tuple(ConflictSection(*one) for one in edits.sections_of(edit)) if edit.theirs else ()
    wrote = (ConflictSection(WHOLE, "", (edits.say_ours(edit),)),) if not edit.theirs else ()
    return ConflictPage(line, (ours, theirs), sections, wrote, edit.mark)


def _heads_page(found: TwoHeads, line: ConflictLine) -> ConflictPage:
    sections = tuple(_section(found, one) for one in found.open_sections)
    agreed = tuple(_section(found, one) for one in found.sections if not one.differs)
    return ConflictPage(line, tuple(map(_side, found.sides)), sections, agreed, found.key)


def _section(found: TwoHeads, one: Section) -> ConflictSection:
    both = _take_both(found, one)
    return ConflictSection(
        one.id,
        one.title,
        one.texts,
        None if both is None else _say_joined(found, one, both),
        tuple(item.link_id for item in one.items),
        tuple(side.answers for side in found.sides),
        both or {},
    )


def _take_both(found: TwoHeads, section: Section) -> dict[str, Answer] | None:
    """What both sides say, together; None where that cannot be."""
    if not section.joins:
        return None
    try:
        return take(section, BOTH, found.sides, found.sides[0].at)
    except RecordError:  # together they are longer than the field
        return None


def _say_joined(found: TwoHeads, section: Section, answers: Mapping[str, Answer]) -> str:
    if found.subject is Subject.CONVERSATION:
        return say_field(Field(section.items[0], section.items[1:]), answers)
    return say_items(section.items, answers)


def _side(version: Version) -> ConflictSide:
    return ConflictSide(
        who=version.author.name,
        at=version.at,
        visit_id=version.visit_id,
        mine=version.pending,
        chosen_at=version.settled_at,
        said_by=version.said_by,
    )
