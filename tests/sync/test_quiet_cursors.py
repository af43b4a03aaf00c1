"""A cursor that stood still for long enough is asked past, so that a pass after a load of everybody brings nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.store import cursors
from app.store.engine import Store, create_store
from app.sync.capabilities import ASSUMED, Capabilities
from app.sync.inbound import store_cursors
from app.sync.rounds import make_tracks
from app.sync.tracks import PANEL, Track, query

OURS = replace(ASSUMED, store_epoch="epoch", scopes_by_careteam=True)
STAMP = "2026-11-22T12:00:00.123Z"
NOON = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)
OVERLAP = timedelta(seconds=30)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await create_store(tmp_path / "store.db", bytes(32), store_id="s")
    yield store
    await store.close()


async def _pass(store: Store, at: datetime, stamp: str = STAMP, *, finished: bool = True) -> None:
    """A pull that began at that time of the server's and came as far as this stamp."""
    track = Track(PANEL, "Encounter", None, None, done=False, at=stamp, finished=finished)
    await store.write(lambda c: store_cursors(c, [track], at))


async def _asks(store: Store, capabilities: Capabilities = OURS) -> str:
    tracks = await store.read(lambda c: make_tracks(c, capabilities, PANEL, None))
    one = next(track for track in tracks if track.type == "Encounter")
    return query(one, OVERLAP).partition("_lastUpdated=")[2].partition("&")[0].replace("%3A", ":")


BEHIND, PAST = "ge2026-11-22T11:59:30.123Z", f"gt{STAMP}"


async def test_for_thirty_seconds_of_the_server_a_pass_looks_behind_its_cursor(store: Store) -> None:
    await _pass(store, NOON)
    assert await _asks(store) == BEHIND
    await _pass(store, NOON + timedelta(seconds=29))
    assert await _asks(store) == BEHIND
    await _pass(store, NOON + timedelta(seconds=30))
    assert await _asks(store) == PAST


async def test_what_came_later_is_looked_behind_again(store: Store) -> None:
    await _pass(store, NOON)
    await _pass(store, NOON + timedelta(minutes=1))
    assert await _asks(store) == PAST
    await _pass(store, NOON + timedelta(minutes=2), "2026-11-22T12:01:50.000Z")
    assert await _asks(store) == "ge2026-11-22T12:01:20.000Z"


async def test_a_pass_that_was_cut_short_proves_nothing(store: Store) -> None:
    await _pass(store, NOON)
    await _pass(store, NOON + timedelta(minutes=1), finished=False)
    assert await _asks(store) == BEHIND


async def test_a_clock_that_goes_back_does_not_make_a_cursor_quiet(store: Store) -> None:
    await _pass(store, NOON)
    await _pass(store, NOON - timedelta(hours=1))
    assert await _asks(store) != PAST


async def test_another_server_is_always_looked_behind(store: Store) -> None:
    await _pass(store, NOON)
    await _pass(store, NOON + timedelta(minutes=1))
    assert await _asks(store, ASSUMED) == BEHIND


async def test_a_cursor_that_was_put_back_is_not_quiet(store: Store) -> None:
    await _pass(store, NOON)
    await _pass(store, NOON + timedelta(minutes=1))
    await store.write(lambda c: cursors.put(c, PANEL, "Encounter", "2026-11-22T11:00:00.000Z", done=True))
    assert (await _asks(store)).startswith("ge")
