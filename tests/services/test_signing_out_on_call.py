"""Signing out with an on-call pack: the sign-in ends first, whatever becomes of the pack's erasure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.on_call import Given, Here, hear
from app.errors import StoreError
from app.services.signing_out import SigningOut
from app.store import oncall, sessions
from app.store.engine import Store
from tests.services.conftest import ANA, SteppingClock, sign_in_row

NOW = datetime.now(UTC)


@pytest.fixture
async def carrying(store: Store) -> Store:
    """Signed in, with a pack. No plan is told: her sign-in has no address for it."""
    pack = Given(NOW, NOW + timedelta(hours=9), NOW, "one", True, frozenset("a"), {"a": ("{}", "{}")})
    await store.write(lambda c: sessions.save(c, sign_in_row()))
    await store.write(lambda c: oncall.keep(c, pack, hear(None, NOW, Here(NOW, "boot", 1.0))))
    return store


async def is_signed_in(store: Store) -> bool:
    known = await store.read(sessions.find)
    return known is not None and not known.ended


async def test_the_sign_in_has_ended_before_the_pack_is_dropped(
    carrying: Store, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    async def drop(store: Store) -> bool:
        seen.append(await is_signed_in(store))
        raise StoreError("The disk is full.")

    monkeypatch.setattr("app.services.signing_out.drop_pack", drop)
    with pytest.raises(StoreError):
        await SigningOut(carrying, ANA, clock).sign_out()
    assert seen == [False]
    assert not await is_signed_in(carrying)


async def test_the_pack_is_dropped_although_the_sign_in_could_not_be_ended(
    carrying: Store, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr("app.services.signing_out.audit.append", fail)
    with pytest.raises(StoreError):
        await SigningOut(carrying, ANA, clock).sign_out()
    assert await carrying.read(oncall.has_pack) is False
