"""What a nurse does on her device, and what she saw being saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.domain.alert import AlertState
from app.domain.visit import AnsweredBy, Modality, PersonRef, Setting
from app.errors import NotFound
from app.services.addenda import Addenda
from app.services.alerts import Alerts
from app.services.clock import Clock
from app.services.models import VisitState
from app.services.planning import Referrals, read_referrals
from app.services.summaries import status_of
from app.services.visits import NotReadyToSign, Visits
from app.store import alerts, outbox
from app.store.engine import Store
from tests.faults.checker import Saved


@dataclass
class Charted:
    """What the nurse saw being saved of one visit."""

    patient_id: str
    values: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    signed: bool = False


class Nurse:
    """Acts through the services that the screens use. What `saved` lists was on the disk when its call returned."""

    store: Store

    def __init__(self, name: str, me: PersonRef) -> None:
        self.name = name
        self.me = me
        self.charted: dict[str, Charted] = {}
        self._words: list[tuple[str, str, str]] = []
        self._counter = 0

    def take(self, store: Store, clock: Clock) -> None:
        """The device is open and in her hands."""
        self.store = store
        self.visits = Visits(store, self.me, clock)
        self._alerts = Alerts(store, self.me, clock, _verify)
        self._addenda = Addenda(store, self.me, clock)
        self._referrals = Referrals(store, self.me, clock)

    async def begin(self, patient_id: str) -> str | None:
        """None when this person is not on the device."""
        try:
            visit_id = await self.visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
        except NotFound:
            return None
        if visit_id not in self.charted:
            self.charted[visit_id] = Charted(patient_id)
            await self.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
        return visit_id

    def find_draft(self, patient_id: str) -> str | None:
        drafts = (v for v, made in self.charted.items() if made.patient_id == patient_id and not made.signed)
        return next(drafts, None)

    async def tap(self, visit_id: str, link_id: str, value: Any, entry: str = "") -> None:
        await self.visits.answer(visit_id, link_id, value=value, entry=entry)
        self.charted[visit_id].values[link_id] = value

    async def write(self, visit_id: str, link_id: str, text: str, entry: str = "") -> None:
        await self.visits.set_text(visit_id, link_id, text, entry=entry)
        self.charted[visit_id].values[link_id] = text

    async def note(self, visit_id: str, text: str) -> None:
        await self.visits.set_note(visit_id, text)
        self.charted[visit_id].note = text

    async def converse(self, visit_id: str) -> None:
        """A version of the conversation about what matters."""
        await self.write(visit_id, "conv-matters-words", self.words())

    async def plan(self, visit_id: str) -> None:
        """A line of the plan of care."""
        entry = await self.visits.add_entry(visit_id, "care-goals")
        await self.write(visit_id, "goal-problem", self.words(), entry)

    async def refer(self, visit_id: str) -> None:
        entry = await self.visits.add_entry(visit_id, "referrals")
        await self.tap(visit_id, "ref-to", "complex-care", entry)

    async def sign(self, visit_id: str) -> None:
        await self.visits.leave(visit_id)
        try:
            await self.visits.sign(visit_id)
        except NotReadyToSign:
            return  # her clock went back: the page asks for the times
        self.charted[visit_id].signed = True

    async def document(
        self, patient_id: str, pain: int = 3, *, note: str = "", extra: str = ""
    ) -> str | None:
        """A whole visit; from pain 7 on the safety rules raise an alert. `extra`: converse, plan or refer."""
        visit_id = await self.begin(patient_id)
        if visit_id is None:
            return None
        await self.tap(visit_id, "esas-pain", pain)
        await self.note(visit_id, note or self.words())
        if extra:
            await {"converse": self.converse, "plan": self.plan, "refer": self.refer}[extra](visit_id)
        await self.sign(visit_id)
        return visit_id

    async def add_to(self, visit_id: str) -> str:
        """An addendum to a signed visit of hers."""
        words = self.words()
        added = await self._addenda.add(visit_id, words)
        self._words.append(("DocumentReference", added, words))
        return added

    async def may_add(self, visit_id: str) -> bool:
        """The same; False when the visit is no longer on the device."""
        try:
            await self.add_to(visit_id)
        except NotFound:
            return False
        return True

    async def list_alerts(self) -> list[str]:
        """Those that stand, on this device."""
        return [one.id for one in await self.store.read(alerts.list_standing)]

    async def acknowledge(self, alert_id: str) -> None:
        await self._alerts.acknowledge(alert_id)

    async def finish(self, alert_id: str) -> None:
        words = self.words()
        await self._alerts.finish(alert_id, words)
        held = await self.store.read(lambda c: alerts.find(c, alert_id))
        if held is not None and held.state is AlertState.DONE and held.closed_reason == words:
            self._words.append(("Task", alert_id, words))

    async def list_referrals(self, patient_id: str) -> list[str]:
        """References of standing referrals, with a loop or without."""
        return [one.reference for one in await self.store.read(lambda c: read_referrals(c, patient_id))]

    async def move_referral(self, patient_id: str, reference: str, state: str) -> bool:
        """What became of a referral; False when its loop is not on this device."""
        words = self.words()
        before = await self._last_change()
        try:
            await self._referrals.set_state(patient_id, reference, state, words)
        except NotFound:
            return False
        task_id = await self.store.read(
            lambda c: c.exec_driver_sql(
                "SELECT id FROM change WHERE seq > ? ORDER BY seq", (before,)
            ).scalar_one()
        )
        self._words.append(("Task", task_id, words))
        return True

    async def _last_change(self) -> int:
        return await self.store.read(
            lambda c: int(c.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM change").scalar_one())
        )

    def words(self) -> str:
        """A text that nobody else ever writes."""
        self._counter += 1
        return f"{self.name} said ☂☂☂ {self._counter}."

    def saved(self) -> list[Saved]:
        """All that the nurse saw being saved, as she saw it last."""
        found: list[Saved] = []
        for visit_id, made in self.charted.items():
            found += [Saved.answer(self.name, visit_id, link, value) for link, value in made.values.items()]
            found += [Saved.note(self.name, visit_id, made.note)] if made.note else []
            found += [Saved.signed(self.name, visit_id)] if made.signed else []
        return found + [Saved.words(self.name, kind, own, text) for kind, own, text in self._words]

    async def list_received(self) -> tuple[str, ...]:
        """Her visits that the device calls received by the plan."""
        ids = list(self.charted)
        rows = await self.store.read(lambda c: outbox.visit_status_rows(c, ids))
        states = {visit_id: status_of(row).state for visit_id, row in rows.items()}
        return tuple(visit_id for visit_id, state in states.items() if state is VisitState.RECEIVED)


async def _verify(_secret: str) -> None:
    """Anybody may open private alerts here."""
