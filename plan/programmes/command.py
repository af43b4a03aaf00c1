"""`hearthside plan services` and `hearthside plan case`: what leaves for a payment, and what for learning."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from plan.audit.ledger import EXPORT, add_event
from plan.console import OK, open_database, say
from plan.database import read_transaction, write_transaction
from plan.fhir.stamps import clock_ms
from plan.problems import PlanProblem


def add_programme_commands(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `services`, `case`, `study` and `mentor` to the commands of `plan`."""
    services = commands.add_parser(
        "services",
        help="which services each member was given in a month, as CSV",
        description="Write which services each member was given in a month, by whom and in which setting, for a "
        "bundled payment. No claim and no prices. It names people: the file is made for you alone, and stands in their "
        "trail.",
    )
    services.add_argument("--month", required=True, help="such as 2026-11, in the plan's time zone")
    services.set_defaults(plan_run=_services)
    case = commands.add_parser(
        "case",
        help="a case to learn from, without anybody in it, as PDF",
        description="Write one page about the course of one person, made from coded facts only: no name, number, date, "
        "place or free text. With --visit only that visit: for a mentor elsewhere.",
    )
    case.add_argument("--patient", required=True, metavar="ID", help="id of the Patient")
    case.add_argument("--visit", metavar="ID", help="id of the Encounter, to tell of this visit alone")
    case.set_defaults(plan_run=_case)
    study = commands.add_parser(
        "study",
        help="a study of integration, as CSV of counts without anybody in it",
        description="Count what followed for members on the roster who came into a programme in a period, and for "
        "those who did not. Counts of 1 to 10, and what would give them away, are hidden.",
    )
    study.add_argument("--programme", default="community-palliative", help="default: %(default)s")
    study.add_argument("--period", required=True, help="such as 2026, 2026-Q3 or 2026-11")
    study.add_argument(
        "--days", type=int, default=90, help="days looked at before and after (default: %(default)s)"
    )
    study.set_defaults(plan_run=_study)
    for parser in (services, case, study):
        database_option(parser)
        parser.add_argument("--out", required=True, metavar="FILE", type=Path, help="a new file")
    mentor = commands.add_parser(
        "mentor",
        help="one visit for a mentor of another organization, without anybody in it",
        description="Show what a mentor would read of a visit: coded answers, scores and a course, no name, place, "
        "date or free text. With --out as PDF. A passage of free text is told only when it is released by its number, "
        "and never when a name or a date stands in it.",
    )
    mentor.add_argument("--visit", required=True, metavar="ID", help="id of the Encounter")
    mentor.add_argument(
        "--release",
        action="append",
        default=[],
        type=int,
        metavar="NUMBER",
        help="a passage that you have read; may be given several times",
    )
    mentor.add_argument(
        "--out", metavar="FILE", type=Path, help="a new file; without it the reading is printed"
    )
    database_option(mentor)
    mentor.set_defaults(plan_run=_mentor)


def _note(engine: Engine, what: dict[str, Any], people: Iterable[str]) -> None:
    """In the trail before the file is written: what left without a trace would be worse than a trace of nothing."""
    with write_transaction(engine) as connection:
        add_event(connection, clock_ms(), EXPORT, who=None, what=what, patients=people)


def _services(args: argparse.Namespace) -> int:
    from plan.outcomes.periods import find_period
    from plan.outcomes.refresh import refresh
    from plan.outcomes.zone import find_zone
    from plan.programmes.csv_file import keep_file, write_csv
    from plan.programmes.services import COLUMNS, list_services

    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        period = find_period(args.month, find_zone(connection))
    if period is None or period.kind != "month":
        raise PlanProblem("A month looks like 2026-11.")
    refresh(engine)
    with read_transaction(engine) as connection:
        found = list_services(connection, period)
    people = {one.patient_id for one in found}
    _note(engine, {"services": period.label, "exported": ["Encounter"]}, people)
    keep_file(args.out, write_csv(COLUMNS, (one.cells() for one in found)).encode())
    say(f"{len(found)} lines about {len(people)} people.")
    return OK


def _case(args: argparse.Namespace) -> int:
    from plan.fhir.access import unrestricted
    from plan.fhir.store import find_current
    from plan.outcomes.refresh import refresh
    from plan.programmes.case import compose_case
    from plan.programmes.case_page import draw_case
    from plan.programmes.csv_file import keep_file

    engine = open_database(args.db, existing=True)
    refresh(engine)
    with read_transaction(engine) as connection:
        if find_current(connection, "Patient", args.patient, unrestricted()) is None:
            raise PlanProblem("There is no such person, or her record is kept apart: nothing of it leaves.")
        case = compose_case(connection, args.patient, visit_id=args.visit)
    _note(engine, {"case": "without a name", "exported": ["a case to learn from"]}, [args.patient])
    keep_file(args.out, draw_case(case))
    say("Written. Read it once before you hand it on: somebody who knew the person may still know her.")
    return OK


def _study(args: argparse.Namespace) -> int:
    from plan.outcomes.periods import find_period
    from plan.outcomes.refresh import refresh
    from plan.outcomes.zone import find_zone
    from plan.programmes.csv_file import keep_file, write_csv
    from plan.programmes.study import COLUMNS, Frame, make_study

    if not 1 <= args.days <= 366:
        raise PlanProblem("Days are 1 to 366.")
    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        period = find_period(args.period, find_zone(connection))
    if period is None:
        raise PlanProblem("A period looks like 2026, 2026-Q3 or 2026-11.")
    refresh(engine)
    frame = Frame(args.programme, period.start_ms, period.end_ms, args.days, clock_ms())
    with read_transaction(engine) as connection:
        rows = make_study(connection, frame)
    _note(engine, {"study": period.label, "programme": args.programme}, [])
    keep_file(args.out, write_csv(COLUMNS, rows).encode())
    say(f"{len(rows)} lines, {sum(row[-1] == 'hidden' for row in rows)} of them hidden.")
    return OK


def _mentor(args: argparse.Namespace) -> int:
    from sqlalchemy import true

    from plan.fhir.store import find_current
    from plan.outcomes.refresh import refresh
    from plan.programmes.csv_file import keep_file
    from plan.sharing.mentor_reading import compose_reading
    from plan.sharing.paper import draw

    engine = open_database(args.db, existing=True)
    refresh(engine)
    with read_transaction(engine) as connection:
        row = find_current(connection, "Encounter", args.visit, true())
        patient_id = None if row is None or row.deleted else row.patient_id
        reading = None if patient_id is None else compose_reading(connection, patient_id, args.visit)
    if patient_id is None or reading is None:
        raise PlanProblem("There is no such visit, or it is kept apart or not finished.")
    numbered = dict(enumerate(reading.passages, start=1))
    if any(one not in numbered or numbered[one].refused for one in args.release):
        raise PlanProblem("One of these passages is not there, or may not leave.")
    told = reading.as_told(numbered[one].id for one in sorted(set(args.release)))
    _note(engine, {"mentor": "without a name", "exported": ["one visit"]}, [patient_id])
    if args.out is not None:
        keep_file(args.out, draw(told, "Made for a mentor. Each copy is yours to answer for."))
        say("Written. Read it once before you hand it on: somebody who knew the person may still know her.")
        return OK
    for text in (told.name, *told.about):
        say(text)
    for part in told.parts:
        say(f"\n{part.title}")
        for line in part.lines:
            say(f"  {line.label} {line.text}")
    say("\nPassages that could be released, for you alone to read:")
    for number, one in numbered.items():
        say(f"  {number}. {one.label}: {one.text}" + (f" [{one.refused}]" if one.refused else ""))
    return OK
