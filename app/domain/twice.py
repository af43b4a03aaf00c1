"""What a visit says, in words by what it is about, so that two versions of one visit can be laid side by side."""

from __future__ import annotations

from collections.abc import Mapping

from app.content.model import Item
from app.domain.items import find_place
from app.domain.said import say_answer
from app.domain.visit import Answer, Entry
from app.language import N_

NOTE = N_("Note")
PRIVATE = N_("A private answer")


def say_side(
    answers: Mapping[str, Answer], entries: Mapping[str, tuple[Entry, ...]], note: str
) -> Mapping[str, str]:
    """By title. Private answers are named as such and never shown; what the app keeps for itself is left out."""
    found: dict[str, str] = {}
    for link_id, answer in answers.items():
        place = find_place(link_id)
        if place is not None and not place.item.hidden:
            _add(found, place.item.name, _say(place.item, answer))
    for group, members in entries.items():
        place = find_place(group)
        for entry in members if place is not None else ():
            lines = [_inner(one, answer) for one, answer in entry.answers.items()]
            _add(found, place.item.name if place is not None else group, "; ".join(filter(None, lines)))
    if note.strip():
        found[NOTE] = note.strip()
    return found


def _add(found: dict[str, str], title: str, text: str) -> None:
    if text:
        found[title] = f"{found[title]}\n{text}" if title in found else text


def _inner(link_id: str, answer: Answer) -> str:
    place = find_place(link_id)
    return "" if place is None or place.item.hidden else _say(place.item, answer)


def _say(item: Item, answer: Answer) -> str:
    if item.private:
        return PRIVATE
    said = say_answer(item, answer)
    again = [say_answer(item, Answer(one.at, one.value, one.absent)) for one in answer.again]
    return " → ".join([said, *again]) if again else said
