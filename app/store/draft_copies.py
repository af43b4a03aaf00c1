"""A draft as one document, written on one tablet and laid into the store of another: rows as they are, times and all.

What stands in it came over a network: every value is read by the same functions that read the store before it is laid
down. Photographs stay where they were taken; the document says how many there are.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, func, select, update

from app.content.rules import Level
from app.domain.alert import Alert, AlertState
from app.domain.visit import (
    Answer,
    AnsweredBy,
    Entry,
    Modality,
    PersonRef,
    Setting,
    VisitDraft,
    unfinished_key,
)
from app.errors import RecordError
from app.language import N_
from app.store import alerts, stars, tables, visits
from app.store.answer_rows import answer_table, entry_table, to_answer
from app.store.times import find_time, from_text
from app.store.unfinished import STARS
from app.store.visit_more import find_more
from app.store.visit_rows import OWN, find_moment, visit_table

FORMAT = 1
_FRAME = (
    *("modality", "setting", "began_at", "began_offset", "left_at", "left_offset"),
    *("answered_by", "note", "content_version", "written_afterwards"),
)
_ANSWER = ("entry", "link_id", "value", "absent", "name", "again", "automatic", "at")
_ENTRY = ("id", "group", "position", "about")
_SAID_ONCE = ("patient_id", "visit_id", "origin")
_TEXTS = tables.table_of(tables.UnfinishedText)
_PHOTOS = tables.table_of(tables.Attachment)
_A = answer_table
UNREADABLE = N_(
    "What stands in this draft cannot be read by this version of Hearthside. Nothing was changed."
)


@dataclass(frozen=True, slots=True)
class Copied:
    """A document as it was read. `automatic`: (entry, link id) of answers that no tap put there. `photos`: how many
    pictures lie on the other tablet only.
    """

    draft: VisitDraft
    content_version: str
    automatic: tuple[tuple[str, str], ...]
    alerts: tuple[Alert, ...]
    photos: int


def dump(connection: Connection, visit_id: str) -> str:
    """The draft as text; the same text while nothing in it changes. The caller knows that it is a draft here."""
    frame = connection.execute(select(visit_table).where(visit_table.c.id == visit_id)).one()
    more = find_more(connection, visit_id)
    found = {
        "format": FORMAT,
        "patient": frame.patient_id,
        "root": more.draft_of or visit_id,
        "from_paper": more.from_paper,
        "visit": {name: getattr(frame, name) for name in _FRAME},
        "answers": _rows(connection, answer_table, _ANSWER, visit_id),
        "entries": _rows(connection, entry_table, _ENTRY, visit_id),
        "texts": _rows(connection, _TEXTS, ("key", "text"), visit_id),
        "alerts": [_alert(one) for one in alerts.list_for_visit(connection, visit_id) if one.origin == OWN],
        "photos": _count_photos(connection, visit_id),
    }
    return json.dumps(found, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """Which version a document is."""
    return hashlib.sha256(text.encode()).hexdigest()


def derive_visit_id(visit_id: str, device: str) -> str:
    """The id under which a draft goes on, on this device: the same on every try."""
    return str(uuid.uuid5(uuid.UUID(visit_id), f"draft/{device}"))


def decode(text: str, visit_id: str, author: PersonRef) -> Copied:
    """What stands in a document, as a draft `visit_id` of `author`. Raises RecordError for one that cannot be read.

    Entries get ids of their own, so that nothing of two signed visits is the same record.
    """
    try:
        return _decode(json.loads(text), visit_id, author)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RecordError(UNREADABLE) from None


def lay_down(connection: Connection, copied: Copied) -> None:
    """Make it a draft of this device, its own times kept. Alerts that are here already keep how they stand here."""
    draft = copied.draft
    visits.begin(connection, draft, copied.content_version)
    if draft.stars:
        stars.put(connection, draft.id, draft.stars)
    for entry, link_id in copied.automatic:
        mine = (_A.c.visit_id == draft.id, _A.c.entry == entry, _A.c.link_id == link_id)
        connection.execute(update(_A).where(*mine).values(automatic=True))
    for alert in copied.alerts:
        held = alerts.find(connection, alert.id) or alert
        alerts.put(connection, replace(held, visit_id=draft.id, origin=OWN))


def _decode(held: Mapping[str, Any], visit_id: str, author: PersonRef) -> Copied:
    if held["format"] != FORMAT:
        raise ValueError("another format")
    frame = held["visit"]
    began_at, who = _moment(frame["began_at"], frame["began_offset"]), frame["answered_by"]
    if began_at is None:
        raise ValueError("no beginning")
    rows = [dict(zip(_ANSWER, one, strict=True)) for one in held["answers"]]
    names = {
        _text(one[0]): str(uuid.uuid5(uuid.UUID(visit_id), f"entry/{one[0]}")) for one in held["entries"]
    }
    answers: dict[str, dict[str, Answer]] = {}
    for row in rows:
        entry = names[row["entry"]] if row["entry"] else ""
        answers.setdefault(entry, {})[_text(row["link_id"])] = to_answer(SimpleNamespace(**row))
    entries: dict[str, tuple[Entry, ...]] = {}
    for one in sorted(held["entries"], key=lambda each: int(each[2])):
        own, group, _, about = one
        entry = names[own]
        made = Entry(entry, answers.get(entry, {}), None if about is None else _text(about))
        entries[_text(group)] = (*entries.get(group, ()), made)
    texts = {_rename(_text(key), names): _text(words) for key, words in held["texts"]}
    starred = texts.pop(STARS, "")
    draft = VisitDraft(
        id=visit_id,
        patient_id=_text(held["patient"]),
        nurse=author,
        modality=Modality(frame["modality"]),
        setting=Setting(frame["setting"]),
        began_at=began_at,
        left_at=_moment(frame["left_at"], frame["left_offset"]),
        answered_by=None if who is None else AnsweredBy(who),
        note=_text(frame["note"]),
        answers=answers.get("", {}),
        entries=entries,
        written_afterwards=bool(frame["written_afterwards"]),
        unfinished=texts,
        stars=tuple(starred.split("\n")) if starred else (),
        draft_of=str(uuid.UUID(_text(held["root"]))),
        from_paper=bool(held["from_paper"]),
    )
    automatic = [(names.get(row["entry"], ""), row["link_id"]) for row in rows if row["automatic"]]
    raised = tuple(_read_alert(one, draft.patient_id, visit_id) for one in held["alerts"])
    return Copied(draft, _text(frame["content_version"]), tuple(automatic), raised, int(held["photos"]))


def _rename(key: str, names: Mapping[str, str]) -> str:
    own, mark, link_id = key.rpartition("#")
    return unfinished_key(link_id, names.get(own, own)) if mark else key


def _alert(alert: Alert) -> dict[str, Any]:
    """Without whose it is: the copy says that once for all of them."""
    return {name: value for name, value in alerts.to_values(alert).items() if name not in _SAID_ONCE}


def _read_alert(said: Mapping[str, Any], patient_id: str, visit_id: str) -> Alert:
    words = {name: _text(said[name]) for name in ("id", "rule", "subject", "finding", "detail", "owner")}
    reason = said["closed_reason"]
    return Alert(
        **words,
        patient_id=patient_id,
        visit_id=visit_id,
        level=Level(said["level"]),
        state=AlertState(said["state"]),
        private=bool(said["private"]),
        fired_at=from_text(said["fired_at"]),
        due_at=find_time(said["due_at"]),
        closed_at=find_time(said["closed_at"]),
        closed_reason=None if reason is None else _text(reason),
        origin=OWN,
    )


def _rows(connection: Connection, table: Any, names: tuple[str, ...], visit_id: str) -> list[list[Any]]:
    columns = [table.c[name] for name in names]
    keys = [column for column in table.primary_key if column.name != "visit_id"]
    rows = connection.execute(select(*columns).where(table.c.visit_id == visit_id).order_by(*keys))
    return [list(row) for row in rows]


def _count_photos(connection: Connection, visit_id: str) -> int:
    mine = (_PHOTOS.c.visit_id == visit_id, _PHOTOS.c.removed_at.is_(None))
    return int(connection.execute(select(func.count()).where(*mine)).scalar_one())


def _moment(text: Any, offset: Any) -> datetime | None:
    return None if text is None else find_moment(_text(text), int(offset))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text")
    return value
