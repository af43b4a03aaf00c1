"""Telling the plan what waits on this device, which passes failed (F02), and how its audit chain goes on.

Said only when there is news, so that a quiet pass costs nothing. Who read what here is told in batches: at the latest
ten minutes after it happened, and with whatever else is told. Kinds, counts, times, codes and ids; never a name or a
word from a record.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.errors import PlanError
from app.store import meta
from app.store.audit_telling import AGREED, Telling, keep_answer, read_telling
from app.store.engine import Store
from app.store.pass_reports import Aside, Depth, list_untold, mark_told, read_asides, read_depths
from app.store.passes import PassRow
from app.store.times import find_time, to_text
from app.sync.aside_words import in_words
from app.sync.capabilities import Capabilities
from app.sync.contact_report import decode_answer, encode_report
from app.sync.fhir import json_text
from app.sync.fhir.write import time_text
from app.sync.transport import FHIR_JSON, FhirClient, utc_now

OPERATION = "$hearthside-contact"
MOST_PASSES = 50
MOST_EVENTS, MOST_ROUNDS = 200, 10
"""Audit events in one contact, and contacts in a row while there are more."""
EVENTS_WAIT, EVENTS_ENOUGH = timedelta(minutes=10), 50
"""Audit events alone are news once the oldest has waited that long, or that many have come together."""
TOLD = "depth-told"
"""Meta key: what the plan was last told of what waits here."""
_log = logging.getLogger("app.sync")


TOLD_AT = "depth-told-at"
"""Meta key: when, by this device's clock."""
AT_LEAST_EVERY = timedelta(minutes=15)
"""So often the plan hears of this device although nothing is new: "Not heard from since" must be true."""


@dataclass(frozen=True, slots=True)
class _News:
    passes: tuple[PassRow, ...]
    depths: tuple[Depth, ...]
    asides: tuple[tuple[Aside, str], ...]
    told_at: datetime | None
    depths_told: str
    telling: Telling

    @property
    def mark(self) -> str:
        """What makes a difference to somebody at the plan: kinds, counts, reasons and since when."""
        said = [f"{one.kind}:{one.set_aside:d}:{one.count}:{time_text(one.oldest)}" for one in self.depths]
        return ";".join([*said, *(f"{one.kind}/{why}:{one.count}" for one, why in self.asides)])

    def is_worth_a_request(self, now: datetime) -> bool:
        if self.passes or self.mark != self.depths_told:
            return True
        # A clock that was set back must not keep it silent.
        if self.told_at is None or abs(now - self.told_at) >= AT_LEAST_EVERY:
            return True
        oldest = self.telling.oldest
        if oldest is None:
            return False
        # A clock that was set back must not keep the log here.
        return self.telling.untold >= EVENTS_ENOUGH or abs(now - oldest) >= EVENTS_WAIT


async def report_contact(
    store: Store, client: FhirClient, capabilities: Capabilities, *, now: Callable[[], datetime] = utc_now
) -> None:
    """Tell what is news since the last time. A plan that does not ask for it is not told; raises no PlanError."""
    if not capabilities.contact:
        return
    news = await store.read(_read)
    if not news.is_worth_a_request(now()):
        return
    for _round in range(MOST_ROUNDS):
        if not await _tell(store, client, news, now()):
            return
        told, news = news.telling.told, await store.read(_read)
        # A plan whose count of events stays where it was is not asked again and again.
        if not news.telling.events or news.telling.told == told:
            return


async def _tell(store: Store, client: FhirClient, news: _News, at: datetime) -> bool:
    """One contact; False when the plan did not take it: told with the next one, nothing waits for it."""
    report = encode_report(device_of(store.store_id), news.depths, news.passes, news.telling, news.asides)
    body = json_text.dumps(report).encode()
    try:
        answer = await client.send("POST", OPERATION, body, {"Content-Type": FHIR_JSON})
        if not answer.ok:
            raise answer.error()
    except PlanError as error:
        _log.info("the plan was not told of the last passes: %s %s", type(error).__name__, error.detail)
        return False
    said = decode_answer(answer.resource)
    if said is not None and said[1] != AGREED:
        _log.warning("the plan holds another audit log of this device: %s, %d events there", said[1], said[0])

    def keep(connection: Connection) -> None:
        mark_told(connection, [row.id for row in news.passes])
        meta.put(connection, TOLD, news.mark)
        meta.put(connection, TOLD_AT, to_text(at))
        if said is not None:
            keep_answer(connection, *said)

    await store.write(keep)
    return True


def device_of(store_id: str) -> str:
    """How the plan tells this user's devices apart; the name of the store on the disk stays on the device."""
    return hashlib.sha256(f"hearthside-device {store_id}".encode()).hexdigest()[:32]


def _read(connection: Connection) -> _News:
    return _News(
        list_untold(connection, MOST_PASSES),
        read_depths(connection),
        tuple(in_words(read_asides(connection))),
        find_time(meta.find(connection, TOLD_AT)),
        meta.find(connection, TOLD) or "",
        read_telling(connection, MOST_EVENTS),
    )
