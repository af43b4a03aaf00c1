"""What a question can be about: the sections of a signed visit that hold anything, and their answers in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.content.model import Instrument, Item, ItemKind
from app.content.spoken import load, load_sections
from app.domain.change_since import between, find_meaning
from app.domain.review import WHOLE_VISIT, Comment
from app.domain.visit import Value
from app.language import tr
from app.services.models import VisitReading
from app.views import text
from app.views.forms import said
from app.views.forms.record import is_touched
from app.views.wording import beside, forms, stored
from app.views.wording import review as wording

NOTE = "note"
SCORES = 11
"""0 to 10: numbers that are offered one by one; anything with more is typed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer. `instrument` and `item` are what the content knows of it."""

    instrument: Instrument
    item: Item
    name: str
    words: str
    options: tuple[tuple[str, Value], ...] = ()
    """What else it could read, in the words of the page and as the answer's own value; none where it is typed."""


def list_sections(visit: VisitReading) -> list[tuple[str, str]]:
    """(id, title), in the order of the page; the note and the whole visit last."""
    content = load()
    found = [
        (one.id, one.title)
        for one in load_sections()
        if any(name in content and is_touched(content[name], visit) for name in one.forms)
    ]
    if visit.note:
        found.append((NOTE, tr(text.NOTE)))
    return [*found, (WHOLE_VISIT, tr(wording.WHOLE_VISIT))]


def section_title(comment: Comment) -> str:
    """What a comment is about, by its code: the supervisor who wrote it may speak another language."""
    titles = {one.id: one.title for one in load_sections()}
    titles |= {NOTE: tr(text.NOTE), WHOLE_VISIT: tr(wording.WHOLE_VISIT)}
    return titles.get(comment.section, comment.title)


def list_lines(visit: VisitReading, sections: Sequence[str]) -> list[Line]:
    """Answers of these sections, of all for the whole visit; what is kept apart is left out: an addendum is not."""
    content = load()
    every = WHOLE_VISIT in sections
    names = [name for one in load_sections() if every or one.id in sections for name in one.forms]
    found: dict[str, Line] = {}
    for instrument in (content[name] for name in names if name in content):
        for item in instrument.items:
            answer = visit.answers.get(item.link_id)
            apart = instrument.private or item.private or item.hidden or item.kind is ItemKind.GROUP
            if answer is None or apart or item.link_id in found:
                continue
            in_words = said.numbered if said.is_numbered(instrument, item) else said.answer
            name = f"{item.name}: {answer.name}" if answer.name else item.name
            options = tuple(_options(item, numbered=said.is_numbered(instrument, item)))
            found[item.link_id] = Line(instrument, item, name, in_words(item, answer), options)
    return list(found.values())


def _options(item: Item, *, numbered: bool) -> list[tuple[str, Value]]:
    if item.kind is ItemKind.YES_NO:
        return [(tr(forms.YES), "yes"), (tr(forms.NO), "no")]
    if item.kind is ItemKind.NUMBER and 0 < item.maximum - item.minimum < SCORES:
        return [(str(number), number) for number in range(item.minimum, item.maximum + 1)]
    if item.kind is not ItemKind.CHOICE:
        return []
    return [
        (f"{one.score}: {one.display}" if numbered and one.score is not None else one.display, one.code)
        for one in item.options
    ]


@dataclass(frozen=True, slots=True)
class Moved:
    """One answer that is another than at the last visit."""

    name: str
    words: str
    by: Decimal


def list_moved(visit: VisitReading, most: int = 8) -> list[Moved]:
    """Numbers that moved most since the last visit first, then other answers of scales that changed."""
    numbers: list[Moved] = []
    others: list[Moved] = []
    for line in list_lines(visit, [WHOLE_VISIT]):
        before, given = visit.last_values.get(line.item.link_id), visit.answers[line.item.link_id]
        if before is None or before.value is None or given.value is None or before.value == given.value:
            continue
        was = before.again[-1].value if before.again else before.value
        if isinstance(given.value, int) and isinstance(was, int):
            name = stored.name(line.name)
            numbers.append(Moved(name, _rose(line, was, given.value), Decimal(abs(given.value - was))))
        elif line.item.kind is ItemKind.CHOICE and isinstance(was, str):
            others.append(Moved(line.name, wording.moved(said.value(line.item, was), line.words), Decimal(0)))
    numbers = [one for one in numbers if one.by]
    numbers.sort(key=lambda one: -one.by)
    return [*numbers, *others][:most]


def _rose(line: Line, was: int, now: int) -> str:
    change = between(Decimal(now), Decimal(was))
    counts = line.item.link_id in line.instrument.total.of
    means = find_meaning(line.instrument, change) if counts else None
    return wording.rose(was, now, "" if change is None else beside.changed(change, means=means))
