"""What was answered in a signed visit, to read: every instrument in the order of the visit page's sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.content.model import Instrument, Item, ItemKind
from app.content.spoken import load, load_sections
from app.domain.addendum import Correction
from app.domain.medicine_changes import is_lists_nought
from app.domain.second_look import find_second_look
from app.domain.visit import Answer, Entry
from app.language import tr
from app.services.alert_discretion import HUSHED_FORM
from app.services.models import VisitReading
from app.views import text, theme
from app.views.alerts.hushed import Hushed, covered_words
from app.views.forms import said
from app.views.forms.groups import entry_title, title_item
from app.views.forms.heads import lock
from app.views.forms.shown import is_score_private
from app.views.guard import keyed, safe_component
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.options import aside
from app.views.wording import forms as wording
from app.views.wording import review
from app.views.wording.corrected import said_of

WIDE = 40
"""Characters from which an answer gets a line of its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """The answered instruments of one section."""

    title: str
    instruments: tuple[Instrument, ...]


def is_touched(instrument: Instrument, visit: VisitReading) -> bool:
    return any(
        item.link_id in visit.answers or visit.entries.get(item.link_id)
        for item in instrument.items
        if not item.hidden
    )


def list_parts(visit: VisitReading) -> list[Part]:
    """Sections that hold anything, then instruments that stand in no section."""
    content = load()
    placed: set[str] = set()
    parts = []
    for section in load_sections():
        placed.update(section.forms)
        held = tuple(
            content[name] for name in section.forms if name in content and is_touched(content[name], visit)
        )
        if held:
            parts.append(Part(section.title, held))
    parts += [
        Part(one.name, (one,))
        for one in content.values()
        if one.id not in placed and one.short_of is None and is_touched(one, visit)
    ]
    return parts


def list_unknown(visit: VisitReading) -> list[str]:
    """Link ids that this app's content does not have."""
    known = {item.link_id for one in load().values() for item in one.items}
    return sorted((set(visit.answers) | {name for name, held in visit.entries.items() if held}) - known)


@safe_component
def Record(visit: VisitReading, narrow: bool, may_open: bool, bedside: bool = False) -> ft.Control:
    """`may_open`: whether a tap here shows what is kept apart. `bedside`: the family may read over the shoulder."""
    opened, set_opened = ft.use_state(False)
    right = {each.link_id: each for one in visit.addenda for each in one.corrections}

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    parts: list[ft.Control] = []
    for part in list_parts(visit):
        made = [
            (one, _instrument(one, visit, right, narrow, opened, titled=one.name != part.title))
            for one in part.instruments
        ]
        cards = [
            _hushed(shown) if bedside and one.id == HUSHED_FORM else shown for one, shown in made if shown
        ]
        if cards:
            parts.append(group(part.title, cards))
    unknown = list_unknown(visit)
    if unknown and opened:  # whether they are to be kept apart only a newer app could say
        parts.append(group(tr(wording.OTHER_ANSWERS), [_unknown(unknown, visit)]))
    if not parts:
        parts.append(group(tr(text.SCORES), [card(muted(tr(text.NO_SCORES), 16))]))
    if unknown or has_private(visit):
        parts.append(_private_line(turn, opened=opened, may_open=may_open))
    return stack(parts, spacing=theme.S6)


def _hushed(shown: ft.Control) -> ft.Control:
    return keyed("hushed", Hushed, "reading-hushed", covered_words, lambda: shown, True)


def has_private(visit: VisitReading) -> bool:
    return any(
        (one.private or item.private) and (item.link_id in visit.answers or visit.entries.get(item.link_id))
        for one in load().values()
        for item in one.items
    ) or any(
        inner.private and inner.link_id in entry.answers
        for one in load().values()
        for item in one.items
        for inner in item.items
        for entry in visit.entries.get(item.link_id, ())
    )


def _private_line(turn: Any, *, opened: bool, may_open: bool) -> ft.Control:
    if not may_open:
        return lock(tr(wording.PRIVATE_CLOSED))
    label = tr(wording.HIDE_PRIVATE) if opened else tr(wording.SHOW_PRIVATE)
    icon = ft.Icons.LOCK_OPEN if opened else ft.Icons.LOCK_OUTLINE
    return ft.Row([aside("reading-private", label, turn, icon=icon)], wrap=True)


def _instrument(
    one: Instrument,
    visit: VisitReading,
    right: Mapping[str, Correction],
    narrow: bool,
    opened: bool,
    *,
    titled: bool,
) -> ft.Control | None:
    """None when all that was answered is kept apart and not opened. `right`: by link id what should read otherwise."""
    rows = _rows(one, one.items, visit.answers, visit.last_values, right, narrow, opened)
    for item in one.items:
        if item.kind is ItemKind.GROUP and (opened or not (one.private or item.private)):
            for number, entry in enumerate(visit.entries.get(item.link_id, ()), start=1):
                rows.append(_entry(one, item, entry, number, narrow, opened))
    if not rows:
        return None
    may_score = opened or not is_score_private(one)
    score, second = (_score(one, visit), _second(one, visit)) if may_score else ("", "")
    head: list[ft.Control] = []
    if titled or score or second or one.private:
        lines: list[ft.Control] = [words(one.name, 16, strong=True)] if titled else []
        if score:
            lines.append(words(score, 17, strong=True, color=ft.Colors.PRIMARY))
        if second:
            lines.append(words(second, 15, strong=True))
        if one.private:
            lines.append(lock(tr(wording.PRIVATE)))
        head = [
            ft.Container(
                padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=11),
                bgcolor=ft.Colors.SURFACE_CONTAINER,
                content=stack(lines, spacing=2, tight=True),
            )
        ]
    lined = [part for row in rows for part in (ft.Divider(height=1, color=ft.Colors.OUTLINE_VARIANT), row)]
    made = card(ft.Column([*head, *(lined if head else lined[1:])], spacing=0), padding=0)
    made.clip_behavior = ft.ClipBehavior.ANTI_ALIAS
    return made


def _score(one: Instrument, visit: VisitReading) -> str:
    result, shown = visit.scores.get(one.id), one
    short = one.short_form
    if result is None and short is not None:
        result, shown = visit.scores.get(short.id), load()[short.id]
    if result is None or not any(link_id in visit.answers for link_id in shown.total.of):
        return ""
    return said.score(shown, result)


def _second(one: Instrument, visit: VisitReading) -> str:
    found = find_second_look(one, visit.answers)
    return said.second_score(one, found) if found is not None else ""


def _rows(
    one: Instrument,
    items: Sequence[Item],
    answers: Mapping[str, Answer],
    last_values: Mapping[str, Answer],
    right: Mapping[str, Correction],
    narrow: bool,
    opened: bool,
) -> list[ft.Control]:
    """Answered items; of a scale whose items all count, also those that were not asked."""
    rows = []
    scale = not one.private and one.short_form is None and any(i.link_id in one.total.of for i in items)
    for item in items:
        answer = answers.get(item.link_id)
        if item.hidden or item.kind is ItemKind.GROUP or ((one.private or item.private) and not opened):
            continue
        if answer is None and not (scale and item.link_id in one.total.of):
            continue
        name = f"{item.name}: {answer.name}" if answer is not None and answer.name else item.name
        by_number = said.is_numbered(one, item)
        in_words = said.numbered if by_number else said.answer
        value = text.DASH if answer is None else in_words(item, answer)
        last = said.last(item, last_values.get(item.link_id), by_number=by_number)
        again = said.measured(item, answer, by_number=by_number) if answer is not None else ""
        reads = review.should_read(said_of(right[item.link_id])[2]) if item.link_id in right else ""
        rows.append(_row(name, value, last, (again, reads), narrow, private=item.private and not one.private))
    return rows


def _row(
    name: str, value: str, last: str, later: tuple[str, ...], narrow: bool, *, private: bool
) -> ft.Control:
    """`later`: what was measured again, and what it should read."""
    number = len(value) <= 4 and any(letter.isdigit() for letter in value)
    shown = words(value, 19 if number else 17, strong=number)  # "None" is no louder than "A lot"
    more = [
        *([muted(last, 14)] if last else []),
        *(words(one, 15, strong=True) for one in later if one),
        *([lock(tr(wording.PRIVATE_READ))] if private else []),
    ]
    long = len(value) > WIDE or "\n" in value or (narrow and len(value) > 22)
    if long:
        inside: ft.Control = stack([muted(name, 15), shown, *more], spacing=2, tight=True)
    else:
        left = stack([words(name, 17), *more], spacing=2, tight=True)
        inside = ft.Row(
            [ft.Container(expand=3, content=left), ft.Container(expand=2, content=shown)], spacing=theme.S3
        )
    # one thing for a screen reader: the question with its answer, not all questions before all answers
    return ft.MergeSemantics(
        ft.Container(padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=10), content=inside)
    )


def _entry(one: Instrument, item: Item, entry: Entry, number: int, narrow: bool, opened: bool) -> ft.Control:
    """Its title is its first answer, which is not said twice."""
    first = title_item(item, entry, private=opened)
    title = entry_title(item, entry, number, private=opened)
    others = [
        inner for inner in item.items if inner is not first and not is_lists_nought(entry, inner.link_id)
    ]
    rows = _rows(one, others, entry.answers, {}, {}, narrow, opened)
    head = ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.S4, vertical=9),
        content=words(title, 17, strong=True),
    )
    inner = ft.Container(padding=theme.edges(theme.S3, 0, bottom=4), content=ft.Column(rows, spacing=0))
    return ft.Column([head, inner], spacing=0)


def _unknown(names: list[str], visit: VisitReading) -> ft.Control:
    lines: list[ft.Control] = [muted(tr(wording.OTHER_ANSWERS_HELP))]
    for name in names:
        answer = visit.answers.get(name)
        value = str(answer.value) if answer is not None and answer.value is not None else text.DASH
        lines.append(words(f"{name}: {value}", 16))
    return card(stack(lines, spacing=4))
