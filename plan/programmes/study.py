"""A study of integration: who came into a programme, who did not, and what followed, as counts nobody can be found in.

The cohort is everybody on the roster of the seriously ill in the period. Who came into the programme in it is counted
from that day (the integration date), everybody else from the first day on the roster in the period. Who had come before
is left out. What followed is looked at for so many days before and after. A comparison of people who were chosen is no
proof: who comes into a programme differs from who does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, select

from plan.outcomes import tables as facts
from plan.outcomes.report.cells import EVERYBODY, PLAN, Cell, Counted, Profile, make_cube
from plan.outcomes.report.hiding import hide

DAY_MS = 86_400_000
COLUMNS = ("outcome", "result", "grouping", "group", "people")
HIDDEN = "hidden"
"""Stands where a count is one of 1 to 10, or would give such a one away."""
INTEGRATED, NOT_INTEGRATED = "integrated", "not-integrated"
RESULTS = {
    "hospital-days": ("none", "fewer", "same", "more", "died", "not-over"),
    "died": ("yes", "no", "not-over"),
    "conversation": ("yes", "no", "died", "not-over"),
    "home-visit": ("yes", "no", "died", "not-over"),
}
"""What followed within the days, each with its results. Days in hospital are compared with as many days before."""
_SCOPE = "study"


@dataclass(frozen=True, slots=True)
class Frame:
    """The programme, the period [start, end) and how many days are looked at; `as_of_ms` is when."""

    programme: str
    start_ms: int
    end_ms: int
    days: int
    as_of_ms: int

    @property
    def window_ms(self) -> int:
        return self.days * DAY_MS


@dataclass(frozen=True, slots=True)
class _Person:
    patient_id: str
    arm: str
    index_ms: int
    died_ms: int | None
    line: str
    setting: str


def make_study(connection: Connection, frame: Frame) -> list[tuple[str, str, str, str, str]]:
    """The rows of the study, every margin included, small counts and what gives them away hidden."""
    people = _cohort(connection, frame)
    hospital = _spans(connection, facts.hospital)
    talks = _moments(
        connection, facts.conversation, facts.conversation.c.at_ms, facts.conversation.c.held == 1
    )
    visits = _moments(connection, facts.visit, facts.visit.c.began_ms, facts.visit.c.at_home == 1)
    units = []
    for one in people:
        standings = (
            ("hospital-days", _hospital(one, hospital.get(one.patient_id, ()), frame)),
            ("died", _died(one, frame)),
            ("conversation", _followed(one, talks.get(one.patient_id, ()), frame)),
            ("home-visit", _followed(one, visits.get(one.patient_id, ()), frame)),
        )
        strata = (("arm", one.arm), ("line", one.line), ("setting", one.setting))
        units.append(Counted(Profile(_SCOPE, strata, standings), one.patient_id))
    cube = make_cube(units)
    hidden = hide(cube)
    groups = [EVERYBODY, *(one for held in cube.strata.values() for one in held)]
    rows = []
    for outcome, results in RESULTS.items():
        for result in results:
            for group in groups:
                cell = Cell(PLAN, group, (outcome, result))
                # The one scope and the whole are the same people: hidden in either, hidden in both.
                same = cell._replace(scope=_SCOPE)
                value = HIDDEN if cell in hidden or same in hidden else str(cube.values.get(cell, 0))
                rows.append((outcome, result, group[0] or "everybody", group[1], value))
    return rows


def _cohort(connection: Connection, frame: Frame) -> Iterator[_Person]:
    began: dict[str, int] = {}
    for row in connection.execute(select(facts.programme)):
        if row.programme == frame.programme:
            began[row.patient_id] = min(row.from_ms, began.get(row.patient_id, row.from_ms))
    listed: dict[str, int] = {}
    for row in connection.execute(select(facts.roster)):
        if row.since_ms < frame.end_ms and row.until_ms > frame.start_ms:
            first = max(row.since_ms, frame.start_ms)
            listed[row.patient_id] = min(first, listed.get(row.patient_id, first))
    for row in connection.execute(select(facts.member).order_by(facts.member.c.patient_id)):
        index = listed.get(row.patient_id)
        came = began.get(row.patient_id)
        if index is None or (row.died_ms is not None and row.died_ms < index):
            continue
        if came is not None and came < frame.start_ms:
            continue
        arm = INTEGRATED if came is not None and came < frame.end_ms else NOT_INTEGRATED
        when = came if arm == INTEGRATED and came is not None else index
        yield _Person(row.patient_id, arm, when, row.died_ms, row.line, row.setting)


def _spans(connection: Connection, table: Table) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in connection.execute(select(table)):
        found[row.patient_id].append((row.from_ms, row.until_ms))
    return found


def _moments(
    connection: Connection, table: Table, when: ColumnElement[int], which: ColumnElement[bool]
) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for patient_id, at_ms in connection.execute(select(table.c.patient_id, when).where(which)):
        found[patient_id].append(at_ms)
    return found


def _hospital(one: _Person, spans: Sequence[tuple[int, int]], frame: Frame) -> str:
    ends = one.index_ms + frame.window_ms
    if one.died_ms is not None and one.died_ms < ends:
        return "died"
    if frame.as_of_ms < ends:
        return "not-over"
    before = _overlap(spans, one.index_ms - frame.window_ms, one.index_ms)
    after = _overlap(spans, one.index_ms, ends)
    if not before and not after:
        return "none"
    if abs(after - before) < DAY_MS:
        return "same"
    return "fewer" if after < before else "more"


def _overlap(spans: Sequence[tuple[int, int]], start: int, end: int) -> int:
    return sum(max(0, min(until, end) - max(since, start)) for since, until in spans)


def _died(one: _Person, frame: Frame) -> str:
    ends = one.index_ms + frame.window_ms
    if one.died_ms is not None and one.died_ms < ends:
        return "yes"
    return "not-over" if frame.as_of_ms < ends else "no"


def _followed(one: _Person, moments: Sequence[int], frame: Frame) -> str:
    ends = one.index_ms + frame.window_ms
    if any(one.index_ms <= moment < ends for moment in moments):
        return "yes"
    if one.died_ms is not None and one.died_ms < ends:
        return "died"
    return "not-over" if frame.as_of_ms < ends else "no"
