"""The kind of visit as chips, and why nobody was seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import flet as ft

from app.content.model import Option
from app.content.spoken import load
from app.domain.visit import Modality
from app.domain.visit_kind import NO_ANSWER, NOT_SEEN_WHY, VisitKind, get_title, list_seen_kinds
from app.language import tr
from app.views.widgets.options import chip, wrap

FORM = "not-seen"
_ONLY_AT_THE_DOOR = frozenset({"nobody-home", "not-safe"})


def kind_chips(
    prefix: str,
    chosen: VisitKind,
    pick: Callable[[VisitKind], Awaitable[None] | None],
    *,
    not_seen: bool = False,
) -> ft.Control:
    """One chip a kind. `not_seen`: that one too."""
    kinds = [*list_seen_kinds(), *([VisitKind.NOT_SEEN] if not_seen else [])]

    def tap(kind: VisitKind, _: Any) -> Awaitable[None] | None:
        return pick(kind)

    return wrap(
        [
            chip(f"{prefix}-kind-{kind.value}", tr(get_title(kind)), kind is chosen, partial(tap, kind))
            for kind in kinds
        ]
    )


def reasons(modality: Modality) -> tuple[Option, ...]:
    """Why nobody was seen, as far as it fits how one meets."""
    options = load()[FORM].get_item(NOT_SEEN_WHY).options
    if modality is Modality.IN_PERSON:
        return tuple(one for one in options if one.code != NO_ANSWER)
    return tuple(one for one in options if one.code not in _ONLY_AT_THE_DOOR)
