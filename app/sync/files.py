"""Files on their way to the plan: last of a pass, on a time budget of their own, in nobody's way.

One PUT of a Binary a file, never a second one before the plan was asked for it. What becomes of a file changes nothing
for a visit: a slow or failing one is put off by the plan's clock, and as soon as anything else waits to be sent the
request under way is let go. Its document travels by the ordinary push once the bytes are there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.attachment import Attachment, hash_of
from app.errors import Conflict, NoNetwork, NotFhir, PlanDown, PlanError, Refused
from app.store import attachment_sending as sending
from app.store import attachments
from app.store.attachment_sending import BINARY, FileToSend
from app.store.changes import Topic
from app.store.engine import Store
from app.store.times import to_text
from app.sync.answer import Answer
from app.sync.capabilities import Capabilities
from app.sync.fhir import read
from app.sync.fhir.attachment import data_of, with_data
from app.sync.fhir.bundle import versions
from app.sync.plan import Verdict, judge
from app.sync.spare_time import Interrupted, SpareTime
from app.sync.transport import FHIR_JSON, FhirClient, utc_now

BUDGET = 60.0
"""Seconds of a pass that files may take."""
STAY = timedelta(days=30)
"""How long bytes stay on this device after the plan took them."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)

SLOW = "The connection was too slow for it. It is sent again by itself."
BROKEN = "The connection broke off. It is sent again by itself."
SERVER_FAILED = "The plan's server failed on it. It is sent again by itself."
ASKED_TO_WAIT = "The plan's server asked to wait. It is sent again by itself."
NOT_TAKEN = "The plan's server takes no photos. It stays on this device."
TOO_LARGE = "It is too large for the plan's server ({size} KB)."
NOT_HERE = "It is no longer whole on this device."
DELETED = "Somebody took it off the plan's server."
SOMETHING_ELSE = "Something else stands in its place on the plan's server."

_NOT_AS_BYTES = frozenset({400, 404, 405, 406, 415, 501})
"""Answers that say that nothing was stored: a server, or a proxy, that takes no bare bytes."""
_NO_FILES = frozenset({404, 405, 501})
_log = logging.getLogger("app.sync")


@dataclass(slots=True)
class FilesReport:
    """What came of one turn. `interrupted`: something else waits to be sent, or somebody asked to stop."""

    sent: int = 0
    set_aside: int = 0
    failed: int = 0
    interrupted: bool = False


async def send_files(
    store: Store,
    client: FhirClient,
    capabilities: Capabilities,
    *,
    stop: asyncio.Event | None = None,
    now: Callable[[], datetime] = utc_now,
    budget: float = BUDGET,
) -> FilesReport:
    """Send what files wait, as far as the budget (seconds) goes. Raises no PlanError; all that happened is stored."""
    time = SpareTime(store, stop or asyncio.Event(), budget)
    try:
        return await _Sender(store, client, capabilities, time, now).run()
    finally:
        time.close()


class _Sender:
    def __init__(
        self,
        store: Store,
        client: FhirClient,
        capabilities: Capabilities,
        time: SpareTime,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._client = client
        self._capabilities = capabilities
        self._time = time
        self._now = now
        self._report = FilesReport()

    async def run(self) -> FilesReport:
        files = await self._store.read(lambda c: sending.list_to_send(c, self._client.server_at))
        await self._time.begin()
        broken = 0
        for file in files:
            if self._time.is_over:
                break
            try:
                await self._send(file)
                broken = 0
            except Interrupted:
                break
            except TimeoutError:
                await self._failed(file, SLOW)
                break
            except PlanDown:
                # One lost answer may be this one file's fault; two in a row are the connection's.
                await self._failed(file, BROKEN)
                broken += 1
                if broken > 1:
                    break
            except (Conflict, NotFhir, Refused) as error:
                # About this one file (a proxy's page, a look-up that is not allowed): the next ones are asked for too.
                _log.info("a file waits: %s %s", type(error).__name__, error.detail)
                await self._failed(file, SERVER_FAILED)
            except PlanError as error:
                _log.info("files wait: %s %s", type(error).__name__, error.detail)
                break
        self._report.interrupted = self._time.is_needed
        await self._tidy()
        return self._report

    # --- one file ---

    async def _send(self, file: FileToSend) -> None:
        attachment = file.attachment
        body = await self._store.read(lambda c: attachments.find_body(c, attachment.id))
        if body is None or not is_whole(attachment, body):
            await self._set_aside(file, NOT_HERE)
            return
        if file.asked and await self._look(file):
            return
        largest = self._capabilities.max_file_bytes
        if largest is not None and len(body) > largest:
            await self._set_aside(file, _too_large(attachment))
            return
        await self._store.write(lambda c: sending.mark_attempted(c, attachment.id))
        try:
            answer = await self._put(file, body)
        except PlanError as error:
            if not error.may_have_arrived:
                await self._store.write(lambda c: sending.take_back_attempt(c, attachment.id))
            raise
        await self._understand(file, answer)

    async def _put(self, file: FileToSend, body: bytes) -> Answer:
        """Bare bytes where the server says that it keeps their Patient in mind, else a resource like any other.

        A file that failed once goes as a resource: proxies understand that better.
        """
        path = f"{BINARY}/{file.attachment.binary_id}"
        guard = {"If-None-Match": "*", "Prefer": "return=OperationOutcome"}
        if self._capabilities.max_file_bytes is not None and not file.failures:
            bare = {
                "Content-Type": file.attachment.content_type,
                "X-Security-Context": f"Patient/{file.attachment.patient_id}",
            }
            answer = await self._time.run(self._client.send("PUT", path, body, guard | bare))
            if answer.status not in _NOT_AS_BYTES:
                return answer
        whole = await asyncio.to_thread(with_data, file.payload, body)
        return await self._time.run(
            self._client.send("PUT", path, whole, guard | {"Content-Type": FHIR_JSON})
        )

    async def _understand(self, file: FileToSend, answer: Answer) -> None:
        if answer.status in _NO_FILES:
            # Asked of the server itself: what metadata leaves out is often taken all the same.
            await self._set_aside(file, NOT_TAKEN)
            return
        says_why = read.text(answer.resource, "resourceType") == "OperationOutcome"
        match judge(answer.status, says_why=says_why, says_when=answer.retry_after is not None):
            case Verdict.ANSWERED:
                version = answer.version or (versions(answer.resource) or (None,))[0]
                if version is None:
                    await self._look(file)
                else:
                    await self._settle(file, version, self._updated_at(answer))
            case Verdict.LOOK_UP:
                if not await self._look(file):
                    await self._failed(file, SERVER_FAILED)
            case Verdict.TOO_BIG:
                await self._set_aside(file, _too_large(file.attachment))
            case Verdict.REFUSED:
                await self._set_aside(file, answer.reason)
            case Verdict.WAIT:
                await self._failed(file, ASKED_TO_WAIT, answer.retry_after)
                raise NoNetwork(detail=f"HTTP {answer.status}")
            case _:
                await self._failed(file, SERVER_FAILED)

    async def _look(self, file: FileToSend) -> bool:
        """After a lost answer: does the plan have these very bytes? True when the matter is decided."""
        answer = await self._time.run(self._client.read(BINARY, file.attachment.binary_id))
        if answer.status == 404:
            await self._store.write(lambda c: sending.is_absent(c, file.attachment.id))
            return False
        if answer.status == 410:
            await self._set_aside(file, DELETED)
            return True
        resource = answer.get()
        body = await asyncio.to_thread(data_of, resource)
        if body is None:
            await self._failed(file, SERVER_FAILED)
        elif is_whole(file.attachment, body):
            version, updated = versions(resource) or (answer.version or "", self._updated_at(answer))
            await self._settle(file, version, updated)
        else:
            await self._set_aside(file, SOMETHING_ELSE)
        return True

    def _updated_at(self, answer: Answer) -> str:
        stamped = versions(answer.resource)
        if stamped is not None:
            return stamped[1]
        return to_text(answer.last_modified or answer.server_at or self._now())

    # --- what came of it ---

    async def _settle(self, file: FileToSend, version: str, updated: str) -> None:
        await self._store.write(
            lambda c: sending.settle(c, file, version, updated, updated), Topic.OUTBOX, Topic.VISITS
        )
        self._report.sent += 1

    async def _set_aside(self, file: FileToSend, reason: str) -> None:
        await self._store.write(lambda c: sending.set_aside(c, file, reason), Topic.OUTBOX, Topic.VISITS)
        self._report.set_aside += 1

    async def _failed(self, file: FileToSend, problem: str, seconds: float | None = None) -> None:
        pause = min(FIRST_PAUSE * 2 ** min(file.failures, 10), LONGEST_PAUSE)
        if seconds is not None:
            pause = max(pause, timedelta(seconds=seconds))
        at = self._client.server_at
        until = None if at is None else at + pause
        await self._store.write(
            lambda c: sending.note_failure(c, file.attachment.id, problem, until), Topic.VISITS
        )
        self._report.failed += 1

    async def _tidy(self) -> None:
        """Bytes that the plan has had for a month make room."""
        at = self._client.server_at
        if at is None:
            return
        old = await self._store.read(lambda c: sending.list_old(c, at - STAY))
        if old:
            await self._store.write(lambda c: sending.drop_bodies(c, old))


def is_whole(attachment: Attachment, body: bytes) -> bool:
    """Whether these are the bytes that the document speaks of, by size and hash where it says them."""
    if attachment.size and attachment.size != len(body):
        return False
    return not attachment.sha1 or attachment.sha1 == hash_of(body)


def _too_large(attachment: Attachment) -> str:
    return TOO_LARGE.format(size=round(attachment.size / 1000))
