"""Why there is no answer, behind one tap; each reason is an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app.domain.visit import Absent
from app.language import tr
from app.views.forms.names import ABSENT_NAMES, ident
from app.views.visit.saving import Saving
from app.views.widgets.options import aside, chip, wrap
from app.views.wording import forms as said

FINER = (Absent.SLEEPY, Absent.CONFUSED, Absent.NO_WORDS)
"""Kinds of "could not answer"."""


def no_answer(
    link_id: str,
    name: str,
    reasons: Sequence[Absent],
    absent: Absent | None,
    opened: bool,
    open_it: Callable[[Any], None],
    saving: Saving,
    entry: str,
) -> tuple[list[ft.Control], list[ft.Control]]:
    """(what stands beside the answers, what stands below them)."""
    if not reasons:
        return [], []
    if opened or absent is not None:
        beside, below = inline(link_id, name, reasons, absent, saving, entry, everything=True)
        return [], [wrap([*beside, *below])]
    button = aside(
        ident(link_id, "no-answer", entry),
        tr(said.NO_ANSWER),
        open_it,
        said=f"{name}: {tr(said.NO_ANSWER_SAID)}",
    )
    return [button], []


def inline(
    link_id: str,
    name: str,
    reasons: Sequence[Absent],
    absent: Absent | None,
    saving: Saving,
    entry: str,
    *,
    everything: bool = False,
) -> tuple[list[ft.Control], list[ft.Control]]:
    """The plain reasons, and once "could not answer" is said (or with `everything`), why: (beside, below)."""
    short = [reason for reason in reasons if reason not in FINER]
    could_not = absent in FINER
    shown = Absent.COULD_NOT_ANSWER if could_not else absent
    beside = [
        _plain(reason, link_id, name, reason is shown, absent, saving, entry)
        for reason in sorted(short, key=lambda reason: reason is not Absent.COULD_NOT_ANSWER)
    ]
    if shown is not Absent.COULD_NOT_ANSWER and not everything:
        return beside, []
    finer = [reason for reason in reasons if reason in FINER]
    return beside, [_finer(reason, link_id, name, absent, saving, entry) for reason in finer]


def _plain(
    reason: Absent, link_id: str, name: str, chosen: bool, absent: Absent | None, saving: Saving, entry: str
) -> ft.Control:
    async def tap(_: Any) -> None:
        # tapping "could not answer" again clears it, also when its cause was said
        await saving.pick(link_id, absent if chosen and absent is not None else reason, entry)

    label = tr(said.ABSENT[reason])
    return chip(
        ident(link_id, ABSENT_NAMES[reason], entry), label, chosen, tap, size=15, said=f"{name}: {label}"
    )


def _finer(
    reason: Absent, link_id: str, name: str, absent: Absent | None, saving: Saving, entry: str
) -> ft.Control:
    async def tap(_: Any) -> None:
        # a cause taken back leaves "could not answer" standing
        await saving.pick(link_id, Absent.COULD_NOT_ANSWER if absent is reason else reason, entry)

    return chip(
        ident(link_id, ABSENT_NAMES[reason], entry),
        tr(said.FINER[reason]),
        absent is reason,
        tap,
        size=15,
        said=f"{name}: {tr(said.ABSENT[reason])}",
    )
