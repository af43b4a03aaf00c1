"""One instrument on the visit page: its instruction, its questions, what opens the rest, its score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import flet as ft

from app.content.model import Instrument, Item, ItemKind, Kind
from app.content.spoken import has_our_help, load
from app.domain.items import list_proxy_absent
from app.domain.offers import NOT_SWITCHED_ON, offer_item
from app.domain.second_look import find_second_look
from app.domain.visit import Entry, split_key
from app.language import get_language, tr
from app.services.models import VisitPage
from app.views.env import Env
from app.views.forms import said
from app.views.forms.beside import Known, known_of, score_beside
from app.views.forms.groups import GroupItem
from app.views.forms.hand_over import hand_over_way
from app.views.forms.heads import lock, not_offered
from app.views.forms.look import LookAgain
from app.views.forms.named import NamedItem
from app.views.forms.rows import ItemList
from app.views.forms.shown import Split, get_absents, is_answered, looked_at, split_short
from app.views.guard import keyed, safe_component
from app.views.visit.saving import Saving
from app.views.widgets.base import MUTED, heading, muted, sign, spot, stack, words
from app.views.widgets.options import aside, wrap
from app.views.wording import forms as wording

TALKS_FREELY = "call-freely"


def fields(
    items: Sequence[Item],
    env: Env,
    page: VisitPage,
    saving: Saving,
    *,
    instrument: Instrument,
    entry: Entry | None = None,
) -> list[ft.Control]:
    """These questions, drawn by their kinds and saved as they are answered; in `entry`, where they belong to one.

    For sections that arrange a form in their own way. Each question may stand once on a page.
    """
    draft = page.draft
    switches = page.settings.switches
    answers = draft.answers if entry is None else entry.answers
    others: dict[str, Callable[[Item], ft.Control]] = {}
    for item in items if entry is None else ():
        if item.kind is ItemKind.GROUP:
            others[item.link_id] = partial(_group, page, instrument, env.narrow, saving)
        elif item.named:
            others[item.link_id] = partial(_named, page, instrument, env.narrow, saving)
    first = items[0].link_id if items else ""
    return [
        keyed(
            f"items {entry.id if entry else ''} {first}",
            ItemList,
            tuple(items),
            answers,
            draft.entries if entry is None else {},
            known_of(page) if entry is None else Known(),
            switches,
            instrument,
            env.narrow,
            saving,
            entry.id if entry else "",
            others,
            find_blocked(items, page) if entry is None else {},
            draft.unfinished,
        )
    ]


def find_blocked(items: Sequence[Item], page: VisitPage) -> dict[str, str]:
    """Link id → why this question cannot be asked now. What the plan has not switched on is not even named."""
    can_talk = page.draft.answers.get(TALKS_FREELY)
    reasons = {
        item.link_id: offer_item(
            item,
            page.draft.modality,
            page.settings.switches,
            talks_freely=can_talk is not None and can_talk.value == "yes",
        )
        for item in items
    }
    return {link_id: why for link_id, why in reasons.items() if why is not None and why != NOT_SWITCHED_ON}


def _group(page: VisitPage, instrument: Instrument, narrow: bool, saving: Saving, item: Item) -> ft.Control:
    held = page.draft.entries.get(item.link_id, ())
    switches = page.settings.switches
    ids = {entry.id for entry in held}
    waiting = {key: text for key, text in page.draft.unfinished.items() if split_key(key)[0] in ids}
    return keyed(item.link_id, GroupItem, item, held, waiting, switches, instrument, narrow, saving)


def _named(page: VisitPage, instrument: Instrument, narrow: bool, saving: Saving, item: Item) -> ft.Control:
    answer = page.draft.answers.get(item.link_id)
    control = keyed(
        item.link_id,
        NamedItem,
        item,
        answer,
        page.draft.unfinished.get(item.link_id, ""),
        known_of(page).find(instrument, item, answer),
        get_absents(item, instrument.kind),
        narrow,
        saving,
    )
    return ft.Container(key=spot(item.link_id), content=control)


def form(
    instrument: Instrument, env: Env, page: VisitPage, saving: Saving, *, titled: bool = True
) -> list[ft.Control]:
    """A whole instrument. `titled` False where the section's own title says the same."""
    return [keyed(f"form {instrument.id}", Form, instrument, env, page, saving, titled)]


@safe_component
def Form(instrument: Instrument, env: Env, page: VisitPage, saving: Saving, titled: bool) -> ft.Control:
    by_hand, set_by_hand = ft.use_state(False)
    draft = page.draft
    why_not = page.offers.get(instrument.id)
    touched = any(is_answered(item, draft.answers, draft.entries) for item in instrument.items)
    twice = len(instrument.items) == 1 and instrument.items[0].text == instrument.name
    parts: list[ft.Control] = [heading(instrument.name, 17, level=3)] if titled and not twice else []
    if why_not is not None:
        parts.append(not_offered(why_not))
        if not touched:  # what was answered before stays in sight and can be cleared
            return stack(parts)

    def open_rest(_: Any) -> None:
        set_by_hand(lambda _old: True)

    if instrument.private:
        parts.append(lock())
    parts += [words(line, 16)] if (line := instruction_of(instrument)) else []
    by_another = draft.answered_by is not None and draft.answered_by.is_observer
    absent = list_proxy_absent() if by_another else ()
    begins = [item.name for item in instrument.items if item.link_id in absent]
    if begins:
        parts.append(muted(wording.proxy(begins)))
    split = split_short(instrument, draft.answers, by_hand)
    if instrument.voice is not None:  # what is said before the tablet goes, the way, and what comes back
        told = [item for item in instrument.items if item.link_id in instrument.voice.links]
        asked = [item for item in instrument.items if item not in told]
        parts += fields(told, env, page, saving, instrument=instrument)
        parts += hand_over_way(instrument, page, saving, by_hand)
        parts += fields(asked, env, page, saving, instrument=instrument)
    elif split is None:
        parts += fields(instrument.items, env, page, saving, instrument=instrument)
    else:
        parts += fields(split.first, env, page, saving, instrument=instrument)
        parts += _rest(instrument, split, open_rest, env, page, saving)
    parts += score_lines(instrument, page)
    parts += second_look(instrument, page, saving, may_measure=why_not is None)
    if why_not is None and instrument.voice is None:
        parts += hand_over_way(instrument, page, saving, by_hand)
    parts += official_only(instrument)
    parts += owner_line(instrument)
    return stack(parts)


def owner_line(instrument: Instrument) -> list[ft.Control]:
    """Whose scale it is, in the owner's own words, and after them what we say of it."""
    line = f"{instrument.attribution} {instrument.own_note}".strip()
    return [muted(line, 13)] if line else []


def official_only(instrument: Instrument) -> list[ft.Control]:
    """Under a published scale of which something is asked, while another language is spoken than those in which we
    hold its official wording."""
    if instrument.kind is not Kind.SCALE or instrument.judged or has_our_help(instrument):
        return []
    if get_language().code in instrument.languages:
        return []
    return [muted(tr(wording.OFFICIAL_ONLY), 15)]


def instruction_of(instrument: Instrument) -> str:
    """The instruction; the time that is asked about is added where neither it nor the questions say it."""
    line, recall = instrument.instruction, instrument.recall or ""
    everything = " ".join([line, *(item.text for item in instrument.items)]).lower()
    if recall and recall.lower() not in everything:
        line = f"{line} ({recall})" if line else recall
    return line


def _rest(
    instrument: Instrument,
    split: Split,
    open_rest: Callable[[Any], None],
    env: Env,
    page: VisitPage,
    saving: Saving,
) -> list[ft.Control]:
    """The questions after the short form, under a sentence that says why they are there."""
    short = instrument.short_form
    if short is None:
        return []
    if not split.rest:
        label = tr(wording.OPEN_ALL.get(instrument.id, wording.OPEN_REST))
        return [wrap([aside(f"{instrument.id}-open-all", label, open_rest, icon=ft.Icons.EXPAND_MORE)])]
    sentence = wording.opened_by_hand(short.name)
    if split.why == "score":
        score = page.scores.get(short.id)
        total = score.total if score is not None else None
        sentence = wording.opened_by(short.name, total, short.opens_at)
    why = ft.Row(
        [
            sign(ft.Icons.SUBDIRECTORY_ARROW_RIGHT, size=20, color=MUTED),
            ft.Container(expand=True, content=words(sentence, 16, strong=True)),
        ],
        spacing=8,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return [why, *fields(split.rest, env, page, saving, instrument=instrument)]


def find_score(instrument: Instrument, page: VisitPage) -> str:
    """The score in words, of the short form while only that was asked; "" where there is nothing to say."""
    result = page.scores.get(instrument.id)
    short = instrument.short_form
    if result is None and short is not None and short.id in page.scores:
        instrument, result = load()[short.id], page.scores[short.id]
    if result is None or not any(link_id in page.draft.answers for link_id in instrument.total.of):
        return ""
    return said.score(instrument, result)


def score_lines(instrument: Instrument, page: VisitPage) -> list[ft.Control]:
    """The score, how it moved since the last whole one, and what was tried before when it is positive."""
    sentence = find_score(instrument, page)
    if not sentence:
        return []
    line = _score_line(f"score-{instrument.id}", sentence, ft.Icons.FUNCTIONS)
    return [line, *score_beside(instrument, page)]


def _score_line(identifier: str, sentence: str, icon: ft.IconData) -> ft.Control:
    return ft.Semantics(
        identifier=identifier,
        container=True,
        live_region=True,
        content=ft.Row(
            [
                sign(icon, size=20, color=ft.Colors.PRIMARY),
                ft.Container(expand=True, content=words(sentence, 17, strong=True)),
            ],
            spacing=8,
        ),
    )


def second_look(
    instrument: Instrument, page: VisitPage, saving: Saving, *, may_measure: bool
) -> list[ft.Control]:
    """The score of the later values beside the visit's own, and the way to look at all of it again."""
    answers = page.draft.answers
    found = find_second_look(instrument, answers)
    sentence = said.second_score(instrument, found) if found is not None else ""
    parts: list[ft.Control] = []
    if sentence:
        parts.append(_score_line(f"score-again-{instrument.id}", sentence, ft.Icons.MORE_TIME))
    items = looked_at(instrument)
    held = {item.link_id: answers[item.link_id] for item in items if item.link_id in answers}
    if may_measure and len(items) > 1 and held:
        parts.append(keyed(f"look {instrument.id}", LookAgain, instrument, held, saving.env.narrow, saving))
    return parts
