"""What became of a write, and writing that down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import Connection

from app.errors import CaptivePortal, NotFhir, PlanDown, PlanError, UpdateNeeded
from app.store import outbox
from app.store.changes import Topic
from app.store.engine import Store
from app.store.outbox import OpenWrite
from app.sync.answer import Answer
from app.sync.contested import contest
from app.sync.plan import Verdict
from app.sync.put_back import NotPutBack
from app.sync.receipts import Located
from app.sync.transport import FhirClient


class Fate(Enum):
    """What became of a write in this pass."""

    SETTLED = auto()
    SET_ASIDE = auto()
    MERGED = auto()
    """Somebody else was quicker; both were put together, and what came of it waits to be sent."""
    WAITING = auto()
    """Its outcome is open: it is looked up in the next pass."""
    SERVER_ERROR = auto()


class WaitAsked(PlanDown):
    """The server asks for patience; `seconds` is None when it does not say how long."""

    def __init__(self, seconds: float | None, detail: str) -> None:
        super().__init__(detail=detail)
        self.seconds = seconds


class Keeper:
    """Everything that is known of a write is committed before anything else is done with it."""

    def __init__(self, store: Store, client: FhirClient, now: Callable[[], datetime]) -> None:
        self._store = store
        self._client = client
        self._now = now

    async def mind(self, write: OpenWrite, delivery: Awaitable[Fate]) -> Fate:
        """Carry it out; a 5xx to a question about this write counts as one to the write itself."""
        try:
            return await delivery
        except WaitAsked:
            raise
        except PlanDown as error:
            if not error.detail.startswith("HTTP 5"):
                raise
            return await self.stumble(write, error.detail.removeprefix("HTTP "))
        except (NotFhir, CaptivePortal) as error:
            if not error.detail.startswith("HTTP 4") or not await self._plan_answers():
                raise
            return await self.stumble(write, error.detail.removeprefix("HTTP "))

    async def _plan_answers(self) -> bool:
        """A door before the plan may block one record for its words; one that blocks everything blocks this as well."""
        try:
            return (await self._client.metadata()).ok
        except PlanError:
            return False

    def mark(self, connection: Connection, write_id: str) -> None:
        """To be committed before its bytes leave, so that a crash can only lead to a look-up."""
        outbox.mark_attempted(connection, write_id, self._now())

    async def attempt(self, write: OpenWrite) -> None:
        await self._store.write(lambda c: self.mark(c, write.id), Topic.OUTBOX)

    async def take_back(self, write: OpenWrite) -> None:
        """This attempt surely did not reach the plan."""
        await self._store.write(lambda c: outbox.take_back_attempt(c, write.id), Topic.OUTBOX)

    async def refuse(self, write: OpenWrite, reason: str) -> Fate:
        """Set its changes aside with the server's own words."""
        await self._store.write(lambda c: outbox.refuse(c, write.id, reason), Topic.OUTBOX, Topic.VISITS)
        return Fate.SET_ASIDE

    async def contest(self, write: OpenWrite, located: Sequence[Located]) -> Fate:
        """Both versions are kept: put together, or for a person to choose."""
        try:
            merged = await contest(self._store, self._client, write, located, self._now())
        except NotPutBack as error:
            return Fate.WAITING if error.status is None else await self.stumble(write, error.status)
        return Fate.MERGED if merged else Fate.SET_ASIDE

    async def stumble(self, write: OpenWrite, status: int | str) -> Fate:
        """A write with 5xx answers goes after the others, so that it holds nobody up."""
        reason = f"The plan's server failed ({status})."
        await self._store.write(lambda c: outbox.count_server_error(c, write.id, reason), Topic.OUTBOX)
        return Fate.SERVER_ERROR

    async def fail(self, write: OpenWrite, answer: Answer, verdict: Verdict) -> Fate:
        """Not now, or not at all. Raises WaitAsked or UpdateNeeded where the whole pass must end."""
        if verdict is Verdict.UPDATE:
            await self.take_back(write)
            raise UpdateNeeded(detail=f"HTTP {answer.status}")
        if answer.status >= 500:
            await self.stumble(write, answer.status)
        if verdict is Verdict.WAIT:
            raise WaitAsked(answer.retry_after, f"HTTP {answer.status}")
        return Fate.SERVER_ERROR
