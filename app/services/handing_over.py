"""The tablet in the hands of the person who answers: one questionnaire, left only with what opens the records.

The state lies with the open session, so that no redraw, reload or lost line can lose it, and it ends in two ways only:
the PIN (or the five words) proved right, or the session locked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from app.services.lock_policy import LockWatch
from app.services.models import LockKind
from app.services.own_lock import LockState

HAND_OVER, TAKE_BACK = "hand-over", "take-back"
"""Actions of the device's log."""

Note = Callable[[str, str], Awaitable[None]]
"""Writes (action, visit id) down; never fails."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What is on the screen while the tablet is out of the nurse's hands.

    `left_out`: link ids that had an answer before; whoever holds the tablet neither sees nor changes them.
    `whole`: also the questions after the short form. `kind`: what opens the records. `language`: what the screen
    speaks meanwhile, "" for the nurse's own.
    """

    visit_id: str
    instrument_id: str
    whole: bool
    left_out: frozenset[str]
    kind: LockKind
    finished: bool = False
    language: str = ""


class Proof(Protocol):
    """The lock of the open records."""

    async def look(self) -> LockState: ...
    async def check(self, secret: str) -> None: ...


class Handover:
    """Who has the tablet. All on the event loop's thread."""

    def __init__(self, own_lock: Proof, watch: LockWatch, note: Note) -> None:
        self._own_lock = own_lock
        self._watch = watch
        self._note = note
        self._now: Handed | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def now(self) -> Handed | None:
        """None while the nurse has it."""
        return self._now

    def listen(self, fn: Callable[[], None]) -> Callable[[], None]:
        """Call `fn` whenever `now` has changed; returns what ends it."""
        self._listeners.append(fn)
        return lambda: self._listeners.remove(fn) if fn in self._listeners else None

    async def hand_over(
        self, visit_id: str, instrument_id: str, *, whole: bool, left_out: frozenset[str], language: str = ""
    ) -> None:
        """From now on only this questionnaire. Raises KeyMissing while nothing could take the tablet back."""
        state = await self._own_lock.look()
        await self._note(HAND_OVER, visit_id)
        self._watch.hand_over(True)
        self._set(Handed(visit_id, instrument_id, whole, left_out, state.kind, language=language))

    def finish(self, finished: bool = True) -> None:
        """The last page ("please give it back"), or from there back to the questions. Opens nothing."""
        if self._now is not None:
            self._set(replace(self._now, finished=finished))

    async def take_back(self, secret: str) -> None:
        """Back to the nurse's app. Raises WrongPin, counted and slowed like any try at the lock screen."""
        if self._now is None:
            return
        await self._own_lock.check(secret)
        visit_id = self._now.visit_id
        self._watch.hand_over(False)
        self._set(None)
        await self._note(TAKE_BACK, visit_id)

    def _set(self, new: Handed | None) -> None:
        self._now = new
        for fn in tuple(self._listeners):
            fn()
