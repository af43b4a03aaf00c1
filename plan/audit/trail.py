"""What one request did, gathered while it is answered and written down before its answer leaves.

A trail belongs to a request and is found through a context variable, so that whatever answers, in whichever thread,
can add to it. Outside of a request there is none, and noting does nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from plan.fhir.outcomes import Refusal
from plan.principal import Principal

MOST_NAMED = 50
"""Records named one by one in an event; more are counted."""
_COUNTED_ONLY = ("CareTeam",)
"""Asked for at every pass of every device to learn whose records it may read: counted, not listed by person."""


class Seen(Protocol):
    """A row that was shown."""

    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def patient_id(self) -> str | None: ...


@dataclass
class Trail:
    """One request's doings. `principal` is the user of its token, None before that is known."""

    principal: Principal | None = None
    shown: dict[str, Counter[str]] = field(default_factory=dict)
    """Records by person ("" for those of no one person) and type."""
    named: dict[str, str | None] = field(default_factory=dict)
    """Single records that were asked for by id, and whose they are."""
    refused: dict[str, int] = field(default_factory=dict)
    """`Type/id`, or a type alone, and the status it was answered with."""
    sign_in: tuple[str, int] | None = None
    """The name that was given at a sign-in, and what it was answered with."""

    @property
    def is_empty(self) -> bool:
        return not (self.shown or self.refused or self.sign_in)

    def forget(self) -> None:
        """It was written down, or cannot be; who asks stays known."""
        self.shown.clear()
        self.named.clear()
        self.refused.clear()
        self.sign_in = None


_current: ContextVar[Trail | None] = ContextVar("audit_trail", default=None)


def begin() -> Trail:
    """A new trail for this request."""
    trail = Trail()
    _current.set(trail)
    return trail


def find_trail() -> Trail | None:
    """This request's trail, None outside of one."""
    return _current.get()


def note_principal(principal: Principal) -> None:
    """Whose token it is. The first one stands: somebody else's work may be done in its course."""
    trail = _current.get()
    if trail is not None and trail.principal is None:
        trail.principal = principal


def note_rows(rows: Iterable[Seen]) -> None:
    """These were shown in a list. What is about nobody and open to everybody leaves no trace."""
    trail = _current.get()
    if trail is None:
        return
    for row in rows:
        whose = "" if row.type in _COUNTED_ONLY else row.patient_id
        if whose is None and getattr(row, "is_open", False):
            continue
        trail.shown.setdefault(whose or "", Counter())[row.type] += 1


def note_read(type_name: str, record_id: str, patient_id: str | None) -> None:
    """One record was shown to whoever asked for it by its id."""
    trail = _current.get()
    if trail is not None:
        trail.shown.setdefault(patient_id or "", Counter())[type_name] += 1
        if len(trail.named) < MOST_NAMED:
            trail.named[f"{type_name}/{record_id}"] = patient_id


def note_row(row: Any) -> None:
    """The same for a row of the store; open ones leave no trace."""
    if row.patient_id is not None or not row.is_open:
        note_read(row.type, row.id, row.patient_id)


def note_refusal(what: str, status: int) -> None:
    """`what` (`Type/id` or a type) was refused with 403, or answered as not there (404)."""
    trail = _current.get()
    if trail is not None and status in (403, 404) and len(trail.refused) < MOST_NAMED:
        trail.refused[what] = status


@contextmanager
def noting_refusals(what: str) -> Iterator[None]:
    """A refusal in its course is kept in the trail; the answer is the same."""
    try:
        yield
    except Refusal as refusal:
        note_refusal(what, refusal.status)
        raise


def note_sign_in(name: str, status: int) -> None:
    """Somebody signed in (200) or failed to (403) under this name. Tries that are slowed down are the throttle's to
    count: a row for each would let a stranger fill the disk.
    """
    trail = _current.get()
    if trail is not None:
        trail.sign_in = (name, status)
