"""`hearthside plan devices`: what the plan last heard from each device, in lines."""

from __future__ import annotations

from plan.contacts import DeviceContact, DevicePass, DeviceWaiting, Report, keep_report
from plan.database import make_engine, read_transaction, write_transaction
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
