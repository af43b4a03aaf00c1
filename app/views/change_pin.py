"""The lock of one's own records, in settings: another PIN or other words, and another key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.language import tr
from app.services.models import LockKind
from app.services.own_lock import LockState
from app.store.changes import Topic
from app.views import env as env_of
from app.views import text, theme
from app.views.env import Env
from app.views.first_run.secret import PhraseStep, PinStep
from app.views.guard import safe_component
from app.views.hooks import Loaded, use_action, use_load, use_value
from app.views.lock.way_back import WayBackPart
from app.views.ports import OpenSession
from app.views.typed_secret import use_typed_secret
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.options import wrap
from app.views.widgets.pad import pad
from app.views.wording import own_lock as said

TOPICS = frozenset({Topic.SIGN_IN})
WIDEST = 520.0
"""Logical pixels for what is typed here."""


@dataclass(frozen=True, slots=True)
class _Step:
    """`old` has proved right; `changed` says that a change is through."""

    asked: bool = False
    old: str = ""
    changed: bool = False


@safe_component
def OwnSecretPart(env: Env) -> ft.Control:
    """The PIN or the words, and what there is for the day on which they are forgotten."""
    state, reread = _use_lock(env)
    if state.value is None:
        return stack([*optional_notice(state.error, Tone.ASK)])
    return stack(
        [ChangeSecret(env, state.value, reread), WayBackPart(env, state.value.kind)], spacing=theme.S6
    )


@safe_component
def OwnKeyPart(env: Env, lock: Callable[[OpenSession], Awaitable[None]]) -> ft.Control:
    """The key of the records: further down, nobody needs it on an ordinary day."""
    state, reread = _use_lock(env)
    if state.value is None:
        return ft.Container(visible=False)
    return NewKey(env, state.value, lock, reread)


def _use_lock(env: Env) -> tuple[Loaded[LockState], Callable[[], None]]:
    async def read() -> LockState:
        return await env.session.own_lock.look()

    return use_load(read, env.session.hub, TOPICS)


@safe_component
def ChangeSecret(env: Env, state: LockState, reread: Callable[[], None]) -> ft.Control:
    step, set_step = use_value(_Step)

    def to(new: _Step) -> None:
        set_step(lambda _: new)

    async def change(new: str) -> None:
        await env.session.own_lock.change(step.old, new)
        to(_Step(changed=True))
        reread()

    parts: list[ft.Control]
    if step.old:
        own_lock = env.session.own_lock
        body: ft.Control = (
            PinStep(own_lock, change, tr(said.CHANGING), tr(said.NEW_PIN))
            if state.next_kind is LockKind.PIN
            else PhraseStep(own_lock.suggest_passphrase, change, tr(said.CHANGING))
        )
        parts = [_asked([body, _keep(to)])]
    elif step.asked:
        parts = [_asked([OldSecret(env, state.kind, lambda old: to(_Step(True, old))), _keep(to)])]
    else:
        parts = [
            *([notice(tr(said.CHANGED[state.kind]), Tone.CALM)] if step.changed else []),
            muted(tr(said.HELP[state.kind])),
            wrap(
                [
                    buttons.quiet(
                        "settings-change-pin",
                        tr(said.CHANGE[state.kind]),
                        lambda _: to(_Step(asked=True)),
                        icon=ft.Icons.PASSWORD,
                    )
                ]
            ),
        ]
    return group(tr(said.TITLE[state.kind]), parts)


def _asked(inside: list[ft.Control]) -> ft.Control:
    """As wide as on the lock screen: keys across a whole tablet are not found by a thumb."""
    return ft.Row([ft.Container(width=WIDEST, content=card(stack(inside)))], wrap=True)


def _keep(to: Callable[[_Step], None]) -> ft.Control:
    return ft.Row([buttons.plain("settings-keep-pin", tr(said.KEEP), lambda _: to(_Step()))], wrap=True)


@safe_component
def OldSecret(env: Env, kind: LockKind, proved: Callable[[str], None]) -> ft.Control:
    """What opens the records now; a wrong one is counted and slowed as at the lock screen."""

    async def prove(typed: str) -> None:
        await env.session.own_lock.check(typed)
        proved(typed)

    secret = use_typed_secret(kind, prove)
    checking = secret.action
    by_pin = kind is LockKind.PIN
    return stack(
        [
            words(tr(said.NOW_HELP[kind])),
            field(
                "settings-old-pin",
                tr(said.NOW[kind]),
                secret.typed,
                lambda value: secret.change(lambda _: value),
                on_submit=checking.run,
                secret=True,
                digits=by_pin,
                autofocus=True,
                key=f"old-{secret.tries}",
            ),
            *([pad("settings", secret.change)] if by_pin else []),
            *optional_notice(secret.problem, Tone.ASK),
            *optional_notice(checking.error, Tone.WRONG),
            buttons.primary(
                "settings-old-pin-continue",
                tr(text.CONTINUE),
                checking.run,
                busy=checking.busy,
                disabled=not secret.ready,
            ),
        ],
        spacing=theme.S3,
    )


@safe_component
def NewKey(
    env: Env, state: LockState, lock: Callable[[OpenSession], Awaitable[None]], reread: Callable[[], None]
) -> ft.Control:
    async def ask(_: Any) -> None:
        await env.session.own_lock.ask_for_new_key()
        reread()

    async def lock_now(_: Any) -> None:
        await lock(env.session)

    asking, locking = use_action(ask), use_action(lock_now)
    age = said.key_age(state, env_of.now())
    parts: list[ft.Control] = [
        *([words(age)] if age is not None else []),
        *([notice(tr(said.KEY_FAILED), Tone.ASK)] if state.key_failed else []),
        *optional_notice(asking.error or locking.error, Tone.WRONG),
    ]
    if state.key_wanted:
        parts += [
            notice(tr(said.KEY_WANTED), Tone.CALM),
            wrap([buttons.quiet("settings-new-key-lock", tr(text.LOCK_NOW), locking.run, busy=locking.busy)]),
        ]
    else:
        make = buttons.quiet(
            "settings-new-key", tr(said.MAKE_KEY), asking.run, icon=ft.Icons.KEY, busy=asking.busy
        )
        parts += [muted(tr(said.KEY_HELP)), wrap([make])]
    return group(tr(said.KEY_TITLE), parts)
