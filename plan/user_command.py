"""`hearthside plan users …`: add, list, disable, enable, reset."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from typing import Any

from plan.console import open_database, say
from plan.database import read_transaction, write_transaction
from plan.passwords import SHORTEST
from plan.principal import OPERATOR, ROLES
from plan.problems import PlanProblem

PASSWORD_VARIABLE = "HEARTHSIDE_PLAN_PASSWORD"  # noqa: S105  the name of a variable, no password

_PASSWORD_HELP = (
    f"A password has at least {SHORTEST} characters. It is asked for on the terminal, read from standard input with "
    f"--password-stdin, or taken from ${PASSWORD_VARIABLE}; never from the command line, which others can see."
)


def add_user_commands(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `users` to the commands of `plan`."""
    users = commands.add_parser(
        "users", help="keep the backend's users", description="Keep the users who may sign in to the backend."
    )
    kinds = users.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str, more: str = ""
    ) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = kinds.add_parser(
            name, help=text, description=f"{text.capitalize()}. {more}"
        )
        database_option(parser)
        parser.set_defaults(plan_run=run)
        return parser

    adding = add("add", _add, "add a user, her Practitioner and, when new, her team", _PASSWORD_HELP)
    adding.add_argument("user", help="user name: small letters, digits, dots, hyphens")
    adding.add_argument(
        "--name", help='display name with letters, such as "Ana Ruiz, RN" (default: the user name)'
    )
    adding.add_argument(
        "--role", required=True, choices=ROLES, help=f"{OPERATOR} gets tokens by `plan token` only"
    )
    adding.add_argument("--team", help="name of the team; needed for all but operators")
    adding.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add("list", _list, "list users, roles and teams")
    disabling = add("disable", _disable, "shut a user out and end her sign-ins at once")
    disabling.add_argument("user", help="user name")
    enabling = add("enable", _enable, "let a disabled user sign in again")
    enabling.add_argument("user", help="user name")
    resetting = add("reset", _reset, "set a new password and end all sign-ins of a user", _PASSWORD_HELP)
    resetting.add_argument("user", help="user name")
    resetting.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )


def read_password(from_stdin: bool) -> str:
    """The new password, from where it was said to be. Raises PlanProblem when there is none, or two differ."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif PASSWORD_VARIABLE in os.environ:
        password = os.environ[PASSWORD_VARIABLE]
    elif sys.stdin.isatty():
        password = getpass.getpass("New password: ")
        if getpass.getpass("The same again: ") != password:
            raise PlanProblem("The two passwords differ.")
    else:
        raise PlanProblem(f"No password was given: use --password-stdin or ${PASSWORD_VARIABLE}.")
    if not password:
        raise PlanProblem("The password is empty.")
    return password


def _add(args: argparse.Namespace) -> int:
    from plan.users import add_user, find_user

    engine = open_database(args.db)
    with read_transaction(engine) as connection:
        if find_user(connection, args.user) is not None:
            raise PlanProblem(f'There is a user "{args.user}" already.')
    password = None if args.role == OPERATOR else read_password(args.password_stdin)
    with write_transaction(engine) as connection:
        user = add_user(
            connection,
            username=args.user,
            display_name=args.name or args.user,
            role=args.role,
            password=password,
            team=args.team,
        )
    say(f"Added {user.username} ({user.role}), Practitioner/{user.practitioner_id}.")
    return 0


def _list(args: argparse.Namespace) -> int:
    from plan.people import find_team_name
    from plan.users import list_users

    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        users = list_users(connection)
        teams = {user.team_id: find_team_name(connection, user.team_id) for user in users if user.team_id}
    for user in users:
        team = teams.get(user.team_id or "", "-")
        state = "disabled" if user.disabled else "active"
        say(f"{user.username:<20} {user.role:<11} {team:<16} {state:<9} {user.display_name}")
    return 0


def _disable(args: argparse.Namespace) -> int:
    return _set_disabled(args, True)


def _enable(args: argparse.Namespace) -> int:
    return _set_disabled(args, False)


def _set_disabled(args: argparse.Namespace, disabled: bool) -> int:
    from plan.users import set_disabled

    engine = open_database(args.db, existing=True)
    with write_transaction(engine) as connection:
        set_disabled(connection, args.user, disabled)
    say(f"{args.user} is {'disabled; her sign-ins have ended' if disabled else 'enabled'}.")
    return 0


def _reset(args: argparse.Namespace) -> int:
    from plan.users import get_user, reset_password

    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        get_user(connection, args.user)
    password = read_password(args.password_stdin)
    with write_transaction(engine) as connection:
        reset_password(connection, args.user, password)
    say(f"{args.user} has a new password; her sign-ins have ended.")
    return 0
