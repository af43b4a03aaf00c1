"""Which questions are to be seen, and what was answered, decided from content and answers alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from app.content.model import Instrument, Item, ItemKind, Kind, Section, When
from app.domain.instruments import opens_long_form
from app.domain.visit import Absent, Answer, Entry, Modality, Setting

USUAL_ABSENTS = (
    Absent.DECLINED,
    Absent.COULD_NOT_ANSWER,
    Absent.SLEEPY,
    Absent.CONFUSED,
    Absent.NO_WORDS,
)
"""Offered for the items of a scale whose content names no others."""

Answers = Mapping[str, Answer]
Entries = Mapping[str, tuple[Entry, ...]]


def get_absents(item: Item, kind: Kind) -> tuple[Absent, ...]:
    """The reasons that may stand in place of an answer to this item."""
    if item.absents:
        return tuple(Absent(name) for name in item.absents)
    return USUAL_ABSENTS if kind is Kind.SCALE and item.kind is not ItemKind.GROUP else ()


def looked_at(instrument: Instrument) -> tuple[Item, ...]:
    """The choices that can be measured again: several are gone through together, one by itself."""
    return tuple(item for item in instrument.items if item.again)


def holds(when: When | None, answers: Answers) -> bool:
    """Whether an item's condition is met. A reason for no answer never meets one."""
    if when is None:
        return True
    answer = answers.get(when.link_id)
    if answer is None or answer.value is None:
        return False
    if "*" in when.any_of:
        return True
    given = answer.value if isinstance(answer.value, tuple) else (str(answer.value),)
    return any(one in when.any_of for one in given)


def is_answered(item: Item, answers: Answers, entries: Entries) -> bool:
    return item.link_id in answers or bool(entries.get(item.link_id))


def is_shown(item: Item, answers: Answers, entries: Entries, switches: Collection[str]) -> bool:
    """What holds an answer is always seen: nothing that will be sent is hidden from the one who signs it.

    Only what the app keeps for itself is never drawn.
    """
    if item.hidden:
        return False
    if is_answered(item, answers, entries):
        return True
    return (item.switch is None or item.switch in switches) and holds(item.when, answers)


@dataclass(frozen=True, slots=True)
class Split:
    """A scale that begins with a short form. `rest` is () while it is closed; `why` says what opened it:
    "score", "hand", "answers" or None."""

    first: tuple[Item, ...]
    rest: tuple[Item, ...]
    why: str | None


def split_short(instrument: Instrument, answers: Answers, opened: bool) -> Split | None:
    """None for an instrument without a short form. The others appear when the first ones ask for them."""
    short = instrument.short_form
    if short is None:
        return None
    first = tuple(item for item in instrument.items if item.link_id in short.of)
    rest = tuple(item for item in instrument.items if item.link_id not in short.of)
    why = None
    if opens_long_form(instrument, {link_id: answer.value for link_id, answer in answers.items()}):
        why = "score"
    elif any(item.link_id in answers for item in rest):
        why = "answers"
    elif opened:
        why = "hand"
    return Split(first, rest if why else (), why)


def most(instrument: Instrument) -> int:
    """The highest total: of a sum over all its items, else of one item."""
    tops = [_top(instrument.get_item(link_id)) for link_id in instrument.total.of]
    return sum(tops) if instrument.total.rule == "sum" else max(tops, default=0)


def _top(item: Item) -> int:
    if item.kind is ItemKind.NUMBER:
        return item.maximum
    return max((option.score or 0 for option in item.options), default=1)


def all_link_ids(instrument: Instrument) -> tuple[str, ...]:
    """Of items that are answered once, and of groups; not of what the app keeps for itself."""
    return tuple(item.link_id for item in instrument.items if not item.hidden)


def count_answered(
    instruments: Sequence[Instrument], answers: Answers, entries: Entries, untouched: Set[str] = frozenset()
) -> int:
    """Answers, with each entry of a group as one; not what no tap put there."""
    ids = {link_id for instrument in instruments for link_id in all_link_ids(instrument)}
    return sum(link_id in answers for link_id in ids - untouched) + sum(
        bool(entry.answers) for link_id in ids for entry in entries.get(link_id, ())
    )


def is_section_here(section: Section, modality: Modality, setting: Setting, answered: int) -> bool:
    """Shown where it belongs, and wherever it holds an answer."""
    fits = (not section.modalities or modality in section.modalities) and (
        not section.settings or setting in section.settings
    )
    return fits or answered > 0


def is_score_private(instrument: Instrument) -> bool:
    """Whether the total counts answers that are kept apart."""
    return instrument.private or any(instrument.get_item(link_id).private for link_id in instrument.total.of)
