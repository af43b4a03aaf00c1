"""Writes to a person who was matched meanwhile, and to records that went back to her.

What names the temporary Patient is stored with the member's id: for good, since a tablet may have lain in a drawer.
What names the member in a record that came with a join which was undone since is stored with the temporary id again.
Both are looked up under the store's one lock, so that a write and a join cannot cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, tuple_

from plan.fhir.extract import find_reference, split_reference, walk
from plan.fhir.resolve import resolve_urns
from plan.unmatched.tables import UnmatchedJoin, UnmatchedMoved, UnmatchedPerson

if TYPE_CHECKING:
    from plan.fhir.store import Stored
    from plan.fhir.writes import Write

PERSON = UnmatchedPerson.metadata.tables["unmatched_person"]
JOIN = UnmatchedJoin.metadata.tables["unmatched_join"]
MOVED = UnmatchedMoved.metadata.tables["unmatched_moved"]
_Key = tuple[str, str]
_MOST_STEPS = 20
"""Joins and their undoing that a version is followed through."""

# Built once: every write asks both, nearly always in vain.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_JOINED = (
    select(PERSON.c.person_id, PERSON.c.member_id, JOIN.c.id)
    .join(JOIN, (JOIN.c.person_id == PERSON.c.person_id) & JOIN.c.undone_ms.is_(None))
    .where(PERSON.c.person_id.in_(_IDS))
)
_UNDONE = (
    select(JOIN.c.id, JOIN.c.person_id, JOIN.c.member_id)
    .join(PERSON, (PERSON.c.person_id == JOIN.c.person_id) & PERSON.c.member_id.is_(None))
    .where(JOIN.c.member_id.in_(_IDS), JOIN.c.undone_ms.is_not(None))
)


@dataclass
class Rerouted:
    """What was rerouted in one transaction. `persons`: by member, the temporary person through whom writes came."""

    persons: dict[str, str] = field(default_factory=dict)
    _join_of: dict[_Key, str] = field(default_factory=dict)

    def note(self, connection: Connection, stored: Stored) -> None:
        """A record was stored: one that came through a temporary person goes with her should the join be undone."""
        join_id = self._join_of.get((stored.type, stored.id))
        if join_id is not None:
            note_moved(connection, join_id, stored.type, stored.id, "", stored.version_id)


def find_member(connection: Connection, person_id: str) -> str | None:
    """The member to whom this temporary person was joined; None for anybody else, and until then."""
    return connection.execute(select(PERSON.c.member_id).where(PERSON.c.person_id == person_id)).scalar()


def note_moved(
    connection: Connection, join_id: str, kind: str, record_id: str, was_version: str, now_version: str
) -> None:
    """Keep that this version came about by a join, its undoing, or a write to the temporary person."""
    connection.execute(
        insert(MOVED).values(
            type=kind, id=record_id, now_version=now_version, was_version=was_version, join_id=join_id
        )
    )


def was_only_moved(connection: Connection, key: _Key, since: str, current: str) -> bool:
    """Did nothing but joins and their undoing happen to a record between these two of its versions?"""
    rows = connection.execute(
        select(MOVED.c.now_version, MOVED.c.was_version).where(MOVED.c.type == key[0], MOVED.c.id == key[1])
    )
    before: Mapping[str, str] = dict(rows.all())
    for _ in range(_MOST_STEPS):
        current = before.get(current, "")
        if current == since or not current:
            break
    return bool(current) and current == since


def reroute(connection: Connection, writes: Sequence[Write]) -> Rerouted:
    """Let writes of this transaction name whom they are about now. Contents are replaced, nothing else is."""
    found = Rerouted()
    named = {id for write in writes if (id := _subject(write)) is not None}
    if named:
        _forward(connection, writes, named, found)
        _back(connection, writes, named)
    if not found.persons:
        _with_targets(connection, writes, found)
    return found


def _forward(connection: Connection, writes: Sequence[Write], named: set[str], found: Rerouted) -> None:
    rows = connection.execute(_JOINED, {"ids": list(named)}).all()
    members = {row.person_id: row for row in rows}
    if not members:
        return
    names = {f"Patient/{row.person_id}": f"Patient/{row.member_id}" for row in rows}
    for write in writes:
        row = members.get(_subject(write) or "")
        if row is not None:
            found.persons[row.member_id] = row.person_id
            found._join_of[write.reference] = row.id
        if row is not None or (write.kind.name == "Provenance" and not _is_about(write, names)):
            write.content = resolve_urns(write.content, names)


def _back(connection: Connection, writes: Sequence[Write], named: set[str]) -> None:
    """Records that were a member's only by a join which is undone."""
    joins = {row.id: row for row in connection.execute(_UNDONE, {"ids": list(named)})}
    if not joins:
        return
    for write in writes:
        rows = _joins_of(connection, [write.reference, *_encounters(write)])
        row = next((joins[one] for one in rows if one in joins), None)
        if row is not None and _subject(write) == row.member_id:
            names = {f"Patient/{row.member_id}": f"Patient/{row.person_id}"}
            write.content = resolve_urns(write.content, names)


def _with_targets(connection: Connection, writes: Sequence[Write], found: Rerouted) -> None:
    """The manifest of a write that came in parts names no person: it goes with what it names."""
    for write in writes:
        if write.kind.name != "Provenance" or len(writes) > 1:
            continue
        targets = [key for one in walk(write.content, "target") if (key := split_reference(one)) is not None]
        for join_id in _joins_of(connection, targets)[:1]:
            row = connection.execute(
                select(JOIN).where(JOIN.c.id == join_id, JOIN.c.undone_ms.is_(None))
            ).first()
            if row is not None:
                found.persons[row.member_id] = row.person_id
                found._join_of[write.reference] = join_id


def _joins_of(connection: Connection, keys: Iterable[_Key]) -> list[str]:
    wanted = list(keys)
    here = tuple_(MOVED.c.type, MOVED.c.id)
    statement = select(MOVED.c.join_id).where(here.in_(wanted)).distinct()
    return list(connection.execute(statement).scalars()) if wanted else []


def _subject(write: Write) -> str | None:
    """The person a write names as its own; a Patient is asked for her own id nowhere here."""
    if write.kind.name == "Patient" or not write.content:
        return None
    for path in write.kind.patient_paths:
        found = find_reference(write.content, path, "Patient")
        if found is not None and write.kind.name != "Provenance":
            return found
    return None


def _is_about(write: Write, names: Mapping[str, Any]) -> bool:
    """Is one of these Patients what this Provenance is about? Then it tells how she came to be, and stays hers."""
    return any(one.get("reference") in names for one in walk(write.content, "target"))


def _encounters(write: Write) -> list[_Key]:
    found = find_reference(write.content, write.kind.encounter_path or "-", "Encounter")
    return [] if found is None else [("Encounter", found)]
