"""Judgements of one device's file against the plan's: cursors, clear bytes, scores, and that it holds what it may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tests.faults.checker_rows import Server, Store

OVERLAP = timedelta(seconds=30)
NOT_PULLED = {"Practitioner", "Organization", "CareTeam", "Library", "AuditEvent", "Binary", "Group"}
ESAS = "esas-r"


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def i4_cursors(server: Server, store: Store) -> Iterator[str]:
    """I4: all that lies before a cursor (its overlap aside) is on the device, for people whose history is here."""
    scopes = {(row["scope"], row["type"]): row for row in store.rows("cursor")}
    joined = {
        scope.partition("/")[2] for scope, kind in scopes if scope.startswith("backfill/") and kind == "*"
    }
    active = {row["id"] for row in store.rows("patient") if row["active_member"]} & joined
    held = {(row["type"], row["id"]): _ms(row["last_updated"]) for row in store.rows("base")}
    if server.epoch is not None and store.meta.get("store-epoch") != server.epoch:
        return  # the server was put back and this device has not looked yet
    for one in server.versions:
        cursor = scopes.get(("panel", one.type))
        if cursor is None or not cursor["since"] or one.deleted or one.patient_id not in active:
            continue
        passed = _ms(cursor["since"]) - OVERLAP / timedelta(milliseconds=1)
        if one.stamp < passed and held.get(one.key, 0) < one.stamp:
            yield f"the cursor passed {one.type}/{one.id}, which is not here"


def i6_clear_bytes(path: Path, secrets: Iterable[str]) -> Iterator[str]:
    """I6: nothing that a person said stands readable on the disk."""
    wanted = [text.encode() for text in secrets]
    for file in sorted(path.parent.glob(f"{path.name}*")):
        raw = file.read_bytes()
        yield from (f"clear text in a file of {len(raw)} bytes" for text in wanted if text in raw)


def i9_scores(store: Store) -> Iterator[str]:
    """I9: the highest score that lists show is the highest among the answers."""
    numbers: dict[str, list[int]] = {}
    for row in store.rows("answer"):
        if row["instrument"] == ESAS and row["value"] is not None and row["value"].isdigit():
            numbers.setdefault(row["visit_id"], []).append(int(row["value"]))
    for visit in store.rows("visit"):
        if visit["status"] == "signed" and visit["highest_score"] != max(
            numbers.get(visit["id"], []), default=None
        ):
            yield f"visit {visit['id']} shows another score than its answers make"


def i13_content(server: Server, store: Store, may_read: Iterable[str]) -> Iterator[str]:
    """I13: of the people she may read the device holds every record in its newest version, and of nobody else any,
    but where own work is unsent, her own visits, or somebody who was there in the pass before (taken off next).
    """
    people = set(may_read)
    if not people:
        # An empty list may be a server's mistake: nobody is shown, and nothing is deleted because of it (I8).
        yield from (f"{row['id']} is still shown" for row in store.rows("patient") if row["active_member"])
        return
    held = {(row["type"], row["id"]): row for row in store.rows("base") if not row["deleted"]}
    for key, one in server.current().items():
        if one.patient_id in people and one.type not in NOT_PULLED:
            row = held.get(key)
            if row is None:
                yield f"{one.type}/{one.id} is not here"
            elif row["version_id"] != one.version_id:
                yield f"{one.type}/{one.id} is here in another version"
    excused = {row["patient_id"] for row in store.unsent(None)}
    excused |= {row["patient_id"] for row in store.rows("visit") if row["origin"] == "own"}
    known = server.current()
    for key, row in held.items():
        if row["patient_id"] is None or row["patient_id"] in excused:
            continue
        if row["patient_id"] not in people:
            yield f"{key[0]}/{key[1]} is still here"
        elif key not in known:
            yield f"{key[0]}/{key[1]} is here and not on the server"
