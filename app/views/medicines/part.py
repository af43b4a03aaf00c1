"""Medicines on a person's page: the plan's list, and beside each what a visit last found."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.domain.medicines import Line, Taken
from app.domain.reconciliation import Reconciliation
from app.language import tr
from app.services.models import PatientPage
from app.views import say, text, theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.medicines.figures import mme_lines
from app.views.routes import PrescriberRoute
from app.views.widgets import buttons
from app.views.widgets.base import card, group, muted, stack, words
from app.views.wording import medicines as said

SHOWN = 10


@safe_component
def MedicinesPart(env: Env, page: PatientPage) -> ft.Control:
    """The first ten; the rest is one tap away. What is not on the list but in the house stands at the end."""
    everything, set_everything = ft.use_state(False)

    def turn(_: Any) -> None:
        set_everything(lambda old: not old)

    part = page.parts.medicines
    last = part.last
    listed = part.listed or page.sheet.medicines
    found = {line.medicine.reference: line for line in last.lines if line.medicine} if last else {}
    rows: list[ft.Control] = [
        _row(say.medicine(one.text, one.dosage), found.get(one.reference) if one.reference else None, last)
        for one in (listed if everything else listed[:SHOWN])
    ]
    if not listed:
        rows = [muted(tr(said.NO_LIST), 16)]
    if len(listed) > SHOWN:
        label = say.show_all(len(listed)) if not everything else tr(text.SHOW_FEWER)
        icon = ft.Icons.EXPAND_LESS if everything else ft.Icons.EXPAND_MORE
        rows.append(ft.Row([buttons.plain("patient-medicines-all", label, turn, icon=icon)], wrap=True))
    own = [line for line in last.lines if line.medicine is None] if last else []
    rows += [_row(line.name, line, last) for line in own]
    if last is None:
        rows.append(muted(tr(said.NEVER), 15))
    rows += mme_lines(last.lines) if last is not None else []
    if not env.is_supervisor:
        call = buttons.plain(
            "patient-call-prescriber",
            tr(said.CALL),
            lambda _: env.go(PrescriberRoute(page.sheet.patient.id, page.draft_id)),
            icon=ft.Icons.PHONE_IN_TALK,
        )
        rows.append(ft.Row([call], wrap=True))
    return group(tr(said.TITLE), [card(stack(rows, spacing=theme.S2)), *_calls(page)])


def _row(line: str, found: Line | None, last: Reconciliation | None) -> ft.Control:
    parts: list[ft.Control] = [words(said.whole(line), said=line)]
    at = last.said_at.get(found.entry.id) if last and found is not None and found.entry else None
    sentence = said.taken_then(found, at, now()) if found is not None else ""
    order = found.medicine.reference if found is not None and found.medicine is not None else None
    if last is not None and order in last.doubles:
        parts.append(words(tr(said.DOUBLE), 15, strong=True))
    if sentence:
        warn = found is not None and found.taken is not Taken.AS_LISTED
        parts.append(words(sentence, 15, strong=True) if warn else muted(sentence, 15))
    return stack(parts, spacing=0, tight=True)


def _calls(page: PatientPage) -> list[ft.Control]:
    """Telephone orders whose signature is not there yet, or was refused: they are on no list."""
    orders = [call for call in page.parts.calls if call.order]
    lines: list[ft.Control] = []
    for call in orders[:3]:
        seen = said.seen_line(call, now())
        told = [words(said.order_line(call), 16), *([muted(seen, 15)] if seen else [])]
        lines.append(stack(told, spacing=0, tight=True))
    return [card(stack(lines))] if lines else []
