"""On Today: drafts of other tablets to go on with or to read, and visits that were written twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.language import tr
from app.services.drafts import ElsewhereLine
from app.services.twice import TwiceLine
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load
from app.views.routes import DraftRoute, TwiceRoute, VisitRoute
from app.views.widgets import buttons
from app.views.widgets.base import group, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import drafts as said

TOPICS = frozenset({Topic.VISITS, Topic.PATIENTS, Topic.OUTBOX})
_INK = ft.Colors.ON_TERTIARY_CONTAINER


@safe_component
def DraftsElsewhere(env: Env) -> ft.Control:
    """Nothing at all where no other tablet holds one."""

    async def read() -> tuple[ElsewhereLine, ...]:
        return await env.session.drafts.list_elsewhere()

    async def go_on(key: str) -> None:
        env.go(VisitRoute(await env.session.drafts.go_on(key)))

    found, _ = use_load(read, env.session.hub, TOPICS)
    going = use_action(go_on)
    lines = found.value or ()
    if not lines:
        return ft.Container(visible=False)
    rows = [_line(env, line, n, going.run) for n, line in enumerate(lines, start=1)]
    return group(
        tr(said.TITLE), [*optional_notice(going.error, Tone.ASK), *rows], icon=ft.Icons.TABLET_ANDROID
    )


def _line(env: Env, line: ElsewhereLine, number: int, run: Any) -> ft.Control:
    at, draft = now(), line.draft
    first = (
        said.go_on(draft.began_at, at) if line.mine else said.begun_by(draft.author.name, draft.began_at, at)
    )
    lines: list[ft.Control] = [
        words(line.patient_name, 19, strong=True, color=_INK),
        words(first, 16, color=_INK),
        words(said.copied(draft, at), 15, color=_INK),
    ]
    if line.photos:
        lines.append(words(said.photos(line.photos), 15, color=_INK))
    if line.mine and not line.ready:
        lines.append(words(tr(said.NOT_READY), 15, color=_INK))
    tap = partial(_run, run, draft.key) if line.mine else partial(_read, env, draft.key)
    return buttons.tile(
        f"today-elsewhere-{number}",
        tap,
        stack(lines, spacing=3, tight=True),
        lead=ft.Icons.EDIT_NOTE if line.mine else ft.Icons.ARTICLE_OUTLINED,
        tint=ft.Colors.TERTIARY_CONTAINER,
        ink=_INK,
    )


async def _run(run: Any, key: str, _: Any) -> None:
    await run(key)


def _read(env: Env, key: str, _: Any) -> None:
    env.go(DraftRoute(key))


@safe_component
def WrittenTwice(env: Env) -> ft.Control:
    """Nothing at all where every visit was written once."""

    async def read() -> tuple[TwiceLine, ...]:
        return await env.session.twice.list_all()

    found, _ = use_load(read, env.session.hub, TOPICS)
    lines = found.value or ()
    if not lines:
        return ft.Container(visible=False)
    at = now()
    rows: list[ft.Control] = []
    for number, line in enumerate(lines, start=1):
        texts: list[ft.Control] = [words(line.patient_name, 18, strong=True, color=_INK)]
        texts += [words(one, 15, color=_INK) for one in said.sides(line.first, line.other, at)]
        rows.append(
            buttons.tile(
                f"today-twice-{number}",
                partial(_choose, env, line.id),
                stack(texts, spacing=2, tight=True),
                lead=ft.Icons.CALL_SPLIT,
                tint=ft.Colors.TERTIARY_CONTAINER,
                ink=_INK,
            )
        )
    return group(tr(said.TWICE), [stack(rows, spacing=theme.S2)], icon=ft.Icons.CALL_SPLIT)


def _choose(env: Env, pair_id: str, _: Any) -> None:
    env.go(TwiceRoute(pair_id))
