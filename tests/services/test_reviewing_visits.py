"""A visit on its way from the nurse to her supervisor and back, through a real plan, each device offline in between."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from app.domain.addendum import Correction
from app.domain.review import Comment, Reason, ReviewState
from app.domain.stays import Place
from app.domain.visit import Modality, Setting
from app.errors import RecordError
from app.services.clock import SystemClock
from app.services.models import VisitState
from app.services.review import NOT_WHOLE, Reviewing
from app.services.stays import Stays, ToldStay
from app.services.visit_page import read_visit
from app.store import meta, visits
from app.store.visit_rows import visit_table
from tests.support.two_nurses import PATIENT, Desk, Team, meeting

DIED = Comment("function", "Function and phase", "Has she died?")


def reviewing(desk: Desk) -> Reviewing:
    return Reviewing(desk.store, desk.me, SystemClock(), supervisor=desk.name == "sue")


async def sign_death(team: Team) -> str:
    visit_id = await team.ana.say(phase="bereavement")
    await team.meet()
    return visit_id


def _make_arrive(connection: Connection) -> None:
    connection.execute(update(visit_table).values(arriving=True))


async def find_state(desk: Desk, visit_id: str) -> tuple[VisitState, str]:
    reading = await desk.store.read(lambda c: read_visit(c, visit_id, SystemClock().now()))
    return reading.summary.status.state, reading.summary.status.by


async def test_a_question_is_answered_offline_and_comes_back_with_what_should_read_otherwise(
    tmp_path: Path,
) -> None:
    async with meeting(tmp_path) as team:
        visit_id = await sign_death(team)
        sue, ana = reviewing(team.sue), reviewing(team.ana)
        signed = await team.sue.store.read(lambda c: visits.read_signed(c, visit_id))
        (line,) = (await sue.queue()).lines
        assert (line.visit.id, line.reasons[0], line.together) == (visit_id, Reason.DEATH, False)

        asked = await sue.ask(visit_id, [DIED, Comment("visit", "The whole visit", "  ")])
        queue = await sue.queue()
        assert (queue.total, [one.visit.id for one in queue.asked]) == (0, [visit_id])
        with pytest.raises(RecordError, match="still open"):
            await sue.countersign(visit_id)
        await team.meet()

        (waiting,) = await ana.to_me()
        assert waiting.review.comments == (DIED,), "what was left empty is not sent"
        assert await find_state(team.ana, visit_id) == (VisitState.QUESTION, team.sue.me.name)
        assert await reviewing(team.ben).to_me() == ()
        assert (await reviewing(team.ben).about(visit_id)).exchanges == (), "it is between the two of them"
        with pytest.raises(RecordError, match="Only the nurse"):
            await reviewing(team.ben).answer(visit_id, asked, "I know this")
        with pytest.raises(RecordError, match="write your answer"):
            await ana.answer(visit_id, asked, " ")
        page_says = Correction("phase", "Fase de la enfermedad hoy", "Duelo", "Estable", "stable")
        await ana.answer(visit_id, asked, "She lives; I tapped the wrong line.", [page_says])
        assert await ana.to_me() == (), "answered here at once, with no signal"
        assert await find_state(team.ana, visit_id) == (VisitState.RECEIVED, "")
        with pytest.raises(RecordError, match="not open"):
            await ana.answer(visit_id, asked, "Once more")
        await team.meet()

        page = await sue.read(visit_id)
        (exchange,) = page.exchanges
        assert exchange.review.state is ReviewState.DONE
        assert exchange.answer is not None
        right = replace(page_says, name="Phase of illness today", was="Bereavement", now="Stable")
        assert exchange.answer.corrections == (right,), "in English, whatever language her page has"
        assert "She lives; I tapped the wrong line." in exchange.answer.text
        assert "signed as “Bereavement”, should read “Stable”" in exchange.answer.text, (
            "other readers see it in words"
        )
        assert [one.answered for one in (await sue.queue()).lines] == [True]
        assert await team.sue.store.read(lambda c: visits.read_signed(c, visit_id)) == signed

        await sue.countersign(visit_id)
        await sue.countersign(visit_id)
        await team.meet()
        for desk in team.desks:
            assert await find_state(desk, visit_id) == (VisitState.REVIEWED, team.sue.me.name)
        assert len((await sue.read(visit_id)).countersigned) == 1, "a second tap says nothing twice"
        assert (await sue.queue()).total == 0


async def test_thanks_ask_for_nothing_and_are_seen_with_one_tap(tmp_path: Path) -> None:
    async with meeting(tmp_path) as team:
        visit_id = await sign_death(team)
        sue, ana = reviewing(team.sue), reviewing(team.ana)
        await sue.ask(visit_id, [Comment("visit", "The whole visit", "Well done.")], thanks=True)
        wrong = await sue.ask(visit_id, [DIED])
        await sue.take_back(visit_id, wrong)
        await sue.countersign(visit_id)
        await team.meet()
        (thanks,) = await ana.to_me()
        assert await find_state(team.ana, visit_id) == (VisitState.REVIEWED, team.sue.me.name)
        await ana.seen(visit_id, thanks.review.id)
        assert await ana.to_me() == ()
        await team.meet()
        assert (await sue.read(visit_id)).exchanges[0].review.state is ReviewState.DONE


async def test_several_go_together_only_where_nothing_asks_for_eyes_and_only_whole_ones(
    tmp_path: Path,
) -> None:
    async with meeting(tmp_path) as team:
        death = await sign_death(team)
        plain = [await team.ana.say(phase="stable") for _ in range(2)]
        await team.meet()
        new = {"review": {"one_in": 0, "new_nurses": {team.ana.me.reference: "2999-01-01"}}}
        await team.sue.store.write(lambda c: meta.put(c, "plan-settings", json.dumps(new)))
        sue = reviewing(team.sue)
        queue = await sue.queue()
        assert [(one.visit.id, one.together) for one in queue.lines] == [
            (death, False),
            *((one, True) for one in plain),
        ], "by weight, then the oldest first"
        with pytest.raises(RecordError, match="by itself"):
            await sue.countersign_all([*plain, death])
        assert (await sue.queue()).total == 3, "all or none"
        await sue.countersign_all(plain)
        assert [one.visit.id for one in (await sue.queue()).lines] == [death]

        # nobody reviews her own visit, nor one that has not come whole
        own = Reviewing(team.ana.store, team.ana.me, SystemClock(), supervisor=True)
        with pytest.raises(RecordError, match="your own visit"):
            await own.countersign(death)
        with pytest.raises(RecordError, match="by supervisors"):
            await reviewing(team.ben).countersign(death)
        await team.sue.store.write(_make_arrive)
        assert ((await sue.queue()).total, (await sue.queue()).arriving) == (0, 3)
        assert not (await sue.read(death)).whole
        for attempt in (sue.countersign(death), sue.ask(death, [DIED])):
            with pytest.raises(RecordError, match=NOT_WHOLE):
                await attempt


async def not_seen(desk: Desk, why: str) -> str:
    visit_id = await desk.visits.begin_not_seen(PATIENT, Modality.IN_PERSON, Setting.HOME, why)
    await desk.visits.answer(visit_id, "poc-next-contact", value="2999-01-01")
    await desk.visits.sign(visit_id)
    return visit_id


async def test_a_door_that_stayed_shut_while_the_48_hours_run_or_was_not_safe_is_read_by_itself(
    tmp_path: Path,
) -> None:
    async with meeting(tmp_path) as team:
        sue = reviewing(team.sue)

        async def queue() -> dict[str, tuple[tuple[Reason, ...], bool]]:
            """All that has no other reason is in the sample."""
            everything = json.dumps({"review": {"one_in": 1}})
            await team.sue.store.write(lambda c: meta.put(c, "plan-settings", everything))
            return {one.visit.id: (one.reasons, one.together) for one in (await sue.queue()).lines}

        shut, unsafe = await not_seen(team.ana, "nobody-home"), await not_seen(team.ana, "not-safe")
        await team.meet()
        assert await queue() == {shut: ((Reason.SAMPLE,), True), unsafe: ((Reason.NOT_SAFE,), False)}
        assert (await sue.read(shut)).clock is None

        left = SystemClock().now() - timedelta(hours=41)
        told = ToldStay(Place.HOSPITAL, "Mercy", left - timedelta(days=3), left)
        await Stays(team.ana.store, team.ana.me, SystemClock()).tell(PATIENT, told)
        await team.meet()
        assert (await queue())[shut] == ((Reason.FROM_FACILITY,), False)
        with pytest.raises(RecordError, match="by itself"):
            await sue.countersign_all([shut])
        clock = (await sue.read(shut)).clock
        assert clock is not None
        assert clock.due_at == left + timedelta(hours=48)

        await team.ana.say(phase="stable")
        await team.meet()
        assert (await queue())[shut] == ((Reason.SAMPLE,), True), "the visit came"
