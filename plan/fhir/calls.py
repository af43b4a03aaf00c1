"""A nurse's call for herself: a Task about nobody, for her and the supervisors of her team.

It names no patient and no record, so it can stand in no chart; the server files it under its author's team, whatever
the Task says.
"""

from __future__ import annotations

from typing import Any

from plan.fhir.extract import split_reference, walk
from plan.fhir.kinds import ResourceType
from plan.fhir.outcomes import Issue, Refusal
from plan.principal import NURSE, SUPERVISOR

SYSTEM, CODE = "urn:hearthside:task", "hard-day"
_MEMBERS = frozenset(
    (
        "resourceType",
        "id",
        "meta",
        "identifier",
        "status",
        "statusReason",
        "intent",
        "priority",
        "code",
        "authoredOn",
        "lastModified",
        "requester",
        "owner",
        "note",
    )
)


def is_call(kind_name: str, resource: dict[str, Any]) -> bool:
    """Is this Task a nurse's call for herself?"""
    if kind_name != "Task":
        return False
    codings = walk(resource, "code.coding")
    return any(
        isinstance(one, dict) and (one.get("system"), one.get("code")) == (SYSTEM, CODE) for one in codings
    )


def check_call(kind: ResourceType, resource: dict[str, Any]) -> None:
    """Raise Refusal 403 for such a Task that names anybody or anything but its nurse and the role it is for."""
    if not is_call(kind.name, resource):
        return
    more = resource.keys() - _MEMBERS
    if more or any(True for _ in walk(resource, "owner.reference")):
        text = "A nurse's call for herself names no person and no record."
        raise Refusal(403, text, issues=[Issue(text, f"Task.{min(more, default='owner')}")])


def is_about_nobody(role: str, kind: ResourceType, resource: dict[str, Any]) -> bool:
    """May this be made without a patient: a nurse's call, or the Provenance of Tasks that have none either?"""
    if kind.name == "Provenance" and role in (NURSE, SUPERVISOR):
        targets = [split_reference(one) for one in walk(resource, "target")]
        return bool(targets) and all(one is not None and one[0] == "Task" for one in targets)
    return role == NURSE and is_call(kind.name, resource)
