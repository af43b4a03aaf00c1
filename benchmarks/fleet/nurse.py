"""A nurse's day on her tablet, through the services that the screens use. What goes into the ledger was committed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.domain.visit import AnsweredBy, Modality, Setting
from app.domain.visit_kind import VisitKind
from app.errors import HearthsideError
from app.services.alerts import Alerts
from app.services.conflict_models import WHOLE, ConflictLine
from app.services.conflicts import Conflicts, list_for_patient
from app.services.review import Reviewing
from app.services.visits import Visits
from app.store import alerts, conflicts
from benchmarks.fleet.hours import moment
from benchmarks.fleet.plan_people import patient_id
from benchmarks.fleet.schedule import CLOSES, OPENS, Day, Planned
from benchmarks.fleet.tablet import Tablet

SCALE = ("tired", "drowsy", "nausea", "appetite", "sob", "depr", "anx", "wb")
REST: dict[str, tuple[Any, ...]] = {
    "since-last": ("better", "same", "same", "worse"),
    "bowels-days": (0, 1, 1, 2),
    "bowels-how": (("fine",), ("fine",), ("hard",)),
    "at-peace": ("somewhat", "quite", "completely"),
    "caregiver-coping": ("can-go-on", "can-go-on", "strained"),
    "next-none": ("they-call",),
}
"""Answered in every visit, beside the scale."""
SEEN: dict[str, tuple[Any, ...]] = {
    "akps": ("70", "60", "50", "40"),
    "phase": ("stable", "stable", "unstable", "deteriorating"),
    "fall-since": ("no",),
}
"""Answered where the person is seen."""
ALERT = 7
"""From this number on the safety rules raise an alert."""


@dataclass
class _Open:
    """A visit that is being documented."""

    visit_id: str
    answers: dict[str, Any]


class Nurse:
    def __init__(self, tablet: Tablet, start: float, seed: int) -> None:
        self._tablet = tablet
        self._start = start
        self._chance = random.Random(f"{seed}/{tablet.person.index}/answers")  # noqa: S311 - made-up answers
        self._words = 0
        store, me, clock = tablet.store, tablet.me, tablet.clock
        self._visits = Visits(store, me, clock)
        self._alerts = Alerts(store, me, clock, _nobody_asks)
        self._reviews = Reviewing(store, me, clock, supervisor=False)
        self._conflicts = Conflicts(store, me, clock)
        self._talked: set[str] = set()

    def plan_day(self, number: int, day: Day) -> None:
        """Put the day on the tablet's agenda."""
        at = partial(moment, self._start, number)
        self._tablet.set_hours(at(OPENS), at(CLOSES))
        self._tablet.plan(at(OPENS + 25), self.desk_work)
        for one in day.visits:
            self._tablet.plan(at(one.begins), partial(self._begin, one))
        self._tablet.plan(at(CLOSES - 75), self._evening)

    async def _begin(self, planned: Planned) -> None:
        """Half of the visit: a pass may run before the second half, with an alert that must not wait."""
        patient = patient_id(planned.patient)
        modality, setting = Modality(planned.modality), Setting(planned.setting)
        kind = VisitKind.TELEPHONE if modality is Modality.TELEPHONE else VisitKind.ROUTINE
        try:
            visit_id = await self._visits.begin(patient, modality, setting, kind)
        except HearthsideError as error:
            self._tablet.ledger.happened(self._tablet.person.name, f"visit not begun: {type(error).__name__}")
            return
        await self._visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
        visit = _Open(visit_id, {})
        if kind is VisitKind.TELEPHONE:
            await self._answer(visit, "call-identity", ("full-name",))
        await self._answer(visit, "esas-pain", planned.pain)
        for name in SCALE:
            await self._answer(visit, f"esas-{name}", min(10, self._chance.randrange(7)))
        if planned.pain >= ALERT:
            self._tablet.saved()
        rest = self._tablet.clock.at + planned.minutes * 60
        self._tablet.plan(rest, partial(self._end, planned, visit))

    async def _answer(self, visit: _Open, link_id: str, value: Any) -> None:
        await self._visits.answer(visit.visit_id, link_id, value=value)
        visit.answers[link_id] = value[0] if isinstance(value, tuple) else value

    async def _end(self, planned: Planned, visit: _Open) -> None:
        for link_id, choices in REST.items():
            await self._answer(visit, link_id, self._chance.choice(choices))
        if planned.modality == "in-person":
            for link_id, choices in SEEN.items():
                await self._answer(visit, link_id, self._chance.choice(choices))
        if planned.talks:
            text = self._say("What matters")
            await self._visits.set_text(visit.visit_id, "conv-matters-words", text)
            visit.answers["conv-matters-words"] = text
            self._talked.add(patient_id(planned.patient))
        await self._visits.leave(visit.visit_id)
        later = self._tablet.clock.at + planned.signs * 60
        self._tablet.plan(later, partial(self._sign, planned, visit))

    async def _sign(self, planned: Planned, visit: _Open) -> None:
        tablet = self._tablet
        note = self._say("Seen, and agreed on the next days")
        await self._visits.set_note(visit.visit_id, note)
        try:
            await self._visits.sign(visit.visit_id)
        except HearthsideError as error:
            tablet.ledger.happened(tablet.person.name, f"visit not signed: {type(error).__name__}")
            return
        at, name = tablet.clock.at, tablet.person.name
        gap = tablet.link.span(at).gap.value
        back = tablet.link.back_at(at)
        patient = patient_id(planned.patient)
        tablet.ledger.signed(name, visit.visit_id, patient, at, gap, back, visit.answers, note)
        tablet.signed(visit.visit_id)

    def _say(self, words: str) -> str:
        """A text that nobody else ever writes."""
        self._words += 1
        return f"{words}. {self._tablet.person.name} no. {self._words}."

    async def desk_work(self) -> None:
        """Answers to questions, and what two people wrote differently."""
        for asked in await self._reviews.to_me():
            review = asked.review
            words = self._say("It was as written")
            try:
                added = await self._reviews.answer(review.visit_id, review.id, words)
            except HearthsideError as error:
                self._count(f"question not answered: {type(error).__name__}")
                continue
            self._tablet.ledger.words(self._tablet.person.name, "DocumentReference", added, words)
            self._count("question answered")
            self._tablet.saved()
        await self._choose()

    async def _choose(self) -> None:
        """What two people wrote differently. Of two versions the first nurse of a pair chooses; her colleague hears."""
        open_edits = await self._tablet.store.read(conflicts.list_open)
        people = {one.patient_id for one in open_edits if one.patient_id}
        if self._tablet.person.index % 2 == 0:
            people |= self._talked
        for patient in sorted(people):
            for line in await self._tablet.store.read(partial(list_for_patient, patient_id=patient)):
                await self._settle(line)

    async def _settle(self, line: ConflictLine) -> None:
        page = await self._conflicts.read(line.id)
        if page is None:
            return
        choices = {one.id: 0 for one in page.sections} or {WHOLE: 0}
        try:
            await self._conflicts.choose(line.id, choices, page.mark)
        except HearthsideError as error:
            self._count(f"conflict not settled: {type(error).__name__}")
            return
        self._count(f"chosen by a person: {line.what}")
        self._tablet.saved()

    async def _evening(self) -> None:
        """What was done about her alerts, wherever she is; the supervisor may have written on them meanwhile."""
        for alert in await self._tablet.store.read(alerts.list_standing):
            if alert.visit_id is None or self._chance.random() < 0.3:
                continue
            words = self._say("Called the clinician")
            try:
                await self._alerts.finish(alert.id, words)
            except HearthsideError as error:
                self._count(f"alert not finished: {type(error).__name__}")
                continue
            self._tablet.ledger.words(self._tablet.person.name, "Task", alert.id, words)
            self._count("alert finished")
            self._tablet.saved()

    def _count(self, what: str) -> None:
        self._tablet.ledger.happened(self._tablet.person.name, what)


async def _nobody_asks(_secret: str) -> None:
    """No private alert is opened here."""
