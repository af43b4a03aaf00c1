"""One visit for a mentor: what they will see, free text released passage by passage, and the link."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.mentor import MentorAsk, MentorReading
from app.domain.sharing import DAYS, USUAL_DAYS, NewSharing, tidy_name
from app.language import tr
from app.paper.model import Hand
from app.views import text, theme
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.paper.leaving import Leaving
from app.views.sharing.made import Made
from app.views.sharing.mentor_parts import in_english, make_case, passage_rows, reading_rows
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack
from app.views.widgets.fields import field
from app.views.widgets.frame import columns, screen
from app.views.widgets.notices import Tone, loading, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import mentor as said
from app.views.wording import sharing as said_of_sharing


@safe_component
def MentorScreen(env: Env, visit_id: str, patient_id: str) -> ft.Control:
    mentoring = env.session.mentoring

    async def read() -> MentorReading:
        return await mentoring.read(visit_id)

    turn, set_turn = use_value(lambda: 0)
    made, set_made = use_value(_none)
    loaded, _ = use_load(read, None, frozenset(), visit_id, turn)
    back = buttons.back("mentor-back", tr(text.BACK), lambda _: env.back())

    def again(_: Any) -> None:
        set_turn(lambda old: old + 1)

    if made is not None:
        inside: list[ft.Control] = [
            keyed(made.id, Made, env, made, lambda _: env.back()),
            muted(tr(said.WITHDRAW_WHERE), 16),
        ]
        return screen(tr(said.TITLE), inside, narrow=env.narrow, lead=back)
    retry = ft.Row(
        [buttons.quiet("mentor-again", tr(said.AGAIN), again, icon=ft.Icons.REFRESH)],
        wrap=True,
    )
    if loaded.value is None:
        inside = [*optional_notice(loaded.error), retry] if loaded.error else [loading()]
        return screen(tr(said.TITLE), inside, narrow=env.narrow, lead=back)

    def keep(new: NewSharing) -> None:
        set_made(lambda _old: new)

    reading = loaded.value
    what = card(stack([muted(tr(said.WHAT), 16), muted(tr(said.CARE), 16)], spacing=theme.S2))
    giving = keyed(f"giving-{reading.digest}", Giving, env, visit_id, patient_id, reading, keep, retry)
    return screen(tr(said.TITLE), [what, giving], narrow=env.narrow, lead=back, spacing=theme.S4)


@safe_component
def Giving(
    env: Env, visit_id: str, patient_id: str, reading: MentorReading, done: Any, retry: ft.Control
) -> ft.Control:
    """What is released belongs to this reading: another one begins anew."""
    released, release = use_value(_nothing)
    name, set_name = use_value(lambda: "")
    days, set_days = use_value(lambda: USUAL_DAYS)
    problem, set_problem = use_value(lambda: "")
    paper, set_paper = use_value(lambda: False)

    async def give(_: Any) -> None:
        recipient = tidy_name(name)
        set_problem(lambda _old: "" if recipient else tr(said.NO_NAME))
        if recipient:
            chosen = tuple(one.id for one in reading.passages if one.id in released)
            ask = MentorAsk(visit_id, recipient, days, reading.digest, chosen)
            done(await env.session.mentoring.invite(ask))

    giving = use_action(give)

    def turn_over(passage_id: str, _: Any) -> None:
        release(lambda old: old ^ {passage_id})

    lengths = [
        chip(
            f"mentor-days-{one}",
            said_of_sharing.days(one),
            one == days,
            partial(lambda value, _: set_days(lambda _old: value), one),
        )
        for one in DAYS
    ]
    go = buttons.primary(
        "mentor-give", tr(said.GIVE), giving.run, icon=ft.Icons.SCHOOL_OUTLINED, busy=giving.busy
    )
    case = buttons.quiet(
        "mentor-case",
        tr(said.CLOSE_CASE if paper else said.CASE),
        lambda _: set_paper(lambda old: not old),
        icon=ft.Icons.PRINT,
    )
    leaving = (
        [card(keyed("case", Leaving, env, patient_id, make_case(reading), Hand(), False))] if paper else []
    )
    field_of_name = field(
        "mentor-name",
        tr(said.NAME),
        name,
        lambda value: set_name(lambda _old: value),
        helper=tr(said.NAME_HELP),
    )
    passages = group(tr(said.PASSAGES), passage_rows(reading, released, turn_over))
    asking: list[ft.Control] = [
        field_of_name,
        group(tr(said.HOW_LONG), [wrap(lengths)]),
        *optional_notice(problem or giving.error, Tone.ASK),
        *([retry] if giving.error else []),
        ft.Row([go], wrap=True),
        ft.Row([case], wrap=True),
        *leaving,
    ]
    shown = group(tr(said.ALL), [*in_english(), *reading_rows(reading, released)])
    return columns([shown], [passages, stack(asking, spacing=theme.S4)], narrow=env.narrow)


def _none() -> NewSharing | None:
    return None


def _nothing() -> frozenset[str]:
    return frozenset()
