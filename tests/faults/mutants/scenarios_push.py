"""What must hold when nurses send, on our own plan: each scenario fails for at least one known-bad client."""

from __future__ import annotations

import json

import httpx

from app.services.signing_out import SigningOut
from app.store import outbox
from tests.faults.faulty_network import Fault, Judge, is_write
from tests.faults.many import MARK
from tests.faults.mutants.making import Stage


def on_writes(fault: Fault) -> Judge:
    return lambda request: fault if is_write(request) else Fault.NONE


def no_writes(request: httpx.Request) -> Fault:
    return Fault.ERROR_BEFORE if is_write(request) else Fault.NONE


async def an_answer_is_lost_and_the_supervisor_corrects(stage: Stage) -> None:
    async with stage.many() as world:
        visit_id = await world.ana.document("a")
        assert visit_id is not None
        await world.sync(world.ana, on_writes(Fault.CUT_AFTER))
        assert world.ana.network.effective[Fault.CUT_AFTER] == 1
        assert await world.ward.supervise("Encounter", visit_id, f"Corrected {MARK}")
        await world.heal()
        await stage.check(world)
        assert visit_id in await world.ana.list_received(), "it was received, and is not called so"


async def a_write_does_not_get_through(stage: Stage) -> None:
    async with stage.many() as world:
        await world.ana.document("a")
        await world.sync(world.ana, no_writes)
        await stage.check(world, at_rest=False)


async def a_web_page_answers_the_write(stage: Stage) -> None:
    async with stage.many() as world:
        await world.ana.document("a")
        await world.sync(world.ana, on_writes(Fault.PORTAL))
        await stage.check(world, at_rest=False)


async def two_people_change_one_referral(stage: Stage) -> None:
    """The supervisor's words stand in the newest version, whatever the nurse, who has not seen them, does."""
    async with stage.many() as world:
        (reference,) = await world.ana.list_referrals("a")
        assert await world.ana.move_referral("a", reference, "sent")
        task_id = world.ana.saved()[-1].id
        assert await world.ward.supervise("Task", task_id, f"Called them {MARK}")
        await world.heal()
        await stage.check(world)


async def a_change_is_made_on_one_whose_fate_is_open(stage: Stage) -> None:
    async with stage.many() as world:
        (reference,) = await world.ana.list_referrals("a")
        await world.ana.move_referral("a", reference, "sent")
        await world.sync(world.ana, on_writes(Fault.CUT_AFTER))
        await world.ana.move_referral("a", reference, "accepted")
        await world.heal()
        await stage.check(world)


async def a_change_is_made_while_one_travels(stage: Stage) -> None:
    async with stage.many() as world:
        (reference,) = await world.ana.list_referrals("a")
        await world.ana.move_referral("a", reference, "sent")

        async def go_on() -> None:
            await world.ana.move_referral("a", reference, "accepted")

        await world.ana.meanwhile(go_on)
        await world.sync(world.ana)
        await world.heal()
        await stage.check(world)


async def the_process_dies_between_sending_and_hearing(stage: Stage) -> None:
    async with stage.many() as world:
        visit_id = await world.ana.document("a")
        assert visit_id is not None
        assert await world.ana.sync_until_killed(answers=2)
        assert len(world.ward.versions("Encounter", visit_id)) == 1, "the answer was to come after the commit"
        await world.heal()
        await stage.check(world)
        assert visit_id in await world.ana.list_received(), "it was received, and is not called so"


async def a_slow_line_takes_only_small_requests(stage: Stage) -> None:
    async with stage.many() as world:
        visit_id = await world.ana.document("a", extra="converse")
        for _ in range(8):
            await world.sync(world.ana, on_writes(Fault.THROTTLED))
        assert world.ana.network.effective[Fault.THROTTLED] >= 1
        assert visit_id in await world.ana.list_received(), "it never got smaller"


async def a_visit_is_sent(stage: Stage) -> None:
    async with stage.many() as world:
        await world.ana.document("a")
        await world.sync(world.ana)
        await stage.check(world, at_rest=False)


async def a_visit_has_two_scores(stage: Stage) -> None:
    async with stage.many() as world:
        visit_id = await world.ana.begin("a")
        assert visit_id is not None
        await world.ana.tap(visit_id, "esas-pain", 2)
        await world.ana.tap(visit_id, "esas-nausea", 6)
        await world.ana.sign(visit_id)
        await stage.check(world, at_rest=False)


class RefusesVisit(httpx.AsyncBaseTransport):
    """A plan that will not take one visit, and all else."""

    def __init__(self, plan: httpx.AsyncBaseTransport, visit_id: str) -> None:
        self._plan, self._visit = plan, visit_id

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        entries = json.loads(request.content)["entry"] if is_write(request) else ()
        if any(entry["request"]["url"] == f"Encounter/{self._visit}" for entry in entries):
            issue = [{"severity": "error", "code": "business-rule", "diagnostics": "not this one"}]
            return httpx.Response(422, json={"resourceType": "OperationOutcome", "issue": issue})
        return await self._plan.handle_async_request(request)


async def a_talk_goes_on_after_a_visit_that_is_refused(stage: Stage) -> None:
    """The second talk names the first, so it waits for it, and comes after it."""
    async with stage.many() as world:
        plan = world.ana.network._app
        first = await world.ana.document("b", extra="converse")
        second = await world.ana.document("b", extra="converse")
        assert first is not None
        world.ana.network._app = RefusesVisit(plan, first)
        await world.sync(world.ana)
        world.ana.network._app = plan
        await world.ana.store.write(lambda c: outbox.put_back(c, first))
        await world.sync(world.ana)
        assert {first, second} <= set(await world.ana.list_received())
        await stage.check(world, at_rest=False)


async def one_visit_is_refused(stage: Stage) -> None:
    """The rest of the pass goes on: what the colleague wrote is there after it."""
    async with stage.many() as world:
        await world.ward.assign("b", "ben")
        world.ward.clock.pass_by(60)
        await world.ana.document("b")
        theirs = await world.ben.document("a")
        await world.sync(world.ben)
        await world.sync(world.ana)
        rows = await world.ana.store.read(
            lambda c: c.exec_driver_sql("SELECT id FROM visit WHERE origin = 'pulled'").scalars().all()
        )
        assert theirs in rows, "one refused visit stopped everything"


async def the_nurse_signs_out_with_unsent_work(stage: Stage) -> None:
    async with stage.many() as world:
        await world.ana.document("a")
        await world.sync(world.ana, no_writes)
        await SigningOut(world.ana.store, world.ana.me, world.ana.clock).sign_out()
        await stage.check(world, at_rest=False)
        await world.heal()
        await stage.check(world)


async def the_token_expires(stage: Stage) -> None:
    async with stage.many() as world:
        world.ward.desk.expire("ana")
        report = await world.sync(world.ana)
        assert await world.ana.is_signed_in(), "an expired token signed her out"
        assert report.ok, report


async def the_process_dies_after_a_refresh(stage: Stage) -> None:
    """On a strict server an old refresh token ends the sign-in: the new one must lie in the store before it is used."""
    async with stage.many(strict_sign_in=True) as world:
        world.ward.desk.expire("ana")
        assert await world.ana.sync_until_killed(answers=4)
        assert (await world.sync(world.ana)).ok, "the new sign-in was lost with the process"


async def a_deleted_referral_is_changed(stage: Stage) -> None:
    async with stage.many() as world:
        (reference,) = await world.ana.list_referrals("a")
        await world.ana.move_referral("a", reference, "sent")
        task_id = world.ana.saved()[-1].id
        await world.ward.delete("Task", task_id)
        await world.heal()
        world.ward.clock.pass_by(25 * 3600)  # deletions are learned of by the daily comparison of ids
        await world.heal()
        assert not world.ward.is_current("Task", task_id), "what the plan deleted came back"
        await stage.check(world)
