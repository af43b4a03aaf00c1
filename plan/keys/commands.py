"""`hearthside plan rescue-key …` (offline, officers) and `hearthside plan keys …` (where the plan is served)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plan.console import OK, database_url, open_database, say
from plan.database import read_transaction, write_transaction
from plan.fhir.stamps import instant
from plan.keys.files import ask_passphrase, load_public, new_passphrase, write_public
from plan.keys.key_set import KeySet, key_id
from plan.problems import PlanProblem


def add_key_commands(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `rescue-key` and `keys` to the commands of `plan`."""
    _add_rescue_key(commands)
    keys = commands.add_parser(
        "keys",
        help="the public keys that the plan hands out",
        description="The plan's public keys, as devices get them. They are made offline with `rescue-key`.",
    )
    kinds = keys.add_subparsers(title="commands", metavar="COMMAND", required=True)
    courier = kinds.add_parser(
        "courier",
        help="make the key that devices seal their visits to",
        description="Make a courier key in the secrets directory ($HEARTHSIDE_PLAN_SECRETS, else beside a SQLite "
        "database) and write its public half to a file, for `rescue-key make` or `rotate --courier`.",
    )
    courier.add_argument("file", type=Path, metavar="FILE", help="where the public key goes")
    database_option(courier)
    courier.set_defaults(plan_run=_courier)
    setting = kinds.add_parser(
        "set",
        help="put a signed key set in force",
        description="Check a key set made with `rescue-key` and hand it out from now on.",
    )
    setting.add_argument("file", type=Path, metavar="FILE", help="plan-keys-….json")
    setting.add_argument(
        "--new-root",
        action="store_true",
        help="take a set of another root: every device that knows the old one refuses it until it is set up anew",
    )
    database_option(setting)
    setting.set_defaults(plan_run=_set)
    showing = kinds.add_parser(
        "show",
        help="the set in force, and which rescue keys devices still use",
        description="Show the key set in force and which rescue key each device has sealed its way back in to. An old "
        "rescue key may be destroyed once no device uses it.",
    )
    database_option(showing)
    showing.set_defaults(plan_run=_show)


def _add_rescue_key(commands: Any) -> None:
    rescue = commands.add_parser(
        "rescue-key",
        help="make or change the plan's own keys (offline, by officers)",
        description="Make or change the plan's own keys on a computer that does not serve the plan. The files stay "
        "with the officers; only the signed set (plan-keys-….json) goes to the plan.",
    )
    kinds = rescue.add_subparsers(title="commands", metavar="COMMAND", required=True)
    making = kinds.add_parser(
        "make",
        help="make root, rescue and orders key and the first set",
        description="Make the plan's root key, rescue key and orders key, once, and sign the first key set.",
    )
    making.add_argument(
        "directory", type=Path, metavar="DIR", help="a new directory, for the officers' files"
    )
    making.add_argument(
        "--courier", type=Path, required=True, metavar="FILE", help="public key from `plan keys courier`"
    )
    making.add_argument(
        "--no-passphrase", action="store_true", help="leave the private keys unsealed (mode 0600)"
    )
    making.set_defaults(plan_run=_make)
    rotating = kinds.add_parser(
        "rotate",
        help="sign the next set, with a new rescue key",
        description="Make a new rescue key and sign the next set. Devices seal their way back in to it at their next "
        "unlock; keep the old one until `plan keys show` names no device with it.",
    )
    rotating.add_argument("directory", type=Path, metavar="DIR", help="the officers' files")
    rotating.add_argument("--keep-rescue", action="store_true", help="leave the rescue key as it is")
    rotating.add_argument("--orders", action="store_true", help="make a new orders key too")
    rotating.add_argument("--courier", type=Path, metavar="FILE", help="take another courier key")
    rotating.set_defaults(plan_run=_rotate)


def _make(args: argparse.Namespace) -> int:
    from plan.keys.making import make_keys

    courier = load_public(args.courier)
    passphrase, shown = (None, False) if args.no_passphrase else new_passphrase()
    made = make_keys(args.directory, courier, _now(), passphrase)
    _say_set(made.keys)
    for path in made.private:
        say(f"Private, for the officers alone: {path}")
    say(f"For the plan (`hearthside plan keys set`): {made.file}")
    if passphrase is not None and shown:
        say("The passphrase of these files, shown this once. Write it down and keep it apart from them:")
        say(f"  {passphrase.decode()}")
    return OK


def _rotate(args: argparse.Namespace) -> int:
    from plan.keys.making import newest_set, rotate_keys

    if args.keep_rescue and not args.orders and args.courier is None:
        raise PlanProblem("Nothing would change.")
    courier = None if args.courier is None else load_public(args.courier)
    before = newest_set(args.directory)
    passphrase = ask_passphrase(args.directory / f"root-{before.root_id}.key")
    made = rotate_keys(
        args.directory,
        _now(),
        passphrase,
        rescue=not args.keep_rescue,
        orders=args.orders,
        courier=courier,
    )
    _say_set(made.keys)
    for path in made.private:
        say(f"Private, for the officers alone: {path}")
    say(f"For the plan (`hearthside plan keys set`): {made.file}")
    if not args.keep_rescue:
        say(f"Keep rescue key {before.rescue_id} until `hearthside plan keys show` names no device with it.")
    return OK


def _courier(args: argparse.Namespace) -> int:
    from plan.keys.courier_key import make_courier_key, secrets_directory

    directory = secrets_directory(database_url(args.db))
    if directory is None:
        raise PlanProblem("Say where secret files go: set $HEARTHSIDE_PLAN_SECRETS to a directory.")
    key = make_courier_key(directory)
    write_public(args.file, key.public_key())
    say(f"Courier key {key_id(key.public_key().public_bytes_raw())} lies in {directory}.")
    say(f"Its public half, for the officers: {args.file}")
    return OK


def _set(args: argparse.Namespace) -> int:
    from plan.keys.courier_key import load_courier_keys, secrets_directory
    from plan.keys.held import put_key_set
    from plan.keys.making import read_set_file

    keys = read_set_file(args.file)
    held = load_courier_keys(secrets_directory(database_url(args.db)))
    if keys.courier_id not in held:
        raise PlanProblem(
            f"Courier key {keys.courier_id} of this set is not at hand here: what devices seal to it could not be "
            "opened. Make one with `hearthside plan keys courier`, or set $HEARTHSIDE_PLAN_SECRETS."
        )
    engine = open_database(args.db)
    with write_transaction(engine) as connection:
        changed = put_key_set(connection, keys, new_root=args.new_root)
    _say_set(keys)
    say("It is in force." if changed else "It was in force already.")
    return OK


def _show(args: argparse.Namespace) -> int:
    from plan.keys.held import find_key_set, list_rescue_keys
    from plan.users import find_user_by_id

    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        keys = find_key_set(connection)
        used = [(one, find_user_by_id(connection, one.user_id)) for one in list_rescue_keys(connection)]
    if keys is None:
        say("No key set is in force: devices have no way back in without the PIN, and no courier.")
        return OK
    _say_set(keys)
    for one, user in used:
        age = "" if one.rescue_id == keys.rescue_id else "  old: its private key is still needed"
        who = user.username if user is not None else one.user_id
        say(f"rescue {one.rescue_id}  {who}  {one.device}  heard {instant(one.heard_ms)}{age}")
    if not used:
        say("No device has said yet which rescue key it uses.")
    return OK


def _say_set(keys: KeySet) -> None:
    say(f"Key set {keys.serial} of root {keys.root_id}, made {keys.made}")
    say(f"  rescue {keys.rescue_id}  courier {keys.courier_id}  orders {keys.orders_id}")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
