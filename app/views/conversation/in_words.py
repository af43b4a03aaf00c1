"""The conversation's fields in the language that is spoken; what they mean is the domain's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from app.content.model import Item, ItemKind
from app.content.spoken import load
from app.domain import conversation_fields
from app.domain.conversation_fields import FORM, Field
from app.domain.said import ABSENT_WORDS, say_value
from app.domain.visit import Answer
from app.language import dates, tr
from app.views.wording import forms as said


def list_fields() -> tuple[Field, ...]:
    """All fields in the form's order."""
    return tuple(map(_speak, conversation_fields.list_fields()))


def get_field(field_id: str) -> Field:
    """Raises KeyError."""
    return _speak(conversation_fields.get_field(field_id))


def field_title(field: Field) -> str:
    """The name of a field that came with a record."""
    return _speak(field).title


def say_title(title: str) -> str:
    """The name of a field by its name in the record; another one stays as it is."""
    return next((_speak(one).title for one in conversation_fields.list_fields() if one.title == title), title)


def say_field(field: Field, answers: Mapping[str, Answer]) -> str:
    """What stands in a field, in one line: our words in the language that is spoken, somebody's own as they are."""
    parts: list[str] = []
    for item in _speak(field).items:
        answer = answers.get(item.link_id)
        if answer is None or not (words := say_answer(item, answer)):
            continue
        own = item.kind is ItemKind.TEXT and answer.absent is None
        parts.append(f"“{words}”" if own else words)
    return " ".join(part if part.endswith((".", "!", "?", "”")) else f"{part}." for part in parts)


def say_answer(item: Item, answer: Answer) -> str:
    """One answer, of an item in the language that is spoken: the value in words, or why there is none."""
    if answer.absent is not None:
        return tr(ABSENT_WORDS[answer.absent])
    if answer.value is None:
        return ""
    if item.kind is ItemKind.YES_NO:
        return tr(said.YES) if answer.value == "yes" else tr(said.NO)
    if item.kind is ItemKind.DATE:
        try:
            return dates.say_date(date.fromisoformat(str(answer.value)))
        except ValueError:
            return str(answer.value)
    return say_value(item, answer.value)


def _speak(field: Field) -> Field:
    form = load()[FORM]
    return replace(
        field,
        item=form.get_item(field.item.link_id),
        more=tuple(form.get_item(one.link_id) for one in field.more),
    )
