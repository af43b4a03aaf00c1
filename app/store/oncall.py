"""The on-call pack in the store, sealed under a key of its own, and its real end.

Deleting the key is what ends it: thirty-two bytes, overwritten by SQLite (`secure_delete`) and gone from the
write-ahead log once that was emptied. Whatever old page or old log still held a person is unreadable from then on, also
to somebody with the store's own key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Integer, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from app.domain.on_call import Duty, Given, Here, Mark, Opening
from app.errors import StoreDamaged
from app.store import meta
from app.store.oncall_tables import OnCallDuty, OnCallOpening, OnCallPerson
from app.store.quick import Quick
from app.store.table_base import table_of
from app.store.times import find_time, from_text, to_text

_NONCE = 12
_STUBS = "oncall-people"
"""Meta key (JSON): ids of people who are in the list only because a visit was begun from the pack."""
_duty, _person, _opening = table_of(OnCallDuty), table_of(OnCallPerson), table_of(OnCallOpening)
_d, _p, _o = _duty.c, _person.c, _opening.c
_TAG, _HAS_PACK = Quick(select(_d.tag)), Quick(select(exists(select(_d.id))))
_OPENINGS = Quick(select(_opening).order_by(_o.at, _o.id).limit(bindparam("most", type_=Integer)))
"""Each pass asks these, on most devices for nothing."""


def find_duty(connection: Connection) -> Duty | None:
    row = connection.execute(select(_d.begins, _d.until, _d.as_of, _d.tag)).one_or_none()
    if row is None:
        return None
    people = connection.execute(select(func.count()).select_from(_person)).scalar_one()
    return Duty(from_text(row.begins), from_text(row.until), from_text(row.as_of), people, row.tag)


def find_tag(connection: Connection) -> str | None:
    """The plan's tag of what is here."""
    found: str | None = _TAG.scalar(connection)
    return found


def has_pack(connection: Connection) -> bool:
    return bool(_HAS_PACK.scalar(connection))


def find_mark(connection: Connection) -> Mark | None:
    text = connection.execute(select(_d.mark)).scalar()
    if text is None:
        return None
    try:
        said = json.loads(text)
        server, highest, wall = (find_time(said[name]) for name in ("server", "said", "wall"))
        boot, seconds = str(said["boot"]), float(said["seconds"])
    except (ValueError, KeyError, TypeError):
        raise StoreDamaged(detail="on-call mark") from None
    if server is None or highest is None or wall is None:
        raise StoreDamaged(detail="on-call mark")
    return Mark(server, highest, Here(wall, boot, seconds))


def put_mark(connection: Connection, mark: Mark) -> None:
    """Nothing happens while no pack is here."""
    connection.execute(update(_duty).values(mark=_mark_text(mark)))


def _mark_text(mark: Mark) -> str:
    here = mark.here
    said = {"server": to_text(mark.server), "said": to_text(mark.said), "wall": to_text(here.wall)}
    return json.dumps({**said, "boot": here.boot, "seconds": here.seconds})


def keep(connection: Connection, given: Given, mark: Mark) -> None:
    """What the plan gave, in place of what is here or over it. Another duty gets another key."""
    held = connection.execute(select(_d.key)).scalar()
    key = held if held is not None and not given.whole else AESGCM.generate_key(bit_length=256)
    if given.whole:
        connection.execute(delete(_person))
    values = {"begins": to_text(given.begins), "until": to_text(given.until), "as_of": to_text(given.as_of)}
    values |= {"tag": given.tag, "mark": _mark_text(mark)}
    statement = upsert(_duty).values(id=1, key=key, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"key": key, **values}))
    gone = set(connection.execute(select(_p.patient_id)).scalars()) - given.known
    for patient_id in gone:
        connection.execute(delete(_person).where(_p.patient_id == patient_id))
    for patient_id, (head, page) in given.people.items():
        sealed = {"head": _seal(key, head, patient_id, "head"), "page": _seal(key, page, patient_id, "page")}
        row = upsert(_person).values(patient_id=patient_id, **sealed)
        connection.execute(row.on_conflict_do_update(index_elements=["patient_id"], set_=sealed))


def confirm(connection: Connection, as_of: datetime, mark: Mark) -> None:
    """The plan says that nothing is new."""
    connection.execute(update(_duty).values(as_of=to_text(as_of), mark=_mark_text(mark)))


def read_heads(connection: Connection) -> Mapping[str, str]:
    """By id the text of what a list needs. Raises StoreDamaged."""
    key = connection.execute(select(_d.key)).scalar()
    if key is None:
        return {}
    rows = connection.execute(select(_p.patient_id, _p.head))
    return {row.patient_id: _open(key, row.head, row.patient_id, "head") for row in rows}


def find_person(connection: Connection, patient_id: str) -> tuple[str, str] | None:
    """The text of (head, page) of one person; None for who is not in the pack. Raises StoreDamaged."""
    key = connection.execute(select(_d.key)).scalar()
    row = connection.execute(select(_p.head, _p.page).where(_p.patient_id == patient_id)).one_or_none()
    if key is None or row is None:
        return None
    return _open(key, row.head, patient_id, "head"), _open(key, row.page, patient_id, "page")


def erase(connection: Connection) -> bool:
    """The key and everybody it sealed; True where there was anything. `Store.empty_log` makes it final."""
    if not has_pack(connection):
        return False
    # Written over before it is deleted: a page that keeps other things is rewritten with it.
    connection.execute(update(_duty).values(key=bytes(32), tag=""))
    connection.execute(delete(_person))
    connection.execute(delete(_duty))
    return True


def _seal(key: bytes, text: str, patient_id: str, part: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), f"{patient_id}/{part}".encode())


def _open(key: bytes, sealed: bytes, patient_id: str, part: str) -> str:
    try:
        opened = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], f"{patient_id}/{part}".encode())
    except (InvalidTag, ValueError):
        raise StoreDamaged(detail="on-call pack") from None
    return opened.decode()


def add_opening(connection: Connection, one: Opening) -> None:
    values = {"id": one.id, "patient_id": one.patient_id, "at": to_text(one.at), "reason": one.reason}
    connection.execute(insert(_opening).values(**values, visit=one.visit))


def list_openings(connection: Connection, limit: int) -> tuple[Opening, ...]:
    """Of which the plan was not told, oldest first."""
    return tuple(
        Opening(row.id, row.patient_id, from_text(row.at), row.reason, bool(row.visit))
        for row in _OPENINGS.all(connection, most=limit)
    )


def forget_openings(connection: Connection, ids: Iterable[str]) -> None:
    """The plan has answered for these."""
    connection.execute(delete(_opening).where(_o.id.in_(list(ids))))


def list_stubs(connection: Connection) -> frozenset[str]:
    """People who were put into the list for a visit from the pack."""
    text = meta.find(connection, _STUBS)
    return frozenset(json.loads(text)) if text else frozenset()


def put_stubs(connection: Connection, people: Iterable[str]) -> None:
    found = sorted(people)
    if found:
        meta.put(connection, _STUBS, json.dumps(found))
    else:
        meta.remove(connection, _STUBS)
