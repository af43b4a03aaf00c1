"""Create, update and delete: checked before the lock, decided and stored under it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import ColumnElement, Connection, Row

from plan.audit.ledger import add_write
from plan.audit.trail import note_row, noting_refusals
from plan.fhir.access import IS_CURRENT
from plan.fhir.answers import Answer
from plan.fhir.context import Caller
from plan.fhir.extract import find_interval, find_reference, split_reference, walk
from plan.fhir.files import BINARY, check_file
from plan.fhir.json_text import loads
from plan.fhir.outcomes import Refusal, gone, not_found
from plan.fhir.query import read_query
from plan.fhir.rights import Rights
from plan.fhir.rows import RowWriter
from plan.fhir.store import Stored, find_current, find_taken, stored, versions
from plan.fhir.tables import resource
from plan.fhir.types import ID, ResourceType
from plan.fhir.validate import validate
from plan.fhir.whose import find_patient
from plan.principal import OPERATOR
from plan.rls import as_reader
from plan.settings import PlanSettings
from plan.unmatched.marks import is_unmatched
from plan.unmatched.person import open_person
from plan.unmatched.rerouting import reroute, was_only_moved


@dataclass
class Write:
    """One create (POST), update (PUT) or DELETE as asked for."""

    method: str
    kind: ResourceType
    id: str
    content: dict[str, Any] = field(default_factory=dict)
    if_match: str | None = None
    if_none_match: str | None = None
    if_none_exist: str | None = None
    full_url: str | None = None
    index: int | None = None

    @property
    def reference(self) -> tuple[str, str]:
        return self.kind.name, self.id


def check_content(write: Write, max_file_bytes: int = PlanSettings.max_file_bytes, text: str = "") -> None:
    """Type, id and R4 validity of what is to be stored; a POST gets its id. Raises Refusal 400 or 422.

    Of a file also its type, its size (413, 415), and that it begins as its type does. `text`: the content as JSON,
    where the caller has it.
    """
    if write.method == "DELETE":
        return
    content = write.content
    if content.get("resourceType") != write.kind.name:
        raise Refusal(400, "The resource's type is not that of the URL.")
    if write.method == "PUT":
        if not ID.match(write.id):
            raise Refusal(400, "The id in the URL is not a FHIR id.")
        if content.get("id") != write.id:
            raise Refusal(400, "The resource's id is not that of the URL.")
    else:
        write.id = write.id or str(uuid.uuid4())
        content["id"], text = write.id, ""
    if write.kind.name == BINARY:
        check_file(content, max_file_bytes)
    validate(content, text)


@dataclass
class Writer:
    """Applies the writes of one transaction, each seeing those before it."""

    connection: Connection
    caller: Caller
    rows: RowWriter
    pending: dict[tuple[str, str], Write]

    def __post_init__(self) -> None:
        days = self.caller.server.settings.author_days
        self._rerouted = reroute(self.connection, list(self.pending.values()))
        through = self._rerouted.persons
        who, now_ms, clock = self.caller.principal, self.caller.now_ms, self.caller.server.clock
        self._rights = Rights(self.connection, who, now_ms, days, through, clock)
        self._taken = find_taken(self.connection, self.pending)
        self._made: dict[str, tuple[str, str | None]] = {}
        self.rows.before_flush = self._keep_trail

    def apply(self, write: Write) -> Answer:
        """Store one write. Raises Refusal, after which the transaction must be rolled back."""
        with noting_refusals("/".join(write.reference).rstrip("/")):
            return self._apply(write)

    def _apply(self, write: Write) -> Answer:
        if write.method == "DELETE":
            self.caller.check_scope("d", write.kind.name)
            return self._delete(write)
        if write.method == "POST":
            self.caller.check_scope("c", write.kind.name)
            return self._create(write)
        return self._put(write)

    def _create(self, write: Write) -> Answer:
        found = self.find_existing(write)
        if found is not None:
            note_row(found)
            return Answer(200, found.body, stored(found))
        patient_id = self._patient(write)
        self._rights.check_create(write.kind, write.content, patient_id, self._took_place(write))
        self._check_encounter(write, patient_id, None)
        return _made(self._add(write, patient_id, None))

    def find_existing(self, write: Write) -> Row[Any] | None:
        """What If-None-Exist finds among what the caller may see. Raises Refusal 412 when it finds several."""
        if not write.if_none_exist:
            return None
        self.caller.check_scope("s", write.kind.name)
        allowed = self.caller.allowed()
        pairs = parse_qsl(write.if_none_exist.lstrip("?").rpartition("?")[2], keep_blank_values=True)
        query = read_query(write.kind, pairs, allowed, self.caller.server.settings, strict=True)
        named = query.wanted()
        if not named:
            raise Refusal(400, "If-None-Exist needs a search that names something.")
        wanted = (IS_CURRENT, resource.c.deleted == 0, resource.c.type == write.kind.name)
        statement = versions(allowed).where(*wanted, *named).limit(2)
        with as_reader(self.connection, self.caller):
            rows = self.connection.execute(statement).all()
        if len(rows) > 1:
            raise Refusal(412, "If-None-Exist finds several.", code="multiple-matches")
        return rows[0] if rows else None

    def _put(self, write: Write) -> Answer:
        row = None
        if write.reference in self._taken:
            row = self._find(*write.reference)
        self.caller.check_scope("c" if row is None else "u", write.kind.name)
        if row is None:
            return self._put_new(write)
        if write.if_none_match == "*":
            raise Refusal(412, "A resource with this id exists already.")
        if write.if_match is not None and not self._is_version(write, row):
            raise Refusal(412, "Somebody changed this first: the version is not the one in If-Match.")
        if row.deleted and write.if_match is None and self.caller.principal.role != OPERATOR:
            raise gone()
        patient_id = self._patient(write)
        old_content = loads(row.body) if row.body else {}
        self._rights.check_update(write.kind, row, old_content, write.content, patient_id)
        self._check_encounter(write, patient_id, row)
        return _made(self._add(write, patient_id, row))

    def _put_new(self, write: Write) -> Answer:
        patient_id = self._patient(write)
        self._rights.check_create(write.kind, write.content, patient_id, self._took_place(write))
        self._check_encounter(write, patient_id, None)
        if write.if_match is not None:
            raise Refusal(412, "There is no version to match.")
        if write.reference in self._taken:
            raise not_found()
        return _made(self._add(write, patient_id, None))

    def _keep_trail(self) -> None:
        """The audit event of what was written lies in the same transaction: neither is there without the other."""
        add_write(self.connection, self.caller.now_ms, self.caller.principal, self._made)

    def _add(self, write: Write, patient_id: str | None, old: Row[Any] | None) -> Stored:
        self._made["/".join(write.reference)] = ("C" if old is None or old.deleted else "U", patient_id)
        if old is None and patient_id is not None and self._makes_person(write):
            made = open_person(
                self.connection, self.rows, self.caller.principal, patient_id, self.caller.now_ms
            )
            self._made[f"CareTeam/{made}"] = ("C", patient_id)
        added = self.rows.add(
            write.kind,
            write.content,
            patient_id=patient_id,
            author_id=self.caller.principal.practitioner_id,
            old=old,
            own_team=self.caller.principal.team_id,
        )
        self._rerouted.note(self.connection, added)
        return added

    def _makes_person(self, write: Write) -> bool:
        own = self.caller.principal.role != OPERATOR
        return own and write.kind.name == "Patient" and is_unmatched(write.content)

    def _is_version(self, write: Write, row: Row[Any]) -> bool:
        """Is that the version in If-Match, or one since which nothing but whose record it is was changed?"""
        wanted = _plain_version(write.if_match or "")
        return wanted == row.version_id or was_only_moved(
            self.connection, write.reference, wanted, row.version_id
        )

    def _delete(self, write: Write) -> Answer:
        row = self._find(*write.reference)
        if row is None:
            raise not_found()
        if write.if_match is not None and not self._is_version(write, row):
            raise Refusal(412, "Somebody changed this first: the version is not the one in If-Match.")
        self._rights.check_delete(write.kind, row)
        gone_version = stored(row) if row.deleted else self.rows.delete(row)
        self._made["/".join(write.reference)] = ("D", row.patient_id)
        return Answer(204, None, gone_version)

    def _patient(self, write: Write) -> str | None:
        # A Provenance over what its writer may not see is refused like one over what is not there.
        if write.kind.name != "Provenance":
            return find_patient(self.connection, write.kind, write.content, self.pending, self._allowed)
        with as_reader(self.connection, self.caller):
            return find_patient(self.connection, write.kind, write.content, self.pending, self._allowed)

    def _allowed(self) -> ColumnElement[bool]:
        return self.caller.allowed(by_id=True)

    def _find(self, type_name: str, resource_id: str) -> Row[Any] | None:
        """The current version when the caller may read it."""
        with as_reader(self.connection, self.caller):
            standing = self.caller.standing(by_id=True)
            return find_current(self.connection, type_name, resource_id, standing, self.caller.moment)

    def _check_encounter(self, write: Write, patient_id: str | None, old: Row[Any] | None) -> None:
        """A record put under another patient's Encounter would show as part of somebody else's visit.

        An Encounter that is absent and one that is foreign are refused alike. Raises Refusal 422.
        """
        encounter_id = find_reference(write.content, write.kind.encounter_path or "-", "Encounter")
        if encounter_id is None or self.caller.principal.role == OPERATOR:
            return
        if old is not None and (old.encounter_id, old.patient_id) == (encounter_id, patient_id):
            return
        other = self.pending.get(("Encounter", encounter_id))
        if other is not None and other.content:
            found = find_patient(self.connection, other.kind, other.content, self.pending, self._allowed)
        else:
            row = self._find("Encounter", encounter_id)
            found = row.patient_id if row is not None else None
        if found is None or found != patient_id:
            raise Refusal(422, "The Encounter named here is not one of this patient's.")

    def _took_place(self, write: Write) -> int | None:
        """When what a new record is about took place: its Encounter's start, else its own date, in ms."""
        own = find_interval(write.content, write.kind.date_paths)
        encounters = [find_reference(write.content, write.kind.encounter_path or "-", "Encounter")]
        if write.kind.name == "Provenance":
            encounters = [
                find_reference({"t": target}, "t", "Encounter") for target in walk(write.content, "target")
            ]
            own = find_interval(write.content, ("occurredPeriod", "occurredDateTime", "recorded"))
        for encounter_id in filter(None, encounters):
            other = self.pending.get(("Encounter", encounter_id))
            if other:
                period = find_interval(other.content, ("period",))
                return period[0] if period else None
            row = self._find("Encounter", encounter_id)
            if row is not None:
                return int(row.date_low)
        if write.kind.name == "Provenance":
            # Written when the record was sent; what it is about took place when the record says.
            for target in walk(write.content, "target"):
                about = self.pending.get(split_reference(target) or ("", ""))
                if about is not None and about.kind.name != "Provenance" and about.content:
                    return self._took_place(about)
        return own[0] if own else None


def _plain_version(if_match: str) -> str:
    return if_match.strip().removeprefix("W/").strip('"')


def _made(version: Stored) -> Answer:
    return Answer(201 if version.created else 200, version.body, version)
