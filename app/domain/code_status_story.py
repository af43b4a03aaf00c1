"""How code status came to be what it is: a chapter for each thing that was said, however often it was said again.

Nothing is left out. What says the same as the record before it is told in one chapter with it, each record by its day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.code_status import Statement, list_current, when_text


@dataclass(frozen=True, slots=True)
class Chapter:
    """What was said from one record on, until something else was. `again`: later records of the same, oldest first.

    `before` is what its records took the place of and that said something else; `replaced` that none of them counts any
    longer.
    """

    first: Statement
    again: tuple[Statement, ...] = ()
    before: tuple[Statement, ...] = ()
    replaced: bool = False

    @property
    def records(self) -> tuple[Statement, ...]:
        return (self.first, *self.again)


def tell_story(statements: Iterable[Statement]) -> tuple[Chapter, ...]:
    """Every statement on record, newest chapter first."""
    known = list(statements)
    runs: list[list[Statement]] = []
    # Of one day, what says the same stands together.
    for one in sorted(known, key=lambda one: (when_text(one), one.taken_back, _saying(one), one.id)):
        if runs and _saying(runs[-1][0]) == _saying(one):
            runs[-1].append(one)
        else:
            runs.append([one])
    by_id = {one.id: one for one in known}
    standing = {one.id for one in list_current(known)}
    return tuple(_chapter(run, by_id, standing) for run in reversed(runs))


def _chapter(run: list[Statement], by_id: dict[str, Statement], standing: set[str]) -> Chapter:
    named = dict.fromkeys(old for one in run for old in one.replaces)
    before = [by_id[old] for old in named if old in by_id and _saying(by_id[old]) != _saying(run[0])]
    gone = not run[0].taken_back and not any(one.id in standing for one in run)
    return Chapter(run[0], tuple(run[1:]), tuple(before), gone)


def _saying(one: Statement) -> tuple[str, ...]:
    """What two records that say the same have in common: the decision, or their own words where those say none."""
    if one.taken_back:
        return ("taken back", *one.replaces)
    return one.opinion if any(one.opinion) else ("", (one.words or one.title or one.what).casefold())
