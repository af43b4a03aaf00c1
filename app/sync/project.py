"""From base copies to what screens read: rows of people and visits. Runs inside the transaction that stores a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from app.content import CONTENT_VERSION
from app.store import alerts, bases, meta, patients, unmatched, visits
from app.store.bases import BaseCopy
from app.sync.fhir import read
from app.sync.fhir.bundle import write_tags
from app.sync.fhir.encounter import is_mistaken
from app.sync.fhir.frame import visit_of
from app.sync.fhir.patient import decode_patient_row
from app.sync.fhir.provenance import Key, manifest
from app.sync.fhir.subject import patient_of
from app.sync.fhir.task import decode_task
from app.sync.fhir.unmatched import is_unmatched, joined_from, joined_to
from app.sync.fhir.visit import decode_visit
from app.sync.held import Held, parse

PARTS = ("QuestionnaireResponse", "Observation", "DocumentReference")
"""What a visit's reading is made of, beside its Encounter and Provenance."""


def visits_touched(resource: Any) -> frozenset[str]:
    """Ids of the Encounters whose visit this record belongs to."""
    kind = read.text(resource, "resourceType")
    if kind == "Encounter":
        own_id = read.record_id(resource)
        return frozenset({own_id} if own_id is not None else ())
    if kind == "Provenance":
        return frozenset(record_id for target, record_id in manifest(resource) if target == "Encounter")
    found = [
        read.reference({"reference": e}, "reference") for e in read.items(resource, "context", "encounter")
    ]
    named = {one[1] for one in found if one is not None and one[0] == "Encounter"}
    own = visit_of(resource)
    return frozenset(named | {own} if own is not None else named)


def project_patients(connection: Connection, resources: Iterable[Any]) -> None:
    for resource in resources:
        row = decode_patient_row(resource)
        if row.id:
            patients.upsert(connection, row)
            _note_joins(connection, row.id, resource)


def _note_joins(connection: Connection, patient_id: str, patient: Any) -> None:
    """Who she turned out to be. Where a join was taken back, what left her is looked for at once, not at night."""
    if is_unmatched(patient):
        unmatched.note_temporary(connection, patient_id)
        unmatched.note_joined(connection, patient_id, joined_to(patient))
    elif unmatched.note_replaces(connection, patient_id, joined_from(patient)):
        meta.remove(connection, meta.SWEPT_AT)


def project_alerts(connection: Connection, resources: Iterable[Any]) -> None:
    """Rows of alerts from pulled Tasks; one that we changed and have not sent is left as it is."""
    for resource in resources:
        alert = decode_task(resource)
        if alert is not None:
            alerts.save_pulled(connection, alert)


def project_again(connection: Connection, records: Iterable[Key]) -> None:
    """Read records once more whose later version by somebody else came while ours was under way."""
    wanted = list(records)
    tasks = bases.find_all(connection, "Task", [record_id for kind, record_id in wanted if kind == "Task"])
    project_alerts(connection, [parse(base) for base in tasks.values() if not base.deleted])
    project_visits(connection, {record_id for kind, record_id in wanted if kind == "Encounter"})


@dataclass(frozen=True, slots=True)
class _Whole:
    """A manifest with what it names: parts of the visit's reading that are here, and keys of all that is not."""

    base: BaseCopy
    provenance: Any
    parts: tuple[Any, ...]
    missing: tuple[Key, ...]


def _find_manifest(connection: Connection, held: Held, encounter: Any) -> _Whole | None:
    """The Provenance of the write that brought this Encounter, or of a later one that names the whole visit.

    After a part was refused and corrected, the rest comes with a write of its own whose manifest names every record;
    the first one's never comes. Of several the one that is wholly here counts.
    """
    own = ("Encounter", read.record_id(encounter) or "")
    tags = write_tags(encounter)
    copies = [copy for copy in held.find_all("Provenance", tags).values() if not copy[0].deleted]
    known = [(base, found) for base, found in copies if own in manifest(found)]
    if not known and tags:
        others = bases.list_mentioning(connection, patient_of(encounter), "Provenance", "/".join(own))
        known = [(base, found) for base in others if own in manifest(found := parse(base))]
    first = None
    for base, found in known:
        whole = _by_manifest(held, base, found)
        if not whole.missing:
            return whole
        first = first or whole
    return first


def _by_manifest(held: Held, base: BaseCopy, provenance: Any) -> _Whole:
    wanted: dict[str, list[str]] = {}
    for kind, record_id in manifest(provenance):
        wanted.setdefault(kind, []).append(record_id)
    here: list[Any] = []
    missing: list[Key] = []
    for kind, ids in wanted.items():
        found = held.find_all(kind, ids)
        missing += [(kind, record_id) for record_id in ids if record_id not in found]
        if kind in PARTS:
            here += [resource for copy, resource in found.values() if not copy.deleted]
    return _Whole(base, provenance, tuple(here), tuple(missing))


def _by_encounter(connection: Connection, patient_id: str, encounter_id: str) -> list[Any]:
    """Parts of a visit whose manifest is not here: all of this person's records that point to it."""
    copies = (base for kind in PARTS for base in bases.list_for_patient(connection, patient_id, kind))
    return [part for part in map(parse, copies) if encounter_id in visits_touched(part)]


def find_missing(connection: Connection, encounter_id: str) -> tuple[Key, ...]:
    """What the server should be asked for by id so that this visit becomes whole."""
    held = Held(connection)
    base, encounter = held.find("Encounter", encounter_id) or (None, None)
    found = _find_manifest(connection, held, encounter)
    if found is not None:
        return found.missing
    tags = set(write_tags(encounter))
    if base is not None and base.patient_id is not None:
        # A part that came with another write says so; that one's manifest may name the whole visit.
        for part in _by_encounter(connection, base.patient_id, encounter_id):
            tags |= write_tags(part)
    known = held.find_all("Provenance", tags)
    return tuple(("Provenance", tag) for tag in sorted(tags) if tag not in known)


def project_visit(connection: Connection, encounter_id: str, held: Held) -> bool:
    """Make or renew the visit's row from its base copies; True when there is one.

    "Arriving" is true while the manifest, or anything it names, is not on this device: no screen may call such a
    visit whole. Encounters of other systems carry no write tag and have no manifest to wait for.
    """
    base, encounter = held.find("Encounter", encounter_id) or (None, None)
    if base is None or base.deleted or base.patient_id is None:
        return False
    if is_mistaken(encounter):
        return visits.set_mistaken(connection, encounter_id)
    found = _find_manifest(connection, held, encounter)
    parts: Sequence[Any]
    if found is not None:
        parts, arriving, provenances = found.parts, bool(found.missing), [found.provenance]
        if found.base.patient_id != base.patient_id:
            held.put(replace(found.base, patient_id=base.patient_id), found.provenance)
    else:
        parts = _by_encounter(connection, base.patient_id, encounter_id)
        arriving, provenances = bool(write_tags(encounter)), []
    by_kind = {kind: [p for p in parts if read.text(p, "resourceType") == kind] for kind in PARTS}
    visit = decode_visit(
        encounter,
        by_kind["QuestionnaireResponse"],
        by_kind["DocumentReference"],
        by_kind["Observation"],
        provenances,
    )
    if visit is None:
        return False
    return visits.save_pulled(connection, visit, arriving=arriving, content_version=CONTENT_VERSION)


def project_visits(
    connection: Connection, encounter_ids: Collection[str], fresh: Iterable[tuple[BaseCopy, Any]] = ()
) -> None:
    """`fresh`: copies that this transaction has stored, beside what they were made from."""
    held = Held(connection, fresh)
    for encounter_id in sorted(encounter_ids):
        project_visit(connection, encounter_id, held)
        held.forget()
