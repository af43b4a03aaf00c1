"""Call the prescriber: the number, what is at hand, and the call written down in the open visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flet as ft

from app.domain.medicines import Line, reconcile
from app.domain.prescriber import GROUP
from app.domain.settings import PlanSettings
from app.domain.visit import Value
from app.language import tr
from app.services.models import PatientPage, VisitPage
from app.store.changes import Topic
from app.views import text, theme
from app.views.env import Env
from app.views.guard import keyed, on_page, safe_component
from app.views.hooks import use_action, use_load, use_value
from app.views.medicines.section import lines_of
from app.views.prescriber.at_hand import at_hand, moment_now
from app.views.prescriber.call import CallCard
from app.views.prescriber.findings import finding_lines
from app.views.routes import NewVisitRoute
from app.views.visit.autosave import finish_typing
from app.views.visit.saving import use_saving
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, words
from app.views.widgets.buttons import Tap
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, notice, optional_notice
from app.views.wording import medicines as said

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS, Topic.OUTBOX})


@safe_component
def PrescriberScreen(env: Env, patient_id: str, visit_id: str | None) -> ft.Control:
    async def read() -> PatientPage:
        return await env.session.caseload.page(patient_id)

    loaded, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    back = buttons.back("prescriber-back", tr(text.BACK), lambda _: env.back())
    if loaded.value is None:
        inside = [*optional_notice(loaded.error)] or [loading()]
        return screen(tr(said.CALL_TITLE), inside, narrow=env.narrow, lead=back)
    page = loaded.value
    open_visit = visit_id or page.draft_id
    body: ft.Control
    if open_visit is None:
        body = keyed("without", WithoutVisit, env, page)
    else:
        body = keyed(f"in {open_visit}", InVisit, env, page, open_visit)
    return screen(tr(said.CALL_TITLE), [body], narrow=env.narrow, lead=back)


def find_phone(settings: PlanSettings) -> tuple[str, str] | None:
    """(whose, number) of the first number that the plan has set."""
    known = ((who, settings.phones.get(who, "").strip()) for who in said.PHONE_ORDER)
    return next(((who, number) for who, number in known if number), None)


def dialled(number: str) -> str:
    """The address that the device's dialler understands: digits and a leading plus."""
    kept = "".join(ch for ch in number if ch.isdigit() or ch in "*#,;")
    return f"tel:+{kept}" if number.strip().startswith("+") else f"tel:{kept}"


def first_answers(page: VisitPage) -> Mapping[str, Value]:
    """What a new call starts with: the open alerts as the reason, what a scale flags as findings. Nothing private."""
    why = "\n".join(
        dict.fromkeys(one.finding for one in page.alerts if not one.private and one.state == "open")
    )
    findings = "\n".join(line.text for line in finding_lines(page) if line.flagged)
    answers: dict[str, Value] = {"pc-how": "phone", "pc-at": moment_now()}
    answers |= {"pc-why": why} if why else {}
    return answers | ({"pc-findings": findings} if findings else {})


@safe_component
def InVisit(env: Env, patient: PatientPage, visit_id: str) -> ft.Control:
    view, saving = use_saving(env, visit_id)
    flet_page = ft.context.page
    newest, set_newest = use_value(lambda: "")

    async def first_read() -> None:
        await finish_typing(env.session, visit_id)
        await saving.reload()

    ft.use_effect(on_page(flet_page, first_read), [])

    async def write_down(_: Any) -> None:
        page = saving.view.page
        made = await saving.add_entry(GROUP, answers=first_answers(page)) if page is not None else None
        if made is not None:
            set_newest(lambda _old: made)

    async def call(_: Any) -> None:
        page = saving.view.page
        found = find_phone(page.settings) if page is not None else None
        if page is None or found is None:
            return
        if not page.draft.entries.get(GROUP):
            await write_down(None)
        await env.open_url(dialled(found[1]))

    writing = use_action(write_down)
    calling = use_action(call)
    page = view.page
    if page is None:
        return notice(view.problem) if view.problem else loading()
    calls = page.draft.entries.get(GROUP, ())
    label = tr(said.WRITE_ANOTHER) if calls else tr(said.WRITE_DOWN)
    parts: list[ft.Control] = [*optional_notice(view.problem, Tone.ASK)]
    parts += phone_button(page.settings, calling.run)
    parts += [*optional_notice(calling.error, Tone.ASK)]
    parts.append(at_hand(patient, _lines(page, patient), page.draft, narrow=env.narrow))
    cards = [
        keyed(entry.id, CallCard, entry, env, page, saving, entry.id == newest or len(calls) == 1)
        for entry in calls
    ]
    parts.append(group(tr(said.CALLS), cards or [muted(tr(said.NO_CALLS), 16)]))
    write = buttons.quiet("prescriber-write", label, writing.run, icon=ft.Icons.EDIT_NOTE, busy=writing.busy)
    parts += [ft.Row([write], wrap=True), *optional_notice(writing.error, Tone.ASK)]
    parts.append(ft.Container(height=theme.S6))
    return ft.Column(parts, spacing=theme.S4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _lines(page: VisitPage, patient: PatientPage) -> tuple[Line, ...]:
    """As this visit found them; before anything was gone through, as the last one did."""
    last = patient.parts.medicines.last
    if last is not None and not page.draft.entries.get("medicines"):
        return last.lines
    return lines_of(page)


def phone_button(settings: PlanSettings, on_tap: Tap) -> list[ft.Control]:
    found = find_phone(settings)
    if found is None:
        return [muted(tr(said.NO_NUMBER), 16)]
    label = said.dial(*found)
    return [ft.Row([buttons.primary("prescriber-dial", label, on_tap, icon=ft.Icons.PHONE)], wrap=True)]


@safe_component
def WithoutVisit(env: Env, patient: PatientPage) -> ft.Control:
    """What is at hand, and the way to a visit in which the call can be written down."""
    settings = patient.parts.settings

    async def call(_: Any) -> None:
        found = find_phone(settings)
        if found is not None:
            await env.open_url(dialled(found[1]))

    calling = use_action(call)
    last = patient.parts.medicines.last
    lines = last.lines if last else reconcile({}, patient.parts.medicines.listed)
    parts: list[ft.Control] = phone_button(settings, calling.run)
    parts += [*optional_notice(calling.error, Tone.ASK), at_hand(patient, lines, None, narrow=env.narrow)]
    parts.append(words(tr(said.NEEDS_VISIT), 16))
    go = buttons.quiet(
        "prescriber-start-visit",
        tr(said.START_VISIT),
        lambda _: env.go(NewVisitRoute(patient.sheet.patient.id)),
    )
    parts.append(ft.Row([go], wrap=True))
    return ft.Column(parts, spacing=theme.S4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
