"""Crashes, full disks and failing screens around unlocking and locking: the lock comes free, the records stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.domain.visit import AnsweredBy, Modality, Setting
from app.errors import DiskFull, RecordError
from app.services.device_service import Device
from app.services.models import SyncWord, VisitState
from app.services.summaries import status_of
from app.services.visits import Visits
from app.store import audit, sessions
from app.store.engine import Store
from app.store.outbox import VisitSending
from tests.services.conftest import NOBODY_THERE, SteppingClock, signed_in


async def fill_disk(store: Store) -> Callable[[], Any]:
    """From now on the store's file may not grow; returns what gives room again."""

    def limit(pages: int | None) -> Callable[[Any], None]:
        def run(connection: Any) -> None:
            used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages or used}")

        return run

    await store.write(limit(None))
    return lambda: store.write(limit(1_000_000))


async def test_f34_a_full_disk_while_signing_loses_nothing_and_signing_works_when_there_is_room(
    visits: Visits, store: Store
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=7)
    await visits.set_note(visit_id, "n" * 20_000)
    await visits.leave(visit_id)
    make_room = await fill_disk(store)
    with pytest.raises(DiskFull):
        await visits.sign(visit_id)
    page = await visits.page(visit_id)
    assert (page.draft.note, page.draft.answers["esas-pain"].value) == ("n" * 20_000, 7)
    await make_room()
    await visits.sign(visit_id)
    assert (await visits.read(visit_id)).note == "n" * 20_000


async def test_f34_reading_goes_on_when_the_disk_is_full(visits: Visits, store: Store) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_note(visit_id, "Slept well.")
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    await fill_disk(store)
    for _ in range(200):
        assert (await visits.read(visit_id)).note == "Slept well."
    written, _ = await store.read(audit.find_head)
    assert written < 200, "the disk was never full"
    assert (await store.read(audit.verify)).broken_at is None


async def test_an_app_that_died_before_its_first_sign_in_was_written_can_still_be_opened(
    device: Device,
) -> None:
    words = device.suggest_passphrase()
    store = await device._vault.create(
        user_reference="Practitioner/ana", user_name="Ana Ruiz, RN", plan_url=NOBODY_THERE, secret=words
    )
    await store.close()
    session = await device.unlock(store.store_id, words, "w1")
    assert session.user_name == "Ana Ruiz, RN"
    assert session.syncing.state().word is SyncWord.SIGN_IN


async def test_a_store_that_could_not_be_started_is_not_left_locked(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await device.enrol(signed_in(), (words := device.suggest_passphrase()), "w1")
    await session.lock()
    broken = RuntimeError("no state")

    async def fail(self: object) -> None:
        raise broken

    with monkeypatch.context() as patched:
        patched.setattr("app.services.syncing.Syncing.start", fail)
        with pytest.raises(RuntimeError):
            await device.unlock(session.store_id, words, "w1")
    assert not (await device.unlock(session.store_id, words, "w2")).closed


async def test_a_sign_in_that_could_not_be_written_leaves_no_lock_behind(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DiskFull

    words = device.suggest_passphrase()
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "save", fail)
        with pytest.raises(DiskFull):
            await device.enrol(signed_in(), words, "w1")
    (user,) = device.users()
    assert not (await device.unlock(user.store_id, words, "w1")).closed


async def test_a_screen_that_fails_to_close_keeps_no_store_open(device: Device) -> None:
    session = await device.enrol(signed_in(), (words := device.suggest_passphrase()), "w1")

    def fail() -> None:
        raise RuntimeError("a screen's mistake")

    session.on_closed.append(fail)
    await session.lock()
    assert not (await device.unlock(session.store_id, words, "w2")).closed


async def test_a_network_that_fails_to_close_keeps_no_store_open(device: Device) -> None:
    session = await device.enrol(signed_in(), (words := device.suggest_passphrase()), "w1")

    async def fail() -> None:
        raise RuntimeError("half closed")

    close, session._client.aclose = session._client.aclose, fail  # type: ignore[method-assign]  # made to fail
    await session.lock()
    await close()
    assert not (await device.unlock(session.store_id, words, "w2")).closed


async def test_a_visit_whose_clock_jumped_can_be_given_its_times_and_signed(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    """Begun on a tablet that was a day ahead: its end lies before its beginning until tomorrow."""
    true = clock.at
    clock.at = true + timedelta(days=1)
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_note(visit_id, "Slept well.")
    clock.at = true
    await visits.leave(visit_id)
    assert (await visits.page(visit_id)).missing == ("times",)
    with pytest.raises(RecordError):
        await visits.set_times(visit_id, true, true - timedelta(minutes=1))
    with pytest.raises(RecordError, match="not come yet"):
        await visits.set_times(visit_id, true, true + timedelta(minutes=10))
    await visits.set_times(visit_id, true - timedelta(minutes=40), true)
    await visits.sign(visit_id)
    reading = await visits.read(visit_id)
    assert reading.summary.left_at is not None
    assert reading.summary.left_at - reading.summary.began_at == timedelta(minutes=40)


def test_an_own_visit_of_which_the_outbox_knows_nothing_is_not_called_received() -> None:
    lost = VisitSending("v", False, True, 0, 0, False, False, False, None, False, False, None)
    assert status_of(lost).state is VisitState.ON_DEVICE
