"""Referrals: in a visit with the screens beside them, and on a person's page where their loops are moved on."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.content.spoken import load
from app.domain import need
from app.domain.declines import PALLIATIVE, Scope, find_her_no
from app.domain.referrals import FORM, GROUP, Referral, list_states
from app.language import tr
from app.services.models import PatientPage, VisitPage
from app.views import theme
from app.views.env import Env, now
from app.views.forms import form
from app.views.guard import keyed, safe_component
from app.views.held import use_held
from app.views.hooks import use_action, use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import planning as said
from app.views.wording.declines import NO_OFFER

FOLDED = (need.SCREEN, need.CRITERIA, "programme")
"""Forms that stay closed until somebody wants them."""


def _lines(referral: Referral) -> list[ft.Control]:
    lines = [muted(line, 15) for line in said.referral_lines(referral, now())]
    return [words(said.referred_to(referral), 17, strong=True), *lines]


@safe_component
def ReferralsSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    parts: list[ft.Control] = [
        card(stack(_lines(referral), spacing=2)) for referral in page.parts.referrals if referral.is_open
    ]
    parts += form(load()[FORM], env, page, saving, titled=False)
    parts += [keyed(name, Folded, name, env, page, saving) for name in FOLDED if name in load()]
    return stack(parts, spacing=theme.S3)


@safe_component
def Folded(name: str, env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    instrument = load()[name]
    answered = any(item.link_id in page.draft.answers for item in instrument.items)
    opened, set_opened = use_value(lambda: answered)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    line = buttons.tile(
        f"referrals-open-{name}",
        turn,
        stack([words(instrument.name, 17, strong=True), *_count(name, page)], spacing=2, tight=True),
        end=ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE,
    )
    if not opened:
        return line
    inside = form(instrument, env, page, saving, titled=False)
    if name == need.SCREEN and need.screen(page.draft.answers).offer:
        quiet = find_her_no(page.parts.declines, Scope.PROGRAMME, PALLIATIVE, page.draft.began_at.date())
        inside.append(notice(tr(said.OFFER), Tone.CALM) if quiet is None else muted(tr(NO_OFFER), 15))
    return stack([line, *inside], spacing=theme.S3)


def _count(name: str, page: VisitPage) -> list[ft.Control]:
    answers = page.draft.answers
    if not any(item.link_id in answers for item in load()[name].items):
        return []
    if name == need.SCREEN:
        return [muted(said.need(need.screen(answers)), 15)]
    return [muted(said.criteria(need.criteria(answers)), 15)] if name == need.CRITERIA else []


def state(page: VisitPage) -> str | None:
    """The closed section's line: what is still open from before, while nothing was touched in this visit."""
    touched = page.draft.entries.get(GROUP, ()) or any(
        item.link_id in page.draft.answers for name in FOLDED for item in load()[name].items
    )
    open_ones = sum(referral.is_open for referral in page.parts.referrals)
    return None if touched or not open_ones else said.state_line(0, open_ones)


@safe_component
def ReferralsPart(env: Env, page: PatientPage) -> ft.Control:
    rows: list[ft.Control] = [
        keyed(referral.reference, ReferralRow, referral, number, env, page.sheet.patient.id)
        for number, referral in enumerate(page.parts.referrals, start=1)
    ]
    return group(tr(said.REFERRALS), rows or [card(muted(tr(said.NO_REFERRALS), 16))])


@safe_component
def ReferralRow(referral: Referral, number: int, env: Env, patient_id: str) -> ft.Control:
    """One referral; a tap on it offers the states of its loop."""
    opened, set_opened = use_held(env, f"referral-opened-{referral.reference}", lambda: False)
    chosen: ft.MutableRef[str] = ft.use_ref("")

    async def put(_: Any) -> None:
        await env.session.referrals.set_state(patient_id, referral.reference, chosen.current or "")
        set_opened(lambda _: False)

    putting = use_action(put)

    async def tap(code: str, event: Any) -> None:
        chosen.current = code
        await putting.run(event)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    line = buttons.tile(
        f"referral-{number}",
        turn,
        stack(_lines(referral), spacing=2, tight=True),
        end=ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE,
    )
    if not opened:
        return line
    choices: list[ft.Control] = [
        buttons.choice(
            f"referral-{number}-{one.code}",
            said.referral_state(one.code),
            one.code == referral.state,
            partial(tap, one.code),
        )
        for one in list_states()
    ]
    return stack(
        [
            line,
            muted(tr(said.MOVE), 15),
            ft.Row(choices, wrap=True, spacing=theme.S2, run_spacing=theme.S2),
            *optional_notice(putting.error, Tone.ASK),
        ],
        spacing=theme.S2,
    )
