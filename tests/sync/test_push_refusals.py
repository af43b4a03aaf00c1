"""What the server will not take, or will not say: a reason is shown, nothing hangs, everything else flows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import UpdateNeeded
from app.store import outbox
from app.sync.push import SERVER_FAILED, URGENT_CREATES
from tests.faults.double.server import Quirks, Trouble
from tests.sync.conftest import MakeDesk
from tests.sync.push_kit import record, visit

LOST = Trouble("cut", where="write", carried_out=True, times=1)
LOST_BEFORE = Trouble("cut", where="write", times=1)


@pytest.mark.parametrize("status", [400, 403, 422])
async def test_f14_a_refused_visit_stops_only_what_points_to_it(desks: MakeDesk, status: int) -> None:
    desk = await desks(Quirks(troubles=(Trouble(status, on="Observation/v-1", reason="not like this"),)))
    await desk.save("v", *visit("v"))
    await desk.save("addendum", record("DocumentReference", "a", "Encounter/v"))
    await desk.save("other", *visit("other"))
    await desk.save("else", *visit("else"), patient_id="p2")
    report = await desk.push()
    assert (report.settled, report.set_aside) == (2, 1)
    assert await desk.received("other")
    assert await desk.received("else")
    assert set((await desk.states("v")).values()) == {"set-aside"}
    assert await desk.reason("v") == "not like this"
    assert await desk.states("addendum") == {"DocumentReference/a": "new"}
    assert not desk.double.versions("DocumentReference", "a")
    desk.double.quirks = Quirks()
    await desk.put_back("v")
    await desk.push()
    assert await desk.received("v")
    assert await desk.received("addendum"), "what waited for it follows by itself"


async def test_a_visit_whose_author_may_not_look_it_up_is_not_sending_for_ever(desks: MakeDesk) -> None:
    hidden = Trouble(403, on="Provenance", where="read")
    for forward in (True, False):
        lost = LOST if forward else LOST_BEFORE
        desk = await desks(Quirks(troubles=(lost, hidden)))
        await desk.save("v", *visit("v"))
        await desk.push()
        await desk.push()
        states = set((await desk.states("v")).values())
        if forward:
            assert states == {"settled"}, "its records can be read, and a transaction holds"
        else:
            assert states == {"set-aside"}
            assert await desk.reason("v") == outbox.UNREADABLE
        assert len(desk.double.versions("Encounter", "v")) == (1 if forward else 0)


async def test_where_conditions_are_minded_the_same_bytes_answer_what_a_look_up_may_not(
    desks: MakeDesk,
) -> None:
    hidden = Trouble(403, on="Provenance", where="read")
    desk = await desks(Quirks(troubles=(LOST_BEFORE, hidden)), own=True)
    await desk.save("v", *visit("v"))
    await desk.push()
    await desk.push()
    assert await desk.received("v")


async def test_a_visit_of_which_nothing_may_be_read_any_more_has_a_reason_and_is_asked_again_daily(
    desks: MakeDesk,
) -> None:
    desk = await desks(Quirks(troubles=(LOST, Trouble(403, where="read"))), own=True)
    await desk.save("v", *visit("v"))
    await desk.save("addendum", record("DocumentReference", "a", "Encounter/v"))
    for _ in range(2):
        await desk.push()
    assert set((await desk.states("v")).values()) == {"set-aside"}
    assert await desk.reason("v") == outbox.UNREADABLE
    assert await desk.states("addendum") == {"DocumentReference/a": "new"}
    assert not await desk.store.read(outbox.open_writes)
    desk.double.quirks = Quirks()
    await desk.later(hours=25)
    await desk.push()
    assert await desk.received("v")
    assert await desk.received("addendum")
    assert len(desk.double.versions("Encounter", "v")) == 1


@pytest.mark.parametrize("no_history", [False, True])
async def test_a_write_whose_manifest_was_deleted_had_arrived(desks: MakeDesk, no_history: bool) -> None:
    desk = await desks(Quirks(troubles=(LOST,), no_history=no_history))
    await desk.save("v", *visit("v"))
    await desk.push()
    desk.double.delete("Provenance", "w1")
    await desk.push()
    assert await desk.received("v")
    assert len(desk.double.versions("Encounter", "v")) == 1


async def test_a_record_deleted_before_its_answer_came_is_shown_and_not_brought_back(desks: MakeDesk) -> None:
    desk = await desks(Quirks(troubles=(LOST,), no_history=True))
    await desk.save("v", *visit("v"))
    await desk.push()
    desk.double.delete("Observation", "v-1")
    await desk.push()
    assert (await desk.states("v"))["Observation/v-1"] == "set-aside"
    assert "Observation/v-1" not in desk.double.current("Observation")
    assert await desk.reason("v")


async def test_a_server_error_five_times_while_others_pass_is_set_aside_and_tried_daily(
    desks: MakeDesk,
) -> None:
    desk = await desks(Quirks(troubles=(Trouble(500, on="Observation/v-1"),)))
    await desk.save("v", *visit("v"))
    for turn in range(5):
        assert "set-aside" not in (await desk.states("v")).values(), turn
        await desk.save(f"o{turn}", record("Task", f"o{turn}"), patient_id="p2")
        await desk.push()
    assert (await desk.reason("v") or "").startswith(SERVER_FAILED)
    before = len(desk.wire.sent)
    await desk.push()
    assert len(desk.wire.sent) == before
    desk.double.quirks = Quirks()
    await desk.later(hours=25)
    await desk.push()
    assert await desk.received("v")


async def test_a_server_that_fails_on_everything_sets_nothing_aside(desks: MakeDesk) -> None:
    desk = await desks(Quirks(troubles=(Trouble(500, where="write"),)))
    await desk.save("v", *visit("v"))
    for _ in range(8):
        await desk.push()
    assert "set-aside" not in (await desk.states("v")).values()
    desk.double.quirks = Quirks()
    await desk.push()
    assert await desk.received("v")


async def test_426_ends_the_push_and_sets_nothing_aside(desks: MakeDesk) -> None:
    desk = await desks(Quirks(troubles=(Trouble(426, where="write", times=1),)))
    await desk.save("v", *visit("v"))
    report = await desk.push()
    assert isinstance(report.error, UpdateNeeded)
    (write,) = await desk.store.read(outbox.open_writes)
    assert (write.state, write.attempts) == ("cut", 0)
    await desk.push()
    assert await desk.received("v")


async def test_a_409_that_nothing_explains_counts_as_the_servers_trouble(desks: MakeDesk) -> None:
    desk = await desks(Quirks(troubles=(Trouble(409, on="Observation/v-1", where="write"),)))
    await desk.save("v", *visit("v"))
    for turn in range(5):
        await desk.save(f"o{turn}", record("Task", f"o{turn}"), patient_id="p2")
        await desk.push()
    assert (await desk.reason("v") or "").startswith(SERVER_FAILED)
    assert not desk.double.versions("Encounter", "v")


async def test_patience_is_given_as_long_as_the_server_asks(desks: MakeDesk) -> None:
    busy = Trouble(429, where="write", times=1, retry_after=17, says_why=False)
    desk = await desks(Quirks(troubles=(busy,)))
    await desk.save("v", *visit("v"))
    assert (await desk.push()).retry_after == 17.0
    await desk.push()
    assert await desk.received("v")


@pytest.mark.parametrize("answer", ["html", "empty", "wrong-type"])
@pytest.mark.parametrize("carried_out", [False, True])
async def test_f18_an_answer_that_is_none_settles_nothing(
    desks: MakeDesk, answer: str, carried_out: bool
) -> None:
    spoilt = Trouble(answer, where="write", carried_out=carried_out, times=1)  # type: ignore[arg-type]  # parametrised
    desk = await desks(Quirks(troubles=(spoilt,)))
    await desk.save("v", *visit("v"))
    await desk.push()
    assert not await desk.received("v")
    await desk.push()
    assert await desk.received("v")
    assert len(desk.double.versions("Encounter", "v")) == 1


async def test_only_alerts_that_create_leave_while_the_plan_is_compared(desks: MakeDesk) -> None:
    desk = await desks()
    await desk.save("v", *visit("v"))
    await desk.save("alert", record("Task", "alert", priority=0), patient_id="p2")
    await desk.save("seen", record("Task", "seen", priority=0, base="3"), patient_id="p3")
    report = await desk.push(only=URGENT_CREATES)
    assert report.settled == 1
    assert desk.wire.sent == [["Task/alert", "Provenance/w1"]]


async def test_a_files_bytes_are_never_part_of_a_push_and_its_document_waits_for_them(
    desks: MakeDesk,
) -> None:
    desk = await desks()
    document = record("DocumentReference", "d", priority=90, content=[{"attachment": {"url": "Binary/b"}}])
    await desk.save("photo", record("Binary", "b", priority=90), replace(document))
    await desk.save("v", *visit("v"))
    await desk.push()
    assert await desk.received("v")
    assert await desk.states("photo") == {"Binary/b": "new", "DocumentReference/d": "new"}


async def test_two_visits_never_share_a_request_and_one_persons_go_one_by_one(desks: MakeDesk) -> None:
    desk = await desks()
    for number in range(6):
        await desk.save(f"v{number}", *visit(f"v{number}", 1), patient_id=f"p{number % 2}")
    await desk.push()
    for sent in desk.wire.sent:
        assert len({url.partition("/")[2].partition("-")[0] for url in sent if "Provenance" not in url}) == 1
    assert len(desk.wire.sent) == 6
