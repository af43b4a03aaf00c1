"""Joining a temporary person to a member, and taking that back. A person decides, never the machine.

What was written about the temporary person is filed under the member: each record gets a new version that differs in
whom it names, so that devices learn of it by their ordinary pull. Author, time and content stay. The two Patients name
each other (`Patient.link`). Which records came is kept, so that taking a join back finds them again, with what was
written about those visits meanwhile.

The nurse who made the visit gets no right to the member's record by this. For `author_days` she reads what she wrote
herself, and what she still holds unsent arrives.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, true, update

from plan.audit.ledger import add_event
from plan.fhir.access import DAY_MS, IS_CURRENT
from plan.fhir.extract import walk
from plan.fhir.json_text import loads
from plan.fhir.outcomes import Refusal
from plan.fhir.resolve import resolve_urns
from plan.fhir.rows import RowWriter
from plan.fhir.stamps import Clock, Stamper, clock_ms, instant
from plan.fhir.store import find_current, versions
from plan.fhir.tables import membership, reference_index, resource
from plan.fhir.types import TYPES
from plan.principal import Principal
from plan.unmatched.rerouting import JOIN, MOVED, PERSON, note_moved

MATCH = "match"
"""The action of its audit events."""
_STAYS = ("Patient", "CareTeam")
_Choose = Callable[[Row[Any]], dict[str, Any] | None]


def join(
    connection: Connection,
    person_id: str,
    member_id: str,
    by: Principal | None,
    *,
    clock: Clock = clock_ms,
    author_days: int = 30,
) -> int:
    """File everything of this person under the member; returns how many records moved. Inside `write_transaction`.

    `by`: None is an officer at the database. Asked again after a lost answer it does nothing more. Raises Refusal 404
    for somebody who is not there, 409 for one who was joined to somebody else, 422 for a member who is none.
    """
    person = get_person(connection, person_id)
    if person.member_id == member_id:
        return 0
    if person.member_id is not None:
        raise Refusal(409, "This person was joined to another member. Take that back first.")
    temporary, member = _find_patient(connection, person_id), _find_patient(connection, member_id)
    _check_member(connection, member_id, loads(member.body))
    now_ms, join_id = clock(), str(uuid.uuid4())
    rows = RowWriter(connection, Stamper(connection, clock))
    _add_past(connection, person, member_id, now_ms)
    names = {f"Patient/{person_id}": f"Patient/{member_id}"}

    def rename(row: Row[Any]) -> dict[str, Any] | None:
        content: dict[str, Any] = loads(row.body)
        if row.type == "Provenance" and f"Patient/{person_id}" in walk(content, "target.reference"):
            return None  # it tells how the temporary person came to be
        return resolve_urns(content, names)

    moved = _move(connection, rows, join_id, _list_of(connection, person_id), member_id, rename)
    _link(rows, temporary, member_id, "replaced-by", active=False)
    _link(rows, member, person_id, "replaces")
    until = instant(now_ms + max(1, author_days - 1) * DAY_MS)
    _set_careteam(connection, rows, person, until)
    connection.execute(
        insert(JOIN).values(
            id=join_id,
            person_id=person_id,
            member_id=member_id,
            joined_ms=now_ms,
            joined_by="" if by is None else by.user_id,
        )
    )
    connection.execute(update(PERSON).where(PERSON.c.person_id == person_id).values(member_id=member_id))
    rows.flush()
    what = {"joined": person_id, "to": member_id, "records": moved}
    add_event(connection, now_ms, MATCH, who=by, what=what, patients=[person_id, member_id])
    return moved


def undo(connection: Connection, person_id: str, by: Principal | None, *, clock: Clock = clock_ms) -> int:
    """Take a join back; returns how many records went back. Inside `write_transaction`.

    Raises Refusal 404 for somebody who is not there, 409 for one who is joined to nobody.
    """
    person = get_person(connection, person_id)
    member_id = person.member_id
    if member_id is None:
        raise Refusal(409, "This person is not joined to anybody.")
    now_ms = clock()
    standing = (JOIN.c.person_id == person_id, JOIN.c.undone_ms.is_(None))
    join_id = connection.execute(select(JOIN.c.id).where(*standing)).scalar_one()
    rows = RowWriter(connection, Stamper(connection, clock))
    _set_careteam(connection, rows, person, None)
    names = {f"Patient/{member_id}": f"Patient/{person_id}"}
    came = _list_came(connection, join_id, member_id)

    def rename(row: Row[Any]) -> dict[str, Any]:
        return resolve_urns(loads(row.body), names)

    moved = _move(connection, rows, join_id, came, person_id, rename)
    _unlink(rows, _find_patient(connection, person_id), member_id, active=True)
    _unlink(rows, _find_patient(connection, member_id), person_id)
    past = (membership.c.careteam_id == _past(person_id), membership.c.patient_id == member_id)
    connection.execute(delete(membership).where(*past))
    values = {"undone_ms": now_ms, "undone_by": "" if by is None else by.user_id}
    connection.execute(update(JOIN).where(*standing).values(**values))
    connection.execute(update(PERSON).where(PERSON.c.person_id == person_id).values(member_id=None))
    rows.flush()
    what = {"parted": person_id, "from": member_id, "records": moved}
    add_event(connection, now_ms, MATCH, who=by, what=what, patients=[person_id, member_id])
    return moved


def get_person(connection: Connection, person_id: str) -> Row[Any]:
    """Raises Refusal 404 for an id that is no temporary person's."""
    row = connection.execute(select(PERSON).where(PERSON.c.person_id == person_id)).first()
    if row is None:
        raise Refusal(404, "Nobody of this id waits to be matched.")
    return row


def _find_patient(connection: Connection, patient_id: str) -> Row[Any]:
    row = find_current(connection, "Patient", patient_id, true())
    if row is None or row.deleted:
        raise Refusal(404, "There is no such member.")
    return row


def _check_member(connection: Connection, member_id: str, patient: dict[str, Any]) -> None:
    is_temporary = select(PERSON.c.person_id).where(PERSON.c.person_id == member_id)
    if connection.execute(is_temporary).first() is not None:
        raise Refusal(422, "That is a person who was not matched either: choose a member of the plan.")
    if "replaced-by" in walk(patient, "link.type"):
        raise Refusal(422, "That record was replaced by another: choose the member's own.")


def _list_of(connection: Connection, patient_id: str) -> list[Row[Any]]:
    mine = (IS_CURRENT, resource.c.patient_id == patient_id, resource.c.type.not_in(_STAYS))
    return list(connection.execute(versions(true()).where(*mine).order_by(resource.c.key)))


def _list_came(connection: Connection, join_id: str, member_id: str) -> list[Row[Any]]:
    """What came with this join and is the member's still, and what was written about those visits since."""
    held = {(row.type, row.id): row for row in _list_of(connection, member_id)}
    came = connection.execute(select(MOVED.c.type, MOVED.c.id).where(MOVED.c.join_id == join_id).distinct())
    wanted = {(row.type, row.id) for row in came} & held.keys()
    while True:
        visits = [id for kind, id in wanted if kind == "Encounter"]
        more = {
            key
            for key, row in held.items()
            if key not in wanted and (row.encounter_id in visits or _points_to(connection, row, wanted))
        }
        if not more:
            return [row for key, row in held.items() if key in wanted]
        wanted |= more


def _points_to(connection: Connection, row: Row[Any], wanted: Iterable[tuple[str, str]]) -> bool:
    """A manifest, a question about a visit, a Task about a record: it goes where that goes."""
    if row.type not in ("Provenance", "Task", "Communication", "DocumentReference"):
        return False
    i = reference_index.c
    rows = connection.execute(select(i.target_type, i.target_id).where(i.key == row.key)).all()
    return not {(one.target_type, one.target_id) for one in rows}.isdisjoint(wanted)


def _move(
    connection: Connection,
    rows: RowWriter,
    join_id: str,
    records: Iterable[Row[Any]],
    patient_id: str,
    rename: _Choose,
) -> int:
    moved = 0
    for row in records:
        if row.deleted:
            # No content to be read by anybody: only whose it was is set right, for who asks for it by its id.
            mine = update(resource).where(resource.c.key == row.key)
            connection.execute(mine.values(patient_id=patient_id))
            continue
        content = rename(row)
        if content is None:
            continue
        stored = rows.add(TYPES[row.type], content, patient_id=patient_id, author_id=None, old=row)
        note_moved(connection, join_id, row.type, row.id, row.version_id, stored.version_id)
        moved += 1
    return moved


def _link(rows: RowWriter, row: Row[Any], other: str, how: str, *, active: bool | None = None) -> None:
    patient = loads(row.body)
    links = [*(patient.get("link") or []), {"other": {"reference": f"Patient/{other}"}, "type": how}]
    _put_patient(rows, row, patient | {"link": links}, active)


def _unlink(rows: RowWriter, row: Row[Any], other: str, *, active: bool | None = None) -> None:
    patient = loads(row.body)
    kept = [
        one
        for one in patient.get("link") or []
        if one.get("other", {}).get("reference") != f"Patient/{other}"
    ]
    content = {name: value for name, value in patient.items() if name != "link"}
    _put_patient(rows, row, content | ({"link": kept} if kept else {}), active)


def _put_patient(rows: RowWriter, row: Row[Any], content: dict[str, Any], active: bool | None) -> None:
    if active is not None:
        content = content | {"active": active}
    rows.add(TYPES["Patient"], content, patient_id=row.id, author_id=None, old=row)


def _set_careteam(connection: Connection, rows: RowWriter, person: Row[Any], until: str | None) -> None:
    """From a join on nurse and team keep the temporary person for as long as unsent work may still come."""
    held = find_current(connection, "CareTeam", person.careteam_id, true())
    if held is None or held.deleted:
        return
    content = {name: value for name, value in loads(held.body).items() if name != "period"}
    content |= {} if until is None else {"period": {"end": until}}
    rows.add(TYPES["CareTeam"], content, patient_id=person.person_id, author_id=None, old=held)


def _past(person_id: str) -> str:
    return f"joined-{person_id}"[:64]


def _add_past(connection: Connection, person: Row[Any], member_id: str, now_ms: int) -> None:
    """Who made visits there reads what she wrote by its id, as an author does after leaving a team, and no more."""
    m = membership.c
    nurses = (
        select(m.practitioner_id).where(m.patient_id == person.person_id, m.practitioner_id != "").distinct()
    )
    for practitioner_id in connection.execute(nurses).scalars().all():
        connection.execute(
            insert(membership).values(
                careteam_id=_past(person.person_id),
                patient_id=member_id,
                practitioner_id=practitioner_id,
                team_id=person.team_id,
                start_ms=person.made_ms,
                end_ms=now_ms,
            )
        )
