"""One visit that was written twice: both side by side, what differs, and one choice. Works offline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import flet as ft

from app.language import tr
from app.services.twice import TwiceLine, TwicePage
from app.store.changes import Topic
from app.views import theme
from app.views.conflicts.choices import beside
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.routes import ReadingRoute, VisitRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, group, is_cramped, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, empty, loading, notice, optional_notice
from app.views.wording import drafts as said

TOPICS = frozenset({Topic.VISITS, Topic.OUTBOX, Topic.PATIENTS})


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: no page means that it is settled."""

    page: TwicePage | None


def _nobody() -> str:
    return ""


@safe_component
def TwiceScreen(env: Env, pair_id: str) -> ft.Control:
    async def read() -> Read:
        return Read(await env.session.twice.read(pair_id))

    async def choose(stands: str) -> None:
        if stands:
            await env.session.twice.choose(pair_id, stands)
        else:
            await env.session.twice.keep_both(pair_id)
        env.back()

    loaded, _ = use_load(read, env.session.hub, TOPICS, pair_id)
    asked, set_asked = use_value(_nobody)
    choosing = use_action(choose)
    back = buttons.back("twice-back", tr(said.BACK), lambda _: env.back())
    page = loaded.value.page if loaded.value is not None else None
    if page is None:
        inside: list[ft.Control] = [*optional_notice(loaded.error)]
        if loaded.value is not None:
            inside.append(empty(ft.Icons.CHECK, tr(said.DONE), tr(said.DONE_HELP)))
        return screen(tr(said.TWICE), inside or [loading()], narrow=env.narrow, lead=back)
    line = page.line
    sides = [_side(env, line, n, asked, lambda stands: set_asked(lambda _: stands)) for n in (1, 2)]
    ask = _ask(page, asked, choosing, lambda: set_asked(lambda _: "")) if asked else []
    both = buttons.quiet("twice-both", tr(said.BOTH), partial(_run, choosing.run, ""), icon=ft.Icons.DONE_ALL)
    body = [
        stack([words(line.patient_name, 18, strong=True), words(tr(said.TWICE_HELP), 16)], spacing=theme.S1),
        beside(sides, narrow=env.narrow),
        *ask,
        *optional_notice(choosing.error, Tone.ASK),
        *([] if line.same_draft else [ft.Row([both], wrap=True)]),
        _differences(page),
        ft.Container(height=theme.S4),
    ]
    return screen(tr(said.TWICE), body, narrow=env.narrow, lead=back, spacing=20)


def _side(env: Env, line: TwiceLine, number: int, asked: str, choose: Any) -> ft.Control:
    """The one that was tapped has a tick on its button and a thick edge: only it is asked about."""
    one = line.first if number == 1 else line.other
    lines: list[ft.Control] = [
        words(said.side(one, now()), 18, strong=True),
        words(tr(said.HERE if one.here else said.FROM_PLAN), 16),
    ]
    if line.first.here == line.other.here:
        lines.insert(0, words(said.names(line.first, line.other)[number - 1], 16, strong=True))
    chosen = one.visit_id == asked
    ways: list[ft.Control] = []
    if one.signed:
        ways.append(
            buttons.choice(f"twice-stands-{number}", tr(said.STANDS), chosen, lambda _: choose(one.visit_id))
        )
    else:
        lines.append(muted(tr(said.DRAFT_CANNOT), 15))
    route = ReadingRoute(one.visit_id) if one.signed else VisitRoute(one.visit_id)
    ways.append(
        buttons.quiet(
            f"twice-open-{number}",
            tr(said.READ) if one.signed else tr(said.OPEN_DRAFT),
            lambda _: env.go(route),
            icon=ft.Icons.ARTICLE_OUTLINED,
        )
    )
    lines.append(ft.Row(ways, wrap=True, spacing=theme.S2, run_spacing=theme.S2))
    drawn = card(stack(lines, spacing=theme.S2), padding=theme.S3)
    if chosen:
        drawn.border, drawn.padding = ft.Border.all(3, ft.Colors.PRIMARY), theme.S3 - 2
    return drawn


def _ask(page: TwicePage, stands: str, choosing: Any, leave: Any) -> list[ft.Control]:
    """Asked once more, by name, with what becomes of the other one."""
    actions = [
        buttons.primary("twice-sure", tr(said.SURE), partial(_run, choosing.run, stands), busy=choosing.busy),
        buttons.quiet("twice-not-now", tr(said.NOT_NOW), lambda _: leave()),
    ]
    return [notice(said.sure(page.line.first, page.line.other, stands), Tone.ASK, actions)]


def _differences(page: TwicePage) -> ft.Control:
    names, below = said.names(page.line.first, page.line.other), is_cramped()
    heads: list[ft.Control] = [words(name, 16, strong=True) for name in names]
    rows: list[ft.Control] = [beside(heads, narrow=False)] if page.differs and not below else []
    for title, *both in page.differs:
        texts: list[ft.Control] = [
            card(words(text or tr(said.SILENT), 16), padding=theme.S2) for text in both
        ]
        if below:  # each under its name, as there is no room for two columns
            texts = [
                stack([words(name, 15, strong=True), text], spacing=theme.S1)
                for name, text in zip(names, texts, strict=True)
            ]
        rows.append(stack([muted(tr(title), 15, strong=True), beside(texts, narrow=below)], spacing=theme.S1))
    if not rows:
        rows.append(words(tr(said.NOTHING_DIFFERS), 16))
    if page.same:
        rows.append(muted(said.same(page.same), 15))
    return group(tr(said.DIFFERS), [stack(rows, spacing=theme.S3)])


async def _run(run: Any, stands: str, _: Any) -> None:
    await run(stands)
