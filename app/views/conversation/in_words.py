"""The conversation's fields in the language that is spoken; what they mean is the domain's."""

from __future__ import annotations

from dataclasses import replace

from app.content.spoken import load
from app.domain import conversation_fields
from app.domain.conversation_fields import FORM, Field


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


def _speak(field: Field) -> Field:
    form = load()[FORM]
    return replace(
        field,
        item=form.get_item(field.item.link_id),
        more=tuple(form.get_item(one.link_id) for one in field.more),
    )
