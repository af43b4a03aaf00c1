"""Writing the trail down. Where it lies is `plan.audit.place`.

Reads, refusals and sign-ins are written in a short transaction of their own before the answer leaves: an answer whose
trace cannot be kept is not given. That transaction does not wait for the disk's confirmation (a killed process loses
none, a power cut may lose the last moments); a write's event is in the write's own transaction and is as durable.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import uuid_utils
from sqlalchemy import ARRAY, Connection, Engine, String, bindparam, insert, literal_column, select, text
from sqlalchemy.exc import SQLAlchemyError

from plan.audit.place import audit_transaction
from plan.audit.tables import AuditRow
from plan.audit.trail import Trail, find_trail
from plan.database import read_transaction
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import Clock
from plan.fhir.tables import resource
from plan.fhir.types import ID
from plan.principal import Principal
from plan.quick import Quick

READ, WRITE, REFUSAL, SIGN_IN, EXPORT, EMERGENCY, DEVICE, SHARE = (
    "read",
    "write",
    "refusal",
    "sign-in",
    "export",
    "emergency",
    "device",
    "share",
)
_EVENT = AuditRow.metadata.tables["audit_event"]
_log = logging.getLogger("plan.audit")
_ABOUT = AuditRow.metadata.tables["audit_patient"]
_NEW, _NEW_ABOUT = Quick(insert(_EVENT)), Quick(insert(_ABOUT))

_OWNER = Quick(
    select(resource.c.patient_id)
    .where(
        resource.c.type == bindparam("kind"),
        resource.c.id == bindparam("record"),
        resource.c.patient_id.is_not(None),
    )
    .limit(literal_column("1"))
)
_AT_ONCE = text(
    """
WITH way AS (
  SELECT set_config('synchronous_commit', coalesce(:commit, current_setting('synchronous_commit')), true)),
made AS (
  INSERT INTO audit_event
    (id, at_ms, action, outcome, user_id, practitioner_id, role, bearer_id, what)
  SELECT :id, :at_ms, :action, :outcome, :user_id, :practitioner_id, :role, :bearer_id, :what FROM way
  RETURNING at_ms, id)
INSERT INTO audit_patient (patient_id, at_ms, event_id)
SELECT whose, made.at_ms, made.id FROM made, unnest(:about) AS whose
"""
).bindparams(
    *(bindparam(column.name, type_=column.type) for column in _EVENT.c),
    bindparam("about", type_=ARRAY(String)),
    bindparam("commit", type_=String),
)
"""On PostgreSQL an event is one statement: one round trip, and a transaction of its own where there is none."""


def add_event(
    connection: Connection,
    at_ms: int,
    action: str,
    *,
    who: Principal | None,
    what: Mapping[str, Any],
    patients: Iterable[str] = (),
    outcome: int = 200,
    bearer: Principal | None = None,
) -> str:
    """Add one event; returns its id. `patients` are the ids of the people it is about."""
    event_id = str(uuid_utils.uuid7())
    other = bearer is not None and who is not None and bearer.practitioner_id != who.practitioner_id
    row = {
        "id": event_id,
        "at_ms": at_ms,
        "action": action,
        "outcome": outcome,
        "user_id": who.user_id if who else None,
        "practitioner_id": who.practitioner_id if who else None,
        "role": who.role if who else None,
        "bearer_id": bearer.practitioner_id if other and bearer is not None else None,
        "what": dumps(dict(what)),
    }
    about = sorted({one for one in patients if ID.match(one)})
    if connection.dialect.name == "postgresql":
        alone = connection.get_execution_options().get("plan_audit", False)
        connection.execute(_AT_ONCE, row | {"about": about, "commit": "off" if alone else None})
        return event_id
    _NEW.run(connection, row)
    _NEW_ABOUT.run(connection, *({"patient_id": one, "at_ms": at_ms, "event_id": event_id} for one in about))
    return event_id


def add_write(
    connection: Connection, at_ms: int, who: Principal, made: Mapping[str, tuple[str, str | None]]
) -> None:
    """The event of one write transaction, inside it. `made`: `Type/id`, what was done (C, U, D), and to whom."""
    if not made:
        return
    trail = find_trail()
    add_event(
        connection,
        at_ms,
        WRITE,
        who=who,
        bearer=trail.principal if trail else None,
        what={"written": {name: act for name, (act, _) in made.items()}},
        patients=[patient for _, patient in made.values() if patient],
    )


def keep_trail(engine: Engine, clock: Clock) -> None:
    """Write down what the request under way has shown so far. Raises Refusal 503 when that cannot be done."""
    trail = find_trail()
    if trail is None or trail.is_empty:
        return
    try:
        patients, tried = _look_up(engine, trail)
        with audit_transaction(engine) as connection:
            add_trail(connection, clock(), trail, patients, tried)
    except SQLAlchemyError as error:
        _log.error("the audit trail could not be written: %s", type(error).__name__)
        trail.forget()
        raise Refusal(503, "The database is busy. Please ask again.", headers={"Retry-After": "5"}) from None
    trail.forget()


def add_trail(
    connection: Connection, at_ms: int, trail: Trail, patients: Iterable[str], tried: Principal | None
) -> None:
    """What a request showed, was refused, or tried at the door. `patients`: whose the refused records are."""
    who = trail.principal
    if trail.shown:
        shown = {whose: dict(counts) for whose, counts in trail.shown.items()}
        what: dict[str, Any] = {"shown": shown}
        if trail.named:
            what["named"] = sorted(trail.named)
        add_event(connection, at_ms, READ, who=who, what=what, patients=filter(None, shown))
    if trail.refused:
        add_event(
            connection,
            at_ms,
            REFUSAL,
            who=who,
            what={"refused": trail.refused},
            patients=patients,
            outcome=next(iter(trail.refused.values())),
        )
    if trail.sign_in is not None:
        add_event(connection, at_ms, SIGN_IN, who=tried, what={}, outcome=trail.sign_in[1])


def _look_up(engine: Engine, trail: Trail) -> tuple[list[str], Principal | None]:
    """Whose the refused records are, and the user whose name was tried at the door."""
    if not trail.refused and trail.sign_in is None:
        return [], None
    with read_transaction(engine) as connection:
        tried = _find_tried(connection, trail.sign_in[0]) if trail.sign_in else None
        return _owners(connection, trail.refused), tried


def _owners(connection: Connection, names: Iterable[str]) -> list[str]:
    """Whose the records are that somebody tried to reach: her supervisor should see that as well."""
    found: list[str] = []
    for name in names:
        kind, _, record_id = name.partition("/")
        if not ID.match(record_id):
            continue
        owner = _OWNER.scalar(connection, {"kind": kind, "record": record_id})
        if owner is not None:
            found.append(owner)
    return found


def _find_tried(connection: Connection, name: str) -> Principal | None:
    # A name that nobody has is not kept: people type their password into the wrong field.
    from plan.users import find_user

    user = find_user(connection, name)
    if user is None:
        return None
    return Principal(
        user.id, user.username, user.role, user.practitioner_id, user.team_id, scopes=frozenset()
    )
