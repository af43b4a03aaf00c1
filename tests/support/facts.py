"""Reading fact tables in tests."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Table, select

from plan.database import read_transaction, write_transaction
from plan.fhir.validate import validate
from plan.outcomes.derive import derive
from plan.outcomes.record import make_record
from plan.outcomes.roster_group import spells_of
from plan.outcomes.tables import FACTS
from plan.outcomes.zone import DEFAULT
from tests.support.roster import People

Fact = dict[str, Any]


class Drawn(dict[Table, list[Fact]]):
    """Facts as they are drawn, never stored."""


def drawn(people: People) -> Drawn:
    """The facts of everybody, without a database; each resource is checked against R4 as it would be on its way in."""
    zone, held = ZoneInfo(DEFAULT), people.resources()
    for resource in held:
        validate(resource)
    spells = spells_of((one for one in held if one["resourceType"] == "Group"), zone)
    found = Drawn()
    for person in people.members.values():
        own = [deepcopy(one) for one in person.resources.values() if not _is_restricted(one)]
        made = derive(make_record(person.patient_id, own, zone, spells.get(person.patient_id, ())))
        for table in FACTS:
            found.setdefault(table, []).extend(made.get(table, ()))
    return found


def _is_restricted(resource: Fact) -> bool:
    labels = {label["code"] for label in resource.get("meta", {}).get("security", ())}
    return bool(labels & {"R", "V"}) and resource["resourceType"] != "Patient"


def rows(held: Engine | Drawn, table: Table, /, **where: Any) -> list[Fact]:
    """Rows without their keys, in the order in which they were put in; `where` by column."""
    if isinstance(held, Drawn):
        return [one for one in held[table] if all(one[name] == value for name, value in where.items())]
    wanted = select(table).order_by(table.c.row)
    for name, value in where.items():
        wanted = wanted.where(table.c[name] == value)
    with read_transaction(held) as connection:
        found = connection.execute(wanted).mappings().all()
    return [{name: value for name, value in row.items() if name != "row"} for row in found]


def one(held: Engine | Drawn, table: Table, /, **where: Any) -> Fact:
    """The only such row."""
    (found,) = rows(held, table, **where)
    return found


def all_facts(engine: Engine) -> dict[str, list[str]]:
    """Everything that the tables hold, in an order of its own."""
    return {table.name: sorted(repr(sorted(row.items())) for row in rows(engine, table)) for table in FACTS}


def forget(engine: Engine) -> None:
    """Empty the tables, as if nothing had ever been derived."""
    with write_transaction(engine) as connection:
        for table in FACTS:
            connection.execute(table.delete())


def ms(said: str) -> int:
    """`2026-11-02T10:00-08:00` in ms since 1970."""
    return round(datetime.fromisoformat(said).timestamp() * 1000)
