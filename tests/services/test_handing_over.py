"""The tablet leaves the nurse's hands, and only what opens the records brings it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.errors import WrongPin
from app.services.device_service import Device
from app.services.handing_over import HAND_OVER, TAKE_BACK
from app.services.models import LockKind
from app.services.session import OpenSession
from app.store.tables import AuditEvent, table_of
from app.store.vault import Vault
from tests.services.conftest import signed_in
from tests.store.store_builders import CHEAP, PIN, MemoryKeystore

WRONG = "507283"


@pytest.fixture
def pinned(tmp_path: Path) -> Device:
    return Device(Vault(tmp_path / "data", MemoryKeystore(), cost=CHEAP))


async def list_hands(session: OpenSession) -> list[tuple[str, str]]:
    event = table_of(AuditEvent)
    wanted = (HAND_OVER, TAKE_BACK)
    query = select(event.c.action, event.c.subject).where(event.c.action.in_(wanted)).order_by(event.c.seq)
    return [(row.action, row.subject) for row in await session._store.read(lambda c: c.execute(query).all())]


async def hand_over(session: OpenSession) -> None:
    await session.handover.hand_over("v1", "esas-r", whole=False, left_out=frozenset())


def find_kind(session: OpenSession) -> LockKind | None:
    """What leads back, None while the nurse has the tablet."""
    now = session.handover.now
    return None if now is None else now.kind


async def test_only_the_pin_brings_it_back_and_both_are_on_record(pinned: Device) -> None:
    session = await pinned.enrol(signed_in(), PIN, "w1")
    told: list[bool] = []
    session.handover.listen(lambda: told.append(session.handover.now is not None))
    await hand_over(session)
    assert find_kind(session) is LockKind.PIN
    session.handover.finish()
    session.handover.finish(False)
    with pytest.raises(WrongPin):
        await session.handover.take_back(WRONG)
    assert find_kind(session) is LockKind.PIN
    await session.handover.take_back(PIN)
    assert find_kind(session) is None
    assert told == [True, True, True, False]
    assert await list_hands(session) == [(HAND_OVER, "Encounter/v1"), (TAKE_BACK, "Encounter/v1")]
    await pinned.close()


async def test_wrong_tries_are_counted_and_slowed_as_at_the_lock_screen(pinned: Device) -> None:
    session = await pinned.enrol(signed_in(), PIN, "w1")
    await hand_over(session)
    waits: list[int] = []
    for _ in range(8):
        with pytest.raises(WrongPin) as wrong:
            await session.handover.take_back(WRONG)
        waits.append(wrong.value.wait_seconds)
    assert waits[-1] > 0
    with pytest.raises(WrongPin):
        await session.handover.take_back(PIN)
    assert session.handover.now is not None, "in the wait the right PIN is not even tried"
    await session.lock()
    with pytest.raises(WrongPin) as at_the_lock:
        await pinned.unlock(session.store_id, PIN, "w1")
    assert at_the_lock.value.wait_seconds > 0, "one count for both"
    await pinned.close()


async def test_after_a_lock_the_pin_leads_into_the_nurses_app(pinned: Device) -> None:
    session = await pinned.enrol(signed_in(), PIN, "w1")
    await hand_over(session)
    await session.lock()
    again = await pinned.unlock(session.store_id, PIN, "w1")
    assert again.handover.now is None
    assert await list_hands(again) == [(HAND_OVER, "Encounter/v1")]
    await pinned.close()


async def test_nothing_is_handed_over_that_was_never_taken(pinned: Device) -> None:
    session = await pinned.enrol(signed_in(), PIN, "w1")
    session.handover.finish()
    await session.handover.take_back(WRONG)
    assert session.handover.now is None
    assert await list_hands(session) == []
    await pinned.close()
