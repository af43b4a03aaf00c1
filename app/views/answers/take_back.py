"""The one way out: what opens the records. A wrong one is counted and slowed as at the lock screen."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.language import tr
from app.services.models import LockKind
from app.views import say, text, theme
from app.views.guard import safe_component
from app.views.ports import OpenSession
from app.views.typed_secret import use_typed_secret
from app.views.widgets import buttons
from app.views.widgets.base import heading, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.pad import pad
from app.views.wording import answers as said


@safe_component
def TakeBack(session: OpenSession, kind: LockKind, stay: Callable[[], None]) -> ft.Control:
    by_pin = kind is LockKind.PIN
    secret = use_typed_secret(kind, session.handover.take_back)
    checking = secret.action
    box = field(
        "answers-secret",
        say.secret_name(kind),
        secret.typed,
        lambda value: secret.change(lambda _: value),
        on_submit=checking.run,
        secret=True,
        digits=by_pin,
        autofocus=True,
        key=f"answers-{secret.tries}",
    )
    go = buttons.primary(
        "answers-take-back",
        tr(said.TAKE_IT),
        checking.run,
        icon=ft.Icons.LOCK_OPEN,
        busy=checking.busy,
        disabled=not secret.ready,
    )
    keys = [pad("answers", secret.change)] if by_pin else []
    return stack(
        [
            heading(tr(said.TAKE_BACK_TITLE)),
            words(tr(said.TAKE_BACK[kind]), 17),
            *optional_notice(secret.problem, Tone.ASK),
            *optional_notice(checking.error, Tone.WRONG),
            box,
            *keys,
            go,
            buttons.back("answers-stay", tr(text.BACK), lambda _: stay()),
        ],
        spacing=theme.S4,
        tight=True,
    )
