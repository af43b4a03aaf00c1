"""What a visit offers: scales that cannot be done by telephone, that only the person can answer, or that the plan has
not switched on are not offered, and the page says why.
"""

from __future__ import annotations

from collections.abc import Set

from app.content import Instrument, Item
from app.content.model import Kind
from app.domain.visit import AnsweredBy, Modality
from app.language import N_

CLINICIAN = "clinician"

NOT_SWITCHED_ON = N_("Your plan has not switched this on.")
ONLY_THE_PERSON = N_("Only the person can answer this one.")
NOBODY_ANSWERS = N_("Somebody has to answer this one, and this visit says that nobody did.")
NOT_SO = {
    Modality.TELEPHONE: N_("This cannot be done by telephone."),
    Modality.VIDEO: N_("This cannot be done by video."),
    Modality.IN_PERSON: N_("This is not done in person."),
}
TALK_FREELY = N_("First ask: can you talk freely?")


def offer(
    instrument: Instrument, modality: Modality, answered_by: AnsweredBy | None, switches: Set[str]
) -> str | None:
    """Why this instrument is not offered in such a visit, as a sentence; None when it is.

    Nobody having said yet who answers keeps nothing away. What a clinician rates is offered whoever answers, and so is
    what only ever holds the person's own answers. Where nobody answered, no scale that asks somebody is.
    """
    if instrument.switch is not None and instrument.switch not in switches:
        return NOT_SWITCHED_ON
    if instrument.modalities and modality.value not in instrument.modalities:
        return NOT_SO[modality]
    may_answer = instrument.answered_by
    if CLINICIAN in may_answer or answered_by is None or instrument.voice is not None:
        return None
    if answered_by is AnsweredBy.NOBODY:
        return NOBODY_ANSWERS if instrument.kind is Kind.SCALE or may_answer else None
    return None if not may_answer or answered_by.value in may_answer else ONLY_THE_PERSON


def offer_item(item: Item, modality: Modality, switches: Set[str], *, talks_freely: bool) -> str | None:
    """Why one item of an offered instrument is not offered; None when it is.

    `talks_freely`: the person said, in this call, that they can talk freely; of no account in person.
    """
    if item.switch is not None and item.switch not in switches:
        return NOT_SWITCHED_ON
    if item.freely and modality is not Modality.IN_PERSON and not talks_freely:
        return TALK_FREELY
    return None
