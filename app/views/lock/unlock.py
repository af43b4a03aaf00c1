"""One person's way in: PIN pad or five words, slowed tries, take-over, and pages for what is broken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.errors import KeyringUnavailable, StoreBusy, StoreError, VaultError, WeakPin, WrongPin
from app.language import tr
from app.services.models import LockKind, UserOnDevice
from app.views import say, text, theme
from app.views.guard import get_sentence, safe_component
from app.views.hooks import use_action, use_countdown
from app.views.ports import Device, OpenSession
from app.views.widgets import buttons, cover
from app.views.widgets.base import muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, notice, optional_notice, problem_page
from app.views.widgets.pad import pad
from app.views.wording import lock, recovery


@dataclass(frozen=True, slots=True)
class _Way:
    """What the last try said: a wait, a store that is open elsewhere, or something broken."""

    wait: int = 0
    tries: int = 0
    wrong: bool = False
    """The last one was looked at; during a wait none is."""
    busy: bool = False
    broken: str | None = None
    recovery_helps: bool = False
    """A new key opens what has lost its key: no damaged file, no full disk and no keyring that is locked."""


@safe_component
def Unlock(
    device: Device,
    user: UserOnDevice,
    opened: Callable[[OpenSession], None],
    leave: Callable[[], None] | None,
    forgot: Callable[[], None],
    session_key: str,
) -> ft.Control:
    """`forgot` leads to the way back in without the PIN."""
    secret, set_secret = ft.use_state("")
    way, set_way = ft.use_state(_Way())
    left = use_countdown(way.wait, way.tries)
    by_pin = user.lock_kind is LockKind.PIN

    def failed(error: Exception) -> bool:
        set_way(lambda old: _judge(old, error))
        if isinstance(error, WrongPin):
            set_secret(lambda _: "")
        return isinstance(error, (StoreError, VaultError))

    async def unlock(_: Any) -> None:
        if not secret or left:
            return
        opened(await device.unlock(user.store_id, secret, session_key, take_over=way.busy))

    async def unlock_quickly(_: Any) -> None:
        """Where it was not her, the screen is drawn anew without this way: the PIN it is."""
        session = await device.unlock_quickly(user.store_id, session_key)
        if session is not None:
            opened(session)

    action, quick = use_action(unlock, failed), use_action(unlock_quickly, failed)

    def change(fn: Callable[[str], str]) -> None:
        set_secret(fn)

    if way.broken is not None:
        back_in = forgot if way.recovery_helps else None
        return _broken(user, way.broken, lambda _: set_way(lambda _: _Way()), leave, back_in)
    waiting = say.unsent_on_lock(user.unsent_visits)
    title = [cover.title(user.user_name), *([muted(waiting)] if waiting else [])]
    asks: list[ft.Control] = []
    if way.busy:
        asks.append(notice(f"{tr(StoreBusy.sentence)} {tr(text.TAKE_OVER_HELP)}", Tone.ASK))
    asks.extend(optional_notice(say.wrong_secret(user.lock_kind, looked_at=way.wrong, left=left)))
    asks.extend(optional_notice(action.error, Tone.WRONG))
    box = field(
        "lock-secret",
        say.secret_name(user.lock_kind),
        secret,
        lambda value: set_secret(lambda _: value),
        on_submit=action.run,
        secret=True,
        digits=by_pin,
        autofocus=True,
        key=f"secret-{way.tries}-{way.busy}",
    )
    go = buttons.primary(
        "lock-unlock",
        tr(text.TAKE_OVER) if way.busy else tr(text.UNLOCK),
        action.run,
        icon=ft.Icons.LOCK_OPEN,
        busy=action.busy,
        disabled=not secret or left > 0,
    )
    lost = buttons.plain("lock-forgot", tr(recovery.FORGOT[user.lock_kind]), lambda _: forgot())
    ways = [] if left or not device.quick_ready(user.store_id) else [_quick(quick.run, busy=quick.busy)]
    parts = [*title, *asks, *ways, box, *([pad("lock", change)] if by_pin else []), go, lost]
    if leave is not None:
        away = leave
        parts.append(buttons.back("lock-somebody-else", tr(text.SOMEBODY_ELSE), lambda _: away()))
    return stack(parts, spacing=theme.S4, tight=True)


def _quick(run: Callable[[Any], Awaitable[None]], *, busy: bool) -> ft.Control:
    return buttons.quiet("lock-quick", tr(lock.QUICK), run, icon=ft.Icons.FINGERPRINT, busy=busy)


def _judge(old: _Way, error: Exception) -> _Way:
    if isinstance(error, WrongPin):
        return _Way(error.wait_seconds, old.tries + 1, error.tried, busy=old.busy)
    if isinstance(error, StoreBusy):
        return _Way(busy=True, tries=old.tries)
    if isinstance(error, (StoreError, VaultError)) and not isinstance(error, WeakPin):
        helps = isinstance(error, VaultError) and not isinstance(error, KeyringUnavailable)
        return _Way(broken=get_sentence(error), tries=old.tries, recovery_helps=helps)
    return old


def _broken(
    user: UserOnDevice,
    sentence: str,
    again: Callable[[Any], None],
    leave: Callable[[], None] | None,
    forgot: Callable[[], None] | None,
) -> ft.Control:
    actions = [buttons.primary("lock-try-again", tr(text.TRY_AGAIN), again)]
    if forgot is not None:
        back_in = forgot
        actions.append(buttons.quiet("lock-forgot", recovery.title(user.lock_kind), lambda _: back_in()))
    if leave is not None:
        away = leave
        actions.append(buttons.quiet("lock-somebody-else", tr(text.SOMEBODY_ELSE), lambda _: away()))
    return stack(
        [words(user.user_name, 18, strong=True), problem_page(tr(text.CANNOT_OPEN), sentence, actions)],
        spacing=theme.S4,
        tight=True,
    )
