"""Who has died, from the records on this device: the plan's Patient, or a death that somebody of the team recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from app.domain.death import Death
from app.store import bases, death_rows
from app.sync.fhir import json_text, read
from app.sync.fhir.death import MARK, decode_deaths, is_death
from app.sync.fhir.patient import is_deceased
from app.sync.fhir.subject import patient_of


def read_death(connection: Connection, patient_id: str) -> Death | None:
    """The death that stands by the team's own records; None where nobody recorded one, or it was taken back."""
    held = death_rows.list_marked(connection, patient_id, "Observation", MARK)
    pending = frozenset(f"Observation/{one.id}" for one in held if one.pending)
    refused = frozenset(f"Observation/{one.id}" for one in held if one.refused)
    return decode_deaths((json_text.find_object(one.body) for one in held), pending, refused)


def read_plans_word(connection: Connection, patient_id: str) -> tuple[bool, date | None]:
    """(whether the plan's own record of this person says so, the day where it says one)."""
    base = bases.find(connection, "Patient", patient_id)
    patient = None if base is None or base.deleted else json_text.find_object(base.body)
    return is_deceased(patient), read.day(patient, "deceasedDateTime")


def mark_dead(connection: Connection, patient_ids: Collection[str]) -> None:
    """Make the rows of these people say what the records say. Part of the transaction that brought the records."""
    for patient_id in sorted(patient_ids):
        dead = read_plans_word(connection, patient_id)[0] or read_death(connection, patient_id) is not None
        death_rows.set_dead(connection, patient_id, dead)


def people_touched(resources: Iterable[Any]) -> frozenset[str]:
    """Whose rows these records may change: everybody of a Patient, and of a death."""
    found = set()
    for resource in resources:
        if read.text(resource, "resourceType") == "Patient":
            found.add(read.record_id(resource))
        elif is_death(resource):
            found.add(patient_of(resource))
    return frozenset(one for one in found if one is not None)
