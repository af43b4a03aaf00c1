"""A nurse on call tonight, with three of her team's people in the pack."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.domain.on_call import Duty, Head, PackLine, PackPage
from app.services.oncall import OnCallState
from app.store.changes import Topic
from tests.support.flet_harness import FletHarness
from tests.views.doubles import DoubleDevice, DoubleSession, now


def make_pages() -> dict[str, PackPage]:
    rosa = PackPage(
        Head("r1", "Rosa Colón", "Colón, Rosa", date(1940, 2, 3), "12 Oak Street, Fresno CA 93701"),
        number="881-22",
        phones=("(555) 010-0199", "(555) 010-0142"),
        language="Spanish",
        interpreter=True,
        lines=(
            PackLine("code-status", "No CPR; comfort-focused treatment; on fridge", "POLST", at="2026-10-02"),
            PackLine(
                "crisis",
                "Morphine 5 mg under the tongue, every hour if needed. Call the nurse line, not 911.",
                "Breathlessness at night",
            ),
            PackLine("crisis", "No, wants to stay at home", "Hospital", at="2026-10-02T15:00:00Z"),
            PackLine("agent", "Elena Colón", "Daughter, decides with the person, legal agent", phone="(555) 010-0177"),
            PackLine("agent", "Elena Colón", phone="(555) 010-0178"),
            PackLine("people", "Tomás Colón", "Son", phone="(555) 010-0155"),
            PackLine("allergies", "Penicillin"),
            PackLine(
                "medicines", "5 mg every 4 hours as needed", "Morphine 10 mg/5 mL", "Last counted: 60 mL",
                at="2026-11-01T10:00:00Z",
            ),
            PackLine("medicines", "0.5 mg as needed", "Lorazepam 0.5 mg"),
            PackLine("comfort", "In the home, complete", detail="Kitchen, top shelf", at="2026-11-01T10:00:00Z"),
            PackLine("others", "6"),
            PackLine("visit", "Ana Ruiz, RN", detail="At home", at="2026-11-20T15:00:00Z"),
            PackLine("visit", "Shortness of breath 6, Pain 4", "Symptoms"),
            PackLine("visit", "40", "AKPS"),
            PackLine("visit", "Fan at the window, sits upright", "What is done"),
            PackLine("visit", "Nov 27, 2026", "Next contact", at="2026-11-27"),
        ),
    )  # fmt: skip
    nobody = PackPage(Head("n1", "Walter O'Dowd", "O'Dowd, Walter"))
    died = PackPage(Head("d1", "Grace Okafor", "Okafor, Grace", date(1951, 7, 9), "4 Elm Court"), died=True)
    return {one.head.patient_id: one for one in (rosa, nobody, died)}


def make_duty() -> Duty:
    at = now()
    return Duty(at - timedelta(hours=3), at + timedelta(hours=4), at - timedelta(hours=1), 214)


@dataclass(frozen=True)
class Shift:
    """Puts a nurse on duty, before it, or out of it."""

    session: DoubleSession

    def on(self, **more: object) -> None:
        on_call = self.session.on_call
        on_call.pages, on_call.state = make_pages(), OnCallState(replace(make_duty(), **more), True)  # type: ignore[arg-type]  # fields of a Duty
        self.session.hub.publish(Topic.SYNC)

    def renew(self, **more: object) -> None:
        """A newer pack of the same duty comes, in which Rosa's POLST says something else."""
        on_call = self.session.on_call
        rosa = on_call.pages["r1"]
        lines = (PackLine("code-status", "CPR, full treatment", "POLST"), *rosa.lines[1:])
        on_call.pages["r1"] = replace(rosa, lines=lines)
        self.confirm(tag="newer", **more)

    def confirm(self, **more: object) -> None:
        """The plan was asked again; what it says of the duty has changed so."""
        on_call = self.session.on_call
        assert on_call.state.duty is not None
        on_call.state = OnCallState(replace(on_call.state.duty, **more), True)  # type: ignore[arg-type]  # fields of a Duty
        self.session.hub.publish(Topic.SYNC)

    def before(self) -> None:
        at = now()
        duty = Duty(at + timedelta(hours=1), at + timedelta(hours=14), at, 214)
        self.session.on_call.state = OnCallState(duty, False)
        self.session.hub.publish(Topic.SYNC)

    def over(self) -> None:
        self.session.on_call.state, self.session.on_call.pages = OnCallState(), {}
        self.session.hub.publish(Topic.SYNC)


def shift_of(device: DoubleDevice) -> Shift:
    assert device.session is not None
    return Shift(device.session)


async def open_list(app: FletHarness, device: DoubleDevice, **more: object) -> Shift:
    shift = shift_of(device)
    shift.on(**more)
    await app.until(lambda: app.has("today-oncall"), "the entry on Today")
    await app.tap("today-oncall")
    await app.until(lambda: app.has("oncall-person-r1"), "the list")
    return shift


async def open_page(app: FletHarness, person: str = "r1") -> None:
    """From the list to one person's page."""
    await app.tap(f"oncall-person-{person}")
    await app.until(lambda: app.has("oncall-why-going"), "the reasons")
    await app.tap("oncall-why-going")
    await app.until(lambda: app.has("oncall-begin"), "the page")
