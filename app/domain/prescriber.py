"""A call to a prescriber: why, what was found, what was asked, who said what. The nurse writes no orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.medicines import text_of
from app.domain.seen import Seen
from app.domain.visit import Entry

GROUP = "prescriber-calls"
"""Link id of the group whose entries the calls are."""


class OrderState(StrEnum):
    """Where a telephone order is, as the plan's records say."""

    WAITING = "waiting"
    SIGNED = "signed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PrescriberCall:
    """One call on record. `order` is the telephone order word for word, "" where there was none; until the prescriber
    has signed it, it changes nothing on the plan's list. `read_back`: True where they confirmed it, None: not said.
    """

    id: str
    visit_id: str | None
    at: datetime
    why: str
    findings: str
    ask: str
    name: str
    role: str
    how: str
    reached: str
    outcome: str
    outcome_text: str
    order: str
    read_back: bool | None
    order_state: OrderState | None = None
    state_reason: str | None = None
    pending: bool = False
    seen: Seen | None = None
    """Who has looked at the order last, where the plan's record names them."""


def entry_time(entry: Entry, otherwise: datetime) -> datetime:
    """When the call was: as written down, else when something was last written about it."""
    said = text_of(entry, "pc-at")
    if said:
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            moment = otherwise
        if moment.tzinfo is not None:
            return moment
    return max((answer.at for answer in entry.answers.values()), default=otherwise)


def has_order(entry: Entry) -> bool:
    """Whether the call brought an order that the prescriber must sign."""
    return text_of(entry, "pc-outcome") == "order" and bool(text_of(entry, "pc-order").strip())


def read_back_of(entry: Entry) -> bool | None:
    said = text_of(entry, "pc-read-back")
    return None if said not in ("yes", "no") else said == "yes"


def call_of(entry: Entry, visit_id: str | None, otherwise: datetime) -> PrescriberCall:
    """A call as the visit holds it."""
    order = text_of(entry, "pc-order").strip() if has_order(entry) else ""
    return PrescriberCall(
        id=entry.id,
        visit_id=visit_id,
        at=entry_time(entry, otherwise),
        why=text_of(entry, "pc-why"),
        findings=text_of(entry, "pc-findings"),
        ask=text_of(entry, "pc-ask"),
        name=text_of(entry, "pc-name"),
        role=text_of(entry, "pc-role"),
        how=text_of(entry, "pc-how"),
        reached=text_of(entry, "pc-reached"),
        outcome=text_of(entry, "pc-outcome"),
        outcome_text=text_of(entry, "pc-outcome-text"),
        order=order,
        read_back=read_back_of(entry) if order else None,
        order_state=OrderState.WAITING if order else None,
    )
