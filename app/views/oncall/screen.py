"""On call: find somebody, say why, read one page. What was opened stands here only, and goes with this screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import flet as ft

from app.domain.on_call import LONGEST_REASON, REASONS, Duty, Head, PackPage, Reason, Why
from app.domain.patient import list_name
from app.errors import NotFound
from app.language import tr
from app.services.oncall import MOST_SHOWN, OnCallState
from app.store.changes import Topic
from app.views import theme
from app.views.emergency import way_in
from app.views.env import Env, now
from app.views.guard import keyed, safe_component
from app.views.hooks import Setter, use_action, use_load, use_value
from app.views.oncall.person import PackPerson
from app.views.today.ticking import use_minutes
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, empty, loading, optional_notice
from app.views.wording import oncall as said

TOPICS = frozenset({Topic.SYNC})


@dataclass(frozen=True, slots=True)
class _Place:
    """`asked`: whose pack is to be opened; `page`: the one that was, as it stood in the pack of `duty`."""

    asked: Head | None = None
    page: PackPage | None = None
    duty: Duty | None = None


def _begins(duty: Duty | None) -> datetime | None:
    """Tells one duty from another: a newer pack of the same duty begins at the same time."""
    return None if duty is None else duty.begins


@safe_component
def OnCallScreen(env: Env) -> ft.Control:
    minute = use_minutes()
    place, put = use_value(_Place)
    sought, set_sought = use_value(lambda: "")
    found, _ = use_load(env.session.on_call.read, env.session.hub, TOPICS, minute)
    # What cannot be read again may be over: then nothing of it stands here.
    state = None if found.error else found.value
    duty = state.duty if state is not None and state.on_duty else None
    begins, opened = _begins(duty), _begins(place.duty)
    gone = state is not None and (begins is None or opened not in (None, begins))

    def let_go() -> None:
        if gone:  # another duty needs another reason, and begins with an empty search
            put(lambda _: _Place())
            set_sought(lambda _: "")

    ft.use_effect(let_go, ["gone", gone, begins, opened])
    if duty is not None and place.duty is not None and place.page is not None and begins == opened:
        head = place.page.head
        back = buttons.back("oncall-list", tr(said.LIST), lambda _: put(lambda _: _Place()))

        def again(_: Any) -> None:
            put(lambda _: _Place(asked=head))

        page = keyed(f"pack-{head.patient_id}", PackPerson, env, place.page, place.duty, duty, again)
        return screen(head.name, [page], narrow=env.narrow, lead=back, spacing=theme.S3)
    lead = buttons.back("oncall-back", tr(said.BACK), lambda _: env.back())
    if state is None:
        body: list[ft.Control] = [*optional_notice(found.error)] or [loading()]
    elif state.duty is None:
        body = [empty(ft.Icons.NIGHTLIGHT_OUTLINED, tr(said.NONE), tr(said.NONE_HELP))]
    elif duty is None:
        body = [empty(ft.Icons.NIGHTLIGHT_OUTLINED, said.card(state, now()), tr(said.BEFORE))]
    elif place.asked is not None:
        body = [keyed(f"why-{place.asked.patient_id}", AskWhy, env, place.asked, duty, put)]
    else:
        body = [keyed("list", PackList, env, state, sought, set_sought, put)]
    return screen(tr(said.TITLE), body, narrow=env.narrow, lead=lead, spacing=theme.S3)


@safe_component
def PackList(env: Env, state: OnCallState, sought: str, seek: Setter[str], put: Setter[_Place]) -> ft.Control:
    """Names, birth dates and addresses: nothing else shows before a reason was said."""

    async def read() -> tuple[Head, ...]:
        return await env.session.on_call.search(sought)

    found, _ = use_load(read, env.session.hub, TOPICS, sought)
    at = now()
    parts: list[ft.Control] = [muted(said.card(state, at), 15)]
    if state.duty is not None:
        parts += optional_notice(said.stale(state.duty, at))
    parts.append(
        field(
            "oncall-search",
            tr(said.SEARCH),
            sought,
            lambda value: seek(lambda _: value),
            icon=ft.Icons.SEARCH,
        )
    )
    if found.value is None or found.error:  # never who was found before, under other words
        parts += [*optional_notice(found.error)] or [loading()]
    elif not found.value:
        parts.append(empty(ft.Icons.PERSON_SEARCH, tr(said.NOBODY), tr(said.NOBODY_HELP), way_in(env)))
    else:
        if len(found.value) >= MOST_SHOWN:
            parts.append(muted(said.most(MOST_SHOWN), 15))
        parts += [_row(one, put) for one in found.value]
    return stack([*parts, ft.Container(height=theme.S4)], spacing=theme.S2)


def _row(one: Head, put: Setter[_Place]) -> ft.Control:
    lines: list[ft.Control] = [words(list_name(one.name, one.sort or one.name), 18, strong=True)]
    line = said.choose(one)
    lines += [muted(line, 15)] if line else []
    return buttons.tile(
        f"oncall-person-{one.patient_id}",
        lambda _: put(lambda _: _Place(asked=one)),
        stack(lines, spacing=2, tight=True),
    )


@safe_component
def AskWhy(env: Env, head: Head, duty: Duty, put: Setter[_Place]) -> ft.Control:
    """One tap is enough; only another reason has to be written. `duty`: of the pack that is opened."""
    typing, set_typing = use_value(lambda: False)
    typed, set_typed = use_value(lambda: "")
    gone, set_gone = use_value(lambda: "")

    async def open_with(why: Why) -> None:
        page = await env.session.on_call.open(head.patient_id, why)
        put(lambda _: _Place(page=page, duty=duty))

    async def tap(reason: Reason) -> None:
        if reason is Reason.OTHER:
            set_typing(lambda _: True)
        else:
            await open_with(Why(reason))

    def failed(error: Exception) -> bool:
        if isinstance(error, NotFound):
            sentence = str(error)
            set_gone(lambda _: sentence)
        return isinstance(error, NotFound)

    opening = use_action(tap, failed)
    writing = use_action(lambda _: open_with(Why(Reason.OTHER, typed)), failed)
    line = said.choose(head)
    chips: list[ft.Control] = [
        buttons.choice(
            f"oncall-why-{reason.value}",
            tr(sentence),
            typing and reason is Reason.OTHER,
            partial(_run, opening.run, reason),
        )
        for reason, sentence in REASONS.items()
    ]
    parts: list[ft.Control] = [
        words(head.name, 22, strong=True),
        *([muted(line, 16)] if line else []),
        words(tr(said.WHY), 18, strong=True),
        muted(tr(said.WHY_HELP), 15),
        stack(chips, spacing=theme.S2),
    ]
    if typing:
        parts += [
            field(
                "oncall-why-words",
                tr(said.OTHER),
                typed,
                lambda value: set_typed(lambda _: value[:LONGEST_REASON]),
                on_submit=writing.run,
                autofocus=True,
            ),
            ft.Row(
                [buttons.primary("oncall-open", tr(said.OPEN), writing.run, busy=writing.busy)], wrap=True
            ),
        ]
    parts += optional_notice(gone or opening.error or writing.error, Tone.ASK)
    leave = buttons.plain("oncall-cancel", tr(said.CANCEL), lambda _: put(lambda _: _Place()))
    return stack([*parts, ft.Row([leave], wrap=True)], spacing=theme.S3)


async def _run(run: Any, reason: Reason, _: Any) -> None:
    await run(reason)
