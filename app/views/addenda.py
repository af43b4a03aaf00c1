"""What was added to a signed visit, and the way to add to one's own. The visit itself never changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import flet as ft

from app.domain.addendum import Addendum, Correction
from app.domain.review import WHOLE_VISIT
from app.language import tr
from app.services.models import VisitReading
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.held import use_held
from app.views.hooks import use_action
from app.views.questions.correcting import Correcting, put_right
from app.views.questions.exchange import differences
from app.views.visit.autosave import Flushers
from app.views.visit.kept_words import Kept, use_kept_words
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import review as said
from app.views.wording.corrected import said_of

NOTHING_YET: Mapping[str, Correction] = {}


@safe_component
def Addenda(env: Env, visit: VisitReading) -> ft.Control:
    mine = _may_add(env, visit)
    at_first = mine and bool(visit.unfinished_addendum)
    writing, set_writing = use_held(env, f"addendum-{visit.summary.id}", lambda: at_first)
    parts: list[ft.Control] = [_added(one) for one in visit.addenda]
    if writing:
        parts.append(Writing(env, visit, lambda: set_writing(lambda _: False)))
    elif mine:
        open_it = buttons.quiet(
            "addendum-open", tr(text.ADDENDUM_OPEN), lambda _: set_writing(lambda _: True), icon=ft.Icons.ADD
        )
        parts.append(ft.Row([open_it], wrap=True))
    return group(tr(text.ADDENDA), parts) if parts else ft.Container(visible=False)


def _added(one: Addendum) -> ft.Control:
    line = f"{one.author.name}, {say.moment(one.at, now())}"
    if one.pending:
        line = f"{line} · {tr(text.ONLY_HERE)}"
    own = [words(one.own_words, 17)] if one.own_words else []
    right = [words(said.read_as(*said_of(each)), 17) for each in one.corrections]
    return card(stack([*own, *right, muted(line, 15)], spacing=theme.S2))


@safe_component
def Writing(env: Env, visit: VisitReading, done: Callable[[], None]) -> ft.Control:
    """The field, kept while it is typed: closing the lid loses no letter of it."""
    visit_id = visit.summary.id
    flushers: ft.MutableRef[Flushers] = ft.use_ref(dict)
    put = partial(env.session.addenda.keep, visit_id)
    kept = Kept(visit_id, "addendum")
    right, set_right = use_held(env, f"addendum-right-{visit_id}", lambda: NOTHING_YET)
    typed, problem = use_kept_words(kept, visit.unfinished_addendum, put, env.session, flushers.current)

    async def add(_: Any) -> None:
        await typed.leave(None)
        await env.session.addenda.add(visit_id, typed.newest(), tuple(right.values()))
        typed.change("")
        set_right(lambda _: NOTHING_YET)
        done()

    def correct(link_id: str, correction: Correction | None) -> None:
        set_right(lambda old: put_right(old, link_id, correction))

    adding = use_action(add)
    return stack(
        [
            field(
                "addendum-text",
                tr(text.ADDENDUM),
                typed.value,
                typed.change,
                on_blur=typed.leave,
                lines=4,
                helper=tr(text.ADDENDUM_HELP),
            ),
            *([differences(tuple(right.values()), tr(said.CHANGED_BY_ADDING))] if right else []),
            keyed("correcting", Correcting, visit, (WHOLE_VISIT,), right, correct, "addendum", env.narrow),
            *optional_notice(adding.error or problem or None, Tone.ASK),
            ft.Row(
                [
                    buttons.primary("addendum-keep", tr(text.ADDENDUM_KEEP), adding.run, busy=adding.busy),
                    buttons.plain("addendum-later", tr(text.ADDENDUM_LATER), lambda _: done()),
                ],
                wrap=True,
                spacing=theme.S2,
            ),
        ],
        spacing=theme.S3,
    )


def _may_add(env: Env, visit: VisitReading) -> bool:
    wrote = visit.nurse.name if visit.nurse is not None else visit.summary.nurse_name
    return not env.is_supervisor and wrote == env.session.user_name
