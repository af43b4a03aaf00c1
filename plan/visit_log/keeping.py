"""Keeps the rows of the visit log in step: what a write touches is drawn anew, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, Engine, bindparam, delete, insert, or_, select, true

from plan.database import write_transaction
from plan.fhir.access import IS_CURRENT
from plan.fhir.extract import find_reference, split_reference, walk
from plan.fhir.json_text import loads
from plan.fhir.store import versions
from plan.fhir.tables import plan_state, reference_index, resource
from plan.visit_log.drawing import FORMS, Json, draw_alert, draw_line, is_visit
from plan.visit_log.tables import visit_alert, visit_line

VERSION = "1"
"""Raise it where rows are drawn otherwise than before: all are drawn anew at the next start."""
ACT_NOW = "act-now"
_NAME = "visit_log"
_WRITE_TAG = "urn:hearthside:write"
_AT_ONCE = 200
_DRAWING = 3_600.0
"""Seconds that drawing everything anew may take. Nobody else writes yet."""
_CALM: Mapping[str, int] = {"act_now": 0, "alert_open": 0}

# Built once: every write that brings a visit asks these.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_ALERTS = select(visit_alert).where(visit_alert.c.encounter_id.in_(_IDS))
_NAMED = versions(true()).where(IS_CURRENT, resource.c.type == bindparam("kind"), resource.c.id.in_(_IDS))
_RESPONSES = (
    versions(true())
    .where(
        IS_CURRENT,
        resource.c.type == "QuestionnaireResponse",
        resource.c.encounter_id.in_(_IDS),
        resource.c.deleted == 0,
        resource.c.label != "V",
        or_(*(resource.c.body.contains(f'"questionnaire":"{form}|', autoescape=True) for form in FORMS)),
    )
    .order_by(resource.c.key)
)
_MANIFESTS = (
    select(reference_index.c.target_id)
    .where(
        reference_index.c.type == "Provenance",
        reference_index.c.param == "target",
        reference_index.c.target_type == "Encounter",
        reference_index.c.target_id.in_(_IDS),
    )
    .distinct()
)
_DROP = delete(visit_line).where(visit_line.c.encounter_id.in_(_IDS))


def keep_lines(connection: Connection, written: Iterable[Mapping[str, Any]]) -> None:
    """Draw anew what these new rows of the resource table touch. They are stored already."""
    visits: set[str] = set()
    alerts: dict[str, Mapping[str, Any]] = {}
    for row in written:
        kind, body = row["type"], row["body"]
        if kind == "Encounter":
            visits.add(row["id"])
        elif kind == "QuestionnaireResponse" and row["encounter_id"]:
            visits.add(row["encounter_id"])
        elif kind == "Provenance" and body:
            targets = (split_reference(one) for one in walk(loads(body), "target"))
            visits |= {one[1] for one in targets if one and one[0] == "Encounter"}
        elif kind == "Task":
            alerts[row["id"]] = row
    if alerts:
        visits |= _keep_alerts(connection, alerts.values())
    for some in _in_parts(sorted(visits)):
        _draw(connection, some)


def install(engine: Engine) -> bool:
    """Draw everything where nothing was drawn yet, or otherwise. False where it stood already."""
    known = select(plan_state.c.value).where(plan_state.c.name == _NAME)
    with engine.connect() as connection:
        if connection.execute(known).scalar() == VERSION:
            return False
    with write_transaction(engine, seconds=_DRAWING) as connection:
        if connection.execute(known).scalar() == VERSION:
            return False
        draw_all(connection)
        connection.execute(delete(plan_state).where(plan_state.c.name == _NAME))
        connection.execute(insert(plan_state).values(name=_NAME, value=VERSION))
    return True


def draw_all(connection: Connection) -> None:
    """All rows from nothing. Inside `write_transaction`."""
    connection.execute(delete(visit_line))
    connection.execute(delete(visit_alert))
    for kind in ("Task", "Encounter"):
        here = select(resource.c.id).where(IS_CURRENT, resource.c.type == kind, resource.c.deleted == 0)
        for some in _in_parts(connection.execute(here).scalars().all()):
            if kind == "Task":
                _keep_alerts(
                    connection, [row._mapping for row in _find(connection, "Task", some)], fresh=True
                )
            else:
                _draw(connection, some, fresh=True)


def _keep_alerts(
    connection: Connection, rows: Iterable[Mapping[str, Any]], *, fresh: bool = False
) -> set[str]:
    """Returns the visits whose alerts are others now."""
    rows = list(rows)
    ids = [row["id"] for row in rows]
    touched: set[str] = set()
    if not fresh:
        for some in _in_parts(ids):
            mine = visit_alert.c.task_id.in_(some)
            held = connection.execute(select(visit_alert.c.encounter_id).where(mine)).scalars().all()
            if held:
                touched |= set(held)
                connection.execute(delete(visit_alert).where(mine))
    readable = (row for row in rows if row["body"] and not row["deleted"] and row["label"] != "V")
    drawn = [found for row in readable if (found := draw_alert(loads(row["body"]))) is not None]
    if drawn:
        connection.execute(insert(visit_alert), drawn)
    return touched | {one["encounter_id"] for one in drawn}


def _draw(connection: Connection, ids: list[str], *, fresh: bool = False) -> None:
    """`fresh`: there are no rows yet. Asking for them would walk a table of which the database knows no size yet."""
    # What is for its author only has no line: so the number of lines is a number that each supervisor may know.
    found = _find(connection, "Encounter", ids)
    encounters = [loads(row.body) for row in found if not row.deleted and row.label != "V"]
    encounters = [one for one in encounters if is_visit(one)]
    kept = [one["id"] for one in encounters]
    responses = _find_responses(connection, kept)
    manifests = _find_manifests(connection, kept)
    alerts = _find_alerts(connection, kept)
    rows: list[Json] = []
    for one in encounters:
        whole = one["id"] in manifests or _WRITE_TAG not in walk(one, "meta.tag.system")
        row = draw_line(one, responses.get(one["id"], ()), whole=whole)
        if row is not None:
            rows.append({**row, **alerts.get((one["id"], row["patient_id"]), _CALM)})
    if not fresh:
        connection.execute(_DROP, {"ids": ids})
    if rows:
        connection.execute(insert(visit_line), rows)


def _find_alerts(connection: Connection, ids: list[str]) -> Mapping[tuple[str, str], Mapping[str, int]]:
    """What a visit's row says of its alerts, by visit and person.

    Only alerts about the visit's own person count: whoever writes a Task names a visit as she likes.
    """
    found: dict[tuple[str, str], dict[str, int]] = {}
    for one in connection.execute(_ALERTS, {"ids": ids}):
        marks = found.setdefault((one.encounter_id, one.patient_id), dict(_CALM))
        marks["act_now"] |= int(one.level == ACT_NOW)
        marks["alert_open"] |= int(bool(one.stands))
    return found


def _find(connection: Connection, kind: str, ids: list[str]) -> Iterable[Any]:
    # The plan's own work, for nobody in particular; who may read a row is asked when it is read.
    return connection.execute(_NAMED, {"kind": kind, "ids": ids}).all()


def _find_responses(connection: Connection, ids: list[str]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    if not ids:
        return found
    for row in connection.execute(_RESPONSES, {"ids": ids}):
        body = loads(row.body)
        if find_reference(body, "encounter", "Encounter") == row.encounter_id:
            found.setdefault(row.encounter_id, []).append(body)
    return found


def _find_manifests(connection: Connection, ids: list[str]) -> set[str]:
    """Visits that a Provenance names: all of them is here."""
    return set(connection.execute(_MANIFESTS, {"ids": ids}).scalars()) if ids else set()


def _in_parts(ids: Iterable[str]) -> Iterator[list[str]]:
    each = iter(ids)
    while some := list(islice(each, _AT_ONCE)):
        yield some
