"""`POST [base]/$hearthside-contact`: a device tells what waits on it, how its last passes ended, how its log goes on.

Takes a Parameters resource. Parameters it does not know are passed over, so that a newer app can say more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from plan.contacts import DeviceAside, DeviceContact, DevicePass, DeviceWaiting, Report
from plan.device_audit.chain import Held
from plan.device_audit.events import read_log
from plan.fhir.outcomes import Issue, Refusal

OPERATION = "$hearthside-contact"
MOST_PASSES = 100
_DEVICE = re.compile(r"[A-Za-z0-9-]{1,64}\Z")
_WORD = re.compile(r"[a-z][a-z-]{0,19}\Z")
_DETAIL = re.compile(r"[^A-Za-z0-9 ._:/?-]")
_LARGEST = 1_000_000


def read_report(content: Any, user_id: str, now_ms: int) -> Report:
    """The report of a Parameters resource. Raises Refusal 400 for anything else."""
    if not isinstance(content, dict) or content.get("resourceType") != "Parameters":
        raise Refusal(400, "A Parameters resource was expected here.")
    device = _text(_only(content, "device"), "valueString")
    if _DEVICE.match(device) is None:
        raise _bad("A contact names its device.", "Parameters.parameter('device')")
    contact = DeviceContact(
        user_id=user_id,
        device=device,
        received_ms=now_ms,
        version=_text(_only(content, "version"), "valueString")[:40],
    )
    waiting = {
        (one.kind, one.set_aside): one
        for name in ("waiting", "set-aside")
        for parameter in _all(content, name)
        if (one := _waiting(parameter, contact, set_aside=name == "set-aside")) is not None
    }
    told_asides = (_aside(parameter, contact) for parameter in _all(content, "aside"))
    asides = {(one.kind, one.why): one for one in told_asides if one is not None}
    told = (_pass(parameter, contact) for parameter in _all(content, "pass"))
    passes = {one.began_ms: one for one in told if one is not None}
    newest = sorted(passes.values(), key=lambda one: one.began_ms)[-MOST_PASSES:]
    log = read_log(content.get("parameter"))
    return Report(contact, list(waiting.values()), newest, log, list(asides.values()))


def make_answer(held: Held) -> dict[str, Any]:
    """What the device is told: how many of its audit events are held, and whether they are the ones that it has."""
    known: dict[str, Any] = {"name": "audit-known", "valueUnsignedInt": held.known}
    return {"resourceType": "Parameters", "parameter": [known, {"name": "audit", "valueCode": held.state}]}


def _waiting(parameter: Any, contact: DeviceContact, *, set_aside: bool) -> DeviceWaiting | None:
    kind, count = _word(_only(parameter, "kind")), _count(_only(parameter, "count"))
    if not kind or count == 0:
        return None
    return DeviceWaiting(
        user_id=contact.user_id,
        device=contact.device,
        kind=kind,
        set_aside=set_aside,
        count=count,
        oldest_ms=_instant(_only(parameter, "oldest")),
    )


def _aside(parameter: Any, contact: DeviceContact) -> DeviceAside | None:
    kind, why = _word(_only(parameter, "kind")), _word(_only(parameter, "why"))
    count = _count(_only(parameter, "count"))
    if not kind or not why or count == 0:
        return None
    oldest = _instant(_only(parameter, "oldest"))
    return DeviceAside(
        user_id=contact.user_id, device=contact.device, kind=kind, why=why, count=count, oldest_ms=oldest
    )


def _pass(parameter: Any, contact: DeviceContact) -> DevicePass | None:
    began = _instant(_only(parameter, "began"))
    outcome = _word(_only(parameter, "outcome"))
    if began is None or not outcome:
        return None
    return DevicePass(
        user_id=contact.user_id,
        device=contact.device,
        began_ms=began,
        ended_ms=_instant(_only(parameter, "ended")),
        outcome=outcome,
        pushed=_count(_only(parameter, "pushed")),
        pulled=_count(_only(parameter, "pulled")),
        set_aside=_count(_only(parameter, "set-aside")),
        waiting=_count(_only(parameter, "waiting")),
        # Codes and numbers are all it should hold; whatever else it holds is not kept as it came.
        detail=_DETAIL.sub("?", _text(_only(parameter, "detail"), "valueString"))[:200],
    )


def _all(holder: Any, name: str) -> Iterator[Any]:
    parameters = holder.get("parameter", holder.get("part")) if isinstance(holder, dict) else None
    for one in parameters if isinstance(parameters, list) else ():
        if isinstance(one, dict) and one.get("name") == name:
            yield one


def _only(holder: Any, name: str) -> Any:
    return next(_all(holder, name), None)


def _text(parameter: Any, member: str) -> str:
    value = parameter.get(member) if isinstance(parameter, dict) else None
    return value if isinstance(value, str) else ""


def _word(parameter: Any) -> str:
    word = _text(parameter, "valueCode")
    return word if _WORD.match(word) else ""


def _count(parameter: Any) -> int:
    value = parameter.get("valueUnsignedInt") if isinstance(parameter, dict) else None
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return min(max(value, 0), _LARGEST)


def _instant(parameter: Any) -> int | None:
    """Ms since 1970; None for what is no moment with an offset."""
    try:
        moment = datetime.fromisoformat(_text(parameter, "valueInstant"))
        return round(moment.timestamp() * 1000) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _bad(text: str, expression: str) -> Refusal:
    return Refusal(400, text, issues=[Issue(text, expression)])
