"""Telling a nurse what others changed around her: who came onto her list or left it, which visits were moved.

A visit that was moved says so itself. Who is on the list is compared with who was at the last look, whatever changed
it. The name of somebody who left is kept for three days, or until she has read it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.errors import HearthsideError
from app.services.board_models import ListNews, News, VisitNews
from app.services.clock import Clock
from app.services.hub import ChangeHub
from app.store import day_rows, emergencies, leaves, meta, patients, unmatched
from app.store.changes import Topic
from app.store.engine import Store
from app.store.times import find_time, to_text
from app.sync.fhir import json_text
from app.sync.fhir.moving import MOVED, Moved, decode_moved

SEEN = "list-seen"
"""Meta key (JSON): "people" on the list at the last look, and "news" of it that was not read; both with names."""
READ = "moves-read"
"""Meta key (JSON): by appointment, when the move was made that was read."""
KEPT_FOR = timedelta(days=3)
log = logging.getLogger("app.services.moves")


class Moves:
    """`nurse`: False for who has no list of her own, so that nothing is ever new on it."""

    def __init__(self, store: Store, me: PersonRef, clock: Clock, *, nurse: bool) -> None:
        self._store = store
        self._me = me
        self._clock = clock
        self._nurse = nurse
        self._looking: asyncio.Task[None] | None = None

    def watch(self, hub: ChangeHub) -> None:
        """Look now and whenever people come or go, until the hub is cleared."""
        if self._nurse:
            hub.subscribe(frozenset({Topic.PATIENTS}), self._look_soon)
            self._look_soon()

    def _look_soon(self) -> None:
        self._looking = asyncio.create_task(self._look_quietly())

    async def _look_quietly(self) -> None:
        try:
            await self.look()
        except HearthsideError as error:
            log.warning("who is new on the list could not be looked at: %s", type(error).__name__)

    async def look(self) -> None:
        """Compare the list with the last look, and keep what is new."""
        now = self._clock.now()
        if await self._store.read(lambda connection: compare(connection, now)) is not None:
            await self._store.write(lambda connection: _keep(connection, now), Topic.SYNC)

    async def read(self) -> News:
        """What she has not read yet, newest first."""
        now = self._clock.now()
        return await self._store.read(lambda connection: read_news(connection, self._me, now))

    async def note_read(self, news: News) -> None:
        """She has read these: they are not shown again, and names of people who left go."""

        def put(connection: Connection) -> None:
            held = _read_json(connection, SEEN)
            told = {(one.patient_id, to_text(one.at)) for one in news.people}
            left = [one for one in _list_news(held) if (one["id"], one["at"]) not in told]
            meta.put(connection, SEEN, json.dumps({**held, "news": left}))
            read = _read_json(connection, READ) | {one.appointment_id: to_text(one.at) for one in news.visits}
            known = {one.appointment_id for one in _read_moved(connection, self._clock.now())}
            meta.put(connection, READ, json.dumps({id: at for id, at in read.items() if id in known}))

        await self._store.write(put, Topic.SYNC)


def compare(connection: Connection, now: datetime) -> dict[str, Any] | None:
    """What is to be kept of the list after this look; None where nothing is different."""
    held = _read_json(connection, SEEN)
    if not held and meta.find(connection, meta.SWEPT_AT) is None:
        return None  # the first load brings everybody: nobody of them is new
    on_list = patients.list_ids(connection) - emergencies.list_open(connection).keys()
    on_list -= leaves.list_people(connection)  # who is covered is told of as a whole
    on_list -= unmatched.list_temporary(connection)  # she made them herself
    people = dict(patients.read_names(connection, on_list))
    before: Mapping[str, str] = held["people"] if isinstance(held.get("people"), dict) else {}
    news = [one for one in _list_news(held) if _is_fresh(one, now)]
    if held:
        for who in sorted(people.keys() ^ before.keys()):
            came = who in people
            earlier = [one for one in news if one["id"] == who]
            news = [one for one in news if one["id"] != who]
            if not any(one["came"] is not came for one in earlier):
                # Gone and back before it was read is no news.
                name = people[who] if came else before[who]
                news.append({"id": who, "name": name, "came": came, "at": to_text(now)})
    found = {"people": people, "news": news}
    return None if found == held else found


def read_news(connection: Connection, me: PersonRef, now: datetime) -> News:
    """Everything of others' doing that concerns her and that she has not read."""
    people = [
        ListNews(one["id"], one["name"], one["came"], at)
        for one in _list_news(_read_json(connection, SEEN))
        if _is_fresh(one, now) and (at := find_time(one["at"])) is not None
    ]
    read = _read_json(connection, READ)
    moved = [
        one
        for one in _read_moved(connection, now)
        if read.get(one.appointment_id) != to_text(one.at) and _concerns(one, me.reference)
    ]
    names = patients.read_names(connection, {one.patient_id for one in moved})
    visits = [
        VisitNews(
            one.appointment_id,
            one.patient_id,
            names.get(one.patient_id, ""),
            came := one.taker.reference == me.reference,
            one.start,
            one.at,
            (one.giver if came else one.taker).name,
            one.by,
        )
        for one in moved
    ]
    return News(
        tuple(sorted(people, key=lambda one: (one.at, one.patient_id), reverse=True)),
        tuple(sorted(visits, key=lambda one: (one.start, one.appointment_id))),
    )


def _concerns(one: Moved, me: str) -> bool:
    """Was it hers, or is it? Moved on again it is nobody's news but the next one's."""
    return one.stands and me in (one.giver.reference, one.taker.reference)


def _read_moved(connection: Connection, now: datetime) -> list[Moved]:
    """Moved visits of today and later."""
    today = now.astimezone().date()
    bodies = day_rows.list_appointments(connection, (today - timedelta(days=1)).isoformat())
    found = (decode_moved(json_text.find_object(body)) for body in bodies if MOVED in body)
    return [one for one in found if one is not None and one.start.astimezone().date() >= today]


def _keep(connection: Connection, now: datetime) -> None:
    found = compare(connection, now)
    if found is not None:
        meta.put(connection, SEEN, json.dumps(found))


def _list_news(held: Mapping[str, Any]) -> list[dict[str, Any]]:
    news = held.get("news")
    return [one for one in news if isinstance(one, dict)] if isinstance(news, list) else []


def _is_fresh(one: Mapping[str, Any], now: datetime) -> bool:
    at = find_time(one["at"])
    return at is not None and abs(now - at) <= KEPT_FOR


def _read_json(connection: Connection, key: str) -> dict[str, Any]:
    text = meta.find(connection, key)
    return (json_text.find_object(text) if text else None) or {}
