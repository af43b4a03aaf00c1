"""Words of the list of people who were not reached yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from app.domain.referrals import Referral
from app.domain.worklist import Unreached, WhyListed, WorklistWord
from app.language import N_, tr, trn
from app.views import say
from app.views.wording.planning import referral_state, referred_to

TITLE = N_("Not reached yet")
OPEN = N_("Who was not reached yet")
WHAT = N_(
    "Seriously ill people of your team's roster whom palliative care could help: two or more reasons, or the "
    "SB 1004 criteria. For a year nobody visited them, talked with them or referred them. "
    "The list decides nothing: it says whom to look at."
)
NOBODY = N_("Nobody on the roster waits to be reached.")
NOT_TOLD = N_("The plan has not told yet who was not reached.")
LOOK_AGAIN = N_("Ask the plan again")
OTHER = N_("Another program")
CLOSE = N_("Close")
TAKE_BACK = N_("Take back")
NOT_HERE = N_("The record comes with the next contact. Then you can refer.")
SB_1004 = N_("Meets the SB 1004 criteria as they were recorded")
OTHERS = (
    "complex-care",
    "ecm",
    "ltss",
    "home-primary-care",
    "care-navigation",
    "palliative-specialist",
    "hospice",
)
"""Programmes beside the proposed one, in this order."""
PAGE = 20
"""People shown at once."""


def count(word: WorklistWord) -> str:
    return trn("{number} person was not reached yet", "{number} people were not reached yet", word.total)


def as_of(word: WorklistWord, now: datetime) -> str:
    """How old the plan's figures are."""
    return tr("As the plan's records stood {when}", when=say.moment(word.as_of, now))


def no_team(number: int) -> str:
    return trn(
        "{number} more person has no team: only the plan can refer.",
        "{number} more people have no team: only the plan can refer.",
        number,
    )


def more(number: int) -> str:
    return trn("Show {number} more", "Show {number} more", number)


def refer_to(programme: str) -> str:
    return tr("Refer to {program}", program=programme)


def on_roster(one: Unreached, now: datetime) -> str:
    if one.since is None:
        return ""
    return tr("On the roster since {when}", when=say.day_of(one.since, now))


_Sentence = Callable[[str], str]
_RECORDS: Mapping[str, _Sentence] = {
    "need-transition": lambda when: tr("Came home from a facility, {when}", when=when),
    "need-hospital": lambda when: tr("In hospital, {when}", when=when),
    "need-symptom": lambda when: tr("A symptom of 4 or more of 10, {when}", when=when),
    "need-illness": lambda when: tr("A serious illness is on record since {when}", when=when),
}
_UNDATED: Mapping[str, str] = {
    "need-wishes": N_("No agent and no wish is on record"),
    "need-illness": N_("A serious illness is on record"),
    "need-transition": N_("Came home from a facility in the last 30 days"),
    "need-hospital": N_("Hospital or emergency care to manage the illness"),
    "need-symptom": N_("A symptom that distresses"),
    "need-decline": N_("Getting weaker, and not in hospice"),
    "need-year": N_("Death within a year would not be a surprise"),
    "need-caregiver": N_("The caregiver needs help"),
}


def why(one: WhyListed, now: datetime) -> str:
    """One reason, and when it is from."""
    undated = tr(_UNDATED.get(one.code, N_("A reason that this app does not know")))
    if one.at is None:
        return undated
    when = say.day_of(one.at, now)
    if one.asked:
        return tr("{reason} (asked {when})", reason=undated, when=when)
    sentence = _RECORDS.get(one.code)
    return undated if sentence is None else sentence(when)


def referred(one: Referral, now: datetime) -> str:
    """What became of the tap."""
    if one.pending:
        return tr("Referred to {program}. It goes with the next sending.", program=referred_to(one))
    if one.at is None:
        return tr("Referred to {program}", program=referred_to(one))
    state = referral_state(one.state)
    when = say.moment(one.at, now)
    return tr("Referred to {program}, {when}: {state}", program=referred_to(one), when=when, state=state)
