"""What was tried before for a symptom that is raised now: facts of the person's own earlier visits, nothing inferred.

A symptom that was measured, acted on and measured again says what was done and the number before and after. Whether
the one came from the other nobody can know, so nothing here says so but the two numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.instruments import Instrument, get_instrument, score_visit
from app.domain.second_look import find_second_look
from app.domain.visit import Again, Answer

SYMPTOMS = "esas-r"
TOTALS = ("painad",)
"""Scales whose total stands for a symptom, where the person cannot say."""
MOST = 3
"""Tries of one symptom that are shown: nobody reads more in front of a person."""


@dataclass(frozen=True, slots=True)
class Tried:
    """`done` in the nurse's own words; `before` and `after` are the numbers; `at` is when it was measured again."""

    at: datetime
    done: str
    before: int
    after: int
    by: str

    @property
    def lower(self) -> bool:
        return self.after < self.before


@dataclass(frozen=True, slots=True)
class Repeated:
    """Answers of one earlier visit that were measured again, by link id.

    `began_at` only of a visit that was written afterwards: its answers carry the time of writing.
    """

    by: str
    answers: Mapping[str, Answer]
    began_at: datetime | None = None


def symptom_key(link_id: str, name: str | None = None) -> str:
    """What a try belongs to: the symptom, and of what the person names herself the name."""
    return f"{link_id} {name.casefold()}" if name else link_id


def list_tried(visits: Iterable[Repeated]) -> Mapping[str, tuple[Tried, ...]]:
    """By `symptom_key`, or the id of a scale with a total. First the newest after which the number was lower.

    What was measured again without a word of what was done says nothing, and is left out.
    """
    symptoms = {item.link_id: item for item in get_instrument(SYMPTOMS).items}
    found: dict[str, list[Tried]] = {}
    for visit in visits:
        for link_id, answer in visit.answers.items():
            if link_id in symptoms:
                key = symptom_key(link_id, answer.name if symptoms[link_id].named else None)
                found.setdefault(key, []).extend(_of_answer(answer, visit))
        for name in TOTALS:
            found.setdefault(name, []).extend(_of_scale(get_instrument(name), visit))
    return {key: _pick(held) for key, held in found.items() if held}


def _pick(held: Sequence[Tried]) -> tuple[Tried, ...]:
    newest = sorted(held, key=lambda one: one.at, reverse=True)
    return tuple(sorted(newest, key=lambda one: not one.lower)[:MOST])


def _of_answer(answer: Answer, visit: Repeated) -> list[Tried]:
    measured: tuple[Answer | Again, ...] = (answer, *answer.again)
    return [
        Tried(visit.began_at or after.at, after.done.strip(), before.value, after.value, visit.by)
        for before, after in zip(measured, answer.again, strict=False)
        if isinstance(before.value, int) and isinstance(after.value, int) and after.done.strip()
    ]


def _of_scale(instrument: Instrument, visit: Repeated) -> list[Tried]:
    """From the scale's first total to that of its last look; what was done is said once for the whole scale."""
    of = {link_id: visit.answers[link_id] for link_id in instrument.total.of if link_id in visit.answers}
    look = find_second_look(instrument, of)
    first = score_visit(of).get(instrument.id)
    if look is None or first is None or first.total is None or look.score.total is None:
        return []
    done = next((one for answer in of.values() if (one := answer.again[-1].done.strip())), "")
    at = visit.began_at or look.at
    return [Tried(at, done, int(first.total), int(look.score.total), visit.by)] if done else []
