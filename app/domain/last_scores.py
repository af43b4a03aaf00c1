"""The last total of each scale, from a visit in which the scale was whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from app.content import load
from app.domain.instruments import score_visit
from app.domain.visit import Answer


@dataclass(frozen=True, slots=True)
class LastScore:
    total: int | float
    at: datetime


@cache
def _ids() -> frozenset[str]:
    return frozenset(one.id for one in load().values() if _has_total(one.id))


def _has_total(instrument_id: str) -> bool:
    """A total that is shown and that nothing kept apart went into."""
    one = load()[instrument_id]
    shown = one.total.rule in ("sum", "mean") and one.total.bands_total
    apart = one.private or any(one.get_item(link_id).private for link_id in one.total.of)
    return shown and not apart


@cache
def counted_items() -> frozenset[str]:
    """Link ids of every item that such a total counts."""
    return frozenset(link_id for name in _ids() for link_id in load()[name].total.of)


def find_last_scores(visits: Iterable[tuple[datetime, Mapping[str, Answer]]]) -> Mapping[str, LastScore]:
    """By instrument id. `visits`: when each began, and its answers, in any order."""
    found: dict[str, LastScore] = {}
    for at, answers in sorted(visits, key=lambda one: one[0], reverse=True):
        for name in _ids() - found.keys():
            of = load()[name].total.of
            if not all(
                link_id in answers for link_id in of
            ):  # most visits hold no whole scale: seen without scoring
                continue
            score = score_visit({link_id: answers[link_id] for link_id in of}).get(name)
            if score is not None and score.total is not None:
                found[name] = LastScore(score.total, at)
    return found
