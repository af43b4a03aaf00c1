"""`hearthside plan devices`: what the plan last heard from each device."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from plan.console import open_database, say
from plan.contacts import DeviceState, list_devices
from plan.database import read_transaction
from plan.fhir.stamps import instant


def add_device_command(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `devices` to the commands of `plan`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "devices",
        help="what waits on the devices, and how their last passes ended",
        description="List the devices by how long they have been silent, with what waits on each and its last passes.",
    )
    database_option(parser)
    parser.add_argument(
        "--passes", type=int, default=3, metavar="N", help="passes of each (default: %(default)s)"
    )
    parser.set_defaults(plan_run=_list)


def _list(args: argparse.Namespace) -> int:
    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        devices = list_devices(connection, max(0, args.passes))
    if not devices:
        say("No device has said anything yet.")
    for device in devices:
        _say_device(device)
    return 0


def _say_device(device: DeviceState) -> None:
    contact = device.contact
    said = [f"{one.count} {one.kind}{' set aside' if one.set_aside else ''}" for one in device.waiting]
    say(f"{device.user.username}  {contact.device}  heard {instant(contact.received_ms)}  {contact.version}")
    say(f"  waiting: {', '.join(said) if said else 'nothing'}")
    for one in device.passes:
        say(
            f"  {instant(one.began_ms)}  {one.outcome}  sent {one.pushed}, read {one.pulled}, "
            f"set aside {one.set_aside}, waiting {one.waiting}  {one.detail}".rstrip()
        )
