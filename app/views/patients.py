"""Patients: search as one types, the list, and beside it (or after a tap, on a phone) one person's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import flet as ft

from app.domain.patient import PatientRow
from app.language import tr
from app.services.models import VisitState, VisitStatus
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.emergency import way_in
from app.views.env import Env, now
from app.views.guard import keyed, memo, safe_component
from app.views.hooks import use_load, use_value
from app.views.nobody import Nobody
from app.views.patient.screen import PatientView
from app.views.routes import PatientsRoute
from app.views.unmatched.begin import way_in as begin_with
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, heading, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.frame import scrolls_whole
from app.views.widgets.notices import empty, loading, optional_notice
from app.views.widgets.status import status_line
from app.views.wording import unmatched

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS})
DRAFT = VisitStatus(VisitState.DRAFT)
ROOMY = 1000
"""From this width on the list of people takes a wide pane, until somebody is chosen."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Who was found, in the order of family names, and ids of those with an open draft."""

    people: tuple[PatientRow, ...]
    drafted: frozenset[str]


@safe_component
def _person(
    patient_id: str, name: str, line: str, draft: bool, chosen: bool, pick: Callable[[str], None]
) -> ft.Control:
    def tap(_: Any) -> None:
        pick(patient_id)

    lines: list[ft.Control] = [words(name, 17, strong=True), muted(line)]
    if draft:
        lines.append(status_line(DRAFT, now()))
    inside = stack(lines, spacing=2, tight=True)
    return buttons.tile(f"patients-row-{patient_id}", tap, inside, chosen=chosen)


PersonRow = memo(_person)


@safe_component
def Patients(env: Env, chosen: str | None) -> ft.Control:
    """One shape for both widths: turning the device, or going back on a phone, keeps what was typed and opened."""
    sought, set_sought = ft.use_state("")
    somebody, set_somebody = use_value(lambda: False)
    page: ft.Control | None = None
    if chosen is not None:
        page = keyed(f"person-{chosen}", PatientView, env, chosen, env.narrow)
    elif not env.narrow:
        page = empty(ft.Icons.PERSON_SEARCH, tr(text.PICK_PERSON)) if somebody else ft.Container()
    roomy = chosen is None and env.width >= ROOMY

    def seek(value: str) -> None:
        set_sought(lambda _: value)

    def tell(listed: bool) -> None:
        set_somebody(lambda _: listed)

    people = PeopleList(env, chosen, sought, seek, tell)
    return ft.Row(
        [
            ft.Container(
                visible=not env.narrow or chosen is None,
                expand=env.narrow,
                width=None if env.narrow else theme.px(380 if roomy else 290),
                content=people,
            ),
            ft.VerticalDivider(width=1, color=ft.Colors.OUTLINE_VARIANT, visible=not env.narrow),
            ft.Container(visible=page is not None, expand=True, content=page),
        ],
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@safe_component
def PeopleList(
    env: Env, chosen: str | None, sought: str, seek: Callable[[str], None], tell: Callable[[bool], None]
) -> ft.Control:
    """The search and who was found; the words sought lie with the screen, so that they outlive a turn.

    `tell`: whether there is anybody to choose, for what stands beside the list.
    """

    async def read() -> _Found:
        caseload = env.session.caseload
        return _Found(await caseload.search(sought), await caseload.drafted())

    found, _ = use_load(read, env.session.hub, TOPICS, sought)
    somebody = bool(found.value and found.value.people)

    def tell_beside() -> None:
        if chosen is None:  # else a person's page stands there, and is not drawn a second time for this
            tell(somebody)

    ft.use_effect(tell_beside, ["somebody", somebody, chosen is None])
    go: ft.MutableRef[Callable[[PatientsRoute], None]] = ft.use_ref(lambda: env.go)
    go.current = env.go

    def open_person(patient_id: str) -> None:
        if go.current is not None:
            go.current(PatientsRoute(patient_id))

    pick = ft.use_callback(open_person, [])
    today = now().date()
    rows: list[ft.Control] = []
    if found.value is None:
        rows = [*optional_notice(found.error)] or [loading()]
    elif not found.value.people:
        rows = [
            empty(
                ft.Icons.PERSON_SEARCH,
                tr(text.NOBODY_FOUND),
                tr(text.NOBODY_FOUND_HELP),
                begin_with(env, sought, identifier="patients-begin"),
            )
            if sought
            else Nobody(env)
        ]
    else:
        rows = [
            keyed(
                p.id,
                PersonRow,
                p.id,
                p.listed_name,
                _line(p, today),
                p.id in found.value.drafted,
                p.id == chosen,
                pick,
            )
            for p in found.value.people
        ]
    head = [
        *_title(env, slim=chosen is not None or (not env.narrow and env.width < ROOMY)),
        field("patients-search", tr(text.SEARCH), sought, seek, icon=ft.Icons.SEARCH),
    ]
    return ft.Container(
        padding=ft.Padding(left=theme.S4, right=theme.S4, top=theme.S4, bottom=0),
        expand=True,
        content=_below(head, rows, together=scrolls_whole(narrow=env.narrow)),
    )


def _below(head: list[ft.Control], rows: list[ft.Control], *, together: bool) -> ft.Control:
    """`together`: the head scrolls away with the rows; on a phone held sideways large words leave none below it."""
    room = ft.Padding(0, 0, 0, 16)
    if together:
        return ft.ListView(
            [stack(head, tight=True), *rows],
            spacing=theme.S2,
            expand=True,
            padding=room,
        )
    return ft.Column(
        [*head, ft.ListView(rows, spacing=theme.S2, expand=True, padding=room)],
        spacing=theme.S3,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _line(person: PatientRow, today: date) -> str:
    """How old and from where; first of all that nobody has said yet which member this is."""
    line = tr(text.DECEASED) if person.deceased else say.age_line(person, today)
    return f"{tr(unmatched.NOT_MATCHED)} · {line}" if person.unmatched else line


def _title(env: Env, *, slim: bool) -> list[ft.Control]:
    """The way to somebody who is not listed stands beside the title, or below it where the pane is slim."""
    if slim or theme.scale() >= STACKED:
        return [heading(tr(text.PATIENTS)), *way_in(env)]
    return [ft.Row([ft.Container(expand=True, content=heading(tr(text.PATIENTS))), *way_in(env)])]
