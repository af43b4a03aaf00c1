"""Who may read what: one predicate for every select on the resource table.

A nurse reads patients whose active CareTeam names her, by the server's clock, and so does a care manager; a supervisor
reads patients whose active CareTeam is managed by her team's Organization; an operator is the plan's own record system
and reads all. What has no patient and is no secret (Organization, Practitioner, Questionnaire …) is open to everybody
signed in.

Rows labelled "restricted" (v3-Confidentiality R: private concerns) are for the nurses and supervisors of the team. A
care manager sees neither them nor anything that names one of them, such as the Provenance of the visit they came with,
and she sees records as they stand now only: an older version could be from before a label or hold a name since taken
out. Rows labelled "very restricted" (V) are for their author and operators only.

Foreign and absent ids answer the same 404. A PUT to an id that exists and is foreign answers 404 too; a PUT whose
content names a patient who is foreign or absent answers 403 in both cases, whether or not the id exists. So an id
that was guessed can be found taken, but never by whom or for whom.

An author reads her own writes, and the Provenance of them, by id for `author_days` after she left the patient's
team: a device that lost an answer can still learn what became of its write.
"""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    false,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from plan.fhir.tables import membership, reference_index, resource
from plan.principal import CARE_MANAGER, NURSE, OPERATOR, SUPERVISOR, Principal

DAY_MS = 86_400_000
_RESTRICTED = ("R", "V")

IS_CURRENT: ColumnElement[bool] = literal_column("resource.is_current = 1")
"""Written out, so that both databases see that the partial indexes serve it."""


def panel(principal: Principal, now_ms: int) -> Select[tuple[str]]:
    """Patient ids this user works with now."""
    active = and_(membership.c.start_ms <= now_ms, membership.c.end_ms > now_ms)
    if principal.role == SUPERVISOR and principal.team_id:
        mine: ColumnElement[bool] = membership.c.team_id == principal.team_id
    elif principal.role in (NURSE, CARE_MANAGER):
        mine = membership.c.practitioner_id == principal.practitioner_id
    else:
        mine = false()
    return select(membership.c.patient_id).where(mine, active)


def readable(
    principal: Principal, now_ms: int, *, by_id: bool = False, author_days: int = 30
) -> ColumnElement[bool]:
    """The predicate. `by_id` is for reads of one id, where an author's late rights count."""
    if principal.role == OPERATOR:
        return true()
    is_author = resource.c.author_id == principal.practitioner_id
    ways: list[ColumnElement[bool]] = [
        resource.c.is_open == 1,
        resource.c.patient_id.in_(panel(principal, now_ms)),
        and_(resource.c.patient_id.is_(None), is_author),
    ]
    if principal.role == SUPERVISOR and principal.team_id:
        ways.append(and_(resource.c.patient_id.is_(None), resource.c.team_id == principal.team_id))
    if by_id:
        left = select(membership.c.patient_id).where(
            membership.c.practitioner_id == principal.practitioner_id,
            membership.c.end_ms > now_ms - author_days * DAY_MS,
        )
        ways.append(and_(is_author, resource.c.patient_id.in_(left)))
    found = and_(or_(*ways), or_(resource.c.label != "V", is_author))
    if principal.role not in (NURSE, SUPERVISOR):
        found = and_(found, IS_CURRENT, _unrestricted())
    return found


def _unrestricted() -> ColumnElement[bool]:
    """Neither restricted itself nor naming what is restricted now, by whatever element."""
    secret = resource.alias("secret")
    is_secret = and_(literal_column("secret.is_current = 1"), secret.c.label.in_(_RESTRICTED))

    def named(*how: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists(select(1).select_from(secret).where(is_secret, *how).correlate(resource))

    by_reference = (
        select(1)
        .select_from(reference_index)
        .join(
            secret,
            and_(secret.c.type == reference_index.c.target_type, secret.c.id == reference_index.c.target_id),
        )
        .where(reference_index.c.key == resource.c.key, is_secret)
        .correlate(resource)
    )
    return and_(
        resource.c.label.not_in(_RESTRICTED),
        not_(named(secret.c.type == "Encounter", secret.c.id == resource.c.encounter_id)),
        not_(named(secret.c.type == "Patient", secret.c.id == resource.c.patient_id)),
        not_(exists(by_reference)),
    )


def works_with(connection: Connection, principal: Principal, patient_id: str, now_ms: int) -> bool:
    """Is this patient on the user's panel now?"""
    if principal.role == OPERATOR:
        return True
    mine = panel(principal, now_ms).where(membership.c.patient_id == patient_id).limit(1)
    return connection.execute(mine).first() is not None


def worked_lately(connection: Connection, principal: Principal, patient_id: str, since_ms: int) -> bool:
    """Was the user, a nurse, a member of the patient's team at any time after that?"""
    mine = select(membership.c.patient_id).where(
        membership.c.practitioner_id == principal.practitioner_id,
        membership.c.patient_id == patient_id,
        membership.c.end_ms > since_ms,
    )
    return principal.role == NURSE and connection.execute(mine.limit(1)).first() is not None


def worked_with(connection: Connection, principal: Principal, patient_id: str, at_ms: int) -> bool:
    """Was the user a member of the patient's team at that time?"""
    return works_with(connection, principal, patient_id, at_ms) if principal.role == NURSE else False
