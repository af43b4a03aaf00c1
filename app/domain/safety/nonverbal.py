"""Signs of pain and distress in a person who cannot say. The worst look of the visit fires, the newest may ease it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.safety.case import Case, Hit, display, position
from app.domain.safety.looks import add_up, look_by_look
from app.domain.visit import Value

PAINAD, DISTRESS = "painad", "distress"
"""What "usual for this person" is said about where there is no single item."""
RELIEVED = "relieved"


def pain(case: Case) -> Iterator[Hit]:
    """PAINAD from its cut-off, as far as it was answered."""
    at = case.number("PAIN_NONVERBAL", "at")
    found = [look.value for look in add_up(case.links("painad"), case.context.answers)]
    worst = max(found, default=None)
    if worst is None or worst < at:
        return
    words = {"value": str(worst), "last": str(found[-1])}
    variant = RELIEVED if found[-1] < at else None
    yield Hit("PAIN_NONVERBAL", _subject(case), variant, words, source=PAINAD, score=worst)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the person: signs by link id, those that are enough alone, and what those who know them say."""

    signs: Mapping[str, int]
    strong: tuple[str, ...]
    unusual: bool

    @property
    def fires(self) -> bool:
        return bool(self.strong) or (self.unusual and bool(self.signs))

    @property
    def total(self) -> int:
        return sum(self.signs.values())


def distress(case: Case) -> Iterator[Hit]:
    """One sign at "a lot", or any sign together with "not as usual" from those who know the person."""
    enough = case.number("NONVERBAL_DISTRESS", "at")
    links = (*case.links("distress"), *case.links("distress_usual"))
    looks = [_look(case, said, enough) for said in look_by_look(links, case.context.answers)]
    firing = [one for one in looks if one.fires]
    if not firing:
        return
    worst = max(firing, key=lambda one: (bool(one.strong), one.total))
    named = ", ".join(display(link).lower() for link in (worst.strong or worst.signs))
    sentence = (
        f"Signs of distress, a lot: {named}."
        if worst.strong
        else f"Not as usual, with signs of distress: {named}."
    )
    variant = None if looks[-1].fires else RELIEVED
    score = max(one.total for one in firing)
    yield Hit(
        "NONVERBAL_DISTRESS", _subject(case), variant, {"finding": sentence}, source=DISTRESS, score=score
    )


def _look(case: Case, said: Mapping[str, Value], enough: Decimal) -> _Look:
    signs = {
        link: level
        for link in case.links("distress")
        if link in said and (level := position(link, said[link])) > 0
    }
    unusual = any(said.get(link) == "not-usual" for link in case.links("distress_usual"))
    return _Look(signs, tuple(link for link, level in signs.items() if level >= enough), unusual)


def _subject(case: Case) -> str:
    return next(iter(case.links("pain")), "")
