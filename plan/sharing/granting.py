"""Making, listing and withdrawing a sharing: by the nurses and supervisors who work with the person, nobody else."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, true, update

from plan.audit.ledger import SHARE, add_event
from plan.fhir.access import DAY_MS, unrestricted, works_with
from plan.fhir.context import Caller
from plan.fhir.draining import refuse
from plan.fhir.extract import split_reference
from plan.fhir.json_text import loads
from plan.fhir.outcomes import Refusal, not_found
from plan.fhir.rights import find_type
from plan.fhir.rows import RowWriter
from plan.fhir.stamps import Stamper, instant
from plan.fhir.store import find_current
from plan.fhir.types import ID
from plan.fhir.writes import Write, Writer, check_content
from plan.principal import NURSE, SUPERVISOR
from plan.resources import put_as_system
from plan.sharing.consent import AUDIENCES, HOW, Agreed, consent_holds, end_consent, make_consent
from plan.sharing.mentor_told import MENTOR, find_told
from plan.sharing.tables import SharedRecord
from plan.signin.tokens import hash_secret, make_secret
from plan.users import find_user_by_id

MOST_DAYS = 30
LONGEST_NAME = 120
MOST_AT_ONCE = 10
"""Sharings of one person that stand at the same time."""
MOST_TRIES = 5
"""Wrong passcodes after which a sharing is shut for good."""
_SHARED = SharedRecord.metadata.tables["shared_record"]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a nurse asks for. `said_by`: `Patient/…` or `RelatedPerson/…`."""

    patient_id: str
    audience: str
    recipient: str
    said_by: str
    how: str
    days: int


@dataclass(frozen=True, slots=True)
class Granted:
    """A new sharing. Link and passcode are told this once."""

    id: str
    link: str
    passcode: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Keep:
    """What is written down of a sharing. `consent_id` "" where it rests on no Consent: nobody is named in it."""

    share_id: str
    patient_id: str
    consent_id: str
    audience: str
    recipient: str
    until_ms: int


def check_caller(caller: Caller) -> None:
    """Raises Refusal 403 for everybody but nurses and supervisors whose sign-in stands whole."""
    refuse(caller.principal)
    if caller.principal.role not in (NURSE, SUPERVISOR):
        raise Refusal(403, "Sharing a record is for the nurses and supervisors who work with the person.")
    caller.check_scope("c", "Consent")
    caller.check_scope("r", "Patient")


def check_ask(ask: Ask) -> Ask:
    """The ask with its texts tidied. Raises Refusal 422; says nothing of anybody."""
    if not ID.match(ask.patient_id):
        raise not_found()  # and no database takes every character
    if ask.audience not in AUDIENCES:
        raise Refusal(422, "Whom it is for: case-manager or primary-care.")
    recipient = check_recipient(ask.recipient, ask.days)
    if ask.how not in HOW:
        raise Refusal(422, "How the person agreed: spoken or signed.")
    return Ask(ask.patient_id, ask.audience, recipient, ask.said_by, ask.how, ask.days)


def grant(connection: Connection, caller: Caller, ask: Ask, root: str) -> Granted:
    """Record the consent and share, in one write transaction. `root`: the plan's address without `/fhir`.

    Raises Refusal: 404 for somebody she does not work with, 409 where the record is kept apart or too many stand, 422
    for consent by somebody who is not of this person's record.
    """
    who, now = caller.principal, caller.now_ms
    if not works_with(connection, who, ask.patient_id, now):
        raise not_found()
    _check_person(connection, ask)
    check_room(connection, ask.patient_id, now)
    share_id, consent_id = str(uuid.uuid4()), str(uuid.uuid4())
    until_ms = now + ask.days * DAY_MS
    agreed = Agreed(
        ask.patient_id, ask.said_by, ask.how, ask.audience, ask.recipient, now, until_ms, who.reference
    )
    _write_consent(connection, caller, make_consent(consent_id, share_id, agreed))
    keep = Keep(share_id, ask.patient_id, consent_id, ask.audience, ask.recipient, until_ms)
    return keep_sharing(connection, caller, keep, root)


def keep_sharing(connection: Connection, caller: Caller, keep: Keep, root: str) -> Granted:
    """Write a sharing down, and its event. Link and passcode are made here and told this once."""
    who, now = caller.principal, caller.now_ms
    link, passcode = make_secret(), f"{secrets.randbelow(10**8):08}"
    user = find_user_by_id(connection, who.user_id)
    connection.execute(
        insert(_SHARED).values(
            id=keep.share_id,
            patient_id=keep.patient_id,
            consent_id=keep.consent_id,
            audience=keep.audience,
            recipient=keep.recipient,
            granted_by=who.practitioner_id,
            granted_name=who.username if user is None else user.display_name,
            link_hash=hash_secret(link),
            way_hash=hash_secret(f"{link}:{passcode}"),
            made_ms=now,
            until_ms=keep.until_ms,
            tries=0,
            openings=0,
        )
    )
    what = {"sharing": keep.share_id, "done": "made", "until": instant(keep.until_ms)}
    what |= {"consent": keep.consent_id} if keep.consent_id else {"for": keep.audience}
    add_event(connection, now, SHARE, who=who, what=what, patients=[keep.patient_id])
    return Granted(keep.share_id, f"{root}/shared/{link}", passcode, keep.until_ms)


def check_room(connection: Connection, patient_id: str, now_ms: int) -> None:
    """Raises Refusal 409 where too many sharings of this person stand."""
    standing = [one for one in list_rows(connection, patient_id) if _stands(connection, one, now_ms)]
    if len(standing) >= MOST_AT_ONCE:
        raise Refusal(409, f"This record is shared {MOST_AT_ONCE} times already. Withdraw one first.")


def check_recipient(recipient: str, days: int) -> str:
    """The name of who receives it, tidied. Raises Refusal 422 for a name or a number of days that cannot be."""
    name = " ".join(recipient.split())
    if not 3 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Refusal(422, f"Who receives it is needed by name: 3 to {LONGEST_NAME} characters.")
    if not 1 <= days <= MOST_DAYS:
        raise Refusal(422, f"For 1 to {MOST_DAYS} days.")
    return name


def _check_person(connection: Connection, ask: Ask) -> None:
    # What is kept apart cannot be told from what is not there by who reads the refusal: she reads the record anyway.
    if is_apart(connection, ask.patient_id):
        raise Refusal(409, "This record is kept apart as a whole and is not shared.")
    kind, said_by = split_reference(ask.said_by) or ("", "")
    if kind == "Patient":
        if said_by != ask.patient_id:
            raise Refusal(422, "The consent is this person's, or that of somebody who decides for her.")
        return
    row = find_current(connection, "RelatedPerson", said_by, true()) if kind == "RelatedPerson" else None
    if row is None or row.deleted or row.patient_id != ask.patient_id:
        raise Refusal(422, "The consent is this person's, or that of somebody who decides for her.")


def is_apart(connection: Connection, patient_id: str) -> bool:
    """Is this person's whole record kept apart now, or gone?"""
    held = find_current(connection, "Patient", patient_id, unrestricted())
    return held is None or bool(held.deleted)


def _write_consent(connection: Connection, caller: Caller, consent: dict[str, Any]) -> None:
    """By the ordinary way of a write, so that rights, R4 and trail are what they are everywhere."""
    write = Write("PUT", find_type("Consent"), consent["id"], consent)
    check_content(write)
    rows = RowWriter(connection, Stamper(connection, caller.server.clock))
    Writer(connection, caller, rows, {write.reference: write}).apply(write)
    rows.flush()


def list_rows(connection: Connection, patient_id: str) -> list[Any]:
    """Sharings of this person, newest first."""
    mine = select(_SHARED).where(_SHARED.c.patient_id == patient_id)
    return list(connection.execute(mine.order_by(_SHARED.c.made_ms.desc(), _SHARED.c.id)))


def find_row(connection: Connection, share_id: str) -> Any | None:
    return connection.execute(select(_SHARED).where(_SHARED.c.id == share_id)).first()


def find_end(connection: Connection, row: Any, now_ms: int) -> str:
    """Why it does not open any more: withdrawn, tries, over, consent, changed; "" while it stands."""
    if row.withdrawn_ms is not None:
        return "withdrawn"
    if row.tries >= MOST_TRIES:
        return "tries"
    if now_ms >= row.until_ms:
        return "over"
    if row.audience == MENTOR:
        return "" if find_told(connection, row) is not None else "changed"
    holds = consent_holds(connection, row.consent_id, row.id, row.patient_id, now_ms)
    return "" if holds else "consent"


def _stands(connection: Connection, row: Any, now_ms: int) -> bool:
    return not find_end(connection, row, now_ms)


def list_shared(connection: Connection, caller: Caller, patient_id: str) -> list[Mapping[str, Any]]:
    """Sharings of somebody she works with. Raises Refusal 404 for anybody else."""
    if not works_with(connection, caller.principal, patient_id, caller.now_ms):
        raise not_found()
    rows = list_rows(connection, patient_id)
    return [{**row._mapping, "end": find_end(connection, row, caller.now_ms)} for row in rows]


def withdraw(connection: Connection, caller: Caller, share_id: str) -> None:
    """It opens no more from here on, and its consent ends. Again is no mistake. Raises Refusal 404."""
    row, now = find_row(connection, share_id) if ID.match(share_id) else None, caller.now_ms
    if row is None or not works_with(connection, caller.principal, row.patient_id, now):
        raise not_found()
    if row.withdrawn_ms is None:
        mine = update(_SHARED).where(_SHARED.c.id == share_id)
        connection.execute(mine.values(withdrawn_ms=now, withdrawn_by=caller.principal.practitioner_id))
        what = {"sharing": share_id, "done": "withdrawn"}
        add_event(connection, now, SHARE, who=caller.principal, what=what, patients=[row.patient_id])
    held = find_current(connection, "Consent", row.consent_id, true())
    if held is not None and not held.deleted:
        consent = loads(held.body)
        if consent.get("status") == "active":
            # Anybody who works with the person may end it, whoever wrote it down.
            put_as_system(connection, end_consent(consent, now))
