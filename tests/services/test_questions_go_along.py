"""A supervisor's question goes to who has the person now: asked after the nurse left, or handed on with the person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from app.domain.review import Comment, Review, ReviewKind
from app.domain.visit import PersonRef
from app.services.board import Board
from app.services.clock import SystemClock
from app.services.review import Reviewing
from app.sync.fhir.moving import pass_on
from app.sync.fhir.review import encode_review
from plan.database import make_engine, write_transaction
from plan.users import User
from tests.support.two_nurses import PATIENT, PEOPLE, Desk, Team, meeting

WHEN = Comment("symptoms", "Symptoms", "Before or after the dose?")
CLOCK = SystemClock()


def reviewing(desk: Desk) -> Reviewing:
    return Reviewing(desk.store, desk.me, CLOCK, supervisor=desk.name == "sue")


def employ(directory: Path) -> None:
    """Whom the plan knows as nurses of the team: the board tells of these."""
    engine = make_engine(f"sqlite:///{directory / 'plan.db'}")
    with write_transaction(engine) as connection:
        for name in ("ana", "ben"):
            row = {"id": f"u-{name}", "username": name, "display_name": PEOPLE[name][0], "role": "nurse"}
            more = {"practitioner_id": name, "team_id": "team-1", "disabled": False, "created_ms": 0}
            connection.execute(insert(User).values(**row, **more, password_hash=None))
    engine.dispose()


async def move(team: Team) -> None:
    board = Board(team.sue.store, team.sue.client, team.sue.me, CLOCK, lambda: None)
    await board.move_person(PATIENT, team.ana.me, team.ben.me)


async def owners(team: Team) -> dict[str, str]:
    async with team.as_user("sue") as plan:
        found = (await plan.get("Task", params={"patient": PATIENT})).json()
    tasks = [one["resource"] for one in found.get("entry", ())]
    return {one["id"]: one["owner"]["reference"] for one in tasks if "reference" in one.get("owner", {})}


async def test_open_tasks_and_questions_go_along_with_the_person_and_later_ones_go_there_too(
    tmp_path: Path,
) -> None:
    async with meeting(tmp_path) as team:
        employ(tmp_path)
        visit_id = await team.ana.say(phase="stable")
        await team.meet()
        question = await reviewing(team.sue).ask(visit_id, [WHEN])
        thanks = await reviewing(team.sue).ask(visit_id, [], thanks=True)
        await team.meet()
        async with team.as_user("ana") as plan:
            for status in ("requested", "in-progress"):
                task: dict[str, Any] = {
                    "resourceType": "Task",
                    "id": f"t-{status}",
                    "status": status,
                    "intent": "order",
                    "for": {"reference": f"Patient/{PATIENT}"},
                    "requester": {"reference": team.ana.me.reference},
                    "owner": {"reference": team.ana.me.reference, "display": team.ana.me.name},
                }
                assert (await plan.put(f"Task/t-{status}", json=task)).status_code == 201
        assert (await reviewing(team.sue).read(visit_id)).answerer == team.ana.me, "she has the person still"
        await move(team)
        assert (await reviewing(team.sue).read(visit_id)).answerer == team.ben.me
        after = await reviewing(team.sue).ask(visit_id, [WHEN])
        await team.sue.sync()
        ana, ben = team.ana.me.reference, team.ben.me.reference
        wanted = {question: ben, after: ben, thanks: ana, "t-requested": ben, "t-in-progress": ana}
        held = await owners(team)
        assert {name: held[name] for name in wanted} == wanted, (
            "who has taken one has taken it; thanks are hers"
        )

        await team.ben.sync()
        waiting = await reviewing(team.ben).to_me()
        assert [one.review.id for one in waiting] == [question, after], "asked before the move, and after it"
        assert {one.visit.nurse_name for one in waiting} == {team.ana.me.name}
        shown = (await reviewing(team.ben).about(visit_id)).exchanges
        assert [one.review.id for one in shown] == [question, after]
        await reviewing(team.ben).answer(visit_id, question, "Ana wrote: an hour after it.")
        await team.ben.sync()
        await team.sue.sync()
        (exchange,) = [
            one for one in (await reviewing(team.sue).read(visit_id)).exchanges if one.review.id == question
        ]
        assert exchange.answer is not None
        assert exchange.answer.author == team.ben.me


BY = PersonRef("Practitioner/sue", "Sue Park, RN")
GIVER, TAKER = PersonRef("Practitioner/ana", "Ana"), PersonRef("Practitioner/ben", "Ben")


@pytest.mark.parametrize("kind", [ReviewKind.THANKS, ReviewKind.COUNTERSIGN])
def test_thanks_and_countersigns_are_never_passed_on(kind: ReviewKind) -> None:
    made = Review("r", "v", "a", kind, BY, CLOCK.now(), GIVER)
    task = encode_review(made) | {"status": "requested"}
    assert pass_on(task, GIVER, TAKER, BY, CLOCK.now()) is task


def test_somebody_elses_task_and_one_without_an_owner_stay() -> None:
    for task in (
        {"resourceType": "Task", "status": "requested", "owner": {"reference": TAKER.reference}},
        {"resourceType": "Task", "status": "requested", "owner": {"display": "Supervisor"}},
        {"resourceType": "Task", "status": "requested"},
    ):
        assert pass_on(task, GIVER, TAKER, BY, CLOCK.now()) is task
