"""Handing sealed visits to another tablet, by a code in one room or as a file, and taking hers along."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app.language import tr
from app.services.carrying import LARGEST_FILE, Carried, NoHandOver, Taken
from app.store.changes import Topic
from app.views import theme
from app.views.env import Env
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_running, use_value
from app.views.waiting.hand_over import save_bytes
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, notice, optional_notice
from app.views.wording import carrying as said
from app.views.wording import waiting

LOOK_EVERY = 1.0
"""Seconds between two looks at whether somebody has come while a code is shown."""


@safe_component
def ByColleague(env: Env, close: Callable[[], None]) -> ft.Control:
    hands = env.session.carrying
    found, again = use_load(hands.state, env.session.hub, frozenset({Topic.OUTBOX, Topic.SYNC}))
    news, set_news = use_value(lambda: "")

    def tell(sentence: str) -> None:
        set_news(lambda _: sentence)
        again()

    state = found.value
    body: list[ft.Control]
    if state is None:
        body = [*optional_notice(found.error)] or [loading()]
    elif not state.possible:
        body = [notice(tr(said.NOT_POSSIBLE), Tone.CALM)]
    else:
        body = [
            muted(tr(said.HELP), 16),
            card(_standing(state)),
            *([notice(news, Tone.CALM)] if news else []),
            InOneRoom(env, tell),
            AsFile(env, tell),
            muted(tr(said.BOTH_WAYS)),
            muted(tr(said.STILL_HERE)),
        ]
    return screen(
        tr(said.TITLE),
        [*body, ft.Container(height=theme.S4)],
        narrow=True,
        lead=buttons.close("waiting-close", tr(waiting.CLOSE), lambda _: close()),
    )


def _standing(state: Carried) -> ft.Control:
    lines = [*said.own(state), *said.others(state)] or [tr(said.NOTHING)]
    return stack([words(line, 16) for line in lines], spacing=theme.S2)


@safe_component
def InOneRoom(env: Env, tell: Callable[[str], None]) -> ft.Control:
    """A code to show, or one to type."""
    hands = env.session.carrying
    code, set_code = use_value(lambda: "")
    typed, set_typed = use_value(lambda: "")
    put_away = ft.use_ref(False)

    async def show(_: Any) -> None:
        put_away.current = False
        new = await hands.listen()
        set_code(lambda _: new)

    async def hide(_: Any) -> None:
        put_away.current = True
        await hands.stop_listening()
        set_code(lambda _: "")

    async def watch() -> None:
        """Until the code is over: say what has come. Whoever leaves this page shuts the door behind her."""
        seen = Taken()
        try:
            while code:
                is_open, taken = hands.look()
                if taken != seen:
                    seen = taken
                    tell(said.taken(taken))
                if not is_open:
                    set_code(lambda _: "")
                    if not put_away.current:
                        tell(tr(said.CODE_OVER))
                    return
                await asyncio.sleep(LOOK_EVERY)
        finally:
            if code:
                await hands.stop_listening()

    async def hand_over(_: Any) -> None:
        taken = await hands.call(typed)
        set_typed(lambda _: "")
        tell(said.taken(taken))

    use_running(watch, code)
    showing, hiding, handing = use_action(show), use_action(hide), use_action(hand_over)
    mine: list[ft.Control]
    if code:
        mine = [
            words(code, 28, strong=True),
            muted(tr(said.CODE_HELP)),
            _row(buttons.quiet("carry-hide", tr(said.HIDE_CODE), hiding.run, busy=hiding.busy)),
        ]
    else:
        mine = [
            _row(
                buttons.quiet(
                    "carry-show", tr(said.SHOW_CODE), showing.run, icon=ft.Icons.WIFI, busy=showing.busy
                )
            )
        ]
    theirs = [
        field("carry-code", tr(said.TYPE_CODE), typed, lambda new: set_typed(lambda _: new)),
        _row(
            buttons.quiet(
                "carry-hand-over",
                tr(said.HAND_OVER),
                handing.run,
                icon=ft.Icons.SWAP_HORIZ,
                busy=handing.busy,
                disabled=not typed.strip(),
            )
        ),
    ]
    wrong = optional_notice(showing.error or hiding.error or handing.error, Tone.ASK)
    return _part(tr(said.ROOM), tr(said.ROOM_HELP), [*mine, *([] if code else theirs), *wrong])


@safe_component
def AsFile(env: Env, tell: Callable[[str], None]) -> ft.Control:
    hands = env.session.carrying
    page = ft.context.page

    async def give(_: Any) -> None:
        made = await hands.make_file()
        if not made.copies and not made.receipts:
            tell(tr(said.NOTHING))
            return
        await save_bytes(page, made.data, made.name, "application/json")
        tell(said.given(made.copies, made.receipts))

    async def take(_: Any) -> None:
        picked = await ft.FilePicker().pick_files(with_data=True, cancel_upload_on_window_blur=False)
        for file in picked or ():
            if file.size > LARGEST_FILE or file.bytes is None:
                raise NoHandOver(detail="size")
            tell(said.taken(await hands.take(file.bytes)))

    giving, taking = use_action(give), use_action(take)
    both = ft.Row(
        [
            buttons.quiet(
                "carry-give", tr(said.GIVE_FILE), giving.run, icon=ft.Icons.UPLOAD_FILE, busy=giving.busy
            ),
            buttons.quiet(
                "carry-take",
                tr(said.TAKE_FILE),
                taking.run,
                icon=ft.Icons.FILE_OPEN_OUTLINED,
                busy=taking.busy,
            ),
        ],
        wrap=True,
        spacing=theme.S3,
        run_spacing=theme.S3,
    )
    wrong = optional_notice(giving.error or taking.error, Tone.ASK)
    return _part(tr(said.FILE), tr(said.FILE_HELP), [both, *wrong])


def _part(title: str, help_text: str, parts: Sequence[ft.Control]) -> ft.Control:
    return card(stack([words(title, 17, strong=True), muted(help_text), *parts]))


def _row(button: ft.Control) -> ft.Control:
    return ft.Row([button], wrap=True)
