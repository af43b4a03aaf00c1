"""`hearthside plan new-secret`: change the secret that signs login forms."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from plan.console import OK, open_database, say
from plan.database import write_transaction
from plan.fhir.stamps import clock_ms
from plan.settings import PlanSettings
from plan.signin.secret import VARIABLE, rotate_secret


def add_secret_command(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `new-secret` to the commands of `plan`."""
    parser = commands.add_parser(
        "new-secret",
        help="change the secret that signs login forms",
        description="Make a new secret for signing login forms. Nobody is signed out; pages that are open stay good "
        f"for an hour. A running backend takes it at once. A secret given in ${VARIABLE} or the file named in "
        f"${VARIABLE}_FILE is changed there: a new line above the old one, which is taken out an hour later.",
    )
    database_option(parser)
    parser.set_defaults(plan_run=_run)


def _run(args: argparse.Namespace) -> int:
    engine = open_database(args.db, existing=True)
    with write_transaction(engine) as connection:
        rotate_secret(connection, clock_ms(), PlanSettings())
    say("Login forms are signed with a new secret. Pages open now stay good for an hour.")
    return OK
