"""No network for days: sealed visits go from tablet to tablet to the plan, and its receipts come back the same way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.domain.visit import PersonRef
from app.services.carrying import Carrying
from app.services.clock import SystemClock
from app.store.courier_files import SealedFiles
from app.sync import carrying
from app.sync.carry_receipt import ReceiptWord, derive_receipt_key, is_genuine
from app.sync.carrying import CarriesTooMuch, NoHandOver, Taken, unpack
from app.sync.device_keys import find_key
from app.sync.nearby import NobodyThere, NoNetworkHere, make_code, read_code
from tests.support.field import FieldPlan
from tests.support.sealed_visits import check_whole, signed
from tests.support.sealing_tablet import SealingTablet, add_person, make_sealing_tablet


class Woken:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def hands_of(tablet: SealingTablet, woken: Woken | None = None) -> Carrying:
    async def seal() -> None:
        await tablet.sealer.run()

    me = PersonRef(tablet.person.reference, tablet.person.name)
    return Carrying(tablet.store, me, SystemClock(), seal, woken or Woken(), host="127.0.0.1")


@pytest.fixture
async def ana(keyed_plan: FieldPlan, tmp_path: Path) -> SealingTablet:
    return await make_sealing_tablet(tmp_path / "ana", add_person(keyed_plan, "Ana Ruiz, RN"), keyed_plan)


@pytest.fixture
async def ben(keyed_plan: FieldPlan, tmp_path: Path) -> SealingTablet:
    """A colleague of another team with a tablet of his own, who may see nobody of Ana's."""
    return await make_sealing_tablet(tmp_path / "ben", add_person(keyed_plan, "Ben Cole, RN"), keyed_plan)


async def test_a_visit_goes_by_a_file_over_a_colleague_to_the_plan_and_its_receipt_comes_home(
    keyed_plan: FieldPlan, ana: SealingTablet, ben: SealingTablet
) -> None:
    woken = Woken()
    hers, his = hands_of(ana), hands_of(ben, woken)
    visit = await signed(ana, keyed_plan)
    assert (await hers.state()).own == 1

    given = await hers.make_file()
    assert (given.copies, given.receipts) == (1, 0)
    assert await his.take(given.data) == Taken(copies=1)
    assert await his.take(given.data) == Taken(had=1), "taking it twice changes nothing"
    assert (woken.times, (await his.state()).for_others) == (1, 1)

    await ben.sync()
    carried = await his.state()
    assert (carried.for_others, carried.receipts) == (0, 1)

    back = await his.make_file()
    assert (back.copies, back.receipts) == (0, 1)
    assert await hers.take(back.data) == Taken(receipts=1)
    state = await hers.state()
    assert (state.own, state.own_arrived) == (1, 1)
    assert not await ana.received(visit.id), "only the plan's own answer makes it received"
    assert (await hers.make_file()).copies == 0, "what has arrived is not handed on again"

    await ana.sync()
    await check_whole(ana, keyed_plan, visit)
    assert (await hers.state()).own == 0


async def test_a_visit_that_both_deliver_is_there_once(
    keyed_plan: FieldPlan, ana: SealingTablet, ben: SealingTablet
) -> None:
    hers, his = hands_of(ana), hands_of(ben)
    visit = await signed(ana, keyed_plan)
    await his.take((await hers.make_file()).data)
    await asyncio.gather(ana.sync(), ben.sync())
    await ana.sync()
    await ben.sync()
    await check_whole(ana, keyed_plan, visit)
    assert (await his.state()).for_others == 0


async def test_whoever_carries_it_holds_no_readable_byte_of_it(
    keyed_plan: FieldPlan, ana: SealingTablet, ben: SealingTablet
) -> None:
    hers, his = hands_of(ana), hands_of(ben)
    patient_id = keyed_plan.add_patient(ana.person, family="Zzyzxquist")
    await ana.sync()
    visit = await ana.document(patient_id, pain=4, tired=6)
    given = await hers.make_file()
    await his.take(given.data)
    markers = [
        one.encode() for one in ("Zzyzxquist", patient_id, visit.id, ana.person.reference, ana.person.name)
    ]
    places = [path for path in ben.files.directory.rglob("*") if path.is_file()]
    assert any(path.parent.name == "carried" for path in places)
    for place in places:
        found = [one for one in markers if one in place.read_bytes()]
        assert not found, place.name
    assert not [one for one in markers if one in given.data]
    # The same search finds them where they are in the clear: in what the plan is sent.
    body = await ana.store.read(_first_body)
    assert [one for one in markers if one in body]


def _first_body(connection: object) -> bytes:
    found = connection.exec_driver_sql("select body from write").scalars().all()  # type: ignore[attr-defined]  # a Connection
    return "".join(found).encode()


async def test_a_receipt_that_the_plan_did_not_make_is_not_believed(
    keyed_plan: FieldPlan, ana: SealingTablet, ben: SealingTablet
) -> None:
    hers, his = hands_of(ana), hands_of(ben)
    await signed(ana, keyed_plan)
    second = await signed(ana, keyed_plan)
    await his.take((await hers.make_file()).data)
    await ben.sync()
    _, receipts = unpack((await his.make_file()).data)
    one, other = receipts.values()
    forged = [
        one.__class__(one.write_id, one.word, one.at_ms + 1, one.proof),
        one.__class__(one.write_id, ReceiptWord.HELD, one.at_ms, one.proof),
        one.__class__(one.write_id, one.word, one.at_ms, other.proof),
        one.__class__(one.write_id, one.word, one.at_ms, "no base64!"),
    ]
    for lie in forged:
        assert await hers.take(carrying.pack((), [lie])) == Taken()
    assert (await hers.state()).own_arrived == 0
    key = await ana.store.read(find_key)
    assert key is not None
    assert is_genuine(one, derive_receipt_key(key, one.write_id))
    assert await hers.take(carrying.pack((), [one])) == Taken(receipts=1)
    assert second is not None


async def test_what_the_plan_keeps_for_somebody_to_look_at_is_told_as_that(
    keyed_plan: FieldPlan, ana: SealingTablet, ben: SealingTablet
) -> None:
    hers, his = hands_of(ana), hands_of(ben)
    await signed(ana, keyed_plan, admitted=False)
    await his.take((await hers.make_file()).data)
    await ben.sync()
    await hers.take((await his.make_file()).data)
    state = await hers.state()
    assert (state.own, state.own_arrived, state.own_held) == (1, 0, 1)
    assert (await hers.make_file()).copies == 1, "it still wants to reach the plan"


async def test_copies_for_another_plan_are_left_where_they_are(
    keyed_plan: FieldPlan, ana: SealingTablet, ben: SealingTablet
) -> None:
    hers, his = hands_of(ana), hands_of(ben)
    await signed(ana, keyed_plan)
    copies, _ = unpack((await hers.make_file()).data)
    (copy,) = copies.values()
    assert await his.take(carrying.pack([copy | {"plan": "0" * 16}], ())) == Taken(foreign=1)
    assert SealedFiles.carried(ben.store.path).list_ids() == frozenset()


async def test_nobody_carries_more_than_a_tablet_can(
    keyed_plan: FieldPlan, ana: SealingTablet, ben: SealingTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers, his = hands_of(ana), hands_of(ben)
    await signed(ana, keyed_plan)
    await signed(ana, keyed_plan)
    monkeypatch.setattr(carrying, "MOST", 1)
    with pytest.raises(CarriesTooMuch):
        await his.take((await hers.make_file()).data)
    assert (await his.state()).for_others == 0


@pytest.mark.parametrize(
    "junk", [b"", b"PK\x03\x04", b"[]", b'{"hearthside": "else"}', b"[" * 200_000, b"\xff\xfe"]
)
async def test_a_file_that_is_none_of_ours_is_left(ben: SealingTablet, junk: bytes) -> None:
    with pytest.raises(NoHandOver):
        await hands_of(ben).take(junk)


async def test_two_tablets_in_one_room_hand_over_both_ways_with_one_code(
    keyed_plan: FieldPlan, ana: SealingTablet, ben: SealingTablet
) -> None:
    hers, his = hands_of(ana), hands_of(ben)
    await signed(ana, keyed_plan)
    await signed(ben, keyed_plan)
    code = await hers.listen()
    assert await his.call(code) == Taken(copies=1)
    assert hers.look() == (True, Taken(copies=1))
    assert [(await one.state()).for_others for one in (hers, his)] == [1, 1]
    await hers.stop_listening()
    assert not hers.look()[0]
    with pytest.raises(NobodyThere):
        await his.call(code)


async def test_guessing_a_code_shuts_the_door(
    keyed_plan: FieldPlan, ana: SealingTablet, ben: SealingTablet
) -> None:
    hers, his = hands_of(ana), hands_of(ben)
    await signed(ana, keyed_plan)
    code = await hers.listen()
    host, port, secret = read_code(code)
    guessed = make_code(host, port, bytes(255 - byte for byte in secret))
    for _ in range(5):
        with pytest.raises(NobodyThere):
            await his.call(guessed)
    assert not hers.look()[0]
    with pytest.raises(NobodyThere):
        await his.call(code)
    assert (await his.state()).for_others == 0


async def test_without_a_network_there_is_no_code(
    ana: SealingTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = hands_of(ana)
    monkeypatch.setattr(hers, "_host", "192.0.2.7")  # an address that no device has
    with pytest.raises(NoNetworkHere):
        await hers.listen()
