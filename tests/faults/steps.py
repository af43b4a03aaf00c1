"""Small parts of a schedule: one edit, faults in turn, what is counted, and an ear at the logs."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field

import httpx

from tests.faults.device import Device
from tests.faults.faulty_network import Fault, Judge, bites, is_write
from tests.faults.many import MARK
from tests.faults.ward import PATIENTS


@dataclass
class Tally:
    """What a run of schedules did, all counted where it happened."""

    schedules: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    effective: Counter[str] = field(default_factory=Counter)
    judged: int = 0
    found: Counter[str] = field(default_factory=Counter)
    """What the judgements found: lost, doubled, wrongly reported received, and broken invariants by number."""


class Listener(logging.Handler):
    """Everything that is logged, to be searched for what may never stand in a log (I6)."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if MARK in record.getMessage() or (record.exc_info and MARK in str(record.exc_info[1])):
            self.found.append(record.name)


async def edit(device: Device, which: int, how: str) -> bool:
    """One change of a record that is there already; False where there is none to change."""
    if how == "addendum":
        signed = [visit_id for visit_id, made in device.charted.items() if made.signed]
        return bool(signed) and await device.may_add(signed[which % len(signed)])
    if how in ("acknowledge", "finish"):
        standing = await device.list_alerts()
        if not standing:
            return False
        alert_id = standing[which % len(standing)]
        await (device.finish(alert_id) if how == "finish" else device.acknowledge(alert_id))
        return True
    for who in PATIENTS:
        known = await device.list_referrals(who)
        if known and await device.move_referral(who, known[which % len(known)], how):
            return True
    return False


OWN_DOOR = "/$hearthside-"
"""In the path of what only our plan is asked: leaves, drafts of other tablets."""


def in_turn(faults: list[Fault], *, writes_only: bool = False, reads_only: bool = False) -> Judge:
    """The first requests meet these faults, each one. A read is what is asked of the records, with a token.

    A fault of large requests waits for one; those behind it go first.
    """
    waiting = list(faults)

    def judge(request: httpx.Request) -> Fault:
        writes = is_write(request)
        if not waiting or (writes_only and not writes):
            return Fault.NONE
        if reads_only and (writes or "authorization" not in request.headers or OWN_DOOR in request.url.path):
            return Fault.NONE
        at = next((n for n, fault in enumerate(waiting) if bites(fault, request)), None)
        return Fault.NONE if at is None else waiting.pop(at)

    return judge
