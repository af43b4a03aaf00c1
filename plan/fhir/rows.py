"""New versions as rows, and the index rows that go with them.

A transaction's rows are gathered and written by `flush` in one statement a table: a visit has about 17 resources
and 80 index rows, and a statement for each would be most of its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, literal_column, select, update

from plan.fhir.calls import is_call
from plan.fhir.extract import extract, find_reference
from plan.fhir.json_text import dumps
from plan.fhir.members import record_careteam
from plan.fhir.rights import is_open
from plan.fhir.stamps import Stamper, instant
from plan.fhir.store import Stored
from plan.fhir.tables import membership, reference_index, resource, string_index, token_index
from plan.fhir.types import ResourceType
from plan.quick import Quick
from plan.visit_log.keeping import keep_lines

_COLUMNS = {
    token_index: ("param", "system", "code"),
    reference_index: ("param", "target_type", "target_id"),
    string_index: ("param", "value"),
}
_RETIRE = (
    Quick(update(resource).where(resource.c.key == bindparam("old")).values(is_current=0)),
    *(Quick(delete(table).where(table.c.key == bindparam("old"))) for table in _COLUMNS),
)
_TEAM = Quick(
    select(membership.c.team_id)
    .where(membership.c.patient_id == bindparam("patient"))
    .order_by(membership.c.end_ms.desc())
    .limit(literal_column("1"))
)


def _compose(resource_id: str, content: dict[str, Any], version_id: str, stamp: int) -> str:
    meta = content.get("meta")
    kept = (
        {name: value for name, value in meta.items() if name not in ("versionId", "lastUpdated")}
        if meta
        else {}
    )
    head = {
        "resourceType": content["resourceType"],
        "id": resource_id,
        "meta": {"versionId": version_id, "lastUpdated": instant(stamp), **kept},
    }
    return dumps(head | {name: value for name, value in content.items() if name not in head})


class RowWriter:
    """Writes versions inside one `write_transaction`. Nothing is stored before `flush`."""

    def __init__(self, connection: Connection, stamper: Stamper) -> None:
        self._connection = connection
        self._stamper = stamper
        self._teams: dict[str, str | None] = {}
        self._rows: dict[Table, list[dict[str, Any]]] = {resource: []}
        self._rows |= {table: [] for table in _COLUMNS}
        self.before_flush: Callable[[], None] | None = None
        """Called with all gathered, before it is written."""

    def add(
        self,
        kind: ResourceType,
        content: dict[str, Any],
        *,
        patient_id: str | None,
        author_id: str | None,
        old: Row[Any] | None,
        own_team: str | None = None,
    ) -> Stored:
        """A new current version of a validated resource with an id. The first version's author stays.

        `own_team`: the team of who writes it, under which a nurse's call for herself is filed.
        """
        resource_id = content["id"]
        stamp, version_id = self._stamper.next()
        body = _compose(resource_id, content, version_id, stamp)
        drawn = extract(kind, content)
        if old is not None:
            self._retire(old)
        self._rows[resource].append(
            {
                "key": stamp,
                "type": kind.name,
                "id": resource_id,
                "version_id": version_id,
                "last_updated": stamp,
                "is_current": 1,
                "deleted": 0,
                "patient_id": patient_id,
                "team_id": self._team(kind, content, patient_id, own_team),
                "label": drawn.label,
                "is_open": int(is_open(kind, content)),
                "author_id": old.author_id if old is not None else author_id,
                "encounter_id": drawn.encounter_id,
                "status": drawn.status,
                "date_low": drawn.date_low,
                "date_high": drawn.date_high,
                "body": body,
            }
        )
        found: list[tuple[Table, Iterable[tuple[str, ...]]]] = [
            (token_index, drawn.tokens),
            (reference_index, drawn.references),
            (string_index, drawn.strings),
        ]
        for table, values in found:
            names = ("key", "type", *_COLUMNS[table])
            self._rows[table] += [dict(zip(names, (stamp, kind.name, *each), strict=True)) for each in values]
        if kind.name == "CareTeam":
            record_careteam(self._connection, content, patient_id, self._stamper.moment(stamp))
        created = old is None or bool(old.deleted)
        return Stored(kind.name, resource_id, version_id, stamp, body, created=created)

    def delete(self, old: Row[Any]) -> Stored:
        """A deletion as the new current version. It keeps its patient, so that rights still apply."""
        stamp, version_id = self._stamper.next()
        self._retire(old)
        values = {"key": stamp, "version_id": version_id, "last_updated": stamp, "deleted": 1, "body": ""}
        self._rows[resource].append({**old._mapping, **values})
        if old.type == "CareTeam":
            ended = {"id": old.id, "status": "inactive"}
            record_careteam(self._connection, ended, old.patient_id, self._stamper.moment(stamp))
        return Stored(old.type, old.id, version_id, stamp, "", deleted=True)

    def flush(self) -> None:
        """Write what was gathered, and the last stamp. The transaction's last act."""
        if self.before_flush is not None:
            self.before_flush()
        for table, rows in self._rows.items():
            if rows:
                self._connection.execute(insert(table), rows)
        keep_lines(self._connection, self._rows[resource])
        for rows in self._rows.values():
            rows.clear()
        self._stamper.save()

    def _retire(self, old: Row[Any]) -> None:
        connection = self._connection
        for retire in _RETIRE:
            retire.run(connection, {"old": old.key})

    def _team(
        self, kind: ResourceType, content: dict[str, Any], patient_id: str | None, own_team: str | None
    ) -> str | None:
        path = {"CareTeam": "managingOrganization", "Group": "managingEntity"}.get(kind.name)
        if path:
            return find_reference(content, path, "Organization")
        if patient_id is None:
            if is_call(kind.name, content):
                return own_team
            return find_reference(content, "owner", "Organization") if kind.name == "Task" else None
        if patient_id not in self._teams:
            self._teams[patient_id] = _TEAM.scalar(self._connection, {"patient": patient_id}) or None
        return self._teams[patient_id]
