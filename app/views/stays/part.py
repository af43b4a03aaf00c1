"""On a person's page: where she is now and the 48-hour clock (a strip), and the stays on record (a part)."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.stays import Clock, ClockState, Outcome
from app.language import tr
from app.services.models import PatientPage
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.held import use_held
from app.views.hooks import use_action
from app.views.prescriber.at_hand import code_status, wishes
from app.views.stays.tell import TellOfStay
from app.views.widgets import buttons
from app.views.widgets.base import card, fact, group, muted, sign, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import stays as said
from app.views.wording.conversation import person_line

SHOWN = 5
_WAITING = (ClockState.RUNNING, ClockState.SOON, ClockState.OVERDUE)


def _strip(icon: ft.IconData, line: str, *, urgent: bool = False) -> ft.Control:
    ink = ft.Colors.ON_TERTIARY_CONTAINER if urgent else ft.Colors.ON_SURFACE
    ground = ft.Colors.TERTIARY_CONTAINER if urgent else ft.Colors.SURFACE_CONTAINER
    row = ft.Row(
        [
            sign(icon, size=22, color=ink),
            ft.Container(expand=True, content=words(line, 17, strong=True, color=ink)),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return card(row, color=ground, padding=theme.S3)


def StayStrip(env: Env, page: PatientPage) -> ft.Control:
    """Nothing at all while the person is at home and no clock runs."""
    at = now()
    part = page.parts.stays
    lines: list[ft.Control] = []
    if part.inside is not None:
        lines.append(_strip(ft.Icons.LOCAL_HOSPITAL_OUTLINED, said.inside(part.inside, at)))
    for clock in part.clocks(at):
        if clock.state in _WAITING and part.away is None:
            urgent = clock.state is not ClockState.RUNNING
            lines.append(_strip(ft.Icons.HOURGLASS_BOTTOM, said.clock(clock, at), urgent=urgent))
    return stack(lines, spacing=theme.S2) if lines else ft.Container(visible=False)


@safe_component
def StaysPart(env: Env, page: PatientPage) -> ft.Control:
    telling, set_telling = use_held(env, "stays-telling", lambda: False)
    at = now()
    part = page.parts.stays
    patient_id = page.sheet.patient.id
    lines: list[ft.Control] = []
    if part.away is not None:
        lines.append(words(tr(said.WISHES), 16))
        lines += [fact(name, value, width=120) for name, value in tell_hospital(page)]
    clocks = {clock.stay.reference: clock for clock in part.clocks(at)}
    for stay in part.stays[:SHOWN]:
        lines.append(words(said.stay_line(stay, at), 16))
        clock = clocks.get(stay.reference)
        if clock is not None:
            lines.append(muted(said.clock(clock, at), 15))
            if not env.is_supervisor and clock.state in (ClockState.SOON, ClockState.OVERDUE):
                lines.append(WhyNot(env, patient_id, clock))
    if not lines:
        lines.append(muted(tr(said.NONE), 16))
    if telling:
        lines.append(TellOfStay(env, patient_id, part.stays, lambda: set_telling(lambda _: False)))
    elif not env.is_supervisor:
        open_it = buttons.plain(
            "stays-tell", tr(said.TELL), lambda _: set_telling(lambda _: True), icon=ft.Icons.ADD
        )
        lines.append(ft.Row([open_it], wrap=True))
    return group(tr(said.TITLE), [card(stack(lines, spacing=theme.S2))])


def tell_hospital(page: PatientPage) -> list[tuple[str, str]]:
    """What the hospital team should hear: code status with what it rests on, wishes, who decides."""
    deciders = [person_line(person) for person in page.parts.people.deciders]
    return [
        (tr(said.CODE_STATUS), code_status(page, None)),
        (tr(said.MATTERS), wishes(page, None)),
        (tr(said.DECIDES), "\n".join(deciders) or tr(said.NOBODY)),
    ]


@safe_component
def WhyNot(env: Env, patient_id: str, clock: Clock) -> ft.Control:
    """The reason why no visit came, one tap; what is chosen is on record at once."""
    chosen: ft.MutableRef[Outcome] = ft.use_ref(None)

    async def put(_: Any) -> None:
        if chosen.current is not None:
            await env.session.stays.set_outcome(patient_id, clock.stay.reference, chosen.current)

    putting = use_action(put)

    async def tap(outcome: Outcome, event: Any) -> None:
        chosen.current = outcome
        await putting.run(event)

    choices: list[ft.Control] = [
        buttons.choice(f"stays-why-{one.value}", tr(said.OUTCOME[one]), False, partial(tap, one))
        for one in Outcome
    ]
    return stack(
        [
            muted(tr(said.WHY_NOT), 15),
            ft.Row(choices, wrap=True, spacing=theme.S2, run_spacing=theme.S2),
            *optional_notice(putting.error, Tone.ASK),
        ],
        spacing=theme.S2,
    )
