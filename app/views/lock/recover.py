"""The way back in without the PIN: sign in, read a code to an officer, wait, choose a new PIN or new words."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.errors import KeyMissing, WeakPin
from app.language import tr
from app.services.models import LockKind, UserOnDevice
from app.views import text, theme
from app.views.first_run.secret import PhraseStep, PinStep
from app.views.guard import get_sentence, on_page, report, safe_component
from app.views.hooks import use_action, use_countdown, use_value
from app.views.ports import Device, OpenSession, OpenUrl, Recovery, SignIn
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice, under_way
from app.views.wording import recovery as said


@dataclass(frozen=True, slots=True)
class Looking:
    """Whether this store has a way back at all: read on this device, with or without a network."""


@dataclass(frozen=True, slots=True)
class Explain:
    """`no_way`: this store has none, so nothing is promised."""

    problem: str | None = None
    no_way: bool = False


@dataclass(frozen=True, slots=True)
class Browser:
    recovery: Recovery
    attempt: SignIn


@dataclass(frozen=True, slots=True)
class Code:
    recovery: Recovery
    seconds: int


@dataclass(frozen=True, slots=True)
class NewSecret:
    recovery: Recovery


Step = Looking | Explain | Browser | Code | NewSecret


@safe_component
def Recover(
    device: Device,
    user: UserOnDevice,
    open_url: OpenUrl,
    opened: Callable[[OpenSession], None],
    leave: Callable[[], None],
    session_key: str,
) -> ft.Control:
    """`leave` leads back to the PIN."""
    page = ft.context.page
    step, set_step = use_value(_first)

    def to(new: Step) -> None:
        set_step(lambda _: new)

    async def look() -> None:
        try:
            await device.start_recovery(user.store_id)
        except KeyMissing as error:
            to(Explain(get_sentence(error), no_way=True))
            return
        except Exception as error:  # noqa: BLE001 - the way is offered all the same: beginning says what is wrong
            report("recovery", error)
        to(Explain())

    ft.use_effect(on_page(page, look), [])

    async def begin(_: Any) -> None:
        recovery = await device.start_recovery(user.store_id)
        attempt = await recovery.start_sign_in()
        to(Browser(recovery, attempt))
        await open_url(attempt.url)

    def failed(error: Exception) -> bool:
        if isinstance(error, KeyMissing):
            to(Explain(get_sentence(error), no_way=True))
        return isinstance(error, KeyMissing)

    beginning = use_action(begin, failed)
    if isinstance(step, Browser):
        return Waiting(step, open_url, to)
    if isinstance(step, Code):
        return ReadAloud(step, to)
    if isinstance(step, NewSecret):
        return Choose(device, step.recovery, opened, to, session_key)
    back = buttons.back("recover-back", tr(text.BACK), lambda _: leave())
    head = [heading(said.title(user.lock_kind)), muted(user.user_name)]
    if isinstance(step, Looking):
        return stack([*head, back], spacing=theme.S4, tight=True)
    if step.no_way:
        return stack([*head, *optional_notice(step.problem, Tone.ASK), back], spacing=theme.S4, tight=True)
    return stack(
        [
            *head,
            words(tr(said.HOW), 17),
            *[_numbered(n, line) for n, line in enumerate(said.steps(device.lock_kind), 1)],
            *optional_notice(beginning.error or step.problem, Tone.ASK),
            buttons.primary(
                "recover-sign-in",
                tr(said.SIGN_IN),
                beginning.run,
                icon=ft.Icons.OPEN_IN_BROWSER,
                busy=beginning.busy,
            ),
            back,
        ],
        spacing=theme.S4,
        tight=True,
    )


def _first() -> Step:
    return Looking()


def _numbered(number: int, line: str) -> ft.Control:
    return ft.Row(
        [
            ft.Container(width=theme.px(22), content=words(f"{number}.", 17, strong=True)),
            ft.Container(expand=True, content=words(line, 17)),
        ],
        spacing=theme.S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


@safe_component
def Waiting(step: Browser, open_url: OpenUrl, to: Callable[[Step], None]) -> ft.Control:
    """Until the browser comes back and the request has been sent."""
    page = ft.context.page
    ended = ft.use_ref(False)

    async def wait() -> None:
        try:
            await step.attempt.wait()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - shown as a sentence on the step before
            report("recovery sign-in", error)
            await step.recovery.cancel()
            if not ended.current:
                to(Explain(get_sentence(error)))
            return
        if not ended.current:
            to(Code(step.recovery, step.recovery.seconds_left))

    ft.use_effect(on_page(page, wait), [])

    async def cancel(_: Any) -> None:
        ended.current = True
        result = step.attempt.cancel()
        if inspect.isawaitable(result):
            await result
        await step.recovery.cancel()
        to(Explain())

    async def again(_: Any) -> None:
        await open_url(step.attempt.url)

    cancelling, opening = use_action(cancel), use_action(again)
    return stack(
        [
            heading(tr(said.BROWSER_TITLE)),
            words(tr(text.WAITING_HELP), 17),
            under_way(tr(said.BROWSER_TITLE)),
            muted(f"{tr(said.AT)} {step.recovery.plan_url}"),
            *optional_notice(opening.error or cancelling.error, Tone.WRONG),
            buttons.quiet(
                "recover-open-again", tr(text.OPEN_AGAIN), opening.run, icon=ft.Icons.OPEN_IN_BROWSER
            ),
            buttons.plain("recover-cancel", tr(text.CANCEL), cancelling.run),
        ],
        spacing=theme.S4,
        tight=True,
    )


@safe_component
def ReadAloud(step: Code, to: Callable[[Step], None]) -> ft.Control:
    """The code for the officer, until he has agreed, or the request is over."""
    page = ft.context.page
    ended = ft.use_ref(False)
    left = use_countdown(step.seconds, step.recovery.code)

    async def wait() -> None:
        try:
            await step.recovery.wait()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - shown as a sentence on the step before
            report("recovery", error)
            await step.recovery.cancel()
            if not ended.current:
                to(Explain(get_sentence(error)))
            return
        if not ended.current:
            to(NewSecret(step.recovery))

    ft.use_effect(on_page(page, wait), [])

    async def stop(_: Any) -> None:
        ended.current = True
        await step.recovery.cancel()
        to(Explain())

    stopping = use_action(stop)
    code = step.recovery.code
    return stack(
        [
            heading(tr(said.CODE_TITLE)),
            words(tr(said.CODE_HELP), 17),
            card(
                stack(
                    [muted(tr(said.CODE_NAME)), words(code, 34, strong=True, said=said.spelled(code))],
                    tight=True,
                ),
                color=ft.Colors.TERTIARY_CONTAINER,
            ),
            under_way(tr(said.CODE_WAITING)),
            words(tr(said.CODE_WAITING)),
            muted(said.good_for(left)),
            *optional_notice(stopping.error, Tone.WRONG),
            buttons.quiet("recover-stop", tr(said.STOP), stopping.run),
        ],
        spacing=theme.S4,
        tight=True,
    )


@safe_component
def Choose(
    device: Device,
    recovery: Recovery,
    opened: Callable[[OpenSession], None],
    to: Callable[[Step], None],
    session_key: str,
) -> ft.Control:
    """What unlocks the records from now on."""

    async def done(secret: str) -> None:
        try:
            session = await device.finish_recovery(recovery, secret, session_key)
        except WeakPin:
            raise
        except Exception as error:
            if recovery.granted:
                raise  # a full disk, a keyring that is away: the next try may do
            report("recovery", error)
            to(Explain(get_sentence(error)))
            return
        opened(session)

    by_pin = device.lock_kind is LockKind.PIN
    body = PinStep(device, done) if by_pin else PhraseStep(device.suggest_passphrase, done)
    return stack([notice(tr(said.GRANTED), Tone.CALM), body], spacing=theme.S4, tight=True)
