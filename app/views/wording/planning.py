"""Words of the plan of care and of referrals."""

from __future__ import annotations

from datetime import datetime

from app.domain.care_plan import CareGoal, OtherPlan
from app.domain.need import Criteria, NeedScreen
from app.domain.referrals import Referral, get_state
from app.language import N_, tr, trc, trn
from app.views import say
from app.views.wording import stored

PLAN = N_("Plan of care")
STANDS = N_("What stands")
CHANGE = N_("Change")
DOUBLE = N_("Two different records of this problem, written without knowing each other")
OTHERS = N_("Kept by others")
NO_PLAN = N_("Nothing planned yet.")
REFERRALS = N_("Referrals")
NO_REFERRALS = N_("None on record.")
MOVE = N_("What became of it?")
ONLY_HERE = N_("only on this tablet")
WHO = {
    "nurse": N_("nurse"),
    "person": N_("the person"),
    "family": N_("family"),
    "prescriber": N_("prescriber"),
    "care-manager": N_("care manager"),
    "facility": N_("facility staff"),
    "social-worker": N_("social worker"),
    "other": N_("somebody else"),
}
REFERRAL = "referral"
"""What a state of the table of referrals is looked up by."""
STATE = {
    "going-on": N_("going on"),
    "better": N_("getting better"),
    "worse": N_("getting worse"),
    "reached": N_("reached"),
    "not-wanted": N_("no longer wanted"),
}
OFFER = N_(
    "Two or more with yes: offer to talk about palliative care. This decides nothing about eligibility."
)


def goal_title(goal: CareGoal) -> str:
    return goal.problem or goal.hope or goal.do


def goal_lines(goal: CareGoal, now: datetime) -> list[str]:
    """What stands under a problem, a line a thought."""
    lines: list[str] = []
    if goal.hope:
        lines.append(tr("Hope: {hope}", hope=goal.hope))
    does = ", ".join(tr(WHO.get(one, one)) for one in goal.who)
    if goal.by is not None:
        day = say.full_day(goal.by)
        does = tr("{who} by {day}", who=does, day=day) if does else tr("by {day}", day=day)
    if goal.do or does:
        lines.append(" · ".join(one for one in (goal.do, does) if one))
    if goal.if_worse:
        lines.append(tr("If it gets worse: {if_worse}", if_worse=goal.if_worse))
    state = tr(STATE.get(goal.state or "", ""))
    written = f"{goal.author}, {say.moment(goal.at, now)}" if goal.at is not None else goal.author
    lines.append(" · ".join(one for one in (state, written) if one))
    return [line for line in lines if line]


def other_lines(plan: OtherPlan, now: datetime) -> list[str]:
    """A plan that somebody else keeps, as it is."""
    lines = [tr("Goal: {one}", one=one) for one in plan.goals] + list(plan.actions)
    if plan.note:
        lines.append(plan.note)
    at = f", {say.moment(plan.at, now)}" if plan.at is not None else ""
    if plan.author or at:
        lines.append(f"{plan.author}{at}".strip(", "))
    return lines


def referral_state(code: str) -> str:
    """ "Sent", "Done": what a button says with the same word is something else."""
    return trc(REFERRAL, get_state(code).display)


def referred_to(referral: Referral) -> str:
    """To whom: a target of our form in the language that is spoken, another one as the record has it."""
    return trc(f"ref-to/{referral.to}", referral.to_words)


def referral_lines(referral: Referral, now: datetime) -> list[str]:
    """State of the loop first, then why."""
    at = f" {say.moment(referral.state_at, now)}" if referral.state_at is not None else ""
    by = f", {referral.state_by}" if referral.state_by else ""
    unsent = f" · {tr(ONLY_HERE)}" if referral.pending else ""
    lines = [f"{referral_state(referral.state)}{at}{by}{unsent}"]
    # A reason of ours may hold commas itself.
    why = "; ".join([*map(stored.name, referral.why), *([referral.words] if referral.words else [])])
    return [*lines, *([why] if why else [])]


def state_line(goals: int, referrals: int) -> str:
    return " · ".join(
        [
            *([trn("{number} problem", "{number} problems", goals)] if goals else []),
            *([trn("{number} referral", "{number} referrals", referrals)] if referrals else []),
        ]
    )


def need(found: NeedScreen) -> str:
    return tr("{yes} yes, {no} no, {open} not asked", yes=found.yes, no=found.no, open=found.open)


def criteria(found: Criteria) -> str:
    return tr(
        "General: {met} met, {not_met} not met, {unknown} unknown · {what} met",
        met=found.met,
        not_met=found.not_met,
        unknown=found.unknown,
        what=trn("{number} disease criterion", "{number} disease criteria", len(found.diseases)),
    )
