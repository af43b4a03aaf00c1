"""Parameters of the plan's sharing operation, both ways. Takes anything and never raises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.sharing import NewSharing, Sharing, SharingAsk, SharingEnd
from app.sync.fhir import read
from app.sync.fhir.frame import Json


def encode_ask(ask: SharingAsk) -> Json:
    texts = {
        "patient": ask.patient_id,
        "audience": ask.audience.value,
        "recipient": ask.recipient,
        "said-by": ask.said_by,
        "how": ask.how.value,
    }
    parameters: list[Json] = [{"name": name, "valueString": value} for name, value in texts.items()]
    parameters.append({"name": "days", "valueInteger": ask.days})
    return {"resourceType": "Parameters", "parameter": parameters}


def encode_person(patient_id: str) -> Json:
    """Whose sharings are asked for."""
    return {"resourceType": "Parameters", "parameter": [{"name": "patient", "valueString": patient_id}]}


def decode_new(answer: Any) -> NewSharing | None:
    """None where something is missing: a link without its passcode opens nothing."""
    parts = _parts(answer, "parameter")
    share_id = read.text(parts.get("id"), "valueString")
    link = read.text(parts.get("link"), "valueUrl")
    passcode = read.text(parts.get("passcode"), "valueString")
    until = read.instant(parts.get("until"), "valueInstant")
    if share_id is None or link is None or passcode is None or until is None:
        return None
    return NewSharing(share_id, link, passcode, until)


def decode_list(answer: Any) -> tuple[Sharing, ...]:
    """In the plan's order, newest first; what cannot be read is left out."""
    return tuple(_sharings(answer))


def _sharings(answer: Any) -> Iterator[Sharing]:
    for one in read.items(answer, "parameter"):
        parts = _parts(one, "part")
        share_id = read.text(parts.get("id"), "valueString")
        made = read.instant(parts.get("made"), "valueInstant")
        until = read.instant(parts.get("until"), "valueInstant")
        if read.text(one, "name") != "shared" or share_id is None or made is None or until is None:
            continue
        openings = read.find(parts.get("openings"), "valueUnsignedInt")
        yield Sharing(
            id=share_id,
            audience=read.text(parts.get("audience"), "valueCode") or "",
            recipient=read.text(parts.get("recipient"), "valueString") or "",
            by=read.text(parts.get("by"), "valueString") or "",
            made_at=made,
            until=until,
            openings=int(openings) if isinstance(openings, int) else 0,
            last_opened_at=read.instant(parts.get("last-opened"), "valueInstant"),
            end=_end(read.text(parts.get("ended"), "valueCode")),
        )


def _end(code: str | None) -> SharingEnd | None:
    if code is None:
        return None
    known = {one.value: one for one in SharingEnd}
    return known.get(code, SharingEnd.OVER)  # a newer plan's reason: it opens no more, whatever the reason


def _parts(value: Any, name: str) -> dict[str | None, Json]:
    return {read.text(part, "name"): part for part in read.items(value, name)}
