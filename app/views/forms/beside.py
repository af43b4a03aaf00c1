"""What stands beside an item: the earlier value, how far it moved, the person's own number, what was tried before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import flet as ft

from app.content.model import Instrument, Item, ItemKind, Kind
from app.content.spoken import load
from app.domain.change_since import Change, Direction, Meaning, between, find_change, find_meaning
from app.domain.comfort import SCALE, ComfortLevel, by_item, has_comfort, is_above, is_raised, may_ask
from app.domain.tried import Tried, symptom_key
from app.domain.visit import Answer
from app.language import tr
from app.services.models import VisitPage
from app.views import say
from app.views.env import now
from app.views.forms import said
from app.views.forms.names import ident
from app.views.widgets.base import MUTED, muted, sign, stack, tid, words
from app.views.widgets.options import wrap
from app.views.wording import beside as wording

_SIGNS = {
    Direction.SAME: ft.Icons.DRAG_HANDLE,
    Direction.HIGHER: ft.Icons.ARROW_UPWARD,
    Direction.LOWER: ft.Icons.ARROW_DOWNWARD,
    Direction.OTHER: ft.Icons.SWAP_HORIZ,
}


@dataclass(frozen=True, slots=True)
class Beside:
    """Of one item. `last` is a whole sentence; `asks`: whether her comfort level may be asked for now."""

    last: str = ""
    change: Change | None = None
    means: Meaning | None = None
    unit: str = ""
    comfort: ComfortLevel | None = None
    above: bool = False
    asks: bool = False
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person beside this visit's own answers; nothing of it is shown beside an entry of a group."""

    last_values: Mapping[str, Answer] = field(default_factory=dict)
    never: str = ""
    """What stands beside a scale's number that no earlier visit has."""
    comfort: Mapping[str, ComfortLevel] = field(default_factory=dict)
    may_ask: bool = False
    tried: Mapping[str, tuple[Tried, ...]] = field(default_factory=dict)

    def find(self, instrument: Instrument, item: Item, answer: Answer | None) -> Beside:
        """Nothing of what is kept apart, whoever may look on."""
        if item.private or instrument.private:
            return Beside()
        before = self.last_values.get(item.link_id)
        symptom = instrument.id == SCALE
        level = self.comfort.get(item.link_id)
        raised = symptom and is_raised(answer, level)
        name = answer.name if answer is not None and item.named else None
        change = self._change(instrument, item, answer, before)
        counts = item.link_id in instrument.total.of
        return Beside(
            last=self._last(instrument, item, before),
            change=change,
            means=find_meaning(instrument, change) if counts else None,
            unit=item.unit.display if item.unit else "",
            comfort=level,
            above=is_above(answer, level),
            asks=symptom and has_comfort(item.link_id) and self.may_ask and raised,
            tried=self.tried.get(symptom_key(item.link_id, name), ()) if raised else (),
        )

    def _last(self, instrument: Instrument, item: Item, before: Answer | None) -> str:
        last = said.last(item, before, by_number=said.is_numbered(instrument, item))
        if not last and item.kind is ItemKind.NUMBER and instrument.kind is Kind.SCALE:
            return self.never
        return last

    def _change(
        self, instrument: Instrument, item: Item, answer: Answer | None, before: Answer | None
    ) -> Change | None:
        """Of our own forms only what was measured: "same as last" on every question would be noise."""
        measured = item.kind in (ItemKind.NUMBER, ItemKind.QUANTITY)
        if not measured and instrument.kind is not Kind.SCALE:
            return None
        return find_change(instrument, item, answer, before)


def known_of(page: VisitPage) -> Known:
    return Known(
        last_values=page.last_values,
        never=say.no_last_value(page.last_visit_at),
        comfort=by_item(page.parts.comfort),
        may_ask=may_ask(page.draft),
        tried=page.tried,
    )


def change_mark(identifier: str, change: Change, unit: str = "", means: Meaning | None = None) -> ft.Control:
    """An arrow and its words, which wrap: never colour, and what it means only where the instrument says so."""
    label = words(
        wording.changed(change, unit, means),
        15,
        strong=True,
        color=MUTED,
        said=wording.changed_said(change, unit, means),
        expand_loose=True,
    )
    return tid(identifier, ft.Row([sign(_SIGNS[change.direction], 16, MUTED), label], spacing=2, tight=True))


def comfort_mark(identifier: str, level: ComfortLevel, *, above: bool) -> ft.Control:
    """ "comfort 3"; above it in strong words with another sign."""
    ink = ft.Colors.ON_SURFACE if above else MUTED
    icon = ft.Icons.FLAG if above else ft.Icons.FLAG_OUTLINED
    told = wording.above(level.level) if above else wording.comfort(level.level)
    label = words(told, 15, strong=above, color=ink, expand_loose=True)
    return tid(identifier, ft.Row([sign(icon, 18, ink), label], spacing=2, tight=True))


def marks(item: Item, beside: Beside) -> list[ft.Control]:
    """The short marks in the head of an item."""
    made: list[ft.Control] = []
    if beside.comfort is not None:
        made.append(comfort_mark(ident(item.link_id, "comfort-level"), beside.comfort, above=beside.above))
    if beside.change is not None:
        made.append(change_mark(ident(item.link_id, "change"), beside.change, beside.unit, beside.means))
    return made


def score_beside(instrument: Instrument, page: VisitPage) -> list[ft.Control]:
    """Under a scale's total: how it moved since the last whole one, and what was tried before for a positive one."""
    shown = instrument
    if instrument.id not in page.scores and instrument.short_form is not None:
        shown = load()[instrument.short_form.id]
    score, last = page.scores.get(shown.id), page.last_scores.get(shown.id)
    if score is None or score.total is None:
        return []
    parts: list[ft.Control] = []
    if last is not None:
        moved = between(Decimal(str(score.total)), Decimal(str(last.total)))
        mark = [_score_mark(shown, moved)] if moved is not None else []
        parts.append(wrap([*mark, muted(wording.last_score(last, now()))]))
    tried = page.tried.get(shown.id, ()) if score.positive else ()
    return [*parts, *tried_lines(f"score-{shown.id}-tried", tried)]


def _score_mark(instrument: Instrument, moved: Change) -> ft.Control:
    return change_mark(f"score-{instrument.id}-change", moved, means=find_meaning(instrument, moved))


def tried_lines(identifier: str, tried: Sequence[Tried]) -> list[ft.Control]:
    """A title and a line each; nothing where nothing was tried."""
    if not tried:
        return []
    title = tr(wording.HELPED) if tried[0].lower else tr(wording.TRIED)
    at = now()
    lines: list[ft.Control] = [muted(wording.tried(one, at), 15) for one in tried]
    told = stack([words(title, 15, strong=True), *lines], spacing=1, tight=True)
    told.expand = True
    row = ft.Row(
        [sign(ft.Icons.HISTORY, 20, MUTED), told], spacing=8, vertical_alignment=ft.CrossAxisAlignment.START
    )
    return [ft.Semantics(identifier=identifier, container=True, content=row)]
