"""What this device knows of drafts: which copies of its own the plan has, and which drafts lie on other tablets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, select

from app.domain.visit import VisitStatus
from app.store import meta, tables
from app.store.draft_copies import digest_of, dump
from app.store.outbox_rows import unsettled_groups
from app.store.quick import Quick
from app.store.times import find_time, to_text
from app.store.visit_rows import OWN, find_moment, visit_table

TOLD = "draft-copies"
"""Meta key: by visit the digest of the copy that the plan has, and when it was sent (JSON)."""
CONTINUED = "drafts-continued"
"""Meta key: which visits of this device go on from which version of a draft elsewhere (JSON)."""
LIST = "drafts-elsewhere"
"""Meta key: the plan's newest list of drafts, as it came."""
_BODY = "draft-body/"
_meta, _v = tables.table_of(tables.Meta), visit_table.c
_OPEN = (VisitStatus.DRAFT.value,)
_OWN_OPEN = Quick(
    select(_v.id, _v.patient_id, _v.began_at, _v.began_offset)
    .where(_v.status == VisitStatus.DRAFT.value, _v.origin == OWN)
    .order_by(_v.began_at, _v.id)
)


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """A draft of this device as it is now."""

    visit_id: str
    patient_id: str
    began_at: datetime
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the plan has of one; `at` by this device's clock."""

    digest: str
    at: datetime | None


def read_own(connection: Connection) -> tuple[OwnCopy, ...]:
    """Every open draft of this device, the one that began first before the others."""
    found = []
    for row in _OWN_OPEN.all(connection):
        text, began_at = dump(connection, row.id), find_moment(row.began_at, row.began_offset)
        if began_at is not None:
            found.append(OwnCopy(row.id, row.patient_id, began_at, text, digest_of(text)))
    return tuple(found)


def read_told(connection: Connection) -> dict[str, Told]:
    """By visit id."""
    held = json.loads(meta.find(connection, TOLD) or "{}")
    return {visit: Told(one["digest"], find_time(one["at"])) for visit, one in held.items()}


def put_told(connection: Connection, visit_id: str, told: Told | None) -> None:
    """None: the plan has no copy any more."""
    held = read_told(connection)
    held.pop(visit_id, None)
    if told is not None:
        held[visit_id] = told
    said = {
        visit: {"digest": one.digest, "at": None if one.at is None else to_text(one.at)}
        for visit, one in held.items()
    }
    meta.put(connection, TOLD, json.dumps(said, sort_keys=True))


def list_over(connection: Connection, told: Iterable[str]) -> tuple[str, ...]:
    """Of these visits: those that need no copy any more. A signed one keeps it until the plan has the visit itself."""
    wanted = sorted(set(told))
    if not wanted:
        return ()
    kept = select(_v.id).where((_v.status.in_(_OPEN)) | (_v.id.in_(unsettled_groups())))
    held = frozenset(connection.execute(kept.where(_v.id.in_(wanted))).scalars())
    return tuple(one for one in wanted if one not in held)


def find_text(connection: Connection, key: str, digest: str) -> str | None:
    """What stands in a draft of another tablet, where this very version is here."""
    found, _, text = (meta.find(connection, _BODY + key) or "").partition("\n")
    return text if found == digest else None


def put_text(connection: Connection, key: str, digest: str, text: str) -> None:
    meta.put(connection, _BODY + key, f"{digest}\n{text}")


def forget_texts(connection: Connection, but: Iterable[str]) -> None:
    """What stands in other tablets' drafts, but in these (keys)."""
    kept = [_BODY + key for key in but]
    mine = _meta.c.key.startswith(_BODY, autoescape=True)
    connection.execute(delete(_meta).where(mine, _meta.c.key.not_in(kept)))


def read_roots(connection: Connection) -> Mapping[str, str]:
    """By visit id: the id of the draft that it goes on from, of visits that do."""
    prefix = "visit-more/"
    mine = select(_meta.c.key, _meta.c.value).where(_meta.c.key.startswith(prefix, autoescape=True))
    rows = connection.execute(mine)
    found = {row.key.removeprefix(prefix): row.value.partition(" ")[0] for row in rows}
    return {visit: root for visit, root in found.items() if root}


def read_continued(connection: Connection) -> Mapping[str, tuple[str, str]]:
    """By id of a visit of this device: key and version of the draft elsewhere that it goes on from."""
    held = json.loads(meta.find(connection, CONTINUED) or "{}")
    return {visit: (one["key"], one["digest"]) for visit, one in held.items()}


def put_continued(connection: Connection, visit_id: str, source: tuple[str, str] | None) -> None:
    """None: the draft elsewhere is dealt with."""
    held = dict(read_continued(connection))
    held.pop(visit_id, None)
    if source is not None:
        held[visit_id] = source
    said = {visit: {"key": key, "digest": digest} for visit, (key, digest) in held.items()}
    meta.put(connection, CONTINUED, json.dumps(said, sort_keys=True))


def list_finished(connection: Connection) -> Mapping[str, tuple[str, str] | None]:
    """Of what goes on from elsewhere: visits that the plan has (their source may go), and dropped ones (None)."""
    held = read_continued(connection)
    over = list_over(connection, held)
    if not over:
        return {}
    signed = select(_v.id).where(_v.id.in_(over), _v.status != VisitStatus.DRAFT.value)
    kept = frozenset(connection.execute(signed).scalars())
    return {visit: held[visit] if visit in kept else None for visit in over}


def is_here(connection: Connection, visit_id: str) -> bool:
    """Is there a visit of this id on this device, in whatever state?"""
    return bool(connection.execute(select(exists(select(_v.id).where(_v.id == visit_id)))).scalar_one())
