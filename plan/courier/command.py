"""`hearthside plan courier`: what the courier brought and the plan's rules did not take, and letting it in."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from plan.console import database_url, open_database, say
from plan.courier.delivering import Bearer, State, deliver
from plan.courier.ledger import TAKEN_BACK, find_write, list_held
from plan.courier.tables import CourierWrite
from plan.database import read_transaction
from plan.fhir.context import Server
from plan.fhir.stamps import clock_ms, instant
from plan.keys.courier_key import load_courier_keys, secrets_directory
from plan.problems import PlanProblem
from plan.settings import PlanSettings
from plan.users import find_user_by_id

NOTHING = "Nothing waits."


def add_courier_command(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `courier` to the commands of `plan`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "courier",
        help="signed writes that were brought and that the plan's rules did not take",
        description="Without an id: list the writes that devices brought for their authors and that the plan keeps, "
        "sealed, because its rules did not take them or because their author or device was withdrawn. With an id: "
        "try that one again, now also if its author or device was withdrawn. What its author took back, since she "
        "corrected or discarded it, stays out unless you say --taken-back.",
    )
    parser.add_argument("write", nargs="?", metavar="ID", help="the write to try again")
    parser.add_argument(
        "--taken-back", action="store_true", help="let it in although its author took it back: she was asked"
    )
    database_option(parser)
    parser.set_defaults(plan_run=_run)


def _run(args: argparse.Namespace) -> int:
    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        if args.write is None:
            rows = list_held(connection)
            for row in rows:
                _say_row(connection, row)
            if not rows:
                say(NOTHING)
            return 0
        found = find_write(connection, args.write)
    if found is None or found.sealed is None:
        raise PlanProblem("No such write waits.")
    if found.state == TAKEN_BACK and not args.taken_back:
        raise PlanProblem(
            f"Its author took this one back on {instant(found.decided_ms)}: she corrected or discarded it. "
            "Ask her first; --taken-back lets it in all the same."
        )
    keys = load_courier_keys(secrets_directory(database_url(args.db)))
    server = Server(engine, "", PlanSettings(), clock_ms)
    outcome = deliver(
        server, keys, Bearer(released=True, taken_back=args.taken_back), json.loads(found.sealed)
    )
    with read_transaction(engine) as connection:
        left = find_write(connection, args.write)
    why = (
        f": {left.reason}"
        if left is not None and outcome.state is State.HELD
        else f" {outcome.reason}".rstrip()
    )
    say(f"{args.write}  {outcome.state.value}{why}")
    return 0 if outcome.state in (State.APPLIED, State.KNOWN) else 1


def _say_row(connection: Connection, row: CourierWrite) -> None:
    author, bearer = find_user_by_id(connection, row.user_id), find_user_by_id(connection, row.bearer_id)
    name = author.username if author is not None else "?"
    by = bearer.username if bearer is not None else "an officer"
    say(f"{row.write_id}  {name}  brought {instant(row.first_ms)} by {by}")
    say(f"  {row.reason}")
    if row.state == TAKEN_BACK:
        say(f"  its author took it back on {instant(row.decided_ms)}")
