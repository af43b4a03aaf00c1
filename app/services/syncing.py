"""What the screen says about sync. Computed from the outbox and the last pass, never hoped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from app.errors import SignInRefused
from app.language import tr
from app.services.hub import ChangeHub
from app.services.models import SyncState, SyncWord
from app.services.sign_in import SignIn
from app.services.words import SENTENCES, sign_in_sentence
from app.store import outbox, passes, sessions, side_bases
from app.store.changes import Topic
from app.store.engine import Store
from app.store.outbox_others import GroupKind, list_others
from app.sync import auth
from app.sync.loop import SyncLoop
from app.sync.side_copy import request_full_pull

WORDS = {
    "ok": SyncWord.OK,
    "no-network": SyncWord.NO_NETWORK,
    "captive-portal": SyncWord.PORTAL,
    "plan-down": SyncWord.PLAN_DOWN,
    "sign-in-needed": SyncWord.SIGN_IN,
    "stopped": SyncWord.OK,
}
UNREACHED = frozenset({SyncWord.NO_NETWORK, SyncWord.PLAN_DOWN, SyncWord.PORTAL})
LONG_WORK = 40
"""Records from which a pass is worth showing; a quiet look every half minute is not."""
LONG_SECONDS = 4.0
"""A pass that takes longer is shown too, with a way to stop it, however few records it moves."""
SHOWN_WORK = frozenset({Topic.OUTBOX, Topic.SIGN_IN})


class Syncing:
    """Holds the last computed state, so that drawing never waits; recomputes it after each commit or pass."""

    def __init__(self, store: Store, loop: SyncLoop, hub: ChangeHub) -> None:
        self._store = store
        self._loop = loop
        self._hub = hub
        self._state = SyncState(SyncWord.NEVER, SENTENCES[SyncWord.NEVER], 0, 0, None)
        self._refreshing: asyncio.Task[None] | None = None
        self._stale = False
        self._unsubscribe: Callable[[], None] | None = None
        self._look_later: asyncio.TimerHandle | None = None
        self._lasts = False

    async def start(self) -> None:
        """Compute the first state and follow what happens from now on."""
        self._unsubscribe = self._hub.subscribe(SHOWN_WORK, self.refresh_soon)
        await self._refresh()

    async def stop_listening(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._forget_timer()
        if self._refreshing is not None:
            await asyncio.gather(self._refreshing, return_exceptions=True)

    def state(self) -> SyncState:
        return self._state

    async def send_now(self) -> None:
        """Wake the loop; what comes of it is seen in `state`."""
        self._loop.wake()

    async def fetch_all_again(self) -> None:
        """Ask the plan for everything once more, beside what is in use; what waits to be sent is not touched."""
        await request_full_pull(self._store)
        self._loop.wake()

    async def is_fetching_all(self) -> bool:
        """True from `fetch_all_again` until all of it came."""
        return await self._store.read(side_bases.find_wish)

    async def stop(self) -> None:
        """End a long pass at the next safe point; what has been done stays done."""
        self._loop.stop_pass()

    async def sign_in_again(self) -> SignIn:
        """Sign in at the same plan as the same user; what waits is sent as soon as it has worked.

        Raises PlanError when the plan cannot be reached. `wait` raises SignInRefused for another user's account:
        her work would go out under the wrong name.
        """
        known = await self._store.read(sessions.find)
        if known is None:
            raise SignInRefused
        plan = await auth.check_plan(known.plan_url)

        async def keep(outcome: auth.SignedIn) -> None:
            if outcome.sign_in.user_reference != known.user_reference:
                raise SignInRefused(
                    tr("Please sign in as {user_name}, whose records these are.", user_name=known.user_name)
                )
            await self._store.write(
                lambda connection: sessions.save(connection, outcome.sign_in), Topic.SIGN_IN
            )
            self._loop.wake()

        return SignIn(await auth.start_sign_in(plan), keep)

    def refresh_soon(self) -> None:
        """Recompute the state; many calls in a row cost one more computation."""
        self._time_the_pass()
        self._stale = True
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh_while_stale())

    def _time_the_pass(self) -> None:
        """A pass that goes on is noticed by the clock: it may have nothing to tell for a long while."""
        if not self._loop.working:
            self._forget_timer()
        elif self._look_later is None:
            self._look_later = asyncio.get_running_loop().call_later(LONG_SECONDS, self._it_lasts)

    def _it_lasts(self) -> None:
        self._lasts = self._loop.working
        self.refresh_soon()

    def _forget_timer(self) -> None:
        self._lasts = False
        if self._look_later is not None:
            self._look_later.cancel()
            self._look_later = None

    async def _refresh_while_stale(self) -> None:
        while self._stale:
            self._stale = False
            await self._refresh()

    def _word(self, ever: bool) -> SyncWord:
        """What the last finished pass of this session says; a short pass under way changes nothing."""
        last = self._loop.last
        if last is None:
            return SyncWord.WORKING if ever or self._loop.working else SyncWord.NEVER
        word = WORDS.get(last.outcome, SyncWord.PROBLEM)
        if last.outcome == "partly" and not last.sentence:
            # The plan answered; what did not go is counted, and each says why.
            word = SyncWord.OK
        if word in UNREACHED and self._loop.working and self._has_answered():
            # A receipt came: nothing on the screen may go on saying that the plan does not answer.
            return SyncWord.WORKING
        return SyncWord.WORKING if word is SyncWord.OK and self._loop.working and self._is_long() else word

    def _has_answered(self) -> bool:
        return self._loop.progress is not None and self._loop.progress[0] > 0

    def _is_long(self) -> bool:
        return self._lasts or (self._loop.progress is not None and self._loop.progress[1] >= LONG_WORK)

    async def _refresh(self) -> None:
        counts, others, success, sign_in = await self._store.read(
            lambda connection: (
                outbox.count(connection),
                list_others(connection),
                passes.find_last_success(connection),
                sessions.find(connection),
            )
        )
        word = self._word(success is not None)
        unreached = self._loop.last is not None and WORDS.get(self._loop.last.outcome) in UNREACHED
        if sign_in is None or sign_in.ended:
            word = SyncWord.SIGN_IN
        alerts = sum(one.kind is GroupKind.ALERT for one in others)
        sentence = SENTENCES.get(word) or sign_in_sentence(counts.unsent_visits, alerts, len(others) - alerts)
        if self._loop.last is not None and word is SyncWord.PROBLEM and self._loop.last.sentence:
            sentence = self._loop.last.sentence
        state = SyncState(
            word=word,
            sentence=sentence,
            unsent_visits=counts.unsent_visits,
            set_aside=counts.set_aside_visits + sum(one.reason is not None for one in others),
            last_success_at=None
            if success is None or success.server_at is None
            else success.server_at.astimezone(),
            progress=self._loop.progress if word is SyncWord.WORKING and not unreached else None,
            unsent_alerts=alerts,
            unsent_others=len(others) - alerts,
        )
        if state != self._state:
            self._state = state
            self._hub.publish(frozenset({Topic.SYNC}))
