"""Ways to look at the visit log that a supervisor gave names. They hold names of people, so they lie in the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection

from app.domain.patient import fold
from app.domain.typed import clean_line
from app.domain.visit import Modality, Setting
from app.errors import RecordError
from app.language import tr
from app.services.log_models import LogFilter, LogStatus, Looking, SavedView
from app.store import meta
from app.store.log_query import Flag
from app.store.log_rows import LogSort

T = TypeVar("T")
VIEWS = "log-views"
"""Key of the saved views (JSON)."""
MOST_VIEWS = 12
LONGEST_NAME = 40


def read_views(connection: Connection) -> tuple[SavedView, ...]:
    """In order of their names. What a newer app saved and this one does not know is left out."""
    try:
        held = json.loads(meta.find(connection, VIEWS) or "[]")
    except ValueError:
        return ()
    views = [_to_view(one) for one in held if isinstance(one, dict)] if isinstance(held, list) else []
    return tuple(
        sorted((one for one in views if one is not None), key=lambda one: (fold(one.name), one.name))
    )


def save_view(connection: Connection, view: SavedView) -> None:
    """A view of the same name is replaced. Raises RecordError for no name, a long one, or too many views."""
    name = clean_line(view.name)
    if not name:
        raise RecordError("Please give it a name.")
    if len(name) > LONGEST_NAME:
        raise RecordError(tr("Please keep the name under {number} letters.", number=LONGEST_NAME))
    others = [one for one in read_views(connection) if fold(one.name) != fold(name)]
    if len(others) >= MOST_VIEWS:
        raise RecordError("That is as many as fit. Please take one away first.")
    _write(connection, [*others, SavedView(name, view.looking)])


def remove_view(connection: Connection, name: str) -> None:
    """Nothing happens when there is none of that name."""
    _write(connection, [one for one in read_views(connection) if one.name != name])


def _write(connection: Connection, views: list[SavedView]) -> None:
    meta.put(connection, VIEWS, json.dumps([_to_json(one) for one in views]))


def _to_json(view: SavedView) -> dict[str, Any]:
    wanted = view.looking.wanted
    return {
        "name": view.name,
        "sort": view.looking.sort.value,
        "evv": view.looking.evv,
        "nurse": wanted.nurse_name,
        "person": wanted.patient_text,
        "setting": wanted.setting,
        "modality": wanted.modality,
        "days": wanted.days,
        "from": None if wanted.from_on is None else wanted.from_on.isoformat(),
        "to": None if wanted.to_on is None else wanted.to_on.isoformat(),
        "score": wanted.minimum_score,
        "place": wanted.place,
        "line": wanted.line,
        "organisation": wanted.organisation,
        "status": wanted.status,
        "flags": sorted(wanted.flags),
    }


def _to_view(held: Mapping[str, Any]) -> SavedView | None:
    """None where a part of it is unknown here: half a filter would show other visits than its name says."""
    try:
        wanted = LogFilter(
            nurse_name=_text(held, "nurse"),
            patient_text=_text(held, "person"),
            setting=_find(held, "setting", Setting),
            modality=_find(held, "modality", Modality),
            days=_number(held, "days"),
            from_on=_find(held, "from", date.fromisoformat),
            to_on=_find(held, "to", date.fromisoformat),
            minimum_score=_number(held, "score"),
            place=_text(held, "place"),
            line=_text(held, "line"),
            organisation=_text(held, "organisation"),
            status=_find(held, "status", LogStatus),
            flags=frozenset(Flag(flag) for flag in held.get("flags") or ()),
        )
        looking = Looking(wanted, LogSort(str(held.get("sort"))), held.get("evv") is True)
        return SavedView(str(held["name"]), looking)
    except (KeyError, TypeError, ValueError):
        return None


def _text(held: Mapping[str, Any], name: str) -> str | None:
    value = held.get(name)
    return None if value is None else str(value)


def _number(held: Mapping[str, Any], name: str) -> int | None:
    value = held.get(name)
    return None if value is None else int(value)


def _find(held: Mapping[str, Any], name: str, make: Callable[[str], T]) -> T | None:
    value = held.get(name)
    return None if value is None else make(str(value))
