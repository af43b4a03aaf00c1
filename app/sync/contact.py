"""Telling the plan what waits on this device and which passes failed, so that a failure leaves a trace there (F02).

Said only when there is news, so that a quiet pass costs nothing. Kinds, counts, times and error codes; never a name
or a word from a record.
"""

from __future__ import annotations

import hashlib
import logging
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlalchemy import Connection

from app.errors import PlanError
from app.store import meta
from app.store.engine import Store
from app.store.pass_reports import Depth, list_untold, mark_told, read_depths
from app.store.passes import PassRow
from app.sync.capabilities import Capabilities
from app.sync.fhir import json_text
from app.sync.fhir.write import time_text
from app.sync.transport import FHIR_JSON, FhirClient

OPERATION = "$hearthside-contact"
MOST_PASSES = 50
TOLD = "depth-told"
"""Meta key: what the plan was last told of what waits here."""
_log = logging.getLogger("app.sync")


async def report_contact(store: Store, client: FhirClient, capabilities: Capabilities) -> None:
    """Tell what is news since the last time. A plan that does not ask for it is not told; raises no PlanError."""
    if not capabilities.contact:
        return
    untold, depths, told = await store.read(_read)
    if not untold and _depth_mark(depths) == (told or ""):
        return
    body = json_text.dumps(encode_report(device_of(store.store_id), depths, untold))
    try:
        answer = await client.send("POST", OPERATION, body.encode(), {"Content-Type": FHIR_JSON})
        if not answer.ok:
            raise answer.error()
    except PlanError as error:
        # Told with the next contact; nothing waits for it.
        _log.info("the plan was not told of the last passes: %s %s", type(error).__name__, error.detail)
        return

    def keep(connection: Connection) -> None:
        mark_told(connection, [row.id for row in untold])
        meta.put(connection, TOLD, _depth_mark(depths))

    await store.write(keep)


def device_of(store_id: str) -> str:
    """How the plan tells this user's devices apart; the name of the store on the disk stays on the device."""
    return hashlib.sha256(f"hearthside-device {store_id}".encode()).hexdigest()[:32]


def encode_report(device: str, depths: tuple[Depth, ...], untold: tuple[PassRow, ...]) -> dict[str, Any]:
    """The Parameters resource of one contact."""
    parameters: list[dict[str, Any]] = [
        {"name": "device", "valueString": device},
        {"name": "version", "valueString": _version()},
    ]
    for depth in depths:
        parts: list[dict[str, Any]] = [
            {"name": "kind", "valueCode": depth.kind},
            {"name": "count", "valueUnsignedInt": depth.count},
            {"name": "oldest", "valueInstant": time_text(depth.oldest)},
        ]
        parameters.append({"name": "set-aside" if depth.set_aside else "waiting", "part": parts})
    parameters += [{"name": "pass", "part": _pass_parts(row)} for row in untold]
    return {"resourceType": "Parameters", "parameter": parameters}


def _pass_parts(row: PassRow) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"name": "began", "valueInstant": time_text(row.began_at)}]
    if row.ended_at is not None:
        parts.append({"name": "ended", "valueInstant": time_text(row.ended_at)})
    parts.append({"name": "outcome", "valueCode": row.outcome})
    counts = {
        "pushed": row.pushed, "pulled": row.pulled, "set-aside": row.set_aside, "waiting": row.waiting
    }  # fmt: skip
    parts += [{"name": name, "valueUnsignedInt": count} for name, count in counts.items()]
    if row.detail:
        parts.append({"name": "detail", "valueString": row.detail})
    return parts


def _read(connection: Connection) -> tuple[tuple[PassRow, ...], tuple[Depth, ...], str | None]:
    return list_untold(connection, MOST_PASSES), read_depths(connection), meta.find(connection, TOLD)


def _depth_mark(depths: tuple[Depth, ...]) -> str:
    """What makes a difference to somebody at the plan: kinds, counts and since when."""
    return ";".join(
        f"{depth.kind}:{depth.set_aside:d}:{depth.count}:{time_text(depth.oldest)}" for depth in depths
    )


def _version() -> str:
    try:
        return version("hearthside")
    except PackageNotFoundError:
        return "source"
