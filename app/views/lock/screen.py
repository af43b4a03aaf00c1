"""The lock screen: who is on this device, with counts only, then the way in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import flet as ft

from app.services.models import UserOnDevice
from app.views import say, text, theme
from app.views.guard import keyed, safe_component
from app.views.lock.unlock import Unlock
from app.views.ports import Device, OpenSession
from app.views.widgets import buttons
from app.views.widgets.base import heading, muted, stack, words
from app.views.widgets.cover import cover
from app.views.widgets.notices import Tone, notice


@safe_component
def Lock(
    device: Device,
    opened: Callable[[OpenSession], None],
    add_person: Callable[[], None],
    taken: bool,
    narrow: bool,
    session_key: str,
) -> ft.Control:
    """`taken`: this window was locked because another one took the records over."""
    users = device.users()
    chosen, set_chosen = ft.use_state(users[0].store_id if len(users) == 1 else None)
    user = next((u for u in users if u.store_id == chosen), None)
    parts: list[ft.Control] = [notice(text.WINDOW_TAKEN, Tone.CALM)] if taken else []
    if user is None:
        parts.append(_people(users, lambda store_id: set_chosen(lambda _: store_id), add_person))
    else:
        leave = (lambda: set_chosen(lambda _: None)) if len(users) > 1 else None
        parts.append(keyed(user.store_id, Unlock, device, user, opened, leave, session_key))
        if leave is None:
            parts.append(
                buttons.plain(
                    "lock-add-person", text.ADD_PERSON, lambda _: add_person(), icon=ft.Icons.PERSON_ADD
                )
            )
    return cover(stack(parts, spacing=theme.S4, tight=True), narrow=narrow)


def _people(
    users: list[UserOnDevice], choose: Callable[[str], None], add_person: Callable[[], None]
) -> ft.Control:
    def row(user: UserOnDevice) -> ft.Control:
        lines: list[ft.Control] = [words(user.user_name, 18, strong=True)]
        waiting = say.unsent_on_lock(user.unsent_visits)
        if waiting:
            lines.append(muted(waiting))
        tap = partial(_call, choose, user.store_id)
        return buttons.tile(
            f"lock-user-{user.store_id}", tap, ft.Column(lines, spacing=2), lead=ft.Icons.LOCK_OUTLINE
        )

    return stack(
        [
            heading(text.WHO),
            *[row(user) for user in users],
            buttons.plain(
                "lock-add-person", text.ADD_PERSON, lambda _: add_person(), icon=ft.Icons.PERSON_ADD
            ),
        ],
        tight=True,
    )


def _call(fn: Callable[[str], None], value: str, _: object) -> None:
    fn(value)
