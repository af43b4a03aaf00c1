"""The one way out: what opens the records. A wrong one is counted and slowed as at the lock screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.errors import WrongPin
from app.services.models import LockKind
from app.views import say, text, theme
from app.views.guard import safe_component
from app.views.hooks import use_action, use_countdown, use_value
from app.views.ports import OpenSession
from app.views.widgets import buttons
from app.views.widgets.base import heading, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.pad import pad
from app.views.wording import answers as said


@safe_component
def TakeBack(session: OpenSession, kind: LockKind, stay: Callable[[], None]) -> ft.Control:
    typed, set_typed = use_value(str)
    tries, set_tries = use_value(int)
    wait, set_wait = use_value(int)
    left = use_countdown(wait, tries)

    async def check(_: Any) -> None:
        if typed and not left:
            await session.handover.take_back(typed)

    def failed(error: Exception) -> bool:
        if not isinstance(error, WrongPin):
            return False
        seconds = error.wait_seconds
        set_typed(lambda _: "")
        set_tries(lambda old: old + 1)
        set_wait(lambda _: seconds)
        return True

    def change(fn: Callable[[str], str]) -> None:
        set_typed(fn)

    checking = use_action(check, failed)
    by_pin = kind is LockKind.PIN
    wrong = WrongPin.sentence if by_pin else text.PHRASE_WRONG
    problems: list[ft.Control] = []
    if tries:
        problems.append(notice(f"{wrong} {say.wait_for(left)}" if left else wrong, Tone.ASK))
    problems += optional_notice(checking.error, Tone.WRONG)
    box = field(
        "answers-secret",
        say.secret_name(kind),
        typed,
        lambda value: set_typed(lambda _: value),
        on_submit=checking.run,
        secret=True,
        digits=by_pin,
        autofocus=True,
        key=f"answers-{tries}",
    )
    go = buttons.primary(
        "answers-take-back",
        said.TAKE_IT,
        checking.run,
        icon=ft.Icons.LOCK_OPEN,
        busy=checking.busy,
        disabled=not typed or left > 0,
    )
    keys = [pad("answers", change)] if by_pin else []
    return stack(
        [
            heading(said.TAKE_BACK_TITLE),
            words(said.TAKE_BACK[kind], 17),
            *problems,
            box,
            *keys,
            go,
            buttons.back("answers-stay", text.BACK, lambda _: stay()),
        ],
        spacing=theme.S4,
        tight=True,
    )
