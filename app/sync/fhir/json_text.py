"""Lossless JSON: numbers keep their text (72.50 stays 72.50), unknown members stay, order stays.

Clinical decimals say how exactly something was measured, so a number that passes through this app comes out
with the same characters. Only the standard library is used; its encoder in C cannot be told how to write a number,
so a number goes through it as a marked text.
"""

from __future__ import annotations

import json
import re
import secrets
from decimal import Decimal
from typing import Any, NoReturn

_NESTED = (dict, list)
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
        if text.count("{") + text.count("[") > DEEPEST:
            _check_depth(value)
    except BadJson:
        raise
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise BadJson(f"not JSON: {type(error).__name__}") from None
    return value


def _check_depth(value: Any) -> None:
    """Level by level: every record that is read passes here, and most of what it holds is text."""
    level, depth = [value] if type(value) in _NESTED else [], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise BadJson("nested too deep")
        level = [
            member
            for one in level
            for member in (one.values() if type(one) is dict else one)
            if type(member) in _NESTED
        ]


def dumps(value: Any) -> str:
    """Write JSON without spaces. Raises TypeError for what JSON cannot hold (a float comes from nowhere here)."""
    _refuse_floats(value)
    text = _ENCODER.encode(value)
    if _MARK in text:
        text = _MARKED.sub(r"\1", text)
    # A lone surrogate cannot be stored as UTF-8; written as an escape it survives.
    return text if text.isascii() else _HALF.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _mark(value: Any) -> str:
    """What the encoder in C cannot write: a number with its own characters."""
    if isinstance(value, NumberText):
        return f"{_MARK}{value.text}"
    raise TypeError(f"JSON has no {type(value).__name__}")


_MARK = secrets.token_hex(16)
"""Stands before a number's text until the quotes around both are taken off; nobody can guess it."""
_MARKED = re.compile(f'"{_MARK}([^"]*)"')
_HALF = re.compile("[\ud800-\udfff]")
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_mark)


def _refuse_floats(value: Any) -> None:
    level = [value]
    while level:
        inner: list[Any] = []
        for one in level:
            kind = type(one)
            if kind is dict:
                inner.extend(one.values())
            elif kind is list or kind is tuple:
                inner.extend(one)
            elif kind is float:
                raise TypeError("JSON has no float")
        level = inner
