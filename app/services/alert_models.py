"""What services hand to views about alerts: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.addendum import Correction
from app.domain.stays import Stay


@dataclass(frozen=True, slots=True)
class CorrectedAnswer:
    """An answer that an alert rests on and that should read otherwise, and since when this is known."""

    at: datetime
    correction: Correction


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert as a list shows it. `level`: act-now, today, watch, info. `state`: open, acknowledged, done, closed.

    `finding` is all that a list may show. A private one says "Private task" and no more: everything that differs by
    its rule is empty here and comes from `Alerts.open_private`; `phone` is then the supervisor's or None. `received`:
    False until the plan answered for its newest version ("Nobody has seen this yet"); `phone` is whom to call then,
    None where the plan set no number. Received is not seen: who has, if anybody, stands in `seen_by`.
    """

    id: str
    patient_id: str
    patient_name: str
    visit_id: str | None
    rule: str
    subject: str
    """What it is about: a symptom's link id, or a plain word ("suicide", "falls")."""
    level: str
    state: str
    finding: str
    detail: str
    private: bool
    owner: str
    fired_at: datetime
    due_at: datetime | None
    received: bool = False
    phone: str | None = None
    closed_at: datetime | None = None
    closed_reason: str | None = None
    title: str = ""
    actions: tuple[str, ...] = ()
    due: str = ""
    """Until when, in words; "" where only `due_at` is known."""
    task: bool = True
    """False for what is only shown in the visit: nobody is told of it, so nothing waits to be sent."""
    source: str | None = None
    score: int | None = None
    """What "usual for this person" would be said about, and at which value; None where it cannot be said."""
    quieted: bool = False
    asks: str | None = None
    """The link id of a question that should be answered first."""
    phone_for: str = ""
    """The purpose of `phone` in the plan's settings: "supervisor", "on-call", "abuse-home", …"""
    seen_by: str = ""
    """Who answered it last, where the plan's record names them."""
    seen_at: datetime | None = None
    gone_to: str = ""
    """To whom the plan passed it on, because nobody had seen it in its time."""
    gone_at: datetime | None = None
    received_at: datetime | None = None
    """When the plan confirmed its newest version (the server's time), of one that was raised here."""
    covers: str = ""
    """The first name of the nurse on leave whose person this is; "" for one's own."""
    corrected: tuple[CorrectedAnswer, ...] = ()
    """Answers of its visit that were corrected since; the alert itself stays until a person says that it is done."""
    taken_at: datetime | None = None
    """When this user took it, of one that is taken; others may have looked at it since."""
    taking_waits: bool = False
    """The plan has all of it but that this user took it: nobody needs to be phoned for that."""
    away: Stay | None = None
    """Of a home visit that waits: the stay that keeps the person from home again. Then nothing is due or to be done,
    and its level is to keep an eye on; it is not over, as the record of the stay may be mistaken."""
    own_opening: bool = False
    """Says only that this user opened the record, which she knows: before a visit it is no news."""


@dataclass(frozen=True, slots=True)
class PrivateDetail:
    """What a private alert is about, once it was opened; `phone` is the number for it, None where there is none."""

    title: str
    finding: str
    actions: tuple[str, ...]
    due_at: datetime | None = None
    phone: str | None = None
    closed_reason: str | None = None
    """What was said to be done about it."""
