"""Alerts in memory: what the real rules find in a draft of the double world, and what was said back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.domain.alert import PRIVATE_TEXT
from app.domain.safety import SafetyContext, evaluate
from app.domain.visit import VisitDraft
from app.errors import WrongPin
from app.services.alert_lines import of_finding
from app.services.alert_models import AlertLine, PrivateDetail
from app.services.safety_context import USUAL, to_quiet
from tests.views.double_world import Hub, World, now

SECRET = "482915"


def find_lines(world: World, draft: VisitDraft) -> tuple[AlertLine, ...]:
    """As the page shows them: those that a test put there, else what the rules find."""
    if draft.id in world.alerts or not world.live_alerts:
        return world.alerts.get(draft.id, ())
    marks = [to_quiet(entry.answers) for entry in draft.entries.get(USUAL, ())]
    context = SafetyContext(
        now=now(),
        modality=draft.modality,
        setting=draft.setting,
        answers=draft.answers,
        quiet=tuple(one for one in marks if one is not None),
        settings=world.settings,
    )
    name = world.people[draft.patient_id].patient.display_name
    visit = (draft.id, draft.patient_id, name)
    return tuple(
        of_finding(one, None, f"{draft.id}-{one.subject}", visit, world.settings, now())
        for one in evaluate(context)
    )


def make_line(number: int = 1, **changes: object) -> AlertLine:
    """An alert of some colleague's visit."""
    line = AlertLine(
        id=f"00000000-0000-4000-8000-00000000000{number}",
        patient_id="p0",
        patient_name="Rosa Colón",
        visit_id=None,
        rule="SEVERE_SYMPTOM",
        subject="esas-pain",
        level="today",
        state="open",
        finding="Pain 8 of 10.",
        detail="",
        private=False,
        owner="nurse",
        fired_at=now() - timedelta(hours=2),
        due_at=now() + timedelta(hours=22),
        received=True,
        phone="(559) 555-0199",
        title="Severe symptom",
        actions=("Do something about it in this visit, then measure again.",),
        due="Look again within 24 hours",
        phone_for="on-call",
    )
    return replace(line, **changes)  # type: ignore[arg-type]  # fields by name


def make_private(number: int = 9) -> AlertLine:
    return make_line(
        number, rule="", subject="", level="act-now", finding=PRIVATE_TEXT, title=PRIVATE_TEXT,
        private=True, actions=(), due="", due_at=None, owner="", phone="(559) 555-0177",
        phone_for="supervisor",
    )  # fmt: skip


@dataclass
class DoubleAlerts:
    world: World
    hub: Hub
    said: list[tuple[str, str, str]] = field(default_factory=list)
    """(what, alert id, words)."""

    async def list_open(self) -> tuple[AlertLine, ...]:
        return tuple(self.world.open_alerts)

    async def find_received(self, ids: Collection[str]) -> frozenset[str]:
        return frozenset(one.id for one in self.world.open_alerts if one.received).intersection(ids)

    async def acknowledge(self, alert_id: str) -> None:
        self.said.append(("acknowledge", alert_id, ""))

    async def finish(self, alert_id: str, reason: str) -> None:
        self.said.append(("finish", alert_id, reason))

    async def open_private(self, alert_id: str, secret: str, visit_id: str | None = None) -> PrivateDetail:
        if secret != SECRET:
            raise WrongPin
        return PrivateDetail(
            "Private task",
            "Suspected abuse, neglect or exploitation.",
            ("Phone now.",),
            phone="(559) 555-0188",
        )
