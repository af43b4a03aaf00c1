"""One write on its way: look it up, send it, understand the answer, settle exactly what was answered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import Connection

from app.errors import NotFhir, PlanDown, PlanError
from app.store import conflicts, outbox
from app.store.changes import Topic
from app.store.engine import Store
from app.store.outbox import OpenWrite
from app.sync.answer import Answer
from app.sync.fhir import json_text, read
from app.sync.fhir.bundle import EntryAnswer, body_keys, read_answer
from app.sync.fhir.provenance import Key
from app.sync.plan import Verdict, judge
from app.sync.project import project_again
from app.sync.receipts import Located, Standing, from_entry, locate
from app.sync.transport import FhirClient, utc_now

TOO_LARGE = "This visit is too large for the plan's server."
CHANGED_FIRST = "Somebody else has a record in its place. Both are kept; please choose."
_log = logging.getLogger("app.sync")


class Fate(Enum):
    """What became of a write in this pass."""

    SETTLED = auto()
    SET_ASIDE = auto()
    WAITING = auto()
    """Its outcome is open: it is looked up in the next pass."""
    SERVER_ERROR = auto()


class WaitAsked(PlanDown):
    """The server asks for patience; `seconds` is None when it does not say how long."""

    def __init__(self, seconds: float | None, detail: str) -> None:
        super().__init__(detail=detail)
        self.seconds = seconds


class Courier:
    """Delivers single writes. Everything it learns is committed before it goes on."""

    def __init__(self, store: Store, client: FhirClient, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._client = client
        self._now = now

    async def look_up(self, write: OpenWrite) -> Fate:
        """After a lost answer: is this write on the server? If not, the same bytes go again."""
        found = await self._find(write)
        return found if found is not None else await self.send(write)

    async def send(self, write: OpenWrite) -> Fate:
        """Send the stored bytes. "Attempted" is on disk before they leave, so a crash can only lead to a look-up."""
        await self._store.write(lambda c: outbox.mark_attempted(c, write.id, self._now()), Topic.OUTBOX)
        try:
            answer = await self._client.transaction(write.body)
        except PlanError as error:
            if not error.may_have_arrived:
                await self._store.write(lambda c: outbox.take_back_attempt(c, write.id), Topic.OUTBOX)
            raise
        match _judge(answer):
            case Verdict.ANSWERED:
                entries = read_answer(answer.resource, body_keys(write.body))
                return Fate.WAITING if entries is None else await self._take(write, entries)
            case Verdict.LOOK_UP:
                return await self._find(write) or await self._contested(write, body_keys(write.body)[:-1])
            case Verdict.TOO_BIG:
                return await self._send_parts(write)
            case Verdict.WAIT | Verdict.SERVER_ERROR as verdict:
                return await self._failed(write, answer, verdict)
            case Verdict.REFUSED:
                return await self.refuse(write, answer.reason)
            case Verdict.NOT_A_PLAN:
                raise NotFhir(detail=f"HTTP {answer.status}")

    async def _failed(self, write: OpenWrite, answer: Answer, verdict: Verdict) -> Fate:
        """Not now, or not at all. A write with 5xx answers goes after the others, so that it holds nobody up."""
        if answer.status >= 500:
            reason = f"The plan's server failed ({answer.status})."
            await self._store.write(lambda c: outbox.count_server_error(c, write.id, reason))
        if verdict is Verdict.WAIT:
            raise WaitAsked(answer.retry_after, f"HTTP {answer.status}")
        return Fate.SERVER_ERROR

    async def refuse(self, write: OpenWrite, reason: str) -> Fate:
        """Set its changes aside with the server's own words."""
        await self._store.write(lambda c: outbox.refuse(c, write.id, reason), Topic.OUTBOX, Topic.VISITS)
        return Fate.SET_ASIDE

    async def is_absent(self, write: OpenWrite) -> bool:
        """True when the server surely does not know this write."""
        return (await self._client.read("Provenance", write.id)).status == 404

    async def _find(self, write: OpenWrite) -> Fate | None:
        """Settle what the server has of this write; None when it has no such write, or only a part of it."""
        answer = await self._client.read("Provenance", write.id)
        if answer.status == 404:
            return None
        if not answer.ok and answer.status != 410:
            raise answer.error()
        located = [await self._locate(write, key) for key in body_keys(write.body)]
        if any(one.standing is Standing.THEIRS for one in located):
            return await self._contest(write, located)
        if any(one.standing is Standing.MISSING for one in located) and answer.ok:
            # A server that runs transactions as batches took some entries. The same bytes again are safe: what is
            # there answers 412 and is recognised by its tag.
            await self._settle(write, located)
            return None
        return Fate.SETTLED if await self._settle(write, located) else Fate.WAITING

    async def _locate(self, write: OpenWrite, key: Key, version_id: str | None = None) -> Located:
        earlier = await self._earlier_writes(write)
        own = earlier.get(key, frozenset()) | {write.id}
        return await locate(self._client, key, own, write.patient_id, version_id)

    async def _earlier_writes(self, write: OpenWrite) -> Mapping[Key, frozenset[str]]:
        seqs = [change.seq for change in write.changes]
        return await self._store.read(lambda c: outbox.list_write_ids(c, seqs))

    async def _settle(self, write: OpenWrite, located: Iterable[Located], *, whole: bool = False) -> bool:
        """Settle what is ours; True when the write is done.

        A write is not done before its manifest is there, so until then one record's receipt is held back. `whole`:
        the manifest came with an earlier write.
        """
        ours = {one.key: one for one in located if one.standing is Standing.OURS}
        *_, last, manifest = body_keys(write.body)
        if not whole and manifest not in ours:
            ours.pop(last, None)
        receipts = [one.receipt for one in ours.values() if one.receipt is not None]
        bases = [one.base for one in ours.values() if one.base is not None]
        sent = {(one.type, one.id): one.version_id for one in receipts}
        edited = any(sent.get((base.type, base.id)) != base.version_id for base in bases)

        def settle(connection: Connection) -> bool:
            done = outbox.settle(connection, write.id, receipts, bases)
            if done and edited:
                # Somebody's later version may have been pulled while ours was open; it comes only once.
                project_again(connection, [(one.type, one.id) for one in write.changes])
            return done

        return await self._store.write(settle, Topic.OUTBOX, Topic.VISITS, Topic.ALERTS)

    async def _take(self, write: OpenWrite, entries: Sequence[EntryAnswer]) -> Fate:
        """Each entry's own status: stored ones are settled, the others looked at one by one."""
        located: list[Located] = []
        refused: str | None = None
        trouble = False
        for entry in entries:
            key = (entry.type, entry.id)
            if entry.stored:
                located.append(await self._proof(write, entry))
                continue
            verdict = judge(entry.status, says_why=entry.reason is not None)
            if verdict is Verdict.LOOK_UP:
                located.append(await self._locate(write, key))
            elif verdict is Verdict.REFUSED:
                refused = refused or entry.reason
            else:
                trouble = True
        if any(one.standing is Standing.THEIRS for one in located):
            return await self._contest(write, located)
        if await self._settle(write, located):
            return Fate.SETTLED
        if refused is not None and not trouble:
            return await self.refuse(write, refused)
        return Fate.WAITING

    async def _contested(self, write: OpenWrite, keys: Sequence[Key]) -> Fate:
        """The server has no such write, yet something stands where it wants to go."""
        located = [await self._locate(write, key) for key in keys]
        standings = {one.standing for one in located}
        if standings == {Standing.OURS} and await self._has_earlier_manifest(write):
            # An earlier write of ours with the same records arrived after all.
            return Fate.SETTLED if await self._settle(write, located, whole=True) else Fate.WAITING
        if Standing.OURS in standings and Standing.THEIRS not in standings:
            # Some parts of it came before, or all but the manifest: the rest goes after them.
            return await self._send_parts(write)
        return await self._contest(write, located)

    async def _has_earlier_manifest(self, write: OpenWrite) -> bool:
        """True when the Provenance of another write of just these changes is there: only then is all of it whole."""
        named = await self._earlier_writes(write)
        whole = frozenset.intersection(*named.values()) if named else frozenset()
        for write_id in sorted(whole - {write.id}):
            if (await self._client.read("Provenance", write_id)).ok:
                return True
        return False

    async def _contest(self, write: OpenWrite, located: Sequence[Located]) -> Fate:
        """Both versions are kept for a person to choose; what is ours already is settled."""
        theirs = {
            one.key: one.base for one in located if one.standing is Standing.THEIRS and one.base is not None
        }
        if not theirs:
            # Edits of records that are no longer there: a person decides, nothing is brought back by itself.
            return await self.refuse(write, "What this changes is no longer on the plan's server.")
        await self._settle(write, located)
        at = self._now()

        def store(connection: Connection) -> None:
            for change in write.changes:
                base = theirs.get((change.type, change.id))
                if base is not None:
                    conflicts.open_conflict(
                        connection, type=base.type, record_id=base.id, seq=change.seq, theirs=base.body, at=at
                    )
            outbox.refuse(connection, write.id, CHANGED_FIRST)

        await self._store.write(store, Topic.OUTBOX, Topic.VISITS)
        return Fate.SET_ASIDE

    async def _send_parts(self, write: OpenWrite) -> Fate:
        """The whole is too large: its entries go in order in smaller transactions, the manifest last and alone."""
        entries = list(read.items(json_text.loads(write.body), "entry"))
        parts = [entries[:-1], entries[-1:]]
        located: list[Located] = []
        while parts:
            part = parts.pop(0)
            taken = await self._send_part(write, part)
            if isinstance(taken, Fate):
                return taken
            if taken is None and len(part) == 1:
                return await self.refuse(write, TOO_LARGE)
            if taken is None:
                half = len(part) // 2
                parts[:0] = [part[:half], part[half:]]
                continue
            located += taken
            if await self._settle(write, located):
                return Fate.SETTLED
        return Fate.WAITING

    async def _send_part(
        self, write: OpenWrite, part: list[dict[str, object]]
    ) -> list[Located] | Fate | None:
        """What the server has of this part now, the end of the matter, or None: it must be made smaller."""
        body = json_text.dumps({"resourceType": "Bundle", "type": "transaction", "entry": part})
        answer = await self._client.transaction(body)
        keys = body_keys(body)
        match _judge(answer):
            case Verdict.ANSWERED:
                entries = read_answer(answer.resource, keys)
                if entries is None or not all(entry.stored for entry in entries):
                    return Fate.WAITING
                return [await self._proof(write, entry) for entry in entries]
            case Verdict.LOOK_UP:
                located = [await self._locate(write, key) for key in keys]
                standings = {one.standing for one in located}
                if standings == {Standing.OURS}:
                    return located
                if Standing.THEIRS in standings or len(keys) == 1:
                    return await self._contest(write, located)
                return None
            case Verdict.TOO_BIG:
                return None
            case Verdict.REFUSED:
                return await self.refuse(write, answer.reason)
            case Verdict.WAIT | Verdict.SERVER_ERROR as verdict:
                return await self._failed(write, answer, verdict)
            case Verdict.NOT_A_PLAN:
                raise NotFhir(detail=f"HTTP {answer.status}")

    async def _proof(self, write: OpenWrite, entry: EntryAnswer) -> Located:
        """A stored entry's receipt, from its answer or, where that says too little, from the record itself."""
        proved = from_entry(entry, write.patient_id)
        return proved or await self._locate(write, (entry.type, entry.id), entry.version_id)


def _judge(answer: Answer) -> Verdict:
    says_why = read.text(answer.resource, "resourceType") == "OperationOutcome"
    return judge(answer.status, says_why=says_why, says_when=answer.retry_after is not None)
