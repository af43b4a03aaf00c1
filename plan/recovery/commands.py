"""`hearthside plan recoveries …`: what devices ask that lost their PIN, and an officer's answer."""

from __future__ import annotations

import argparse
import base64
import binascii
import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from plan.console import OK, open_database, say
from plan.database import read_transaction, write_transaction
from plan.fhir.stamps import clock_ms, instant
from plan.keys.files import ask_passphrase, load_opening, read_pem, write_new
from plan.keys.key_set import key_id
from plan.problems import PlanProblem
from plan.recovery.opening import Ask, BadAsk, answer, is_same_code, read_ask

_APPROVE = """\
Before you approve: speak to the nurse, on a number that you know to be hers. She reads ten characters from her screen;
give them with --code. If they differ, somebody is between the device and you: refuse, and tell whoever runs the plan.
"""


def add_recovery_commands(commands: Any, database_option: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `recoveries` to the commands of `plan`."""
    parser = commands.add_parser(
        "recoveries",
        help="nurses who lost their PIN: who asks, and an officer's answer",
        description="Devices whose PIN is lost ask here, after a full sign-in. An officer answers with the offline "
        "rescue key, on this computer (approve) or on one without a network (export, answer, deliver).",
    )
    kinds = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str, *, database: bool = True) -> Any:
        one = kinds.add_parser(
            name,
            help=text,
            description=f"{text.capitalize()}.",
            epilog=_APPROVE if name in ("approve", "answer") else None,
        )
        if database:
            database_option(one)
        one.set_defaults(plan_run=run)
        return one

    add("list", _list, "list what waits for an answer")
    approving = add("approve", _approve, "answer a request")
    approving.add_argument("id", help="of the request")
    _key_options(approving)
    _found_option(approving)
    refusing = add("refuse", _refuse, "refuse a request")
    refusing.add_argument("id", help="of the request")
    refusing.add_argument("--officer", default=None, help="who decides (default: who is signed in here)")
    exporting = add("export", _export, "write a request to a file, for a computer without a network")
    exporting.add_argument("id", help="of the request")
    exporting.add_argument("file", type=Path, metavar="FILE")
    _found_option(exporting)
    answering = add("answer", _answer, "answer a request from a file, without a database", database=False)
    answering.add_argument("file", type=Path, metavar="FILE", help="from `export`")
    answering.add_argument("out", type=Path, metavar="ANSWER", help="for `deliver`")
    _key_options(answering)
    delivering = add("deliver", _deliver, "hand an answer from a file to the plan")
    delivering.add_argument("file", type=Path, metavar="ANSWER")


def _found_option(parser: Any) -> None:
    parser.add_argument(
        "--found-again", action="store_true", help="the device was withdrawn, and the nurse has it back"
    )


def _key_options(parser: Any) -> None:
    parser.add_argument(
        "--key",
        type=Path,
        required=True,
        action="append",
        metavar="FILE",
        help="rescue-….key; may be repeated",
    )
    parser.add_argument("--code", required=True, help="the ten characters that the nurse reads out")
    parser.add_argument("--officer", default=None, help="who decides (default: who is signed in here)")


def _list(args: argparse.Namespace) -> int:
    from plan.recovery.requests import list_open
    from plan.users import find_user_by_id

    engine = open_database(args.db, existing=True)
    now_ms = clock_ms()
    with read_transaction(engine) as connection:
        waiting = [(one, find_user_by_id(connection, one.user_id)) for one in list_open(connection, now_ms)]
    for one, user in waiting:
        left = (one.expires_ms - now_ms) // 60_000
        who = f"{user.username} ({user.display_name})" if user is not None else one.user_id
        say(f"{one.id}  {who}  device {one.device}  asked {instant(one.began_ms)}, {left} min left")
        say(f"  rescue key {one.rescue_ids}")
    if not waiting:
        say("Nobody waits for an answer.")
    return OK


def _approve(args: argparse.Namespace) -> int:
    from plan.recovery.requests import get_waiting, put_answer

    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        request, ask = get_waiting(connection, args.id, clock_ms())
        _check_not_withdrawn(connection, request.user_id, ask.device, args.found_again)
    sealed = _seal_answer(ask, args)
    with write_transaction(engine) as connection:
        put_answer(connection, args.id, sealed, _officer(args), clock_ms())
    say("Answered. The device can be opened with a new PIN now.")
    return OK


def _refuse(args: argparse.Namespace) -> int:
    from plan.recovery.requests import refuse

    engine = open_database(args.db, existing=True)
    with write_transaction(engine) as connection:
        refuse(connection, args.id, _officer(args), clock_ms())
    say("Refused.")
    return OK


def _export(args: argparse.Namespace) -> int:
    from plan.recovery.requests import get_waiting

    engine = open_database(args.db, existing=True)
    with read_transaction(engine) as connection:
        request, ask = get_waiting(connection, args.id, clock_ms())
        _check_not_withdrawn(connection, request.user_id, ask.device, args.found_again)
    document = {"id": request.id, "until": instant(request.expires_ms), "ask": ask.to_json()}
    write_new(args.file, json.dumps(document, indent=1).encode())
    say(f"The request lies in {args.file}; it is good until {instant(request.expires_ms)}.")
    return OK


def _answer(args: argparse.Namespace) -> int:
    document = _read(args.file)
    try:
        ask = read_ask(document["ask"], str(document["ask"]["user"]))
        request_id = str(document["id"])
    except (BadAsk, KeyError, TypeError):
        raise PlanProblem(f"{args.file.name} holds no request.") from None
    sealed = _seal_answer(ask, args)
    out = {"id": request_id, "officer": _officer(args), "answer": sealed}
    write_new(args.out, json.dumps(out, indent=1).encode())
    say(f"The answer lies in {args.out}; it can be read by that device only.")
    return OK


def _deliver(args: argparse.Namespace) -> int:
    from plan.recovery.requests import put_answer

    document = _read(args.file)
    sealed, officer, request_id = (document.get(name) for name in ("answer", "officer", "id"))
    if not (isinstance(officer, str) and isinstance(request_id, str) and _is_base64(sealed)):
        raise PlanProblem(f"{args.file.name} holds no answer.")
    engine = open_database(args.db, existing=True)
    with write_transaction(engine) as connection:
        put_answer(connection, request_id, str(sealed), officer, clock_ms())
    say("Delivered. The device can be opened with a new PIN now.")
    return OK


def _is_base64(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False


def _seal_answer(ask: Ask, args: argparse.Namespace) -> str:
    if not is_same_code(ask, args.code):
        raise PlanProblem(
            "The code is not that of this request. Ask the nurse to read it once more; if it still differs, refuse."
        )
    keys: dict[str, X25519PrivateKey] = {}
    for path in args.key:
        key = load_opening(path, ask_passphrase(path))
        keys[key_id(key.public_key().public_bytes_raw())] = key
    return base64.b64encode(answer(ask, keys)).decode()


def _check_not_withdrawn(connection: Any, user_id: str, device: str, found_again: bool) -> None:
    """A tablet that was reported lost is no tablet to open. Raises PlanProblem."""
    from plan.devices.registry import find_device

    found = find_device(connection, user_id, device)
    if found is not None and found.revoked_ms is not None and not found_again:
        raise PlanProblem(
            "That device was withdrawn. If it was found and the nurse has it in her hands, say so with --found-again."
        )


def _officer(args: argparse.Namespace) -> str:
    return str(args.officer or getpass.getuser())


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(read_pem(path))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise PlanProblem(f"{path.name} cannot be read.")
    return document
