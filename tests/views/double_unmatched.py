"""People who are on nobody's list, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from app.domain.patient import FaceSheet, PatientRow
from app.domain.unmatched import Candidate, Face, MatchingPage, NewPerson, Sign, Standing, Unmatched
from app.errors import RecordError
from app.services.unmatched import NO_NAME
from app.store.changes import Topic
from tests.views.double_world import Hub, World, now

ROSA = Face("b", "Rosa Díaz", date(1940, 2, 3), ("M-77",), "12 Oak Street, Fresno, CA")
OTHER = Face("c", "Rosario Diaz", date(1938, 2, 3), (), "9 Elm Road, Fresno, CA")
WAITS = Unmatched(
    face=Face("tmp", "Rosa Diaz", date(1940, 2, 3), (), "12 Oak St"),
    nurse="Ana Ruiz, RN",
    made_at=now(),
    visits=2,
    candidates=(
        Candidate(
            ROSA,
            {
                "name": Sign.AGREES,
                "birth-date": Sign.AGREES,
                "member-number": Sign.UNKNOWN,
                "address": Sign.AGREES,
            },
        ),
        Candidate(
            OTHER,
            {
                "name": Sign.DIFFERS,
                "birth-date": Sign.DIFFERS,
                "member-number": Sign.UNKNOWN,
                "address": Sign.DIFFERS,
            },
        ),
    ),
)


@dataclass
class DoubleUnlisted:
    """Whoever is made stands in the list at once, as a real device has her."""

    world: World
    hub: Hub
    made: list[NewPerson] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)

    async def make(self, person: NewPerson) -> str:
        if not person.name.strip():
            raise RecordError(NO_NAME)
        self.made.append(person)
        person_id = f"new-{len(self.made)}"
        row = PatientRow(
            person_id, person.name, person.name, person.born_on, None, None, None, unmatched=True
        )
        sheet = FaceSheet(
            row, person.number or None, None, person.address or None, None, None, (), (), None, None
        )
        self.world.people[person_id] = sheet
        self.standing[person_id] = Standing(sent=False)
        self.hub.publish(Topic.PATIENTS)
        return person_id

    async def find_standing(self, patient_id: str) -> Standing | None:
        return self.standing.get(patient_id)


@dataclass
class DoubleMatching:
    """`error` is raised when the plan is asked."""

    people: list[Unmatched] = field(default_factory=list)
    sought: list[tuple[str, str]] = field(default_factory=list)
    error: Exception | None = None

    async def count(self) -> tuple[int, int]:
        page = MatchingPage(now(), tuple(self.people))
        return len(page.waiting), len(page.joined)

    async def read(self) -> MatchingPage:
        if self.error is not None:
            raise self.error
        return MatchingPage(now(), tuple(self.people))

    async def look_for(self, person_id: str, name: str) -> MatchingPage:
        self.sought.append((person_id, name))
        return await self.read()

    async def join(self, person_id: str, member_id: str) -> MatchingPage:
        if self.error is None:
            member = next(one.face for one in WAITS.candidates if one.face.patient_id == member_id)
            self._set(person_id, replace(WAITS, candidates=(), member=member, joined_at=now()))
        return await self.read()

    async def undo(self, person_id: str) -> MatchingPage:
        if self.error is None:
            self._set(person_id, WAITS)
        return await self.read()

    def _set(self, person_id: str, other: Unmatched) -> None:
        self.people = [other if one.face.patient_id == person_id else one for one in self.people]
