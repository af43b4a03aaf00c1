"""What a nurse may want to say on the telephone: this visit's findings as lines, the gravest first."""

from __future__ import annotations

from dataclasses import dataclass

from app.content.model import Instrument, Item, ItemKind, Kind
from app.content.spoken import load
from app.domain.visit import Answer
from app.language import tr
from app.services.models import VisitPage
from app.views.forms import said

_KINDS = (ItemKind.NUMBER, ItemKind.QUANTITY, ItemKind.CHOICE, ItemKind.CHOICES, ItemKind.YES_NO)
_OWN_FORMS = ("body-", "distress-", "vitals")
"""Of our own forms only these hold findings; medicines and calls have places of their own."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """`text` is what is said: "Pain: 8 of 10 at 10:20, 4 at 10:55 (before: 5, Nov 3)"."""

    link_id: str
    text: str
    flagged: bool


def _belongs(instrument: Instrument) -> bool:
    if instrument.short_of is not None or instrument.private or instrument.team_only:
        return False
    return instrument.kind is Kind.SCALE or instrument.id.startswith(_OWN_FORMS)


def finding_lines(page: VisitPage) -> tuple[FindingLine, ...]:
    """Nothing private, nothing untouched, no reasons for no answer; what a scale flags stands first."""
    found: list[tuple[bool, int, FindingLine]] = []
    for instrument in load().values():
        if not _belongs(instrument):
            continue
        score = page.scores.get(instrument.id)
        flags = score.flags if score is not None else ()
        for item in instrument.items:
            answer = page.draft.answers.get(item.link_id)
            if answer is None or answer.value is None or item.kind not in _KINDS:
                continue
            if item.private or item.hidden:
                continue
            flagged = item.link_id in flags
            grave = answer.number or 0
            line = FindingLine(item.link_id, _line(instrument, item, answer, page), flagged)
            found.append((flagged, grave, line))
    found.sort(key=lambda one: (not one[0], -one[1]))
    return tuple(line for _, _, line in found)


def _line(instrument: Instrument, item: Item, answer: Answer, page: VisitPage) -> str:
    name = answer.name or item.name
    value = said.measured(item, answer) or said.answer(item, answer)
    if item.kind is ItemKind.NUMBER and item.maximum and not answer.again:
        value = tr("{value} of {most}", value=value, most=item.maximum)
    before = said.last(item, page.last_values.get(item.link_id))
    return f"{name}: {value}" + (f" ({before})" if before else "")


def with_line(text: str, line: str) -> str:
    """The text with this line at its end; without it where it stands already."""
    lines = [one for one in text.splitlines() if one.strip()]
    kept = [one for one in lines if one.strip() != line]
    return "\n".join(kept if len(kept) < len(lines) else [*kept, line])


def has_line(text: str, line: str) -> bool:
    return any(one.strip() == line for one in text.splitlines())
