"""Help, practising and a hard day in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from app.domain.hard_day import CallAsked, CallState
from app.services.no_signal import NoSignal
from app.services.practice import Practice
from app.services.practice_record import practice_person
from app.store.changes import Topic
from tests.views.double_world import NURSE, Hub, World, make_world, now


@dataclass
class DoubleHardDay:
    hub: Hub
    asked: CallAsked | None = None
    others: list[CallAsked] = field(default_factory=list)

    async def ask(self) -> None:
        self._set(self.asked or CallAsked("call-1", NURSE.reference, NURSE.name, now()))

    async def mine(self) -> CallAsked | None:
        return self.asked

    async def take_back(self) -> None:
        self._set(None)

    async def list_asked(self) -> tuple[CallAsked, ...]:
        return tuple(self.others)

    async def answer(self, call_id: str, state: CallState) -> None:
        self.others = [
            replace(one, state=state, by=NURSE.name) if one.id == call_id else one for one in self.others
        ]
        self.hub.publish(Topic.VISITS)

    def _set(self, new: CallAsked | None) -> None:
        self.asked = new
        self.hub.publish(Topic.VISITS)


@dataclass
class DoubleNoSignal:
    world: World
    sealed: bool = True

    async def read(self) -> NoSignal:
        return NoSignal(
            last_contact=now() - timedelta(days=3),
            visits=4,
            alerts=1,
            others=2,
            set_aside=1,
            oldest=now() - timedelta(days=3),
            drafts=1,
            people=len(self.world.people),
            sign_in=True,
            supervisor_phone="213-555-0190",
            on_call_phone="213-555-0191",
            sealed=self.sealed,
        )


@dataclass
class DoubleTour:
    visit_id: str | None = None

    async def find_visit(self) -> str | None:
        return self.visit_id


def make_practice_world() -> World:
    world = make_world(1)
    (sheet,) = world.people.values()
    person = replace(sheet.patient, id=practice_person(), display_name="Rosa Practice")
    world.people = {person.id: replace(sheet, patient=person)}
    return world


class HelpDoubles:
    """What a session double has of help."""

    hub: Hub
    practising = False

    def add_help(self, world: World, make: Callable[[], Any]) -> None:
        """`make` gives a session to practise in."""
        self.hard_day = DoubleHardDay(self.hub)
        self.no_signal = DoubleNoSignal(world)
        self.tour = DoubleTour(next((name for name, row in world.visits.items() if row.signed_at), None))
        self.practice = Practice()

        async def start() -> Any:
            inner = make()
            inner.practising, inner.practice = True, self.practice
            return inner

        self.practice.open = start
