"""The nurse's day in memory: what a test planned, facts at the door, "check on me"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from app.domain.check_on_me import CheckOnMe
from app.domain.day import Planned, PlannedState, Stop, arrange
from app.domain.going_in import GoingIn, GoingInKind
from app.errors import RecordError
from app.services.day_models import DayCheck, DayPage, DayStop
from app.store.changes import Topic
from tests.views.double_services import DoubleCaseload
from tests.views.double_world import NURSE, Hub, World, now


def plan_visit(
    world: World,
    person: int,
    hours: float,
    *,
    kind: str = "routine",
    state: PlannedState = PlannedState.COMING,
    visit_id: str | None = None,
    next_on: date | None = None,
    **more: object,
) -> str:
    """Put a planned visit into the world; returns its id. `hours` from now."""
    sheet = world.people[f"p{person}"]
    planned = Planned(f"a{len(world.stops)}", f"p{person}", now() + timedelta(hours=hours), kind=kind)
    signed_at = now() if state is PlannedState.NOT_SEEN else None
    stop = Stop(planned, state, visit_id, next_on, signed_at)
    made = DayStop(stop, sheet.patient.display_name, sheet.address, sheet.phone)
    world.stops.append(replace(made, **more))  # type: ignore[arg-type]  # fields by name
    return planned.id


@dataclass
class DoubleDay:
    world: World
    hub: Hub
    caseload: DoubleCaseload
    order: tuple[str, ...] = ()

    async def read(self) -> DayPage:
        today = await self.caseload.today()
        stops = {one.stop.planned.id: one for one in self.world.stops}
        places = {one: at for at, one in enumerate(self.order)}
        by_time = sorted(stops.values(), key=lambda one: one.stop.planned.start)
        placed = arrange([one.stop for one in by_time], places)
        return DayPage(
            today=today,
            stops=tuple(stops[one.planned.id] for one in placed),
            clocks=tuple(self.world.clocks),
            tries=tuple(self.world.tries),
            checks=tuple(self.world.checks),
            own_order=bool(self.order),
            supervisor_phone=self.world.settings.phones.get("supervisor"),
        )

    async def put_in_order(self, ids: Sequence[str]) -> None:
        self.order = tuple(ids)
        self.hub.publish(Topic.VISITS)


@dataclass
class DoubleGoingIn:
    world: World
    hub: Hub
    noted: list[tuple[str, GoingInKind, str]] = field(default_factory=list)
    gone: list[tuple[str, GoingInKind]] = field(default_factory=list)

    async def note(self, patient_id: str, kind: GoingInKind, words: str = "") -> None:
        self.noted.append((patient_id, kind, words))
        fact = GoingIn(kind, words, now(), NURSE.name, ("Flag/x",), pending=True)
        self._put(patient_id, kind, (fact,))

    async def take_away(self, patient_id: str, kind: GoingInKind) -> None:
        self.gone.append((patient_id, kind))
        self._put(patient_id, kind, ())

    def _put(self, patient_id: str, kind: GoingInKind, fact: tuple[GoingIn, ...]) -> None:
        self.world.stops = [
            replace(one, going_in=(*(f for f in one.going_in if f.kind is not kind), *fact))
            if one.patient_id == patient_id
            else one
            for one in self.world.stops
        ]
        self.hub.publish(Topic.PATIENTS)


@dataclass
class DoubleChecks:
    world: World
    hub: Hub
    finished: list[tuple[str, str]] = field(default_factory=list)
    error: RecordError | None = None

    async def ask(self, patient_id: str, at: datetime) -> None:
        if self.error is not None:
            raise self.error
        check = CheckOnMe("c1", patient_id, NURSE.reference, NURSE.name, now(), at)
        name = self.world.people[patient_id].patient.display_name
        self.world.checks = [DayCheck(check, name, None, mine=True)]
        self.hub.publish(Topic.VISITS)

    async def list_all(self) -> tuple[DayCheck, ...]:
        return tuple(self.world.checks)

    async def finish(self, check_id: str, words: str = "") -> None:
        self.finished.append((check_id, words))
        self.world.checks = [one for one in self.world.checks if one.check.id != check_id]
        self.hub.publish(Topic.VISITS)
