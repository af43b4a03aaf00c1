"""The connection test: why the plan cannot be reached, told apart step by step, without touching what is sent.

It asks with a connection of its own, so that a line that died in the night is not taken for the plan's silence; only
the last step goes through the session's client, because two owners of one refresh token would end each other's
sign-in. It takes no lock that a pass needs and writes nothing down.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx

from app.errors import NotFhir, PlanDown, PlanError, SignInNeeded, UpdateNeeded
from app.sync.answer import TRANSIENT, Answer
from app.sync.capabilities import decode_capabilities
from app.sync.connection_steps import (
    FAILED_AT,
    NOTHING_TRIED,
    Finding,
    Step,
    Steps,
    StepState,
    Verdict,
    code_of,
    verdict_of,
    verdict_of_signed,
)
from app.sync.portal import find_portal
from app.sync.transport import FhirClient, utc_now
from app.sync.transport_errors import EXPIRED

T = TypeVar("T")
PATIENCE = 20.0
"""Seconds for one step; a plan that takes longer is not there for a nurse at a door."""
WRONG_BY = timedelta(hours=12)
"""From here on it is the date, not the minutes, that is wrong."""


SLOW = "slow"
LINE_DIED = frozenset(one.__name__ for one in (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError))
"""How `plan_error` names a line that broke under a question."""
HIDES_A_PORTAL = frozenset({Verdict.NO_NETWORK, Verdict.SERVER_DOWN, Verdict.UNTRUSTED, Verdict.WRONG_DATE})


class _Stopped(Exception):
    """Somebody asked to stop."""


class ConnectionTest:
    """One test. `steps` and `finding` may be read at any time; `on_step` is told after each change."""

    def __init__(
        self,
        address: str,
        signed: FhirClient,
        *,
        me: str | None = None,
        on_step: Callable[[], None] = lambda: None,
        date_is_right: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = utc_now,
        timer: Callable[[], float] = time.perf_counter,
        patience: float = PATIENCE,
        portal: Callable[[str], Awaitable[bool]] = find_portal,
    ) -> None:
        """`me`: the signed-in user's reference, None once the sign-in is known to be over.

        `date_is_right`: this device's date agreed with the plan's earlier in this session and was not set since.
        """
        self._address = address
        self._signed = signed
        self._me = me
        self._on_step = on_step
        self._date_is_right = date_is_right
        self._transport = transport
        self._now = now
        self._timer = timer
        self._patience = patience
        self._portal = portal
        self._stop = asyncio.Event()
        self._left: set[asyncio.Task[Any]] = set()
        self.steps: Steps = NOTHING_TRIED
        self.finding: Finding | None = None

    def stop(self) -> None:
        """End the test now; `run` returns with STOPPED."""
        self._stop.set()

    async def run(self) -> Finding:
        """Try each step until one fails. Raises nothing that a test can report."""
        try:
            finding = await self._run()
        except _Stopped:
            self._set(*(step for step, state in self.steps if state is StepState.RUNS), to=StepState.SKIPPED)
            finding = Finding(Verdict.STOPPED)
        self._set(*(step for step, state in self.steps if state is StepState.WAITS), to=StepState.SKIPPED)
        self.finding = finding
        self._on_step()
        return finding

    async def _run(self) -> Finding:
        self._set(Step.REACH, to=StepState.RUNS)
        try:
            found = await self._ask_plan()
        except PlanError as error:
            finding = await self._explain(error)
            self._fail(finding)
            return finding
        self._set(Step.REACH, Step.PLAN, to=StepState.GOOD)
        self._set(Step.TRUST, to=self._trusted())
        wrong = found.offset is not None and abs(found.offset) >= WRONG_BY
        state = StepState.SKIPPED if found.offset is None else StepState.BAD if wrong else StepState.GOOD
        self._set(Step.CLOCK, to=state)
        self._set(Step.SIGN_IN, to=StepState.RUNS)
        try:
            await self._ask_signed()
        except PlanError as error:
            # Only a plan that refuses the sign-in shows that it is over.
            over = isinstance(error, SignInNeeded)
            self._set(Step.SIGN_IN, to=StepState.BAD if over else StepState.SKIPPED)
            return replace(found, verdict=verdict_of_signed(error, self._address), detail=code_of(error))
        self._set(Step.SIGN_IN, to=StepState.GOOD)
        return replace(found, verdict=Verdict.WRONG_DATE) if wrong else found

    def _trusted(self) -> StepState:
        """A connection in the clear, which only this very computer may have, proves nothing."""
        return StepState.GOOD if self._address.startswith("https://") else StepState.SKIPPED

    async def _ask_plan(self) -> Finding:
        """The plan's description of itself, over a new connection and without a token."""
        async with FhirClient(self._address, transport=self._transport, now=self._now) as client:
            began = self._timer()
            answer = await self._wait_for(client.metadata(), cancel=True)
            took = self._timer() - began
            _check(answer)
            if answer.ok and decode_capabilities(answer.resource) is None:
                raise NotFhir(detail="no FHIR R4 metadata")
            offset = client.clock_offset_ms
            return Finding(
                Verdict.WELL,
                plan_at=client.server_at,
                offset=None if offset is None else timedelta(milliseconds=offset),
                round_trip=took,
            )

    async def _ask_signed(self) -> None:
        """One small question with the token; any answer but a 401 shows that the sign-in is taken."""
        if self._me is None:
            raise SignInNeeded(detail="ended")
        try:
            answer = await self._read(self._me)
        except PlanDown as error:
            if error.detail not in LINE_DIED:
                raise
            # The client's line lay idle, and the plan hung up just as the question left: the next line is a new one.
            answer = await self._read(self._me)
        _check(answer, signed=True)

    async def _read(self, reference: str) -> Answer:
        kind, _, record_id = reference.partition("/")
        # Never cut off: it may be renewing the token, and an answer that is not heard is a sign-in lost.
        return await self._wait_for(self._signed.read(kind, record_id), cancel=False)

    async def _wait_for(self, asking: Coroutine[Any, Any, T], *, cancel: bool) -> T:
        """The answer; raises PlanDown after `patience` seconds and _Stopped when somebody asked to stop."""
        task = asyncio.ensure_future(asking)
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({task, stopping}, timeout=self._patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not task.done():
                self._let_go(task, cancel=cancel)
        if self._stop.is_set():
            raise _Stopped
        if not task.done():
            raise PlanDown(detail=SLOW)
        return task.result()

    def _let_go(self, task: asyncio.Task[Any], *, cancel: bool) -> None:
        if cancel:
            task.cancel()
        self._left.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._left.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that nobody reports it as never retrieved

    async def _explain(self, error: PlanError) -> Finding:
        verdict = verdict_of(error, self._address)
        unconnected = not error.may_have_arrived or error.detail == SLOW
        # A portal cannot answer in the plan's name over TLS; it shows as a broken or refused connection.
        if verdict in HIDES_A_PORTAL and unconnected and await self._is_portal():
            return Finding(Verdict.PORTAL, detail=code_of(error))
        expired = error.detail == f"certificate {EXPIRED}"
        if verdict is Verdict.WRONG_DATE and self._date_is_right:
            verdict = Verdict.UNTRUSTED
        return Finding(verdict, expired=expired, detail=code_of(error))

    async def _is_portal(self) -> bool:
        async def ask() -> bool:
            return await self._portal(self._address)

        return await self._wait_for(ask(), cancel=True)

    def _fail(self, finding: Finding) -> None:
        """Mark the step at which it ended; all before it went well."""
        at = FAILED_AT.get(finding.verdict, Step.CLOCK)
        if finding.detail == "refused":
            at = Step.REACH
        order = list(Step)
        self._set(*order[: order.index(at)], to=StepState.GOOD)
        if order.index(at) > order.index(Step.TRUST):
            self._set(Step.TRUST, to=self._trusted())
        if finding.verdict is Verdict.WRONG_DATE:
            self._set(Step.TRUST, Step.PLAN, to=StepState.SKIPPED)
        self._set(at, to=StepState.BAD)

    def _set(self, *steps: Step, to: StepState) -> None:
        self.steps = tuple((step, to if step in steps else state) for step, state in self.steps)
        self._on_step()


def _check(answer: Answer, *, signed: bool = False) -> None:
    """Raises what this answer means where it is no answer of a plan that works."""
    if answer.status == 426:
        raise UpdateNeeded(detail="HTTP 426")
    if answer.status >= 500 or answer.status in TRANSIENT:
        raise PlanDown(detail=f"HTTP {answer.status}")
    if not signed and not answer.ok and answer.status not in (401, 403):
        raise NotFhir(detail=f"HTTP {answer.status}")
