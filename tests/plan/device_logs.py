"""A device's audit log as tests make, damage and tell it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from plan.database import read_transaction
from plan.device_audit import Seen, list_seen
from plan.device_audit.reading import list_chains
from plan.device_audit.tables import DeviceChain
from tests.plan.plan_doubles import Plan

OPERATION = "$hearthside-contact"


@dataclass(frozen=True)
class Event:
    """An event as a device makes it; written here once more, so that both sides are held to one format."""

    seq: int
    at: str
    action: str
    subject: str | None
    previous: str
    actor: str = "Practitioner/ana"
    patient: str | None = None

    @property
    def digest(self) -> str:
        fields = [self.previous, self.seq, self.at, self.actor, self.action, self.subject]
        return hashlib.sha256(json.dumps(fields).encode()).hexdigest()

    def parts(self) -> list[dict[str, Any]]:
        texts = {
            "at": self.at,
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "previous": self.previous,
            "digest": self.digest,
            "patient": self.patient,
        }
        seq = {"name": "seq", "valueUnsignedInt": self.seq}
        return [seq, *({"name": name, "valueString": text} for name, text in texts.items() if text)]


class Log:
    """A device's log that a test may also damage."""

    def __init__(self, events: list[Event] | None = None) -> None:
        self.events = list(events or [])

    def add(self, action: str = "read", subject: str | None = "Patient/a", *, hour: int = 9) -> Log:
        seq = len(self.events) + 1
        at = f"2026-06-01T{hour:02d}:{seq // 60:02d}:{seq % 60:02d}.000000Z"
        previous = self.events[-1].digest if self.events else ""
        self.events.append(Event(seq, at, action, subject, previous))
        return self

    def report(self, after: int = 0, *, most: int = 500, device: str = "d-1") -> dict[str, Any]:
        head = [{"name": "head", "valueString": self.events[-1].digest}] if self.events else []
        chain = [{"name": "length", "valueUnsignedInt": len(self.events)}, *head]
        told = [{"name": "event", "part": one.parts()} for one in self.events[after : after + most]]
        parameters = [{"name": "device", "valueString": device}, {"name": "audit", "part": chain}, *told]
        return {"resourceType": "Parameters", "parameter": parameters}


def tell(plan: Plan, report: dict[str, Any], user: str = "ana") -> tuple[int, str]:
    """What the plan says that it holds, and whether it agrees."""
    answer = plan.as_user(user).post(OPERATION, json=report)
    assert answer.status_code == 200, answer.text
    known, state = answer.json()["parameter"]
    return known["valueUnsignedInt"], state["valueCode"]


def chains(engine: Engine, user: str = "u1") -> list[DeviceChain]:
    with read_transaction(engine) as connection:
        return list(list_chains(connection, user, "d-1"))


def seen(engine: Engine, patient: str = "a") -> list[Seen]:
    with read_transaction(engine) as connection:
        return list(list_seen(connection, patient))


def ten() -> Log:
    log = Log()
    for _ in range(10):
        log.add()
    return log
