"""What must hold when devices read, on our own plan: each scenario fails for at least one known-bad client."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx

from app.domain import conversation
from app.domain.alert import AlertState
from app.services.goals_of_care import read_conversation
from app.store import alerts, patients
from tests.faults.faulty_network import Fault, is_write
from tests.faults.mutants.making import Stage
from tests.faults.steps import in_turn
from tests.plan.fhir_builders import encounter, observation


async def the_process_dies_within_a_pull(stage: Stage) -> None:
    """Two visits of a colleague, an hour apart, so that no overlap hides what was skipped."""
    async with stage.many() as world:
        await world.ben.document("a")
        await world.sync(world.ben)
        world.ward.clock.pass_by(3600)
        await world.ben.document("a")
        await world.sync(world.ben)
        for commits in range(2, 7):
            await world.ana.sync_until_killed(commits=commits)
            await stage.check(world, at_rest=False)
        await world.heal()
        await stage.check(world)


async def nothing_is_found_for_a_while(stage: Stage) -> None:
    async with stage.many() as world:
        await world.sync(world.ana)
        for _ in range(3):
            await world.sync(world.ana, lambda request: Fault.NOTHING)
        assert world.ana.network.effective[Fault.NOTHING] >= 3
        await world.heal()
        await stage.check(world)


async def an_old_answer_comes_late(stage: Stage) -> None:
    async with stage.many() as world:
        await world.sync(world.ben)
        (alert_id, *_) = await world.ana.list_alerts()
        for finish in (False, True):
            await (world.ana.finish(alert_id) if finish else world.ana.acknowledge(alert_id))
            await world.sync(world.ana)
            await world.sync(world.ben)
        await world.sync(world.ben, lambda request: Fault.STALE)
        assert world.ben.network.effective[Fault.STALE] >= 1


async def an_alert_is_finished_before_its_echo_comes(stage: Stage) -> None:
    """The answer to the older version is lost, so its echo is news when it is pulled."""
    async with stage.many() as world:
        (alert_id, *_) = await world.ana.list_alerts()
        await world.ana.acknowledge(alert_id)
        await world.ana.meanwhile(lambda: world.ana.finish(alert_id))
        await world.sync(world.ana, lambda request: Fault.CUT_AFTER if is_write(request) else Fault.NONE)
        held = await world.ana.store.read(lambda c: alerts.get(c, alert_id))
        assert held.state is AlertState.DONE, (
            "the echo of the older version took her newer one from the screen"
        )


async def the_tablets_clock_is_in_2105(stage: Stage) -> None:
    async with stage.many() as world:
        world.ana.clock.offset = datetime(2105, 1, 1, tzinfo=UTC) - world.ward.clock.at
        await world.sync(world.ana)
        await world.ben.document("a")
        await world.sync(world.ben)
        await world.sync(world.ana)
        await world.heal()
        await stage.check(world)


async def two_nurses_talk_with_one_person(stage: Stage) -> None:
    async with stage.many() as world:
        for device in world.devices:
            await device.document("a", extra="converse")
        await world.heal()
        await stage.check(world)
        for device in world.devices:
            part = await device.store.read(lambda c: read_conversation(c, "a"))
            said = [s.text for standing in conversation.what_stands(part.versions) for s in standing.sayings]
            words = [
                made.values["conv-matters-words"]
                for d in world.devices
                for made in d.charted.values()
                if made.values.get("conv-matters-words")
            ]
            assert all(any(word in text for text in said) for word in words), (
                "one of two versions is not shown"
            )


async def parts_of_a_visit_come_without_its_manifest(stage: Stage) -> None:
    tag = {"tag": [{"system": "urn:hearthside:write", "code": "11111111-1111-4111-8111-111111111111"}]}
    visit_id = "22222222-2222-4222-8222-222222222222"
    async with stage.many() as world:

        async def put(client: httpx.AsyncClient) -> None:
            parts = [encounter(visit_id, "a", "ana", meta=tag)]
            parts += [
                observation(
                    f"part-{n}", "a", n, "ana", meta=tag, encounter={"reference": f"Encounter/{visit_id}"}
                )
                for n in range(2)
            ]
            for part in parts:
                (await client.put(f"{part['resourceType']}/{part['id']}", json=part)).raise_for_status()

        await world.ward.as_user("op-token", put)
        await world.sync(world.ben)
        verdict = await world.judge(stage.checker, at_rest=False)
        assert "I14" not in verdict.broken, verdict


async def two_lists_lack_somebody(stage: Stage) -> None:
    async with stage.many() as world:
        for _ in range(2):
            await world.sync(world.ben, in_turn([Fault.PARTIAL], reads_only=True))
        held = await world.ben.store.read(lambda c: patients.find(c, "a"))
        assert held is not None, "somebody was taken off because of a cut list"


async def a_person_leaves(stage: Stage) -> None:
    async with stage.many() as world:
        await world.ward.assign("b", "ben")
        await world.heal()
        await stage.check(world)


async def a_person_leaves_with_unsent_work(stage: Stage) -> None:
    async with stage.many() as world:
        await world.ana.document("b")
        await world.ward.assign("b", "ben")
        for _ in range(3):
            await world.sync(
                world.ana, lambda request: Fault.ERROR_BEFORE if is_write(request) else Fault.NONE
            )
        await stage.check(world, at_rest=False)


async def an_alert_is_raised_in_a_draft(stage: Stage) -> None:
    async with stage.many() as world:
        visit_id = await world.ana.begin("b")
        assert visit_id is not None
        await world.ana.tap(visit_id, "esas-pain", 9)
        (alert_id,) = [one for one in await world.ana.list_alerts() if one not in world.ward.list_ids("Task")]
        await world.sync(world.ana)
        assert alert_id in world.ward.list_ids("Task"), "the alert waits for its visit"
