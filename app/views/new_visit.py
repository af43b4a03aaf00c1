"""A new visit: right person, what kind, how, where, and the clock starts. Or: not seen, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import flet as ft

from app.domain.stays import likely_setting
from app.domain.visit import Modality, Setting
from app.domain.visit_kind import VisitKind, find_kind
from app.language import tr
from app.services.models import PatientPage
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import Action, use_action, use_load, use_value
from app.views.routes import VisitRoute
from app.views.stays.part import StayStrip
from app.views.today.facts import BeforeGoingIn
from app.views.unmatched.standing import WhoSheIs
from app.views.visit import slots
from app.views.visit.kinds import kind_chips, reasons
from app.views.visit.start import start_call
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, group, muted, sign, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, optional_notice
from app.views.widgets.options import beside, chip, wrap
from app.views.widgets.where import where_choices
from app.views.wording import visit as said

ALL, LEFT = 12, 6
"""Parts of a wide window, and how many of them belong to what one should know before going in."""


def find_setting(page: PatientPage) -> Setting:
    """Where the person most likely is."""
    last = page.visits[0] if page.visits else None
    return likely_setting(page.parts.stays.stays, None if last is None else (last.setting, last.began_at))


@dataclass(frozen=True, slots=True)
class _Start:
    page: PatientPage
    proposed: VisitKind


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What was tapped so far; None is what was planned or is most likely."""

    kind: VisitKind | None = None
    modality: Modality | None = None
    setting: Setting | None = None

    def with_kind(self, kind: VisitKind) -> _Chosen:
        """A telephone check is by telephone; another kind is not."""
        by_phone = kind is VisitKind.TELEPHONE
        kept = None if self.modality is Modality.TELEPHONE else self.modality
        return _Chosen(kind, Modality.TELEPHONE if by_phone else kept, self.setting)

    def with_modality(self, modality: Modality, usual: VisitKind) -> _Chosen:
        """The telephone makes it a telephone check; another way takes that back."""
        if modality is Modality.TELEPHONE:
            return _Chosen(VisitKind.TELEPHONE, modality, self.setting)
        return _Chosen(usual if self.kind is VisitKind.TELEPHONE else self.kind, modality, self.setting)


@safe_component
def NewVisit(env: Env, patient_id: str, planned: str | None = None) -> ft.Control:
    """The usual visit is one tap: kind, way and place are chosen beforehand."""
    chosen, set_chosen = use_value(_Chosen)
    changing, set_changing = ft.use_state(False)
    visits = env.session.visits

    async def read() -> _Start:
        return _Start(await env.session.caseload.page(patient_id), await visits.propose_kind(patient_id))

    start, _ = use_load(read, env.session.hub, frozenset({Topic.PATIENTS}), patient_id)
    wanted = find_kind(planned)
    usual = wanted if wanted is not None else start.value.proposed if start.value else VisitKind.ROUTINE
    in_person = usual if usual is not VisitKind.TELEPHONE or start.value is None else start.value.proposed
    kind = chosen.kind or usual
    by_kind = Modality.TELEPHONE if kind is VisitKind.TELEPHONE else Modality.IN_PERSON
    modality = chosen.modality or by_kind
    setting = chosen.setting or (find_setting(start.value.page) if start.value else Setting.HOME)
    phone = start.value.page.sheet.phone if start.value else None

    async def begin(_: Any) -> None:
        if modality is Modality.TELEPHONE and kind is VisitKind.TELEPHONE:
            await start_call(env, patient_id, phone, setting, swap=True)
        else:
            env.swap(VisitRoute(await visits.begin(patient_id, modality, setting, kind)))

    async def begin_not_seen(why: str) -> None:
        env.swap(VisitRoute(await visits.begin_not_seen(patient_id, modality, setting, why)))

    def turn(_: Any) -> None:
        set_changing(lambda old: not old)

    def choices() -> list[ft.Control]:
        return where_choices(
            "new-visit",
            modality,
            setting,
            lambda value: set_chosen(lambda old: old.with_modality(value, in_person)),
            lambda value: set_chosen(lambda old: _Chosen(old.kind, old.modality, value)),
        )

    action = use_action(begin)
    refusing = use_action(begin_not_seen)
    back = buttons.back("new-visit-back", tr(text.BACK), lambda _: env.back())
    if start.value is None:
        # Nothing to tap before the person is there: what is drawn must not move under a finger.
        return screen(
            tr(text.NEW_VISIT), [*optional_notice(start.error)] or [loading()], narrow=env.narrow, lead=back
        )
    page = start.value.page
    proposal = tr(said.PLANNED) if wanted is not None else tr(said.WHY_PROPOSED.get(usual, ""))
    to_know: list[ft.Control] = [
        _person(page),
        WhoSheIs(env, patient_id),
        StayStrip(env, page),
        *([BeforeGoingIn(env, page)] if modality is Modality.IN_PERSON else []),
        *optional_notice(start.error),
        *([slots.BEFORE_START(env, page, modality)] if slots.BEFORE_START is not None else []),
    ]
    to_do: list[ft.Control] = [
        group(
            tr(said.KIND_OF_VISIT),
            [
                kind_chips("new-visit", kind, lambda one: set_chosen(lambda old: old.with_kind(one))),
                *([muted(proposal)] if proposal and kind is usual else []),
            ],
        ),
        _where(modality, setting, changing, turn, choices),
        *optional_notice(action.error, Tone.WRONG),
        _go(
            action,
            phone if modality is Modality.TELEPHONE else None,
            calls=modality is Modality.TELEPHONE,
        ),
        _not_seen(modality, refusing),
        ft.Container(height=16),
    ]
    body = [_side_by_side(to_know, to_do, narrow=env.narrow)]
    return screen(tr(text.NEW_VISIT), body, narrow=env.narrow, lead=back)


def _side_by_side(left: list[ft.Control], right: list[ft.Control], *, narrow: bool) -> ft.Control:
    """What to know beside what to do, so that "start" is in sight on a tablet; one shape, which turning keeps."""

    def half(parts: list[ft.Control], share: int) -> ft.Column:
        return ft.Column(
            parts,
            spacing=theme.S6,
            col=ALL if narrow else share,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )

    return ft.ResponsiveRow(
        [half(left, LEFT), half(right, ALL - LEFT)], columns=ALL, spacing=theme.S6, run_spacing=theme.S6
    )


def _person(page: PatientPage) -> ft.Control:
    row = page.sheet.patient
    lines: list[ft.Control] = [
        words(row.display_name, 21, strong=True),
        muted(say.age_line(row, now().date())),
    ]
    return card(stack(lines, spacing=2, tight=True))


def _where(
    modality: Modality,
    setting: Setting,
    changing: bool,
    turn: Callable[[Any], None],
    choices: Callable[[], list[ft.Control]],
) -> ft.Control:
    """How and where, in one line; "Change" opens the choices in place."""
    line = beside(
        [
            sign(ft.Icons.PLACE_OUTLINED, color=MUTED, size=22),
            ft.Container(expand=True, content=words(say.where_how(modality, setting), 17, strong=True)),
        ],
        buttons.plain("new-visit-change", tr(text.DONE) if changing else tr(text.CHANGE), turn),
    )
    return card(stack([line, *(choices() if changing else [])], spacing=theme.S4), padding=theme.S3)


def _go(action: Action, phone: str | None, *, calls: bool) -> ft.Control:
    label = (
        (said.call_number(phone) if phone else tr(said.START_CALL)) if calls else tr(said.RIGHT_PERSON_START)
    )
    icon = ft.Icons.PHONE if calls else ft.Icons.PLAY_ARROW
    button = buttons.primary("new-visit-start", label, action.run, icon=icon, busy=action.busy)
    return stack(
        [button, muted(tr(said.START_CALL_HELP) if calls else tr(text.START_CLOCK_HELP))],
        spacing=4,
        tight=True,
    )


def _not_seen(modality: Modality, action: Action) -> ft.Control:
    async def tap(why: str, _: Any) -> None:
        await action.run(why)

    chips = [
        chip(f"new-visit-not-seen-{one.code}", one.display, False, partial(tap, one.code))
        for one in reasons(modality)
    ]
    return group(
        tr(said.NOT_SEEN_TODAY if modality is Modality.IN_PERSON else said.NOT_REACHED_TODAY),
        [wrap(chips), muted(tr(said.NOT_SEEN_HELP)), *optional_notice(action.error, Tone.WRONG)],
    )
