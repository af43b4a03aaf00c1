"""Moving a person or a planned visit to another nurse: choose what, choose who, read what will happen, move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import flet as ft

from app.domain.visit import PersonRef
from app.language import tr, trc
from app.services.board_models import BoardNurse, BoardVisit
from app.views import theme
from app.views.env import Env, now
from app.views.guard import safe_component
from app.views.hooks import Action, use_action, use_value
from app.views.widgets import buttons
from app.views.widgets.base import stack, words
from app.views.widgets.notices import Tone, notice, optional_notice
from app.views.wording import board as said


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is to be moved, and to whom; `done` is the sentence after it was."""

    visit_id: str = ""
    patient_id: str = ""
    taker: PersonRef | None = None
    done: str = ""


@safe_component
def MovePanel(env: Env, one: BoardNurse, everybody: tuple[PersonRef, ...]) -> ft.Control:
    chosen, choose = use_value(_Choice)
    giver = PersonRef(one.nurse.reference, one.nurse.name)
    others = [each for each in everybody if each.reference != giver.reference]
    visit = next((each for each in one.visits if each.planned.id == chosen.visit_id), None)
    name = dict(one.people).get(chosen.patient_id)

    async def move(_: Any) -> None:
        taker = chosen.taker
        if taker is None:
            return
        done = ""
        if visit is not None:
            await env.session.board.move_visit(visit.planned, giver, taker)
            done = said.visit_moved(visit.patient_name or tr(said.PATIENT), taker.name)
        elif name is not None:
            await env.session.board.move_person(chosen.patient_id, giver, taker)
            done = said.person_moved(name, taker.name)
        choose(lambda _: _Choice(done=done))

    moving = use_action(move)

    def pick(choice: _Choice, _: Any) -> None:
        moving.clear()
        choose(lambda _old: choice)

    parts: list[ft.Control] = []
    if chosen.done:
        parts.append(notice(chosen.done, Tone.CALM))
    if not others:
        return stack([*parts, words(tr(said.NOBODY_ELSE), 16)])
    if not one.visits and not one.people:
        return stack([*parts, words(tr(said.NOTHING_TO_MOVE), 16)])
    nurse_id = giver.reference.partition("/")[2]
    if one.visits:
        parts.append(words(tr(said.VISITS_PLANNED), 16, strong=True))
    for each in one.visits:
        mine = visit is not None and each.planned.id == visit.planned.id
        label = said.visit(each, now())
        choice = _Choice(visit_id=each.planned.id)
        parts.append(buttons.choice(f"board-visit-{each.planned.id}", label, mine, partial(pick, choice)))
        if mine:
            parts.append(_takers(others, chosen, pick, _question(one, chosen, visit, name, giver), moving))
    if one.people:
        parts.append(words(trc(said.BOARD, said.PEOPLE), 16, strong=True))
    for patient_id, shown in one.people:
        mine = visit is None and patient_id == chosen.patient_id
        choice = _Choice(patient_id=patient_id)
        identifier = f"board-person-{nurse_id}-{patient_id}"
        parts.append(buttons.choice(identifier, shown, mine, partial(pick, choice)))
        if mine:
            parts.append(_takers(others, chosen, pick, _question(one, chosen, visit, name, giver), moving))
    return stack(parts, spacing=theme.S2)


def _question(
    one: BoardNurse, chosen: _Choice, visit: BoardVisit | None, name: str | None, giver: PersonRef
) -> str:
    if chosen.taker is None:
        return ""
    if visit is not None:
        what = said.visit(visit, now())
        return said.question_visit(what, giver.name, chosen.taker.name)
    with_her = sum(each.planned.patient_id == chosen.patient_id for each in one.visits)
    return said.question_person(name or tr(said.PATIENT), giver.name, chosen.taker.name, with_her)


def _takers(others: list[PersonRef], chosen: _Choice, pick: Any, question: str, moving: Action) -> ft.Control:
    """Directly under what is moved, so that nothing has to be looked for."""

    def to(taker: PersonRef) -> Any:
        return partial(pick, _Choice(chosen.visit_id, chosen.patient_id, taker))

    chips: list[ft.Control] = [
        buttons.choice(
            f"board-to-{each.reference.partition('/')[2]}", each.name, each == chosen.taker, to(each), size=15
        )
        for each in others
    ]
    lines: list[ft.Control] = [
        words(tr(said.TO_WHOM), 15),
        ft.Row(chips, wrap=True, spacing=theme.S2, run_spacing=theme.S2),
    ]
    if question:
        doors: list[ft.Control] = [
            buttons.primary(
                "board-move", tr(said.MOVE_NOW), moving.run, icon=ft.Icons.SWAP_HORIZ, busy=moving.busy
            ),
            buttons.quiet("board-keep", tr(said.KEEP), partial(pick, _Choice())),
        ]
        lines.append(notice(question, Tone.ASK, doors))
    lines += optional_notice(moving.error)
    return ft.Container(padding=theme.edges(theme.S4, 0, bottom=theme.S2), content=stack(lines))
