"""One medicine: what the list says, the four-way choice as one tap, and the few details that matter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import flet as ft

from app.content.medicine_tables import mme_table
from app.content.model import Item
from app.content.spoken import load
from app.domain.medicines import GROUP, Line, Taken, is_only_as_needed, value_of
from app.domain.visit import Entry
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.env import Env
from app.views.forms import fields
from app.views.guard import safe_component
from app.views.hooks import use_action
from app.views.medicines.details import small_fields
from app.views.visit.saving import Saving
from app.views.widgets.base import MUTED, card, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import aside, at_end, chip, wrap
from app.views.wording import medicines as said

Choose = Callable[[Line, Taken], Awaitable[None]]
LISTED_CHOICES = (Taken.AS_LISTED, Taken.DIFFERENTLY, Taken.NOT_TAKING)
TYPED = ("med-how", "med-why-not", "med-last", "med-effect", "med-trouble", "med-breakthrough")
"""What only a person wrote: an entry with any of these is never taken away by a tap."""


def detail_items(line: Line) -> tuple[Item, ...]:
    """Which questions stand under a medicine: none where one tap said all."""
    if line.entry is None or line.taken is None:
        return ()
    links: list[str] = []
    if line.taken is Taken.NOT_TAKING:
        links = ["med-why-not"]
    else:
        if line.taken is Taken.NOT_ON_LIST:
            links.append("med-name")
        if line.taken is not Taken.AS_LISTED:
            links.append("med-how")
        if line.taken is Taken.DIFFERENTLY:
            links.append("med-why-not")
        links += _opioid_links(line)
        if line.opioid is not None or line.taken is not Taken.AS_LISTED:
            links += ["med-effect", "med-trouble"]
    answered = [link for link in line.entry.answers if link not in links]
    group = load()["medicines"].get_item(GROUP)
    hidden = ("med-choice", "med-name")
    return tuple(
        item
        for item in group.items
        if item.link_id in links
        or (item.link_id in answered and item.link_id not in hidden and not item.hidden)
    )


def _opioid_links(line: Line) -> list[str]:
    if line.opioid is None:
        return []
    if line.opioid.factor is None:
        return ["med-breakthrough", "med-last"]
    if line.opioid.factor is mme_table().patch:
        return ["med-patch", "med-last"]
    regular = [] if is_only_as_needed(line.entry) else ["med-times"]
    more = [] if _is_only_regular(line) else ["med-breakthrough"]
    return ["med-dose-mg", *regular, *more, "med-last"]


def _is_only_regular(line: Line) -> bool:
    """Taken as listed, and the list orders no as-needed dose (an extended-release opioid): none is asked for."""
    dosing = line.medicine.dosing if line.medicine is not None else ()
    return line.taken is Taken.AS_LISTED and bool(dosing) and not any(one.as_needed for one in dosing)


@safe_component
def MedicineRow(
    line: Line,
    number: int,
    before: str,
    choose: Choose,
    remove: Callable[[Line], Awaitable[None]],
    env: Env,
    page: VisitPage,
    saving: Saving,
) -> ft.Control:
    """`before`: what an earlier visit found, "" when none did. `number` names it for tests."""
    removing = use_action(lambda _: remove(line))

    async def tap(taken: Taken, _: Any) -> None:
        await choose(line, taken)

    parts: list[ft.Control] = [_order(line.name or tr(said.UNNAMED), strong=True)]
    if line.medicine is not None:
        parts.append(_order(line.medicine.dosage or tr(said.NO_DOSAGE)))
    elif line.entry is not None and line.entry.about is not None:
        listed = value_of(line.entry, "med-listed")
        parts += [muted(listed, 16)] if isinstance(listed, str) else []
        parts.append(muted(tr(said.GONE), 15))
    else:
        parts.append(muted(tr(said.TAKEN[Taken.NOT_ON_LIST]), 16))
    if before:
        parts.append(muted(before, 15))
    listed_row = line.medicine is not None or (line.entry is not None and line.entry.about is not None)
    if listed_row:
        chips: list[ft.Control] = [
            chip(
                f"medicine-{number}-{taken.value}",
                tr(said.TAKEN[taken]),
                line.taken is taken,
                partial(tap, taken),
                said=f"{line.name}: {tr(said.TAKEN[taken])}",
            )
            for taken in LISTED_CHOICES
        ]
        parts.append(wrap(chips))
    items = detail_items(line)
    if items and line.entry is not None:
        parts += small_fields(items, line.entry, saving, narrow=env.narrow)
        parts += _asked_later(items, line.entry, env, page, saving)
    if not listed_row:
        away = aside(f"medicine-{number}-remove", tr(said.REMOVE), removing.run, icon=ft.Icons.DELETE_OUTLINE)
        parts.append(at_end(away))
    parts += optional_notice(removing.error, Tone.ASK)
    return card(stack(parts, spacing=theme.S2), padding=12)


def _order(order: str, *, strong: bool = False) -> ft.Control:
    """A screen reader gets it as it is written."""
    color = None if strong else MUTED
    return words(said.whole(order), 17 if strong else 16, strong=strong, color=color, said=order)


def _asked_later(
    items: tuple[Item, ...], entry: Entry, env: Env, page: VisitPage, saving: Saving
) -> list[ft.Control]:
    """Whether it helps and what it does besides: one tap away, or in sight once answered."""
    later = [item for item in items if item.more]
    return fields(later, env, page, saving, instrument=load()["medicines"], entry=entry) if later else []
