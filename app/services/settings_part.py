"""Reading one part of a plan's settings over what stands: an entry that cannot be used changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Rules = TypeVar("Rules")
LeaveOut = Callable[[str], None]
"""Told the name of an entry that cannot be used."""


def read_over(
    under: Rules,
    value: Mapping[str, Any],
    put: Callable[[Rules, str, Any], Rules | None],
    leave_out: LeaveOut,
) -> Rules:
    """The rules with what the plan says over them. `put` gives the rules with one entry; None: it cannot be used."""
    found = under
    for name, given in value.items():
        made = put(found, name, given)
        if made is None:
            leave_out(name)
        else:
            found = made
    return found
