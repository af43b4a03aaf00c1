""" "I am worried" and the question behind it: asked before signing, never in the way of saving, sending or leaving."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

from app.content.rules import load_rules

if TYPE_CHECKING:  # `app.domain.visit` asks this module, so it cannot be asked back
    from app.domain.visit import Answer

TIRED = "tired-of-living"
THOUGHTS = "thoughts-of-acting"
COULD_NOT_ASK = "could-not-ask"
MISTAKE = "mistake"
ANSWERS = (TIRED, THOUGHTS, COULD_NOT_ASK, MISTAKE)
"""The four answers to the concern question, one of which is always possible."""
FOUND = (TIRED, THOUGHTS, COULD_NOT_ASK)
"""Those that stand on their own until they are cleared or said to be a mistake."""


def is_raised(answers: Mapping[str, Answer]) -> bool:
    """True where item 9 of the PHQ-9 is above none, the nurse tapped "I am worried", or what she found out stands."""
    inputs = load_rules().inputs
    if any(_is_yes(answers.get(link)) for link in inputs["worried"]) or _says(answers, FOUND):
        return True
    return any(_is_above_none(link, answers.get(link)) for link in inputs["phq_item_9"])


def is_open(answers: Mapping[str, Answer]) -> bool:
    """True while the concern was raised and none of the four answers was given."""
    return is_raised(answers) and not _says(answers, ANSWERS)


def is_shown(answers: Mapping[str, Answer]) -> bool:
    """True while there is something to ask or to take back: nothing that is stored goes out of sight."""
    return is_raised(answers) or any(link in answers for link in load_rules().inputs["concern"])


def _says(answers: Mapping[str, Answer], codes: Container[object]) -> bool:
    said = [answers.get(link) for link in load_rules().inputs["concern"]]
    return any(one is not None and one.value in codes for one in said)


def _is_yes(answer: Answer | None) -> bool:
    return answer is not None and answer.value == "yes"


def _is_above_none(link_id: str, answer: Answer | None) -> bool:
    from app.domain.items import find_place  # here: content need not be read to import this module

    place = find_place(link_id)
    for value in (answer.value, *(one.value for one in answer.again)) if answer is not None else ():
        option = place.item.find_option(value) if place is not None and isinstance(value, str) else None
        score = value if isinstance(value, int) else option.score if option is not None else None
        if score is not None and score > 0:
            return True
    return False
