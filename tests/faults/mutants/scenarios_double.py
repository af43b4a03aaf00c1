"""What must hold on servers that are careless: our own plan would heal these clients by itself."""

from __future__ import annotations

import httpx

from app.services.models import VisitState
from tests.faults.double.server import Quirks, Trouble
from tests.faults.faulty_network import Fault, is_write
from tests.faults.mutants.making import Stage
from tests.plan.fhir_builders import observation


def drop_the_answer(request: httpx.Request) -> Fault:
    return Fault.CUT_AFTER if is_write(request) else Fault.NONE


async def an_answer_is_lost_where_conditions_are_ignored(stage: Stage) -> None:
    async with stage.double(Quirks(ignores_if_none_match=True)) as tablet:
        visit_id = await tablet.document(pain=3)
        await tablet.sync(drop_the_answer)
        assert len(tablet.double.versions("Encounter", visit_id)) == 1
        tablet.double.edit("Encounter", visit_id, serviceType={"text": "Corrected"})
        for _ in range(2):
            await tablet.sync()
        newest = tablet.double.versions("Encounter", visit_id)[-1].resource
        assert len(tablet.double.versions("Encounter", visit_id)) == 2, "the visit was stored twice"
        assert "Corrected" in str(newest), "her supervisor's correction was written over"


async def one_entry_of_a_batch_is_refused(stage: Stage) -> None:
    quirks = Quirks(
        transaction_is_batch=True, troubles=(Trouble(422, on="DocumentReference", where="write"),)
    )
    async with stage.double(quirks) as tablet:
        visit_id = await tablet.document(pain=3)
        for _ in range(2):
            await tablet.sync()
        state = (await tablet.status(visit_id)).state
        assert state is not VisitState.RECEIVED, "called received without its note"


async def a_visit_is_refused_and_its_alert_is_not(stage: Stage) -> None:
    async with stage.double(Quirks(troubles=(Trouble(422, on="Encounter", where="write"),))) as tablet:
        await tablet.document(pain=9)
        for _ in range(2):
            await tablet.sync()
        assert list(tablet.double.current("Task")), "the alert waits for its visit"


async def two_records_share_one_second(stage: Stage) -> None:
    async with stage.double(Quirks(whole_seconds=True)) as tablet:
        tablet.double.clock.advance(10)
        tablet.double.put(observation("first", "a", 1))
        await tablet.sync()
        tablet.double.put(observation("second", "a", 2))
        await tablet.sync()
        assert await _holds(tablet, "second"), "a record with the cursor's own time was never read"


async def a_slow_writer_commits_late(stage: Stage) -> None:
    async with stage.double(Quirks()) as tablet:
        tablet.double.put(observation("slow", "a", 1), late=40)
        tablet.double.clock.advance(20)
        tablet.double.put(observation("quick", "a", 2))
        await tablet.sync()
        tablet.double.clock.advance(30)
        await tablet.sync()
        assert await _holds(tablet, "slow"), "what was committed late was never read"


async def rows_change_while_pages_are_read(stage: Stage) -> None:
    """The server caps its pages; between two of them the first rows are edited, so that later ones move up."""
    async with stage.double(Quirks(count_cap=20)) as tablet:
        names = [f"row-{n:03}" for n in range(70)]
        for name in names:
            tablet.double.clock.advance(1)
            tablet.double.put(observation(name, "a", 1))
        tablet.double.clock.advance(3600)
        seen = 0

        async def edit_the_first(request: httpx.Request) -> None:
            nonlocal seen
            if b"Observation" in request.content or "Observation" in str(request.url):
                seen += 1
                if seen == 1:
                    for name in names[:10]:
                        tablet.double.edit("Observation", name, valueInteger=2)

        tablet.network.after = edit_the_first
        await tablet.sync()
        assert seen > 1
        missing = [name for name in names if not await _holds(tablet, name)]
        assert not missing, f"{len(missing)} rows were never read"


async def _holds(tablet: object, name: str) -> bool:
    store = tablet.store  # type: ignore[attr-defined]  # a tablet of either kind
    query = "SELECT count(*) FROM base WHERE type = 'Observation' AND id = ?"
    return bool(await store.read(lambda c: c.exec_driver_sql(query, (name,)).scalar_one()))
