"""`hearthside plan devices`: what the plan last heard from each device."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from plan.console import open_database, say
from plan.contacts import DeviceState, list_devices
from plan.database import read_transaction
from plan.device_audit.tables import DeviceChain
from plan.devices.registry import list_registered
from plan.devices.tables import RegisteredDevice
from plan.fhir.stamps import instant
from plan.users import list_users

_WHY = {
    "differs": "it tells another log than before: put back to an earlier copy, or changed",
    "broken": "its log does not follow from what came before: changed on the device",
}
_ASIDE = {
    "conflict": "the plan holds another version: its nurse has to choose",
    "server-fails": "the plan failed over it again and again; the device tries once a day",
    "hidden": "the plan does not show the device whether it arrived",
    "too-large": "too large for this server",
    "refused": "the plan refused it",
}
"""By the word that a device tells."""


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
        heard = {(device.contact.user_id, device.contact.device) for device in devices}
        registered = {(one.user_id, one.device): one for one in list_registered(connection)}
        silent = [one for key, one in registered.items() if key not in heard]
        names = {one.id: one.username for one in list_users(connection)}
    if not devices and not silent:
        say("No device has said anything yet.")
    for one in silent:
        # Its letters are taken in her name, so that a key nobody knows of must not be out of sight.
        withdrawn = "" if one.revoked_ms is None else f"  withdrawn {instant(one.revoked_ms)}"
        who = names.get(one.user_id, "?")
        say(f"{who}  {one.device}  signs since {instant(one.registered_ms)}, never heard{withdrawn}")
    for device in devices:
        _say_device(device, registered.get((device.contact.user_id, device.contact.device)))
    return 0


def describe_log(chains: Sequence[DeviceChain]) -> list[str]:
    """A device's audit log in words, one line a finding; a line that begins with "!" needs somebody to ask why."""
    if not chains:
        return []
    newest = chains[-1]
    lines = [f"audit log: {newest.length} events"]
    if newest.told_length < newest.length:
        lines.append(f"! its log became shorter: {newest.told_length} of {newest.length} events")
    for chain in chains[1:]:
        since = f"! {instant(chain.opened_ms)}: from event {chain.from_length + 1} on"
        lines.append(f"{since} {_WHY.get(chain.opened_by, 'it tells another log')}")
    return lines


def _say_device(device: DeviceState, key: RegisteredDevice | None) -> None:
    contact = device.contact
    said = [f"{one.count} {one.kind}{' set aside' if one.set_aside else ''}" for one in device.waiting]
    say(f"{device.user.username}  {contact.device}  heard {instant(contact.received_ms)}  {contact.version}")
    say(f"  waiting: {', '.join(said) if said else 'nothing'}")
    for aside in device.asides:
        since = f", the oldest since {instant(aside.oldest_ms)}" if aside.oldest_ms is not None else ""
        say(f"  set aside: {aside.count} {aside.kind}{since}: {_ASIDE.get(aside.why, aside.why)}")
    if key is not None:
        withdrawn = "" if key.revoked_ms is None else f", withdrawn {instant(key.revoked_ms)}"
        say(f"  signs since {instant(key.registered_ms)}{withdrawn}")
    for line in describe_log(device.chains):
        say(f"  {line}")
    for one in device.passes:
        say(
            f"  {instant(one.began_ms)}  {one.outcome}  sent {one.pushed}, read {one.pulled}, "
            f"set aside {one.set_aside}, waiting {one.waiting}  {one.detail}".rstrip()
        )
