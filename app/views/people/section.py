"""People in a visit: what the person wants to know, who is on record, changes by entry."""

from __future__ import annotations

from functools import partial
from typing import Any

import flet as ft

from app.content.spoken import load
from app.domain.people import CALLED, FORM, GROUP, WANTS, Person, answers_of, person_of
from app.domain.visit import Entry
from app.language import tr
from app.services.models import VisitPage
from app.views import theme
from app.views.env import Env
from app.views.forms import fields
from app.views.forms.names import ident
from app.views.guard import keyed, safe_component
from app.views.hooks import use_action, use_value
from app.views.people.lines import person_lines, wants_line
from app.views.visit.saving import Saving
from app.views.widgets import buttons
from app.views.widgets.base import card, heading, muted, stack, words
from app.views.widgets.notices import Tone, optional_notice
from app.views.widgets.options import aside, at_end
from app.views.wording import conversation as said
from app.views.wording import forms as wording

SAME = "people-same"


@safe_component
def PeopleSection(env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    newest, set_newest = use_value(lambda: "")
    record = page.parts.people
    entries = page.draft.entries.get(GROUP, ())
    renewing = {one: entry for entry in entries for one in (entry.about or "").split()}

    def draw(entry: Entry) -> ft.Control:
        return keyed(entry.id, PersonEntry, entry, entry.id == newest, env, page, saving)

    async def add(_: Any) -> None:
        made = await saving.add_entry(GROUP)
        if made is not None:
            set_newest(lambda _old: made)

    async def change(person: Person, _: Any) -> None:
        made = await saving.add_entry(
            GROUP, about=" ".join(_versions(page, person)), answers=answers_of(person)
        )
        if made is not None:
            set_newest(lambda _old: made)

    adding = use_action(add)
    parts: list[ft.Control] = [
        # The question's own title says what it is about: a second one above it would only repeat it.
        *(
            [muted(f"{tr(said.ON_RECORD)}: {wants_line(record.wants)}", 15)]
            if record.wants is not None
            else []
        ),
        *fields([load()[FORM].get_item(WANTS)], env, page, saving, instrument=load()[FORM]),
        *fields([load()[FORM].get_item(CALLED)], env, page, saving, instrument=load()[FORM]),
        heading(tr(said.PEOPLE), 17, level=3),
    ]
    if not record.people and not entries:
        parts.append(muted(tr(said.PEOPLE_NONE), 16))
    drawn: set[str] = set()
    for number, person in enumerate(record.people, start=1):
        changed = renewing.get(person.id)
        if changed is None:
            parts.append(_on_record(person, number, person.id in record.doubles, change))
        elif changed.id not in drawn:  # in the place of the one who is changed
            drawn.add(changed.id)
            parts.append(draw(changed))
    parts += [draw(entry) for entry in entries if entry.id not in drawn]
    if record.people or SAME in page.draft.answers:  # they were shown above
        parts += fields([load()[FORM].get_item(SAME)], env, page, saving, instrument=load()[FORM])
    parts += optional_notice(adding.error, Tone.ASK)
    plus = buttons.quiet(
        "people-add", tr(said.ADD_PERSON), adding.run, icon=ft.Icons.PERSON_ADD_ALT, busy=adding.busy
    )
    parts.append(ft.Row([plus], wrap=True))
    return stack(parts, spacing=theme.S2)


def _versions(page: VisitPage, person: Person) -> list[str]:
    """The version to renew, with the other one where two stand: changing one settles it."""
    if person.id not in page.parts.people.doubles:
        return [person.id]
    shared = set(person.replaces)
    return [one.id for one in page.parts.people.people if one.id == person.id or shared & set(one.replaces)]


def _on_record(person: Person, number: int, double: bool, change: Any) -> ft.Control:
    lines = person_lines(person)
    if double:
        lines.append(words(tr(said.DOUBLE), 15, strong=True))
    tap = aside(
        f"people-change-{number}", tr(said.CHANGE), partial(change, person), icon=ft.Icons.EDIT_OUTLINED
    )
    return card(stack([*lines, ft.Row([tap], wrap=True)], spacing=2), padding=theme.S3)


@safe_component
def PersonEntry(entry: Entry, fresh: bool, env: Env, page: VisitPage, saving: Saving) -> ft.Control:
    """Somebody entered or changed in this visit: a few lines; a tap opens the questions. A new one is open."""
    opened, set_opened = ft.use_state(fresh or not entry.answers)

    def turn(_: Any) -> None:
        set_opened(lambda old: not old)

    async def remove(_: Any) -> None:
        await saving.remove_entry(entry.id)

    removing = use_action(remove)
    person = person_of(entry, entry.id, page.draft.began_at, page.draft.nurse.name)
    lines = person_lines(person)
    if not person.listed:
        lines.append(words(tr(said.TAKEN_OFF), 15, strong=True))
    lines.append(muted(tr(said.CHANGED_HERE) if entry.about else tr(said.WRITTEN_NOW), 13))
    line = buttons.tile(
        ident("people", "open", entry.id),
        turn,
        stack(lines, spacing=0, tight=True),
        end=ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE,
    )
    if not opened:
        return line
    items = load()[FORM].get_item(GROUP).items
    shown = [item for item in items if entry.about or item.link_id != "person-listed"]
    inside = fields(shown, env, page, saving, instrument=load()[FORM], entry=entry)
    away = buttons.plain(
        ident("people", "remove", entry.id), tr(wording.REMOVE), removing.run, icon=ft.Icons.DELETE_OUTLINE
    )
    return card(
        stack([line, *inside, *optional_notice(removing.error, Tone.ASK), at_end(away)], spacing=theme.S2),
        padding=theme.S2,
        color=ft.Colors.SURFACE_CONTAINER,
    )


def state(page: VisitPage) -> str | None:
    """The closed section's line: how many people are known and entered."""
    entries = page.draft.entries.get(GROUP, ())
    about = {one for entry in entries for one in (entry.about or "").split()}
    number = sum(bool(entry.answers) for entry in entries) + sum(
        person.id not in about for person in page.parts.people.people
    )
    return said.people_state(number) or None
