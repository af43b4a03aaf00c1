"""A visit in parts: what the server takes is learned, nothing is called received before its manifest is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.sync import limits
from app.sync.limits import Limits
from tests.faults.double.server import Quirks, Trouble
from tests.sync.conftest import MakeDesk
from tests.sync.push_kit import Desk, record, visit


async def learned(desk: Desk) -> Limits:
    return await desk.store.read(lambda c: limits.load(c, desk.client.base_url, Limits()))


def check_whole(desk: Desk, visit_id: str, parts: int) -> None:
    """Every record once, and one manifest that names them all."""
    for n in range(parts):
        assert len(desk.double.versions("Observation", f"{visit_id}-{n}")) == 1
    assert len(desk.double.versions("Encounter", visit_id)) == 1
    named = [{t["reference"] for t in p["target"]} for p in desk.double.current("Provenance").values()]
    (manifest,) = (targets for targets in named if f"Encounter/{visit_id}" in targets)
    assert len(manifest) == parts + 1


async def test_a_visit_that_fits_is_never_divided(desks: MakeDesk) -> None:
    desk = await desks()
    await desk.save("v", *visit("v", 40))
    assert (await desk.push()).settled == 1
    assert [len(sent) for sent in desk.wire.sent] == [42]
    check_whole(desk, "v", 40)


@pytest.mark.parametrize("quirks", [Quirks(entry_limit=8), Quirks(conditional_entry_limit=8)])
@pytest.mark.parametrize("details", [False, True])
async def test_f16_a_limit_on_entries_is_learned_from_the_refusal_and_kept(
    desks: MakeDesk, quirks: Quirks, details: bool
) -> None:
    desk = await desks(replace(quirks, error_in_details=details))
    await desk.save("v", *visit("v", 20))
    assert (await desk.push()).settled == 1
    assert await desk.received("v")
    check_whole(desk, "v", 20)
    assert desk.wire.sent[-1] == ["Provenance/w1"], "the manifest goes last and alone"
    assert sum(desk.double.effective.values()) >= 1
    bound = (await learned(desk)).entries
    assert bound is not None
    assert bound <= 8
    before = len(desk.wire.sent)
    await desk.save("next", *visit("next", 20))
    await desk.push()
    assert max(len(sent) for sent in desk.wire.sent[before:]) <= 8, "the next visit is divided at once"
    assert await desk.received("next")


async def test_f16_a_413_bounds_the_bytes_and_not_the_visit(desks: MakeDesk) -> None:
    desk = await desks(Quirks(byte_limit=3_000))
    await desk.save("v", *visit("v", 20))
    assert (await desk.push()).settled == 1
    check_whole(desk, "v", 20)
    known = await learned(desk)
    assert known.entries is None
    assert known.size is not None
    assert desk.double.effective["byte_limit"] >= 1


async def test_f16_a_proxy_that_bounds_every_request_gets_one_record_a_time(desks: MakeDesk) -> None:
    """Whatever the size: 413 to more than one entry."""
    desk = await desks(Quirks(troubles=(Trouble(413, where="write", many_only=True, says_why=False),)))
    await desk.save("v", *visit("v", 6))
    assert (await desk.push()).settled == 1
    check_whole(desk, "v", 6)
    assert await desk.received("v")


async def test_f16_one_record_that_is_too_large_alone_leaves_the_visit_arriving_with_a_reason(
    desks: MakeDesk,
) -> None:
    desk = await desks(Quirks(byte_limit=3_000))
    big = record("DocumentReference", "big", "Encounter/v", description="x" * 4_000)
    await desk.save("v", *visit("v", 3), big)
    await desk.push()
    states = await desk.states("v")
    assert states["Encounter/v"] == "settled"
    assert states["DocumentReference/big"] == "set-aside"
    assert "too large" in (await desk.reason("v") or "")
    assert not desk.double.current("Provenance"), "no manifest says that it is whole"


async def test_f27_a_server_too_slow_for_a_visit_gets_it_in_smaller_and_smaller_parts(
    desks: MakeDesk,
) -> None:
    desk = await desks(Quirks(times_out_over=6))
    await desk.save("v", *visit("v", 20))
    for _ in range(5):
        await desk.push()
    assert await desk.received("v")
    check_whole(desk, "v", 20)
    assert desk.double.effective["times_out_over"] in (2, 3)


async def test_f27_parts_that_arrived_are_not_sent_again_after_a_timeout(desks: MakeDesk) -> None:
    desk = await desks(Quirks(entry_limit=6))
    await desk.save("w", *visit("w", 20))
    await desk.push()
    await desk.save("v", *visit("v", 20))
    late = Trouble("timeout", on="Observation/v-12", where="write", times=1)
    desk.double.quirks = replace(desk.double.quirks, troubles=(late,))
    await desk.push()
    assert not await desk.received("v")
    arrived = {one for one in desk.double.current("Observation") if one.startswith("v-")}
    assert 3 <= len(arrived) < 20
    before = len(desk.wire.sent)
    await desk.push()
    assert await desk.received("v")
    again = {url.partition("/")[2] for sent in desk.wire.sent[before:] for url in sent}
    assert not again & arrived
    check_whole(desk, "v", 20)


async def test_a_bound_grows_back_after_successes(desks: MakeDesk) -> None:
    desk = await desks(Quirks(times_out_over=6))
    await desk.save("v", *visit("v", 20))
    for _ in range(5):
        await desk.push()
    small = (await learned(desk)).entries
    desk.double.quirks = Quirks()
    for n in range(12):
        await desk.save(f"n{n}", *visit(f"n{n}", 20))
    await desk.push()
    grown = (await learned(desk)).entries
    assert small is not None
    assert grown is None or grown > small
    assert max(len(sent) for sent in desk.wire.sent) == 22


async def test_a_server_that_runs_transactions_as_batches_gets_the_manifest_after_all_else(
    desks: MakeDesk,
) -> None:
    """The first visit shows it (one entry is refused for a moment), the next ones are sent for it."""
    hiccup = Trouble(500, on="Observation/v-1", times=1)
    desk = await desks(Quirks(transaction_is_batch=True, troubles=(hiccup,)))
    await desk.save("v", *visit("v"))
    await desk.push()
    assert desk.double.effective["transaction_is_batch"] == 1
    assert not await desk.received("v"), "the manifest is there, but one record is not"
    await desk.push()
    assert await desk.received("v")
    check_whole(desk, "v", 4)
    assert (await learned(desk)).batches
    await desk.save("next", *visit("next"))
    await desk.push()
    assert desk.wire.sent[-1] == ["Provenance/w2"]
    assert await desk.received("next")


async def test_what_is_refused_in_a_batch_leaves_the_rest_arriving_and_its_correction_makes_it_whole(
    desks: MakeDesk,
) -> None:
    no = Trouble(422, on="Observation/v-1", reason="no such code")
    desk = await desks(Quirks(transaction_is_batch=True, troubles=(no,)))
    await desk.save("first", record("Task", "t0"))
    await desk.save("v", *visit("v"))
    await desk.push()
    assert not await desk.received("v")
    assert await desk.reason("v") == "no such code"
    states = await desk.states("v")
    assert (states["Encounter/v"], states["Observation/v-1"]) == ("settled", "set-aside")
    desk.double.quirks = Quirks(transaction_is_batch=True)
    await desk.put_back("v")
    await desk.push()
    assert await desk.received("v")
    last = max(desk.double.current("Provenance").values(), key=lambda p: p["meta"]["lastUpdated"] + p["id"])
    targets = {t["reference"] for t in last["target"]}
    assert targets == {"Encounter/v", *(f"Observation/v-{n}" for n in range(4))}, "it names the whole visit"
    for n in range(4):
        assert len(desk.double.versions("Observation", f"v-{n}")) == 1


async def test_parts_keep_the_order_in_which_records_point_to_each_other(desks: MakeDesk) -> None:
    desk = await desks(Quirks(entry_limit=2))
    await desk.save(
        "v",
        record("Observation", "c", "Observation/b"),
        record("Observation", "b", "Encounter/v"),
        record("Encounter", "v"),
    )
    await desk.push()
    assert await desk.received("v")
    sent = [url for part in desk.wire.sent if len(part) <= 2 for url in part]
    assert sent == ["Encounter/v", "Observation/b", "Observation/c", "Provenance/w1"]


async def test_i14_every_record_without_the_manifest_is_not_a_received_visit(desks: MakeDesk) -> None:
    no_manifest = Trouble(500, on="Provenance", where="write")
    desk = await desks(Quirks(entry_limit=3, troubles=(no_manifest,)))
    await desk.save("v", *visit("v"))
    for _ in range(2):
        await desk.push()
        assert len(desk.double.current("Observation")) == 4, "all of it is there but the manifest"
        states = list((await desk.states("v")).values())
        assert states.count("settled") == 4
        assert states.count("new") == 1, "one is held back, so that no screen calls the visit received"
    desk.double.quirks = Quirks(entry_limit=3)
    await desk.push()
    assert await desk.received("v")
    check_whole(desk, "v", 4)
