""" "No signal for days": what lies on this tablet, since when, whom to call. Figures are read from the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.services.plan_settings import read_settings
from app.store import outbox_groups, passes, patients, sessions, visits
from app.store.engine import Store
from app.store.outbox_kinds import GroupKind
from app.sync.plan_keys import find_keys
from app.sync.pull import OWN_VISITS_STAY

SUPERVISOR, ON_CALL = "supervisor", "on-call"


@dataclass(frozen=True, slots=True)
class NoSignal:
    """`last_contact`: the plan's own time of the last complete contact. `oldest`: since when the oldest waits.

    `set_aside` is how much of what waits the plan refused. `kept_days`: how long what was received stays here.
    """

    last_contact: datetime | None
    visits: int
    alerts: int
    others: int
    set_aside: int
    oldest: datetime | None
    drafts: int
    people: int
    sign_in: bool
    supervisor_phone: str | None
    on_call_phone: str | None
    sealed: bool = False
    """Whether the plan takes visits that another tablet brings."""
    kept_days: int = OWN_VISITS_STAY.days

    @property
    def waiting(self) -> int:
        return self.visits + self.alerts + self.others


class NoSignalPage:
    """Reads what the page shows; needs no network."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self) -> NoSignal:
        return await self._store.read(_read)


def _read(connection: Connection) -> NoSignal:
    waiting = outbox_groups.list_waiting(connection)
    kinds = [one.kind for one in waiting]
    success = passes.find_last_success(connection)
    sign_in = sessions.find(connection)
    phones = read_settings(connection).phones
    told = None if success is None else success.server_at
    return NoSignal(
        last_contact=None if told is None else told.astimezone(),
        visits=kinds.count(GroupKind.VISIT),
        alerts=kinds.count(GroupKind.ALERT),
        others=sum(kind not in (GroupKind.VISIT, GroupKind.ALERT) for kind in kinds),
        set_aside=sum(one.set_aside for one in waiting),
        oldest=min((one.since for one in waiting), default=None),
        drafts=len(visits.list_drafts(connection)),
        people=patients.count(connection),
        sign_in=sign_in is None or sign_in.ended,
        supervisor_phone=phones.get(SUPERVISOR),
        on_call_phone=phones.get(ON_CALL),
        sealed=find_keys(connection) is not None,
    )
