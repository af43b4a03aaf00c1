"""A full re-pull into a side copy: fetched, compared with a second listing, then swapped in with one transaction.

Used when the plan was put back to an earlier day, and when somebody asks for everything to be fetched again. Each page
is stored with its cursor, so that a stop or a crash costs nothing. Until the swap nothing in use has changed; the
outbox is never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.errors import PlanDown
from app.store import bases, cursors, meta, outbox_lost, patients, side_bases
from app.store.bases import BaseCopy, Key
from app.store.changes import Topic
from app.store.engine import Store
from app.sync import gone
from app.sync.by_id import Found, read_all
from app.sync.fhir import json_text
from app.sync.fhir.provenance import manifest
from app.sync.inbound import Inbound, is_news, newest_copies, project, store_cursors
from app.sync.listing import list_versions
from app.sync.pull import backfill_scope, mark_joined
from app.sync.rounds import Rounds, make_tracks
from app.sync.sweep import compare
from app.sync.tracks import KINDS, PANEL
from app.sync.turn import Turn

CHECKED_AT_ONCE = 10
ROUNDS_OF_CHECKS = 3
TOPICS = (Topic.PATIENTS, Topic.VISITS, Topic.ALERTS)


async def request_full_pull(store: Store) -> None:
    """Fetch everything again, from the next pass on, beside what is in use. Unsent work stays as it is."""
    await store.write(side_bases.wish, Topic.SYNC)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A side copy that is whole. `people`: whose; `kinds`: the types that this server let us search."""

    people: frozenset[str]
    kinds: frozenset[str]


class SideCopy:
    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._store, self._client, self._capabilities = turn.store, turn.client, turn.capabilities
        self._people: frozenset[str] = frozenset()
        self._began_at: datetime | None = None
        self._here = 0
        self._expected = 0

    async def load(self, panel: frozenset[str]) -> Loaded | None:
        """Fetch and check. None when somebody asked to stop; the next call goes on where it was.

        Raises PlanError, also when what came cannot be the whole.
        """
        self._people = await self._store.write(partial(_begin, panel=panel))
        self._here = await self._store.read(side_bases.count)
        self._expected = await self._store.read(lambda c: len(bases.list_versions(c, self._people)))
        self._began_at = self._client.server_at
        rounds = Rounds(self._turn, self._keep)
        named = None if self._capabilities.scopes_by_careteam else sorted(self._people)
        tracks = await self._store.read(lambda c: make_tracks(c, self._capabilities, side_bases.LOAD, named))
        await rounds.run(tracks)
        kinds = frozenset(kind for kind in KINDS if self._capabilities.has(kind)) - rounds.skipped
        while not self._turn.is_stopped():
            some = (await self._store.read(side_bases.list_unchecked))[:CHECKED_AT_ONCE]
            if not some:
                return Loaded(await self._whole(kinds), kinds)
            await self._check(some, kinds)
        return None

    async def _whole(self, kinds: frozenset[str]) -> frozenset[str]:
        """The people of whom there is something. A server that suddenly returns nothing replaces nothing (I8)."""
        if "Patient" not in kinds:
            return self._people
        wanted = {("Patient", one) for one in self._people}
        here = await self._store.read(lambda c: side_bases.find_many(c, wanted))
        if not here:
            await self._store.write(side_bases.clear)
            raise PlanDown(detail="a full pull brought nobody")
        return frozenset(record_id for _, record_id in here)

    async def _keep(self, inbound: Sequence[Inbound]) -> None:
        people, at = self._people, self._began_at
        self._here += await self._store.write(partial(store_beside, answers=inbound, people=people, at=at))
        self._turn.tell(self._here, max(self._here, self._expected))

    async def _check(self, people: Sequence[str], kinds: frozenset[str]) -> None:
        """Ids as listed a second time against what came; and what is in use but came not is asked for by id."""
        for _ in range(ROUNDS_OF_CHECKS):
            listing = await list_versions(self._turn, people)
            if self._turn.is_stopped():
                return
            held = await self._store.read(lambda c: side_bases.list_versions(c, people))
            found = compare(held, listing.versions)
            missing = await self._store.read(lambda c: side_bases.list_missing(c, people, kinds))
            wanted = sorted({*found.fetch, *found.back, *found.check, *missing})
            if not wanted:
                break
            if await self._fetch(wanted) == 0:
                break
        await self._store.write(partial(_checked, people=people))

    async def _fetch(self, keys: Sequence[Key]) -> int:
        """Returns how many of these changed the side copy: came, or turned out to be gone."""
        answers = await read_all(self._client, keys)
        if any(
            not one.here and not (one.missing or one.deleted or one.forbidden) for one in answers.values()
        ):
            raise PlanDown(detail="a record could not be asked for")
        return await self._store.write(partial(_take, answers=answers, people=self._people))


def _begin(connection: Connection, panel: frozenset[str]) -> frozenset[str]:
    """Go on with the side copy that is on its way, or start one with everybody of the panel."""
    people = side_bases.list_people(connection)
    if people and people <= panel:
        return people
    side_bases.begin(connection, sorted(panel))
    return panel


def _checked(connection: Connection, people: Sequence[str]) -> None:
    for one in people:
        cursors.put(connection, side_bases.PEOPLE, one, None, done=True)


def store_beside(
    connection: Connection, answers: Sequence[Inbound], people: frozenset[str], at: datetime | None
) -> int:
    """Pages with their cursors; returns how many records are new beside."""
    resources = [resource for answer in answers for resource in answer.resources]
    found = newest_copies(resources, people)
    known = side_bases.find_many(connection, found)
    fresh = [pair for key, pair in found.items() if is_news(pair[0], known.get(key), by_id=True)]
    side_bases.put_all(connection, [base for base, _ in fresh if base.type != "Provenance"])
    side_bases.put_all(
        connection, [_with_person(connection, base, r) for base, r in fresh if base.type == "Provenance"]
    )
    store_cursors(connection, [one.track for one in answers if one.track is not None], at)
    return sum((base.type, base.id) not in known for base, _ in fresh)


def _with_person(connection: Connection, base: BaseCopy, provenance: object) -> BaseCopy:
    encounters = [key for key in manifest(provenance) if key[0] == "Encounter"]
    held = {**bases.find_many(connection, encounters), **side_bases.find_many(connection, encounters)}
    people = (one.patient_id for one in held.values() if one.patient_id is not None)
    return replace(base, patient_id=next(people, None))


def _take(connection: Connection, answers: Mapping[Key, Found], people: frozenset[str]) -> int:
    resources = [one.resource for one in answers.values() if one.resource is not None]
    before = side_bases.find_many(connection, answers)
    came = store_beside(connection, [Inbound(resources)], people, None)
    away = [key for key, one in answers.items() if not one.here and key in before]
    side_bases.drop(connection, away)
    after = side_bases.find_many(connection, answers)
    changed = [key for key, base in after.items() if key in before and before[key] != base]
    return came + len(away) + len(changed)


def swap(connection: Connection, loaded: Loaded, people: Collection[str], *, back: bool) -> None:
    """Put the side copy in the place of the copies in use. To be called in the transaction that says why.

    `people`: the members now; of others nothing is replaced. `back`: the plan was put back to an earlier day, so
    that older versions replace newer ones; else what came by an ordinary pull meanwhile stays. Unsent work, and the
    versions of it that screens show, are not touched.
    """
    mine = frozenset(people) & loaded.people
    fresh = [
        (base, json_text.loads(base.body))
        for base in side_bases.list_different(connection)
        if base.type == "Provenance" or base.patient_id in mine
    ]
    if not back:
        known = bases.find_many(connection, [(base.type, base.id) for base, _ in fresh])
        fresh = [
            (base, r)
            for base, r in fresh
            if (held := known.get((base.type, base.id))) is None or not is_news(held, base)
        ]
    missing = side_bases.list_missing(connection, mine, loaded.kinds)
    if back:
        gone.forget(connection, missing)
    else:
        own = outbox_lost.list_records(connection)
        for key in own & set(missing):
            cursors.put(connection, cursors.SUSPECT, "/".join(key), None)
        gone.bury(connection, [key for key in missing if key not in own])
    bases.put_all(connection, [base for base, _ in fresh])
    project(connection, fresh)
    cursors.drop_scope(connection, cursors.QUIET)
    for kind, at in cursors.list_scope(connection, side_bases.LOAD).items():
        cursors.put(connection, PANEL, kind, at.since, done=True)
    mark_joined(connection, sorted(mine))
    for one in frozenset(people) - mine:
        # Whatever changed of hers meanwhile is behind the new cursors: her history comes by itself.
        cursors.drop_scope(connection, backfill_scope(one))
    side_bases.clear(connection)
    meta.remove(connection, meta.FULL_PULL)


async def fetch_all_again(store: Store, copy: SideCopy) -> bool:
    """What somebody asked for with `request_full_pull`; True when it is done. Raises PlanError."""
    panel = await store.read(patients.list_ids)
    if not panel:
        await store.write(lambda c: meta.remove(c, meta.FULL_PULL), Topic.SYNC)
        return True
    loaded = await copy.load(panel)
    if loaded is None:
        return False
    await store.write(lambda c: swap(c, loaded, patients.list_ids(c), back=False), Topic.SYNC, *TOPICS)
    return True
