"""Lossless JSON: numbers keep their text (72.50 stays 72.50), unknown members stay, order stays.

Clinical decimals say how exactly something was measured, so a number that passes through this app comes out
with the same characters. Only the standard library is used; `dumps` is small because the C encoder cannot be
told how to write a number.
"""

from __future__ import annotations

import json
from decimal import Decimal
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, NoReturn

DEEPEST = 200
"""Levels of nesting that are read; FHIR needs about a dozen."""


class NumberText(Decimal):
    """A number that remembers how it was written."""

    text: str

    def __new__(cls, text: str) -> NumberText:
        number = super().__new__(cls, text)
        number.text = text
        return number


class BadJson(ValueError):
    """The text is not JSON, or nested beyond sense. Never holds any of the text."""


def _integer(text: str) -> int | NumberText:
    if len(text) < 19 and text != "-0":
        return int(text)
    return NumberText(text)


def _refuse(name: str) -> NoReturn:
    raise BadJson(f"{name} is not JSON")


def find_object(text: str | None) -> dict[str, Any] | None:
    """The JSON object in this text; None where there is none."""
    try:
        found = loads(text or "")
    except BadJson:
        return None
    return found if isinstance(found, dict) else None


def loads(text: str | bytes) -> Any:
    """Parse JSON. Raises BadJson, never anything else, whatever the text is."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        value = json.loads(text, parse_float=NumberText, parse_int=_integer, parse_constant=_refuse)
        _check_depth(value)
    except BadJson:
        raise
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise BadJson(f"not JSON: {type(error).__name__}") from None
    return value


def _check_depth(value: Any) -> None:
    """Level by level: every record that is read passes here, and most of what it holds is text."""
    level, depth = [value], 0
    while level := [one for one in level if isinstance(one, (dict, list))]:
        depth += 1
        if depth > DEEPEST:
            raise BadJson("nested too deep")
        level = [member for one in level for member in (one.values() if isinstance(one, dict) else one)]


def _string(text: str) -> str:
    # A lone surrogate cannot be stored as UTF-8; written as an escape it survives.
    return encode_basestring(text) if text.isascii() or _is_clean(text) else encode_basestring_ascii(text)


def _is_clean(text: str) -> bool:
    return not any("\ud800" <= ch <= "\udfff" for ch in text)


def dumps(value: Any) -> str:
    """Write JSON without spaces. Raises TypeError for what JSON cannot hold (a float comes from nowhere
    here).
    """
    kind = type(value)  # what records are made of goes first: thousands of values a visit
    if kind is str:
        return _string(value)
    if kind is dict:
        return "{" + ",".join([f"{_string(key)}:{dumps(member)}" for key, member in value.items()]) + "}"
    if kind is list:
        return "[" + ",".join([dumps(member) for member in value]) + "]"
    if isinstance(value, str):
        return _string(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, NumberText):
        return value.text
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_string(key)}:{dumps(member)}" for key, member in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(dumps(member) for member in value) + "]"
    raise TypeError(f"JSON has no {type(value).__name__}")
