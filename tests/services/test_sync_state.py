"""What the status line says while a pass is under way, from a real store and a loop that stands still."""

from __future__ import annotations

from typing import cast

import pytest

from app.services.hub import ChangeHub
from app.services.models import SyncWord
from app.services.syncing import LONG_WORK, Syncing
from app.store import passes, sessions
from app.store.engine import Store
from app.sync.engine import PassReport
from app.sync.loop import SyncLoop
from tests.services.conftest import SteppingClock, sign_in_row


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
