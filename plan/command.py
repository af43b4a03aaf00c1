"""`hearthside plan …`: run the reference backend, keep its users, and what an operator needs beside that."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from plan.audit.command import add_seen_command
from plan.clients.command import add_client_commands
from plan.console import DATABASE_VARIABLE, FAILED, INTERRUPTED, OK, open_database, read_url, say
from plan.contact_command import add_device_command
from plan.courier.command import add_courier_command
from plan.database import write_transaction
from plan.emergency.command import add_emergency_command
from plan.keys.commands import add_key_commands
from plan.leave.command import add_leave_commands
from plan.orders.command import add_order_commands
from plan.outcomes.command import add_outcome_commands, add_roster_commands
from plan.problems import PlanProblem
from plan.programmes.command import add_programme_commands
from plan.recovery.commands import add_recovery_commands
from plan.settings_command import add_settings_commands
from plan.signin.command import add_secret_command
from plan.unmatched.command import add_match_command
from plan.user_command import add_user_commands


def add_plan_parser(subparsers: Any) -> None:
    """Add `plan` and its commands to a command line. The chosen one is run by `run`."""
    plan = subparsers.add_parser(
        "plan",
        help="the reference plan backend: serve it, keep its users",
        description="The reference plan backend: a FHIR R4 server with SMART sign-in, for demos, pilots and tests.",
    )
    plan.set_defaults(run=run)
    commands = plan.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_serve(commands)
    add_user_commands(commands, _database_option)
    add_settings_commands(commands, _database_option)
    add_device_command(commands, _database_option)
    add_courier_command(commands, _database_option)
    add_key_commands(commands, _database_option)
    add_order_commands(commands, _database_option)
    add_recovery_commands(commands, _database_option)
    add_seen_command(commands, _database_option)
    add_emergency_command(commands, _database_option)
    add_match_command(commands, _database_option)
    add_leave_commands(commands, _database_option)
    add_secret_command(commands, _database_option)
    add_client_commands(commands, _database_option)
    add_programme_commands(commands, _database_option)
    add_roster_commands(commands, _database_option)
    add_outcome_commands(commands, _database_option)
    _add_token(commands)
    _add_restored(commands)


def _database_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db",
        metavar="URL",
        type=read_url,
        default=None,
        help="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME. "
        f"Default: ${DATABASE_VARIABLE}, or the file named in ${DATABASE_VARIABLE}_FILE, else a SQLite file in the "
        "user's data directory. A URL with a password is taken from there only.",
    )


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser(
        "serve",
        help="run the backend",
        description="Run the backend until SIGTERM or Ctrl-C. Listens on this machine only, unless told otherwise.",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument(
        "--port", type=_port, default=8600, help="port, 0 for a free one (default: %(default)s)"
    )
    _database_option(serve)
    serve.add_argument(
        "--seed", metavar="DIR", type=Path, help="load the FHIR bundles (*.json) of a directory first"
    )
    serve.add_argument(
        "--panel",
        metavar="USER",
        help="a CareTeam with that nurse for each seeded Patient who has none; "
        "with --demo alone: one for each member on the panel of ana.ruiz",
    )
    serve.add_argument(
        "--demo",
        action="store_true",
        help="load the built-in demo panel and its users; without --db into a database that is gone afterwards. "
        "The sign-ins, made anew for each database, are printed, and kept beside a SQLite database (mode 0600).",
    )
    serve.add_argument(
        "--population",
        action="store_true",
        help="with --demo: 454 made-up members more and a roster, so that outcomes have something to be counted from",
    )
    serve.add_argument(
        "--with-parent",
        action="store_true",
        help="end when standard input ends: for a program that starts this one and holds the other end of a pipe, so "
        "that nothing is left behind when that program is killed",
    )
    remote = serve.add_argument_group("listening beyond this machine")
    remote.add_argument(
        "--allow-remote", action="store_true", help="needed for a --host that is not loopback"
    )
    remote.add_argument("--tls-cert", metavar="FILE", type=Path, help="certificate chain (PEM)")
    remote.add_argument("--tls-key", metavar="FILE", type=Path, help="private key (PEM)")
    remote.add_argument(
        "--proxy",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="address of a reverse proxy in front, whose X-Forwarded-For is believed (may be given again); without it "
        "all who come through a proxy count as one address",
    )
    remote.add_argument(
        "--base-url", metavar="URL", help="address people reach it at, e.g. https://plan.example"
    )
    serve.set_defaults(plan_run=_run_serve)


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = -1
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _add_token(commands: Any) -> None:
    token = commands.add_parser(
        "token",
        help="make a short-lived access token",
        description="Print an access token of a user, for an operator who has the database at hand.",
    )
    token.add_argument("--user", required=True, help="user name")
    token.add_argument(
        "--minutes", type=int, default=15, help="its life, at most 1440 (default: %(default)s)"
    )
    _database_option(token)
    token.set_defaults(plan_run=_run_token)


def _add_restored(commands: Any) -> None:
    restored = commands.add_parser(
        "restored",
        help="say that the database was restored from a backup",
        description="Give the store a new epoch after it was restored from a backup, so that every device compares "
        "what it holds and sends again what the plan lost. Run it before the backend serves again.",
    )
    _database_option(restored)
    restored.set_defaults(plan_run=_run_restored)


def _run_serve(args: argparse.Namespace) -> int:
    from plan.serving import serve

    return serve(args)


def _run_token(args: argparse.Namespace) -> int:
    from plan.signin.tokens import make_token

    engine = open_database(args.db, existing=True)
    with write_transaction(engine) as connection:
        token = make_token(connection, args.user, args.minutes)
    say(token)
    return OK


def _run_restored(args: argparse.Namespace) -> int:
    from plan.fhir.stamps import renew_epoch

    engine = open_database(args.db, existing=True)
    with write_transaction(engine) as connection:
        renew_epoch(connection)
    say("The store has a new epoch. Devices will compare what they hold at their next contact.")
    return OK


def run(args: argparse.Namespace) -> int:
    """Run the chosen `plan` command. A known failure is one line on stderr and exit code 1."""
    os.umask(0o077)
    logging.getLogger("sqlalchemy").setLevel(logging.ERROR)
    try:
        return int(args.plan_run(args))
    except PlanProblem as problem:
        return _fail(str(problem))
    except DBAPIError as error:
        return _fail(f"The database does not answer or cannot be used: {_reason(error)}.")
    except SQLAlchemyError as error:
        return _fail(f"The database cannot be used: {type(error).__name__}.")
    except KeyboardInterrupt:
        return INTERRUPTED


def _reason(error: DBAPIError) -> str:
    # The driver's first line says what is wrong; statements and parameters are not in it.
    lines = str(error.orig).strip().splitlines() if error.orig is not None else []
    return lines[0][:200].rstrip(".") if lines else type(error).__name__


def _fail(sentence: str) -> int:
    sys.stderr.write(f"hearthside plan: {sentence}\n")
    return FAILED
