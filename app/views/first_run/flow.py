"""The first run as a chain of steps: address, sign-in at the plan, secret, first load."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.language import tr
from app.services.models import LockKind, PlanInfo
from app.views import text, theme
from app.views.dressing import Dressing
from app.views.first_run.plan import PlanStep
from app.views.first_run.secret import PhraseStep, PinStep
from app.views.guard import get_sentence, on_page, report, safe_component
from app.views.hooks import use_action, use_value
from app.views.looks import first_looks
from app.views.ports import Device, OpenSession, OpenUrl, SignIn
from app.views.widgets import buttons
from app.views.widgets.base import heading, muted, stack, words
from app.views.widgets.cover import cover
from app.views.widgets.notices import Tone, optional_notice, under_way


@dataclass(frozen=True, slots=True)
class AskPlan:
    plan: PlanInfo | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class AwaitSignIn:
    plan: PlanInfo
    attempt: SignIn


@dataclass(frozen=True, slots=True)
class AskSecret:
    signed_in: Any


Step = AskPlan | AwaitSignIn | AskSecret


@safe_component
def FirstRun(
    device: Device,
    open_url: OpenUrl,
    plan_url: str | None,
    opened: Callable[[OpenSession, bool], None],
    cancel: Callable[[], None] | None,
    narrow: bool,
    session_key: str,
    dressing: Dressing,
) -> ft.Control:
    """`cancel` leads back to the lock screen; None when nobody is on this device yet."""
    step, set_step = use_value(_first)

    def to(new: Step) -> None:
        set_step(lambda _: new)

    async def sign_in(plan: PlanInfo) -> None:
        attempt = await device.start_sign_in(plan)
        to(AwaitSignIn(plan, attempt))
        await open_url(attempt.url)

    async def enrol(signed_in: Any, secret: str) -> None:
        opened(await device.enrol(signed_in, secret, session_key), True)

    body: ft.Control
    if isinstance(step, AwaitSignIn):
        body = Waiting(step, open_url, to)
    elif isinstance(step, AskSecret):
        signed_in = step.signed_in

        async def done(secret: str) -> None:
            await enrol(signed_in, secret)

        by_pin = device.lock_kind is LockKind.PIN
        body = PinStep(device, done) if by_pin else PhraseStep(device.suggest_passphrase, done)
    else:
        body = PlanStep(device, step.plan, plan_url or "", step.problem, sign_in)
    parts = [body]
    if cancel is not None:
        away = cancel
        parts.append(buttons.back("first-run-back", tr(text.BACK), lambda _: away()))
    parts.append(first_looks(dressing.look, lambda look: dressing.change(look, None)))
    return cover(stack(parts, spacing=theme.S4, tight=True), narrow=narrow)


def _first() -> Step:
    return AskPlan()


@safe_component
def Waiting(step: AwaitSignIn, open_url: OpenUrl, to: Callable[[Step], None]) -> ft.Control:
    """Waits for the browser. The wait ends by itself, by Cancel, or with a sentence."""
    page = ft.context.page
    ended = ft.use_ref(False)

    async def wait() -> None:
        try:
            signed_in = await step.attempt.wait()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - shown as a sentence on the step before
            report("sign-in", error)
            if not ended.current:
                to(AskPlan(step.plan, get_sentence(error)))
            return
        if not ended.current:
            to(AskSecret(signed_in))

    async def stop() -> None:
        ended.current = True
        result = step.attempt.cancel()
        if inspect.isawaitable(result):
            await result

    ft.use_effect(on_page(page, wait), [])

    async def cancel(_: Any) -> None:
        await stop()
        to(AskPlan(step.plan))

    async def again(_: Any) -> None:
        await open_url(step.attempt.url)

    cancelling, opening = use_action(cancel), use_action(again)
    return stack(
        [
            heading(tr(text.WAITING_TITLE)),
            words(tr(text.WAITING_HELP), 17),
            under_way(tr(text.WAITING_TITLE)),
            muted(step.plan.name),
            *optional_notice(opening.error or cancelling.error, Tone.WRONG),
            buttons.quiet(
                "first-run-open-again", tr(text.OPEN_AGAIN), opening.run, icon=ft.Icons.OPEN_IN_BROWSER
            ),
            buttons.plain("first-run-cancel-sign-in", tr(text.CANCEL), cancelling.run),
        ],
        spacing=theme.S4,
        tight=True,
    )
