"""Invariants of R4 that a visit and a caseload meet. Each takes a resource whose shape is sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from plan.fhir.extract import split_reference, walk
from plan.fhir.outcomes import Issue


def _observation(resource: dict[str, Any]) -> Iterator[Issue]:
    parts = [resource, *(part for part in walk(resource, "component") if isinstance(part, dict))]
    for part in parts:
        if "dataAbsentReason" in part and any(name.startswith("value") for name in part):
            yield Issue("obs-6: a reason for a missing value beside a value", "Observation.dataAbsentReason")


def _response(resource: dict[str, Any]) -> Iterator[Issue]:
    pending = list(walk(resource, "item"))
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if "item" in item and "answer" in item:
                yield Issue("qrs-1: items beneath both an item and its answer", "QuestionnaireResponse.item")
            pending.extend(walk(item, "item"))
            pending.extend(walk(item, "answer.item"))


def _plan(resource: dict[str, Any]) -> Iterator[Issue]:
    for activity in walk(resource, "activity"):
        if isinstance(activity, dict) and "detail" in activity and "reference" in activity:
            yield Issue("cpl-3: an activity has a reference or a detail, not both", "CarePlan.activity")


def _has_status(resource: dict[str, Any], element: str, *codes: str) -> bool:
    return any(code in codes for code in walk(resource, f"{element}.coding.code"))


def _allergy(resource: dict[str, Any]) -> Iterator[Issue]:
    mistaken = _has_status(resource, "verificationStatus", "entered-in-error")
    if mistaken == ("clinicalStatus" in resource):
        text = "ait-1, ait-2: a clinical status is needed, unless the record was entered in error"
        yield Issue(text, "AllergyIntolerance.clinicalStatus")


def _condition(resource: dict[str, Any]) -> Iterator[Issue]:
    over = ("inactive", "resolved", "remission")
    if any(name.startswith("abatement") for name in resource) and not _has_status(
        resource, "clinicalStatus", *over
    ):
        yield Issue(
            "con-4: what has abated is inactive, resolved or in remission", "Condition.clinicalStatus"
        )
    if "clinicalStatus" in resource and _has_status(resource, "verificationStatus", "entered-in-error"):
        yield Issue("con-5: what was entered in error has no clinical status", "Condition.clinicalStatus")


def _appointment(resource: dict[str, Any]) -> Iterator[Issue]:
    for participant in walk(resource, "participant"):
        if isinstance(participant, dict) and not ("type" in participant or "actor" in participant):
            yield Issue("app-1: a participant has a type or an actor", "Appointment.participant")
    if ("start" in resource) != ("end" in resource):
        yield Issue("app-2: a start and an end, or neither", "Appointment.start")
    status = resource.get("status")
    if "start" not in resource and status not in ("proposed", "cancelled", "waitlist"):
        yield Issue("app-3: only what is proposed or cancelled has no time", "Appointment.start")
    if "cancelationReason" in resource and status not in ("cancelled", "noshow"):
        yield Issue("app-4: a reason only for what was cancelled", "Appointment.cancelationReason")
    patients = {named for named in map(split_reference, walk(resource, "participant.actor")) if named}
    if len([one for one in patients if one[0] == "Patient"]) > 1:
        # R4 allows it. Here a record belongs to one person: two would show one to the other's team.
        yield Issue("one patient in each appointment", "Appointment.participant")


INVARIANTS: dict[str, tuple[Callable[[dict[str, Any]], Iterator[Issue]], ...]] = {
    "Observation": (_observation,),
    "QuestionnaireResponse": (_response,),
    "CarePlan": (_plan,),
    "AllergyIntolerance": (_allergy,),
    "Condition": (_condition,),
    "Appointment": (_appointment,),
}
"""Checks by resource type. Names are those of the specification."""
