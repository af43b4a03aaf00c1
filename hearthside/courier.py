"""`hearthside courier bring`: bring the sealed visits of a directory to the plan. Needs no PIN and opens no store."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import HearthsideError

if TYPE_CHECKING:
    from app.sync import auth

OK, FAILED = 0, 1
LONGEST_TOKEN = 4_000

DESCRIPTION = """Bring sealed visits to the plan.

When a visit is signed, Hearthside lays a copy beside the store that only the plan can read.
If the store is damaged or its PIN is lost, this command brings those copies to the plan,
which files them under the name of whoever signed them. DIR is a data directory, the
directory of one store, or one with copies in it, on this computer or a medium. Nothing is
changed or deleted there, and it may be run again. You sign in at the plan as yourself.
Exit code 0: all of them are at the plan; 1: some are not, and why."""


class CourierProblem(HearthsideError):
    """What the command cannot do, as a sentence."""


def add_courier_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("courier", help="bring sealed visits to the plan", description=DESCRIPTION)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    bring = commands.add_parser(
        "bring",
        help="bring the sealed visits of a directory",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    bring.add_argument("directory", type=Path, metavar="DIR", help="where the sealed visits lie")
    bring.add_argument("--plan", metavar="URL", required=True, help="the plan's address")
    bring.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="a file with an access token (hearthside plan token) in place of signing in with a browser",
    )
    bring.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Raises HearthsideError with a sentence to print."""
    if not args.directory.is_dir():
        raise CourierProblem(f"There is no directory {args.directory}.")
    return asyncio.run(_bring(args))


async def _bring(args: argparse.Namespace) -> int:
    from app.store.courier_files import find_all
    from app.sync import auth
    from app.sync.plan_door import FixedToken, PlanDoor
    from app.sync.relay import ARRIVED, Said, bring_all, read_copies

    copies = dict(read_copies(find_all(args.directory)))
    if not copies:
        print("There are no sealed visits here.")
        return OK
    print(f"{len(copies)} sealed {'copy' if len(copies) == 1 else 'copies'} found.")
    plan = await auth.check_plan(args.plan)
    row = None
    if args.token_file is not None:
        token = _read_token(args.token_file)
    else:
        row = (await _sign_in(plan)).sign_in
        token = row.access_token or ""
    try:
        async with PlanDoor(plan.url, FixedToken(token)) as door:
            brought = await bring_all(door, copies.items())
    finally:
        if row is not None:
            await auth.revoke(row)
    words = {
        Said.APPLIED: "brought to the plan",
        Said.KNOWN: "there already",
        Said.HELD: "kept by the plan for somebody to look at",
        Said.LATER: "must wait for others that are not here",
        Said.REFUSED: "not taken",
    }
    for said, text in words.items():
        if count := brought.count(said):
            print(f"{count} {text}.")
    for write_id, reason in sorted(brought.reasons.items()):
        print(f"  {write_id}  {reason}")
    return OK if brought.count(*ARRIVED) == len(copies) else FAILED


async def _sign_in(plan: auth.Plan) -> auth.SignedIn:
    from app.sync import auth

    attempt = await auth.start_sign_in(plan)
    print(f"Open this address in a browser and sign in:\n{attempt.authorize_url}", flush=True)
    return await attempt.wait(auth.SIGN_IN_SECONDS)


def _read_token(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")[:LONGEST_TOKEN].strip()
    except (OSError, UnicodeDecodeError):
        raise CourierProblem(f"{path} cannot be read.") from None
    if not text or not text.isascii() or any(one.isspace() for one in text):
        raise CourierProblem(f"There is no access token in {path}.")
    return text
