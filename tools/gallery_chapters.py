"""What the gallery walks through: each chapter has a plan of its own, one person's tablet, and a walk over screens."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from tests.support.tablet import Person
from tools.gallery_doors import arrive_damaged, walk_damaged, walk_nobody, walk_refused, walk_wrong
from tools.gallery_evening import see_one_person, walk_closed, walk_death
from tools.gallery_kinds import walk_kinds
from tools.gallery_nurse import walk_nurse
from tools.gallery_others import come_together, walk_others
from tools.gallery_signed import take_photo, walk_signed
from tools.gallery_supervisor import walk_new_team, walk_supervisor
from tools.gallery_tour import Tour
from tools.gallery_world import World, arrive

Here = Coroutine[Any, Any, tuple[Path, Person]]


class Begin(Enum):
    """Where a walk begins."""

    FIRST_RUN = auto()
    """After a first run, which is drawn."""
    NOTHING = auto()
    """On a tablet on which nobody has signed in."""
    LOCKED = auto()
    OPEN = auto()


@dataclass(frozen=True)
class Chapter:
    """`who`: whose tablet it is; `ready`: makes it, for one that somebody has signed in on."""

    name: str
    walk: Callable[[Tour, World], None]
    begin: Begin = Begin.OPEN
    who: Callable[[World], Person] = lambda plan: plan.nurse
    ready: Callable[[World], Here] | None = None
    before: Callable[[World], None] = lambda plan: None
    """What the plan decides before anybody signs in."""

    async def arrive(self, plan: World, person: Person) -> tuple[Path, Person]:
        return await (self.ready(plan) if self.ready else arrive(plan, "tablet", person))


def equip(plan: World) -> None:
    """Everything that her plan can offer a nurse beside the demo's: keys, and a turn on call."""
    plan.make_keys()
    plan.put_on_duty(plan.nurse)


CHAPTERS = (
    Chapter("supervisor", walk_supervisor, Begin.FIRST_RUN, lambda plan: plan.supervisor),
    Chapter("nurse", walk_nurse, Begin.FIRST_RUN, before=equip),
    Chapter("kinds", walk_kinds, before=lambda plan: plan.decide(switches={"painad": True})),
    Chapter("signed", walk_signed, ready=take_photo),
    Chapter("others", walk_others, ready=come_together),
    Chapter("death", walk_death),
    Chapter("closed", walk_closed, ready=see_one_person),
    Chapter("refused", walk_refused, Begin.NOTHING),
    Chapter("wrong", walk_wrong, Begin.LOCKED),
    Chapter("damaged", walk_damaged, Begin.LOCKED, ready=arrive_damaged),
    Chapter("nobody", walk_nobody, who=lambda plan: plan.add("nurse", "Eve Lane, RN")),
    Chapter("new-team", walk_new_team, who=lambda plan: plan.add("supervisor", "Joan Park, RN")),
)
