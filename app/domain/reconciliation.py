"""The last word of signed visits on each medicine, beside the plan's list as it is now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.medicine_changes import is_lists_nought
from app.domain.medicines import GROUP, Line, as_taken, most_ordered, reconcile
from app.domain.mme import MmeSum
from app.domain.patient import Medicine
from app.domain.visit import Answer, Entry

SAW = "med-saw"
"""The hidden item that names the words on this medicine which the author had before her; `SAW_NONE` for none."""
SAW_NONE = "none"
_REFERENCE = re.compile(r"MedicationStatement/[A-Za-z0-9.-]{1,64}")


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
    doubles: frozenset[str] = frozenset()
    """Orders of which two visits that did not know each other say different things."""

    @property
    def taken(self) -> MmeSum:
        return as_taken(self.lines)

    @property
    def ordered(self) -> MmeSum:
        return most_ordered(self.lines)


def read_saw(answer: Answer | None) -> tuple[str, ...] | None:
    """The records (`MedicationStatement/…`) that the hidden item names; None where nobody wrote down what was seen."""
    if answer is None or not isinstance(answer.value, str):
        return None
    return tuple(dict.fromkeys(_REFERENCE.findall(answer.value)))


def list_standing_words(words: Iterable[tuple[str, datetime, Answer | None]]) -> tuple[str, ...]:
    """Of the words on one medicine, (record, when, what its author saw): those that no other takes the place of.

    Newest first. Where one of two does not say what was seen, the later counts; where both do, neither does.
    """
    known = [(record, at, read_saw(saw)) for record, at, saw in words]
    standing = []
    for record, at, saw in known:
        others = [one for one in known if one[0] != record]
        named = any(record in (other_saw or ()) for _, _, other_saw in others)
        later = any(
            (other_at, other) > (at, record) and (saw is None or (other_saw is None and other not in saw))
            for other, other_at, other_saw in others
        )
        if not (named or later):
            standing.append((at, record))
    return tuple(record for _, record in sorted(standing, reverse=True))


def find_heads(uses: Iterable[MedicineUse]) -> tuple[MedicineUse, ...]:
    """Of uses of one medicine those that stand, newest first."""
    by_record = {f"MedicationStatement/{use.id}": use for use in uses}
    words = [(record, use.at, use.entry.answers.get(SAW)) for record, use in by_record.items()]
    return tuple(by_record[record] for record in list_standing_words(words))


def latest(uses: Sequence[MedicineUse], pulled: Sequence[Medicine]) -> Reconciliation | None:
    """The newest word on each order, and what the newest visit found beside the list. None: never gone through.

    An order gone from the list is left out; the reading of its visit still says it.
    """
    if not uses:
        return None
    newest = sorted(uses, key=lambda use: (use.at, use.id))
    last_visit = next((use.visit_id for use in reversed(newest) if use.visit_id is not None), None)
    listed = {medicine.reference for medicine in pulled}
    on_list: dict[str, list[MedicineUse]] = {}
    for use in newest:
        if use.entry.about and use.entry.about in listed:
            on_list.setdefault(use.entry.about, []).append(use)
    heads = {order: find_heads(found) for order, found in on_list.items()}
    own = [use for use in newest if not use.entry.about and use.visit_id == last_visit]
    shown = [*(found[0] for found in heads.values()), *own]
    return Reconciliation(
        at=newest[-1].at,
        lines=reconcile({GROUP: [use.entry for use in shown]}, pulled),
        said_at={use.entry.id: use.at for use in shown},
        pending=any(use.pending for use in shown),
        doubles=frozenset(order for order, found in heads.items() if _differ(found)),
    )


TAKEN = ("med-choice", "med-how", "med-dose-mg", "med-patch", "med-times")
"""What two visits may find differently about one medicine; a last dose or an effect is of its own day."""


def _differ(heads: Sequence[MedicineUse]) -> bool:
    return len({tuple(_value(use.entry, link_id) for link_id in TAKEN) for use in heads}) > 1


def _value(entry: Entry, link_id: str) -> object:
    answer = entry.answers.get(link_id)
    return None if answer is None or is_lists_nought(entry, link_id) else answer.value
