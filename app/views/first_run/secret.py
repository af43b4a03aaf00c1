"""Third step: what will unlock the records. A PIN typed twice, or five words shown and typed back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import flet as ft

from app.errors import WeakPin
from app.language import tr
from app.views import text, theme
from app.views.guard import get_sentence, safe_component
from app.views.hooks import use_action, use_value
from app.views.widgets import buttons, cover
from app.views.widgets.base import STACKED, card, heading, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.pad import pad

Done = Callable[[str], Awaitable[None]]


class ChecksPin(Protocol):
    """A device, or the lock of one's own records."""

    def check_pin(self, pin: str) -> None: ...


@safe_component
def PinStep(
    device: ChecksPin, done: Done, working: str | None = None, title: str | None = None
) -> ft.Control:
    """Two entries of the same PIN. A weak one is said before it has to be typed again. `working`: while it is done."""
    first, set_first = ft.use_state("")
    typed, set_typed = ft.use_state("")
    problem, set_problem = ft.use_state("")
    rounds, set_rounds = ft.use_state(0)

    def restart(sentence: str) -> None:
        set_first(lambda _: "")
        set_typed(lambda _: "")
        set_problem(lambda _: sentence)
        set_rounds(lambda old: old + 1)

    async def go_on(_: Any) -> None:
        if not first:
            device.check_pin(typed)
            set_first(lambda _: typed)
            set_typed(lambda _: "")
            set_problem(lambda _: "")
            set_rounds(lambda old: old + 1)
        elif typed != first:
            restart(tr(text.PINS_DIFFER))
        else:
            await done(typed)

    def failed(error: Exception) -> bool:
        if isinstance(error, WeakPin):
            restart(get_sentence(error))
            return True
        return False

    action = use_action(go_on, failed)
    saving = action.busy and bool(first) and typed == first
    return stack(
        [
            cover.title((title or tr(text.CHOOSE_PIN)) if not first else tr(text.REPEAT_PIN)),
            cover.said(tr(text.PIN_RULES) if not first else tr(text.PIN_LOCAL)),
            field(
                "first-run-pin" if not first else "first-run-pin-again",
                tr(text.PIN) if not first else tr(text.REPEAT_PIN),
                typed,
                lambda value: set_typed(lambda _: value),
                on_submit=action.run,
                secret=True,
                digits=True,
                autofocus=True,
                key=f"pin-{rounds}",
            ),
            pad("first-run", lambda fn: set_typed(fn)),
            *optional_notice(problem, Tone.ASK),
            *optional_notice(action.error, Tone.WRONG),
            *([muted(working or tr(text.MAKING_STORE))] if saving else []),
            buttons.primary(
                "first-run-pin-continue", tr(text.CONTINUE), action.run, busy=action.busy, disabled=not typed
            ),
        ],
        spacing=theme.S2 if theme.scale() >= STACKED else theme.S4,  # large keys need the room
        tight=True,
    )


@safe_component
def PhraseStep(suggest: Callable[[], str], done: Done, working: str | None = None) -> ft.Control:
    """Five words, shown once and typed back, where the system has no safe place for a key."""
    phrase, _ = use_value(suggest)
    written, set_written = ft.use_state(False)
    typed, set_typed = ft.use_state("")
    differs, set_differs = ft.use_state("")

    async def go_on(_: Any) -> None:
        if typed.casefold().split() != phrase.casefold().split():
            set_differs(lambda _: tr(text.PHRASE_DIFFERS))
            return
        set_differs(lambda _: "")
        await done(phrase)

    action = use_action(go_on)
    if not written:
        return stack(
            [
                heading(tr(text.YOUR_PHRASE)),
                words(tr(text.PHRASE_HELP)),
                card(words(phrase, 24, strong=True), color=ft.Colors.TERTIARY_CONTAINER),
                buttons.primary(
                    "first-run-phrase-written", tr(text.I_WROTE_THEM), lambda _: set_written(lambda _: True)
                ),
            ],
            spacing=theme.S4,
            tight=True,
        )
    return stack(
        [
            heading(tr(text.YOUR_PHRASE)),
            words(tr(text.TYPE_PHRASE)),
            field(
                "first-run-phrase",
                tr(text.PHRASE),
                typed,
                lambda value: set_typed(lambda _: value),
                on_submit=action.run,
                autofocus=True,
            ),
            *optional_notice(differs, Tone.ASK),
            *optional_notice(action.error, Tone.WRONG),
            *([muted(working or tr(text.MAKING_STORE))] if action.busy else []),
            buttons.primary(
                "first-run-phrase-continue",
                tr(text.CONTINUE),
                action.run,
                busy=action.busy,
                disabled=not typed,
            ),
            buttons.plain(
                "first-run-phrase-show", tr(text.SHOW_AGAIN), lambda _: set_written(lambda _: False)
            ),
        ],
        spacing=theme.S4,
        tight=True,
    )
