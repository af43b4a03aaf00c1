"""`hearthside plan leave …`: enter who is away and who stands in, list it, end it early."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from plan.console import open_database, say
from plan.database import read_transaction, write_transaction
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import clock_ms, instant
from plan.leave.entering import Ask, end_leave, enter_leave, list_leaves, read_names
from plan.leave.tables import NurseLeave
from plan.outcomes.zone import day_start, find_zone
from plan.problems import PlanProblem
from plan.users import get_user

_LEAVE = NurseLeave.metadata.tables["nurse_leave"]


def add_leave_commands(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `leave` to the commands of `plan`."""
    leave = commands.add_parser(
        "leave",
        help="who is away, and who stands in",
        description="Leave and cover. The covering nurse reads and writes the records of the other's people from the "
        "first moment to the last, by this server's clock; nothing is moved, so nothing has to be moved back.",
    )
    kinds = leave.add_subparsers(title="commands", metavar="COMMAND", required=True)
    adding = kinds.add_parser("add", help="enter a leave and its cover")
    adding.add_argument("--nurse", metavar="USER", required=True, help="who is away")
    adding.add_argument("--by", metavar="USER", required=True, help="who stands in: a nurse of the same team")
    when = "a day (2026-05-01), or a moment with its offset (2026-05-01T07:00-07:00)"
    adding.add_argument("--from", metavar="WHEN", dest="begins", help=f"{when}; default: now")
    adding.add_argument("--until", metavar="WHEN", required=True, help=f"{when}; of a day all of it counts")
    listing = kinds.add_parser("list", help="list what stands and what is to come")
    ending = kinds.add_parser("end", help="end one now")
    ending.add_argument("id", help="as `list` names it")
    for parser, run in ((adding, _add), (listing, _list), (ending, _end)):
        database_option(parser)
        parser.set_defaults(plan_run=run)


def _add(args: argparse.Namespace) -> int:
    engine, now = open_database(args.db, existing=True), clock_ms()
    with write_transaction(engine) as connection:
        nurse, stand_in = get_user(connection, args.nurse), get_user(connection, args.by)
        begins = now if args.begins is None else read_moment(connection, args.begins, end=False)
        until = read_moment(connection, args.until, end=True)
        ask = Ask(nurse.practitioner_id, stand_in.practitioner_id, begins, until)
        try:
            leave_id = enter_leave(connection, ask, now, team_id=nurse.team_id or "", by=None)
        except Refusal as refusal:
            raise PlanProblem(refusal.text) from None
    say(
        f"Entered {leave_id}: {stand_in.display_name} has the people of {nurse.display_name} until {instant(until)}."
    )
    return 0


def _list(args: argparse.Namespace) -> int:
    engine, now = open_database(args.db, existing=True), clock_ms()
    with read_transaction(engine) as connection:
        rows = list_leaves(connection, _LEAVE.c.until_ms > now)
        names = read_names(
            connection, {one for row in rows for one in (row.practitioner_id, row.stand_in_id)}
        )
    for row in rows:
        taken = "not taken over yet" if row.taken_ms is None else f"taken over {instant(row.taken_ms)}"
        nurse, by = (names.get(one, one) for one in (row.practitioner_id, row.stand_in_id))
        say(f"{row.id}  {instant(row.from_ms)} to {instant(row.until_ms)}  {nurse}, covered by {by}, {taken}")
    if not rows:
        say("None.")
    return 0


def _end(args: argparse.Namespace) -> int:
    engine = open_database(args.db, existing=True)
    with write_transaction(engine) as connection:
        try:
            end_leave(connection, args.id, clock_ms(), team_id=None, by=None)
        except Refusal as refusal:
            raise PlanProblem(refusal.text) from None
    say("Ended.")
    return 0


def read_moment(connection: Connection, text: str, *, end: bool) -> int:
    """In ms; a day is one of the plan's time zone, whose `end` is the beginning of the next. Raises PlanProblem."""
    try:
        if "T" not in text:
            day = date.fromisoformat(text)
            return day_start(day + timedelta(days=1) if end else day, find_zone(connection))
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise PlanProblem("A day is written 2026-05-01, a moment 2026-05-01T07:00-07:00.") from None
    if moment.tzinfo is None:
        raise PlanProblem("A moment needs its offset: 2026-05-01T07:00-07:00.")
    return round(moment.timestamp() * 1000)
