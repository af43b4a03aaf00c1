"""What must hold when nurses send, on our own plan: each scenario fails for at least one known-bad client."""

from __future__ import annotations

import httpx

from app.services.signing_out import SigningOut
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
