"""`hearthside plan client …`: programs that export with a key of their own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plan.console import OK, open_database, say
from plan.database import read_transaction, write_transaction
from plan.problems import PlanProblem

_LARGEST = 100_000


def add_client_commands(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `client` to the commands of `plan`."""
    client = commands.add_parser(
        "client",
        help="programs that export records with a key of their own",
        description="Keep the programs (SMART backend services) that may export the records of a group. Each signs in "
        "with a private key that never leaves it; the plan holds the public one.",
    )
    kinds = client.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = kinds.add_parser(
            name, help=text, description=f"{text.capitalize()}."
        )
        parser.set_defaults(plan_run=run)
        return parser

    def stored(
        name: str, run: Callable[[argparse.Namespace], int], text: str, *, named: bool = True
    ) -> argparse.ArgumentParser:
        parser = add(name, run, text)
        database_option(parser)
        if named:
            parser.add_argument("name", help="its name: small letters, digits, dots, hyphens")
        return parser

    adding = stored("add", _add, "register a client")
    keys = stored("keys", _keys, "give a client other keys; its tokens end")
    for parser in (adding, keys):
        parser.add_argument(
            "--keys", metavar="FILE", type=Path, required=True, help="its public keys, a JWK or JWK Set"
        )
    groups = stored("groups", _groups, "say anew which groups a client may export")
    for parser in (adding, groups):
        parser.add_argument(
            "--group", metavar="ID", action="append", required=True, help="a Group; may be given again"
        )
    adding.add_argument(
        "--scope", default="system/*.rs", help="the most that it is granted (default: %(default)s)"
    )
    stored("list", _list, "list clients, their groups and scopes", named=False)
    stored("disable", _disable, "shut a client out and end its tokens at once")
    stored("enable", _enable, "let a disabled client in again")
    making = add("new-key", _new_key, "make a key pair for a client: run it where the client runs")
    making.add_argument("file", type=Path, help="the private key's file; the public one is written beside it")


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise PlanProblem(f"{path} is too large for keys.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PlanProblem(f"{path} cannot be read.") from error


def _add(args: argparse.Namespace) -> int:
    from plan.clients.registry import add_client

    keys = _read(args.keys)
    with write_transaction(open_database(args.db, existing=True)) as connection:
        client = add_client(connection, args.name, keys, args.group, args.scope)
    say(f"Registered {client.name}. Its client id: {client.client_id}")
    return OK


def _keys(args: argparse.Namespace) -> int:
    from plan.clients.registry import set_keys

    keys = _read(args.keys)
    with write_transaction(open_database(args.db, existing=True)) as connection:
        set_keys(connection, args.name, keys)
    say(f"{args.name} has other keys; its tokens have ended.")
    return OK


def _groups(args: argparse.Namespace) -> int:
    from plan.clients.registry import get_client, set_groups

    with write_transaction(open_database(args.db, existing=True)) as connection:
        set_groups(connection, get_client(connection, args.name).client_id, args.group)
    say(f"{args.name} may export: {', '.join(args.group)}.")
    return OK


def _list(args: argparse.Namespace) -> int:
    from plan.clients.registry import list_clients

    with read_transaction(open_database(args.db, existing=True)) as connection:
        clients = list_clients(connection)
    for one in clients:
        state = "disabled" if one.disabled else "active"
        say(f"{one.name:<20} {state:<9} {one.client_id}  {one.scope}  {' '.join(sorted(one.groups))}")
    if not clients:
        say("None.")
    return OK


def _disable(args: argparse.Namespace) -> int:
    return _set_disabled(args, True)


def _enable(args: argparse.Namespace) -> int:
    return _set_disabled(args, False)


def _set_disabled(args: argparse.Namespace, disabled: bool) -> int:
    from plan.clients.registry import set_disabled

    with write_transaction(open_database(args.db, existing=True)) as connection:
        set_disabled(connection, args.name, disabled)
    say(f"{args.name} is {'disabled; its tokens have ended' if disabled else 'enabled'}.")
    return OK


def _new_key(args: argparse.Namespace) -> int:
    from plan.clients.keys import make_pair

    public = make_pair(args.file)
    say(f"Private key: {args.file} (keep it there). To register: {public}")
    return OK
