"""Visits, those that did not take place too."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from plan.outcomes.facts.answers import instrument_of
from plan.outcomes.facts.person import interpreter_of, line_of, place_of
from plan.outcomes.reading import (
    Json,
    at,
    codes,
    extension,
    find,
    has_code,
    items,
    reference,
    text,
    word,
    words,
)
from plan.outcomes.record import Record, visit_of
from plan.outcomes.tables import UNKNOWN
from plan.outcomes.zone import local_day

Row = dict[str, Any]

_MODES = {"FACE": "in-person", "PHONE": "telephone", "VIDEOCONF": "video"}
_BY_CLASS = {"HH": "home", "VR": "home", "AMB": "office"}
_BY_CLASS |= dict.fromkeys(("IMP", "ACUTE", "NONAC", "EMER", "OBSENC"), "hospital")


def visit_rows(record: Record, answers: list[Row]) -> list[Row]:
    """One row a visit. `_died` (for the member's row only) says that the visit found or left somebody dead."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for one in answers:
        if one["visit_id"] is not None and one["turn"] == 0 and one["code"] is not None:
            said[one["visit_id"]][one["item"]] = one["code"]
    patient, named = next(iter(record.of("Patient")), {}), _named(record)
    found = []
    for visit_id, encounter in record.visits.items():
        began = at(find(encounter, "period", "start"), record.zone)
        if began is not None:
            row = _row(record, visit_id, encounter, began, said[visit_id], interpreter_of(patient))
            line = named.get((visit_id, "frame-line-of-business"))
            organisation = named.get((visit_id, "prog-organisation"), UNKNOWN)[:200]
            row["line"] = line_of({"type": {"text": line}}) if line else UNKNOWN
            found.append(row | {"organisation": organisation})
    return found


def _named(record: Record) -> dict[tuple[str, str], str]:
    """Line of business and provider organisation, which are words, by visit and link id."""
    found = {}
    for response in record.of("QuestionnaireResponse"):
        visit = visit_of(response)
        if visit is not None and instrument_of(response) in ("visit-frame", "programme"):
            for raw in items(response, "item"):
                said = text(raw, "answer", 0, "valueString")
                if said is not None and raw.get("linkId") in ("frame-line-of-business", "prog-organisation"):
                    found[visit, str(raw["linkId"])] = said
    return found


def _row(
    record: Record, visit_id: str, encounter: Json, began: int, said: dict[str, str], on_record: str
) -> Row:
    left = at(find(encounter, "period", "end"), record.zone)
    seen = text(encounter, "status") == "finished"
    modality, setting = _modality(encounter), place_of(encounter)
    if setting is None:
        setting = _BY_CLASS.get(text(encounter, "class", "code") or "", UNKNOWN)
    return {
        "visit_id": visit_id,
        "nurse_id": _nurse(encounter),
        "seen": int(seen),
        "why_not": None if seen else said.get("ns-why"),
        "modality": modality,
        "setting": setting,
        # Assisted living is a home too: who came back there is visited there.
        "at_home": int(seen and modality == "in-person" and setting in ("home", "assisted-living")),
        "kind": said.get("frame-kind"),
        "began_ms": began,
        "left_ms": max(began, left if left is not None else began),
        "signed_ms": at(extension(encounter, "urn:hearthside:signed-at").get("valueDateTime"), record.zone),
        "local_date": local_day(began, record.zone),
        "answered_by": word(extension(encounter, "urn:hearthside:answered-by"), "valueCode"),
        "interpreter_needed": said.get("interpreter") or on_record,
        "interpreter_used": said.get("interpreter-used"),
        "_died": said.get("next-none") == "died",
    }


def _modality(encounter: Json) -> str:
    kinds = list(items(encounter, "type"))
    for kind in kinds:
        for _, code in codes(kind):
            if code in _MODES:
                return _MODES[code]
    if text(encounter, "class", "code") != "VR":
        return "in-person"
    return "video" if "video" in " ".join(words(one) for one in kinds) else "telephone"


def _nurse(encounter: Json) -> str | None:
    people = [
        (not any(has_code(kind, "PPRF") for kind in items(one, "type")), who)
        for one in items(encounter, "participant")
        if (who := reference(one, "individual", kind="Practitioner")) is not None
    ]
    return min(people)[1] if people else None
