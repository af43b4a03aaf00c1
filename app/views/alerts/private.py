"""Private concerns: the section of a visit, and opening a private alert with one's own PIN or words."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import flet as ft

from app.content.spoken import load
from app.domain.safety.wording import is_facility
from app.language import tr
from app.services.alert_models import AlertLine, PrivateDetail
from app.services.models import VisitPage
from app.views import theme
from app.views.env import Env, now
from app.views.forms import form
from app.views.forms.shown import count_answered
from app.views.guard import safe_component
from app.views.hooks import use_action, use_value
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.widgets.options import aside, wrap
from app.views.wording import alerts as said
from app.views.wording import forms as form_words
from app.views.wording import stored
from app.views.wording import visit as visit_words

SUSPECTED = "private-abuse"
OPEN = "private-concern-open"


def _nothing() -> PrivateDetail | None:
    return None


@safe_component
def SafetySection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    """The private form behind its name, which may be read at the bedside; its sentences and answers may not. Once
    something is suspected, how it is reported where the person lives.
    """
    opened, set_opened = use_value(lambda: False)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    concern, draft = load()["private-concern"], page.draft
    if not opened:
        held = count_answered((concern,), draft.answers, draft.entries)
        way = aside(OPEN, visit_words.form_closed(concern.name), turn, icon=ft.Icons.LOCK_OUTLINE)
        return wrap([way, *([muted(form_words.answered(held))] if held else [])])
    answer = draft.answers.get(SUSPECTED)
    suspected = answer is not None and answer.value == "yes"
    return stack(
        [
            wrap([aside(OPEN, tr(form_words.HIDE_PRIVATE), turn, icon=ft.Icons.EXPAND_LESS)]),
            *([_report(env, page)] if suspected else []),
            *form(concern, env, page, saving, titled=False),
        ]
    )


def _report(env: Env, page: VisitPage) -> ft.Control:
    setting = page.draft.setting
    steps: list[ft.Control] = [words(step, 16) for step in said.report_steps(setting, page.settings, now())]
    number = page.settings.phones.get("abuse-facility" if is_facility(setting) else "abuse-home")
    if number is None:
        steps.append(muted(tr(said.NO_NUMBER)))
        return group(tr(said.REPORT), steps)
    steps.append(words(tr(said.REPORT_PHONE), 16, strong=True))
    steps.append(wrap([_number(env, "private-phone", number)]))
    return group(tr(said.REPORT), steps)


def _number(env: Env, name: str, number: str) -> ft.Control:
    """A number to tap."""

    async def call(_: Any) -> None:
        await env.open_url("tel:" + quote(number, safe="+*#"))

    return buttons.quiet(name, number, call, icon=ft.Icons.PHONE)


@safe_component
def PrivateAlert(env: Env, line: AlertLine) -> ft.Control:
    """Opened by the PIN or the words; closed again by a tap, by leaving the page and by the lock."""
    detail, set_detail = use_value(_nothing)
    asking, set_asking = use_value(lambda: False)
    secret, set_secret = use_value(lambda: "")

    async def open_it(_: Any) -> None:
        found = await env.session.alerts.open_private(line.id, secret, line.visit_id)
        set_secret(lambda _: "")
        set_asking(lambda _: False)
        set_detail(lambda _: found)

    def close(_: Any) -> None:
        set_detail(lambda _: None)

    opening = use_action(open_it)
    if detail is not None:
        steps: list[ft.Control] = [words(stored.say(detail.finding), 16, strong=True)]
        if detail.due_at is not None:
            steps.append(words(said.until(detail.due_at, now()), 16))
        steps += [words(stored.say(step), 16) for step in detail.actions]
        if detail.phone is not None:
            steps.append(wrap([_number(env, f"alert-private-phone-{line.id}", detail.phone)]))
        if detail.closed_reason:
            steps.append(words(f"{tr(said.WAS_DONE)}: {detail.closed_reason}", 16))
        steps.append(wrap([buttons.quiet(f"alert-private-close-{line.id}", tr(said.PRIVATE_CLOSE), close)]))
        return stack(steps, spacing=theme.S2)
    if not asking:
        ask = buttons.quiet(
            f"alert-private-{line.id}",
            tr(said.PRIVATE_OPEN),
            lambda _: set_asking(lambda _: True),
            icon=ft.Icons.LOCK_OPEN,
        )
        return wrap([ask])
    box = field(
        f"alert-secret-{line.id}",
        tr(said.PRIVATE_SECRET),
        secret,
        lambda value: set_secret(lambda _: value),
        on_submit=opening.run,
        secret=True,
        autofocus=True,
    )
    go = buttons.quiet(f"alert-private-open-{line.id}", tr(said.PRIVATE_OPEN), opening.run, busy=opening.busy)
    problem = [notice(opening.error, Tone.ASK)] if opening.error else optional_notice(None)
    return stack([box, *problem, wrap([go])], spacing=theme.S2)
