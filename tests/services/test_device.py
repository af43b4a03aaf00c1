"""One store in one window: enrol, lock, unlock, take over."""

from __future__ import annotations

import asyncio

import pytest

from app.domain.visit import AnsweredBy, Modality, Setting
from app.errors import SignInRefused, StoreBusy, WrongPin
from app.services.device_service import Device
from app.services.models import LockKind, SyncWord
from app.services.session import OpenSession
from app.services.sign_in import check_new
from app.store import patients
from app.store.changes import Topic
from tests.services.conftest import person, signed_in


async def enrol(device: Device, window: str = "w1") -> tuple[OpenSession, str]:
    secret = device.suggest_passphrase()
    return await device.enrol(signed_in(), secret, window), secret


async def test_a_store_is_made_locked_and_opened_again_without_a_network(device: Device) -> None:
    session, secret = await enrol(device)
    await session.lock()
    (user,) = device.users()
    assert (user.user_name, user.lock_kind, user.unsent_visits) == ("Ana Ruiz, RN", LockKind.PASSPHRASE, 0)
    again = await device.unlock(user.store_id, secret, "w1")
    assert (again.user_name, again.closed) == ("Ana Ruiz, RN", False)


async def test_the_wrong_words_open_nothing(device: Device) -> None:
    session, _ = await enrol(device)
    await session.lock()
    with pytest.raises(WrongPin):
        await device.unlock(session.store_id, "not the right words at all", "w1")


async def test_a_second_window_hears_that_it_is_open_and_can_take_over(device: Device) -> None:
    first, secret = await enrol(device)
    blanked = asyncio.Event()
    first.on_closed.append(blanked.set)
    with pytest.raises(StoreBusy):
        await device.unlock(first.store_id, secret, "w2")
    assert not first.closed
    second = await device.unlock(first.store_id, secret, "w2", take_over=True)
    assert blanked.is_set()
    assert first.closed
    assert not second.closed


async def test_taking_over_with_the_wrong_words_leaves_the_first_window_alone(device: Device) -> None:
    first, _ = await enrol(device)
    with pytest.raises(WrongPin):
        await device.unlock(first.store_id, "not the right words at all", "w2", take_over=True)
    assert not first.closed


async def test_a_user_gets_one_store_on_a_device(device: Device) -> None:
    await enrol(device)
    with pytest.raises(SignInRefused, match="already has records"):
        await device.enrol(signed_in(), device.suggest_passphrase(), "w2")


async def test_who_has_records_here_hears_it_after_the_sign_in_and_before_choosing_a_pin(
    device: Device,
) -> None:
    assert device.known_plan() is None
    await enrol(device)
    row = signed_in().outcome.sign_in
    assert device.known_plan() == row.plan_url, "the next one need not type the address"
    with pytest.raises(SignInRefused, match="already has records"):
        await check_new(device._vault, signed_in().outcome)
    await check_new(device._vault, signed_in("ben", "Ben Cole, RN").outcome)


async def test_two_nurses_share_nothing_but_the_tablet(device: Device) -> None:
    ana, _ = await enrol(device)
    ben = await device.enrol(signed_in("ben", "Ben Cole, RN"), device.suggest_passphrase(), "w2")
    assert ana.store_id != ben.store_id
    await ana.lock()
    assert not ben.closed


async def test_locking_a_window_that_has_nothing_open_is_no_error(device: Device) -> None:
    await device.lock_window("w9")


async def test_the_lock_screen_counts_what_is_unsent(device: Device) -> None:
    session, _ = await enrol(device)
    await session._store.write(
        lambda connection: patients.upsert(connection, person("p1", "Rosa Colón")), Topic.PATIENTS
    )
    visit_id = await session.visits.begin("p1", Modality.TELEPHONE, Setting.HOME)
    await session.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await session.visits.answer(visit_id, "esas-pain", value=2)
    await session.visits.leave(visit_id)
    await session.visits.sign(visit_id)
    await session.lock()
    assert [user.unsent_visits for user in device.users()] == [1]


async def test_with_nobody_at_the_plans_address_the_state_says_so(device: Device) -> None:
    session, _ = await enrol(device)
    told = asyncio.Event()
    session.hub.subscribe(frozenset({Topic.SYNC}), told.set)
    async with asyncio.timeout(10):
        while session.syncing.state().word is not SyncWord.PLAN_DOWN:
            await told.wait()
            told.clear()
    state = session.syncing.state()
    assert (state.unsent_visits, state.last_success_at) == (0, None)
    assert "kept on this device" in state.sentence
