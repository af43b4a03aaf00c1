"""JSON that comes back as it came: decimals keep their digits, members their order.

`json` alone turns 72.50 into 72.5, and a dose is not the same text afterwards.
"""

from __future__ import annotations

import json
from decimal import Decimal
from json.encoder import encode_basestring
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
    parts: list[str] = []
    _write(value, parts, 0)
    text = "".join(parts)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise NotJson("a string holds half a character")
    return text


def _write(value: Any, parts: list[str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotJson("nested too deeply")
    kind = type(value)
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif kind is dict or kind is list:  # what records are made of, before rarer things are asked for
        _write_members(value, parts, depth)
    elif value is None:
        parts.append("null")
    elif value is True:
        parts.append("true")
    elif value is False:
        parts.append("false")
    elif isinstance(value, DecimalText):
        parts.append(value.text)
    elif isinstance(value, (int, Decimal)):
        parts.append(str(value))
    elif isinstance(value, float):
        parts.append(repr(value))
    elif isinstance(value, (dict, list, tuple)):
        _write_members(value, parts, depth)
    else:
        raise NotJson(f"{type(value).__name__} has no JSON form")


def _write_members(value: Any, parts: list[str], depth: int) -> None:
    if isinstance(value, dict):
        opening = "{"
        for name, member in value.items():
            parts.append(f"{opening}{encode_basestring(name)}:")
            _write(member, parts, depth + 1)
            opening = ","
        parts.append("}" if opening == "," else "{}")
        return
    opening = "["
    for item in value:
        parts.append(opening)
        _write(item, parts, depth + 1)
        opening = ","
    parts.append("]" if opening == "," else "[]")
