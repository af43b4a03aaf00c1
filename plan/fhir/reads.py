"""Read, vread, history and search, each inside one reading transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row

from plan.audit.trail import note_refusal, note_row, note_rows, noting_refusals
from plan.fhir import draining
from plan.fhir.access import IS_CURRENT
from plan.fhir.answers import Answer
from plan.fhir.context import Caller
from plan.fhir.extract import date_interval
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal, gone, not_found
from plan.fhir.query import Pairs, check_searched, read_query
from plan.fhir.rights import find_type
from plan.fhir.search import run_search, with_entries
from plan.fhir.stamps import instant
from plan.fhir.store import find_current, stored, versions
from plan.fhir.tables import resource
from plan.fhir.types import ID
from plan.principal import OPERATOR
from plan.rls import enter


def read(connection: Connection, caller: Caller, type_name: str, resource_id: str) -> Answer:
    """The current version. Raises Refusal 404, or 410 for what was deleted."""
    row = _current(connection, caller, type_name, resource_id)
    if row.deleted:
        raise gone()
    note_row(row)
    return Answer(200, row.body, stored(row))


def vread(
    connection: Connection, caller: Caller, type_name: str, resource_id: str, version_id: str
) -> Answer:
    """One version. Needs rights on the current one too, so that a patient's move takes the old versions along."""
    _current(connection, caller, type_name, resource_id)
    if not ID.match(version_id):
        raise not_found()
    statement = versions(caller.standing(by_id=True)).where(
        resource.c.type == type_name, resource.c.id == resource_id, resource.c.version_id == version_id
    )
    row = connection.execute(statement, caller.moment).first()
    if row is None:
        note_refusal(f"{type_name}/{resource_id}", 404)
        raise not_found()
    if row.deleted:
        raise gone()
    note_row(row)
    return Answer(200, row.body, stored(row))


def _current(connection: Connection, caller: Caller, type_name: str, resource_id: str) -> Row[Any]:
    find_type(type_name)
    enter(connection, caller)
    with noting_refusals(f"{type_name}/{resource_id}"):
        own = draining.may_ask(caller.principal, type_name)
        if not own:
            caller.check_scope("r", type_name)
        row = find_current(connection, type_name, resource_id, caller.standing(by_id=True), caller.moment)
        if row is None and own:
            draining.refuse(caller.principal)
        if row is None:
            raise not_found()
    return row


def search(
    connection: Connection, caller: Caller, type_name: str, pairs: Iterable[tuple[str, str]]
) -> Answer:
    """One page of a search. Its ETag is that of its text."""
    kind = find_type(type_name)
    with noting_refusals(type_name):
        caller.check_scope("s", type_name)
    enter(connection, caller)
    server, allowed = caller.server, caller.standing()
    query = read_query(kind, pairs, allowed, server.settings, strict=caller.strict)
    text = run_search(connection, query, allowed, server.base, caller.moment)
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Answer(200, text, etag=f'W/"{digest}"')


def history(
    connection: Connection, caller: Caller, type_name: str, resource_id: str | None, pairs: Pairs
) -> Answer:
    """Versions of one resource, or of a type, newest first."""
    if resource_id is None:
        check_searched(find_type(type_name))
        with noting_refusals(type_name):
            caller.check_scope("s", type_name)
        enter(connection, caller)
        statement = versions(caller.standing())
        if caller.principal.role != OPERATOR:
            # What moved to another patient or was restricted since takes its older versions along, as in vread.
            current = versions(caller.standing()).where(IS_CURRENT, resource.c.type == type_name)
            statement = statement.where(
                resource.c.id.in_(current.with_only_columns(resource.c.id).correlate(None))
            )
        path = f"{type_name}/_history"
    else:
        _current(connection, caller, type_name, resource_id)
        statement = versions(caller.standing(by_id=True)).where(resource.c.id == resource_id)
        path = f"{type_name}/{resource_id}/_history"
    statement = statement.where(resource.c.type == type_name)
    count = caller.server.settings.default_count
    base = caller.server.base
    self_url = f"{base}/{path}"
    for name, value in pairs:
        if name == "_count" and value.isascii() and value.isdigit():
            count = max(1, min(int(value[:9]), caller.server.settings.max_count))
        elif name == "_since":
            statement = statement.where(resource.c.last_updated >= _since(value))
        elif name == "_after" and value.isascii() and value.isdigit():
            statement = statement.where(resource.c.last_updated < int(value[:18]))
        elif name not in ("_format", "_pretty") and caller.strict:
            raise Refusal(400, "History knows _count and _since.", code="not-supported")
    newest = statement.order_by(resource.c.last_updated.desc()).limit(count + 1)
    rows = connection.execute(newest, caller.moment).all()
    links = [{"relation": "self", "url": self_url}]
    note_rows(rows[:count])
    if len(rows) > count:
        rows = rows[:count]
        kept = "".join(f"&{name}={value}" for name, value in pairs if name == "_since")
        links.append(
            {"relation": "next", "url": f"{self_url}?_count={count}{kept}&_after={rows[-1].last_updated}"}
        )
    bundle = {"resourceType": "Bundle", "type": "history", "link": links}
    return Answer(200, with_entries(bundle, [_history_entry(base, row) for row in rows]))


def _since(value: str) -> int:
    try:
        return date_interval(value.replace(" ", "+"))[0]
    except ValueError as error:
        raise Refusal(400, "_since needs a time.") from error


def _history_entry(base: str, row: Row[Any]) -> str:
    url = f"{row.type}/{row.id}"
    entry: dict[str, Any] = {
        "fullUrl": f"{base}/{url}",
        "request": {"method": "DELETE" if row.deleted else "PUT", "url": url},
        "response": {
            "status": "204" if row.deleted else "200",
            "etag": f'W/"{row.version_id}"',
            "lastModified": instant(row.last_updated),
        },
    }
    text = dumps(entry)
    return text if row.deleted else f'{{"resource":{row.body},{text[1:]}'
