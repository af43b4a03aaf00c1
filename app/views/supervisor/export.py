"""A copy of visits: why, as what, and the five words of the file, shown once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import flet as ft

from app.device.papers import Given
from app.language import tr
from app.services.log_export import ExportForm, ExportReason
from app.services.log_models import Looking
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.paper.giving import make_giver
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import chip, row_option, wrap
from app.views.wording import log as said
from app.views.wording import paper as paper_words


@dataclass(frozen=True, slots=True)
class Out:
    """What became of the last try: sentences, and the words of a file that left."""

    sentences: tuple[str, ...] = ()
    password: str = ""


@safe_component
def Export(env: Env, looking: Looking, total: int, close: Callable[[], None]) -> ft.Control:
    """`total`: how many visits the log shows with these filters."""
    page = ft.context.page
    reason, set_reason = use_value(_no_reason)
    form, set_form = use_value(lambda: ExportForm.CSV)
    out, set_out = use_value(Out)

    async def make(_: Any) -> None:
        if reason is None:
            return
        set_out(lambda _old: Out())
        file = await env.session.log_export.make(looking, form, reason)
        giver = make_giver(page, env.session.log_export.files)
        given = await giver.give(file.paper.data, file.paper.name)
        if given is Given.KEPT:
            set_out(lambda _old: Out((tr(paper_words.FILE_NOT_KEPT),)))
            return
        told = [said.taken_out(file.visits, file.people)]
        if file.held_back:
            told.append(said.held_back(file.held_back))
        if given is Given.UNKNOWN:
            told.append(tr(paper_words.FILE_CHECK))
        set_out(lambda _old: Out(tuple(told), file.paper.password))

    making = use_action(make)
    if out.password:
        return _words_of_file(out, lambda _: close())

    def why(one: ExportReason, _: Any) -> None:
        set_reason(lambda _old: one)

    def as_what(one: ExportForm, _: Any) -> None:
        set_form(lambda _old: one)

    reasons = [
        chip(f"log-export-why-{one}", tr(label), reason is one, partial(why, one))
        for one, label in said.REASONS.items()
    ]
    forms = [
        row_option(
            f"log-export-as-{one}",
            tr(label),
            form is one,
            partial(as_what, one),
            hint=tr(said.FORM_HELP[one]),
        )
        for one, label in said.FORMS.items()
    ]
    ways = [
        buttons.primary(
            "log-export-make",
            tr(said.MAKE),
            making.run,
            icon=ft.Icons.LOCK_OUTLINE,
            busy=making.busy,
            disabled=reason is None or total == 0,
        ),
        buttons.plain("log-export-close", tr(said.CANCEL), lambda _: close()),
    ]
    parts: list[ft.Control] = [
        words(said.visits_to_take(total), 16, strong=True),
        muted(tr(said.EXPORT_HELP)),
        words(tr(said.EXPORT_WHY), 16, strong=True),
        wrap(reasons),
        words(tr(said.EXPORT_AS), 16, strong=True),
        *forms,
        wrap(ways),
        *([muted(tr(said.EXPORT_WHY_FIRST))] if reason is None else []),  # what the grey button waits for
    ]
    if making.busy:
        parts.append(muted(tr(said.WORKING)))
    for sentence in out.sentences:
        parts += optional_notice(sentence, Tone.CALM)
    parts += optional_notice(making.error, Tone.ASK)
    return card(group(tr(said.EXPORT_TITLE), [stack(parts)], icon=ft.Icons.OUTPUT))


def _no_reason() -> ExportReason | None:
    return None


def _words_of_file(out: Out, close: Callable[[Any], None]) -> ft.Control:
    """The five words stand right above the button: on a phone the page stays where "Make" was tapped."""
    inside: list[ft.Control] = [
        *(muted(sentence) for sentence in out.sentences),
        words(tr(paper_words.FILE_MADE), 17, strong=True),
        words(tr(paper_words.TELL_APART), 16),
        words(out.password, 22, strong=True),
        ft.Row([buttons.primary("log-export-done", tr(paper_words.DONE), close)], wrap=True),
    ]
    return card(stack(inside, spacing=theme.S3), color=ft.Colors.SURFACE_CONTAINER_LOWEST)
