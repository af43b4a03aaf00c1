"""The table of who writes what: by role and type, what she makes and what she changes of what others made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from plan.fhir.kinds import OPEN, SHARED, ResourceType
from plan.principal import CARE_MANAGER, NURSE, SUPERVISOR


class Reach(Enum):
    """How much of a record somebody else made may be changed."""

    NOTHING = "nothing"
    LOOP = "its loop"
    """The elements in which whoever deals with it answers (`ResourceType.loop`), and notes and extensions added."""
    ALL = "all but who made it"


@dataclass(frozen=True)
class Grant:
    """What one role does with one type. What she made herself she also changes, with the same limits."""

    makes: bool
    others: Reach


NO_GRANT = Grant(False, Reach.NOTHING)

_OF_SUPERVISORS = {"Encounter": Reach.ALL, "ServiceRequest": Reach.LOOP}
_OF_CARE_MANAGERS = {
    "CarePlan": Grant(True, Reach.NOTHING),
    "Goal": Grant(True, Reach.NOTHING),
    "Communication": Grant(True, Reach.NOTHING),
    "Provenance": Grant(True, Reach.NOTHING),
    "AuditEvent": Grant(True, Reach.NOTHING),
    "Task": Grant(True, Reach.LOOP),
    "ServiceRequest": Grant(True, Reach.LOOP),
    "QuestionnaireResponse": Grant(True, Reach.NOTHING),
}

SHARED_PLAN = frozenset(
    (
        "Patient",
        "CareTeam",
        "Coverage",
        "EpisodeOfCare",
        "RelatedPerson",
        "Condition",
        "Appointment",
        "Encounter",
        "CarePlan",
        "Goal",
        "Flag",
        "ServiceRequest",
    )
)
"""What a care manager reads of a member whoever wrote it: who she is, who is around her, what ails her, when she was
and will be seen, the plan of care, its goals and referrals. No notes, no answers, no measurements, no files."""
NEED_SCREENS = ("urn:hearthside:questionnaire:need-screen", "urn:hearthside:questionnaire:sb1004")
"""Questionnaires that ask whether palliative care could help: a care manager answers and reads these and no others."""
_OF_OTHERS = {
    "QuestionnaireResponse": "screens of palliative need only",
    "Task": "all but safety alerts of others",
    "Communication": "those to her",
}
"""What else she reads, in words; `plan.fhir.access` has it as a condition."""

MOVED = ("CareTeam", "Appointment")
"""Kept by the plan; a supervisor moves people and planned visits between nurses of her team (`plan.board.moving`)."""

NEVER_CHANGED = ("Provenance", "AuditEvent")
"""Records of who did what stay as they were written."""
NEVER_DELETED = (*NEVER_CHANGED, "Task")
"""An alert that was closed or mistaken says so; it does not disappear."""


_READ_OTHERWISE = {
    "AuditEvent": "Read by its author.",
    "Binary": "Read through the CareTeams of the patient in its securityContext, by its id only.",
    "Group": "Read by the supervisors of its team; by everybody when it holds no people of the plan.",
}


def describe(kind: ResourceType) -> str:
    """In a sentence: who writes this type. For the CapabilityStatement and docs/plan-rights.md."""
    if kind.group == OPEN:
        return "Read by everybody signed in; written by operators."
    said = [_READ_OTHERWISE.get(kind.name, "Read through CareTeams.")]
    for role in (NURSE, SUPERVISOR, CARE_MANAGER):
        grant = find_grant(role, kind)
        makes = "makes her own" if kind.name in NEVER_CHANGED else "makes and changes her own"
        what = makes if grant.makes else ""
        if role == SUPERVISOR and kind.name in MOVED:
            what = "changes which nurses of her own team it names"
        elif grant.others is not Reach.NOTHING:
            what += f"{', and' if what else ''} changes others': {grant.others.value}"
        said.append(f"A {role.replace('-', ' ')} {what.strip() or 'only reads'}{_read_by(role, kind, what)}.")
    if kind.name in NEVER_CHANGED:
        said.append("Never changed or deleted.")
    elif kind.name in NEVER_DELETED:
        said.append("Never deleted.")
    return " ".join(said)


def _read_by(role: str, kind: ResourceType, what: str) -> str:
    """What a care manager reads of others' where that is less than all; nothing for other roles."""
    if role != CARE_MANAGER or kind.name in SHARED_PLAN or kind.name == "AuditEvent":
        return ""
    if kind.name in _OF_OTHERS:
        return f", and reads {_OF_OTHERS[kind.name]}"
    return ", and reads no others'" if what else " what she wrote herself"


def find_grant(role: str, kind: ResourceType) -> Grant:
    """What this role may write of this type. Operators are not asked: they write everything."""
    if role == CARE_MANAGER:
        return _OF_CARE_MANAGERS.get(kind.name, NO_GRANT)
    if role == SUPERVISOR and kind.name in MOVED:
        return Grant(False, Reach.LOOP)
    if role not in (NURSE, SUPERVISOR) or not kind.nurse_writes:
        return NO_GRANT
    others = Reach.NOTHING
    if kind.group == SHARED:
        others = Reach.LOOP if kind.loop else Reach.ALL
    if role == SUPERVISOR:
        others = _OF_SUPERVISORS.get(kind.name, others)
    return Grant(True, others)
