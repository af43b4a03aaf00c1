"""Who may write what. Reading rights are in `access`.

A nurse writes clinical types for patients of her panel; she changes what she wrote herself, and what a team shares
(CarePlan, Goal, MedicationStatement, Flag, Tasks that are hers). A supervisor corrects Encounters and shared types
of her team's patients, author fields untouched, and adds records of her own. The plan's own record (Patient,
CareTeam, Coverage, Condition, MedicationRequest …) is an operator's. Elements that say who made a record
must name the signed-in user. A new record whose time lies in a membership that has ended is accepted late.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from plan.fhir.access import worked_with, works_with
from plan.fhir.extract import find_label, split_reference, walk
from plan.fhir.outcomes import Refusal
from plan.fhir.types import OPEN, SHARED, TYPES, ResourceType
from plan.principal import NURSE, OPERATOR, SUPERVISOR, Principal

_NOT_PEOPLE_OF_THE_TEAM = ("Patient", "RelatedPerson", "Device", "Organization", "CareTeam")
_LASTING = ("Provenance", "AuditEvent")
_WITHOUT_PATIENT = ("AuditEvent",)


@dataclass(frozen=True)
class Rights:
    """Write rules of one user at one moment, in one transaction."""

    connection: Connection
    principal: Principal
    now_ms: int
    _panel: dict[str, bool] = field(default_factory=dict)

    def check_create(
        self, kind: ResourceType, resource: dict[str, Any], patient_id: str | None, at_ms: int | None
    ) -> None:
        """Raise Refusal 403 unless the user may make this. `at_ms` is when what it records took place."""
        if self.principal.role == OPERATOR:
            return
        self._check_type(kind)
        self._check_patient(kind, patient_id, at_ms)
        self._check_authors(kind, resource, known=frozenset())

    def check_update(
        self,
        kind: ResourceType,
        old: Row[Any],
        old_resource: dict[str, Any],
        new: dict[str, Any],
        patient: str | None,
    ) -> None:
        """Raise Refusal 403 unless the user may change `old`, which she can read, into `new`."""
        if self.principal.role == OPERATOR:
            return
        self._check_type(kind)
        self._check_changer(kind, old, old_resource)
        mine = old.author_id == self.principal.practitioner_id
        if kind.name in _LASTING:
            raise Refusal(403, "A record of who did what stays as it was written.")
        if not mine and (old.deleted or find_label(new) != old.label):
            raise Refusal(403, "Only its author may bring this back, or change who may see it.")
        self._check_patient(kind, old.patient_id, None)
        if patient != old.patient_id:
            self._check_patient(kind, patient, None)
        before, after = _authors(kind, old_resource), _authors(kind, new)
        if before != after and not mine:
            raise Refusal(403, "Who made this record is not yours to change.")
        self._check_authors(kind, new, known=frozenset(before) | frozenset(_note_authors(old_resource)))

    def check_delete(self, kind: ResourceType, old: Row[Any]) -> None:
        """Raise Refusal 403 unless the user may delete `old`, which she can read."""
        if self.principal.role == OPERATOR:
            return
        self._check_type(kind)
        if old.author_id != self.principal.practitioner_id or kind.name in _LASTING:
            raise Refusal(403, "Only its author may delete this, and a record of who did what stays.")
        self._check_patient(kind, old.patient_id, None)

    def _check_type(self, kind: ResourceType) -> None:
        if self.principal.role not in (NURSE, SUPERVISOR) or not kind.nurse_writes:
            raise Refusal(403, f"{kind.name} is kept by the plan and is read-only here.")

    def _check_patient(self, kind: ResourceType, patient_id: str | None, at_ms: int | None) -> None:
        if patient_id is None:
            if kind.name in _WITHOUT_PATIENT:
                return
            raise Refusal(403, "This needs a patient you work with.")
        if patient_id not in self._panel:
            self._panel[patient_id] = works_with(self.connection, self.principal, patient_id, self.now_ms)
        if self._panel[patient_id]:
            return
        late = at_ms is not None and at_ms <= self.now_ms
        if late and at_ms is not None and worked_with(self.connection, self.principal, patient_id, at_ms):
            return
        raise Refusal(403, "This needs a patient you work with.")

    def _check_changer(self, kind: ResourceType, old: Row[Any], old_resource: dict[str, Any]) -> None:
        mine = old.author_id == self.principal.practitioner_id
        if self.principal.role == SUPERVISOR:
            allowed = mine or kind.group == SHARED or kind.name == "Encounter"
        elif kind.name == "Task":
            holders = [split_reference(old_resource.get(name)) for name in ("owner", "requester")]
            allowed = mine or ("Practitioner", self.principal.practitioner_id) in holders
        else:
            allowed = mine or kind.group == SHARED
        if not allowed:
            raise Refusal(403, "Only its author may change this.")

    def _check_authors(self, kind: ResourceType, resource: dict[str, Any], known: frozenset[str]) -> None:
        named = _authors(kind, resource)
        for reference in [*named, *_note_authors(resource)]:
            if reference != self.principal.reference and reference not in known:
                raise Refusal(403, "Author, agent and signature must be the person who is signed in.")
        if kind.name == "Provenance" and self.principal.reference not in named:
            raise Refusal(403, "A Provenance must name the person who is signed in as its agent.")


def _authors(kind: ResourceType, resource: dict[str, Any]) -> list[str]:
    """References in author elements that claim to be somebody who signs in; what cannot be told counts as one."""
    return [name for path in kind.authors for name in _people(resource, path)]


def _note_authors(resource: dict[str, Any]) -> list[str]:
    """The same for those named as having written a note on it."""
    return _people(resource, "note.authorReference")


def _people(resource: dict[str, Any], path: str) -> list[str]:
    found = []
    for value in walk(resource, path):
        target = split_reference(value)
        if target and target[0] in _NOT_PEOPLE_OF_THE_TEAM:
            continue
        found.append("/".join(target) if target else "somebody who cannot be told")
    return found


def author_of(kind: ResourceType, resource: dict[str, Any]) -> str | None:
    """Id of the first Practitioner that the resource names as its author: for loads without a user."""
    for reference in _authors(kind, resource):
        if reference.startswith("Practitioner/"):
            return reference.partition("/")[2]
    return None


def is_open(kind: ResourceType, resource: dict[str, Any]) -> bool:
    """May everybody who signed in read it? Groups of members of the plan are not open."""
    return kind.group == OPEN or (kind.name == "Group" and resource.get("type") not in ("person", None))


def find_type(name: str) -> ResourceType:
    """The type, or Refusal 404 when this server does not keep it."""
    kind = TYPES.get(name)
    if kind is None:
        raise Refusal(404, "This server does not keep that type of resource.", code="not-supported")
    return kind
