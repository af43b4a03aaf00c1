"""The order of one pass: what must leave, then what is new, then what can wait.

A plan that was put back is compared before anything but an urgent creation is sent. Push, pull, push again what the
pull or a merge made free. The tail (sweep, full re-pull, files, contact) is left out when the pass was stopped or the
plan cannot be reached.
"""

from __future__ import annotations

import asyncio
import logging

from app.errors import PlanError, Withdrawn
from app.store import meta, outbox, outbox_trim, side_bases
from app.store.engine import Store
from app.store.sessions import SignInRow
from app.sync.capabilities import Capabilities
from app.sync.clock import Clock
from app.sync.contact import report_contact
from app.sync.device_keys import register_device
from app.sync.drafts import refresh_drafts, send_drafts
from app.sync.files import send_files
from app.sync.lost import KEPT
from app.sync.oncall import drop_pack, refresh_pack, tell_openings
from app.sync.pass_report import PassReport, detail_of, outcome_of
from app.sync.plan import Only
from app.sync.pull import Puller, PullReport
from app.sync.push import Pusher, PushReport
from app.sync.relay import relay
from app.sync.restored import RestoreReport, Restoring, comparing
from app.sync.side_copy import SideCopy, fetch_all_again
from app.sync.sweep import Sweeper, is_due
from app.sync.transport import FhirClient
from app.sync.turn import Progress, Turn

_log = logging.getLogger("app.sync")


class OnePass:
    """Runs once. What ended it early is in its report; all that came before is in the store."""

    def __init__(
        self,
        store: Store,
        client: FhirClient,
        clock: Clock,
        capabilities: Capabilities,
        sign_in: SignInRow,
        on_progress: Progress | None,
        stop: asyncio.Event | None,
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._capabilities = capabilities
        self._sign_in = sign_in
        self._pusher = Pusher(store, client, now=clock.now, capabilities=capabilities)
        self._turn = Turn(store, client, capabilities, stop, on_progress, between=self._push_urgent)
        self._pushed = PushReport()
        self._pulled = PullReport()
        self._restored: RestoreReport | None = None
        self._words: list[str] = []
        self._error: PlanError | None = None
        """What went wrong after the pull."""

    async def run(self) -> PassReport:
        await register_device(self._store, self._client, self._sign_in.user_reference, self._capabilities)
        if not await self._compare():
            return await self._report(done=False)
        # First: what was written of an opened person is taken once the plan knows that she opened it.
        await tell_openings(self._store, self._client, self._capabilities)
        await self._push()
        if self._may_go_on:
            await refresh_drafts(
                self._store,
                self._client,
                self._capabilities,
                self._sign_in.user_reference,
                now=self._clock.now,
            )
        if self._may_go_on:
            self._pulled = await Puller(self._turn, self._sign_in).pull()
        if self._may_go_on:
            await self._push()
        if self._may_go_on:
            await refresh_pack(
                self._store, self._client, self._capabilities, self._sign_in.role, now=self._clock.now
            )
        if self._may_go_on:
            await self._tail()
        elif isinstance(self._pulled.error, Withdrawn) and not self._turn.is_stopped():
            await self._last_files()
        return await self._report(done=True)

    @property
    def _may_go_on(self) -> bool:
        errors = (self._pushed.error, self._pulled.error, self._error)
        return not self._turn.is_stopped() and all(error is None for error in errors)

    async def _push(self, *, urgent: bool = False) -> None:
        only = Only.URGENT_CREATES if urgent else None
        progress = None if urgent else self._turn.on_progress
        add(self._pushed, await self._pusher.push(self._turn.stop, progress, only=only))

    async def _push_urgent(self) -> None:
        """Between two pages of a long load: an alert does not wait for its end."""
        if await self._pusher.has_urgent():
            comparing_now = self._restored is not None and not self._restored.done
            add(
                self._pushed,
                await self._pusher.push(self._turn.stop, only=Only.URGENT_CREATES if comparing_now else None),
            )

    async def _compare(self) -> bool:
        """True when everything may be sent: the plan is the one that this device knows, or was compared with it."""
        restoring = Restoring(self._turn, self._sign_in, self._clock.now)
        if not await restoring.is_on():
            return True
        self._restored = RestoreReport(False, sentence=comparing())
        await self._push(urgent=True)
        if not self._may_go_on:
            return False
        try:
            self._restored = await restoring.run()
        except PlanError as error:
            self._error = error
        return self._restored.done

    async def _tail(self) -> None:
        await self._sweep(Sweeper(self._turn))
        if self._may_go_on and await self._store.read(side_bases.find_wish):
            await self._fetch_all()
        if self._may_go_on:
            await self._trim()
        if self._may_go_on:
            await send_files(
                self._store, self._client, self._capabilities, stop=self._turn.stop, now=self._clock.now
            )
        if self._may_go_on:
            await relay(
                self._store, self._client, self._capabilities, stop=self._turn.stop, now=self._clock.now
            )
        if self._may_go_on:
            await send_drafts(self._store, self._client, self._capabilities, now=self._clock.now)
        if self._may_go_on:
            await report_contact(self._store, self._client, self._capabilities, now=self._clock.now)

    async def _last_files(self) -> None:
        """Of a sign-in that was withdrawn and reads nothing any more: what else it still has to bring."""
        await drop_pack(self._store)
        await send_files(
            self._store, self._client, self._capabilities, stop=self._turn.stop, now=self._clock.now
        )
        await self._push()
        await report_contact(self._store, self._client, self._capabilities, now=self._clock.now)

    async def _sweep(self, sweeper: Sweeper) -> None:
        server_at = self._client.server_at
        due = await self._store.read(lambda c: is_due(c, server_at))
        first = await self._store.read(lambda c: meta.find(c, meta.SWEPT_AT)) is None
        report = await sweeper.run() if due else await sweeper.run_again()
        self._pulled.pulled += report.fetched
        if report.error is not None:
            self._words.append(f"sweep {detail_of(report.error)}")
            if first:
                # A first load counts as whole only when its counts were compared.
                self._error = report.error

    async def _fetch_all(self) -> None:
        try:
            await fetch_all_again(self._store, SideCopy(self._turn))
        except PlanError as error:
            self._error = error

    async def _trim(self) -> None:
        server_at = self._client.server_at
        if server_at is not None and await self._store.read(lambda c: outbox_trim.is_due(c, server_at)):
            while await self._store.write(lambda c: outbox_trim.trim(c, server_at, server_at - KEPT)):
                if self._turn.is_stopped():
                    return

    async def _report(self, *, done: bool) -> PassReport:
        pushed, pulled = self._pushed, self._pulled
        error = pushed.error or pulled.error or self._error
        sentence = str(error) if error is not None else None
        if self._restored is not None and (error is None or not done):
            sentence = " ".join(part for part in (sentence, self._restored.sentence) if part)
        if error is not None:
            outcome = outcome_of(error)
        elif self._turn.is_stopped():
            outcome = "stopped"
        elif not done:
            outcome = "partly"
        else:
            outcome = "ok" if pulled.complete and not pushed.waiting else "partly"
        if not done:
            self._words.insert(0, "restored")
        if error is not None:
            self._words.append(detail_of(error))
        waiting = await self._store.read(lambda c: len(outbox.open_writes(c)))
        return PassReport(
            outcome=outcome,
            sentence=sentence,
            pushed=pushed.settled,
            set_aside=pushed.set_aside,
            waiting=max(waiting, pushed.waiting),
            pulled=pulled.pulled,
            server_at=self._client.server_at if outcome == "ok" else None,
            retry_after=pushed.retry_after,
            detail=" ".join(part for part in (pulled.detail, *self._words) if part),
            lost=self._restored.lost if self._restored is not None else 0,
        )


def add(report: PushReport, more: PushReport) -> None:
    """Put what a second push brought to the first one's report."""
    report.settled += more.settled
    report.set_aside += more.set_aside
    report.waiting += more.waiting
    report.error = report.error or more.error
    report.retry_after = more.retry_after if report.retry_after is None else report.retry_after
