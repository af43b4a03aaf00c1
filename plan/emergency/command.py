"""`hearthside plan emergencies`: which records were opened in an emergency, by whom and why; and ending one early."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from plan.audit.ledger import EMERGENCY, add_event
from plan.console import open_database, say
from plan.database import read_transaction, write_transaction
from plan.emergency.opening import end_early, list_all, was_told
from plan.fhir.access import DAY_MS
from plan.fhir.stamps import clock_ms, instant
from plan.oncall.opening import list_openings
from plan.problems import PlanProblem
from plan.users import list_users


def add_emergency_command(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `emergencies` to the commands of `plan`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "emergencies",
        help="records that were opened in an emergency or on call",
        description="List who opened whose record in an emergency, until when and why, newest first; then whose pages "
        "were opened from on-call packs. "
        "With --end one that still stands is ended at once; it leaves the device at its next contact.",
    )
    database_option(parser)
    parser.add_argument(
        "--days", type=int, default=30, metavar="N", help="how far back (default: %(default)s)"
    )
    parser.add_argument("--end", metavar="ID", help="end this one now")
    parser.set_defaults(plan_run=_run)


def _run(args: argparse.Namespace) -> int:
    engine = open_database(args.db, existing=True)
    now = clock_ms()
    if args.end is not None:
        with write_transaction(engine) as connection:
            patients = [row.patient_id for row in list_all(connection, 0) if row.id == args.end]
            if not end_early(connection, args.end, now):
                raise PlanProblem("No access of that id stands open.")
            add_event(connection, now, EMERGENCY, who=None, what={"ended": args.end}, patients=patients)
        say("Ended.")
        return 0
    with read_transaction(engine) as connection:
        rows = list_all(connection, now - max(0, args.days) * DAY_MS)
        names = {user.id: user.username for user in list_users(connection)}
        openings = list_openings(connection, now - max(0, args.days) * DAY_MS)
        untold = {row.id for row in rows if not was_told(connection, row.task_id)}
    for row in rows:
        state = "open until" if row.until_ms > now else "ended"
        say(
            f"{row.id}  {instant(row.started_ms)}  {names.get(row.user_id, '-')}  Patient/{row.patient_id}  "
            f"{state} {instant(row.until_ms)}  {row.reason}"
        )
        if row.id in untold:
            say("  ! no supervisor has the task of it: neither the person nor the nurse has a team")
    for opening in openings:
        say(
            f"{opening.id}  {instant(opening.at_ms)}  {names.get(opening.user_id, '-')}  "
            f"Patient/{opening.patient_id}  on call: {opening.reason}"
        )
    if not rows and not openings:
        say("None.")
    return 0
