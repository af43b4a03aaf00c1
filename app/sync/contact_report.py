"""The Parameters resource by which a device tells the plan of itself, and the plan's answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from app.store.audit import Event
from app.store.audit_telling import Telling
from app.store.pass_reports import Aside, Depth
from app.store.passes import PassRow
from app.sync.fhir import read
from app.sync.fhir.write import time_text


def encode_report(
    device: str,
    depths: tuple[Depth, ...],
    untold: tuple[PassRow, ...],
    telling: Telling | None = None,
    asides: Sequence[tuple[Aside, str]] = (),
) -> dict[str, Any]:
    """One contact: what waits, what was set aside and why (`asides`: with the reason as a word), which passes failed,
    and how the device's audit chain goes on.

    Kinds, counts, times, codes and ids; never a name or a word from a record.
    """
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
    for aside, why in asides:
        told: list[dict[str, Any]] = [
            {"name": "kind", "valueCode": aside.kind},
            {"name": "why", "valueCode": why},
            {"name": "count", "valueUnsignedInt": aside.count},
            {"name": "oldest", "valueInstant": time_text(aside.oldest)},
        ]
        parameters.append({"name": "aside", "part": told})
    parameters += [{"name": "pass", "part": _pass_parts(row)} for row in untold]
    if telling is not None:
        parameters.append({"name": "audit", "part": _chain_parts(telling)})
        parameters += [{"name": "event", "part": _event_parts(one, telling)} for one in telling.events]
    return {"resourceType": "Parameters", "parameter": parameters}


def decode_answer(resource: Any) -> tuple[int, str] | None:
    """(how many audit events the plan holds, "ok" | "behind" | "differs"); None where it does not say."""
    said = {one.get("name"): one for one in read.items(resource, "parameter") if isinstance(one, dict)}
    known, state = (
        read.whole(said.get("audit-known"), "valueUnsignedInt"),
        read.text(said.get("audit"), "valueCode"),
    )
    return (known, state) if known is not None and state else None


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


def _chain_parts(telling: Telling) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"name": "length", "valueUnsignedInt": telling.length}]
    return parts + _texts(head=telling.head)


def _event_parts(event: Event, telling: Telling) -> list[dict[str, Any]]:
    # FHIR has no empty strings: what the first event follows, and a subject that is none, are left out.
    parts: list[dict[str, Any]] = [{"name": "seq", "valueUnsignedInt": event.seq}]
    return parts + _texts(
        at=event.at,
        actor=event.actor,
        action=event.action,
        subject=event.subject,
        previous=event.previous,
        digest=event.digest,
        patient=telling.patients.get(event.subject or ""),
    )


def _texts(**values: str | None) -> list[dict[str, Any]]:
    return [{"name": name, "valueString": value} for name, value in values.items() if value]


@cache
def _version() -> str:
    """Read once: it stands in a file."""
    try:
        return version("hearthside")
    except PackageNotFoundError:
        return "source"
