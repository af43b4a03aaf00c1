"""One person: the face sheet as pulled, what is not recorded said, and her last visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.domain.patient import FaceSheet, Problem, age_on
from app.services.models import PatientPage
from app.store.changes import Topic
from app.views import patient_parts, say, text, theme
from app.views.emergency import OpenUntil
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import use_load
from app.views.routes import NewVisitRoute, VisitRoute
from app.views.widgets import buttons
from app.views.widgets.base import MUTED, card, fact, group, muted, stack, words
from app.views.widgets.frame import screen
from app.views.widgets.notices import loading, optional_notice
from app.views.widgets.visit_rows import visit_row

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX})
SHOWN = 10
VISITS_SHOWN = 10


@safe_component
def PatientView(env: Env, patient_id: str, alone: bool) -> ft.Control:
    """`alone`: the only pane, with a way back to the list."""

    async def read() -> PatientPage:
        return await env.session.caseload.page(patient_id)

    page, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    back = buttons.back("patient-back", text.PATIENTS, lambda _: env.back()) if alone else None
    if page.value is None:
        inside = [*optional_notice(page.error)] or [loading()]
        return screen(text.PATIENTS, inside, narrow=env.narrow, lead=back)
    sheet = page.value.sheet
    go_on = _start(env, page.value)
    body: list[ft.Control] = [
        *optional_notice(page.error),
        OpenUntil(env, patient_id),
        muted(say.who(sheet, now().date()), 16),
        *([go_on] if env.narrow and go_on else []),
        *_always(sheet),
        *(part(env, page.value) for part in patient_parts.ALWAYS),
        Listing("problems", text.PROBLEMS, _problems(sheet.problems)),
        *(part(env, page.value) for part in patient_parts.BODY),
        card(stack(_facts(sheet, narrow=env.width < 1000), spacing=theme.S2)),
        _visits(env, page.value),
        ft.Container(height=theme.S4),
    ]
    return screen(
        sheet.patient.display_name,
        body,
        narrow=env.narrow,
        lead=back,
        ends=[go_on] if go_on and not env.narrow else [],
        spacing=20,
    )


def _start(env: Env, page: PatientPage) -> ft.Control | None:
    if env.is_supervisor:
        return None
    draft = page.draft_id
    if draft is not None:
        return buttons.primary(
            "patient-continue", text.CONTINUE, lambda _: env.go(VisitRoute(draft)), icon=ft.Icons.EDIT_NOTE
        )
    return buttons.primary(
        "patient-new-visit",
        text.NEW_VISIT,
        lambda _: env.go(NewVisitRoute(page.sheet.patient.id)),
        icon=ft.Icons.ADD,
    )


def _always(sheet: FaceSheet) -> list[ft.Control]:
    """Allergies: in sight before anything else, also when nothing is recorded. Only recorded ones get a colour."""
    if sheet.allergies:
        allergies = _flag(ft.Icons.WARNING_AMBER, say.allergies(sheet.allergies), warn=True)
    elif sheet.allergies is None:
        allergies = _flag(ft.Icons.HELP_OUTLINE, text.ALLERGIES_NOT_RECORDED)
    else:
        allergies = _flag(ft.Icons.CHECK, text.NO_KNOWN_ALLERGIES)
    died = [_flag(ft.Icons.INFO_OUTLINE, text.DECEASED)] if sheet.patient.deceased else []
    return [stack([*died, allergies], spacing=theme.S2)]


def _flag(icon: ft.IconData, sentence: str, *, warn: bool = False) -> ft.Control:
    ink = ft.Colors.ON_TERTIARY_CONTAINER if warn else ft.Colors.ON_SURFACE
    line = ft.Row(
        [
            ft.Icon(icon, size=22, color=ink),
            ft.Container(expand=True, content=words(sentence, 17, strong=True, color=ink)),
        ],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    ground = ft.Colors.TERTIARY_CONTAINER if warn else ft.Colors.SURFACE_CONTAINER
    return card(line, color=ground, padding=theme.S3)


def _facts(sheet: FaceSheet, *, narrow: bool) -> list[ft.Control]:
    person = sheet.patient
    if person.birth_on is None:
        born = text.NOT_RECORDED
    else:
        years = age_on(person.birth_on, now().date())
        born = f"{say.day(person.birth_on)} · {say.count(years, 'year', 'years')}"
    rows = [
        (text.BORN, born),
        (text.LANGUAGE, person.language or text.LANGUAGE_NOT_RECORDED),
        (text.INTERPRETER_NAME, text.INTERPRETER[sheet.interpreter_needed]),
        (text.ADDRESS, sheet.address or text.NOT_RECORDED),
        (text.PHONE, sheet.phone or text.NOT_RECORDED),
        (text.LINE_OF_BUSINESS, sheet.line_of_business or text.NOT_RECORDED),
        (text.MEMBER_NUMBER, sheet.member_number or text.NOT_RECORDED),
    ]
    lines = [fact(name, value, width=120 if narrow else 160) for name, value in rows]
    lines.append(muted(say.read_at(sheet.read_at, now()), 14))
    return lines


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list, and under which small heading it stands."""

    line: str
    under: str = ""


def _problems(problems: Sequence[Problem]) -> tuple[Entry, ...]:
    """Headings only where the plan files problems in more than one way; the order is said in the decoding."""
    mixed = len({problem.kind for problem in problems}) > 1
    return tuple(Entry(say.problem(p), text.PROBLEM_KIND[p.kind] if mixed else "") for p in problems)


@safe_component
def Listing(identifier: str, title: str, entries: Sequence[Entry]) -> ft.Control:
    """The first few entries under each heading; the rest is one tap away."""
    everything, set_everything = ft.use_state(False)

    def turn(_: Any) -> None:
        set_everything(lambda old: not old)

    few = _first_under_each(entries)
    shown = entries if everything else few
    lines: list[ft.Control] = []
    under = ""
    for entry in shown:
        if entry.under != under:
            under = entry.under
            lines.append(muted(under, 14, strong=True))
        lines.append(_entry(entry.line))
    if not lines:
        lines = [muted(text.NONE_RECORDED, 16)]
    if len(entries) > len(few):
        label = text.SHOW_FEWER if everything else say.show_all(len(entries))
        icon = ft.Icons.EXPAND_LESS if everything else ft.Icons.EXPAND_MORE
        lines.append(ft.Row([buttons.plain(f"patient-{identifier}-all", label, turn, icon=icon)]))
    return group(title, [card(stack(lines, spacing=theme.S2))])


def _first_under_each(entries: Sequence[Entry]) -> list[Entry]:
    """A long heading never pushes the next one out of sight: a risk filed as a finding stays seen."""
    seen: Counter[str] = Counter()
    few = []
    for entry in entries:
        seen[entry.under] += 1
        if seen[entry.under] <= SHOWN:
            few.append(entry)
    return few


def _entry(line: str) -> ft.Control:
    dot = ft.Container(width=6, height=6, border_radius=3, bgcolor=MUTED, margin=ft.Margin(0, 9, 0, 0))
    return ft.Row(
        [dot, ft.Container(expand=True, content=words(line))],
        spacing=theme.S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _visits(env: Env, page: PatientPage) -> ft.Control:
    rows: list[ft.Control] = [
        visit_row(env, visit, with_name=False, prefix="patient-visit") for visit in page.visits[:VISITS_SHOWN]
    ]
    return group(text.LAST_VISITS, rows or [muted(text.NO_VISITS_YET, 16)])
