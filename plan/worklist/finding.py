"""The worklist in SQL over the fact tables: who was not reached, then what their records say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from plan.database import metadata
from plan.fhir.tables import membership
from plan.outcomes import tables as facts
from plan.worklist import criteria as ask
from plan.worklist.criteria import Reason, Said

_PALLIATIVE = ("hospice", "community-palliative")
_LOST = ("lost", "entered-in-error")
"""A referral of which nobody knows anything is none: somebody has to look."""
_WISHES = ("polst", "dnr-form", "advance-directive", "agent", "code-status")


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody to be looked at. `since_ms`: on the roster since then."""

    patient_id: str
    since_ms: int
    line: str
    reasons: tuple[Reason, ...]
    sb1004: bool
    target: str


def unreached(now_ms: int) -> Select[Any]:
    """Ids of members on the roster now, living, in no palliative programme, whom nobody visited, talked with or
    referred within a year, and who have not said themselves that they want no visits or programme until a later day.
    """
    member, roster = facts.member.c, facts.roster.c
    since = now_ms - ask.REACHED_MS

    def none(table: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        held = metadata.tables[table]
        mine = select(1).select_from(held).where(held.c.patient_id == member.patient_id, *conditions)
        return ~exists(mine.correlate(facts.member))

    visit, talk = facts.visit.c, facts.conversation.c
    referral, programme, no = facts.referral.c, facts.programme.c, facts.decline.c
    return select(member.patient_id).where(
        member.is_dead == 0,
        exists(
            select(1)
            .select_from(facts.roster)
            .where(
                roster.patient_id == member.patient_id, roster.since_ms <= now_ms, roster.until_ms > now_ms
            )
            .correlate(facts.member)
        ),
        none("outcome_visit", visit.seen == 1, visit.began_ms > since),
        none("outcome_conversation", talk.held == 1, talk.at_ms > since),
        none("outcome_referral", referral.at_ms > since, referral.state.not_in(_LOST)),
        none(
            "outcome_decline",
            or_(no.what == "programme", and_(no.what == "visit", no.scope == "person")),
            no.at_ms <= now_ms,
            no.until_ms > now_ms,
        ),
        none(
            "outcome_programme",
            programme.programme.in_(_PALLIATIVE),
            programme.from_ms <= now_ms,
            programme.until_ms > now_ms,
        ),
    )


def find_rows(connection: Connection, now_ms: int) -> list[Row]:
    """Everybody who belongs on the list, whoever may read of them: what to look at first comes first."""
    people = unreached(now_ms)
    said = _read_said(connection, people, now_ms)
    records = _read_records(connection, people, now_ms)
    found = []
    for patient_id, since_ms, line in _read_people(connection, people, now_ms):
        reasons = ask.list_reasons(said.get(patient_id, {}), records.get(patient_id, {}))
        sb1004 = ask.meets_sb1004(said.get(patient_id, {}), line)
        if sb1004 or len(reasons) >= ask.OFFER_AT:
            found.append(Row(patient_id, since_ms, line, reasons, sb1004, ask.propose_target(line)))
    return sorted(found, key=_first)


def _first(row: Row) -> tuple[bool, int, int, str]:
    newest = max((one.at_ms or 0 for one in row.reasons), default=0)
    return not row.sb1004, -len(row.reasons), -newest, row.patient_id


def count_teamless(connection: Connection, rows: list[Row], now_ms: int) -> int:
    """How many of them no team has: no supervisor reads of them."""
    m = membership.c
    with_team = select(m.patient_id).where(m.team_id != "", m.start_ms <= now_ms, m.end_ms > now_ms)
    wanted = with_team.where(m.patient_id.in_(unreached(now_ms))).distinct()
    held = set(connection.execute(wanted).scalars())
    return sum(row.patient_id not in held for row in rows)


def _read_people(connection: Connection, people: Select[Any], now_ms: int) -> list[tuple[str, int, str]]:
    member, roster = facts.member.c, facts.roster.c
    statement = (
        select(member.patient_id, func.max(roster.since_ms), member.line)
        .join_from(facts.member, facts.roster, roster.patient_id == member.patient_id)
        .where(roster.since_ms <= now_ms, roster.until_ms > now_ms, member.patient_id.in_(people))
        .group_by(member.patient_id, member.line)
    )
    return [(one[0], int(one[1]), one[2]) for one in connection.execute(statement)]


def _read_said(connection: Connection, people: Select[Any], now_ms: int) -> Mapping[str, dict[str, Said]]:
    """The newest answer of a person to each question; two of one moment that differ: neither."""
    score = facts.score.c
    statement = select(score.patient_id, score.item, score.code, score.at_ms).where(
        score.instrument.in_(("need-screen", "sb1004")),
        score.code.is_not(None),
        score.at_ms > now_ms - ask.ANSWER_MS,
        score.at_ms <= now_ms,
        score.patient_id.in_(people),
    )
    found: dict[str, dict[str, Said]] = {}
    for patient_id, item, code, at_ms in connection.execute(statement.order_by(score.at_ms)):
        mine = found.setdefault(patient_id, {})
        held = mine.get(item)
        if held is not None and held.at_ms == at_ms and held.code != code:
            code = "differs"
        mine[item] = Said(code, at_ms)
    return found


def _read_records(
    connection: Connection, people: Select[Any], now_ms: int
) -> Mapping[str, dict[str, int | None]]:
    """By person and question, when the newest record that says yes is from."""
    found: dict[str, dict[str, int | None]] = {}

    def add(code: str, statement: Select[Any]) -> None:
        for patient_id, at_ms in connection.execute(statement):
            found.setdefault(patient_id, {})[code] = None if at_ms is None else int(at_ms)

    problem, stay, left = facts.problem.c, facts.stay.c, facts.transition.c
    add(
        ask.ILLNESS,
        select(problem.patient_id, func.max(problem.from_ms))
        .where(problem.kind != "other", problem.until_ms > now_ms, problem.patient_id.in_(people))
        .group_by(problem.patient_id),
    )
    began = func.coalesce(stay.from_ms, stay.until_ms)
    add(
        ask.HOSPITAL,
        select(stay.patient_id, func.max(began))
        .where(stay.place == "hospital", began <= now_ms, stay.until_ms > now_ms - ask.HOSPITAL_MS)
        .where(stay.patient_id.in_(people))
        .group_by(stay.patient_id),
    )
    add(
        ask.TRANSITION,
        select(left.patient_id, func.max(left.left_ms))
        .where(left.left_ms <= now_ms, left.left_ms > now_ms - ask.TRANSITION_MS)
        .where(left.patient_id.in_(people))
        .group_by(left.patient_id),
    )
    for patient_id, at_ms in _read_symptoms(connection, people, now_ms).items():
        found.setdefault(patient_id, {})[ask.SYMPTOM] = at_ms
    for patient_id in connection.execute(people.where(_nothing_written(now_ms))).scalars():
        found.setdefault(patient_id, {})[ask.WISHES] = None
    return found


def _read_symptoms(connection: Connection, people: Select[Any], now_ms: int) -> Mapping[str, int]:
    """Who had a symptom of 4 or more when it was last asked, within 90 days."""
    score = facts.score.c
    statement = select(score.patient_id, score.item, score.number, score.at_ms).where(
        score.instrument == "esas-r",
        score.number.is_not(None),
        score.at_ms > now_ms - ask.SYMPTOM_MS,
        score.at_ms <= now_ms,
        score.patient_id.in_(people),
    )
    last: dict[tuple[str, str], tuple[float, int]] = {}
    for patient_id, item, number, at_ms in connection.execute(statement.order_by(score.at_ms, score.turn)):
        last[patient_id, item] = number, at_ms
    found: dict[str, int] = {}
    for (patient_id, _), (number, at_ms) in last.items():
        if number >= ask.SYMPTOM_FROM:
            found[patient_id] = max(at_ms, found.get(patient_id, 0))
    return found


def _nothing_written(now_ms: int) -> ColumnElement[bool]:
    """No agent, no directive, no order and no preference of hers is on record."""
    document, talk = facts.document.c, facts.conversation.c
    mine = facts.member.c.patient_id
    papers = select(1).select_from(facts.document)
    papers = papers.where(document.patient_id == mine, document.kind.in_(_WISHES), document.until_ms > now_ms)
    words = select(1).select_from(facts.conversation)
    words = words.where(talk.patient_id == mine, or_(talk.preferences == "said", talk.place == "said"))
    return and_(~exists(papers.correlate(facts.member)), ~exists(words.correlate(facts.member)))
