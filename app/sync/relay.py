"""Bringing sealed copies to the plan: those of other stores on this tablet, or of any directory.

What is in them cannot be read here, nor whose they are. Nothing is deleted: the store that laid a copy deletes it when
it knows what became of its write; one that no longer opens keeps its copies for good.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection

from app.errors import NotFhir, PlanDown, PlanError
from app.store import meta, sealed, times
from app.store.courier_files import SealedFiles, find_all
from app.store.engine import Store
from app.sync import carrying
from app.sync.capabilities import Capabilities
from app.sync.carry_receipt import CarriedReceipt, read_receipt
from app.sync.fhir import read
from app.sync.plan_door import PlanDoor, door_of
from app.sync.plan_keys import find_keys
from app.sync.transport import FhirClient, utc_now

PATH = "courier"
MOST_A_PASS = 40
"""Copies of others brought in one pass: own visits and what is read come first."""
ASK_AGAIN = timedelta(hours=20)
"""After that a copy that the plan keeps for somebody, or refused, is brought once more."""
_EPOCH = "epoch"
"""Beside the write ids: which plan said it, so that a plan put back to an earlier day is brought them again."""
_log = logging.getLogger("app.sync")


class Said(StrEnum):
    """What the plan said of one copy."""

    APPLIED = "applied"
    KNOWN = "known"
    HELD = "held"
    LATER = "later"
    REFUSED = "refused"


ARRIVED = (Said.APPLIED, Said.KNOWN)
_SAID = frozenset(said.value for said in Said)


class Told(NamedTuple):
    """The plan's answer for one copy; `receipt` is for whoever wrote it."""

    said: Said
    reason: str = ""
    receipt: CarriedReceipt | None = None


@dataclass(slots=True)
class Brought:
    """What became of the copies, by write id. `reasons` are the plan's words for those that did not arrive."""

    said: dict[str, Said] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, CarriedReceipt] = field(default_factory=dict)

    def count(self, *which: Said) -> int:
        return len(self.list_ids(*which))

    def list_ids(self, *which: Said) -> frozenset[str]:
        return frozenset(write_id for write_id, said in self.said.items() if said in which)


async def bring_one(door: PlanDoor, document: dict[str, Any]) -> Told:
    """Bring one copy. Raises PlanError when the plan did not say what became of it."""
    answer = await door.ask("POST", PATH, document, signed=True)
    state = read.text(answer.document, "state") or ""
    reason = read.text(answer.document, "reason") or ""
    if answer.ok and state in _SAID:
        return Told(Said(state), reason, read_receipt(answer.document.get("receipt")))
    if answer.status == 429 or answer.ok:
        raise PlanDown(detail=f"HTTP {answer.status}")
    if answer.status in (401, 403, 404, 405):
        raise NotFhir(detail=f"HTTP {answer.status}")
    return Told(Said.REFUSED, "The plan did not take it.")


async def bring_all(
    door: PlanDoor,
    copies: Iterable[tuple[str, dict[str, Any]]],
    stop: Callable[[], bool] = lambda: False,
) -> Brought:
    """Bring copies; those that must wait for others go once more for as long as others arrive. Raises PlanError."""
    brought = Brought()
    waiting = dict(copies)
    moved = True
    while waiting and moved:
        moved = False
        for write_id, document in list(waiting.items()):
            if stop():
                return brought
            said, reason, receipt = await bring_one(door, document)
            brought.said[write_id] = said
            if receipt is not None and receipt.write_id == write_id:
                brought.receipts[write_id] = receipt
            brought.reasons.pop(write_id, None)
            if said is Said.LATER:
                brought.reasons[write_id] = reason
                continue
            del waiting[write_id]
            moved = moved or said in ARRIVED
            if said not in ARRIVED:
                brought.reasons[write_id] = reason
    return brought


def read_copies(
    directories: Iterable[SealedFiles], plan: str | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Copies by write id, each once; only those sealed to this plan where `plan` (its root key's id) is given."""
    seen: set[str] = set()
    for files in directories:
        for write_id in sorted(files.list_ids() - seen):
            document = files.read(write_id)
            if document is None or (plan is not None and document.get("plan") != plan):
                continue
            seen.add(write_id)
            yield write_id, document


async def relay(
    store: Store,
    client: FhirClient,
    capabilities: Capabilities,
    *,
    stop: asyncio.Event | None = None,
    now: Callable[[], datetime] = utc_now,
) -> int:
    """At the end of a pass: bring what other stores on this tablet have sealed; returns how many arrived.

    And copies of this very store that it does not know: it was put back to an older day. Raises no PlanError.
    """
    users = store.path.parent.parent
    if capabilities.keys is None or users.name != "users":
        return 0
    keys = await store.read(find_keys)
    if keys is None:
        return 0
    epoch = capabilities.store_epoch or ""
    told = await store.read(lambda c: _read_told(c, epoch))
    at = now()
    copies, here = await asyncio.to_thread(_collect, users, keys.root_id, told, at)
    known = await store.read(lambda c: sealed.list_known(c, frozenset(copies)))
    others = [(write_id, document) for write_id, document in copies.items() if write_id not in known]
    if not others:
        return 0
    others.sort(key=lambda one: _asked_at(told.get(one[0])))
    try:
        async with door_of(client) as door:
            stopped = stop.is_set if stop is not None else lambda: False
            brought = await bring_all(door, others[:MOST_A_PASS], stopped)
    except PlanError as error:
        _log.info("copies of others were not brought: %s %s", type(error).__name__, error.detail)
        return 0
    news = {write_id: f"{said} {times.to_text(at)}" for write_id, said in brought.said.items()}
    await store.write(lambda c: _keep_told(c, epoch, news, here))
    arrived, refused = brought.list_ids(*ARRIVED), brought.list_ids(Said.REFUSED)
    await carrying.hand_in(store, brought.receipts, arrived, refused)
    return brought.count(*ARRIVED)


def _collect(
    users: Path, plan: str, told: dict[str, str], at: datetime
) -> tuple[dict[str, dict[str, Any]], frozenset[str]]:
    """Copies that are due, and the ids of all."""
    found = list(find_all(users))
    here = frozenset().union(*(files.list_ids() for files in found)) if found else frozenset()
    due = {write_id for write_id in here if _is_due(told.get(write_id), at)}
    return {w: d for w, d in read_copies(found, plan) if w in due}, here


def _is_due(told: str | None, at: datetime) -> bool:
    said, _, text = (told or "").partition(" ")
    if said in ARRIVED:
        return False
    try:
        last = times.find_time(text or None)
    except ValueError:
        last = None
    waited = last is None or not timedelta(0) <= at - last < ASK_AGAIN
    return said not in (Said.HELD, Said.REFUSED) or waited


def _asked_at(told: str | None) -> str:
    """Sorts what was never brought first, then the longest ago: copies that go on waiting must not keep others back."""
    return (told or "").partition(" ")[2]


def _read_told(connection: Connection, epoch: str) -> dict[str, str]:
    """What the plan said of copies; nothing of it counts for a plan that was put back to an earlier day since."""
    try:
        told = json.loads(meta.find(connection, meta.BROUGHT) or "{}")
    except ValueError:
        told = {}
    if not isinstance(told, dict) or told.pop(_EPOCH, None) != epoch:
        return {}
    return {str(name): str(value) for name, value in told.items()}


def _keep_told(connection: Connection, epoch: str, news: dict[str, str], here: frozenset[str]) -> None:
    told = {w: said for w, said in (_read_told(connection, epoch) | news).items() if w in here}
    meta.put(connection, meta.BROUGHT, json.dumps({_EPOCH: epoch, **told}))
