"""People whose record stands open on this device in an emergency (`patient.access_until`), and how it leaves it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from app.domain.emergency import is_over
from app.domain.patient import fold
from app.store import bases, cursors, meta, patients, tables
from app.store.patient_words import replace_words
from app.store.quick import Quick
from app.store.times import find_time, to_text

LATEST = "emergency-latest"
"""Meta key: the latest moment this device has seen while a record stood open in an emergency."""
OWN_WORK_STAYS = timedelta(days=30)
_patient = tables.table_of(tables.Patient)
_p = _patient.c
_STANDING = Quick(select(_p.id, _p.access_until).where(_p.access_until.is_not(None)))


def put(connection: Connection, patient_id: str, name: str, until: datetime) -> None:
    """A record stands open until then, by the plan's clock. `name` is shown until the record itself has come."""
    stub = {"display_name": name, "sort_name": name, "search_name": fold(name)}
    statement = insert(_patient).values(
        id=patient_id, **stub, active_member=True, access_until=to_text(until)
    )
    known = connection.execute(select(_p.id).where(_p.id == patient_id)).first() is not None
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={"active_member": True, "access_until": to_text(until)}
        )
    )
    if not known:
        replace_words(connection, patient_id, name)


def list_open(connection: Connection) -> Mapping[str, datetime]:
    """Until when, by patient id. What cannot be read as a time counts as long over."""
    over = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return {row.id: find_time(row.access_until) or over for row in _STANDING.all(connection)}


def find_until(connection: Connection, patient_id: str) -> datetime | None:
    """Until when this record stands open in an emergency; None for somebody of one's own list."""
    return list_open(connection).get(patient_id)


def has_come(connection: Connection, patient_id: str) -> bool:
    """Whether her face sheet is here and her history was pulled to its end."""
    return bool(bases.list_for_patient(connection, patient_id, "Patient")) and has_joined(
        connection, patient_id
    )


def has_joined(connection: Connection, patient_id: str) -> bool:
    """Whether the plan listed her among this user's people, and her history was pulled to its end since."""
    return cursors.find(connection, f"backfill/{patient_id}", "*") is not None


def set_until(connection: Connection, until: Mapping[str, datetime]) -> None:
    """The plan's word on how long these stand open."""
    for patient_id, at in until.items():
        connection.execute(update(_patient).where(_p.id == patient_id).values(access_until=to_text(at)))


def make_ordinary(connection: Connection, people: Collection[str]) -> None:
    """They are on the list now: nothing ends any more."""
    connection.execute(update(_patient).where(_p.id.in_(list(people))).values(access_until=None))


def list_over(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Those whose time is up, and a note of how late it is. `now`: the plan's time as well as the device knows it."""
    standing = list_open(connection)
    if not standing:
        return ()
    said = meta.find(connection, LATEST)
    latest = None if said is None else find_time(said)
    if latest is None or now > latest:
        meta.put(connection, LATEST, to_text(now))
    return tuple(sorted(one for one, until in standing.items() if is_over(until, now, latest)))


def close(connection: Connection, people: Collection[str], now: datetime) -> None:
    """Take these records off this device at once. One's own visits stay until the plan has had them for 30 days,
    as they do when somebody leaves the list; everything that is not one's own goes now.
    """
    before = to_text(now - OWN_WORK_STAYS)
    for patient_id in people:
        gone = update(_patient).where(_p.id == patient_id)
        connection.execute(gone.values(active_member=False, access_until=None))
        cursors.drop_scope(connection, f"backfill/{patient_id}")
        if not patients.purge(connection, patient_id, received_before=before):
            patients.take_off_others(connection, patient_id)
    if not list_open(connection):
        meta.remove(connection, LATEST)
