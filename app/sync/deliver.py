"""One write on its way: look it up, send it whole or in parts, understand each answer, settle what was answered.

What the server takes in one request, and which conditions it minds, is learned here and kept (`app.sync.limits`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from app.errors import NotFhir, PlanError
from app.store.engine import Store
from app.store.outbox import OpenWrite, OutboxChange
from app.store.outbox_rows import ATTEMPTED
from app.sync.answer import Answer
from app.sync.capabilities import Capabilities
from app.sync.contested import GONE, UNREADABLE
from app.sync.fhir.bundle import EntryAnswer, read_answer
from app.sync.fhir.provenance import Key, is_by_its_author
from app.sync.judging import is_contested, judge_answer
from app.sync.keeper import Fate, Keeper, WaitAsked
from app.sync.learned import Learned
from app.sync.limits import is_too_many
from app.sync.parcel import Entry, Parcel, Part, make_parts, open_parcel, part_body, without
from app.sync.plan import Next, Standing, Verdict, decide, judge
from app.sync.receipts import Located, from_entry
from app.sync.surveyor import Surveyor
from app.sync.transport import FhirClient, utc_now

__all__ = ["TOO_LARGE", "UNREADABLE", "Courier", "Fate", "WaitAsked"]

TOO_LARGE = "This visit is too large for the plan's server."
TIMEOUTS = frozenset({"ReadTimeout", "WriteTimeout"})


class Courier:
    """Delivers single writes. Everything it learns is committed before it goes on."""

    def __init__(
        self,
        store: Store,
        client: FhirClient,
        now: Callable[[], datetime] = utc_now,
        capabilities: Capabilities | None = None,
    ) -> None:
        self._client = client
        self._surveyor = Surveyor(store, client)
        self.keeper = Keeper(store, client, now)
        self.learned = Learned(store, client.base_url, capabilities)

    # what a pass asks for

    async def look_up(self, write: OpenWrite) -> Fate:
        """After a lost answer: is this write on the server? If not, what is missing of the same bytes goes again."""
        await self.learned.load()
        parcel = open_parcel(write.body)
        found = await self._find(write, parcel)
        return found if found is not None else await self._resume(write, parcel)

    async def goes_at_once(self, changes: Iterable[OutboxChange]) -> bool:
        """True where nothing has to be looked at before a new write of these leaves: it can be marked as it is cut."""
        await self.learned.load()
        return self.learned.limits.honours_match is True or all(one.base_version is None for one in changes)

    async def send(self, write: OpenWrite) -> Fate:
        """Send the stored bytes. "Attempted" is on disk before they leave, so a crash can only lead to a look-up."""
        await self.learned.load()
        parcel = open_parcel(write.body)
        if parcel.edits and not self.learned.limits.honours_match:
            # This server may not mind which version an edit was made on: look before.
            located = await self._surveyor.survey(write, parcel, parcel.edits)
            standing = {one.key: one.standing for one in located}
            if set(standing.values()) - {Standing.BASE}:
                return await self._conclude(write, parcel, located)
        return await self._travel(write, parcel, parcel.entries, marked=write.state == ATTEMPTED)

    async def is_absent(self, write: OpenWrite) -> bool:
        """True when the server surely does not know this write."""
        return (await self._client.read("Provenance", write.id)).status == 404

    # looking

    async def _find(self, write: OpenWrite, parcel: Parcel, *, repeated: bool = False) -> Fate | None:
        """Settle what the server has of this write; None when it has no such write.

        `repeated`: the same bytes were just answered with "there already", so they are not sent once more.
        """
        answer = await self._client.read("Provenance", write.id)
        if answer.status == 404:
            return None
        if answer.status == 403:
            return await self._hidden(write, parcel, repeated=repeated)
        if not answer.ok and answer.status != 410:
            raise answer.error()
        told = is_by_its_author(answer.resource, parcel.manifest.raw.get("resource"))
        located = [await self._surveyor.locate(write, parcel, one.key, told=told) for one in parcel.targets]
        receipt = await self._surveyor.locate(write, parcel, parcel.manifest.key)
        if receipt.standing is not Standing.OURS:
            # It was there and is deleted: the write had arrived, whatever became of its manifest.
            receipt = Located(parcel.manifest.key, Standing.OURS)
        return await self._conclude(write, parcel, [*located, receipt], repeated=repeated)

    async def _resume(self, write: OpenWrite, parcel: Parcel) -> Fate:
        """The server has no manifest of this write. The same bytes again, or only what is missing of them.

        They go blindly only where that surely cannot go over anything: a transaction that holds, on a server that
        minds every condition in it.
        """
        limits = self.learned.limits
        minds = limits.honours_none_match and (limits.honours_match or not parcel.edits)
        fits = limits.fits(len(parcel.entries), parcel.size) and not limits.batches
        if minds and fits and not write.settled:
            return await self._travel(write, parcel, parcel.entries)
        located = await self._surveyor.survey(write, parcel, parcel.targets)
        return await self._conclude(write, parcel, located)

    async def _hidden(self, write: OpenWrite, parcel: Parcel, *, repeated: bool) -> Fate:
        """This user may not look the write up (403). The records themselves may tell, else the same bytes again."""
        located = await self._surveyor.survey(write, parcel, parcel.targets)
        if all(one.standing is Standing.OURS for one in located) and not self.learned.limits.batches:
            # A transaction holds or leaves nothing: with every record of it there it came whole.
            whole = [*located, Located(parcel.manifest.key, Standing.OURS)]
            return await self._conclude(write, parcel, whole)
        if repeated or not self.learned.limits.honours_none_match:
            return await self.keeper.refuse(write, UNREADABLE)
        return await self._travel(write, parcel, parcel.entries)

    async def _conclude(
        self, write: OpenWrite, parcel: Parcel, located: Sequence[Located], *, repeated: bool = False
    ) -> Fate:
        """Act on where the records of a write stand."""
        standings = {one.key: one.standing for one in located}
        overwritten = any(one.overwritten is not None and one.key not in write.settled for one in located)
        still_open = frozenset((change.type, change.id) for change in write.changes) - write.settled
        edits = [entry.key for entry in parcel.edits]
        step = decide(standings, edits, still_open, parcel.manifest.key)
        if step is Next.CONTEST or overwritten:
            return await self._contest(write, parcel, located)
        done = await self._surveyor.settle(write, parcel, located)
        match step:
            case Next.SETTLE:
                return Fate.SETTLED if done else Fate.WAITING
            case Next.LOST:
                return await self.keeper.refuse(write, GONE)
            case Next.HIDDEN:
                return await self.keeper.refuse(write, UNREADABLE)
            case _ if repeated and Standing.OURS not in standings.values():
                # Nothing of ours is there and nothing stands in its way, yet it was answered "conflict".
                return await self.keeper.stumble(write, 409)
            case _:
                there = [one for one in located if one.standing is Standing.OURS]
                rest = without(parcel.entries, {one.key for one in there})
                return await self._travel(write, parcel, rest, there)

    # sending

    async def _travel(
        self,
        write: OpenWrite,
        parcel: Parcel,
        entries: Sequence[Entry],
        there: Sequence[Located] = (),
        *,
        marked: bool = False,
    ) -> Fate:
        """Send these entries of a write, in as few requests as the server takes; each part is settled as it comes.
        `there`: what the server has already. `marked`: this attempt is on the disk."""
        if not marked:
            await self.keeper.attempt(write)
        manifest = parcel.manifest.key
        parts = deque(make_parts(entries, manifest, self.learned.limits))
        located = list(there)
        first = not there
        while parts:
            part = parts.popleft()
            body = write.body if len(part) == len(parcel.entries) else part_body(part)
            try:
                answer = await self._client.transaction(body)
            except PlanError as error:
                if first and not error.may_have_arrived:
                    await self.keeper.take_back(write)
                if error.detail in TIMEOUTS:
                    await self.learned.too_slow(len(part))
                raise
            got = await self._understand(write, parcel, part, answer, len(body.encode()))
            if isinstance(got, Fate):
                return got
            if got is None:
                rest = [*part, *(entry for later in parts for entry in later)]
                parts = deque(make_parts(rest, manifest, self.learned.limits))
                continue
            first = False
            located += got
            if await self._surveyor.settle(write, parcel, located):
                return Fate.SETTLED
        return Fate.WAITING

    async def _understand(
        self, write: OpenWrite, parcel: Parcel, part: Part, answer: Answer, size: int
    ) -> list[Located] | Fate | None:
        """What the server has of this part now, the end of the matter, or None: the rest must go in smaller parts."""
        verdict = judge_answer(answer)
        match verdict:
            case Verdict.ANSWERED:
                entries = read_answer(answer.resource, [entry.key for entry in part])
                if entries is None:
                    return Fate.WAITING
                await self.learned.taken(len(part), size)
                return await self._take(write, parcel, part, entries)
            case Verdict.LOOK_UP:
                return await self._look_at(write, parcel, part, answer.status)
            case Verdict.TOO_BIG if len(part) > 1:
                await self.learned.too_large(size, len(part))
                return None
            case Verdict.TOO_BIG:
                return await self.keeper.refuse(write, TOO_LARGE)
            case Verdict.REFUSED if len(part) > 1 and is_too_many(answer.resource):
                await self.learned.too_many(len(part))
                return None
            case Verdict.REFUSED:
                return await self.keeper.refuse(write, answer.reason)
            case Verdict.WAIT | Verdict.SERVER_ERROR | Verdict.UPDATE:
                if answer.status in (408, 504):
                    await self.learned.too_slow(len(part))
                return await self.keeper.fail(write, answer, verdict)
            case Verdict.NOT_A_PLAN:
                raise NotFhir(detail=f"HTTP {answer.status}")

    async def _take(
        self, write: OpenWrite, parcel: Parcel, part: Part, answers: Sequence[EntryAnswer]
    ) -> list[Located] | Fate:
        """Each entry's own status: stored ones are proved, the others looked at one by one."""
        located: list[Located] = []
        refused: str | None = None
        trouble = False
        if len({answer.stored for answer in answers}) > 1:
            await self.learned.runs_batches()
        for entry, answer in zip(part, answers, strict=True):
            verdict = judge(answer.status, says_why=answer.reason is not None)
            if answer.stored:
                located.append(await self._proof(write, parcel, entry, answer))
            elif verdict is Verdict.LOOK_UP:
                await self.learned.minded(answer.status, create=entry.base_version is None)
                located.append(await self._surveyor.locate(write, parcel, entry.key))
            elif verdict is Verdict.REFUSED:
                refused = refused or answer.reason
            else:
                trouble = True
        if is_contested(located, write):
            return await self._contest(write, parcel, located)
        if refused is None and not trouble:
            return located
        await self._surveyor.settle(write, parcel, located)
        return Fate.WAITING if refused is None or trouble else await self.keeper.refuse(write, refused)

    async def _look_at(
        self, write: OpenWrite, parcel: Parcel, part: Part, status: int
    ) -> list[Located] | Fate | None:
        """409, 412 or 304 to a part: whose are the records that stand there?"""
        found = await self._find(write, parcel, repeated=True)
        if found is not None:
            return found
        located = await self._surveyor.survey(write, parcel, parcel.entries)
        standings = {one.key: one.standing for one in located}
        await self._learn_from(part, standings, status)
        there = [one for one in located if one.standing is Standing.OURS]
        if {entry.key for entry in part} <= {one.key for one in there}:
            return there
        if len(there) == len(parcel.targets) and await self._surveyor.has_earlier_manifest(write):
            # An earlier write of ours with the same records arrived after all.
            return await self._conclude(write, parcel, [*there, Located(parcel.manifest.key, Standing.OURS)])
        return await self._conclude(write, parcel, located, repeated=True)

    async def _learn_from(self, part: Part, standings: dict[Key, Standing], status: int) -> None:
        """The server minded a condition: one that we know which it was."""
        stopped = {Standing.OURS, Standing.THEIRS, Standing.DELETED}
        creates = [e for e in part if e.base_version is None and standings[e.key] in stopped]
        edits = [e for e in part if e.base_version is not None and standings[e.key] in stopped]
        if bool(creates) != bool(edits):
            await self.learned.minded(status, create=bool(creates))

    async def _proof(self, write: OpenWrite, parcel: Parcel, entry: Entry, answer: EntryAnswer) -> Located:
        """A stored entry's receipt, from its answer or, where that says too little, from the record's versions."""
        creates = entry.base_version is None
        unsure = creates and answer.status == 200 and not self.learned.limits.honours_none_match
        unsure = unsure or (not creates and not self.learned.limits.honours_match)
        proved = None if unsure else from_entry(answer, write.patient_id)
        if proved is not None:
            return proved
        located = await self._surveyor.locate(write, parcel, entry.key, answer.version_id)
        if located.overwritten is not None:
            await self.learned.ignored(create=creates)
        return located

    async def _contest(self, write: OpenWrite, parcel: Parcel, located: Sequence[Located]) -> Fate:
        """What is ours already is settled; the rest is contested."""
        clean = [one for one in located if one.overwritten is None]
        await self._surveyor.settle(write, parcel, clean)
        return await self.keeper.contest(write, located)
