"""A visit to somebody who is on nobody's list: what was said at the door, then the visit as usual."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.domain.emergency import read_day
from app.domain.patient import PatientRow
from app.domain.unmatched import NewPerson
from app.language import tr
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.routes import NewVisitRoute, PatientsRoute, UnlistedRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, optional_notice
from app.views.wording import unmatched as said

TOPICS = frozenset({Topic.PATIENTS})
SOUGHT_FROM = 3
"""Letters of a name from which on it is looked for among the people who are on the list after all."""
SHOWN = 3


def way_in(env: Env, name: str = "", *, identifier: str = "unlisted-begin") -> list[ft.Control]:
    """To the screen, for nurses; `name`: what was looked for in vain."""
    if env.is_supervisor or env.session.practising:
        return []
    route = UnlistedRoute(" ".join(name.split()))
    return [
        buttons.quiet(identifier, tr(said.BEGIN_OPEN), lambda _: env.go(route), icon=ft.Icons.PERSON_ADD_ALT)
    ]


@safe_component
def VisitSomebodyNew(env: Env, sought: str) -> ft.Control:
    name, set_name = use_value(lambda: sought)
    born, set_born = use_value(lambda: "")
    number, set_number = use_value(lambda: "")
    address, set_address = use_value(lambda: "")
    problem, set_problem = use_value(lambda: "")
    wanted = name.strip() if len(name.strip()) >= SOUGHT_FROM else ""

    async def look() -> tuple[PatientRow, ...]:
        return await env.session.caseload.search(wanted) if wanted else ()

    found, _ = use_load(look, env.session.hub, TOPICS, wanted)

    async def make(_: Any) -> None:
        day = read_day(born) if born.strip() else None
        wrong = tr(said.BAD_DAY) if born.strip() and day is None else ""
        set_problem(lambda _: wrong)
        if not wrong:
            person_id = await env.session.unlisted.make(NewPerson(name, day, number, address))
            env.swap(NewVisitRoute(person_id))

    making = use_action(make)
    rows = (found.value or ())[:SHOWN]
    fields = [
        field("unlisted-name", tr(said.NAME), name, lambda value: set_name(lambda _: value)),
        *_on_list(env, rows),
        field(
            "unlisted-born",
            tr(said.BORN),
            born,
            lambda value: set_born(lambda _: value),
            helper=tr(said.BORN_HELP),
        ),
        field("unlisted-number", tr(said.NUMBER), number, lambda value: set_number(lambda _: value)),
        field("unlisted-address", tr(said.ADDRESS), address, lambda value: set_address(lambda _: value)),
        *optional_notice(problem or making.error, Tone.ASK),
        ft.Row(
            [
                buttons.primary("unlisted-go-on", tr(said.GO_ON), making.run, busy=making.busy),
                buttons.plain("unlisted-cancel", tr(said.CANCEL), lambda _: env.back()),
            ],
            wrap=True,
            spacing=theme.S2,
        ),
    ]
    what = [words(tr(said.BEGIN_WHAT), 17), muted(tr(said.BEGIN_LATER), 16)]
    return screen(
        tr(said.BEGIN_TITLE),
        [card(stack(what, spacing=theme.S2)), stack(fields, spacing=theme.S3)],
        narrow=env.narrow,
        lead=buttons.back("unlisted-back", tr(text.BACK), lambda _: env.back()),
        spacing=20,
    )


def _on_list(env: Env, rows: tuple[PatientRow, ...]) -> list[ft.Control]:
    """Whom the name fits who is here already: one tap instead of somebody twice."""
    if not rows:
        return []
    today = now().date()
    tiles = [
        buttons.tile(
            f"unlisted-known-{row.id}",
            partial(lambda person_id, _: env.swap(PatientsRoute(person_id)), row.id),
            stack(
                [words(row.listed_name, 17, strong=True), muted(say.age_line(row, today))],
                spacing=2,
                tight=True,
            ),
        )
        for row in rows
    ]
    return [muted(tr(said.ON_LIST), 16), *tiles]
