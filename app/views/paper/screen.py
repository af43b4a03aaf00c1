"""Choose a paper, look at every word of it, let it leave. Nothing of it is kept afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import flet as ft

from app.domain.on_paper import Paper
from app.language import get_language, tr
from app.paper.compose import LANGUAGES, compose, finish, propose_language
from app.paper.letters import find_undrawable
from app.paper.model import OWN, Hand, Sheet
from app.paper.readers import Reader, list_must_not_read, list_readers
from app.paper.source import Source
from app.store.changes import Topic
from app.views import text, theme
from app.views.env import Env
from app.views.guard import keyed, safe_component
from app.views.hooks import use_load, use_value
from app.views.paper.leaving import Leaving, letters_notice
from app.views.paper.pieces import Change, KeptOff, section_group
from app.views.paper.preview import preview
from app.views.widgets import buttons
from app.views.widgets.base import group, muted, stack, words
from app.views.widgets.fields import field
from app.views.widgets.frame import screen
from app.views.widgets.notices import Tone, loading, notice, optional_notice
from app.views.widgets.options import chip, wrap
from app.views.wording import paper as said
from app.views.wording import stored

TOPICS = frozenset({Topic.PATIENTS, Topic.VISITS})
ORDER = (Paper.FRIDGE, Paper.FAMILY, Paper.CLINICAL, Paper.OWN_WORDS)
_ICONS = {
    Paper.FRIDGE: ft.Icons.KITCHEN,
    Paper.FAMILY: ft.Icons.FAMILY_RESTROOM,
    Paper.CLINICAL: ft.Icons.MEDICAL_INFORMATION_OUTLINED,
    Paper.OWN_WORDS: ft.Icons.FORMAT_QUOTE,
}


@safe_component
def PaperScreen(env: Env, patient_id: str) -> ft.Control:
    async def read() -> Source:
        return await env.session.papers.read(patient_id)

    loaded, _ = use_load(read, env.session.hub, TOPICS, patient_id)
    chosen, set_chosen = use_value(_none)
    back = buttons.back("paper-back", tr(text.BACK), lambda _: env.back())
    source = loaded.value
    if source is None:
        inside = [*optional_notice(loaded.error)] or [loading()]
        return screen(tr(said.TITLE), inside, narrow=env.narrow, lead=back)
    if chosen is None:
        name = words(source.sheet.patient.display_name, 18, strong=True)

        def choose(paper: Paper, _: Any) -> None:
            set_chosen(lambda _old: paper)

        tiles = [_tile(paper, partial(choose, paper)) for paper in ORDER]
        body: list[ft.Control] = [name, group(tr(said.WHICH), tiles)]
        return screen(tr(said.TITLE), body, narrow=env.narrow, lead=back)
    other = buttons.plain(
        "paper-another",
        tr(said.OTHER_PAPER),
        lambda _: set_chosen(lambda _old: None),
        icon=ft.Icons.SWAP_HORIZ,
    )
    making = keyed(str(chosen), Making, env, patient_id, source, chosen)
    lead = ft.Row([back, other], wrap=True)
    return screen(tr(said.KIND[chosen]), [making], narrow=env.narrow, lead=lead, scroll=False)


def _none() -> Paper | None:
    return None


def _tile(paper: Paper, on_tap: Callable[[Any], None]) -> ft.Control:
    inside = stack(
        [words(tr(said.KIND[paper]), 18, strong=True), muted(tr(said.KIND_HELP[paper]))], spacing=2
    )
    return buttons.tile(f"paper-kind-{paper}", on_tap, inside, lead=_ICONS[paper])


@safe_component
def Making(env: Env, patient_id: str, source: Source, paper: Paper) -> ft.Control:
    readers = list_readers(source.people, source.sheet.patient.display_name)
    language, set_language = use_value(lambda: propose_language(source, paper))
    reader_id, set_reader = use_value(lambda: readers[0].id)
    hand, set_hand = use_value(Hand)
    changing, set_changing = use_value(lambda: paper is Paper.OWN_WORDS)
    reader = next((one for one in readers if one.id == reader_id), readers[0])
    sheet = compose(source, paper, language, reader)
    settled = finish(sheet, hand)
    nothing = not any(piece.text for piece in settled.pieces)

    def choose_reader(chosen: str) -> None:
        # what was put on for one reader is not put on for another
        set_hand(lambda old: Hand(chosen=old.chosen))
        set_reader(lambda _old: chosen)

    left: list[ft.Control] = []
    if len(LANGUAGES[paper]) > 1:
        left.append(_languages(LANGUAGES[paper], language, lambda one: set_language(lambda _old: one)))
    if paper is Paper.FAMILY:
        left.append(_readers(readers, reader, choose_reader))
    notices = _notices(source, sheet, settled, reader)
    choosing = _choosing(sheet, hand, set_hand)
    right = [keyed("leaving", Leaving, env, patient_id, sheet, hand, nothing), preview(settled)]
    if env.narrow:
        # the paper first: most are left as they are; changing it is one tap away
        shown = choosing if changing else right
        turn = _turn(changing, lambda one: set_changing(lambda _old: one))
        return _pane([*left, turn, *notices, *shown], 1)
    return ft.Row(
        [_pane([*left, *notices, *choosing], 3), _pane(right, 2)],
        expand=True,
        spacing=theme.S6,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _pane(parts: list[ft.Control], share: int) -> ft.Control:
    """One of two panes, each of which is scrolled by itself: the paper stays in sight while it is changed."""
    return ft.Column(
        [*parts, ft.Container(height=theme.S4)],
        expand=share,
        spacing=theme.S4,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _turn(changing: bool, pick: Callable[[bool], None]) -> ft.Control:
    return wrap(
        [
            chip(
                "paper-read", tr(said.READ_IT), not changing, lambda _: pick(False), icon=ft.Icons.VISIBILITY
            ),
            chip("paper-change", tr(said.CHANGE_IT), changing, lambda _: pick(True), icon=ft.Icons.EDIT),
        ]
    )


def _notices(source: Source, sheet: Sheet, settled: Sheet, reader: Reader) -> list[ft.Control]:
    found: list[ft.Control] = []
    if sheet.paper is Paper.FAMILY and reader.left_out:
        found.append(notice(said.left_out(reader.name, reader.left_out), Tone.CALM))
    if sheet.paper is Paper.FRIDGE:
        names = [one.name or stored.name(one.relation) for one in list_must_not_read(source.people)]
        found += [notice(said.must_not_read(names), Tone.ASK)] if names else []
    blank = [piece.label for piece in settled.pieces if piece.blank]
    found += [notice(said.blank_lines(blank), Tone.ASK)] if blank else []
    if sheet.language == "es":
        found.append(notice(tr(said.SPANISH), Tone.CALM))
    if len(LANGUAGES[sheet.paper]) == 1 and get_language().code != sheet.language:
        found.append(notice(tr(said.ENGLISH), Tone.CALM))
    return found + letters_notice(find_undrawable(settled.texts))


def _tapped(pick: Callable[[str], None], what: str, _: Any) -> None:
    pick(what)


def _languages(offered: tuple[str, ...], language: str, pick: Callable[[str], None]) -> ft.Control:
    chips = [
        chip(f"paper-language-{one}", tr(said.LANGUAGES[one]), one == language, partial(_tapped, pick, one))
        for one in offered
    ]
    return group(tr(said.LANGUAGE), [wrap(chips)])


def _readers(readers: tuple[Reader, ...], reader: Reader, pick: Callable[[str], None]) -> ft.Control:
    chips = [
        chip(
            f"paper-for-{number}", stored.name(one.name), one.id == reader.id, partial(_tapped, pick, one.id)
        )
        for number, one in enumerate(readers)
    ]
    return group(tr(said.FOR_WHOM), [wrap(chips)])


def _choosing(sheet: Sheet, hand: Hand, change: Change) -> list[ft.Control]:
    """Every piece with a tick, what is kept off behind one tap, and a line of the nurse's own."""
    parts: list[ft.Control] = []
    for section in sheet.sections:
        parts += section_group(section, hand, change)
    if sheet.paper is Paper.OWN_WORDS:
        head = muted(tr(said.CHOOSE_OWN) if sheet.pieces else tr(said.NOTHING_SAID), 16)
        parts.insert(0, head)
    kept = tuple(piece for piece in sheet.pieces if piece.held is not None)
    if kept:
        parts.append(KeptOff(kept, hand, change))

    def typed(value: str) -> None:
        change(lambda old: replace(old, typed={**old.typed, OWN: value}))

    own = field("paper-own", tr(said.OWN), hand.typed.get(OWN, ""), typed, lines=2, helper=tr(said.OWN_HELP))
    return [*parts, own]
