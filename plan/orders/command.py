"""`hearthside plan revoke`, `wipe` and `orders`: withdraw devices and users, and wipe what a lost tablet holds."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from plan.console import open_database, say
from plan.database import read_transaction, write_transaction
from plan.fhir.stamps import clock_ms, instant
from plan.keys.files import ask_passphrase, load_signing
from plan.keys.held import find_key_set
from plan.orders.keeping import (
    add_order,
    find_owner,
    list_orders,
    list_owned,
    list_renewable,
    list_words,
    renew_order,
    withdraw_orders,
)
from plan.orders.order import LIVES_DAYS, LONGEST_DAYS, SignedOrder, read_until, sign_order
from plan.orders.tables import DeviceOrder, OrderWord
from plan.problems import PlanProblem
from plan.users import find_user_by_id, get_user

_REVOKE = (
    "Withdraw a lost device, or a user on all her devices. For 24 hours their sign-ins may still send what was "
    "written, and read nothing; then they end. Nothing on the device is deleted."
)
_WIPE = (
    "Lay down a signed order to wipe a device, and withdraw it. The device obeys at its next contact, locked or not: "
    "with nothing unsent it deletes everything; else it deletes the ways in and keeps the sealed records, which only "
    "the plan's officers can open. After its days no device obeys it; --renew signs it again."
)
_DID = {
    "": "not heard of yet",
    "nothing": "kept everything: work is unsent that nobody else could open",
    "keys": "deleted the ways in, kept what was unsent",
    "all": "deleted everything",
}

DatabaseOption = Callable[[argparse.ArgumentParser], None]


def add_order_commands(commands: Any, database_option: DatabaseOption) -> None:
    """Add `revoke`, `wipe` and `orders` to the commands of `plan`."""
    revoke = commands.add_parser(
        "revoke", help="withdraw a device or a user: 24 hours to send, nothing to read", description=_REVOKE
    )
    revoke.add_argument(
        "--user", metavar="NAME", help="all sign-ins of this user; with --device that one only"
    )
    revoke.add_argument("--device", metavar="ID", help="one device, as `hearthside plan devices` names it")
    revoke.add_argument(
        "--found", action="store_true", help="take the withdrawal of a device back: it was found again"
    )
    database_option(revoke)
    revoke.set_defaults(plan_run=_revoke)
    wipe = commands.add_parser(
        "wipe", help="order a device to delete what it holds, or the ways into it", description=_WIPE
    )
    wipe.add_argument("--device", metavar="ID", help="one device")
    wipe.add_argument("--user", metavar="NAME", help="all devices of this user; with --device whose it is")
    wipe.add_argument("--key", metavar="FILE", type=Path, help="the officers' key for orders")
    wipe.add_argument(
        "--days",
        type=int,
        default=LIVES_DAYS,
        metavar="N",
        help="how long it is good for (default: %(default)s)",
    )
    wipe.add_argument(
        "--renew", action="store_true", help="sign orders again that are not obeyed yet; all, or one device's"
    )
    wipe.add_argument("--withdraw", action="store_true", help="take back an order that was not obeyed yet")
    database_option(wipe)
    wipe.set_defaults(plan_run=_wipe)
    orders = commands.add_parser(
        "orders", help="which orders stand, and what the devices did", description="List all device orders."
    )
    database_option(orders)
    orders.set_defaults(plan_run=_orders)


def _revoke(args: argparse.Namespace) -> int:
    from plan.signin.drain import accept_device, withdraw_device, withdraw_user

    if args.device is None and (args.user is None or args.found):
        raise PlanProblem("Say which device, or which user, to withdraw.")
    engine = open_database(args.db, existing=True)
    now_ms = clock_ms()
    with write_transaction(engine) as connection:
        if args.device is None:
            user = get_user(connection, args.user)
            count = withdraw_user(connection, user.id, now_ms)
            said = f"{user.username} is withdrawn."
        else:
            user = find_owner(connection, args.device, args.user)
            if args.found:
                known = accept_device(connection, user.id, args.device)
                say("The device is accepted again." if known else "The device was not withdrawn.")
                return 0
            count = withdraw_device(connection, user.id, args.device, now_ms)
            said = f"The device of {user.username} is withdrawn."
    say(f"{said} Open sign-ins: {count}. They may send for 24 hours and read nothing.")
    return 0


def _wipe(args: argparse.Namespace) -> int:
    from plan.signin.drain import withdraw_device

    if args.device is None and args.user is None and not args.renew:
        raise PlanProblem("Say which device, or whose devices, to wipe.")
    if not 1 <= args.days <= LONGEST_DAYS:
        raise PlanProblem(f"An order is good for 1 to {LONGEST_DAYS} days.")
    engine = open_database(args.db, existing=True)
    now_ms = clock_ms()
    if args.withdraw:
        with write_transaction(engine) as connection:
            count = sum(
                withdraw_orders(connection, device, now_ms) for device, _ in _targets(connection, args)
            )
        say(f"Orders taken back: {count}.")
        return 0
    if args.key is None:
        raise PlanProblem("An order is signed: say which key file with --key.")
    if args.renew:
        return _renew(engine, args, now_ms)
    with read_transaction(engine) as connection:
        targets = _targets(connection, args)
    orders = _sign(engine, args, [(None, device) for device, _ in targets], now_ms)
    with write_transaction(engine) as connection:
        for order, (device, user_id) in zip(orders, targets, strict=True):
            add_order(connection, order, user_id)
            withdraw_device(connection, user_id, device, now_ms)
    for order in orders:
        end = instant(order.until_ms)
        say(f"Order {order.id} stands for device {order.device}, which is withdrawn, until {end}.")
    return 0


def _renew(engine: Any, args: argparse.Namespace, now_ms: int) -> int:
    with read_transaction(engine) as connection:
        everybody = args.device is None and args.user is None
        devices = None if everybody else [device for device, _ in _targets(connection, args)]
        found = list_renewable(connection, devices)
    if not found:
        raise PlanProblem("No order waits to be obeyed.")
    orders = _sign(engine, args, found, now_ms)
    with write_transaction(engine) as connection:
        for order in orders:
            renew_order(connection, order)
    for order in orders:
        say(f"Order {order.id} for device {order.device} is good until {instant(order.until_ms)}.")
    return 0


def _targets(connection: Connection, args: argparse.Namespace) -> list[tuple[str, str]]:
    """Devices and the ids of their users."""
    if args.device is not None:
        return [(args.device, find_owner(connection, args.device, args.user).id)]
    user = get_user(connection, args.user)
    found = [(device, user.id) for device in list_owned(connection, user.id)]
    if not found:
        raise PlanProblem(f"The plan has not heard of any device of {user.username}.")
    return found


def _sign(
    engine: Any, args: argparse.Namespace, wanted: Sequence[tuple[str | None, str]], now_ms: int
) -> list[SignedOrder]:
    """Orders for these devices, each new or under the id of the one that it renews."""
    path: Path = args.key
    key = load_signing(path, ask_passphrase(path))
    with read_transaction(engine) as connection:
        held = find_key_set(connection)
    if held is None:
        raise PlanProblem("No key set is in force, so that no device could tell who signed an order.")
    if key.public_key().public_bytes_raw() != held.orders_public:
        raise PlanProblem(f"Devices obey the key {held.orders_id}; {path.name} holds another.")
    return [sign_order(key, device, now_ms, days=args.days, order_id=order_id) for order_id, device in wanted]


def _orders(args: argparse.Namespace) -> int:
    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        found = [(order, find_user_by_id(connection, order.user_id)) for order in list_orders(connection)]
        words = list_words(connection)
    if not found:
        say("No order was ever given.")
    for order, user in found:
        whose = "-" if user is None else user.username
        say(f"{instant(order.issued_ms)}  {order.kind}  {whose}  {order.device}  {order.id}")
        for line in _describe(order, words.get(order.id), clock_ms()):
            say(f"  {line}")
    return 0


def _describe(order: DeviceOrder, word: OrderWord | None, now_ms: int) -> list[str]:
    """What became of an order. Only what the device proved to be its own word counts as done."""
    said = _DID.get(order.did, order.did)
    if order.withdrawn_ms is not None:
        said = f"{said}  taken back {instant(order.withdrawn_ms)}"
    if order.heard_ms is not None:
        visits = "unknown" if order.visits is None else str(order.visits)
        said = f"{said}  heard {instant(order.heard_ms)}  visits not sent: {visits}"
        said = f"{said}, sealed copies: {order.sealed}"
    lines = [said]
    if word is not None:
        done = _DID.get(word.did, word.did)
        lines.append(f"! somebody without the device's key says, {instant(word.heard_ms)}: {done}")
    if order.withdrawn_ms is None and order.did not in ("keys", "all"):
        until_ms = read_until(bytes(order.body))
        over = until_ms <= now_ms
        lines.append("over: sign it again with --renew" if over else f"good until {instant(until_ms)}")
    return lines
