"""The on-call pack on the device: what is in it, and when its duty is over although no clock can be trusted.

The end is judged by the highest time that the plan ever said, and by what has gone by since. That is told by the
clock that counts since the device started, sleep included: setting the date changes nothing of it. Only after a start
anew, and where there is no such clock, the date has to be asked: forward it is believed, so that a tablet that never
sees the plan again drops the pack; back by more than five minutes it ends the pack at once (ADR 66).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.patient import fold
from app.language import N_

SET_BACK = timedelta(minutes=5)
"""A date that went back by more than this was set back; less is a correction."""
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Here:
    """The device's clocks at one moment. `boot` names the start of the device since which `seconds` are counted, ""
    where nobody says which start that was.
    """

    wall: datetime
    boot: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Mark:
    """The plan's time (`server`) as it was known at a moment of the device, and the highest that it ever said."""

    server: datetime
    said: datetime
    here: Here


def hear(mark: Mark | None, server: datetime, here: Here) -> Mark:
    """The plan said what time it is. Its clock never goes back behind what it said before."""
    said = server if mark is None else max(server, mark.said)
    return Mark(said, said, here)


def plan_time(mark: Mark, here: Here) -> datetime | None:
    """The plan's time now as far as this device can know, never before the mark's; None when the date was set back."""
    ran = here.seconds - mark.here.seconds
    same_start = here.boot != "" and here.boot == mark.here.boot
    if same_start and ran >= 0:
        return mark.server + timedelta(seconds=ran)
    dated = here.wall - mark.here.wall
    if dated < -SET_BACK:
        return None
    # Started anew since the mark: at least what it has been running since then went by. Where nobody says which start
    # that was, either clock may have missed some of it.
    at_least = ran if here.boot == "" and ran >= 0 else here.seconds
    return mark.server + max(dated, timedelta(seconds=max(at_least, 0.0)))


def is_over(until: datetime, mark: Mark, here: Here) -> bool:
    """Is the duty over? Once the plan itself has named a later time it is, whatever the clocks say."""
    now = plan_time(mark, here)
    return now is None or now >= until


class Reason(StrEnum):
    """Why one person's pack is opened."""

    FAMILY = "family"
    CLINICIAN = "clinician"
    GOING = "going"
    ALERT = "alert"
    OTHER = "other"


REASONS: Mapping[Reason, str] = {
    Reason.FAMILY: N_("The person or the family called"),
    Reason.CLINICIAN: N_("A doctor, nurse or facility called"),
    Reason.GOING: N_("I am going there"),
    Reason.ALERT: N_("An alert about this person"),
    Reason.OTHER: N_("Another reason"),
}


@dataclass(frozen=True, slots=True)
class Why:
    """A reason that was tapped; `words` beside it, needed where it is another one."""

    reason: Reason
    words: str = ""

    @property
    def is_said(self) -> bool:
        return self.reason is not Reason.OTHER or len(" ".join(self.words.split())) >= 3

    @property
    def sentence(self) -> str:
        """As supervisors read it, in the plan's language."""
        words = " ".join(self.words.split())
        said = (
            words if self.reason is Reason.OTHER else ": ".join(filter(None, (REASONS[self.reason], words)))
        )
        return said[:LONGEST_REASON]


@dataclass(frozen=True, slots=True)
class Opening:
    """One person's pack was opened: what the plan is to be told. `at` by its clock as well as the device knew it."""

    id: str
    patient_id: str
    at: datetime
    reason: str
    visit: bool = False
    """A visit to that person was begun: only then does the plan let her write."""


VISIT_BEGAN = "A visit was begun"
"""In place of a reason, as supervisors read it."""


@dataclass(frozen=True, slots=True)
class Duty:
    """When the duty begins and ends by the plan's clock, how many people are in its pack, and from when that is.

    `tag`: the plan's word for what the pack holds; while it is the same, nothing in it has changed.
    """

    begins: datetime
    until: datetime
    as_of: datetime
    people: int
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What is needed to choose somebody, and no more."""

    patient_id: str
    name: str
    sort: str = ""
    born_on: date | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class PackLine:
    """One line of a page; `section` as the plan's `plan.oncall.model` names it. `at` is a day or a time, as written."""

    section: str
    text: str
    label: str = ""
    detail: str = ""
    at: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PackPage:
    """Everything that is known of one person for a night."""

    head: Head
    number: str = ""
    phones: tuple[str, ...] = ()
    language: str = ""
    interpreter: bool = False
    died: bool = False
    lines: tuple[PackLine, ...] = ()

    def of(self, *sections: str) -> tuple[PackLine, ...]:
        return tuple(one for one in self.lines if one.section in sections)


@dataclass(frozen=True, slots=True)
class Given:
    """What the plan gave: the whole pack, or (`whole` False) only who changed. `known`: everybody in it now.

    `people`: by id the text of head and page, as they came.
    """

    begins: datetime
    until: datetime
    as_of: datetime
    tag: str
    whole: bool
    known: frozenset[str]
    people: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def find_heads(heads: Sequence[Head], sought: str) -> tuple[Head, ...]:
    """Those of whose name every word of `sought` begins some word, accents and case aside; in the order of names."""
    wanted = fold(sought).split()
    found = [one for one in heads if all(_begins(one, word) for word in wanted)]
    return tuple(sorted(found, key=lambda one: (fold(one.sort or one.name), one.patient_id)))


def _begins(head: Head, word: str) -> bool:
    return any(each.startswith(word) for each in fold(f"{head.name} {head.sort}").replace(",", " ").split())
