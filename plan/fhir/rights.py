"""Who may write what, applied to one write. The table is in `roles`, reading rights are in `access`.

A nurse writes clinical types for patients of her panel; she changes what she wrote herself, and what a team shares
(CarePlan, Goal, MedicationStatement, RelatedPerson, Flag). Of a colleague's Task she changes how it stands, no more.
A supervisor corrects Encounters and shared types of her team's patients, author fields untouched, and adds records of
her own. A care manager keeps her own CarePlans and Goals and answers Tasks and proposals. The plan's own record
(Patient, CareTeam, Coverage, Condition, MedicationRequest …) is an operator's. Nobody but an operator writes orders.

Elements that say who made a record must name the signed-in user, and a nurse's own Task always does. A new record
whose time lies in a membership that has ended is accepted late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from plan.board.moving import check_move
from plan.fhir.access import DAY_MS, opened_for, worked_lately, worked_with, works_with
from plan.fhir.calls import check_call, is_about_nobody, is_call
from plan.fhir.extract import find_label, split_reference, walk
from plan.fhir.files import BINARY
from plan.fhir.outcomes import Issue, Refusal
from plan.fhir.review_rights import Now, check_changed_review, check_new_review
from plan.fhir.roles import NEED_SCREENS, NEVER_CHANGED, NEVER_DELETED, Reach, find_grant
from plan.fhir.stamps import Clock, clock_ms
from plan.fhir.types import OPEN, TYPES, ResourceType
from plan.principal import CARE_MANAGER, NURSE, OPERATOR, SUPERVISOR, Principal
from plan.unmatched.marks import check_new_person, is_unmatched

STAY = "urn:hearthside:stay"
"""Identifier system of a hospital or facility stay that a nurse was told about."""

EMERGENCY = "urn:hearthside:emergency"
"""Identifier system of the Task that tells supervisors of an access in an emergency."""

_NOT_PEOPLE_OF_THE_TEAM = ("Patient", "RelatedPerson", "Device", "Organization", "CareTeam")
_WITHOUT_PATIENT = ("AuditEvent",)
_VISIT_CLASSES = ("HH", "VR", "FLD")
_OPEN_LABELS = ("U", "L", "M", "N")


@dataclass(frozen=True)
class Rights:
    """Write rules of one user at one moment, in one transaction."""

    connection: Connection
    principal: Principal
    now_ms: int
    author_days: int = 30
    """How long after she left a team a nurse may still bring a file that she took before."""
    through: Mapping[str, str] = field(default_factory=dict)
    """By member, the temporary person to whom this transaction was written (`plan.unmatched`)."""
    clock: Clock = clock_ms
    """Of the server: what the same transaction did to a care team a moment ago counts for who is asked."""
    _panel: dict[str, bool] = field(default_factory=dict)

    def check_create(
        self, kind: ResourceType, resource: dict[str, Any], patient_id: str | None, at_ms: int | None
    ) -> None:
        """Raise Refusal 403 unless the user may make this. `at_ms` is when what it records took place."""
        if self.principal.role == OPERATOR:
            return
        if kind.name == "Patient" and is_unmatched(resource):
            check_new_person(self.principal, resource)
            return
        self._check_type(kind, made_here=True)
        if patient_id is not None or not is_about_nobody(self.principal.role, kind, resource):
            self._check_patient(kind, patient_id, at_ms, made_here=True)
        self._check_authors(kind, resource, known=())
        self._check_content(kind, resource, made_here=True)
        if kind.name == "Task":
            check_new_review(Now(self.connection, self.clock()), self.principal, resource, patient_id)

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
        mine = old.author_id == self.principal.practitioner_id
        self._check_type(kind, made_here=mine)
        self._check_changer(kind, mine, old_resource, new)
        if kind.name in NEVER_CHANGED:
            raise Refusal(403, "A record of who did what stays as it was written.")
        if not mine and (old.deleted or find_label(new) != old.label):
            raise Refusal(403, "Only its author may bring this back, or change who may see it.")
        own_call = mine and old.patient_id is None and is_call(kind.name, old_resource)
        if not own_call and not self._is_told_of(old, old_resource):
            self._check_patient(kind, old.patient_id, None, own_alert=mine and kind.name == "Task")
        if patient != old.patient_id:
            self._check_patient(kind, patient, None)
        before, after = _authors(kind, old_resource), _authors(kind, new)
        if before != after and not mine:
            raise Refusal(403, "Who made this record is not yours to change.")
        self._check_authors(
            kind, new, known=[*before, *_note_authors(old_resource), *_sources(kind, old_resource)]
        )
        self._check_content(kind, new, made_here=mine)
        if kind.name == "Task":
            here = Now(self.connection, self.clock())
            check_changed_review(here, self.principal, old_resource, new, old.patient_id)

    def check_delete(self, kind: ResourceType, old: Row[Any]) -> None:
        """Raise Refusal 403 unless the user may delete `old`, which she can read."""
        if self.principal.role == OPERATOR:
            return
        self._check_type(kind, made_here=True)
        if old.author_id != self.principal.practitioner_id or kind.name in NEVER_DELETED:
            raise Refusal(403, "Only its author may delete this; alerts and records of who did what stay.")
        self._check_patient(kind, old.patient_id, None)

    def _check_type(self, kind: ResourceType, *, made_here: bool) -> None:
        grant = find_grant(self.principal.role, kind)
        if not grant.makes and (made_here or grant.others is Reach.NOTHING):
            raise Refusal(403, f"{kind.name} is kept by the plan and is read-only here.")

    def _left_lately(self, patient_id: str) -> bool:
        """A file says nothing of when it was taken; the document that does is asked for its own time."""
        since = self.now_ms - self.author_days * DAY_MS
        return worked_lately(self.connection, self.principal, patient_id, since, self.now_ms)

    def _check_patient(
        self,
        kind: ResourceType,
        patient_id: str | None,
        at_ms: int | None,
        *,
        made_here: bool = False,
        own_alert: bool = False,
    ) -> None:
        """`own_alert`: an alert of her visit that is answered or taken back; all else there is made once."""
        if patient_id is None:
            if kind.name in _WITHOUT_PATIENT:
                return
            raise Refusal(403, "This needs a patient you work with.")
        if patient_id not in self._panel:
            self._panel[patient_id] = works_with(self.connection, self.principal, patient_id, self.now_ms)
        if self._panel[patient_id]:
            return
        if (made_here or own_alert) and opened_for(self.connection, self.principal, patient_id, self.now_ms):
            return
        if kind.name == BINARY and made_here and self._left_lately(patient_id):
            return
        late = at_ms is not None and at_ms <= self.now_ms
        if late and at_ms is not None and worked_with(self.connection, self.principal, patient_id, at_ms):
            return
        person = self.through.get(patient_id)
        # What others wrote there she cannot read, and nobody changes what she cannot read.
        if person is not None and self._is_hers(person, at_ms):
            return
        raise Refusal(403, "This needs a patient you work with.")

    def _is_hers(self, person_id: str, at_ms: int | None) -> bool:
        """Did she make this temporary person, or does she work with her? What she holds unsent still arrives."""
        if works_with(self.connection, self.principal, person_id, self.now_ms):
            return True
        late = at_ms is not None and at_ms <= self.now_ms
        return late and at_ms is not None and worked_with(self.connection, self.principal, person_id, at_ms)

    def _is_told_of(self, old: Row[Any], task: dict[str, Any]) -> bool:
        """Is this a Task without a patient that her own team is told: a nurse's call for herself, or an access in an
        emergency to a record that no team supervises?
        """
        of_her_team = old.patient_id is None and bool(old.team_id) and old.team_id == self.principal.team_id
        return of_her_team and (EMERGENCY in walk(task, "identifier.system") or is_call(old.type, task))

    def _check_changer(
        self, kind: ResourceType, mine: bool, old: dict[str, Any], new: dict[str, Any]
    ) -> None:
        reach = find_grant(self.principal.role, kind).others
        if EMERGENCY in walk(old, "identifier.system") and self.principal.role != SUPERVISOR:
            raise Refusal(403, "That a record was opened in an emergency is for a supervisor to look into.")
        if mine or reach is Reach.ALL:
            return
        if reach is Reach.NOTHING:
            raise Refusal(403, "Only its author may change this.")
        _check_loop(kind, old, new)
        check_move(self.connection, self.principal, kind.name, old, new)

    def _check_content(self, kind: ResourceType, resource: dict[str, Any], *, made_here: bool) -> None:
        """What no one but an operator writes, whoever made the record. Raises Refusal 403."""
        check_call(kind, resource)
        if find_label(resource) not in _OPEN_LABELS and self.principal.role not in (NURSE, SUPERVISOR):
            raise Refusal(403, "Restricted records are written by the nurses and supervisors of the team.")
        if kind.name == "QuestionnaireResponse" and self.principal.role == CARE_MANAGER:
            asked = str(resource.get("questionnaire") or "").partition("|")[0]
            if asked not in NEED_SCREENS:
                text = "A care manager answers the screens of palliative need, no other questionnaire."
                raise Refusal(403, text, issues=[Issue(text, "QuestionnaireResponse.questionnaire")])
        if kind.name == "ServiceRequest" and resource.get("intent") != "proposal":
            text = "Orders come from the plan's prescribers: what is written here is a proposal."
            raise Refusal(403, text, issues=[Issue(text, "ServiceRequest.intent")])
        if (
            kind.name == "Task"
            and made_here
            and self.principal.role == NURSE
            and not _authors(kind, resource)
        ):
            text = "A nurse's task names her as the one who asks."
            raise Refusal(403, text, issues=[Issue(text, "Task.requester")])
        if kind.name == "Encounter" and made_here and not _authors(kind, resource):
            _check_stay(resource)

    def _check_authors(self, kind: ResourceType, resource: dict[str, Any], known: Collection[str]) -> None:
        for reference in _sources(kind, resource):
            if reference != self.principal.reference and reference not in known:
                raise Refusal(403, "Another person who signs in cannot be named as having said this.")
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


def _sources(kind: ResourceType, resource: dict[str, Any]) -> list[str]:
    """References to somebody who signs in, in elements that say whose words it is; a display alone is nobody."""
    found = [split_reference(value) for path in kind.sources for value in walk(resource, path)]
    return ["/".join(each) for each in found if each and each[0] not in _NOT_PEOPLE_OF_THE_TEAM]


def _check_loop(kind: ResourceType, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Raise Refusal 403 unless only `loop` elements differ, and notes and extensions were only added."""
    text = f"Of somebody else's {kind.name} only how it stands may be changed."
    for name in (old.keys() | new.keys()) - {"meta", *kind.loop}:
        before, after = old.get(name), new.get(name)
        if before != after and not (name in ("note", "extension") and _only_added(before, after)):
            raise Refusal(403, text, issues=[Issue(text, f"{kind.name}.{name}")])
    if new.get("status") == "entered-in-error" != old.get("status"):
        text = "Only its author may say that this was entered in error."
        raise Refusal(403, text, issues=[Issue(text, f"{kind.name}.status")])


def _only_added(before: Any, after: Any) -> bool:
    return isinstance(after, list) and after[: len(before or ())] == (before or [])


def _check_stay(encounter: dict[str, Any]) -> None:
    """An Encounter that names nobody is a stay she was told about, else it is a visit whose nurse is missing."""
    if STAY not in walk(encounter, "identifier.system"):
        text = "A visit names the nurse who made it. Only a stay that she was told about names nobody."
        raise Refusal(403, text, issues=[Issue(text, "Encounter.participant")])
    if any(code in _VISIT_CLASSES for code in walk(encounter, "class.code")):
        text = "A stay is not of a visit's class."
        raise Refusal(403, text, issues=[Issue(text, "Encounter.class")])


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
    for reference in [*_authors(kind, resource), *_sources(kind, resource)]:
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
