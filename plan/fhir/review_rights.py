"""Who may say that a signed visit is reviewed, who may ask about it, and who answers.

A countersign, a question and a thank-you are Tasks of their own codes whose focus is the visit's Encounter. A
supervisor of the patient's team makes them, in her own name, about a visit that somebody else made and that is whole.
A countersign is never changed by anybody. A question or thank-you is answered by the nurse to whom it went, in how it
stands; its author takes it back; what was asked never changes.

A question goes to the nurse who made the visit. Has she left the person, so that nothing of the person is on her
tablet, it goes to a nurse who works with the person now; an open one is handed on to her by a supervisor of the team.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, select

from plan.database import metadata
from plan.fhir.access import IS_CURRENT
from plan.fhir.extract import split_reference, walk
from plan.fhir.json_text import loads
from plan.fhir.outcomes import Issue, Refusal
from plan.fhir.tables import membership, reference_index, resource
from plan.principal import NURSE, SUPERVISOR, Principal

TASKS = "urn:hearthside:task"
COUNTERSIGN, QUESTION = "review-countersign", "review-question"
CODES = (COUNTERSIGN, QUESTION, "review-thanks")
WRITE_TAG = "urn:hearthside:write"
TAKEN_BACK = "entered-in-error"
_ANSWERS = ("status", "lastModified", "output")
"""What the nurse who is asked may change."""
_HANDED_ON = ("owner", "lastModified", "extension")
"""What a supervisor changes of an open question when somebody else has the person now."""


@dataclass(frozen=True)
class Now:
    """Where and when rights are judged."""

    connection: Connection
    now_ms: int

    def is_with(self, reference: str, patient_id: str | None, team_id: str | None) -> bool:
        """Is that a nurse of this team who works with this person now, and was not shut out?"""
        kind, _, practitioner_id = reference.partition("/")
        m = membership.c
        member = select(m.patient_id).where(
            m.patient_id == patient_id,
            m.practitioner_id == practitioner_id,
            m.start_ms <= self.now_ms,
            m.end_ms > self.now_ms,
        )
        # By name: the module of users stands on what this one is used by.
        users = metadata.tables["plan_user"].c
        nurse = select(users.id).where(
            users.practitioner_id == practitioner_id,
            users.team_id == team_id,
            users.role == NURSE,
            users.disabled.is_(False),
        )
        both = (self.connection.execute(one.limit(1)).first() is not None for one in (member, nurse))
        return kind == "Practitioner" and bool(practitioner_id) and all(both)

    def may_take_over(self, reference: str, nurse: str, patient_id: str | None, team_id: str | None) -> bool:
        """Is the first with the person, and the second not, as nurses of this team?"""
        return self.is_with(reference, patient_id, team_id) and not self.is_with(nurse, patient_id, team_id)


def find_review_code(task: dict[str, Any]) -> str | None:
    """Which kind of review this Task is; None for any other Task."""
    code = task.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict) and coding.get("system") == TASKS and coding.get("code") in CODES:
            return str(coding["code"])
    return None


def check_new_review(here: Now, principal: Principal, task: dict[str, Any], patient_id: str | None) -> None:
    """Raise Refusal 403 unless the user may make this review; any other Task passes."""
    code = find_review_code(task)
    if code is None:
        return
    if principal.role != SUPERVISOR:
        raise _refuse("Visits are reviewed by the supervisors of the team.", "code")
    if list(walk(task, "requester.reference")) != [principal.reference]:
        raise _refuse("A review names the supervisor who says it.", "requester")
    if task.get("status") != ("completed" if code == COUNTERSIGN else "requested"):
        raise _refuse("A countersign is made as completed, a question as requested.", "status")
    if "output" in task:
        raise _refuse("A question is asked before it is answered.", "output")
    _check_visit(here, principal, task, patient_id)


def check_changed_review(
    here: Now, principal: Principal, old: dict[str, Any], new: dict[str, Any], patient_id: str | None
) -> None:
    """Raise Refusal 403 unless the user may change the one into the other; Tasks that are no reviews pass."""
    code = find_review_code(old)
    if code is None and find_review_code(new) is None:
        return
    if code is None or code != find_review_code(new):
        raise _refuse("A task does not become a review, nor a review another task.", "code")
    if code == COUNTERSIGN:
        raise _refuse("A countersign stays as it was written.", "status")
    if code == QUESTION and _is_handed_on(here, principal, old, new, patient_id):
        return
    for name in (old.keys() | new.keys()) - {"meta", *_ANSWERS}:
        if old.get(name) != new.get(name):
            raise _refuse("What was asked, and of whom, stays as it was written.", name)
    asks = principal.reference in walk(old, "requester.reference")
    answers = principal.reference in walk(old, "owner.reference")
    was, status = old.get("status"), new.get("status")
    if asks and (was, status) == ("requested", TAKEN_BACK) and old.get("output") == new.get("output"):
        return
    # Answered with no signal while it was taken back: what was answered counts.
    if answers and was in ("requested", TAKEN_BACK) and status == "completed":
        return
    raise _refuse(
        "A question is answered by the nurse to whom it went, and taken back by who asked.", "status"
    )


def _is_handed_on(
    here: Now, principal: Principal, old: dict[str, Any], new: dict[str, Any], patient_id: str | None
) -> bool:
    """A supervisor of the team gives an open question to who has the person now, because its nurse has not."""
    same = all(old.get(name) == new.get(name) for name in (old.keys() | new.keys()) - {"meta", *_HANDED_ON})
    if not same or principal.role != SUPERVISOR or old.get("status") != "requested":
        return False
    was, wanted = (list(walk(one, "owner.reference")) for one in (old, new))
    if len(was) != 1 or len(wanted) != 1:
        return False
    return here.may_take_over(str(wanted[0]), str(was[0]), patient_id, principal.team_id)


def _check_visit(here: Now, principal: Principal, task: dict[str, Any], patient_id: str | None) -> None:
    connection = here.connection
    named = [split_reference(one) for one in walk(task, "focus")]
    target = named[0] if len(named) == 1 else None
    row = None
    if target is not None and target[0] == "Encounter":
        row = connection.execute(
            select(resource.c.patient_id, resource.c.author_id, resource.c.body).where(
                IS_CURRENT,
                resource.c.type == "Encounter",
                resource.c.id == target[1],
                resource.c.deleted == 0,
            )
        ).one_or_none()
    if row is None or target is None or row.patient_id != patient_id:
        raise _refuse("A review is about one visit with this patient.", "focus")
    if row.author_id == principal.practitioner_id:
        raise _refuse("Nobody reviews her own visit.", "focus")
    author, owners = f"Practitioner/{row.author_id}", list(walk(task, "owner.reference"))
    asked = find_review_code(task) == QUESTION and len(owners) == 1
    team_id = principal.team_id
    if owners != [author] and not (asked and here.may_take_over(str(owners[0]), author, patient_id, team_id)):
        text = (
            "A review names the nurse who made the visit; a question may go to who has the person after her."
        )
        raise _refuse(text, "owner")
    if _came_in_parts(row.body) and not _has_manifest(connection, target[1]):
        raise _refuse("This visit has not come whole yet.", "focus")


def _came_in_parts(body: str) -> bool:
    """Whether it was brought by a write that tells by its Provenance when all of it is here."""
    return WRITE_TAG in walk(loads(body), "meta.tag.system")


def _has_manifest(connection: Connection, encounter_id: str) -> bool:
    named = (
        select(resource.c.id)
        .join(reference_index, reference_index.c.key == resource.c.key)
        .where(
            IS_CURRENT,
            resource.c.type == "Provenance",
            resource.c.deleted == 0,
            reference_index.c.type == "Provenance",
            reference_index.c.param == "target",
            reference_index.c.target_type == "Encounter",
            reference_index.c.target_id == encounter_id,
        )
    )
    return bool(connection.execute(select(exists(named))).scalar_one())


def _refuse(text: str, element: str) -> Refusal:
    return Refusal(403, text, issues=[Issue(text, f"Task.{element}")])
