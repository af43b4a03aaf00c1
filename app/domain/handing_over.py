"""Which questionnaires a person answers by herself on the tablet, and which of their questions she is shown."""

from __future__ import annotations

from collections.abc import Set

from app.content.model import Instrument, Item, ItemKind, Kind
from app.domain import offers
from app.domain.visit import AnsweredBy, Modality

TAPPED = frozenset({ItemKind.CHOICE, ItemKind.CHOICES, ItemKind.YES_NO})
WIDEST = 11
"""Most numbers that can be tapped; a longer range is typed, by a nurse."""


def who_answers(chosen: AnsweredBy | None) -> AnsweredBy | None:
    """Who would hold the tablet: the person herself where nobody was named yet; None where it stays with staff."""
    if chosen in (AnsweredBy.STAFF, AnsweredBy.NOBODY):
        return None
    return chosen or AnsweredBy.PATIENT


def may_be_handed_over(
    instrument: Instrument, modality: Modality, answered_by: AnsweredBy | None, switches: Set[str]
) -> bool:
    """Whether the one who answers may do so alone.

    Published scales, and the form made for the person herself, who answers it whoever speaks in the rest of the visit:
    our other forms speak to a nurse. Never what a clinician rates, what is kept apart or is for the team alone, and
    never what cannot be answered by taps. Only in person: elsewhere there is no tablet to hand.
    """
    own = instrument.voice is not None
    who = AnsweredBy.PATIENT if own else who_answers(answered_by)
    if who is None or modality is not Modality.IN_PERSON or not (own or instrument.kind is Kind.SCALE):
        return False
    if instrument.private or instrument.team_only or offers.CLINICIAN in instrument.answered_by:
        return False
    if offers.offer(instrument, modality, who, switches) is not None:
        return False
    items = list_handed(instrument, modality, switches)
    return bool(items) and all(_is_tapped(item) for item in items)


def list_handed(instrument: Instrument, modality: Modality, switches: Set[str]) -> tuple[Item, ...]:
    """The questions that may stand on a screen which others in the room can read.

    What is kept apart (violence at home) is asked by the nurse, with nobody else there; she also says how, in which
    language and through whom somebody answers.
    """
    hers = frozenset[str]() if instrument.voice is None else instrument.voice.links
    return tuple(
        item
        for item in instrument.items
        if not (item.private or item.hidden or item.link_id in hers)
        and offers.offer_item(item, modality, switches, talks_freely=False) is None
    )


def _is_tapped(item: Item) -> bool:
    if item.kind is ItemKind.NUMBER:
        return item.maximum - item.minimum < WIDEST
    return item.kind in TAPPED and not item.named
