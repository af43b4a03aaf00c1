"""`hearthside plan roster …` and `hearthside plan outcomes …`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plan.console import OK, open_database, say
from plan.database import read_transaction, write_transaction

_LONGEST = 300.0
"""Seconds that a load may take: thousands of people may be made."""


def add_roster_commands(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `roster` to the commands of `plan`."""
    roster = commands.add_parser(
        "roster",
        help="who is seriously ill, as the plan counts",
        description="The roster of the seriously ill: everybody for whom outcomes are answered for, visited or not.",
    )
    kinds = roster.add_subparsers(title="commands", metavar="COMMAND", required=True)
    loading = kinds.add_parser(
        "load",
        help="put a CSV file's roster in force",
        description="Put the roster in a CSV file in force; docs/plan-operation.md names the columns. The file is "
        "the whole roster: whoever stands on it no longer leaves it.",
    )
    loading.add_argument("file", type=Path, metavar="FILE", help="CSV in UTF-8 with a header line")
    database_option(loading)
    loading.set_defaults(plan_run=_load)
    showing = kinds.add_parser(
        "show",
        help="how many are on it",
        description="How many are on the roster, by line of business and visits.",
    )
    database_option(showing)
    showing.set_defaults(plan_run=_show)


def add_outcome_commands(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `outcomes` to the commands of `plan`."""
    outcomes = commands.add_parser(
        "outcomes",
        help="the facts that outcomes are computed from",
        description="The facts that outcomes are computed from. A serving backend keeps them in step by itself.",
    )
    kinds = outcomes.add_subparsers(title="commands", metavar="COMMAND", required=True)
    refreshing = kinds.add_parser(
        "refresh",
        help="bring the facts up to date",
        description="Bring the facts up to the newest record. May run beside a serving backend, and be broken off.",
    )
    refreshing.add_argument("--rebuild", action="store_true", help="make everybody's facts anew")
    refreshing.add_argument(
        "--time-zone", metavar="ZONE", help="the plan's time zone, as America/Los_Angeles"
    )
    refreshing.add_argument(
        "--report", action="store_true", help="make the report anew too; it is otherwise made once a day"
    )
    database_option(refreshing)
    refreshing.set_defaults(plan_run=_refresh)


def _load(args: argparse.Namespace) -> int:
    from datetime import datetime

    from plan.outcomes.refresh import refresh
    from plan.outcomes.roster import load_roster, read_roster
    from plan.outcomes.zone import find_zone

    lines = read_roster(args.file)
    engine = open_database(args.db)
    with write_transaction(engine, seconds=_LONGEST) as connection:
        loaded = load_roster(connection, lines, datetime.now(find_zone(connection)).date())
    refresh(engine)
    say(
        f"{loaded.people} people are on the roster; {loaded.made} were new to this server, {loaded.left} left it."
        if loaded.changed
        else f"{loaded.people} people were on the roster already; nothing has changed."
    )
    return OK


def _show(args: argparse.Namespace) -> int:
    from plan.fhir.stamps import clock_ms
    from plan.outcomes.roster_counts import count_roster

    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        counts = count_roster(connection, clock_ms())
    if not counts.people:
        say("Nobody is on the roster. `hearthside plan roster load FILE` brings it.")
        return OK
    say(f"{counts.people} people are on the roster today.")
    say(f"{counts.unseen} of them have not been visited yet; {counts.unknown} have no team.")
    for line, number in counts.lines:
        say(f"  {line:<20} {number}")
    return OK


def _refresh(args: argparse.Namespace) -> int:
    from plan.fhir.stamps import clock_ms
    from plan.outcomes.refresh import refresh
    from plan.outcomes.report.making import make_report
    from plan.outcomes.zone import put_zone

    engine = open_database(args.db, existing=True)
    if args.time_zone is not None:
        with write_transaction(engine) as connection:
            put_zone(connection, args.time_zone)
    people = refresh(engine, rebuild=args.rebuild)
    say(f"The facts of {people} people were made anew." if people else "The facts were up to date.")
    if args.report:
        say(f"The report was made anew, with {make_report(engine, clock_ms())} measures.")
    return OK
