"""Values of answers as text in the store. The text alone says the type: decimals stay decimals, to the last digit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.domain.visit import Absent, Again, Value
from app.store.times import from_text, to_text

_DECIMAL = "d"


def encode_value(value: Value) -> str:
    """`7`, `"yes"`, `["a","b"]`, `{"d":"1.50"}`. Raises TypeError for anything else, a float or a bool among them."""
    return json.dumps(_to_json(value), separators=(",", ":"))


def decode_value(text: str) -> Value:
    """What `encode_value` was given. Raises ValueError for other text."""
    if text.isascii() and text.isdigit():  # most answers are small numbers: this is much quicker
        return int(text)
    return _from_json(json.loads(text))


def encode_again(again: Sequence[Again]) -> str:
    """Later measurements in their order; "" for none."""
    return json.dumps([_again_to_json(one) for one in again], separators=(",", ":")) if again else ""


def decode_again(text: str) -> tuple[Again, ...]:
    """What `encode_again` was given."""
    return tuple(_again_from_json(one) for one in json.loads(text)) if text else ()


def _to_json(value: Value) -> Any:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError("not a number")
        return {_DECIMAL: str(value)}
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return list(value)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise TypeError(f"an answer cannot hold a {type(value).__name__}")


def _from_json(found: Any) -> Value:
    match found:
        case bool() | float() | None:
            raise ValueError("not an answer's value")
        case int() | str():
            return found
        case list():
            return tuple(str(one) for one in found)
        case {"d": str(digits)}:
            return Decimal(digits)
    raise ValueError("not an answer's value")


def _again_to_json(again: Again) -> dict[str, Any]:
    held: dict[str, Any] = {"at": to_text(again.at)}
    if again.value is not None:
        held["value"] = _to_json(again.value)
    if again.absent is not None:
        held["absent"] = again.absent.value
    if again.done:
        held["done"] = again.done
    return held


def _again_from_json(held: dict[str, Any]) -> Again:
    return Again(
        at=from_text(held["at"]),
        value=_from_json(held["value"]) if "value" in held else None,
        absent=Absent(held["absent"]) if "absent" in held else None,
        done=held.get("done", ""),
    )
