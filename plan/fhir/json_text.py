"""JSON that comes back as it came: decimals keep their digits, members their order.

`json` alone turns 72.50 into 72.5, and a dose is not the same text afterwards.
"""

from __future__ import annotations

import json
import re
import secrets
from decimal import Decimal
from typing import Any

MAX_DEPTH = 60
"""Levels of nesting; deeper documents are refused before they exhaust the stack."""


class NotJson(ValueError):
    """The text is not JSON that can be stored. The message says where and holds none of the text."""


class DecimalText(Decimal):
    """A decimal that remembers how it was written."""

    text: str

    def __new__(cls, text: str) -> DecimalText:
        number = super().__new__(cls, text)
        number.text = text
        return number


def _refuse_constant(_name: str) -> Any:
    raise NotJson("NaN and Infinity are not JSON")


def loads(data: bytes | str) -> Any:
    """Parse JSON in UTF-8. Raises NotJson."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        return json.loads(text, parse_float=DecimalText, parse_constant=_refuse_constant)
    except NotJson:
        raise
    except UnicodeDecodeError as error:
        raise NotJson("not UTF-8") from error
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno} column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise NotJson("nested too deeply") from error
    except (ValueError, ArithmeticError) as error:
        # Python refuses integers of more than 4300 digits, and exponents beyond what a Decimal holds.
        raise NotJson("a number is too long") from error


def dumps(value: Any) -> str:
    """Write JSON without spaces. Raises NotJson for what no database can hold as text."""
    _check_depth(value)
    try:
        text = _ENCODER.encode(value)
    except NotJson:
        raise
    except (ValueError, RecursionError) as error:
        raise NotJson("this has no JSON form") from error
    if _MARK in text:
        text = _MARKED.sub(r"\1", text)
    if not text.isascii() and _HALF.search(text):
        raise NotJson("a string holds half a character")
    return text


def _mark(value: Any) -> str:
    """What the standard library's encoder, which is written in C, cannot write: a number as it came."""
    if isinstance(value, DecimalText):
        return f"{_MARK}{value.text}"
    if isinstance(value, Decimal):
        return f"{_MARK}{value}"
    raise NotJson(f"{type(value).__name__} has no JSON form")


_MARK = secrets.token_hex(16)
"""Stands before the digits of a decimal until the quotes around it are taken off; nobody can guess it."""
_MARKED = re.compile(f'"{_MARK}([^"]*)"')
_HALF = re.compile("[\ud800-\udfff]")
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), default=_mark
)


def _check_depth(value: Any) -> None:
    """Level by level. Raises NotJson."""
    level, depth = [value], 0
    while level:
        if depth > MAX_DEPTH:
            raise NotJson("nested too deeply")
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(one.values())
            elif isinstance(one, (list, tuple)):
                inner.extend(one)
        level, depth = inner, depth + 1
