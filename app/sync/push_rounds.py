"""One planned round of a push: lanes side by side, each in order, and what is said of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from app.errors import (
    CaptivePortal,
    HearthsideError,
    NoNetwork,
    NotFhir,
    PlanDown,
    PlanError,
    SignInNeeded,
    UpdateNeeded,
    WrongClock,
)
from app.store.outbox import OpenWrite
from app.sync.keeper import Fate, WaitAsked
from app.sync.plan import AT_ONCE, Action, Lane, is_urgent

_ENDS_THE_PASS = (NoNetwork, CaptivePortal, SignInNeeded, WrongClock, UpdateNeeded, NotFhir, WaitAsked)
_log = logging.getLogger("app.sync")


@dataclass(slots=True)
class PushReport:
    """`error` is what ended the push early, if anything did; `retry_after` seconds only when the server asked."""

    settled: int = 0
    set_aside: int = 0
    merged: int = 0
    """Writes that somebody else was quicker than, and that were put together with theirs."""
    waiting: int = 0
    error: PlanError | None = None
    retry_after: float | None = None
    troubled: list[OpenWrite] = field(default_factory=list)


class Acting(Protocol):
    """Who carries out one action, and hears of a write that was put together with somebody else's."""

    async def act(self, action: Action, done: set[str]) -> tuple[Fate, OpenWrite]: ...
    def merged(self, write: OpenWrite) -> None: ...


@dataclass(frozen=True, slots=True)
class Teller:
    report: PushReport
    total: int
    on_progress: Callable[[int, int], None] | None

    def tell(self) -> None:
        if self.on_progress is not None:
            self.on_progress(self.report.settled, self.total)


class Round:
    """One planned round: lanes side by side, each in order, ending together when the plan cannot be reached."""

    def __init__(
        self,
        pusher: Acting,
        report: PushReport,
        done: set[str],
        stop: asyncio.Event | None,
        teller: Teller,
    ) -> None:
        self._pusher = pusher
        self._report = report
        self._done = done
        self._stop = stop
        self._teller = teller
        self._lost = 0
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self, lanes: tuple[Lane, ...]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for lane in lanes:
                    group.create_task(self._run_lane(lane))
        except BaseExceptionGroup as errors:
            # A full disk is a full disk, however many lanes ran into it.
            raise _first(errors) from None

    async def _run_lane(self, lane: Lane) -> None:
        async with self._room:
            for action in lane.actions:
                if self._report.error is not None or (self._stop is not None and self._stop.is_set()):
                    return
                went = await self._run(action)
                if not went and not is_urgent(action):
                    return

    async def _run(self, action: Action) -> bool:
        """True when this person's next action may go."""
        report = self._report
        try:
            fate, write = await self._pusher.act(action, self._done)
        except PlanError as error:
            self._lost += 1
            report.waiting += 1
            # One lost answer may be this one write's fault; two in a row are the connection's.
            if isinstance(error, _ENDS_THE_PASS) or (isinstance(error, PlanDown) and self._lost > 1):
                report.error = error
                report.retry_after = error.seconds if isinstance(error, WaitAsked) else None
            return False
        except HearthsideError:
            raise
        except Exception as error:  # noqa: BLE001 - one write that trips our own code must not stop the others
            _log.error("a write could not be handled: %s", type(error).__name__)
            report.waiting += 1
            return False
        self._lost = 0
        if fate is Fate.SETTLED:
            report.settled += 1
        elif fate is Fate.MERGED:
            report.merged += 1
            self._pusher.merged(write)
        elif fate is Fate.SET_ASIDE:
            report.set_aside += 1
        else:
            report.waiting += 1
        if fate is Fate.SERVER_ERROR:
            report.troubled.append(write)
        self._teller.tell()
        return fate in (Fate.SETTLED, Fate.SET_ASIDE, Fate.MERGED)


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = errors.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
