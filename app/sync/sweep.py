"""The daily sweep: ids and versions as the plan lists them, compared with the copies that lie here.

It finds what no cursor can: writes that became visible long after their stamp, deletions, changed access, and what a
first load that was interrupted never brought. `compare` is pure; `Sweeper` carries out what it says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from app.errors import PlanError
from app.store import bases, cursors, meta, outbox_lost, patients, times
from app.store.bases import Key, Version
from app.store.changes import Topic
from app.store.outbox_rows import find_server_time
from app.sync import gone
from app.sync.by_id import Found, read_all
from app.sync.inbound import Inbound, store_inbound
from app.sync.listing import Listing, list_versions
from app.sync.pull import JOINED, backfill_scope
from app.sync.tracks import PANEL
from app.sync.turn import Turn
from app.sync.versions import same, went_back

EVERY = timedelta(hours=24)
"""By the server's clock."""
PEOPLE_AT_ONCE = 10
FEW = 10
"""So many records of some people may all be gone at once; more of them may not."""
PROBE = 10
"""Records of one type that are asked for before it is believed that a search lists this type whole."""
TOPICS = (Topic.PATIENTS, Topic.VISITS, Topic.ALERTS)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a comparison found. `fetch`: listed there and not here, or in another version. `check`: here, and not
    listed. `back`: listed as it was on an earlier day. Each in order, none in two of them.
    """

    fetch: tuple[Key, ...] = ()
    check: tuple[Key, ...] = ()
    back: tuple[Key, ...] = ()


def compare(
    held: Mapping[Key, Version], listed: Mapping[Key, Version], server_at: datetime | None = None
) -> Sweep:
    """`held`: the copies here that are not tombstones. `listed`: all that the server lists of the same people."""
    back = {key for key in held.keys() & listed.keys() if went_back(held[key], listed[key], server_at)}
    return Sweep(
        fetch=tuple(
            sorted(
                key
                for key, version in listed.items()
                if key not in back and (key not in held or not same(held[key], version))
            )
        ),
        check=tuple(sorted(held.keys() - listed.keys())),
        back=tuple(sorted(back)),
    )


def believable(
    found: Sweep, held: Collection[Key], listing: Listing, owner: Mapping[Key, str]
) -> tuple[Key, ...]:
    """Those of `check` about which the listing may be right: of a type that was searched, of people whom it knows.

    A server that suddenly lists nothing but names is not believed at all (I8); it is asked again another day.
    """
    known = {record_id for kind, record_id in listing.versions if kind == "Patient"}
    records = [key for key in held if key[0] != "Patient"]
    if len(records) > FEW and all(kind == "Patient" for kind, _ in listing.versions):
        return ()
    return tuple(key for key in found.check if key[0] in listing.kinds and owner.get(key) in known)


@dataclass(slots=True)
class SweepReport:
    """`fetched` came late, `buried` are gone from the plan. `done`: every person had her turn."""

    fetched: int = 0
    buried: int = 0
    done: bool = False
    error: PlanError | None = None


def is_due(connection: Connection, server_at: datetime | None) -> bool:
    """Once after the first load, then once in 24 hours of the server's time; goes on at once where it was cut."""
    loaded = cursors.find(connection, PANEL, "Patient")
    if loaded is None or not loaded.done:
        return False
    said = meta.find(connection, meta.SWEPT_AT)
    if said is None:
        return True
    last = find_server_time(said)
    if last is None:
        # Swept, at a server that says no time: once is all that can be counted.
        return server_at is not None
    # A stamp of the year 2105 must not put the next one off until then.
    return server_at is not None and not timedelta(0) <= server_at - last < EVERY


class Sweeper:
    """One sweep. Whoever had her turn is remembered, so that it goes on after a stop or a crash."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._store, self._client, self._capabilities = turn.store, turn.client, turn.capabilities
        self._unlisted: set[str] = set()
        self._report = SweepReport()

    async def run(self) -> SweepReport:
        """Never raises PlanError: what ended it early is in the report."""
        try:
            await self.ask_again()
            await self._sweep()
        except PlanError as error:
            self._report.error = error
        return self._report

    async def run_again(self) -> SweepReport:
        """Between two sweeps: only what was missing is asked a second time. Never raises PlanError."""
        try:
            await self.ask_again()
        except PlanError as error:
            self._report.error = error
        return self._report

    async def _sweep(self) -> None:
        began_at = self._client.server_at
        people, through = await self._store.read(_people)
        left = sorted(people - through)
        for start in range(0, len(left), PEOPLE_AT_ONCE):
            if self._turn.is_stopped():
                return
            some = left[start : start + PEOPLE_AT_ONCE]
            listing = await list_versions(self._turn, some)
            if self._turn.is_stopped():
                return
            await self._settle(some, listing)
            self._turn.tell(min(len(people), len(through) + start + len(some)), len(people))
        await self._store.write(partial(_finish, at=self._client.server_at or began_at), Topic.SYNC)
        self._report.done = True

    async def _settle(self, people: Sequence[str], listing: Listing) -> None:
        """Do what the comparison says, then note that these people had their turn."""
        server_at = self._client.server_at
        self._unlisted.clear()
        held = await self._store.read(lambda c: bases.list_versions(c, people))
        owner = await self._store.read(lambda c: bases.read_owners(c, people))
        found = compare(held, listing.versions, server_at)
        if found.back:
            await self._store.write(partial(_suspect, keys=found.back, listed=listing.versions))
        await self._fetch(found.fetch, frozenset(people))
        check = believable(found, held, listing, owner)
        await self._check(check, frozenset(people))
        await self._store.write(partial(_had_turn, people=people))

    async def _fetch(self, keys: Sequence[Key], people: frozenset[str]) -> None:
        if keys:
            await self._keep(await read_all(self._client, keys), people)

    async def _keep(self, found: Mapping[Key, Found], people: frozenset[str]) -> None:
        resources = [one.resource for one in found.values() if one.resource is not None]
        at = self._client.server_at
        fresh = await self._store.write(
            lambda c: store_inbound(c, [Inbound(resources)], people, at, by_id=True)
        )
        self._report.fetched += fresh
        if fresh:
            await self._store.write(lambda c: None, *TOPICS)

    async def _check(self, keys: Sequence[Key], people: frozenset[str]) -> None:
        """What the plan no longer lists is asked for by id: only its own word counts."""
        for kind, ids in bases.by_type(keys).items():
            if kind in self._unlisted:
                continue
            some = [(kind, record_id) for record_id in ids]
            answers = dict(await read_all(self._client, some[:PROBE]))
            if all(one.here for one in answers.values()) and len(answers) == PROBE:
                # This server's search leaves out records that it holds; asking for each every day helps nobody.
                self._unlisted.add(kind)
            else:
                answers |= await read_all(self._client, some[PROBE:])
            await self._keep(answers, people)
            await self._believe(answers)

    async def _believe(self, answers: Mapping[Key, Found]) -> None:
        """410 is a deletion. 404 counts once it was said twice. 403 means that access ended."""
        buried = await self._store.write(partial(_take_away, answers=answers, at=self._client.server_at))
        self._report.buried += buried
        if buried:
            await self._store.write(lambda c: None, *TOPICS)

    async def ask_again(self) -> None:
        """What answered 404 in an earlier pass is asked a second time, beside the person it belongs to.

        Raises PlanError. Costs nothing when nothing was missing.
        """
        texts = await self._store.read(lambda c: tuple(cursors.list_scope(c, cursors.GONE)))
        keys = [key for text in texts if (key := gone.key_of(text)) is not None]
        if not keys:
            return
        held = await self._store.read(lambda c: bases.find_many(c, keys))
        people = frozenset(base.patient_id for base in held.values() if base.patient_id is not None)
        answers = await read_all(self._client, [*keys, *(("Patient", one) for one in sorted(people))])
        known = {one for one in people if answers["Patient", one].here}
        sure = {
            key: answers[key] for key in keys if (base := held.get(key)) is None or base.patient_id in known
        }
        await self._keep(sure, people)
        await self._believe(sure)


def _people(connection: Connection) -> tuple[frozenset[str], frozenset[str]]:
    """(everybody whose history is here, those of them who had their turn)."""
    members = patients.list_ids(connection)
    joined = {one for one in members if cursors.find(connection, backfill_scope(one), JOINED) is not None}
    through = frozenset(cursors.list_scope(connection, cursors.SWEEP)) & joined
    return frozenset(joined), through


def _had_turn(connection: Connection, people: Iterable[str]) -> None:
    for one in people:
        cursors.put(connection, cursors.SWEEP, one, None, done=True)


def _finish(connection: Connection, at: datetime | None) -> None:
    cursors.drop_scope(connection, cursors.SWEEP)
    meta.put(connection, meta.SWEPT_AT, "" if at is None else times.to_text(at))


def _suspect(connection: Connection, keys: Iterable[Key], listed: Mapping[Key, Version]) -> None:
    for key in keys:
        cursors.put(connection, cursors.SUSPECT, "/".join(key), listed[key][1])


def _take_away(connection: Connection, answers: Mapping[Key, Found], at: datetime | None) -> int:
    own = outbox_lost.list_records(connection)
    certain, hidden = [], []
    for key, one in answers.items():
        text = "/".join(key)
        if one.missing and key in own:
            # Our own receipt says that the plan had it: this is a loss, not a deletion.
            cursors.put(connection, cursors.SUSPECT, text, None)
        elif one.deleted or (one.missing and cursors.find(connection, cursors.GONE, text) is not None):
            certain.append(key)
        elif one.missing:
            cursors.put(connection, cursors.GONE, text, None if at is None else times.to_text(at))
        elif one.forbidden:
            hidden.append(key)
        elif one.here:
            cursors.drop(connection, cursors.GONE, text)
    return gone.bury(connection, certain) + gone.forget(connection, hidden)
