"""One person: what is always in sight, then what matters and how it has gone, then what is on record."""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.domain.patient import FaceSheet, age_on
from app.language import tr
from app.services.models import PatientPage
from app.store.changes import Topic
from app.views import say, text, theme
from app.views.emergency import OpenUntil, use_standing
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.held import use_holding
from app.views.hooks import use_load
from app.views.patient import parts
from app.views.patient.face import IN_SIGHT, by_risk, face, on_record
from app.views.patient.lists import Entry, Listing, list_problems
from app.views.routes import NewVisitRoute, VisitRoute
from app.views.unmatched.standing import WhoSheIs
from app.views.widgets import buttons
from app.views.widgets.base import STACKED, card, fact, group, heading, muted, stack
from app.views.widgets.frame import columns, screen, scrolls_whole
from app.views.widgets.notices import loading, optional_notice
from app.views.widgets.visit_rows import visit_row

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX})
VISITS_SHOWN = 10
TWO_COLUMNS = 1150
"""From this width of the window on there is room for two columns beside the list of people."""


@safe_component
def PatientView(env: Env, patient_id: str, alone: bool) -> ft.Control:
    """`alone`: the only pane, with a way back to the list."""

    async def read() -> PatientPage:
        return await env.session.caseload.page(patient_id)

    page, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    env = use_holding(env)
    standing = use_standing(env, patient_id)
    back = _back(env) if alone else None
    if (instead := standing(page)) is not None:
        here = page.value if page.cause is None else None
        name = here.sheet.patient.display_name if here is not None else tr(text.PATIENTS)
        go_on = _start(env, here) if here is not None else None
        return screen(name, instead, narrow=env.narrow, lead=back, ends=[go_on] if go_on else [])
    if page.value is None:
        inside = [*optional_notice(page.error)] or [loading()]
        return screen(tr(text.PATIENTS), inside, narrow=env.narrow, lead=back)
    side = theme.S4 if env.narrow else theme.S6
    body = ft.Column(
        _body(env, page.value, patient_id),
        spacing=theme.S4 if env.narrow else 20,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
    )
    head = [*_head(env, page.value, back), *optional_notice(page.error), face(env, page.value)]
    if scrolls_whole(narrow=env.narrow):
        body.controls, head = [*head, *body.controls], []
    return ft.Container(
        expand=True,
        padding=ft.Padding(left=side, right=side, top=theme.S2 if back else theme.S4, bottom=0),
        content=ft.Column(
            [*head, body],
            spacing=theme.S2 if env.narrow else theme.S3,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            expand=True,
        ),
    )


def _back(env: Env) -> ft.Control:
    return buttons.icon_only("patient-back", ft.Icons.ARROW_BACK, tr(text.BACK), lambda _: env.back())


def _head(env: Env, page: PatientPage, back: ft.Control | None) -> list[ft.Control]:
    """Name and the one thing to do; on a phone, where room is short, the rest of it scrolls with the page."""
    title = heading(page.sheet.patient.display_name, 20 if env.narrow else 28, name="patient-name")
    if env.narrow:
        line = [*([back] if back is not None else []), ft.Container(expand=True, content=title)]
        at = ft.CrossAxisAlignment.START if theme.scale() >= STACKED else ft.CrossAxisAlignment.CENTER
        return [ft.Row(line, spacing=theme.S2, vertical_alignment=at)]
    go_on = _start(env, page)
    name = stack([title, _who(env, page)], spacing=0, tight=True)
    name.expand = True
    return [
        *([ft.Row([back])] if back is not None else []),
        ft.Row(
            [name, *([go_on] if go_on is not None else [])],
            spacing=theme.S3,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    ]


def _who(env: Env, page: PatientPage) -> ft.Control:
    """Called what, how old, which language, from where."""
    called = page.parts.called or _said_called(page)
    who = say.who(page.sheet, now().date())
    return muted(f"{say.quoted(called)} · {who}" if called else who, 15 if env.narrow else 16)


def _said_called(page: PatientPage) -> str:
    answer = page.last_values.get("people-called")
    return str(answer.value) if answer is not None and answer.value else ""


def _body(env: Env, page: PatientPage, patient_id: str) -> list[ft.Control]:
    wide = env.width >= TWO_COLUMNS
    # In a column everything is drawn as on a phone, whose width a column has.
    column = replace(env, narrow=env.narrow or wide)
    died = page.sheet.patient.deceased
    # Nobody goes in any more but for a visit to the family: what was for the door follows.
    door = [parts.GoingInStrip(column, page)] if died else []
    strips = [part(column, page) for part in parts.URGENT if not (died and part is parts.GoingInStrip)]
    urgent = stack(strips, spacing=6, tight=True)
    urgent.visible = any(one.visible for one in strips)
    first = [urgent, *(part(env, page) for part in parts.FIRST), *door]
    was = [on_record(column, page)] if died else []
    story = [*was, *(part(column, page) for part in parts.STORY), _visits(column, page)]
    problems: ft.Control = Listing("problems", tr(text.PROBLEMS), list_problems(page.sheet.problems))
    allergies = page.sheet.allergies or ()
    if len(allergies) > IN_SIGHT:
        listed = tuple(Entry(say.allergy(one)) for one in by_risk(allergies))
        problems = stack([Listing("allergies", tr(text.ALLERGIES), listed), problems], spacing=20, tight=True)
    facts = card(stack(_facts(page.sheet, narrow=wide or env.width < 1000), spacing=theme.S2))
    sheet = [*(part(column, page) for part in parts.SHEET), facts]
    end = ft.Container(height=theme.S4)
    standing = [OpenUntil(env, patient_id), WhoSheIs(env, patient_id)]
    if wide:
        return [*standing, columns([*first, *story], [problems, *sheet], narrow=False), end]
    go_on = _start(env, page) if env.narrow else None
    top = [_who(env, page), *([go_on] if go_on is not None else [])] if env.narrow else []
    return [*standing, *top, *first, problems, *sheet[:-1], *story, facts, end]


def _start(env: Env, page: PatientPage) -> ft.Control | None:
    if env.is_supervisor:
        return None
    draft = page.draft_id
    if draft is not None:
        return buttons.primary(
            "patient-continue",
            tr(text.CONTINUE),
            lambda _: env.go(VisitRoute(draft)),
            icon=ft.Icons.EDIT_NOTE,
        )
    # After a death visits to the family are possible, and no longer what the page is for.
    button = buttons.quiet if page.sheet.patient.deceased else buttons.primary
    return button(
        "patient-new-visit",
        tr(text.NEW_VISIT),
        lambda _: env.go(NewVisitRoute(page.sheet.patient.id)),
        icon=ft.Icons.ADD,
    )


def _facts(sheet: FaceSheet, *, narrow: bool) -> list[ft.Control]:
    person = sheet.patient
    if person.birth_on is None:
        born = tr(text.NOT_RECORDED)
    else:
        years = age_on(person.birth_on, now().date())
        born = f"{say.day(person.birth_on)} · {say.years(years)}"
    rows = [
        (tr(text.BORN), born),
        (tr(text.LANGUAGE), say.language(person.language)),
        (tr(text.INTERPRETER_NAME), tr(text.INTERPRETER[sheet.interpreter_needed])),
        (tr(text.ADDRESS), sheet.address or tr(text.NOT_RECORDED)),
        (tr(text.PHONE), sheet.phone or tr(text.NOT_RECORDED)),
        (tr(text.LINE_OF_BUSINESS), sheet.line_of_business or tr(text.NOT_RECORDED)),
        (tr(text.MEMBER_NUMBER), sheet.member_number or tr(text.NOT_RECORDED)),
    ]
    lines = [fact(name, value, width=120 if narrow else 160) for name, value in rows]
    lines.append(muted(say.read_at(sheet.read_at, now()), 14))
    return lines


def _visits(env: Env, page: PatientPage) -> ft.Control:
    rows: list[ft.Control] = [
        visit_row(env, visit, with_name=False, prefix="patient-visit") for visit in page.visits[:VISITS_SHOWN]
    ]
    return group(tr(text.LAST_VISITS), rows or [muted(tr(text.NO_VISITS_YET), 16)])
