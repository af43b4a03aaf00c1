"""All facts of one person, out of her record: a pure function of what the store holds, never of the present time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from plan.outcomes import tables
from plan.outcomes.facts.actions import action_rows
from plan.outcomes.facts.answers import answer_rows
from plan.outcomes.facts.conversations import conversation_rows
from plan.outcomes.facts.courses import decline_rows, phase_rows, referral_rows
from plan.outcomes.facts.medicines import medicine_rows
from plan.outcomes.facts.papers import document_rows
from plan.outcomes.facts.person import enrolment_rows, member_row, programme_rows
from plan.outcomes.facts.problems import problem_rows
from plan.outcomes.facts.stays import find_stays, hospital_rows, stay_rows, transition_rows
from plan.outcomes.facts.visits import visit_rows
from plan.outcomes.record import Record

Rows = dict[Table, list[dict[str, Any]]]


def derive(record: Record, team_id: str | None = None) -> Rows:
    """Her rows by table, complete but for their keys; nothing at all for somebody whom nobody knows any more.

    `team_id`: the team of her newest CareTeam.
    """
    if not record.of("Patient") and not record.spells:
        return {}
    answers = answer_rows(record)
    visits = visit_rows(record, answers)
    stays = find_stays(record)
    stay_facts, enrolments = stay_rows(stays), enrolment_rows(record, visits)
    member = member_row(record, visits, enrolments, stay_facts) | {"team_id": team_id}
    for one in visits:
        one.pop("_died", None)
    died = member["died_ms"]
    talks, referrals = conversation_rows(record), referral_rows(record)
    ways = transition_rows(record, stays)
    found: Rows = {
        tables.member: [member],
        tables.roster: [_spell(one) for one in record.spells],
        tables.enrolment: enrolments,
        tables.programme: programme_rows(record, answers),
        tables.problem: problem_rows(record),
        tables.visit: visits,
        tables.score: answers,
        tables.action: action_rows(record, answers),
        tables.medicine: medicine_rows(record),
        tables.conversation: talks,
        tables.document: document_rows(record),
        tables.transition: ways,
        tables.stay: stay_facts,
        tables.hospital: hospital_rows(record, stays, died),
        tables.phase: phase_rows(answers, died),
        tables.referral: referrals,
        tables.decline: decline_rows(record, answers, visits, talks, ways, referrals),
    }
    own = {"patient_id": record.patient_id}
    return {table: [own | row for row in rows] for table, rows in found.items()}


def _spell(spell: Any) -> dict[str, Any]:
    return {
        "since_ms": spell.since,
        "until_ms": spell.until,
        "line": spell.line,
        "organisation": spell.organisation,
        "rurality": spell.rurality,
    }
