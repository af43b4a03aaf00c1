"""Settings, lite: lock now, appearance, who and which version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import flet as ft

from app.language import tr
from app.services import content_packs
from app.views import text, theme
from app.views.change_pin import OwnKeyPart, OwnSecretPart
from app.views.env import Env
from app.views.fetch_again import FetchAgain
from app.views.guard import safe_component
from app.views.help.settings_part import HelpPart
from app.views.hooks import use_action
from app.views.looks import LookParts
from app.views.ports import OpenSession
from app.views.signing_out import SigningOut
from app.views.visit.own_phrases import OwnPhrases
from app.views.widgets import buttons
from app.views.widgets.base import card, fact, group, muted, stack
from app.views.widgets.frame import screen
from app.views.widgets.notices import optional_notice
from app.views.widgets.options import wrap
from app.views.wording.content import IN_USE, PACKS


def get_version() -> str:
    """The installed version, or what a source tree without an installation can say."""
    try:
        return version("hearthside")
    except PackageNotFoundError:
        return tr(text.NOT_INSTALLED)


def _packs() -> list[ft.Control]:
    """Which licensed scales are in use, and why one is not; nothing where no plan added any."""
    notes = content_packs.notes()
    if not notes:
        return []
    return [group(tr(PACKS), [card(stack([fact(note.title, note.refused or tr(IN_USE)) for note in notes]))])]


@safe_component
def Settings(env: Env, lock: Callable[[OpenSession], Awaitable[None]]) -> ft.Control:
    async def lock_now(_: Any) -> None:
        await lock(env.session)

    locking = use_action(lock_now)
    scroller: ft.MutableRef[ft.Column] = ft.use_ref(None)
    return screen(
        tr(text.SETTINGS),
        [
            card(
                stack(
                    [
                        fact(tr(text.SIGNED_IN_AS), env.session.user_name),
                        fact(tr(text.VERSION), get_version()),
                    ]
                )
            ),
            group(
                tr(text.LOCK_NOW),
                [
                    muted(tr(text.LOCK_HELP)),
                    *optional_notice(locking.error),
                    wrap(
                        [
                            buttons.primary(
                                "settings-lock",
                                tr(text.LOCK_NOW),
                                locking.run,
                                icon=ft.Icons.LOCK_OUTLINE,
                                busy=locking.busy,
                            )
                        ]
                    ),
                ],
            ),
            LookParts(env, scroller),
            HelpPart(env),
            OwnSecretPart(env),
            *([] if env.is_supervisor else [OwnPhrases(env)]),
            *_packs(),
            FetchAgain(env),
            OwnKeyPart(env, lock),
            SigningOut(env, lock, scroller),
            ft.Container(height=theme.S4),
        ],
        narrow=env.narrow,
        scroller=scroller,
    )
