"""Quick phrases in force: the app's and the plan's by place, and the nurse's own, kept in her store."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection

from app.content import load_table
from app.domain.phrases import MOST, PhraseBook, check_phrase, is_place
from app.errors import RecordError
from app.language import tr
from app.store import meta
from app.store.changes import Topic
from app.store.engine import Store

OWN = "own-phrases"
"""Her own, as a JSON list, in the store's meta table."""


class Phrases:
    """The nurse's own phrases. They never leave this device but as text of a visit."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def own(self) -> tuple[str, ...]:
        """In the order in which they were added."""
        return await self._store.read(read_own)

    async def add(self, typed: str) -> None:
        """Keep a phrase, after the others; one that is there already stays once. Raises RecordError with the reason
        why it is none.
        """
        phrase = check_phrase(typed)

        def change(connection: Connection) -> None:
            held = read_own(connection)
            if phrase in held:
                return
            if len(held) >= MOST:
                raise RecordError(tr("You have {number} phrases. Take one away first.", number=MOST))
            _keep(connection, (*held, phrase))

        await self._store.write(change, Topic.VISITS)

    async def remove(self, phrase: str) -> None:
        """Take one away; one that is gone already is no error."""
        await self._store.write(
            lambda c: _keep(c, tuple(one for one in read_own(c) if one != phrase)), Topic.VISITS
        )


def _keep(connection: Connection, phrases: tuple[str, ...]) -> None:
    meta.put(connection, OWN, json.dumps(phrases, ensure_ascii=False))


def read_own(connection: Connection) -> tuple[str, ...]:
    """What is kept; whatever of it cannot be read is left out."""
    text = meta.find(connection, OWN)
    try:
        held = json.loads(text) if text else []
    except ValueError:
        return ()
    return tuple(one for one in held if isinstance(one, str)) if isinstance(held, list) else ()


def read_phrases(connection: Connection, of_plan: Mapping[str, tuple[str, ...]]) -> PhraseBook:
    """What stands below the fields of a visit; the plan's list of a place stands instead of the app's."""
    return PhraseBook({**shipped(), **of_plan}, read_own(connection))


@cache
def shipped() -> Mapping[str, tuple[str, ...]]:
    """The phrases that come with the app, by place."""
    return {place: tuple(several) for place, several in load_table("phrases")["phrases"].items()}


def read_places(value: Mapping[str, Any], leave_out: Callable[[str], None]) -> dict[str, tuple[str, ...]]:
    """A plan's phrases by place. A place that takes none, or a list with anything that is no phrase, is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for place, several in value.items():
        made = _read(several) if is_place(place) else None
        if made is None:
            leave_out(place)
        else:
            found[place] = made
    return found


def _read(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or len(value) > MOST or not all(isinstance(one, str) for one in value):
        return None
    try:
        return tuple(check_phrase(one) for one in value)
    except RecordError:
        return None
