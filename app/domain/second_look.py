"""A scale looked at once more in the same visit: its score then. It stands beside the visit's total, never for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.content import Instrument
from app.domain.instruments import Score, score
from app.domain.visit import Answer


@dataclass(frozen=True, slots=True)
class SecondLook:
    """`number`: 2 for the second look, 3 for the third, …; None where some items were measured more often than
    others. `at`: when the last of its items was measured.
    """

    score: Score
    at: datetime
    number: int | None


def find_second_look(instrument: Instrument, answers: Mapping[str, Answer]) -> SecondLook | None:
    """The score of the latest values; None unless every counted item was measured again and holds an answer then."""
    of = instrument.total.of
    if not of or any(link_id not in answers or not answers[link_id].again for link_id in of):
        return None
    latest = {link_id: answers[link_id].again[-1] for link_id in of}
    try:
        found = score(instrument.id, {link_id: one.value for link_id, one in latest.items()})
    except ValueError:  # a value of newer content, which no option here has
        return None
    if found.total is None:
        return None
    times = {len(answers[link_id].again) for link_id in of}
    number = times.pop() + 1 if len(times) == 1 else None
    return SecondLook(found, max(one.at for one in latest.values()), number)
