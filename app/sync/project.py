"""From base copies to what screens read: rows of people and visits. Runs inside the transaction that stores a page."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from app.content import CONTENT_VERSION
from app.store import alerts, bases, meta, patients, unmatched, visits
from app.store.bases import BaseCopy
from app.sync.fhir import json_text, read
from app.sync.fhir.bundle import write_tags
from app.sync.fhir.encounter import is_mistaken
from app.sync.fhir.frame import visit_of
from app.sync.fhir.patient import decode_patient_row
from app.sync.fhir.provenance import Key, manifest
from app.sync.fhir.subject import patient_of
from app.sync.fhir.task import decode_task
from app.sync.fhir.unmatched import is_unmatched, joined_from, joined_to
from app.sync.fhir.visit import decode_visit

PARTS = ("QuestionnaireResponse", "Observation", "DocumentReference")
"""What a visit's reading is made of, beside its Encounter and Provenance."""

_log = logging.getLogger("app.sync")


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


def _parse(base: BaseCopy) -> Any:
    try:
        return json_text.loads(base.body)
    except json_text.BadJson:
        _log.warning("a base copy cannot be read: %s", base.type)
        return None


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
    project_alerts(connection, [_parse(base) for base in tasks.values() if not base.deleted])
    project_visits(connection, {record_id for kind, record_id in wanted if kind == "Encounter"})


def _find_manifest(connection: Connection, encounter: Any) -> tuple[BaseCopy, Any] | None:
    """The Provenance of the write that brought this Encounter, or of a later one that names the whole visit.

    After a part was refused and corrected, the rest comes with a write of its own whose manifest names every record;
    the first one's never comes. Of several the one that is wholly here counts.
    """
    own = ("Encounter", read.record_id(encounter) or "")
    held = list(bases.find_all(connection, "Provenance", write_tags(encounter)).values())
    known = [(base, r) for base in held if not base.deleted and own in manifest(r := _parse(base))]
    if not known and write_tags(encounter):
        others = bases.list_mentioning(connection, patient_of(encounter), "Provenance", "/".join(own))
        known = [(base, r) for base in others if own in manifest(r := _parse(base))]
    whole = (one for one in known if not _by_manifest(connection, manifest(one[1]))[1])
    return next(whole, known[0] if known else None)


def _by_manifest(connection: Connection, keys: Iterable[Key]) -> tuple[list[Any], list[Key]]:
    """(parts of the visit's reading that are here, keys of all that is not)."""
    wanted: dict[str, list[str]] = {}
    for kind, record_id in keys:
        wanted.setdefault(kind, []).append(record_id)
    here: list[Any] = []
    missing: list[Key] = []
    for kind, ids in wanted.items():
        found = bases.find_all(connection, kind, ids)
        missing += [(kind, record_id) for record_id in ids if record_id not in found]
        if kind in PARTS:
            here += [_parse(base) for base in found.values() if not base.deleted]
    return here, missing


def _by_encounter(connection: Connection, patient_id: str, encounter_id: str) -> list[Any]:
    """Parts of a visit whose manifest is not here: all of this person's records that point to it."""
    copies = (base for kind in PARTS for base in bases.list_for_patient(connection, patient_id, kind))
    return [part for part in map(_parse, copies) if encounter_id in visits_touched(part)]


def find_missing(connection: Connection, encounter_id: str) -> tuple[Key, ...]:
    """What the server should be asked for by id so that this visit becomes whole."""
    base = bases.find(connection, "Encounter", encounter_id)
    encounter = _parse(base) if base is not None else None
    found = _find_manifest(connection, encounter)
    if found is not None:
        return tuple(_by_manifest(connection, manifest(found[1]))[1])
    tags = set(write_tags(encounter))
    if base is not None and base.patient_id is not None:
        # A part that came with another write says so; that one's manifest may name the whole visit.
        for part in _by_encounter(connection, base.patient_id, encounter_id):
            tags |= write_tags(part)
    held = bases.find_all(connection, "Provenance", tags)
    return tuple(("Provenance", tag) for tag in sorted(tags) if tag not in held)


def project_visit(connection: Connection, encounter_id: str) -> bool:
    """Make or renew the visit's row from its base copies; True when there is one.

    "Arriving" is true while the manifest, or anything it names, is not on this device: no screen may call such a
    visit whole. Encounters of other systems carry no write tag and have no manifest to wait for.
    """
    base = bases.find(connection, "Encounter", encounter_id)
    if base is None or base.deleted or base.patient_id is None:
        return False
    encounter = _parse(base)
    if is_mistaken(encounter):
        return visits.set_mistaken(connection, encounter_id)
    found = _find_manifest(connection, encounter)
    if found is not None:
        own, provenance = found
        parts, missing = _by_manifest(connection, manifest(provenance))
        arriving, provenances = bool(missing), [provenance]
        if own.patient_id != base.patient_id:
            bases.put(connection, replace(own, patient_id=base.patient_id))
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


def project_visits(connection: Connection, encounter_ids: Collection[str]) -> None:
    for encounter_id in sorted(encounter_ids):
        project_visit(connection, encounter_id)
