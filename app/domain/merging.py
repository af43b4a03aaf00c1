"""Three-way merge of one record, field by field. Pure: it knows nothing of what the fields are.

A field that only one side changed is taken from that side. Both changed it to the same: nothing to do. Both changed
it to different things: only a person can say, unless both only added to a list, where what both added is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Pick(StrEnum):
    """What a person takes for one field."""

    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"


Fields = Mapping[str, Hashable]
"""Decoded values by field; a field that says nothing is left out. Lists that only grow are tuples."""


@dataclass(frozen=True, slots=True)
class FieldMerge:
    """What is written into *theirs*: `take` from ours as it is, `join` what we added. `clash`: a person must choose."""

    take: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    clash: tuple[str, ...] = ()


def merge_fields(base: Fields, ours: Fields, theirs: Fields, growing: Collection[str] = ()) -> FieldMerge:
    """How the two sides of `base` go together. `growing` names the fields whose values are lists that only grow."""
    take: list[str] = []
    join: list[str] = []
    clash: list[str] = []
    for name in sorted(base.keys() | ours.keys() | theirs.keys()):
        was, mine, other = base.get(name), ours.get(name), theirs.get(name)
        if mine in (was, other):
            continue
        if other == was:
            take.append(name)
        elif name in growing and only_grew(was, mine) and only_grew(was, other):
            join.append(name)
        else:
            clash.append(name)
    return FieldMerge(tuple(take), tuple(join), tuple(clash))


def only_grew(before: Hashable, after: Hashable) -> bool:
    """Whether a list still holds all that it held."""
    old = before if isinstance(before, tuple) else ()
    return isinstance(after, tuple) and all(after.count(one) >= old.count(one) for one in old)


def with_choices(merged: FieldMerge, choices: Mapping[str, Pick]) -> FieldMerge:
    """The same with what a person chose for each field that clashes. Raises ValueError while one is not chosen."""
    if set(merged.clash) - choices.keys():
        raise ValueError("every field that differs has to be chosen")
    chosen = {name: choices[name] for name in merged.clash}
    return FieldMerge(
        take=(*merged.take, *(name for name, pick in chosen.items() if pick is Pick.OURS)),
        join=(*merged.join, *(name for name, pick in chosen.items() if pick is Pick.BOTH)),
    )
