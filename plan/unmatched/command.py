"""`hearthside plan match`: who waits to be matched, joining somebody to a member, taking that back."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from plan.console import OK, open_database, say
from plan.database import read_transaction, write_transaction
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import clock_ms, instant
from plan.problems import PlanProblem
from plan.unmatched.candidates import Candidate, Face, Sign
from plan.unmatched.joining import join, undo
from plan.unmatched.listing import list_people

_WORDS = {"name": "name", "birth-date": "birth date", "member-number": "member number", "address": "address"}


def add_match_command(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `match` to the commands of `plan`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "match",
        help="people who were visited and not yet matched to a member",
        description="Without anything: list whom nurses visited who was on nobody's list, with members she could be, "
        "what agrees and what differs. With PERSON and MEMBER: file her visits under that member. With PERSON and "
        "--undo: take that back.",
    )
    database_option(parser)
    parser.add_argument("person", nargs="?", metavar="PERSON", help="id of the person as listed")
    parser.add_argument("member", nargs="?", metavar="MEMBER", help="id of the member's Patient")
    parser.add_argument("--undo", action="store_true", help="the join was a mistake")
    parser.add_argument(
        "--name", default="", metavar="WORDS", help="look for members by other words of a name"
    )
    parser.set_defaults(plan_run=_run)


def _run(args: argparse.Namespace) -> int:
    engine = open_database(args.db, existing=True)
    if args.person is None or (args.member is None and not args.undo):
        _list(engine, (args.person or "", args.name))
        return OK
    if args.member is not None and args.undo:
        raise PlanProblem("To take a join back only PERSON is named.")
    try:
        with write_transaction(engine) as connection:
            if args.undo:
                moved = undo(connection, args.person, None)
            else:
                moved = join(connection, args.person, args.member, None)
    except Refusal as refusal:
        raise PlanProblem(refusal.text) from refusal
    say(f"Taken back: {moved} records." if args.undo else f"Joined: {moved} records are the member's now.")
    return OK


def _list(engine: Engine, sought: tuple[str, str]) -> None:
    with read_transaction(engine) as connection:
        people = list_people(connection, None, clock_ms(), sought)
    for one in people:
        if sought[0] and one.face.patient_id != sought[0]:
            continue
        by = one.nurse_name or f"Practitioner/{one.nurse_id}"
        say(f"{one.face.patient_id}  {_say(one.face)}  by {by}, {instant(one.made_ms)}, {one.visits} visits")
        if one.member is not None and one.joined_ms is not None:
            say(f"  joined to {one.member.patient_id}  {_say(one.member)}  {instant(one.joined_ms)}")
            continue
        for candidate in one.candidates:
            say(f"  {candidate.face.patient_id}  {_say(candidate.face)}")
            say(f"    {_compared(candidate)}")
        if not one.candidates:
            say("  No member has anything of this in common with her. Try --name.")
    if not people:
        say("Nobody waits to be matched.")


def _say(face: Face) -> str:
    return ", ".join(filter(None, (face.name, face.born, " ".join(sorted(face.numbers)), face.address)))


def _compared(candidate: Candidate) -> str:
    said = {Sign.AGREES: "agrees", Sign.DIFFERS: "differs", Sign.UNKNOWN: "not known"}
    return "; ".join(f"{_WORDS[name]}: {said[sign]}" for name, sign in candidate.signs.items())
