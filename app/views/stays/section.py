"""When a visit's section "Home from a facility" opens by itself, and what it says while it is closed."""

from __future__ import annotations

from datetime import datetime

from app.domain.stays import Clock, ClockState, Stay
from app.domain.visit import Modality
from app.language import tr
from app.services.models import VisitPage
from app.views.env import now
from app.views.wording import stays as said

SECTION = "transition"
CALL = "call"
"""A call begins with who is on it, where that is, and whether one can talk freely."""
WAITING = (ClockState.RUNNING, ClockState.SOON, ClockState.OVERDUE)


def waiting_clock(page: VisitPage, at: datetime) -> Clock | None:
    """The newest discharge home whose visit has not come yet; none while the person is away again."""
    part = page.parts.stays
    if part.away is not None:
        return None
    return next((clock for clock in part.clocks(at) if clock.state in WAITING), None)


def ended_since(page: VisitPage) -> Stay | None:
    """A stay that ended after the last visit: at this contact one asks whether it was what the person wanted."""
    last = page.last_visit_at
    for stay in page.parts.stays.stays:
        if stay.left_at is not None and (last is None or stay.left_at > last):
            return stay if stay.left_at <= page.draft.began_at else None
    return None


def opens_by_itself(page: VisitPage) -> frozenset[str]:
    """Ids of sections that this visit is for, open without a tap; a tap still closes them."""
    opened = set()
    if waiting_clock(page, page.draft.began_at) is not None or ended_since(page) is not None:
        opened.add(SECTION)
    if page.draft.modality is not Modality.IN_PERSON:
        opened.add(CALL)
    return frozenset(opened)


def state(page: VisitPage) -> str | None:
    """The closed section's line; None: the usual one."""
    at = now()
    clock = waiting_clock(page, at)
    if clock is not None:
        return said.clock(clock, at)
    asked = "tr-matched-wishes" in page.draft.answers
    return tr(said.MATCHED) if ended_since(page) is not None and not asked else None
