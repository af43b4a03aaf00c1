"""What the status line says while a pass is under way, from a real store and a loop that stands still."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import cast

import pytest
from sqlalchemy import Connection

import app.services.syncing as syncing_module
from app.errors import UntrustedCertificate
from app.services.hub import ChangeHub
from app.services.models import SyncState, SyncWord
from app.services.syncing import LONG_WORK, Syncing
from app.store import passes, sessions
from app.store.changes import Topic
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.sync.engine import PassReport
from app.sync.loop import SyncLoop
from tests.services.conftest import ANA, SteppingClock, sign_in_row
from tests.support.alert_records import make_alert, raise_alert


class StillLoop:
    """A loop caught in the middle of a pass."""

    def __init__(self, last: PassReport | None, progress: tuple[int, int] | None) -> None:
        self.working = True
        self.last = last
        self.progress = progress


@pytest.mark.parametrize(
    ("last", "progress", "word"),
    [
        (PassReport("plan-down"), (0, 1), SyncWord.PLAN_DOWN),
        (PassReport("plan-down"), (1, 2), SyncWord.WORKING),
        (PassReport("no-network"), (1, 2), SyncWord.WORKING),
        (PassReport("ok"), (1, 1), SyncWord.OK),
        (PassReport("ok"), (1, LONG_WORK), SyncWord.WORKING),
        (None, (3, 800), SyncWord.WORKING),
    ],
)
async def test_a_short_pass_under_way_changes_no_word_and_a_long_one_is_shown(
    store: Store,
    clock: SteppingClock,
    last: PassReport | None,
    progress: tuple[int, int],
    word: SyncWord,
) -> None:
    await store.write(lambda connection: sessions.save(connection, sign_in_row()))
    await store.write(lambda connection: passes.begin(connection, clock.now()))
    syncing = Syncing(store, cast(SyncLoop, StillLoop(last, progress)), ChangeHub())
    await syncing.start()
    state = syncing.state()
    await syncing.stop_listening()
    counted = word is SyncWord.WORKING and (last is None or last.outcome == "ok")
    assert (state.word, state.progress) == (word, progress if counted else None)


async def state_of(store: Store, loop: StillLoop, sign_in: SignInRow | None = None) -> SyncState:
    await store.write(lambda connection: sessions.save(connection, sign_in or sign_in_row()))
    syncing = Syncing(store, cast(SyncLoop, loop), ChangeHub())
    await syncing.start()
    state = syncing.state()
    await syncing.stop_listening()
    return state


@pytest.mark.parametrize(
    ("last", "word"),
    [
        (PassReport("captive-portal"), SyncWord.PORTAL),
        (PassReport("wrong-date", "This device's date looks wrong."), SyncWord.PROBLEM),
        (PassReport("untrusted", UntrustedCertificate.sentence), SyncWord.PROBLEM),
        (PassReport("partly"), SyncWord.OK),
        (PassReport("partly", "The plan's records were put back to an earlier day."), SyncWord.PROBLEM),
    ],
)
async def test_each_end_of_a_pass_is_said_for_what_it_is(
    store: Store, last: PassReport, word: SyncWord
) -> None:
    loop = StillLoop(last, None)
    loop.working = False
    state = await state_of(store, loop)
    assert state.word is word
    assert word is not SyncWord.PROBLEM or state.sentence == last.sentence
    assert "No network" not in state.sentence


async def test_a_pass_that_goes_on_is_shown_after_a_while_though_it_has_nothing_to_tell(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing_module, "LONG_SECONDS", 0.01)
    await store.write(lambda connection: sessions.save(connection, sign_in_row()))
    loop, hub, told = StillLoop(PassReport("ok"), None), ChangeHub(), asyncio.Event()
    hub.subscribe(frozenset({Topic.SYNC}), told.set)
    syncing = Syncing(store, cast(SyncLoop, loop), hub)
    await syncing.start()
    told.clear()
    assert syncing.state().word is SyncWord.OK
    syncing.refresh_soon()
    async with asyncio.timeout(10):
        await told.wait()
    assert syncing.state().word is SyncWord.WORKING
    loop.working = False
    told.clear()
    syncing.refresh_soon()
    async with asyncio.timeout(10):
        await told.wait()
    assert syncing.state().word is SyncWord.OK
    await syncing.stop_listening()


async def test_an_ended_sign_in_says_what_waits_for_it_alerts_too(store: Store) -> None:
    def save(connection: Connection) -> None:
        alert = make_alert("p1")
        raise_alert(connection, alert, ANA)

    await store.write(save)
    loop = StillLoop(PassReport("no-network"), None)
    state = await state_of(store, loop, replace(sign_in_row(), ended=True))
    assert (state.word, state.sentence) == (SyncWord.SIGN_IN, "Sign in to send 1 alert.")
