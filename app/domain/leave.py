"""Leave and cover: who is away from when until when, and who has her people meanwhile.

Nothing is moved for it. Whose day a planned visit stands in is worked out from the leave, so that everything is as it
was with its last moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.visit import PersonRef


@dataclass(frozen=True, slots=True)
class Leave:
    """One leave, by the plan's word. `people`: whose records it opens to who stands in; known to nobody else.

    `taken_at`: when the stand-in said "I have them", by the plan's clock.
    """

    id: str
    nurse: PersonRef
    stand_in: PersonRef
    begins: datetime
    until: datetime
    taken_at: datetime | None = None
    people: tuple[str, ...] = ()

    def stands(self, now: datetime) -> bool:
        return self.begins <= now < self.until

    def is_over(self, now: datetime) -> bool:
        return now >= self.until


@dataclass(frozen=True, slots=True)
class LeaveWord:
    """What the plan said of leaves. `people`: every record that is open to this nurse because of one, or because an
    alert went on to her.
    """

    leaves: tuple[Leave, ...] = ()
    people: frozenset[str] = frozenset()


def covered_by(leaves: Iterable[Leave], me: str, now: datetime) -> Mapping[str, Leave]:
    """By the reference of who is away: the leaves in which this nurse stands in now."""
    return {one.nurse.reference: one for one in leaves if one.stand_in.reference == me and one.stands(now)}


def find_own(leaves: Iterable[Leave], me: str, now: datetime) -> Leave | None:
    """The leave that this nurse is on now."""
    return next((one for one in leaves if one.nurse.reference == me and one.stands(now)), None)


def find_standing(leaves: Collection[Leave], nurse: str, now: datetime) -> Leave | None:
    """The same of any nurse, else her next one."""
    hers = sorted((one for one in leaves if one.nurse.reference == nurse), key=lambda one: one.begins)
    return next((one for one in hers if not one.is_over(now)), None)


def first_name(nurse: PersonRef) -> str:
    """ "Ana" of "Ana Ruiz, RN": how the nurses of one team speak of each other."""
    return nurse.name.partition(",")[0].split(" ", 1)[0] or nurse.name
