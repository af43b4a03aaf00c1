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

While a nurse covers a colleague who is away, she works with that colleague's people as with her own, and so does a
nurse on duty with somebody about whom an alert went on to her (`plan.leave`); both end by the server's clock.

In an emergency a nurse opens the record of one person who is not on her list (`plan.emergency`): for as long as that
stands she reads it as a nurse of the team does, private concerns included, and makes a visit there; nothing more.

An author reads her own writes, and the Provenance of them, by id for `author_days` after she left the patient's
team: a device that lost an answer can still learn what became of its write.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    false,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from plan.emergency.tables import EmergencyAccess
from plan.fhir.roles import NEED_SCREENS, SHARED_PLAN
from plan.fhir.tables import membership, reference_index, resource, token_index
from plan.leave.standing import Moment, covered_lately, covered_people
from plan.principal import CARE_MANAGER, NURSE, OPERATOR, SUPERVISOR, Principal
from plan.quick import Quick

NOW: BindParameter[int] = bindparam("asked_now", type_=BigInteger)
"""Whoever runs a statement with this says when; without it the statement raises."""
DAY_MS = 86_400_000
FAR_MS = 253_402_300_799_999
OPENED_AFTER_MS = 12 * 3_600_000
"""How long before a record was opened in an emergency a visit may have begun that is sent after it was closed."""
_RESTRICTED = ("R", "V")
ALERT_RULE = "urn:hearthside:rule"
"""System of the code of a Task that a safety rule raised."""

IS_CURRENT: ColumnElement[bool] = literal_column("resource.is_current = 1")
"""Written out, so that both databases see that the partial indexes serve it."""


OWN_ROW: ColumnElement[bool] = literal_column("membership.practitioner_id = ''")
"""The rows that a CareTeam has for itself, written out for the same reason."""


def panel(principal: Principal, now_ms: Moment) -> Select[tuple[str]] | CompoundSelect[tuple[str]]:
    """Patient ids this user works with now, of those whom she covers too."""
    active = and_(membership.c.start_ms <= now_ms, membership.c.end_ms > now_ms)
    if principal.role == SUPERVISOR and principal.team_id:
        # A CareTeam's own row holds as long as any of its members' does: one row a person is enough.
        mine: ColumnElement[bool] = and_(membership.c.team_id == principal.team_id, OWN_ROW)
    elif principal.role in (NURSE, CARE_MANAGER):
        mine = membership.c.practitioner_id == principal.practitioner_id
    else:
        mine = false()
    own = select(membership.c.patient_id).where(mine, active)
    return union_all(own, *covered_people(principal, now_ms)) if principal.role == NURSE else own


def opened(
    principal: Principal, now_ms: Moment, after_ms: Moment | ColumnElement[int] | None = None
) -> Select[tuple[str]]:
    """Patient ids whose records stand open to this nurse in an emergency; with `after_ms` also those since closed."""
    access = EmergencyAccess.metadata.tables["emergency_access"].c
    mine = access.practitioner_id == principal.practitioner_id
    ends = access.until_ms > (now_ms if after_ms is None else after_ms)
    is_nurse = true() if principal.role == NURSE else false()
    return select(access.patient_id).where(is_nurse, mine, access.started_ms <= now_ms, ends)


def readable(
    principal: Principal, now_ms: Moment, *, by_id: bool = False, author_days: int = 30
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
    if principal.role == NURSE:
        ways.append(resource.c.patient_id.in_(opened(principal, now_ms)))
    if by_id:
        late = now_ms - author_days * DAY_MS
        ways.append(and_(is_author, resource.c.patient_id.in_(opened(principal, now_ms, late))))
        left = select(membership.c.patient_id).where(
            membership.c.practitioner_id == principal.practitioner_id,
            membership.c.end_ms > late,
        )
        ways.append(and_(is_author, resource.c.patient_id.in_(left)))
        if principal.role == NURSE:
            stood_in = covered_lately(principal, now_ms, late)
            ways.append(and_(is_author, resource.c.patient_id.in_(stood_in)))
    found = and_(or_(*ways), or_(resource.c.label != "V", is_author))
    if principal.role not in (NURSE, SUPERVISOR):
        found = and_(found, IS_CURRENT, unrestricted())
    if principal.role == CARE_MANAGER:
        found = and_(found, or_(resource.c.is_open == 1, is_author, _in_shared_plan(principal)))
    return found


def in_bulk(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """What leaves in a bulk export: current, about these people or open to everybody, and nothing restricted.

    `whose` is a condition on the patient. A program reads like somebody beside the team: private concerns, and what
    names one, stay with the nurses and supervisors.
    """
    return and_(IS_CURRENT, or_(whose, _is_open_to_all()), unrestricted())


def still_in_bulk(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same for versions that were exported before: nothing of a record leaves that has been restricted since.

    What a version names that is not current stands in no index: whoever reads such a one looks into its text.
    """
    newer = resource.alias("newer")
    hidden = (
        select(1)
        .select_from(newer)
        .where(
            newer.c.type == resource.c.type,
            newer.c.id == resource.c.id,
            literal_column("newer.is_current = 1"),
            newer.c.label.in_(_RESTRICTED),
        )
        .correlate(resource)
    )
    return and_(or_(whose, _is_open_to_all()), unrestricted(), not_(exists(hidden)))


def _is_open_to_all() -> ColumnElement[bool]:
    return and_(resource.c.patient_id.is_(None), resource.c.is_open == 1)


def _in_shared_plan(principal: Principal) -> ColumnElement[bool]:
    """What a care manager reads of others': the shared plan of care, screens of need, how her referrals stand."""
    kind = resource.c.type
    tokens = select(1).select_from(token_index).where(token_index.c.key == resource.c.key).correlate(resource)
    names_her = (
        select(1)
        .select_from(reference_index)
        .where(
            reference_index.c.key == resource.c.key,
            reference_index.c.param.in_(("owner", "recipient")),
            reference_index.c.target_type == "Practitioner",
            reference_index.c.target_id == principal.practitioner_id,
        )
        .correlate(resource)
    )
    is_alert = exists(tokens.where(token_index.c.param == "code", token_index.c.system == ALERT_RULE))
    screens = [
        or_(token_index.c.code == name, token_index.c.code.startswith(f"{name}|", autoescape=True))
        for name in NEED_SCREENS
    ]
    is_screen = exists(tokens.where(token_index.c.param == "questionnaire", or_(*screens)))
    return or_(
        kind.in_(sorted(SHARED_PLAN)),
        and_(kind == "QuestionnaireResponse", is_screen),
        and_(kind == "Task", or_(not_(is_alert), exists(names_her))),
        and_(kind == "Communication", exists(names_her)),
    )


def unrestricted() -> ColumnElement[bool]:
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


_ON_OWN_LIST = Quick(
    select(membership.c.patient_id)
    .where(
        membership.c.practitioner_id == bindparam("me"),
        membership.c.patient_id == bindparam("patient"),
        membership.c.start_ms <= bindparam("now"),
        membership.c.end_ms > bindparam("now"),
    )
    .limit(literal_column("1"))
)


def works_with(connection: Connection, principal: Principal, patient_id: str, now_ms: int) -> bool:
    """Is this patient on the user's panel now?"""
    if principal.role == OPERATOR:
        return True
    # Nearly always she is on the user's own list: a part of the panel that needs no statement to be built.
    asked = {"me": principal.practitioner_id, "patient": patient_id, "now": now_ms}
    on_list = principal.role in (NURSE, CARE_MANAGER)
    if on_list and _ON_OWN_LIST.first(connection, asked) is not None:
        return True
    return _is_among(connection, panel(principal, now_ms), patient_id)


def worked_lately(
    connection: Connection, principal: Principal, patient_id: str, since_ms: int, now_ms: int
) -> bool:
    """Was the user, a nurse, a member of the patient's team, or in a member's place, at any time after that?"""
    mine = select(membership.c.patient_id).where(
        membership.c.practitioner_id == principal.practitioner_id,
        membership.c.patient_id == patient_id,
        membership.c.end_ms > since_ms,
    )
    if principal.role != NURSE:
        return False
    if connection.execute(mine.limit(1)).first() is not None:
        return True
    if _is_among(connection, covered_lately(principal, now_ms, since_ms), patient_id):
        return True
    since = opened(principal, FAR_MS, since_ms)
    return _has(connection, since, patient_id)


def worked_with(connection: Connection, principal: Principal, patient_id: str, at_ms: int) -> bool:
    """Was the user a member of the patient's team at that time, or was the record open to her in an emergency?"""
    if principal.role != NURSE:
        return False
    if works_with(connection, principal, patient_id, at_ms):
        return True
    # She may have come before she could open the record; what ended before that day is not hers to bring.
    return _has(connection, opened(principal, at_ms + OPENED_AFTER_MS, at_ms), patient_id)


def opened_for(connection: Connection, principal: Principal, patient_id: str, at_ms: int) -> bool:
    """Did this patient's record stand open to the user in an emergency at that time?"""
    return _has(connection, opened(principal, at_ms), patient_id)


def _has(connection: Connection, patients: Select[tuple[str]], patient_id: str) -> bool:
    access = EmergencyAccess.metadata.tables["emergency_access"].c
    return connection.execute(patients.where(access.patient_id == patient_id).limit(1)).first() is not None


def _is_among(
    connection: Connection, patients: Select[tuple[str]] | CompoundSelect[tuple[str]], patient_id: str
) -> bool:
    found = patients.subquery()
    wanted = select(found.c.patient_id).where(found.c.patient_id == patient_id).limit(1)
    return connection.execute(wanted).first() is not None
