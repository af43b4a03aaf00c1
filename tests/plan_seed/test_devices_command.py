"""`hearthside plan devices`: what the plan last heard from each device, in lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plan.contacts import DeviceAside, DeviceContact, DevicePass, DeviceWaiting, Report, keep_report
from plan.database import make_engine, read_transaction, write_transaction
from plan.device_audit.events import ToldEvent, ToldLog
from plan.devices.registry import mark_revoked, register
from plan.users import find_user
from tests.plan_seed.plan_commands import Here

HEARD_MS = 1_795_366_800_000
"""2026-11-22, 17:00 UTC."""


def test_what_waits_on_a_device_and_how_its_last_passes_ended(here: Here, database: str) -> None:
    here.succeed("users", "add", "records", "--role", "operator")
    assert here.succeed("devices") == "No device has said anything yet.\n"
    engine = make_engine(database)
    with read_transaction(engine) as connection:
        user = find_user(connection, "records")
    assert user is not None
    whose = {"user_id": user.id, "device": "d-1"}
    passes = [
        DevicePass(**whose, began_ms=HEARD_MS - ago, outcome="plan-down", pushed=2, pulled=0, set_aside=1,
                   waiting=3, detail="HTTP 503")
        for ago in (60_000, 30_000)
    ]  # fmt: skip
    waits = [
        DeviceWaiting(**whose, kind="visit", set_aside=False, count=3),
        DeviceWaiting(**whose, kind="alert", set_aside=True, count=1),
    ]
    with write_transaction(engine) as connection:
        keep_report(
            connection, Report(DeviceContact(**whose, received_ms=HEARD_MS, version="1"), waits, passes)
        )
    engine.dispose()
    assert here.succeed("devices", "--passes", "1").splitlines() == [
        "records  d-1  heard 2026-11-22T17:00:00.000Z  1",
        "  waiting: 1 alert set aside, 3 visit",
        "  2026-11-22T16:59:30.000Z  plan-down  sent 2, read 0, set aside 1, waiting 3  HTTP 503",
    ]


def test_why_something_was_set_aside_is_said_in_words_and_an_unknown_word_as_it_came(
    here: Here, database: str
) -> None:
    here.succeed("users", "add", "records", "--role", "operator")
    engine = make_engine(database)
    with read_transaction(engine) as connection:
        user = find_user(connection, "records")
    assert user is not None
    whose: dict[str, Any] = {"user_id": user.id, "device": "d-1"}
    waits = [DeviceWaiting(**whose, kind="visit", set_aside=True, count=4)]
    asides = [
        DeviceAside(**whose, kind="visit", why="conflict", count=1, oldest_ms=HEARD_MS - 3_600_000),
        DeviceAside(**whose, kind="visit", why="too-large", count=2),
        DeviceAside(**whose, kind="visit", why="of-a-newer-app", count=1),
    ]
    with write_transaction(engine) as connection:
        keep_report(
            connection,
            Report(DeviceContact(**whose, received_ms=HEARD_MS, version="1"), waits, [], asides=asides),
        )
    engine.dispose()
    assert here.succeed("devices").splitlines()[1:] == [
        "  waiting: 4 visit set aside",
        "  set aside: 1 visit, the oldest since 2026-11-22T16:00:00.000Z: "
        "the plan holds another version: its nurse has to choose",
        "  set aside: 1 visit: of-a-newer-app",
        "  set aside: 2 visit: too large for this server",
    ]


def test_a_device_that_signs_and_was_never_heard_is_not_out_of_sight(here: Here, database: str) -> None:
    """Who held a user's token for a minute may have registered a key of his own."""
    here.succeed("users", "add", "records", "--role", "operator")
    engine = make_engine(database)
    with write_transaction(engine) as connection:
        user = find_user(connection, "records")
        assert user is not None
        for device in ("a" * 32, "b" * 32):
            register(connection, user.id, device, bytes(32), HEARD_MS)
        assert mark_revoked(connection, user.id, "b" * 32, HEARD_MS)
    engine.dispose()
    since = "signs since 2026-11-22T17:00:00.000Z, never heard"
    assert here.succeed("devices").splitlines() == [
        f"records  {'a' * 32}  {since}",
        f"records  {'b' * 32}  {since}  withdrawn 2026-11-22T17:00:00.000Z",
    ]


def test_since_when_a_device_signs_is_said_of_those_that_were_heard_too(here: Here, database: str) -> None:
    here.succeed("users", "add", "records", "--role", "operator")
    engine = make_engine(database)
    with write_transaction(engine) as connection:
        user = find_user(connection, "records")
        assert user is not None
        contact = DeviceContact(user_id=user.id, device="a" * 32, received_ms=HEARD_MS, version="1")
        keep_report(connection, Report(contact, [], []))
        register(connection, user.id, "a" * 32, bytes(32), HEARD_MS - 60_000)
    engine.dispose()
    assert here.succeed("devices").splitlines()[2] == "  signs since 2026-11-22T16:59:00.000Z"


def test_a_log_that_differs_from_what_was_told_is_named(here: Here, database: str) -> None:
    here.succeed("users", "add", "records", "--role", "operator")
    engine = make_engine(database)
    with read_transaction(engine) as connection:
        user = find_user(connection, "records")
    assert user is not None
    whose = {"user_id": user.id, "device": "d-1"}
    for minute, log in enumerate((told_log("a", "b", "c"), told_log("a", "x"), told_log("a"))):
        contact = DeviceContact(**whose, received_ms=HEARD_MS + minute * 60_000, version="1")
        with write_transaction(engine) as connection:
            keep_report(connection, Report(contact, [], [], log))
    engine.dispose()
    assert here.succeed("devices").splitlines() == [
        "records  d-1  heard 2026-11-22T17:02:00.000Z  1",
        "  waiting: nothing",
        "  audit log: 2 events",
        "  ! its log became shorter: 1 of 2 events",
        "  ! 2026-11-22T17:01:00.000Z: from event 2 on it tells another log than before: "
        "put back to an earlier copy, or changed",
    ]


def told_log(*actions: str) -> ToldLog:
    """A log of these actions, as a device tells it whole."""
    events: list[ToldEvent] = []
    for seq, action in enumerate(actions, 1):
        previous = events[-1].digest if events else ""
        event = ToldEvent(seq, "2026-11-22T17:00:00Z", "Practitioner/1", action, None, previous, "", None)
        events.append(replace(event, digest=event.digest_after(previous)))
    return ToldLog(len(events), events[-1].digest, tuple(events))
