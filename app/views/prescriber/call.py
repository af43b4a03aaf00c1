"""One call: why, findings to tap, what is asked for; then who was reached and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import flet as ft

from app.content.spoken import load
from app.domain.medicines import text_of
from app.domain.prescriber import GROUP, call_of
from app.domain.visit import Entry
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.env import Env, now
from app.views.forms import fields
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_value
from app.views.prescriber.findings import FindingLine, finding_lines, has_line, with_line
from app.views.visit.saving import Saving
from app.views.visit.typed_answer import use_typed_answer
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.options import aside, at_end, chip, wrap
from app.views.wording import medicines as said

BEFORE = ("pc-why",)
ASK = ("pc-ask",)
AFTER = (
    "pc-how",
    "pc-reached",
    "pc-name",
    "pc-role",
    "pc-outcome",
    "pc-outcome-text",
    "pc-order",
    "pc-read-back",
    "pc-at",
)
FEW = 8
"""Findings offered before "more"."""


def call_title(entry: Entry) -> str:
    """The line of a closed call."""
    group = load()["prescriber-call"]
    call = call_of(entry, None, now())

    def display(link_id: str, code: str) -> str:
        option = group.get_item(link_id).find_option(code)
        return option.display if option is not None else ""

    return said.call_line(call, display("pc-role", call.role), display("pc-outcome", call.outcome), now())


@safe_component
def CallCard(entry: Entry, env: Env, page: VisitPage, saving: Saving, fresh: bool) -> ft.Control:
    """Open while it is new; later one line that a tap opens. Everything in it is saved as it is typed."""
    opened, set_opened = use_value(lambda: fresh)
    removing = use_action(lambda _: saving.remove_entry(entry.id))

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    line = buttons.tile(
        f"{entry.id}-open",
        turn,
        words(call_title(entry), 17, strong=True),
        end=ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE,
    )
    if not opened:
        return line
    draw = partial(_fields, entry, env, page, saving)
    parts: list[ft.Control] = [line, words(tr(said.BEFORE), 16, strong=True), *draw(BEFORE)]
    parts.append(keyed(f"findings {entry.id}", Findings, entry, finding_lines(page), saving))
    parts += [*draw(ASK), words(tr(said.AFTER), 16, strong=True), *draw(AFTER)]
    if text_of(entry, "pc-outcome") == "order":
        parts.append(notice(f"{tr(said.READ_BACK_FIRST)} {tr(said.ORDER_GOES)}", Tone.CALM))
    away = aside(f"{entry.id}-remove", tr(said.REMOVE), removing.run, icon=ft.Icons.DELETE_OUTLINE)
    parts += [*optional_notice(removing.error, Tone.ASK), at_end(away)]
    return card(stack(parts, spacing=theme.S3), padding=12)


def _fields(
    entry: Entry, env: Env, page: VisitPage, saving: Saving, links: tuple[str, ...]
) -> list[ft.Control]:
    form = load()["prescriber-call"]
    wanted = [item for item in form.get_item(GROUP).items if item.link_id in links]
    return fields(wanted, env, page, saving, instrument=form, entry=entry)


@safe_component
def Findings(entry: Entry, lines: tuple[FindingLine, ...], saving: Saving) -> ft.Control:
    """This visit's findings as chips: a tap puts the line into the text, a second tap takes it out again."""
    everything, set_everything = use_value(lambda: False)
    link = "pc-findings"

    typed = use_typed_answer(saving, link, entry.id, text_of(entry, link))

    def pick(line: FindingLine, _: Any) -> None:
        typed.change(with_line(typed.newest(), line.text))

    def more(_: Any) -> None:
        set_everything(lambda old: not old)

    shown = lines if everything else lines[:FEW]
    chips: list[ft.Control] = [
        chip(
            f"{entry.id}-finding-{line.link_id.strip('/')}",
            line.text,
            has_line(typed.value, line.text),
            _tap(pick, line),
            icon=ft.Icons.PRIORITY_HIGH if line.flagged else None,
            size=15,
        )
        for line in shown
    ]
    item = load()["prescriber-call"].get_item(link)
    box = field(f"{entry.id}-{link}", item.text, typed.value, typed.change, on_blur=typed.leave, lines=3)
    parts: list[ft.Control] = [muted(tr(said.FINDINGS) if lines else tr(said.NO_FINDINGS), 15)]
    parts += [wrap(chips)] if chips else []
    if len(lines) > FEW:
        parts.append(ft.Row([aside(f"{entry.id}-findings-all", tr(said.MORE_FINDINGS), more)], wrap=True))
    return card(stack([*parts, box], spacing=theme.S2), padding=12)


def _tap(pick: Callable[[FindingLine, Any], None], line: FindingLine) -> Callable[[Any], None]:
    return partial(pick, line)
