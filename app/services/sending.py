""" "Sent & waiting": what waits and why, what was set aside and what to do, receipts, the log, the connection test.

Everything is computed from the outbox, the receipts and the passes on disk; nothing from the end of a loop (F23).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.alert import PRIVATE_TEXT
from app.errors import RecordError
from app.language import N_
from app.services.alert_discretion import ON_THE_PAGE, is_discreet_rule
from app.services.clock import Clock
from app.services.conflict_words import say_title
from app.services.conflicts import Conflicts
from app.services.models import SyncWord
from app.services.plan_settings import read_settings
from app.services.sending_log import Standing, make_log, to_lines
from app.services.sending_models import (
    DayEnd,
    PassLine,
    ReceivedLine,
    RefusedBefore,
    SendingPage,
    SharedLog,
    WaitingLine,
)
from app.services.sending_why import Weather, make_line, read_weather
from app.services.syncing import Syncing
from app.store import meta, outbox, outbox_groups, passes, sessions, times, visits
from app.store.attempts import BootTime, read_boot_clock
from app.store.changes import Topic
from app.store.engine import Store
from app.store.no_patient import NOBODY
from app.store.outbox_groups import WaitingGroup
from app.store.outbox_kinds import AlertOf, GroupKind, find_alerts, find_beginnings, find_files, find_tasks
from app.store.outbox_received import list_received
from app.sync.connection import ConnectionTest
from app.sync.fhir import json_text
from app.sync.loop import SyncLoop
from app.sync.push import RETRIED_AT, RETRY_AFTER
from app.sync.transport import FhirClient

LOG_SHOWN = 100
LOG_SHARED = 500
SURE_WITHIN = timedelta(hours=1)
CHOOSE_FIRST = N_("Please choose between the two versions first.")
MAY_BE_THERE = N_("It cannot be changed any more: the plan may have a part of it. Please try again instead.")


class Sending:
    """What the screen reads and does. One per open session."""

    def __init__(
        self,
        store: Store,
        client: FhirClient,
        loop: SyncLoop,
        syncing: Syncing,
        clock: Clock,
        *,
        conflicts: Conflicts | None = None,
        boot_clock: Callable[[], BootTime] = read_boot_clock,
    ) -> None:
        """Without `conflicts` nobody counts the versions that wait for a choice."""
        self._store = store
        self._client = client
        self._loop = loop
        self._syncing = syncing
        self._clock = clock
        self._conflicts = conflicts
        self._boot_clock = boot_clock
        self._began = (clock.now(), boot_clock())

    async def page(self) -> SendingPage:
        """All of it: what waits from one look at the store, then what there is to choose."""
        working = self._syncing.state().word is SyncWord.WORKING
        last = self._loop.last
        pause = None if last is None else last.retry_after
        now = self._clock.now()
        page = await self._store.read(lambda connection: _read_page(connection, now, working, pause))
        if self._conflicts is None:
            return page
        waits = {f"task-{line.conflict}" for line in page.set_aside if line.conflict is not None}
        choices = sum(line.id not in waits for line in await self._conflicts.list_all())
        return replace(page, day=replace(page.day, choices=choices))

    async def refused_before(self, visit_id: str) -> RefusedBefore | None:
        """Why the plan refused a visit that is a draft again; None for one that it never refused."""
        found = await self._store.read(lambda c: outbox_groups.find_refusals(c, [visit_id]))
        newest = next(reversed(found.get(visit_id, ())), None)
        return None if newest is None else RefusedBefore(newest.reason, newest.at)

    async def log(self, limit: int = LOG_SHOWN) -> tuple[PassLine, ...]:
        """The newest passes first."""
        rows = await self._store.read(lambda connection: passes.list_recent(connection, limit))
        return to_lines(rows, working=self._loop.working)

    async def share_log(self, app_version: str) -> SharedLog:
        """The log as a text file in memory, without a name or a word about anybody."""
        now, working = self._clock.now(), self._loop.working

        def read(connection: Connection) -> SharedLog:
            groups = outbox_groups.list_waiting(connection)
            success = passes.find_last_success(connection)
            sign_in = sessions.find(connection)
            offset = meta.find(connection, meta.CLOCK_OFFSET_MS)
            standing = Standing(
                made_at=now,
                app_version=app_version,
                waiting=sum(not one.set_aside for one in groups),
                set_aside=sum(one.set_aside for one in groups),
                oldest_since=min((one.since for one in groups), default=None),
                size=sum(one.size for one in groups),
                last_success_at=None if success is None else success.server_at,
                clock_offset_ms=None if offset is None else int(offset),
                signed_in=sign_in is not None and not sign_in.ended,
            )
            return make_log(standing, to_lines(passes.list_recent(connection, LOG_SHARED), working=working))

        return await self._store.read(read)

    async def try_again(self, group_id: str) -> None:
        """Send a set-aside group once more, as it is. Raises RecordError while two versions wait to be chosen from."""

        def put_back(connection: Connection) -> None:
            group = _find_group(connection, group_id)
            if group is not None and group.conflict is not None:
                raise RecordError(CHOOSE_FIRST)
            outbox.put_back(connection, group_id)

        await self._store.write(put_back, Topic.OUTBOX, Topic.VISITS)
        self._loop.wake()

    async def correct(self, visit_id: str) -> None:
        """Turn a refused visit back into a draft, with all its answers. Raises RecordError once that is too late."""

        at = self._clock.now()

        def reopen(connection: Connection) -> None:
            try:
                outbox.reopen(connection, visit_id, at=at)
            except ValueError:
                raise RecordError(MAY_BE_THERE) from None

        await self._store.write(reopen, Topic.OUTBOX, Topic.VISITS)

    async def make_test(self, on_step: Callable[[], None]) -> ConnectionTest:
        """A connection test, not begun. It never holds up what is being sent."""
        sign_in = await self._store.read(sessions.find)
        return ConnectionTest(
            self._client.base_url,
            self._client,
            me=None if sign_in is None or sign_in.ended else sign_in.user_reference,
            on_step=on_step,
            date_is_right=self._is_date_right(),
        )

    def _is_date_right(self) -> bool:
        """The plan's clock agreed with this one in this session, and nobody has set this one since."""
        offset = self._client.clock_offset_ms
        if offset is None or abs(timedelta(milliseconds=offset)) > SURE_WITHIN:
            return False
        at, boot = self._began
        since = self._boot_clock()
        went = timedelta(seconds=since.seconds - boot.seconds)
        return since.boot == boot.boot and abs(self._clock.now() - at - went) < SURE_WITHIN


def _find_group(connection: Connection, group_id: str) -> WaitingGroup | None:
    return next((one for one in outbox_groups.list_waiting(connection) if one.group_id == group_id), None)


def _read_page(connection: Connection, now: datetime, working: bool, pause: float | None) -> SendingPage:
    groups = {one.group_id: one for one in outbox_groups.list_waiting(connection)}
    last, success = passes.find_last_ended(connection), passes.find_last_success(connection)
    sign_in = sessions.find(connection)
    ended_at = None if last is None else last.ended_at
    weather = read_weather(
        signed_in=sign_in is not None and not sign_in.ended,
        working=working,
        outcome=None if last is None else last.outcome,
        detail="" if last is None else last.detail,
        until=None if ended_at is None or pause is None else ended_at + timedelta(seconds=pause),
        now=now,
    )
    phone = read_settings(connection).phones.get("supervisor")
    lines = _make_lines(connection, groups, weather, has_phone=bool(phone))
    received = list_received(connection)
    kinds = {group: one.kind for group, one in groups.items()} | {r.group_id: r.kind for r in received}
    began = dict(find_beginnings(connection, kinds))
    about = _say_what(connection, kinds, began)
    lines = [
        replace(
            line,
            began_at=began.get(line.group_id),
            # What she asks for herself is said on its own card alone.
            about=about.get(line.group_id, "") if line.patient_id != NOBODY else "",
        )
        for line in lines
    ]
    aside = tuple(line for line in lines if line.set_aside)
    waiting = tuple(line for line in lines if not line.set_aside)
    return SendingPage(
        waiting=waiting,
        set_aside=aside,
        received=tuple(
            ReceivedLine(
                group_id=one.group_id,
                kind=one.kind,
                patient_id=one.patient_id,
                patient_name=one.patient_name,
                visit_id=one.group_id if one.kind is GroupKind.VISIT else None,
                began_at=began.get(one.group_id),
                received_at=one.received_at,
                about=about.get(one.group_id, ""),
            )
            for one in received
        ),
        last_success_at=None if success is None else success.server_at,
        day=DayEnd(
            drafts=len(visits.list_drafts(connection)),
            waiting=Counter(line.kind for line in waiting),
            set_aside=Counter(line.kind for line in aside),
            sign_in=sign_in is None or sign_in.ended,
            ever=success is not None,
        ),
        supervisor_phone=phone,
    )


def _say_what(
    connection: Connection, kinds: Mapping[str, GroupKind], began: dict[str, datetime]
) -> Mapping[str, str]:
    """What tells several of one kind apart, by group; adds to `began` when each alert was raised."""
    alerts = find_alerts(connection, kinds)
    began |= {group: one.fired_at.astimezone() for group, one in alerts.items()}
    tasks = find_tasks(connection, [group for group, kind in kinds.items() if kind is GroupKind.TASK])
    said = {group: say_title(json_text.find_object(body) or {}) for group, body in tasks.items()}
    return said | {group: _say_alert(one) for group, one in alerts.items()}


def _say_alert(one: AlertOf) -> str:
    """No more than Today says of it: anybody may look at this list too."""
    if one.private:
        return PRIVATE_TEXT
    return ON_THE_PAGE if is_discreet_rule(one.rule) else one.finding


def _make_lines(
    connection: Connection, groups: Mapping[str, WaitingGroup], weather: Weather, *, has_phone: bool
) -> list[WaitingLine]:
    retried = times.find_time(meta.find(connection, RETRIED_AT))
    again_at = None if retried is None else (retried + RETRY_AFTER).astimezone()
    files = find_files(connection, groups)
    lines = []
    for group in groups.values():
        line = make_line(group, groups, weather, retried_at=again_at, has_phone=has_phone)
        file = files.get(group.group_id)
        if file is not None:
            line = replace(line, visit_id=file.visit_id, said=line.said or file.problem or "")
        lines.append(line)
    return lines
