"""What may stand on a paper that leaves the team. Nothing does unless it is named here (ADR 0040).

Two barriers that do not know each other: a question has to be named for the paper, and nothing may hold it back. What
is kept apart or is the team's alone is never offered; what may lie ahead and what was said in trust stands on a paper
only where the nurse adds it herself.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.domain.conversation_fields import FORM as CONVERSATION
from app.domain.conversation_fields import NEVER_ON_PAPER, list_fields
from app.domain.items import find_place


class Paper(StrEnum):
    """The papers that can be left behind."""

    CLINICAL = "clinical"
    """For the chart of the facility that cares for the person."""
    FAMILY = "family"
    """In plain words, for one person: whom it is for decides what stands on it."""
    FRIDGE = "fridge"
    """One large page that everybody in the house can read."""
    OWN_WORDS = "own-words"
    """The person's own sentences."""


class Held(StrEnum):
    """Why something is kept off papers."""

    PRIVATE = "private"
    TEAM = "team"
    AHEAD = "ahead"
    """What may lie ahead, and how far the illness has gone."""
    TRUST = "trust"
    """Said in trust, or judged by somebody."""

    @property
    def may_be_added(self) -> bool:
        """Whether the nurse can put it on a paper with her own hand. Never what is kept apart or the team's alone."""
        return self in (Held.AHEAD, Held.TRUST)


_TEAM_FORMS = frozenset({"concern", "need-screen", "sb1004", "team-view", "alert-answers", "programme"})
"""Forms of the team: worries about safety, screens for services, what somebody expects."""
_AHEAD_FORMS = frozenset({"phase", "hospice-signs"})
_AHEAD_FIELDS = frozenset({"conv-prognosis", "conv-prognosis-by", "conv-place-death"})


def find_held(link_id: str) -> Held | None:
    """Why the answer to this question is kept off papers; None where only its name is asked for.

    A question that this content does not know (a newer app's answer) is the team's.
    """
    place = find_place(link_id)
    if place is None:
        return Held.TEAM
    form, group = place.instrument, place.group
    if form.private or place.item.private or (group is not None and group.private):
        return Held.PRIVATE
    if form.team_only or form.id in _TEAM_FORMS or place.item.hidden:
        return Held.TEAM
    if form.id in _AHEAD_FORMS:
        return Held.AHEAD
    return _held_field(link_id) if form.id == CONVERSATION else None


def _held_field(link_id: str) -> Held | None:
    """Words belong to the field that they stand in."""
    for field in list_fields():
        if link_id in {item.link_id for item in field.items}:
            if field.private:
                return Held.PRIVATE
            if field.id in _AHEAD_FIELDS:
                return Held.AHEAD
            return None if field.fit_for_paper and link_id not in NEVER_ON_PAPER else Held.TRUST
    return Held.TEAM


_PEOPLE = ("person-name", "person-relation", "person-relation-words", "person-phone", "person-roles")
_AGENT = ("person-agent", "person-agent-active")
_GOALS = ("goal-problem", "goal-hope", "goal-do", "goal-who", "goal-by", "goal-worse", "goal-state")
_MEDICINES = ("med-name", "med-choice", "med-how")
_CODE_STATUS = (
    *("cs-rests", "cs-says", "cs-dated", "cs-kept", "cs-kept-words", "cs-treatment", "cs-nutrition"),
    *("cs-stands", "cs-words"),
)
_BODY = ("esas-pain", "esas-tired", "esas-drowsy", "esas-nausea", "esas-appetite", "esas-sob")
"""Symptoms that a family sees too; how somebody feels inside is hers to tell."""
_SYMPTOMS = (*_BODY, "esas-depr", "esas-anx", "esas-wb")
_WISHES = ("conv-matters", "conv-matters-words", "conv-care-wishes")

NAMED: Mapping[Paper, frozenset[str]] = {
    Paper.CLINICAL: frozenset(
        {
            *(*_PEOPLE, *_AGENT, *_GOALS, *_MEDICINES, *_CODE_STATUS, *_SYMPTOMS, *_WISHES),
            *("akps", "bowels-days", "poc-next-contact", "poc-if-worse"),
            *("conv-hospital", "conv-hospital-words", "conv-place-care"),
        }
    ),
    Paper.FAMILY: frozenset(
        {
            *(*_GOALS, *_MEDICINES, *_WISHES, *_BODY),
            *("poc-next-contact", "poc-next-how", "poc-if-worse"),
        }
    ),
    Paper.FRIDGE: frozenset({*_MEDICINES, "poc-if-worse"}),
    Paper.OWN_WORDS: frozenset(
        {
            *("conv-matters-words", "conv-hopes", "conv-strength-words", "conv-abilities-words"),
            *("conv-trade-words", "conv-care-wishes", "conv-hospital-words"),
        }
    ),
}
"""Questions whose answers stand on each paper by themselves."""

ADDABLE: Mapping[Paper, frozenset[str]] = {
    Paper.CLINICAL: frozenset({"phase", "conv-place-death", "conv-worries"}),
    Paper.FAMILY: frozenset(),
    Paper.FRIDGE: frozenset(),
    Paper.OWN_WORDS: frozenset(
        {"conv-worries-words", "conv-coping", "conv-understanding-words", "conv-place-words"}
    ),
}
"""Questions that the nurse can add herself, one tap each."""


def stands(paper: Paper, link_id: str) -> bool:
    """Whether this answer stands on the paper by itself."""
    return link_id in NAMED[paper] and find_held(link_id) is None


def may_be_added(paper: Paper, link_id: str) -> bool:
    """Whether the nurse is offered to add this answer, which does not stand there by itself."""
    held = find_held(link_id)
    return link_id in ADDABLE[paper] and held is not None and held.may_be_added
