"""A case to learn from: one person's course without anybody in it, for teaching or for a mentor elsewhere.

Composed from the fact tables alone. They hold no name and no free text of anybody, so none can slip in: what is written
here are our own words for coded facts. Days are counted from the first one told of; the age is a band of five years, 90
and above as one; no date, place, organisation, team, line of business, language, race, ethnicity or sex is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from plan.outcomes import tables as facts
from plan.outcomes.facts.actions import SYMPTOMS
from plan.problems import PlanProblem

DAY_MS = 86_400_000
OLDEST = 90
"""Whoever is as old as this or older is told of as that: few are, and each could be known by it."""
_BAND = 5
_ILLNESSES = {
    "heart-failure": "heart failure",
    "copd": "COPD",
    "lung": "lung disease",
    "cancer": "cancer",
    "liver": "liver disease",
    "kidney": "kidney disease",
    "dementia": "dementia",
    "neuro": "a neurological disease",
    "stroke": "stroke",
    "hiv": "HIV",
    "other": "another illness",
}
_MODES = {"in-person": "Visit in person", "telephone": "Visit by telephone", "video": "Visit by video"}
_PLACES = {
    "home": "at home",
    "assisted-living": "in assisted living",
    "nursing-home-short": "in a nursing home",
    "nursing-home-long": "in a nursing home",
    "office": "in an office",
    "hospital": "in hospital",
}
_FIELDS = {
    "understanding": "how the person understands the illness",
    "information": "what to be told",
    "matters": "what matters",
    "worries": "worries",
    "experience": "earlier experience",
    "prognosis": "what lies ahead",
    "family": "family",
    "strength": "strength",
    "preferences": "what to go through and what not",
    "place": "the place to be cared for",
    "spiritual": "spiritual matters",
}
_TARGETS = {
    "complex-care": "complex care management",
    "ltss": "long-term services and supports",
    "ecm": "enhanced care management",
    "home-primary-care": "home-based primary care",
    "care-navigation": "care navigation",
    "behavioral-health": "behavioral health",
    "hospice": "hospice",
}
_RATED = SYMPTOMS | {"peg-p": "pain on average over the past week"}
"""What each number is told as: two that a visit may hold are never told in the same words."""
_STATES = {
    "started": "care began",
    "closed": "done",
    "declined": "the person did not want it",
    "not-eligible": "not eligible",
    "no-capacity": "no capacity",
    "lost": "lost, nobody knows",
}
_STAYS = {
    "hospital": "in hospital",
    "skilled-nursing": "in skilled nursing",
    "long-term-nursing": "in a nursing home",
    "assisted-living": "in assisted living",
}


@dataclass(frozen=True)
class Case:
    """What is told: who, in a sentence; then each day with what happened."""

    who: str
    course: tuple[tuple[int, tuple[str, ...]], ...]
    """Day 1 is the first one told of."""


def compose_case(
    connection: Connection, patient_id: str, *, visit_id: str | None = None, up_to: str | None = None
) -> Case:
    """The course of this person, or only the day of one visit of hers. Raises PlanProblem where nothing is to tell.

    With `up_to`, a visit's id, what was known when that visit began and nothing after it: told again later, it is the
    same as long as nobody changes what was before.
    """
    member = connection.execute(select(facts.member).where(facts.member.c.patient_id == patient_id)).first()
    told: list[tuple[int, str]] = []
    visits = _rows(connection, facts.visit, patient_id)
    if visit_id is not None:
        visits = [one for one in visits if one.visit_id == visit_id]
    ends = None
    if up_to is not None:
        ends = next((one.began_ms for one in visits if one.visit_id == up_to), -1)
        visits = [one for one in visits if one.began_ms <= ends]
    if member is None or not visits:
        raise PlanProblem("There is no visit of this person to tell of.")
    scores = _rows(connection, facts.score, patient_id)
    talks = {one.visit_id: one for one in _rows(connection, facts.conversation, patient_id) if one.held}
    for one in visits:
        told.append((one.began_ms, _visit(one)))
        told += [(one.began_ms, line) for line in _found(one.visit_id, scores)]
        talk = talks.get(one.visit_id)
        if talk is not None:
            told.append((one.began_ms, _talk(talk)))
    if visit_id is None:
        told += _around(connection, patient_id, ends)
        if member.died_ms is not None and ends is None:
            told.append((member.died_ms, "The person died."))
    first = min(when for when, _ in told)
    days: dict[int, list[str]] = defaultdict(list)
    for when, line in sorted(told, key=lambda one: one[0]):
        days[(when - first) // DAY_MS + 1].append(line)
    problems = _rows(connection, facts.problem, patient_id)
    illnesses = sorted(
        {one.kind for one in problems if ends is None or one.from_ms is None or one.from_ms <= ends}
        - {"other"}
    )
    return Case(
        _who(member, illnesses, first), tuple((day, tuple(lines)) for day, lines in sorted(days.items()))
    )


def _rows(connection: Connection, table: Table, patient_id: str) -> list[Any]:
    return list(
        connection.execute(select(table).where(table.c.patient_id == patient_id).order_by(table.c.row))
    )


def _who(member: Any, illnesses: Iterable[str], at_ms: int) -> str:
    named = [_ILLNESSES[one] for one in illnesses if one in _ILLNESSES]
    with_what = f" with {' and '.join(named)}" if named else ""
    return f"A person {age_band(member.birth_date, at_ms)}{with_what}."


def age_band(born: str | None, at_ms: int) -> str:
    """How old somebody is told to be: "of 75 to 79 years", "of 90 years or more", "whose age is not known"."""
    if born is None:
        return "whose age is not known"
    day, then = date.fromtimestamp(at_ms / 1000), date.fromisoformat(born)  # noqa: DTZ012 - a band of years
    years = day.year - then.year - ((day.month, day.day) < (then.month, then.day))
    if years >= OLDEST:
        return f"of {OLDEST} years or more"
    if years < 18:
        return "under 18 years"
    low = years // _BAND * _BAND
    return f"of {low} to {low + _BAND - 1} years"


def _visit(row: Any) -> str:
    if not row.seen:
        return "A visit did not take place."
    where = _PLACES.get(row.setting, "") if row.modality == "in-person" else ""
    return f"{_MODES.get(row.modality, _MODES['in-person'])}{' ' + where if where else ''}."


def _found(visit_id: str, scores: Iterable[Any]) -> list[str]:
    mine = [one for one in scores if one.visit_id == visit_id]
    rated = [
        f"{_RATED[one.item]} {one.number:g}"
        for one in mine
        if one.item in _RATED and one.item != "esas-other" and one.turn == 0 and one.number is not None
    ]
    later = [
        f"{_RATED[one.item]} {one.number:g}"
        for one in mine
        if one.item in _RATED and one.item != "esas-other" and one.turn > 0 and one.number is not None
    ]
    lines = [f"Of 10: {', '.join(rated)}."] if rated else []
    lines += [f"Looked at again: {', '.join(later)}."] if later else []
    phases = [one.code for one in mine if one.item == "phase" and one.turn == 0 and one.code in _PHASES]
    return lines + [f"Phase: {one}." for one in phases]


_PHASES = ("stable", "unstable", "deteriorating", "terminal", "bereavement")


def _talk(row: Any) -> str:
    said = [words for name, words in _FIELDS.items() if getattr(row, name) == "said"]
    not_wanted = [words for name, words in _FIELDS.items() if getattr(row, name) == "not-wanted"]
    text = f"Talked about {', '.join(said)}." if said else "A conversation about what matters."
    return f"{text} Did not want to talk about {', '.join(not_wanted)}." if not_wanted else text


def _around(connection: Connection, patient_id: str, ends: int | None) -> list[tuple[int, str]]:
    """Stays and referrals; with `ends` only what had happened by then."""
    told: list[tuple[int, str]] = []
    for one in _rows(connection, facts.stay, patient_id):
        if ends is not None and (one.from_ms is None or one.from_ms > ends):
            continue
        where = _STAYS.get(one.place, _STAYS["hospital"])
        if one.from_ms is not None and one.until_ms < (facts.FOREVER if ends is None else ends):
            days = max(1, round((one.until_ms - one.from_ms) / DAY_MS))
            told.append((one.from_ms, f"For {days} {'day' if days == 1 else 'days'} {where}."))
        elif one.from_ms is not None:
            told.append((one.from_ms, f"From here on {where}."))
    for one in _rows(connection, facts.referral, patient_id):
        if one.target in _TARGETS and (ends is None or one.at_ms <= ends):
            told.append((one.at_ms, f"Referred to {_TARGETS[one.target]}."))
            if ends is None and one.state in _STATES and one.state_ms is not None:
                told.append((one.state_ms, f"Referral to {_TARGETS[one.target]}: {_STATES[one.state]}."))
    return told
