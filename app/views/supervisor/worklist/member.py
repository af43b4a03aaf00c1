"""One person who was not reached yet: why, and one tap to refer; a tap by mistake is taken back."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.content.spoken import load
from app.domain.referrals import FORM, Referral
from app.domain.worklist import Unreached
from app.language import tr
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.routes import PatientsRoute
from app.views.widgets import buttons
from app.views.widgets.base import bullet, card, muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import worklist as said


@safe_component
def MemberCard(env: Env, one: Unreached, referred: Referral | None, here: bool) -> ft.Control:
    """`referred`: made since the plan told. `here`: her record is on this device."""
    wide, widen = use_value(lambda: False)
    worklist = env.session.worklist
    at = now()

    async def refer(target: str) -> None:
        await worklist.refer(one.patient_id, target, [each.code for each in one.reasons])
        widen(lambda _old: False)

    async def take_back(_: Any) -> None:
        if referred is not None:
            await worklist.take_back(one.patient_id, referred.reference)

    referring, undoing = use_action(refer), use_action(take_back)
    name: ft.Control = words(one.name, 18, strong=True)
    if here:
        name = buttons.opening(
            f"worklist-open-{one.patient_id}", one.name, lambda _: env.go(PatientsRoute(one.patient_id))
        )
    lines: list[ft.Control] = [ft.Row([name], wrap=True)]
    if one.sb1004:
        lines.append(bullet(tr(said.SB_1004)))
    lines += [bullet(said.why(each, at)) for each in one.reasons]
    since = said.on_roster(one, at)
    lines += [muted(since)] if since else []
    if referred is not None:
        doors: list[ft.Control] = []
        if referred.pending:
            label = tr(said.TAKE_BACK)
            identifier = f"worklist-take-back-{one.patient_id}"
            doors = [buttons.quiet(identifier, label, undoing.run, busy=undoing.busy)]
        lines.append(notice(said.referred(referred, at), Tone.CALM, doors))
    elif not here:
        lines.append(muted(tr(said.NOT_HERE), 16))
    else:
        lines.append(_ways(one, referring.run, referring.busy, wide, lambda _: widen(lambda old: not old)))
        lines += [_others(one, referring.run)] if wide else []
    lines += optional_notice(referring.error or undoing.error, Tone.ASK)
    return card(stack(lines, spacing=theme.S1))


def _names() -> dict[str, str]:
    """Programmes by code, in the language that is spoken."""
    return {one.code: one.display for one in load()[FORM].get_item("ref-to").options}


async def _tapped(refer: Any, target: str, _: Any) -> None:
    await refer(target)


def _ways(one: Unreached, refer: Any, busy: bool, wide: bool, turn: Any) -> ft.Control:
    names = _names()
    target = one.target if one.target in names else "care-navigation"
    go = buttons.primary(
        f"worklist-refer-{one.patient_id}",
        said.refer_to(names[target]),
        partial(_tapped, refer, target),
        icon=ft.Icons.SEND,
        busy=busy,
    )
    other = buttons.quiet(
        f"worklist-other-{one.patient_id}", tr(said.CLOSE) if wide else tr(said.OTHER), turn
    )
    return ft.Row([go, other], wrap=True, spacing=theme.S2, run_spacing=theme.S2)


def _others(one: Unreached, refer: Any) -> ft.Control:
    names = _names()
    return wrap(
        [
            chip(
                f"worklist-refer-{one.patient_id}-{target}",
                names[target],
                False,
                partial(_tapped, refer, target),
            )
            for target in said.OTHERS
            if target in names and target != one.target
        ]
    )
