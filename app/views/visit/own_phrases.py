"""The nurse's own quick phrases, in her settings."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.language import tr
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import bedside as said

TOPICS = frozenset({Topic.VISITS})


@safe_component
def OwnPhrases(env: Env) -> ft.Control:
    phrases = env.session.phrases
    typed, set_typed = ft.use_state("")
    held, again = use_load(phrases.own, env.session.hub, TOPICS)

    def change(value: str) -> None:
        set_typed(lambda _: value)

    async def add() -> None:
        await phrases.add(typed)
        set_typed(lambda _: "")
        again()

    async def remove(phrase: str) -> None:
        await phrases.remove(phrase)
        again()

    adding = use_action(lambda _: add())
    own = held.value or ()
    rows: list[ft.Control] = [
        _row(at, phrase, partial(_run, remove, phrase)) for at, phrase in enumerate(own)
    ]
    return group(
        tr(said.OWN_PHRASES),
        [
            muted(tr(said.OWN_PHRASES_HELP)),
            *optional_notice(held.error),
            *(rows or [muted(tr(said.NO_PHRASES))]),
            field("settings-phrase-new", tr(said.NEW_PHRASE), typed, change, on_submit=adding.run),
            *optional_notice(adding.error, Tone.ASK),
            ft.Row(
                [
                    buttons.quiet(
                        "settings-phrase-add",
                        tr(said.ADD_PHRASE),
                        adding.run,
                        icon=ft.Icons.ADD,
                        busy=adding.busy,
                    )
                ],
                wrap=True,
            ),
        ],
    )


async def _run(remove: Any, phrase: str, _: Any) -> None:
    await remove(phrase)


def _row(at: int, phrase: str, remove: Any) -> ft.Control:
    name = f"settings-phrase-remove-{at}"
    off = buttons.icon_only(name, ft.Icons.CLOSE, said.remove_phrase(phrase), remove, size=22)
    return card(ft.Row([ft.Container(expand=True, content=words(phrase, 16)), off]), padding=theme.S2)
