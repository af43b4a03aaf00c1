"""The last word of signed visits on each medicine, beside the plan's list as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.medicines import GROUP, Line, as_taken, most_ordered, reconcile
from app.domain.mme import MmeSum
from app.domain.patient import Medicine
from app.domain.visit import Entry


@dataclass(frozen=True, slots=True)
class MedicineUse:
    """What one visit found about one medicine, as a record says it. `entry.answers` hold what the visit's did.

    `at` is when it was written down; `pending`: only on this device so far.
    """

    id: str
    visit_id: str | None
    at: datetime
    entry: Entry
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The plan's list beside what the last visits found in the house. `at`: when anything was last gone through."""

    at: datetime
    lines: tuple[Line, ...]
    said_at: Mapping[str, datetime]
    """By entry id: when that medicine was gone through."""
    pending: bool = False

    @property
    def taken(self) -> MmeSum:
        return as_taken(self.lines)

    @property
    def ordered(self) -> MmeSum:
        return most_ordered(self.lines)


def latest(uses: Sequence[MedicineUse], pulled: Sequence[Medicine]) -> Reconciliation | None:
    """The newest word on each order, and what the newest visit found beside the list. None: never gone through.

    An order gone from the list is left out; the reading of its visit still says it.
    """
    if not uses:
        return None
    newest = sorted(uses, key=lambda use: (use.at, use.id))
    last_visit = newest[-1].visit_id
    listed = {medicine.reference for medicine in pulled}
    by_order = {use.entry.about: use for use in newest if use.entry.about in listed and use.entry.about}
    own = [use for use in newest if not use.entry.about and use.visit_id == last_visit]
    shown = [*by_order.values(), *own]
    return Reconciliation(
        at=newest[-1].at,
        lines=reconcile({GROUP: [use.entry for use in shown]}, pulled),
        said_at={use.entry.id: use.at for use in shown},
        pending=any(use.pending for use in shown),
    )
