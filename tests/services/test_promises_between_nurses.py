"""A promise of one nurse on the tablet of the next, through a real plan: made, kept, and kept by both at once."""

from __future__ import annotations

from pathlib import Path

from app.domain.promise import PromiseState
from app.services.clock import SystemClock
from app.services.promises import Promises
from tests.support.two_nurses import PATIENT, Desk, meeting


def promises_of(desk: Desk) -> Promises:
    return Promises(desk.store, desk.me, SystemClock())


async def test_whoever_goes_next_opens_with_it_and_the_first_nurse_reads_what_became_of_it(
    tmp_path: Path,
) -> None:
    async with meeting(tmp_path) as team:
        visit_id = await team.ana.begin()
        ids = [
            await promises_of(team.ana).make(PATIENT, kind="phone", visit_id=visit_id),
            await promises_of(team.ana).make(PATIENT, words="Ask about the bed", visit_id=visit_id),
        ]
        await team.meet()  # her visit is not signed: a promise does not wait for that
        held = {one.id: one for one in (await team.ben.parts()).promises}
        assert held.keys() == set(ids)
        assert {one.by for one in held.values()} == {team.ana.me}
        assert not any(one.pending for one in held.values())

        await promises_of(team.ben).answer(PATIENT, ids[0], PromiseState.KEPT)
        await promises_of(team.ben).answer(PATIENT, ids[1], PromiseState.NOT_KEPT)
        await promises_of(team.ana).answer(PATIENT, ids[0], PromiseState.KEPT)
        await team.meet()
        for desk in team.desks:
            found = {one.id: one.state for one in (await desk.parts()).promises}
            assert found == {ids[0]: PromiseState.KEPT, ids[1]: PromiseState.NOT_KEPT}, desk.name
            assert await desk.conflicts.list_all() == (), "both say the same: nobody is asked"
        assert all(not one.pending for one in (await team.ana.parts()).promises)

        await promises_of(team.ana).answer(PATIENT, ids[1], PromiseState.KEPT)
        await promises_of(team.ben).answer(PATIENT, ids[1], PromiseState.OPEN)
        await team.meet()
        (line,) = [*await team.ana.conflicts.list_all(), *await team.ben.conflicts.list_all()]
        assert "promise" in line.title.lower()
