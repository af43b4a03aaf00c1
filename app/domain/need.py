"""Could palliative care help? Eight yes/no questions, and the SB 1004 criteria as a checklist. Nothing is decided.

Source: own screen made from the Medi-Cal SB 1004 general criteria and the surprise question (OWN, not validated);
criteria of SB 1004: APL 18-020 as published by two plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.content import load
from app.domain.visit import Answer

SCREEN = "need-screen"
CRITERIA = "sb1004"
OFFER_AT = 2
"""Questions with "yes" from which a talk about palliative care is offered."""
GENERAL = ("sb-hospital", "sb-decline", "sb-year", "sb-therapy", "sb-agrees")
DISEASE = ("sb-chf", "sb-copd", "sb-cancer", "sb-liver")


@dataclass(frozen=True, slots=True)
class NeedScreen:
    """How many of the eight were answered with yes, with no, and not yet; `offer` as soon as two are yes."""

    yes: int
    no: int
    open: int

    @property
    def offer(self) -> bool:
        return self.yes >= OFFER_AT


@dataclass(frozen=True, slots=True)
class Criteria:
    """Met, not met and unknown of the five general criteria, and which diseases are met. Never "eligible"."""

    met: int
    not_met: int
    unknown: int
    diseases: tuple[str, ...]


def screen(answers: Mapping[str, Answer]) -> NeedScreen:
    values = [
        answers[item.link_id].value if item.link_id in answers else None for item in load()[SCREEN].items
    ]
    yes, no = values.count("yes"), values.count("no")
    return NeedScreen(yes, no, len(values) - yes - no)


def criteria(answers: Mapping[str, Answer]) -> Criteria:
    """What was not asked counts as unknown."""

    def value(link_id: str) -> object:
        answer = answers.get(link_id)
        return None if answer is None else answer.value

    general = [value(link_id) for link_id in GENERAL]
    met, not_met = general.count("met"), general.count("not-met")
    diseases = tuple(link_id for link_id in DISEASE if value(link_id) == "met")
    return Criteria(met, not_met, len(general) - met - not_met, diseases)
