"""What the plan said of leaves, kept as it came, and "I have them" until the plan has it. No table: meta keys."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from app.store import meta
from app.store.times import find_time, to_text

KEPT = "leaves"
"""Meta key: the plan's newest answer, JSON as it came."""
PEOPLE = "leaves-people"
"""Meta key (JSON): ids of people who are here only because of a leave."""
TAKEN = "leaves-taken"
"""Meta key (JSON): by id of a leave, when she said "I have them" and the plan does not know it yet."""


def find_text(connection: Connection) -> str | None:
    return meta.find(connection, KEPT)


def put_text(connection: Connection, text: str | None) -> None:
    """Keep the plan's answer; None: it has none."""
    if text is None:
        meta.remove(connection, KEPT)
    else:
        meta.put(connection, KEPT, text)


def put_people(connection: Connection, people: Collection[str]) -> None:
    """Who is on this device only because she stands in."""
    if people:
        meta.put(connection, PEOPLE, json.dumps(sorted(people)))
    else:
        meta.remove(connection, PEOPLE)


def list_people(connection: Connection) -> frozenset[str]:
    """Who is on this device only because she stands in, or because an alert went on to her."""
    text = meta.find(connection, PEOPLE)
    return frozenset(json.loads(text)) if text else frozenset()


def list_taken(connection: Connection) -> Mapping[str, datetime]:
    """By leave, when she said that she has them, where the plan does not know it yet."""
    text = meta.find(connection, TAKEN)
    held = json.loads(text) if text else {}
    return {leave_id: at for leave_id, said in held.items() if (at := find_time(said)) is not None}


def note_taken(connection: Connection, leave_id: str, at: datetime) -> None:
    held = {one: to_text(when) for one, when in list_taken(connection).items()}
    meta.put(connection, TAKEN, json.dumps({leave_id: to_text(at), **held}))


def forget_taken(connection: Connection, leave_id: str) -> None:
    """The plan has answered for it."""
    held = {one: to_text(when) for one, when in list_taken(connection).items() if one != leave_id}
    if held:
        meta.put(connection, TAKEN, json.dumps(held))
    else:
        meta.remove(connection, TAKEN)
