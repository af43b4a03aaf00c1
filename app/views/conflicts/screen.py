"""Where two people wrote different things: both side by side, part by part, and what is chosen. Works offline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import flet as ft

from app.language import tr
from app.services.conflict_models import KEEP_AS_NEW, LET_GO, WHOLE, ConflictKind, ConflictPage
from app.store.changes import Topic
from app.views import theme
from app.views.conflicts.choices import beside, option, part, side_card
from app.views.conflicts.in_words import say_texts, say_title
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, empty, loading, optional_notice
from app.views.wording import conflicts as said

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX, Topic.PATIENTS})


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: no page means that it is settled."""

    page: ConflictPage | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was tapped so far, of the versions that `mark` names: others begin anew."""

    mark: str = ""
    choices: Mapping[str, int] = field(default_factory=dict)


Picks = Callable[[Mapping[str, int]], None]
"""Takes what was tapped: choices by section."""


def _nothing_chosen() -> Chosen:
    return Chosen()


@safe_component
def ConflictScreen(env: Env, conflict_id: str) -> ft.Control:
    async def read() -> Read:
        return Read(await env.session.conflicts.read(conflict_id))

    loaded, _ = use_load(read, env.session.hub, TOPICS, conflict_id)
    chosen, set_chosen = use_value(_nothing_chosen)
    page = loaded.value.page if loaded.value is not None else None
    choices = chosen.choices if page is not None and chosen.mark == page.mark else {}

    def pick(picked: Mapping[str, int]) -> None:
        mark = page.mark if page is not None else ""
        set_chosen(lambda old: Chosen(mark, {**(old.choices if old.mark == mark else {}), **picked}))

    async def keep(_: Any) -> None:
        if page is not None:
            await env.session.conflicts.choose(conflict_id, choices, page.mark)
            env.back()

    keeping = use_action(keep)
    back = buttons.back("conflict-back", tr(said.BACK), lambda _: env.back())
    if page is None:
        inside: list[ft.Control] = [*optional_notice(loaded.error)]
        if loaded.value is not None:
            inside.append(empty(ft.Icons.CHECK, tr(said.SETTLED), tr(said.SETTLED_HELP)))
        return screen(tr(said.TITLE), inside or [loading()], narrow=env.narrow, lead=back)
    of = 1 if page.line.kind is ConflictKind.DELETED else len(page.sections)
    done = len(choices)
    draw = _deleted if page.line.kind is ConflictKind.DELETED else _sides
    body = [
        stack([words(page.line.patient_name, 18, strong=True), words(said.why(page), 16)], spacing=theme.S1),
        *optional_notice(loaded.error),
        *draw(env, page, choices, pick),
        *optional_notice(keeping.error, Tone.ASK),
        ft.Row(
            [
                buttons.primary(
                    "conflict-keep", tr(said.KEEP), keeping.run, icon=ft.Icons.CHECK, busy=keeping.busy
                ),
                muted(said.chosen(done, of), 16),
            ],
            wrap=True,
            spacing=theme.S4,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        muted(said.not_sure(page), 15),
        ft.Container(height=theme.S4),
    ]
    return screen(said.subject(page.line), body, narrow=env.narrow, lead=back, spacing=20)


def _sides(env: Env, page: ConflictPage, choices: Mapping[str, int], pick: Picks) -> list[ft.Control]:
    at = now()

    def take_all(side: int) -> Any:
        return lambda _: pick({section.id: side for section in page.sections})

    several = len(page.sections) > 1
    cards = [
        side_card(env, side, n, at, take_all(n - 1) if several else None)
        for n, side in enumerate(page.sides, start=1)
    ]
    parts = [
        part(env, page, section, n, choices, lambda name, choice: pick({name: choice}), at)
        for n, section in enumerate(page.sections, start=1)
    ]
    agreed: list[ft.Control] = []
    if page.agreed:
        lines = [
            stack(
                [muted(say_title(page, one), 14, strong=True), words(say_texts(page, one)[0], 16)],
                spacing=1,
                tight=True,
            )
            for one in page.agreed
        ]
        agreed = [group(tr(said.AGREED), [card(stack(lines, spacing=theme.S2))])]
    return [beside(cards, narrow=env.narrow), *parts, *agreed]


def _deleted(env: Env, page: ConflictPage, choices: Mapping[str, int], pick: Picks) -> list[ft.Control]:
    chosen = choices.get(WHOLE)
    options = [
        option(identifier, label, help_text, chosen == choice, partial(_tap, pick, choice), led=True)
        for identifier, label, help_text, choice in (
            ("conflict-let-go", tr(said.LET_GO), tr(said.LET_GO_HELP), LET_GO),
            ("conflict-keep-new", tr(said.KEEP_NEW), tr(said.KEEP_NEW_HELP), KEEP_AS_NEW),
        )
    ]
    mine = [words(text, 16) for one in page.agreed for text in say_texts(page, one)]
    wrote = [group(tr(said.YOU_WROTE), [card(stack(mine, spacing=theme.S2))])] if mine else []
    return [*wrote, beside(options, narrow=env.narrow)]


def _tap(pick: Picks, choice: int, _: Any) -> None:
    pick({WHOLE: choice})
