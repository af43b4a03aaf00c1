"""Slots: what is sealed opens with the same secret, and with nothing else."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_builders import CHEAP

from app.store.slots import (
    REAL_COST,
    KdfCost,
    Slot,
    SlotInvalid,
    SlotKind,
    SlotRefused,
    _associated,
    make_key,
    seal,
    unseal,
)

SECRET = make_key()
WHERE = {"store_id": "a" * 32, "user_reference": "Practitioner/1"}


def sealed(data_key: bytes, pin: str = "836194", device_secret: bytes | None = SECRET) -> Slot:
    return seal(
        data_key,
        pin,
        kind=SlotKind.PIN,
        cost=CHEAP,
        device_secret=device_secret,
        secret_name=None if device_secret is None else "a/device-secret/1",
        **WHERE,
    )


@settings(deadline=None)
@given(
    data_key=st.binary(min_size=32, max_size=32),
    pin=st.text(min_size=1),
    device=st.none() | st.binary(min_size=32),
)
def test_a_sealed_key_comes_back_through_the_file_format(
    data_key: bytes, pin: str, device: bytes | None
) -> None:
    slot = Slot.from_json(json.loads(json.dumps(sealed(data_key, pin, device).to_json())))
    assert unseal(slot, pin, device_secret=device, **WHERE) == data_key


@settings(deadline=None)
@given(other=st.text(alphabet="0123456789", min_size=6, max_size=8).filter(lambda pin: pin != "836194"))
def test_another_pin_is_refused(other: str) -> None:
    with pytest.raises(SlotRefused):
        unseal(sealed(bytes(32)), other, device_secret=SECRET, **WHERE)


@pytest.mark.parametrize("device", [None, bytes(32)])
def test_the_right_pin_without_the_device_secret_is_refused(device: bytes | None) -> None:
    with pytest.raises(SlotRefused):
        unseal(sealed(bytes(32)), "836194", device_secret=device, **WHERE)


@pytest.mark.parametrize(
    "change",
    [
        lambda slot: replace(slot, kind=SlotKind.PASSPHRASE),
        lambda slot: replace(slot, version=2),
        lambda slot: replace(slot, cost=replace(slot.cost, passes=2)),
        lambda slot: replace(slot, cost=replace(slot.cost, memory_kib=16)),
        lambda slot: replace(slot, salt=bytes(16)),
        lambda slot: replace(slot, nonce=bytes(12)),
        lambda slot: replace(slot, secret_name="b/device-secret/1"),
        lambda slot: replace(slot, sealed=slot.sealed[:-1]),
        lambda slot: replace(slot, sealed=b""),
    ],
)
def test_each_field_of_a_slot_is_bound_to_its_seal(change: Any) -> None:
    with pytest.raises(SlotRefused):
        unseal(change(sealed(bytes(32))), "836194", device_secret=SECRET, **WHERE)


@pytest.mark.parametrize("where", [{"store_id": "b" * 32}, {"user_reference": "Practitioner/2"}])
def test_a_slot_moved_to_another_store_or_user_is_refused(where: dict[str, str]) -> None:
    with pytest.raises(SlotRefused):
        unseal(sealed(bytes(32)), "836194", device_secret=SECRET, **(WHERE | where))


@settings(deadline=None)
@given(position=st.integers(0, 47), bit=st.integers(0, 7))
def test_a_flipped_bit_in_the_seal_is_refused(position: int, bit: int) -> None:
    slot = sealed(bytes(32))
    broken = bytearray(slot.sealed)
    broken[position] ^= 1 << bit
    with pytest.raises(SlotRefused):
        unseal(replace(slot, sealed=bytes(broken)), "836194", device_secret=SECRET, **WHERE)


@pytest.mark.parametrize(
    "cost",
    [
        KdfCost(1 << 40, 3, 4),
        KdfCost(65536, 10_000, 4),
        KdfCost(65536, 3, 1000),
        KdfCost(0, 1, 1),
        KdfCost(8, 0, 1),
    ],
)
def test_parameters_out_of_bounds_are_not_computed(cost: KdfCost) -> None:
    slot = replace(sealed(bytes(32)), cost=cost)
    with pytest.raises(SlotInvalid):
        Slot.from_json(slot.to_json())
    with pytest.raises(SlotInvalid):
        unseal(slot, "836194", device_secret=SECRET, **WHERE)


@pytest.mark.parametrize(
    "change",
    [
        {"kdf": None},
        {"kdf": {"name": "none"}},
        {"nonce": "!!"},
        {"nonce": 5},
        {"nonce": base64.b64encode(b"short").decode()},
        {"kind": "face"},
        {"version": "1"},
        {"version": True},
    ],
)
def test_an_unreadable_slot_is_invalid_and_no_crash(change: dict[str, Any]) -> None:
    with pytest.raises(SlotInvalid):
        Slot.from_json(sealed(bytes(32)).to_json() | change)
    for junk in (None, [], "slot", {}, 5):
        with pytest.raises(SlotInvalid):
            Slot.from_json(junk)


def test_the_real_cost_opens_what_it_sealed() -> None:
    assert KdfCost(65_536, 3, 4) == REAL_COST
    slot = seal(bytes(32), "836194", kind=SlotKind.PIN, device_secret=SECRET, **WHERE)
    assert unseal(slot, "836194", device_secret=SECRET, **WHERE) == bytes(32)
    with pytest.raises(SlotRefused):
        unseal(slot, "836195", device_secret=SECRET, **WHERE)


def test_each_field_goes_into_the_associated_data_by_itself() -> None:
    slot = sealed(bytes(32))
    slots = [
        slot,
        replace(slot, kind=SlotKind.PASSPHRASE),
        replace(slot, version=2),
        replace(slot, salt=bytes(16)),
        replace(slot, cost=replace(slot.cost, passes=2)),
        replace(slot, cost=replace(slot.cost, lanes=2)),
        replace(slot, cost=replace(slot.cost, memory_kib=16)),
        replace(slot, secret_name=None),
    ]
    bound = {_associated(one, "a" * 32, "Practitioner/1") for one in slots}
    assert len(bound) == len(slots)
    assert _associated(slot, "a", "bc") != _associated(slot, "ab", "c")


def test_two_seals_of_one_key_share_nothing() -> None:
    one, two = sealed(bytes(32)), sealed(bytes(32))
    assert len({one.salt, two.salt, one.nonce, two.nonce, one.sealed, two.sealed}) == 6


def test_two_windows_may_open_at_the_same_moment() -> None:
    data_key, cost = make_key(), replace(REAL_COST, memory_kib=16_384, passes=1)
    slot = seal(data_key, "836194", kind=SlotKind.PIN, cost=cost, secret_name=None, **WHERE)
    opened: list[bytes] = []
    windows = [
        Thread(target=lambda: opened.append(unseal(slot, "836194", **WHERE)), daemon=True) for _ in range(4)
    ]
    for window in windows:
        window.start()
    for window in windows:
        window.join(10)
    assert opened == [data_key] * 4, "one waits for the other for ever"
