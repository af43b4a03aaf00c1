"""Patients: search as one types, the list, and beside it (or after a tap, on a phone) one person's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import flet as ft

from app.domain.patient import PatientRow
from app.language import tr
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.emergency import way_in
from app.views.env import Env, now
from app.views.guard import keyed, memo, safe_component
from app.views.hooks import use_load
from app.views.patient.screen import PatientView
from app.views.routes import PatientsRoute
from app.views.unmatched.begin import way_in as begin_with
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, heading, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import empty, loading, optional_notice
from app.views.wording import unmatched

TOPICS = frozenset({Topic.PATIENTS})
ROOMY = 1000
"""From this width on the list of people takes a wide pane, until somebody is chosen."""


@safe_component
def _person(patient_id: str, name: str, line: str, chosen: bool, pick: Callable[[str], None]) -> ft.Control:
    def tap(_: Any) -> None:
        pick(patient_id)

    inside = stack([words(name, 17, strong=True), muted(line)], spacing=2, tight=True)
    return buttons.tile(f"patients-row-{patient_id}", tap, inside, chosen=chosen)


PersonRow = memo(_person)


@safe_component
def Patients(env: Env, chosen: str | None) -> ft.Control:
    """One shape for both widths: turning the device, or going back on a phone, keeps what was typed and opened."""
    sought, set_sought = ft.use_state("")
    page: ft.Control | None = None
    if chosen is not None:
        page = keyed(f"person-{chosen}", PatientView, env, chosen, env.narrow)
    elif not env.narrow:
        page = empty(ft.Icons.PERSON_SEARCH, tr(text.PICK_PERSON))
    roomy = chosen is None and env.width >= ROOMY
    people = PeopleList(env, chosen, sought, lambda value: set_sought(lambda _: value))
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
def PeopleList(env: Env, chosen: str | None, sought: str, seek: Callable[[str], None]) -> ft.Control:
    """The search and who was found; the words sought lie with the screen, so that they outlive a turn."""

    async def read() -> tuple[PatientRow, ...]:
        return await env.session.caseload.search(sought)

    found, _ = use_load(read, env.session.hub, TOPICS, sought)
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
    elif not found.value:
        rows = [
            empty(
                ft.Icons.PERSON_SEARCH,
                tr(text.NOBODY_FOUND),
                tr(text.NOBODY_FOUND_HELP),
                begin_with(env, sought, identifier="patients-begin"),
            )
            if sought
            else empty(ft.Icons.PEOPLE_OUTLINE, tr(text.NO_PEOPLE), tr(text.NO_PEOPLE_HELP))
        ]
    else:
        rows = [
            keyed(p.id, PersonRow, p.id, p.display_name, _line(p, today), p.id == chosen, pick)
            for p in found.value
        ]
    side = theme.S4
    return ft.Container(
        padding=ft.Padding(left=side, right=side, top=theme.S4, bottom=0),
        expand=True,
        content=ft.Column(
            [
                *_title(env, slim=chosen is not None),
                field(
                    "patients-search",
                    tr(text.SEARCH),
                    sought,
                    seek,
                    icon=ft.Icons.SEARCH,
                ),
                ft.ListView(rows, spacing=theme.S2, expand=True, padding=ft.Padding(0, 0, 0, 16)),
            ],
            spacing=theme.S3,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
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
