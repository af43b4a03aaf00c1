"""Items that are seen in a person and added up, look by look: never the worst of one look with the worst of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.safety.case import lowest_of, points, values_of
from app.domain.visit import Answer, Value


@dataclass(frozen=True, slots=True)
class LookSum:
    """What the items surely add up to in one look, whatever the missing ones are. `whole`: none is missing."""

    value: int
    whole: bool


def look_by_look(links: Iterable[str], answers: Mapping[str, Answer]) -> list[dict[str, Value]]:
    """What these items said when first looked at, when looked at again, and so on, newest last.

    An item looked at less often keeps its last value, so the last look is how it is now.
    """
    held = {link: found for link in links if link in answers and (found := values_of(answers[link]))}
    longest = max((len(found) for found in held.values()), default=0)
    return [{link: found[min(n, len(found) - 1)] for link, found in held.items()} for n in range(longest)]


def add_up(links: tuple[str, ...], answers: Mapping[str, Answer]) -> list[LookSum]:
    """One sum for each look that holds a number, newest last."""
    found = [
        {link: n for link, value in look.items() if (n := points(link, value)) is not None}
        for look in look_by_look(links, answers)
    ]
    return [
        LookSum(
            sum(look[link] if link in look else lowest_of(link) for link in links), len(look) == len(links)
        )
        for look in found
        if look
    ]
