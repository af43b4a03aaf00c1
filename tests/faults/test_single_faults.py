"""One fault at a time, at the worst moment: what the nurse saw saved is on the plan once, or shown with a reason."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import httpx
import pytest

from app.services.models import VisitState
from app.store import outbox, visits
from app.store.records import NewChange, save_record
from tests.faults.faulty_network import LATER, Fault, Judge, is_write
from tests.faults.server_rows import note
from tests.faults.world import World


def on_write(fault: Fault) -> Judge:
    def judge(request: httpx.Request) -> Fault:
        return fault if is_write(request) else Fault.NONE

    return judge


@pytest.mark.parametrize("commits", range(1, 15))
async def test_f10_a_kill_after_any_commit_of_a_pass_neither_loses_nor_doubles(
    world: World, commits: int
) -> None:
    visit_id = await world.document(pain=7)
    await world.sync_until_killed(commits)
    await world.check_receipts()
    await world.heal(2)
    world.check_whole(visit_id)


@pytest.mark.parametrize(
    "fault", [f for f in Fault if f not in {Fault.NONE, Fault.CUT_BEFORE, Fault.PORTAL, *LATER}]
)
async def test_f20_a_spoilt_answer_and_a_correction_before_the_look_up_keep_both(
    world: World, fault: Fault
) -> None:
    visit_id = await world.document(pain=7)
    await world.sync(on_write(fault))
    assert world.network.fired[fault] >= 1
    await world.check_receipts()
    await world.correct(visit_id)
    await world.heal(2)
    world.check_whole(visit_id)


async def test_i14_every_part_without_the_manifest_is_not_called_received(world: World) -> None:
    visit_id = await world.document(pain=7)
    await world.sync(on_write(Fault.CUT_BEFORE))
    (write,) = await world.store.read(outbox.open_writes)
    bundle = json.loads(write.body)
    bundle["entry"].pop()

    async def put_parts(client: httpx.AsyncClient) -> None:
        (await client.post("", json=bundle)).raise_for_status()

    await world.as_user("ana", put_parts)
    await world.heal(2)
    assert await world.state(visit_id) is VisitState.RECEIVED
    world.check_whole(visit_id)


async def test_a_correction_that_was_pulled_while_the_answer_was_open_is_shown_in_the_end(
    world: World,
) -> None:
    visit_id = await world.document(pain=7)
    await world.sync(lambda request: Fault.CUT_AFTER if is_write(request) else Fault.NONE)

    async def later_end(client: httpx.AsyncClient) -> None:
        found = (await client.get(f"Encounter/{visit_id}")).json()
        end = datetime.fromisoformat(found["period"]["end"]) + timedelta(minutes=5)
        found["period"]["end"] = end.isoformat()
        (await client.put(f"Encounter/{visit_id}", json=found)).raise_for_status()

    before = (await world.store.read(lambda c: visits.read_signed(c, visit_id))).left_at
    await world.as_user("sue", later_end)
    # The look-up fails once, the pull does not: the correction is here before the receipt is.
    await world.sync(lambda r: Fault.ERROR_BEFORE if "/Provenance/" in r.url.path else Fault.NONE)
    await world.sync()
    assert await world.state(visit_id) is VisitState.RECEIVED
    after = (await world.store.read(lambda c: visits.read_signed(c, visit_id))).left_at
    assert after - before == timedelta(minutes=5)


async def test_f14_a_change_that_our_own_code_stumbles_over_stops_nobody_else(world: World) -> None:
    await world.store.write(
        lambda c: save_record(
            c,
            group_id="broken",
            patient_id="b",
            changes=[NewChange("Observation", "broken", "no JSON at all", priority=0)],
            at=datetime.now().astimezone(),
            write_row=lambda connection: None,
        )
    )
    visit_id = await world.document(pain=7)
    report = await world.sync()
    assert await world.state(visit_id) is VisitState.RECEIVED
    assert (report.outcome, report.waiting) == ("partly", 1)


async def test_a_server_that_fails_on_a_part_is_counted_as_failing_on_the_write(world: World) -> None:
    visit_id = await world.document(pain=6, tired=1, nausea=2)

    def judge(request: httpx.Request) -> Fault:
        if not is_write(request):
            return Fault.NONE
        return Fault.TOO_BIG if len(json.loads(request.content)["entry"]) > 5 else Fault.ERROR_BEFORE

    await world.sync(judge)
    (write,) = [w for w in await world.store.read(outbox.open_writes) if w.group_id == visit_id]
    assert write.server_errors == 1
    await world.heal(2)
    world.check_whole(visit_id)


async def test_f32_a_visit_of_a_person_who_was_given_to_somebody_else_is_accepted_late(world: World) -> None:
    visit_id = await world.document(pain=7)
    await world.assign("a", "ben")
    assert (await world.sync()).outcome == "ok"
    assert await world.state(visit_id) is VisitState.RECEIVED
    world.check_whole(visit_id)


async def test_f32_a_lost_answer_is_looked_up_after_the_person_was_given_to_somebody_else(
    world: World,
) -> None:
    visit_id = await world.document(pain=7)
    await world.sync(lambda request: Fault.CUT_AFTER)
    await world.sync(on_write(Fault.CUT_AFTER))
    await world.assign("a", "ben")
    await world.sync()
    assert await world.state(visit_id) is VisitState.RECEIVED
    world.check_whole(visit_id)


async def test_f32_a_visit_begun_after_the_person_left_is_kept_with_the_plans_reason(world: World) -> None:
    await world.assign("a", "ben")
    visit_id = await world.document(pain=7)
    for _ in range(3):
        await world.sync()
    status = await world.status(visit_id)
    assert status.state is VisitState.REFUSED
    assert "a patient you work with" in (status.reason or "")
    assert (await world.store.read(lambda c: visits.read_signed(c, visit_id))).note == "Slept well."


async def test_a_store_that_was_put_back_to_before_the_push_doubles_nothing(world: World) -> None:
    visit_id = await world.document(pain=7)
    world._snapshot()
    older = world._path
    await world.sync()
    world._old.pop()
    await world.client.aclose()
    await world.store.close()
    world._path = older
    await world.start()
    await world.sync()
    assert len(world.server.versions("Encounter", visit_id)) == 1
    assert await world.state(visit_id) is VisitState.TWO_VERSIONS


@pytest.mark.parametrize(
    "text",
    [
        "x" * 20_000,
        "👩‍⚕️" * 5_000,
        "\x00\x07pasted\x1b[0m \x85 text\ufffe",
        "half \ud83d of one",
        "a\r\n\tb\u2028c",
    ],
    ids=["at the limit", "emoji", "control characters", "half a character", "line ends"],
)
async def test_no_text_makes_a_visit_refusable(world: World, text: str) -> None:
    visit_id = await world.begin()
    await world.visits.answer(visit_id, "esas-other", value=4, name=f"itch\x00\u2028 {text[:40]}")
    await world.visits.set_note(visit_id, text)
    saved = (await world.visits.page(visit_id)).draft
    await world.visits.leave(visit_id)
    await world.visits.sign(visit_id)
    assert (await world.sync()).outcome == "ok"
    assert await world.state(visit_id) is VisitState.RECEIVED
    assert note(world.server.of_visit(visit_id)) == saved.note.strip()
    assert "pasted" not in text or "pasted" in saved.note
    await world.kill()
    again = await world.store.read(lambda c: visits.read_signed(c, visit_id))
    assert (again.note, again.answers) == (saved.note.strip(), saved.answers)


async def test_a_visit_signed_while_nothing_can_be_reached_is_only_on_this_tablet(world: World) -> None:
    visit_id = await world.document(pain=7)
    await world.sync(lambda request: Fault.CUT_BEFORE if is_write(request) else Fault.NONE)
    assert await world.state(visit_id) is VisitState.ON_DEVICE
    (write,) = await world.store.read(outbox.open_writes)
    assert (write.state, write.attempts) == ("cut", 0)
    await world.heal(2)
    world.check_whole(visit_id)


async def test_a_visit_whose_way_is_unknown_stays_attempted_whatever_comes_after(world: World) -> None:
    visit_id = await world.document(pain=7)
    await world.sync(lambda request: Fault.LOST if is_write(request) else Fault.NONE)
    assert await world.state(visit_id) is VisitState.SENDING
    await world.sync(lambda request: Fault.CUT_BEFORE if is_write(request) else Fault.NONE)
    assert await world.state(visit_id) is VisitState.SENDING
    await world.heal(2)
    world.check_whole(visit_id)
