"""Which of several alerts about the same stands in a list: the newest of those that ask the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.domain.alert import Alert, AlertState


def pick_shown(held: Sequence[Alert], unsent: Collection[str], drafts: Collection[str]) -> list[Alert]:
    """Of each subject one of the most urgent, and the first of our own that the plan has not answered for: no other
    alert may hide it. `held`: the most urgent first, of those the longest due, whose place in the list it keeps.
    An alert of one of the visits in `drafts` takes the place of no older one: its answer may be a slip of the finger.
    """
    of_subject: dict[tuple[str, str], list[Alert]] = {}
    for one in held:
        of_subject.setdefault(_about(one), []).append(one)
    seen: set[tuple[str, str]] = set()
    told: set[tuple[str, str]] = set()
    shown: list[Alert] = []
    for one in held:
        about = _about(one)
        if about not in seen:
            head = _newest(of_subject[about], drafts)
            shown.append(head)
            seen.add(about)
            told |= {about} if head.id in unsent else set()
        if one.id in unsent and about not in told:
            shown.append(one)
            told.add(about)
    return shown


def _about(alert: Alert) -> tuple[str, str]:
    return alert.patient_id, alert.subject


def _newest(same: Sequence[Alert], drafts: Collection[str]) -> Alert:
    """With what was found last; what nobody took is due no later for having been found again, perhaps elsewhere."""
    urgent = [one for one in same if one.level is same[0].level]
    sure = [one for one in urgent if one.visit_id not in drafts] or urgent
    untaken = [one for one in sure if one.state is AlertState.OPEN]
    newest = max(untaken or sure, key=lambda one: one.fired_at)
    times = [one.due_at for one in untaken if one.due_at is not None]
    return replace(newest, due_at=min(times)) if times else newest
