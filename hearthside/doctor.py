"""`hearthside doctor`: is what lies in a data directory whole, private and encrypted? It shows no patient data."""

from __future__ import annotations

import argparse
import asyncio
import math
import stat
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from app.config import default_data_dir
from app.errors import HearthsideError

if TYPE_CHECKING:
    from app.store.files import StoreFiles

OK, PROBLEM = 0, 1
_SAMPLE = 65_536
_ENOUGH_ENTROPY = 7.5
"""Bits a byte. Encrypted pages measure above 7.9 in a sample of 4 KiB or more, plain SQLite pages far below 7."""

DESCRIPTION = """Examine the stores in a data directory without changing them.

Without a PIN it tells whether files are there, private and encrypted, and what was last
written down beside them. With --pin-stdin it also opens one store and checks every page,
every seal and the audit chain. No patient's name or record is shown.
Exit code 0: all is well; 1: something is not."""


def add_doctor_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="examine a data directory",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=f"data directory (default {default_data_dir()})"
    )
    parser.add_argument(
        "--pin-stdin",
        action="store_true",
        help="read the PIN or passphrase from standard input and open the store",
    )
    parser.add_argument("--store", metavar="ID", help="which store to open, when there are several")
    parser.set_defaults(run=run)


class Report:
    """Prints findings and remembers whether one of them is bad."""

    def __init__(self) -> None:
        self.problems = 0

    def say(self, label: str, text: str, *, bad: bool = False) -> None:
        self.problems += bad
        print(f"{'!' if bad else ' '} {label:<13} {text}")


def run(args: argparse.Namespace) -> int:
    from app.store.files import list_stores

    data_dir: Path = args.data or default_data_dir()
    report = Report()
    print(f"data directory {data_dir}")
    if not data_dir.is_dir():
        report.say("directory", "is not there: nothing was ever kept here")
        return OK
    _say_privacy(report, "directory", data_dir)
    stores = sorted(list_stores(data_dir), key=lambda files: files.store_id)
    report.say("stores", str(len(stores)))
    for files in stores:
        print(f"store {files.store_id}")
        _examine_closed(report, files)
    if args.pin_stdin:
        wanted = [files.store_id for files in stores if args.store in (None, files.store_id)]
        if len(wanted) != 1:
            report.say("open", "name one store with --store", bad=True)
        else:
            print(f"store {wanted[0]}, opened")
            asyncio.run(_examine_open(report, data_dir, wanted[0], sys.stdin.readline().rstrip("\r\n")))
    print("all is well" if not report.problems else f"{report.problems} problem(s)")
    return PROBLEM if report.problems else OK


def _examine_closed(report: Report, files: StoreFiles) -> None:
    from app.store.files import read_json
    from app.store.key_file import KeyFile

    _say_privacy(report, "directory", files.directory)
    try:
        pointer = files.read_pointer()
        database = files.database(pointer.file)
    except HearthsideError as error:
        report.say("pointer", f"cannot be read ({error.detail})", bad=True)
        database = None
    if database is not None:
        report.say("pointer", f"names {pointer.file}")
        _say_encryption(report, database)
    try:
        key_file = KeyFile.load(files.key, files.store_id)
    except HearthsideError as error:
        report.say("key file", f"cannot be used ({error.detail})", bad=True)
    else:
        slots = ", ".join(f"{slot.kind.value} version {slot.version}" for slot in key_file.slots)
        held = f"device secret in {key_file.keystore_name}" if key_file.keystore_name else "no device secret"
        report.say("key file", f"{slots or 'no way in by PIN'}; {held}", bad=not slots)
    unsent = (read_json(files.unsent) or {}).get("visits")
    report.say("unsent", f"{unsent} visits, as last noted" if isinstance(unsent, int) else "never noted")
    report.say("in use", "yes" if _is_locked(files.lock) else "no")


def _say_privacy(report: Report, label: str, directory: Path) -> None:
    mode = stat.S_IMODE(directory.stat().st_mode)
    open_to_others = bool(mode & 0o077)
    report.say(
        label, f"mode {mode:04o}{', others can read it' if open_to_others else ''}", bad=open_to_others
    )


def _say_encryption(report: Report, database: Path) -> None:
    from app.store.cipher import PLAIN_HEADER

    try:
        with database.open("rb") as file:
            sample = file.read(_SAMPLE)
    except OSError as error:
        report.say("database", f"cannot be read ({error.strerror})", bad=True)
        return
    if not sample:
        report.say("database", "is empty", bad=True)
    elif sample.startswith(PLAIN_HEADER):
        report.say("encrypted", "NO: this is a plain SQLite file", bad=True)
    else:
        bits = entropy(sample)
        text = f"{'yes' if bits > _ENOUGH_ENTROPY else 'it does not look so'}, {bits:.2f} bits a byte"
        report.say("encrypted", text, bad=bits <= _ENOUGH_ENTROPY)


def entropy(sample: bytes) -> float:
    """Shannon entropy in bits a byte; 0 for nothing."""
    counts = Counter(sample).values()
    return sum(-n / len(sample) * math.log2(n / len(sample)) for n in counts)


def _is_locked(lock: Path) -> bool:
    from app.errors import StoreBusy
    from app.store.files import StoreLock

    if not lock.exists():
        return False
    try:
        StoreLock.acquire(lock).release()
    except StoreBusy:
        return True
    return False


async def _examine_open(report: Report, data_dir: Path, store_id: str, secret: str) -> None:
    from app.device import find_keystore
    from app.store.health import examine
    from app.store.vault import Vault

    try:
        store = await Vault(data_dir, await find_keystore(), new_keys=False).unlock(store_id, secret)
    except HearthsideError as error:
        report.say("open", str(error), bad=True)
        return
    try:
        health = await store.read(examine)
    except HearthsideError as error:
        report.say("open", f"{error} ({error.detail})", bad=True)
        return
    finally:
        await store.close()
    report.say("pages", health.integrity, bad=health.integrity != "ok")
    report.say("seals", health.seal, bad=health.seal != "ok")
    report.say("schema", f"version {health.schema_version}")
    counts = health.counts
    report.say("unsent", f"{counts.unsent_visits} visits, {counts.set_aside_visits} set aside")
    report.say("last receipt", health.last_receipt_at or "none yet")
    chain = health.chain
    broken = chain.broken_at is not None
    text = f"broken at event {chain.broken_at}" if broken else f"{chain.length} events, unbroken"
    report.say("audit chain", text, bad=broken)
    said, differs = health.audit_told, health.audit_differs
    report.say("told the plan", f"{min(said, chain.length)} of {chain.length} events")
    if differs is not None:
        report.say("plan's copy", f"is of another log than this one ({differs})", bad=True)
