"""The lock screen: who is on this device, with counts only, then the way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import cast

import flet as ft

from app.language import tr
from app.services.models import UserOnDevice
from app.services.orders import OrderNotice
from app.views import say, text, theme
from app.views.dressing import Dressing
from app.views.guard import keyed, on_page, safe_component
from app.views.hooks import use_action, use_value
from app.views.lock.recover import Recover
from app.views.lock.unlock import Unlock
from app.views.looks import first_looks
from app.views.ports import Device, OpenSession, OpenUrl
from app.views.widgets import buttons
from app.views.widgets.base import heading, muted, stack, words
from app.views.widgets.cover import cover
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import orders


@safe_component
def Lock(
    device: Device,
    opened: Callable[[OpenSession], None],
    add_person: Callable[[], None],
    taken: bool,
    narrow: bool,
    session_key: str,
    open_url: OpenUrl,
    dressing: Dressing,
) -> ft.Control:
    """`taken`: this window was locked because another one took the records over."""
    page = ft.context.page
    users = _counted(device)
    chosen, set_chosen = ft.use_state(users[0].store_id if len(users) == 1 else None)
    lost, set_lost = use_value(_nobody)
    _, set_drawn = use_value(_never)
    user = next((u for u in users if u.store_id == chosen), None)

    async def again() -> None:
        set_drawn(lambda old: old + 1)

    box: ft.MutableRef[list[Callable[[], None]]] = ft.use_ref(list)
    listening = cast("list[Callable[[], None]]", box.current)

    def listen() -> None:
        listening.append(device.listen_orders(on_page(page, again)))

    def end() -> None:
        while listening:
            listening.pop()()

    ft.use_effect(listen, [], cleanup=end)
    parts = _orders(device, user, on_page(page, again))
    if taken and not parts:  # an order locks the window too, and then says so itself
        parts.append(notice(tr(text.WINDOW_TAKEN), Tone.CALM))
    if user is None:

        def choose(store_id: str) -> None:
            dressing.put_on(next((one.look for one in users if one.store_id == store_id), dressing.look))
            set_chosen(lambda _: store_id)

        parts.append(_people(users, choose, add_person))
    elif lost == user.store_id:
        stay = partial(set_lost, lambda _: None)
        parts.append(keyed(f"lost-{lost}", Recover, device, user, open_url, opened, stay, session_key))
    else:
        store_id = user.store_id
        leave = (lambda: set_chosen(lambda _: None)) if len(users) > 1 else None
        forgot = partial(set_lost, lambda _: store_id)
        parts.append(keyed(store_id, Unlock, device, user, opened, leave, forgot, session_key))
        if leave is None:
            parts.append(
                buttons.plain(
                    "lock-add-person", tr(text.ADD_PERSON), lambda _: add_person(), icon=ft.Icons.PERSON_ADD
                )
            )
    parts.append(first_looks(dressing.look, lambda look: dressing.change(look, chosen)))
    return cover(stack(parts, spacing=theme.S2, tight=True), narrow=narrow)


def _counted(device: Device) -> list[UserOnDevice]:
    """Where an order kept what was not sent, a count of signed visits alone would say that there is nothing."""
    kept = {one.store_id for one in device.order_notices() if one.did != "all" and not one.visits}
    return [replace(one, unsent_visits=None) if one.store_id in kept else one for one in device.users()]


def _nobody() -> str | None:
    return None


def _never() -> int:
    return 0


def _orders(device: Device, user: UserOnDevice | None, again: Callable[[], None]) -> list[ft.Control]:
    """What the plan had done to records here: of whoever is gone, and of the person who is about to unlock."""
    shown = [
        one
        for one in device.order_notices()
        if one.did == "all" or user is None or one.store_id == user.store_id
    ]
    return [keyed(f"order-{one.store_id}", Ordered, device, one, again) for one in shown]


@safe_component
def Ordered(device: Device, one: OrderNotice, again: Callable[[], None]) -> ft.Control:
    """One such sentence; that records are gone can be taken away once it was read."""

    async def seen(_: object) -> None:
        await device.note_order_seen(one.store_id)
        again()

    action = use_action(seen)
    done = [buttons.quiet(f"lock-order-seen-{one.store_id}", tr(orders.OK), action.run, busy=action.busy)]
    return stack(
        [
            notice(orders.sentence(one), Tone.ASK, done if one.did == "all" else ()),
            *optional_notice(action.error, Tone.WRONG),
        ]
    )


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
            heading(tr(text.WHO)),
            *[row(user) for user in users],
            buttons.plain(
                "lock-add-person", tr(text.ADD_PERSON), lambda _: add_person(), icon=ft.Icons.PERSON_ADD
            ),
        ],
        tight=True,
    )


def _call(fn: Callable[[str], None], value: str, _: object) -> None:
    fn(value)
