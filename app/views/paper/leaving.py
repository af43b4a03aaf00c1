"""The ways out: to the printer, or as a locked file whose five words are shown once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flet as ft

from app.device.papers import Given
from app.language import tr
from app.paper.model import Hand, Sheet
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.paper.giving import make_giver
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import paper as said


@dataclass(frozen=True, slots=True)
class Gone:
    """What became of the last try: a sentence, and the words of a file that left."""

    sentence: str
    password: str = ""


@safe_component
def Leaving(env: Env, patient_id: str, sheet: Sheet, hand: Hand, nothing: bool) -> ft.Control:
    """`nothing`: there is nothing on it yet, so nothing can leave."""
    page = ft.context.page
    papers = env.session.papers
    gone, set_gone = use_value(lambda: Gone(""))
    found, _ = use_load(papers.find_printer, None, frozenset())

    async def print_out(_: Any) -> None:
        printer = found.value or ""
        set_gone(lambda _old: Gone(""))
        await papers.print_out(patient_id, sheet, hand)
        set_gone(lambda _old: Gone(said.printed(printer)))

    async def make_file(_: Any) -> None:
        set_gone(lambda _old: Gone(""))
        made = await papers.make_file(patient_id, sheet, hand)
        given = await make_giver(page, papers.files).give(made.data, made.name)
        if given is Given.KEPT:
            set_gone(lambda _old: Gone(tr(said.FILE_NOT_KEPT)))
        else:
            more = tr(said.FILE_CHECK) if given is Given.UNKNOWN else ""
            set_gone(lambda _old: Gone(more, made.password))

    printing, filing = use_action(print_out), use_action(make_file)
    busy = printing.busy or filing.busy
    if gone.password:
        return _words_of_file(gone, lambda _: set_gone(lambda _old: Gone("")))
    ways: list[ft.Control] = []
    if found.value:
        label = said.print_on(found.value)
        ways.append(
            buttons.primary(
                "paper-print", label, printing.run, icon=ft.Icons.PRINT, busy=busy, disabled=nothing
            )
        )
    make = buttons.quiet if found.value else buttons.primary
    ways.append(
        make("paper-file", tr(said.FILE), filing.run, icon=ft.Icons.LOCK_OUTLINE, busy=busy, disabled=nothing)
    )
    parts: list[ft.Control] = [ft.Row(ways, wrap=True, spacing=theme.S3, run_spacing=theme.S3)]
    if found.value is None and found.error is None:
        parts.append(muted(tr(said.NO_PRINTER)))
    if busy:
        parts.append(muted(tr(said.WORKING)))
    parts += optional_notice(gone.sentence, Tone.CALM)
    parts += optional_notice(printing.error or filing.error, Tone.ASK)
    return stack(parts, spacing=theme.S3)


def _words_of_file(gone: Gone, close: Any) -> ft.Control:
    inside: list[ft.Control] = [
        words(tr(said.FILE_MADE), 17, strong=True),
        words(gone.password, 22, strong=True),
        words(tr(said.TELL_APART), 16),
    ]
    if gone.sentence:
        inside.append(muted(gone.sentence))
    inside.append(ft.Row([buttons.primary("paper-done", tr(said.DONE), close)], wrap=True))
    return card(stack(inside, spacing=theme.S3), color=ft.Colors.SURFACE_CONTAINER_LOWEST)


def letters_notice(letters: str) -> list[ft.Control]:
    """Which letters the typeface lacks; nothing where it has all."""
    return [notice(said.not_drawable(letters), Tone.ASK)] if letters else []
