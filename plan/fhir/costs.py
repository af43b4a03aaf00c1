"""What a request costs before it is run, in units of `plan.limits`: about the work of reading one record by its id.

Counted from what was asked, never from the time it took: under load everything takes long, and those who wait behind
somebody greedy must not pay for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

_JOIN, _CHAIN, _CONTAINS, _TOTAL = 4.0, 6.0, 6.0, 3.0
_VALUES_A_UNIT = 20
_ROWS_A_UNIT = 100
TOO_LONG = 300.0
"""Charged on top to whoever asked for what was cut off at the time limit."""


def cost_of_search(pairs: Iterable[tuple[str, str]]) -> float:
    """A search or a history with these parameters: 1, more for what walks through other records or through text."""
    cost = 1.0
    for name, value in pairs:
        if name in ("_include", "_revinclude"):
            cost += _JOIN
        elif name == "_total" or (name == "_summary" and value == "count"):
            cost += _TOTAL
        elif name == "_count":
            cost += int(value[:4]) / _ROWS_A_UNIT if value.isascii() and value.isdigit() else 0
        elif "." in name:
            cost += _CHAIN
        elif name.endswith((":contains", ":not")):
            cost += _CONTAINS
        cost += value.count(",") / _VALUES_A_UNIT
    return cost


def cost_of_bundle(bundle: Any) -> float:
    """The sum of its entries; what is no Bundle costs 1 and is refused later."""
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    return max(1.0, sum(map(_cost_of_entry, entries))) if isinstance(entries, list) else 1.0


def _cost_of_entry(entry: Any) -> float:
    request = entry.get("request") if isinstance(entry, dict) else None
    url = request.get("url") if isinstance(request, dict) else None
    if not isinstance(url, str):
        return 1.0
    try:
        return cost_of_search(parse_qsl(url.partition("?")[2], keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return 1.0
