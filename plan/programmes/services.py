"""Which services each member was given in a month, by whom and where: for a bundled payment. No claim, no prices.

Counted from the fact tables: signed visits that took place. A visit is one service by the way it was made; what was
done in it (a conversation about what matters, the symptoms rated) and what it was for (within 48 hours of coming home)
are services of their own beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.json_text import loads
from plan.fhir.tables import resource
from plan.outcomes import tables as facts
from plan.outcomes.periods import Period

COLUMNS = (
    "member",
    "month",
    "line_of_business",
    "provider_organisation",
    "service",
    "setting",
    "practitioner_id",
    "practitioner",
    "count",
    "dates",
)
VISIT = {
    "in-person": "visit in person",
    "telephone": "visit by telephone",
    "video": "visit by video",
}
CONVERSATION = "conversation about what matters"
SYMPTOMS = "symptoms rated"
COMING_HOME = "visit within 48 hours of coming home"
_RATED = ("esas-r", "painad")


@dataclass(frozen=True, slots=True)
class Service:
    """One service of one member by one person in one setting, on these days (`2026-11-22`) of the month."""

    patient_id: str
    member: str
    month: str
    line: str
    organisation: str
    service: str
    setting: str
    practitioner_id: str
    practitioner: str
    dates: tuple[str, ...]

    def cells(self) -> tuple[object, ...]:
        """As a row of `COLUMNS`."""
        who = (self.practitioner_id, self.practitioner, len(self.dates), " ".join(self.dates))
        return (self.member, self.month, self.line, self.organisation, self.service, self.setting, *who)


def list_services(connection: Connection, period: Period) -> list[Service]:
    """Every service of the period, by member, service, setting and who gave it."""
    visit = facts.visit.c
    rows = connection.execute(
        select(facts.visit)
        .where(visit.seen == 1, visit.began_ms >= period.start_ms, visit.began_ms < period.end_ms)
        .order_by(visit.began_ms, visit.visit_id)
    ).all()
    ids = [row.visit_id for row in rows]
    held, rated = _held(connection, ids), _rated(connection, ids)
    home = _coming_home(connection, period)
    enrolled = _enrolments(connection, {row.patient_id for row in rows})
    days: dict[_Key, list[str]] = defaultdict(list)
    for row in rows:
        services = [VISIT.get(row.modality, VISIT["in-person"])]
        services += [CONVERSATION] if row.visit_id in held else []
        services += [SYMPTOMS] if row.visit_id in rated else []
        services += [COMING_HOME] if (row.patient_id, row.visit_id) in home else []
        line, organisation = _cover(enrolled.get(row.patient_id, ()), row.began_ms)
        # What the signature froze goes before what the plan's record says today.
        line = row.line if row.line != facts.UNKNOWN else line
        organisation = row.organisation if row.organisation != facts.UNKNOWN else organisation
        for service in services:
            key = _Key(row.patient_id, line, organisation, service, row.setting, row.nurse_id or "")
            days[key].append(row.local_date)
    numbers = _bodies(connection, "Patient", {key.patient_id for key in days})
    names = _bodies(connection, "Practitioner", {key.nurse_id for key in days} - {""})
    return [
        Service(
            key.patient_id,
            _number(numbers.get(key.patient_id, {}), key.patient_id),
            period.label,
            key.line,
            key.organisation,
            key.service,
            key.setting,
            key.nurse_id,
            _name(names.get(key.nurse_id, {})),
            tuple(dates),
        )
        for key, dates in sorted(days.items())
    ]


class _Key(NamedTuple):
    patient_id: str
    line: str
    organisation: str
    service: str
    setting: str
    nurse_id: str


def _held(connection: Connection, visits: list[str]) -> set[str]:
    talk = facts.conversation.c
    found = connection.execute(select(talk.visit_id).where(talk.held == 1)).scalars()
    return set(visits).intersection(one for one in found if one)


def _rated(connection: Connection, visits: list[str]) -> set[str]:
    score = facts.score.c
    known = select(score.visit_id).where(score.instrument.in_(_RATED), score.number.is_not(None)).distinct()
    return set(visits).intersection(one for one in connection.execute(known).scalars() if one)


def _coming_home(connection: Connection, period: Period) -> set[tuple[str, str]]:
    """Person and visit: the first visit at home after a discharge, where it came in time."""
    visit, way = facts.visit.c, facts.transition.c
    rows = connection.execute(
        select(visit.patient_id, visit.visit_id, way.stay_id)
        .join_from(facts.transition, facts.visit, visit.patient_id == way.patient_id)
        .where(visit.at_home == 1, visit.began_ms >= way.left_ms, visit.began_ms <= way.due_ms)
        .where(visit.began_ms < period.end_ms)
        .order_by(visit.began_ms.desc(), visit.visit_id.desc())
    )
    first = {(row.patient_id, row.stay_id): row.visit_id for row in rows}
    return {(patient, visit_id) for (patient, _), visit_id in first.items()}


def _enrolments(connection: Connection, people: set[str]) -> Mapping[str, list[tuple[int, int, str, str]]]:
    row = facts.enrolment.c
    found: dict[str, list[tuple[int, int, str, str]]] = defaultdict(list)
    for one in connection.execute(select(facts.enrolment).order_by(row.from_ms, row.line)):
        if one.patient_id in people:
            found[one.patient_id].append((one.from_ms, one.until_ms, one.line, one.organisation))
    return found


def _cover(enrolled: Iterable[tuple[int, int, str, str]], at_ms: int) -> tuple[str, str]:
    """Line of business and organisation at that moment; unknown where nobody says."""
    held = [(line, whose) for since, until, line, whose in enrolled if since <= at_ms < until]
    return held[-1] if held else (facts.UNKNOWN, facts.UNKNOWN)


def _bodies(connection: Connection, kind: str, ids: set[str]) -> dict[str, dict[str, object]]:
    statement = select(resource.c.id, resource.c.body).where(
        IS_CURRENT, resource.c.type == kind, resource.c.deleted == 0
    )
    wanted = sorted(ids)
    found: dict[str, dict[str, object]] = {}
    for first in range(0, len(wanted), 500):
        rows = connection.execute(statement.where(resource.c.id.in_(wanted[first : first + 500])))
        found |= {row.id: loads(row.body) for row in rows}
    return found


def _number(patient: Mapping[str, object], patient_id: str) -> str:
    """The plan's own number of a member: the first identifier; the record's id where there is none."""
    given = patient.get("identifier")
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict) and isinstance(one.get("value"), str):
            return str(one["value"])
    return patient_id


def _name(practitioner: Mapping[str, object]) -> str:
    given = practitioner.get("name")
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict) and isinstance(one.get("text"), str):
            return str(one["text"])
    return ""
