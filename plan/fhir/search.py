"""Searches: one page of matches with what it includes, as a searchset Bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from plan.audit.trail import note_rows
from plan.fhir.access import IS_CURRENT
from plan.fhir.context import USERS_KEPT
from plan.fhir.json_text import dumps, loads
from plan.fhir.query import Query
from plan.fhir.store import versions
from plan.fhir.tables import reference_index, resource
from plan.quick import Quick

Allowed = ColumnElement[bool]
_MOST_INCLUDED = 1_000
_NEWER = Quick(
    select(literal_column("1"))
    .where(
        IS_CURRENT,
        resource.c.type == bindparam("wanted"),
        resource.c.last_updated >= bindparam("since"),
    )
    .limit(literal_column("1"))
)
"""Whether anybody's record of a type is so new. What it finds is shown to nobody: it spares asking for what is not."""


def run_search(
    connection: Connection, query: Query, allowed: Allowed, base: str, moment: Mapping[str, int]
) -> str:
    """The searchset Bundle as JSON text. `allowed` is the access predicate, run at this moment."""
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    nothing = _has_none(connection, query)
    if query.total or query.only_total:
        bundle["total"] = 0 if nothing else _count(connection, query, allowed, moment)
    links = [{"relation": "self", "url": query.link(base)}]
    rows: Sequence[Row[Any]] = ()
    included: list[Row[Any]] = []
    if not query.only_total and not nothing:
        rows = _page(connection, query, allowed, moment)
        if len(rows) > query.count:
            rows = rows[: query.count]
            last = f"{rows[-1]._mapping[query.sort]}.{rows[-1].key}"
            links.append({"relation": "next", "url": query.link(base, _after=last)})
        included = _included(connection, query, allowed, rows, moment)
    bundle["link"] = links
    note_rows([*rows, *included])
    entries = [entry_text(base, row, query.elements, "match") for row in rows]
    entries += [entry_text(base, row, query.elements, "include") for row in included]
    return with_entries(bundle, entries)


def _has_none(connection: Connection, query: Query) -> bool:
    """True where nothing can match: a device asks for a dozen types in each pass, of which some have no record, or
    none that is so new.

    On PostgreSQL this would be one more way there and back for each that has.
    """
    if connection.dialect.name != "sqlite":
        return False
    return _NEWER.first(connection, {"wanted": query.kind.name, "since": query.since}) is None


def _matches(query: Query) -> Allowed:
    """What is asked for, whoever may see it."""
    wanted = and_(IS_CURRENT, resource.c.deleted == 0, *query.wanted())
    # Named beside keys the type would lead SQLite, which keeps no counts, to walk the whole of it.
    return wanted if query.keyed else and_(wanted, resource.c.type == query.kind.name)


def _count(connection: Connection, query: Query, allowed: Allowed, moment: Mapping[str, int]) -> int:
    matches = select(func.count()).select_from(resource).where(allowed, _matches(query))
    return connection.execute(matches, moment).scalar_one()


def _page(
    connection: Connection, query: Query, allowed: Allowed, moment: Mapping[str, int]
) -> Sequence[Row[Any]]:
    if query.is_plain:
        asked = {"wanted": query.kind.name, "since": query.since, "most": query.count + 1, **moment}
        return connection.execute(_plain(allowed), asked).all()
    statement = versions(allowed).where(_matches(query))
    if query.after:
        # Row values walk the index that the order uses, so a page costs the same however deep it lies.
        here = tuple_(query.sort, resource.c.key)
        statement = statement.where(here < query.after if query.descending else here > query.after)
    # An expression is in no index: it keeps SQLite from walking a whole type in order to spare itself a sort.
    sort = query.sort + literal_column("0") if query.selective else query.sort
    order = (sort, resource.c.key)
    if query.descending:
        statement = statement.order_by(*(column.desc() for column in order))
    else:
        statement = statement.order_by(*order)
    return connection.execute(statement.limit(query.count + 1), moment).all()


@lru_cache(maxsize=USERS_KEPT)
def _plain(allowed: Allowed) -> Select[Any]:
    """A type's records since a time, built once for each predicate that stays: two of three searches of a device."""
    statement = versions(allowed).where(
        IS_CURRENT,
        resource.c.deleted == 0,
        resource.c.last_updated >= bindparam("since"),
        resource.c.type == bindparam("wanted"),
    )
    newest_last = statement.order_by(resource.c.last_updated, resource.c.key)
    return newest_last.limit(bindparam("most", type_=Integer))


def _included(
    connection: Connection,
    query: Query,
    allowed: Allowed,
    rows: Sequence[Row[Any]],
    moment: Mapping[str, int],
) -> list[Row[Any]]:
    if not rows:
        return []
    keys = [row.key for row in rows]
    wanted: set[tuple[str, str]] = set()
    for _source, param, target in query.includes:
        if param.column:
            kind = "Encounter" if param.column == "encounter_id" else "Patient"
            found = {(kind, row._mapping[param.column]) for row in rows if row._mapping[param.column]}
        else:
            found = _targets(connection, keys, param.name)
        wanted |= {each for each in found if target in (None, each[0])}
    conditions: list[Allowed] = []
    if wanted:
        conditions.append(tuple_(resource.c.type, resource.c.id).in_(sorted(wanted)))
    for kind_back, param in query.revincludes:
        conditions.append(_pointing(query, kind_back.name, param.name, param.column, rows))
    if not conditions:
        return []
    matched = {row.key for row in rows}
    statement = versions(allowed).where(IS_CURRENT, resource.c.deleted == 0, or_(*conditions))
    first = statement.order_by(resource.c.key).limit(_MOST_INCLUDED)
    found_rows = connection.execute(first, moment).all()
    return [row for row in found_rows if row.key not in matched]


def _targets(connection: Connection, keys: list[int], param: str) -> set[tuple[str, str]]:
    statement = select(reference_index.c.target_type, reference_index.c.target_id).where(
        reference_index.c.key.in_(keys), reference_index.c.param == param
    )
    return {(row.target_type, row.target_id) for row in connection.execute(statement)}


def _pointing(query: Query, back: str, param: str, column: str | None, rows: Sequence[Row[Any]]) -> Allowed:
    ids = [row.id for row in rows]
    if column:
        return and_(resource.c.type == back, resource.c[column].in_(ids))
    keys = select(reference_index.c.key).where(
        reference_index.c.type == back,
        reference_index.c.param == param,
        reference_index.c.target_type == query.kind.name,
        reference_index.c.target_id.in_(ids),
    )
    return resource.c.key.in_(keys)


def entry_text(base: str, row: Row[Any], elements: frozenset[str], mode: str) -> str:
    """One entry of a searchset as JSON text, the resource in its stored text."""
    body = _subset(row.body, elements) if elements else row.body
    url = dumps(f"{base}/{row.type}/{row.id}")
    return f'{{"fullUrl":{url},"resource":{body},"search":{{"mode":"{mode}"}}}}'


def _subset(body: str, elements: frozenset[str]) -> str:
    content = loads(body)
    kept = elements | {"resourceType", "id", "meta"}
    subset = {name: value for name, value in content.items() if name in kept or name.lstrip("_") in kept}
    tag = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
    subset["meta"] = subset["meta"] | {"tag": [*subset["meta"].get("tag", []), tag]}
    return dumps(subset)


def with_entries(bundle: dict[str, Any], entries: list[str]) -> str:
    """A Bundle with entries that are JSON text already."""
    text = dumps(bundle)
    return f'{text[:-1]},"entry":[{",".join(entries)}]}}' if entries else text
