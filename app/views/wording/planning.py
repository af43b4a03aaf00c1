"""Words of the plan of care and of referrals."""

from __future__ import annotations

from datetime import datetime

from app.domain.care_plan import CareGoal, OtherPlan
from app.domain.need import Criteria, NeedScreen
from app.domain.referrals import Referral, get_state
from app.views import say

PLAN = "Plan of care"
STANDS = "What stands"
CHANGE = "Change"
DOUBLE = "Two different records of this problem, written without knowing each other"
OTHERS = "Kept by others"
NO_PLAN = "Nothing planned yet."
REFERRALS = "Referrals"
NO_REFERRALS = "None on record."
MOVE = "What became of it?"
WHO = {
    "nurse": "nurse",
    "person": "the person",
    "family": "family",
    "prescriber": "prescriber",
    "care-manager": "care manager",
    "facility": "facility staff",
    "social-worker": "social worker",
    "other": "somebody else",
}
STATE = {
    "going-on": "going on",
    "better": "getting better",
    "worse": "getting worse",
    "reached": "reached",
    "not-wanted": "no longer wanted",
}
OFFER = "Two or more with yes: offer to talk about palliative care. This decides nothing about eligibility."


def goal_title(goal: CareGoal) -> str:
    return goal.problem or goal.hope or goal.do


def goal_lines(goal: CareGoal, now: datetime) -> list[str]:
    """What stands under a problem, a line a thought."""
    lines: list[str] = []
    if goal.hope:
        lines.append(f"Hope: {goal.hope}")
    does = ", ".join(WHO.get(one, one) for one in goal.who)
    by = f" by {say.full_day(goal.by)}" if goal.by is not None else ""
    if goal.do or does or by:
        lines.append(" · ".join(one for one in (goal.do, (does + by).strip()) if one))
    if goal.if_worse:
        lines.append(f"If it gets worse: {goal.if_worse}")
    state = STATE.get(goal.state or "", "")
    written = f"{goal.author}, {say.moment(goal.at, now)}" if goal.at is not None else goal.author
    lines.append(" · ".join(one for one in (state, written) if one))
    return [line for line in lines if line]


def other_lines(plan: OtherPlan, now: datetime) -> list[str]:
    """A plan that somebody else keeps, as it is."""
    lines = [f"Goal: {one}" for one in plan.goals] + list(plan.actions)
    if plan.note:
        lines.append(plan.note)
    at = f", {say.moment(plan.at, now)}" if plan.at is not None else ""
    if plan.author or at:
        lines.append(f"{plan.author}{at}".strip(", "))
    return lines


def referral_lines(referral: Referral, now: datetime) -> list[str]:
    """State of the loop first, then why."""
    at = f" {say.moment(referral.state_at, now)}" if referral.state_at is not None else ""
    by = f", {referral.state_by}" if referral.state_by else ""
    unsent = " · only on this tablet" if referral.pending else ""
    lines = [f"{get_state(referral.state).display}{at}{by}{unsent}"]
    why = ", ".join([*referral.why, *([referral.words] if referral.words else [])])
    return [*lines, *([why] if why else [])]


def state_line(goals: int, referrals: int) -> str:
    return " · ".join(
        [
            *([say.count(goals, "problem", "problems")] if goals else []),
            *([say.count(referrals, "referral", "referrals")] if referrals else []),
        ]
    )


def need(found: NeedScreen) -> str:
    return f"{found.yes} yes, {found.no} no, {found.open} not asked"


def criteria(found: Criteria) -> str:
    return (
        f"General: {found.met} met, {found.not_met} not met, {found.unknown} unknown · "
        f"{say.count(len(found.diseases), 'disease criterion', 'disease criteria')} met"
    )
