"""The on-call pack between device and plan: fetched quietly before a duty, told of what was opened, dropped at its end.

No pass is made for it. While nothing is new the plan answers 304; who is not on duty asks every ten minutes at most.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from app.domain.on_call import Given, Here, hear, is_over
from app.errors import PlanError
from app.store import emergencies, leaves, oncall, sessions
from app.store.attempts import read_boot_clock
from app.store.changes import Topic
from app.store.engine import Store
from app.sync.capabilities import Capabilities
from app.sync.fhir import json_text
from app.sync.fhir.oncall import decode_given, decode_kept, encode_openings
from app.sync.leaves import NURSE, ask_again, read_word
from app.sync.transport import FHIR_JSON, FhirClient, utc_now

OPERATION = "$hearthside-oncall"
ASKED_EVERY, NOT_ON_DUTY_EVERY = 120.0, 600.0
"""Seconds for which an answer stands: a pack, and that there is none."""
AT_ONCE = 100
EMPTY_TRIES, EMPTY_AGAIN = 20, 0.25
"""How often the log is tried to be emptied after a pack was erased, and the seconds between."""
NOT_THERE = (403, 404, 405, 501)
_log = logging.getLogger("app.sync")
_next: WeakKeyDictionary[Store, float] = WeakKeyDictionary()
"""When each open store asks again, by `time.monotonic`."""


def read_here(now: Callable[[], datetime] = utc_now) -> Here:
    """The device's clocks."""
    boot = read_boot_clock()
    return Here(now(), boot.boot, boot.seconds)


async def tell_openings(store: Store, client: FhirClient, capabilities: Capabilities) -> None:
    """Tell the plan whose packs were opened, and why. Raises no PlanError; what was not told is told next time."""
    if not capabilities.on_call:
        return
    try:
        while waiting := await store.read(partial(oncall.list_openings, limit=AT_ONCE)):
            body = json_text.dumps(encode_openings(waiting)).encode()
            answer = await client.send("POST", OPERATION, body, {"Content-Type": FHIR_JSON})
            if not answer.ok:
                raise answer.error()
            kept = decode_kept(answer.resource)
            told = [one.id for one in waiting if one.id in kept]
            if refused := [one for one in told if not kept[one]]:
                _log.warning("the plan knows of no pack for %d openings", len(refused))
            await store.write(partial(oncall.forget_openings, ids=told), Topic.SYNC)
            ask_again(store)
            if len(told) < len(waiting):
                return  # an answer that leaves some out is not asked for ever
    except PlanError as error:
        _log.info("openings on call were not told: %s %s", type(error).__name__, error.detail)


async def refresh_pack(
    store: Store,
    client: FhirClient,
    capabilities: Capabilities,
    role: str,
    *,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Fetch what is new, for a nurse and where the plan gives packs. Raises no PlanError."""
    held = await store.read(oncall.has_pack)
    if not capabilities.on_call or role != NURSE:
        if held:
            await drop_pack(store)
        return
    if held and client.server_at is not None:
        await store.write(partial(_hear, server=client.server_at, here=read_here(now)))
        await drop_if_over(store, now)
    if time.monotonic() < _next.get(store, 0.0):
        return
    try:
        await _ask(store, client, now)
    except PlanError as error:
        _log.info("the on-call pack was not asked for: %s %s", type(error).__name__, error.detail)


async def _ask(store: Store, client: FhirClient, now: Callable[[], datetime]) -> None:
    tag = await store.read(oncall.find_tag)
    answer = await client.send("GET", OPERATION, headers={"If-None-Match": tag} if tag else None)
    if answer.status in NOT_THERE:
        _next[store] = time.monotonic() + NOT_ON_DUTY_EVERY
        await drop_pack(store)
        return
    here = read_here(now)
    if answer.status == 304:
        _next[store] = time.monotonic() + ASKED_EVERY
        if client.server_at is not None:
            await store.write(partial(_confirm, server=client.server_at, here=here))
        return
    given = decode_given(answer.get())
    _next[store] = time.monotonic() + ASKED_EVERY
    if given is None:
        _log.warning("the on-call pack could not be read")
        return
    if not await store.write(partial(_keep, given=given, here=here, asked_with=tag), Topic.SYNC):
        _log.info("an answer about the on-call pack came too late")
    elif given.whole and tag is not None:
        await _empty_log(store)  # the key of the pack before


def _hear(connection: Connection, server: datetime, here: Here) -> None:
    oncall.put_mark(connection, hear(oncall.find_mark(connection), server, here))


def _confirm(connection: Connection, server: datetime, here: Here) -> None:
    oncall.confirm(connection, server, hear(oncall.find_mark(connection), server, here))


def _keep(connection: Connection, given: Given, here: Here, asked_with: str | None) -> bool:
    """False where it fits no longer: the sign-in has ended, or what is new of one pack meets another, or none."""
    sign_in = sessions.find(connection)
    over_another = not given.whole and oncall.find_tag(connection) != asked_with
    if sign_in is None or sign_in.ended or over_another:
        return False
    oncall.keep(connection, given, hear(oncall.find_mark(connection), given.as_of, here))
    return True


def _only_here_for_it(connection: Connection, people: Iterable[str]) -> tuple[str, ...]:
    """Of people to whom a visit began: those who are on no list of hers, and whom she does not cover either."""
    covered = {who for one in read_word(connection).leaves for who in one.people}
    others = leaves.list_people(connection) - covered
    return tuple(
        one
        for one in sorted(people)
        if one not in covered and (one in others or not emergencies.has_joined(connection, one))
    )


async def drop_if_over(store: Store, now: Callable[[], datetime] = utc_now) -> bool:
    """Drop the pack once its duty is over; True when it was. Needs no network. Keeps what time it is by now."""
    here = read_here(now)

    def look(connection: Connection) -> bool:
        duty, mark = oncall.find_duty(connection), oncall.find_mark(connection)
        return duty is not None and (mark is None or is_over(duty.until, mark, here))

    if not await store.read(look):
        return False
    return await drop_pack(store)


async def drop_pack(store: Store) -> bool:
    """It goes now, for good, with everybody who is in the list only because of it; True when there was one."""
    at = utc_now()

    def drop(connection: Connection) -> bool:
        had = oncall.erase(connection)
        begun = oncall.list_stubs(connection)
        if begun:
            oncall.put_stubs(connection, ())
            emergencies.close(connection, _only_here_for_it(connection, begun), at)
        return had

    had = await store.write(drop, Topic.SYNC, Topic.PATIENTS)
    if had:
        await _empty_log(store)
        _log.info("an on-call pack left this device")
    return had


async def _empty_log(store: Store) -> None:
    """Until the log is cut off the key stands in it. Another checkpoint or a read may be under way: it is tried again.
    Closing the store empties the log in any case.
    """
    for _ in range(EMPTY_TRIES):
        if await store.empty_log():
            return
        await asyncio.sleep(EMPTY_AGAIN)
    _log.warning("the log still holds what was erased")
