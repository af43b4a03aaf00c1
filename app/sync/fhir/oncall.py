"""The on-call pack between the plan's Parameters and the domain. Reading never raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from app.domain.on_call import Given, Head, Opening, PackLine, PackPage
from app.sync.fhir import json_text, read
from app.sync.fhir.frame import Json
from app.sync.fhir.write import time_text


def decode_given(parameters: Any) -> Given | None:
    """None for what is no such answer, and for one of which anything cannot be read: half a pack would look whole."""
    if read.text(parameters, "resourceType") != "Parameters":
        return None
    said: dict[str | None, Json] = {}
    people: dict[str, tuple[str, str]] = {}
    for one in read.items(parameters, "parameter"):
        if read.text(one, "name") != "person":
            said[read.text(one, "name")] = one
            continue
        parts = {read.text(part, "name"): part for part in read.items(one, "part")}
        whose = read.reference(parts.get("patient"), "valueReference")
        head, page = (read.text(parts.get(name), "valueString") for name in ("head", "page"))
        if whose is None or head is None or page is None or find_head(whose[1], head) is None:
            return None
        people[whose[1]] = head, page
    begins, until, as_of = (
        read.instant(said.get(name), "valueInstant") for name in ("begins", "until", "at")
    )
    tag, known = (read.text(said.get(name), "valueString") for name in ("tag", "known"))
    whole = read.flag(said.get("whole"), "valueBoolean")
    if begins is None or until is None or as_of is None or tag is None or known is None or whole is None:
        return None
    return Given(begins, until, as_of, tag, whole, frozenset(known.split()) - {"-"}, people)


def find_head(patient_id: str, text: str) -> Head | None:
    """What a list needs, out of its text; None where that is none."""
    held = json_text.find_object(text)
    if held is None:
        return None
    return Head(
        patient_id,
        read.text(held, "name") or "",
        read.text(held, "sort") or "",
        read.day(held, "born"),
        read.text(held, "place") or "",
    )


def decode_page(head: Head, text: str) -> PackPage:
    """What cannot be read of it is left out."""
    held = json_text.find_object(text)
    phones = read.find(held, "phones")
    return PackPage(
        head,
        number=read.text(held, "number") or "",
        phones=tuple(one for one in phones if isinstance(one, str)) if isinstance(phones, list) else (),
        language=read.text(held, "language") or "",
        interpreter=read.flag(held, "interpreter") is True,
        died=read.flag(held, "died") is True,
        lines=tuple(_line(one) for one in read.items(held, "lines")),
    )


def _line(one: Json) -> PackLine:
    section, text, label, detail, at, phone = (
        read.text(one, key) or "" for key in ("s", "t", "l", "d", "at", "p")
    )
    return PackLine(section, text, label, detail, at, phone)


def encode_openings(openings: Iterable[Opening]) -> Json:
    return {"resourceType": "Parameters", "parameter": [_opening(one) for one in openings]}


def _opening(one: Opening) -> Json:
    parts: list[Json] = [
        {"name": "id", "valueString": one.id},
        {"name": "patient", "valueReference": {"reference": f"Patient/{one.patient_id}"}},
        {"name": "at", "valueInstant": time_text(one.at.astimezone(UTC))},
        {"name": "reason", "valueString": one.reason},
        {"name": "visit", "valueBoolean": one.visit},
    ]
    return {"name": "opening", "part": parts}


def decode_kept(parameters: Any) -> Mapping[str, bool]:
    """By id of an opening, whether the plan keeps it; False: no pack of hers held that person."""
    found: dict[str, bool] = {}
    for one in read.items(parameters, "parameter"):
        parts = {read.text(part, "name"): part for part in read.items(one, "part")}
        own_id, kept = read.text(parts.get("id"), "valueString"), read.flag(parts.get("kept"), "valueBoolean")
        if own_id is not None and kept is not None:
            found[own_id] = kept
    return found
