"""The plan of care: problem, hope in the person's words, what is done, by whom, by when. One record a problem.

Every change is a new version of that problem's record; what a care manager's own plan says stands beside it, unmixed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from app.content import load
from app.domain.visit import Entry, Value

FORM = "plan-of-care"
GROUP = "care-goals"
ENDED = frozenset({"reached", "not-wanted"})


@dataclass(frozen=True, slots=True)
class CareGoal:
    """One problem of the plan. `references` are its records (`CarePlan/…`, `Goal/…`), what a new version renews."""

    references: tuple[str, ...]
    problem: str
    hope: str = ""
    do: str = ""
    who: tuple[str, ...] = ()
    by: date | None = None
    if_worse: str = ""
    state: str | None = None
    author: str = ""
    at: datetime | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class OtherPlan:
    """A plan of care that somebody else keeps (a care manager): shown as it is, never changed here."""

    reference: str
    title: str
    author: str
    at: datetime | None
    goals: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Something was written into our plan at `at`; `visit_id` None where its record names no visit."""

    visit_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanOfCare:
    """`changes`: one for each version of each problem, also those that a later version took the place of."""

    goals: tuple[CareGoal, ...] = ()
    others: tuple[OtherPlan, ...] = ()
    changes: tuple[PlanChange, ...] = ()

    @property
    def open_goals(self) -> tuple[CareGoal, ...]:
        return tuple(goal for goal in self.goals if not goal.ended)


def prefill(goal: CareGoal) -> dict[str, Value]:
    """The answers of a new entry that renews `goal`: what stood there, for the nurse to change."""
    values: dict[str, Value] = {}
    for link_id, text in (
        ("goal-problem", goal.problem),
        ("goal-hope", goal.hope),
        ("goal-do", goal.do),
        ("goal-worse", goal.if_worse),
    ):
        if text:
            values[link_id] = text
    known = {option.code for option in load()[FORM].get_item("goal-who").options}
    who = tuple(one for one in goal.who if one in known)
    if who:
        values["goal-who"] = who
    if goal.by is not None:
        values["goal-by"] = goal.by.isoformat()
    return values


def answer_text(entry: Entry, link_id: str) -> str:
    """The words of one typed answer of an entry, "" when there are none."""
    answer = entry.answers.get(link_id)
    return answer.value.strip() if answer is not None and isinstance(answer.value, str) else ""


def untouched(goals: Iterable[CareGoal], entries: Iterable[Entry]) -> tuple[CareGoal, ...]:
    """Standing goals that no entry of this visit renews."""
    renewed = {reference for entry in entries for reference in (entry.about or "").split()}
    return tuple(goal for goal in goals if not renewed & set(goal.references))
