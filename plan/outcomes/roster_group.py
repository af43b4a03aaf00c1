"""The roster of the seriously ill in the FHIR store: a Group of Patients, each with times on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.json_text import loads
from plan.fhir.tables import resource
from plan.outcomes.reading import Json, after, at, extension, find, has_code, items, reference, word
from plan.outcomes.record import Spell
from plan.outcomes.tables import FOREVER
from plan.people import derive_id

ROSTER_ID = derive_id("roster", "seriously-ill")
GROUP_CODE: dict[str, str] = {"system": "urn:hearthside:group", "code": "seriously-ill"}
LINE, ORGANISATION = "urn:hearthside:roster-line", "urn:hearthside:roster-organisation"
RURALITY = "urn:hearthside:roster-rurality"


def find_marks(connection: Connection) -> tuple[int, ...]:
    """The stamps of all Groups: as long as they are the same, so is the roster."""
    groups = select(resource.c.key).where(IS_CURRENT, resource.c.type == "Group").order_by(resource.c.key)
    return tuple(connection.execute(groups).scalars())


def read_spells(connection: Connection, zone: ZoneInfo) -> Mapping[str, list[Spell]]:
    """Everybody's times on the roster, by Patient id, in their order."""
    statement = select(resource.c.body).where(
        IS_CURRENT, resource.c.type == "Group", resource.c.deleted == 0, resource.c.label == "N"
    )
    return spells_of((loads(body) for body in connection.execute(statement).scalars()), zone)


def spells_of(groups: Iterable[Json], zone: ZoneInfo) -> Mapping[str, list[Spell]]:
    """The same out of Groups; those of another kind are passed over."""
    found: dict[str, list[Spell]] = defaultdict(list)
    for group in groups:
        if has_code(group.get("code"), GROUP_CODE["code"], GROUP_CODE["system"]):
            for one in items(group, "member"):
                patient_id = reference(one, "entity", kind="Patient")
                spell = _spell(one, zone)
                if patient_id is not None and spell is not None:
                    found[patient_id].append(spell)
    return {one: _union(spells) for one, spells in found.items()}


def _spell(member: Json, zone: ZoneInfo) -> Spell | None:
    since = at(find(member, "period", "start"), zone) or 0
    until = after(find(member, "period", "end"), zone)
    if until is None and member.get("inactive") is True:
        return None  # no longer on it, and nobody says until when: not at any time that could be counted
    organisation: Any = extension(member, ORGANISATION).get("valueString")
    return Spell(
        since,
        FOREVER if until is None else until,
        word(extension(member, LINE), "valueCode"),
        organisation[:200] if isinstance(organisation, str) and organisation else None,
        word(extension(member, RURALITY), "valueCode"),
    )


def _union(spells: list[Spell]) -> list[Spell]:
    """Without overlap, so that nobody is counted twice: the later one begins where the earlier ends."""
    found: list[Spell] = []
    for one in sorted(spells, key=lambda spell: (spell.since, spell.until, spell.line or "")):
        since = max(one.since, found[-1].until) if found else one.since
        if since < one.until:
            found.append(Spell(since, one.until, one.line, one.organisation, one.rurality))
    return found
