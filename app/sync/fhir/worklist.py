"""The plan's worklist, read; and a referral that is made from it, without a visit. Takes anything, never raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.content import load
from app.domain.need import SCREEN
from app.domain.visit import PersonRef
from app.domain.worklist import NOTE, WHY, Unreached, WhyListed, WorklistWord
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json
from app.sync.fhir.referral import EVALUATION, LOOP, REASONS, TARGETS, loop_state, say_option
from app.sync.fhir.write import person, time_text


def decode_worklist(answer: Any) -> WorklistWord | None:
    """None for anything else; a person who cannot be read is left out."""
    parts = _parts(answer, "parameter")
    at, as_of = (
        read.instant(parts.get("at"), "valueInstant"),
        read.instant(parts.get("as-of"), "valueInstant"),
    )
    if at is None or as_of is None:
        return None
    members = tuple(_members(answer))
    total, no_team = _count(parts.get("total")), _count(parts.get("no-team"))
    return WorklistWord(at, as_of, max(total or 0, len(members)), members, no_team)


def _members(answer: Any) -> Iterator[Unreached]:
    for one in read.items(answer, "parameter"):
        parts = _parts(one, "part")
        who = read.reference(parts.get("who"), "valueReference")
        if read.text(one, "name") != "member" or who is None or who[0] != "Patient":
            continue
        yield Unreached(
            patient_id=who[1],
            name=read.text(parts["who"], "valueReference", "display") or "",
            reasons=tuple(_reasons(one)),
            sb1004=read.find(parts.get("sb1004"), "valueBoolean") is True,
            target=read.text(parts.get("target"), "valueCode") or "",
            since=read.instant(parts.get("since"), "valueInstant"),
        )


def _reasons(member: Json) -> Iterator[WhyListed]:
    for one in read.items(member, "part"):
        parts = _parts(one, "part")
        code = read.text(parts.get("code"), "valueCode")
        if read.text(one, "name") == "reason" and code is not None:
            asked = read.find(parts.get("asked"), "valueBoolean") is True
            yield WhyListed(code, read.instant(parts.get("when"), "valueInstant"), asked)


def _parts(value: Any, name: str) -> dict[str | None, Json]:
    return {read.text(part, "name"): part for part in read.items(value, name)}


def _count(part: Any) -> int | None:
    found = read.find(part, "valueUnsignedInt")
    return int(found) if isinstance(found, int) else None


def encode_referral(
    request_id: str, patient_id: str, target: str, why: Iterable[str], by: PersonRef, at: datetime
) -> tuple[Json, Json]:
    """The proposal and its loop, as a visit makes them, less the visit. `why`: codes of the need screen."""
    subject = {"reference": f"Patient/{patient_id}"}
    request: Json = {
        "resourceType": "ServiceRequest",
        "id": request_id,
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": request_id}],
        "status": "active",
        "intent": "proposal",
        "category": [codes.concept(EVALUATION, text="Referral")],
        "priority": "routine",
        "code": codes.concept(
            {"system": TARGETS, "code": target, "display": say_option("ref-to", target)},
            text=f"Referral to {say_option('ref-to', target)}",
        ),
        "subject": subject,
        "authoredOn": time_text(at),
        "requester": person(by),
        "reasonCode": [_reason(one) for one in why],
        "note": [{"text": NOTE}],
    }
    if not request["reasonCode"]:
        del request["reasonCode"]
    task_id = loop_id(request_id)
    task: Json = {
        "resourceType": "Task",
        "id": task_id,
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": task_id}],
        "intent": "order",
        "code": codes.concept(LOOP, text="Referral loop"),
        "focus": {"reference": f"ServiceRequest/{request_id}"},
        "for": subject,
        "authoredOn": time_text(at),
        "requester": person(by),
        **loop_state("proposed", at),
    }
    return request, task


def loop_id(request_id: str) -> str:
    """Each request has one loop, whichever try makes it."""
    return str(uuid5(NAMESPACE_URL, f"{request_id}/loop"))


def _reason(code: str) -> Json:
    option = WHY.get(code)
    if option is not None:
        shown = say_option("ref-why", option)
        return codes.concept({"system": REASONS, "code": option, "display": shown}, text=shown)
    item = next((one for one in load()[SCREEN].items if one.link_id == code), None)
    return {"text": item.text if item is not None else code}


def take_back(resource: Json, at: datetime) -> Json:
    """The same, as a mistake. Who made it and what it said stay on record."""
    meta = {k: v for k, v in (resource.get("meta") or {}).items() if k not in ("versionId", "lastUpdated")}
    kept = {name: value for name, value in resource.items() if name != "meta"} | (
        {"meta": meta} if meta else {}
    )
    stamp = {"lastModified": time_text(at)} if resource.get("resourceType") == "Task" else {}
    return kept | {"status": "entered-in-error"} | stamp
