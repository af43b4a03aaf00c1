"""`hearthside plan seen`: who saw a person's record, in lines or as a CSV file. Asking is itself an event."""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import true

from plan.audit.ledger import EXPORT, READ, add_event
from plan.audit.seen import MOST, Event, list_events
from plan.console import open_database, say
from plan.database import write_transaction
from plan.fhir.stamps import clock_ms, instant
from plan.fhir.store import find_current
from plan.problems import PlanProblem

_COLUMNS = ("when", "who", "role", "what", "outcome", "device", "records")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def add_seen_command(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `seen` to the commands of `plan`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "seen",
        help="who saw a person's record",
        description="List who read, wrote or tried to reach a person's record, newest first: as the backend saw it, "
        "and as devices told of themselves. The list is itself written into the trail.",
    )
    database_option(parser)
    parser.add_argument("patient", metavar="PATIENT", help="id of the Patient")
    parser.add_argument("--most", type=int, default=MOST, metavar="N", help="events (default: %(default)s)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a CSV file (mode 0600) instead")
    parser.set_defaults(plan_run=_run)


def _run(args: argparse.Namespace) -> int:
    engine = open_database(args.db, existing=True)
    with write_transaction(engine) as connection:
        if find_current(connection, "Patient", args.patient, true()) is None:
            raise PlanProblem("There is no such Patient.")
        events = list_events(connection, args.patient, limit=max(1, args.most))
        add_event(
            connection,
            clock_ms(),
            EXPORT if args.csv else READ,
            who=None,
            what={"shown": {args.patient: {"AuditEvent": len(events)}}, "by": "operator at the database"},
            patients=[args.patient],
        )
        if args.csv is not None:
            _write_csv(args.csv, events)
    if args.csv is not None:
        say(f"{len(events)} events written to {args.csv}.")
        return 0
    for event in events:
        say("  ".join(_cells(event)))
    say(f"{len(events)} events.")
    return 0


def _cells(event: Event) -> list[str]:
    records = ", ".join(f"{name} {count}" for name, count in sorted(event.records.items()))
    outcome = "ok" if event.outcome < 400 else f"refused {event.outcome}"
    who = event.who or event.practitioner_id or "operator or nobody known"
    return [instant(event.at_ms), who, event.role, event.action, outcome, event.device or "backend", records]


def _write_csv(file: Path, events: list[Event]) -> None:
    """A new file; an existing one is not overwritten. Cells that a spreadsheet would run are made text."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise PlanProblem(f"The file {file} cannot be made: {error.strerror}.") from error
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        writer.writerows([_as_text(cell) for cell in _cells(event)] for event in events)


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
