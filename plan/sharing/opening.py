"""Opening a shared record from outside: by link and passcode, counted, audited, and asked anew each time."""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select, true, update

from plan.audit.ledger import SHARE, add_event
from plan.database import read_transaction, write_transaction
from plan.fhir.json_text import loads
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import instant
from plan.fhir.store import find_current
from plan.outcomes.refresh import refresh
from plan.sharing.consent import AUDIENCES
from plan.sharing.document import make_document
from plan.sharing.granting import MOST_TRIES, find_end, is_apart
from plan.sharing.mentor_told import MENTOR, find_told
from plan.sharing.model import Summary
from plan.sharing.reading import say_day
from plan.sharing.summary import read_summary
from plan.sharing.tables import SharedRecord
from plan.signin.tokens import hash_secret

_SHARED = SharedRecord.metadata.tables["shared_record"]
_LONGEST = 200
WRONG = "This does not open. Check the link and the passcode, or ask the nurse who gave them to you."
ENDED = "This sharing has ended. Ask the palliative care team if you still need the record."

NO_RECORDS = "This is a reading without anybody in it, so there is no FHIR document of it. Read it here or get the PDF."
_MENTORS = (
    "It was made from one visit by the palliative care team for learning, and each opening is written down."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that opened. `until` in words, for whoever reads it."""

    row: Any
    summary: Summary
    at_ms: int

    @property
    def until(self) -> str:
        if self.row.audience == MENTOR:  # no day and no name: whoever shared it can be looked up
            return f"To be read by {self.row.recipient} alone. {_MENTORS}"
        return (
            f"As it stood {say_day(instant(self.at_ms))}. Shared by {self.row.granted_name} with "
            f"{self.row.recipient} ({AUDIENCES[self.row.audience]}) until {say_day(instant(self.row.until_ms))}. "
            "It holds what the palliative care team chose to share, not everything that is recorded."
        )


def open_shared(engine: Engine, link: str, passcode: str, form: str, now_ms: int) -> Opened:
    """The record behind this link and passcode. `form`: page, pdf or fhir, for the audit trail.

    Raises Refusal 403 alike for a link that does not exist and a wrong passcode, 410 once it ended, 409 for a form
    there is not. The trail is written before anything is shown; five wrong passcodes shut it for good.
    """
    with read_transaction(engine) as connection:
        row = _find_by_link(connection, link)
        # Only for whoever has the passcode: it is work.
        for_mentor = row is not None and row.audience == MENTOR and _opens(row, link, passcode)
    if for_mentor:
        refresh(engine)  # a course is told from facts: what was taken back a second ago must not stand in it
    with write_transaction(engine) as connection:
        row = _let_in(connection, link, passcode, form, now_ms)
    if isinstance(row, Refusal):
        raise row
    with read_transaction(engine) as connection:
        told = find_told if row.audience == MENTOR else _summary_of
        summary = told(connection, row)
    if summary is None:
        raise Refusal(410, ENDED)
    return Opened(row, summary, now_ms)


def _summary_of(connection: Connection, row: Any) -> Summary | None:
    return read_summary(connection, row.patient_id)


def _find_by_link(connection: Connection, link: str) -> Any | None:
    return connection.execute(
        select(_SHARED).where(_SHARED.c.link_hash == hash_secret(link[:_LONGEST]))
    ).first()


def _opens(row: Any | None, link: str, passcode: str) -> bool:
    """The right passcode, and not shut by wrong ones. A link that is nobody's takes as long as any."""
    digits = "".join(one for one in passcode[:_LONGEST] if one.isdigit())
    known = "" if row is None else row.way_hash
    good = hmac.compare_digest(hash_secret(f"{link[:_LONGEST]}:{digits}"), known)
    return good and row is not None and row.tries < MOST_TRIES


def _let_in(connection: Connection, link: str, passcode: str, form: str, now_ms: int) -> Any | Refusal:
    """The row, counted and audited; the Refusal to answer with, after the transaction was committed."""
    row = _find_by_link(connection, link)
    good = _opens(row, link, passcode)
    if row is None:
        return Refusal(403, WRONG)
    mine = update(_SHARED).where(_SHARED.c.id == row.id)
    if not good:
        if row.tries < MOST_TRIES:
            connection.execute(mine.values(tries=row.tries + 1))
            _note(connection, row, "wrong passcode", now_ms, 403)
        return Refusal(403, WRONG)
    # The trail never says that something was shown where the record has been kept apart since.
    end = find_end(connection, row, now_ms) or ("kept apart" if is_apart(connection, row.patient_id) else "")
    if end:
        _note(connection, row, end, now_ms, 410)
        return Refusal(410, ENDED)
    if row.audience == MENTOR and form == "fhir":
        return Refusal(409, NO_RECORDS)
    connection.execute(mine.values(openings=row.openings + 1, last_opened_ms=now_ms, tries=0))
    _note(connection, row, form, now_ms, 200)
    return row


def _note(connection: Connection, row: Any, done: str, now_ms: int, outcome: int) -> None:
    what = {
        "sharing": row.id,
        "done": done,
        "shown": {row.patient_id: {"Composition": 1}} if outcome == 200 else {},
    }
    add_event(connection, now_ms, SHARE, who=None, what=what, patients=[row.patient_id], outcome=outcome)


def compose_document(engine: Engine, opened: Opened, base: str) -> dict[str, Any]:
    """The document Bundle. Each opening makes one with an id of its own: the record may be another by then."""
    with read_transaction(engine) as connection:
        author = _open_one(connection, "Practitioner", opened.row.granted_by)
        team = _team_of(connection, opened.row.patient_id)
        custodian = None if team is None else _open_one(connection, "Organization", team)
    return make_document(
        opened.summary,
        base=base,
        document_id=str(uuid.uuid4()),
        at_ms=opened.at_ms,
        author=author or {"resourceType": "Practitioner", "id": opened.row.granted_by},
        custodian=custodian,
        until=opened.until,
    )


def _open_one(connection: Connection, kind: str, record_id: str) -> dict[str, Any] | None:
    row = find_current(connection, kind, record_id, true())
    if row is None or row.deleted:
        return None
    held = loads(row.body)
    return {"resourceType": kind, "id": record_id} | {name: held[name] for name in ("name",) if name in held}


def _team_of(connection: Connection, patient_id: str) -> str | None:
    row = find_current(connection, "Patient", patient_id, true())
    return None if row is None else row.team_id
