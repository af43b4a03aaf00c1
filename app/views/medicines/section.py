"""The medicines of a visit: the plan's list gone through, opioids counted, bowels and naloxone, the prescriber."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import flet as ft

from app.content.spoken import load
from app.domain.medicine_changes import amounts_after
from app.domain.medicines import (
    GROUP,
    Line,
    MedicineFacts,
    Taken,
    asks_bowel_regimen,
    listed_answers,
    medicine_facts,
    offers_naloxone,
    reconcile,
)
from app.domain.visit import Entry
from app.language import tr
from app.services.models import VisitPage
from app.services.safety_facts import read_facts
from app.views import theme
from app.views.env import Env, now
from app.views.forms import fields
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action
from app.views.medicines.figures import mme_lines
from app.views.medicines.row import TYPED, MedicineRow
from app.views.routes import PrescriberRoute
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import muted, stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import medicines as said

BOWEL = ("bowel-regimen", "bowel-regimen-why")
NALOXONE = ("naloxone", "overdose-risk")


def lines_of(page: VisitPage) -> tuple[Line, ...]:
    return reconcile(page.draft.entries, page.parts.medicines.listed)


def facts_of(page: VisitPage) -> MedicineFacts:
    return medicine_facts(
        page.draft.answers,
        page.draft.entries,
        page.parts.medicines.listed,
        naloxone_before=page.last_values.get("naloxone"),
    )


def state(page: VisitPage) -> str | None:
    """The closed section's line; None while nothing was touched."""
    lines = lines_of(page)
    done = sum(line.taken is not None for line in lines)
    return said.state(done, len(lines)) if done else None


def is_near_the_end(page: VisitPage) -> bool:
    """Last days by the phase said now or else last, or in hospice: bowels and naloxone are not asked then."""
    answer = page.draft.answers.get("phase") or page.last_values.get("phase")
    last_days = answer is not None and answer.value == "terminal"
    return last_days or read_facts(page.parts, page.draft).hospice is True


def is_comfort_only(page: VisitPage) -> bool:
    """The end is near, or every record says comfort-focused treatment only: nothing is prompted then."""
    return is_near_the_end(page) or read_facts(page.parts, page.draft).comfort_only is True


@safe_component
def MedicinesSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    lines = lines_of(page)

    async def choose(line: Line, taken: Taken) -> None:
        await put_choice(saving, line, taken)

    async def remove(line: Line) -> None:
        if line.entry is not None:
            await saving.remove_entry(line.entry.id)

    async def all_as_listed(_: Any) -> None:
        async def write() -> None:
            # As last read back: what another tap stored meanwhile is not added twice.
            for line in lines_of(saving.view.page or page):
                if line.medicine is not None and line.entry is None:
                    answers = listed_answers(line.medicine, Taken.AS_LISTED)
                    await saving.visits.add_entry(
                        saving.visit_id, GROUP, about=line.medicine.reference, answers=answers
                    )

        await saving.commit(write)

    async def add(_: Any) -> None:
        await saving.add_entry(GROUP, answers={"med-choice": Taken.NOT_ON_LIST.value})

    taking_all, adding = use_action(all_as_listed), use_action(add)
    open_ones = sum(line.medicine is not None and line.entry is None for line in lines)
    parts: list[ft.Control] = [words(load()["medicines"].instruction, 16)]
    if open_ones:
        button = buttons.quiet(
            "medicines-all-as-listed",
            f"{tr(said.ALL_AS_LISTED)} ({open_ones})",
            taking_all.run,
            icon=ft.Icons.DONE_ALL,
            busy=taking_all.busy,
        )
        parts.append(ft.Row([button], wrap=True))
    if not page.parts.medicines.listed:
        parts.append(muted(tr(said.NO_LIST), 16))
    parts += _rows(lines, env, page, saving, choose, remove)
    parts += [*optional_notice(taking_all.error, Tone.ASK), *optional_notice(adding.error, Tone.ASK)]
    plus = buttons.quiet("medicines-add", tr(said.ADD), adding.run, icon=ft.Icons.ADD, busy=adding.busy)
    parts.append(ft.Row([plus], wrap=True))
    parts += mme_lines(lines)
    parts += _prompts(env, page, saving)
    call = buttons.quiet(
        "medicines-call-prescriber",
        tr(said.CALL),
        lambda _: env.go(PrescriberRoute(page.patient.id, saving.visit_id)),
        icon=ft.Icons.PHONE_IN_TALK,
    )
    parts.append(ft.Row([call], wrap=True))
    return stack(parts, spacing=theme.S3)


async def put_choice(saving: Saving, line: Line, taken: Taken) -> None:
    """One tap. The chosen one tapped again is taken back; what somebody typed about the medicine stays."""
    reference = line.medicine.reference if line.medicine is not None else None
    if saving.is_trembling(f"medicine {reference or (line.entry.id if line.entry else '')}", taken):
        return
    entry = line.entry
    if entry is None and line.medicine is not None:
        await saving.add_entry(GROUP, about=reference, answers=listed_answers(line.medicine, taken))
    elif entry is not None and line.taken is not taken:
        await _change(saving, line, entry, taken)
    elif entry is not None and not _has_typed(entry) and entry.about is not None:
        await saving.remove_entry(entry.id)
    elif entry is not None:
        await saving.put("med-choice", None, entry.id)


async def _change(saving: Saving, line: Line, entry: Entry, taken: Taken) -> None:
    """Another choice: amounts that stood there because the list says them go before it, or come with "as listed"."""
    for name, flush in list(saving.flushers.items()):
        if name.startswith(f"{entry.id} "):
            await flush()
    held = saving.find_entry(entry.id) or entry
    amounts = amounts_after(replace(line, entry=held), taken)

    async def write() -> None:
        for link, value in amounts.items():
            if value is None:
                await saving.visits.clear(saving.visit_id, link, entry=entry.id)
            else:
                await saving.visits.answer(saving.visit_id, link, value=value, entry=entry.id)
        await saving.visits.answer(saving.visit_id, "med-choice", value=taken.value, entry=entry.id)

    await saving.commit(write)


def _has_typed(entry: Entry) -> bool:
    return any(link in entry.answers for link in TYPED)


def _rows(
    lines: Sequence[Line], env: Env, page: VisitPage, saving: Saving, choose: Any, remove: Any
) -> list[ft.Control]:
    last = page.parts.medicines.last
    before = {line.medicine.reference: line for line in last.lines if line.medicine} if last else {}
    rows: list[ft.Control] = []
    for number, line in enumerate(lines, start=1):
        reference = line.medicine.reference if line.medicine is not None else None
        earlier = before.get(reference) if reference else None
        at = last.said_at.get(earlier.entry.id) if last and earlier and earlier.entry else None
        sentence = said.taken_then(earlier, at, now()) if earlier is not None else ""
        key = reference or (line.entry.id if line.entry else f"line {number}")
        rows.append(keyed(key, MedicineRow, line, number, sentence, choose, remove, env, page, saving))
    return rows


def _prompts(env: Env, page: VisitPage, saving: Saving) -> list[ft.Control]:
    """Bowel regimen and naloxone: only on an opioid, never in last days or hospice; what was answered stays seen."""
    facts, near_end, comfort = facts_of(page), is_near_the_end(page), is_comfort_only(page)
    answers = page.draft.answers
    form = load()["medicines"]
    parts: list[ft.Control] = []
    if (facts.on_opioid and not near_end) or any(link in answers for link in BOWEL):
        parts.append(words(tr(said.BOWEL_TITLE), 16, strong=True))
        if asks_bowel_regimen(facts, comfort_only=comfort):
            parts.append(_quiet_notice("bowel-prompt", tr(said.BOWEL_ASK)))
        if facts.laxatives:
            parts.append(muted(said.laxatives(facts.laxatives), 15))
        parts += fields([form.get_item(link) for link in BOWEL], env, page, saving, instrument=form)
    if (facts.on_opioid and not near_end) or any(link in answers for link in NALOXONE):
        parts.append(words(tr(said.NALOXONE_TITLE), 16, strong=True))
        if offers_naloxone(facts, comfort_only=comfort, settings=page.settings):
            parts.append(_quiet_notice("naloxone-prompt", tr(said.NALOXONE_ASK)))
        parts += fields([form.get_item(link) for link in NALOXONE], env, page, saving, instrument=form)
    return parts


def _quiet_notice(identifier: str, sentence: str) -> ft.Control:
    return ft.Semantics(identifier=identifier, container=True, content=notice(sentence, Tone.CALM))
