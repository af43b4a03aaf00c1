"""Entering a stay that somebody told of: four choices and a day, nothing typed that need not be."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import flet as ft

from app.domain.stays import Place, Stay, current_stay
from app.language import tr
from app.services.stays import ToldStay
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.held import let_go, use_held
from app.views.hooks import use_action
from app.views.visit.times import end_editor, read_end, split_moment
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import stays as said


def find_corrected(stays: tuple[Stay, ...], place: Place) -> Stay | None:
    """The open stay entered by hand in the same kind of place: telling of its end renews it."""
    return next((one for one in stays if one.by_hand and one.left_at is None and one.place is place), None)


def find_open(stays: tuple[Stay, ...], place: Place) -> Stay | None:
    """The plan's own open stay in the same kind of place, where the person is now: what is told of its end joins it."""
    here = current_stay(stays)
    return here if here is not None and not here.by_hand and here.place is place else None


@safe_component
def TellOfStay(env: Env, patient_id: str, stays: tuple[Stay, ...], done: Callable[[], None]) -> ft.Control:
    place, set_place = use_held(env, "stays_place", lambda: Place.HOSPITAL)
    name, set_name = use_held(env, "stays_name", lambda: "")
    home, set_home = use_held(env, "stays_home", lambda: False)
    elsewhere, set_elsewhere = use_held(env, "stays_elsewhere", lambda: False)
    hour_known, set_hour_known = use_held(env, "stays_hour_known", lambda: True)
    at, set_at = use_held(env, "stays_at", lambda: split_moment(now()))
    left = home or elsewhere

    def close() -> None:
        let_go(env, "stays_")
        done()

    async def keep() -> None:
        corrected = find_corrected(stays, place)
        earlier = corrected or find_open(stays, place)
        moment = read_end(at, now()) if hour_known or not left else None
        began_at = moment if not left else earlier.began_at if earlier else None
        told = ToldStay(
            place=place,
            name=name or (corrected.name if corrected else ""),
            began_at=began_at,
            left_at=moment if left else None,
            left_on=at.on if left and not hour_known else None,
            to_home=not elsewhere,
            corrects=corrected.reference if corrected else None,
        )
        await env.session.stays.tell(patient_id, told)
        close()

    keeping = use_action(lambda _: keep())

    known = None if left else find_open(stays, place)

    def choose(one: Place, _: Any) -> None:
        set_place(lambda _: one)

    def stand(came_home: bool, went_on: bool, _: Any) -> None:
        set_home(lambda _: came_home)
        set_elsewhere(lambda _: went_on)

    def row(controls: list[ft.Control]) -> ft.Control:
        return ft.Row(controls, wrap=True, spacing=theme.S2, run_spacing=theme.S2)

    places: list[ft.Control] = [
        buttons.choice(f"stays-place-{one.value}", tr(said.PLACE[one]), place is one, partial(choose, one))
        for one in Place
    ]
    ends: list[ft.Control] = [
        buttons.choice("stays-still", tr(said.STILL_THERE), not left, partial(stand, False, False)),
        buttons.choice("stays-home", tr(said.CAME_HOME), home, partial(stand, True, False)),
        buttons.choice("stays-elsewhere", tr(said.WENT_ELSEWHERE), elsewhere, partial(stand, False, True)),
    ]
    unknown = buttons.choice(
        "stays-hour-unknown",
        tr(said.HOUR_NOT_KNOWN),
        not hour_known,
        lambda _: set_hour_known(lambda old: not old),
    )
    title = tr(said.UNTIL) if left else tr(said.SINCE)
    return stack(
        [
            muted(tr(said.TELL_HELP), 15),
            row(places),
            *([notice(said.already_open(known, now()), Tone.CALM)] if known is not None else []),
            row(ends),
            end_editor("stays-at", title, at, set_at, hours=hour_known or not left),
            *([row([unknown]), muted(tr(said.HOUR_NOT_KNOWN_HELP), 14)] if left else []),
            field("stays-name", tr(said.NAME), name, lambda value: set_name(lambda _: value)),
            *optional_notice(keeping.error, Tone.ASK),
            row(
                [
                    buttons.primary("stays-keep", tr(said.KEEP), keeping.run, busy=keeping.busy),
                    buttons.plain("stays-cancel", tr(said.CANCEL), lambda _: close()),
                ]
            ),
        ],
        spacing=theme.S3,
    )
