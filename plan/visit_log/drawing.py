"""A visit's row, drawn out of its resources. Pure; reads anything and raises for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from plan.alert_task import ALERT
from plan.fhir.extract import find_interval, find_reference, walk

Json = dict[str, Any]
VISIT = "urn:hearthside:visit"
"""System of the identifier that makes an Encounter a visit of the app, and by which its alerts name it."""
FORMS = tuple(
    f"urn:hearthside:questionnaire:{name}" for name in ("visit-frame", "programme", "esas-r", "not-seen")
)
"""Questionnaires whose responses say something that the log shows or is narrowed by."""
CLOCK_MAY_BE_OFF_MS = 5 * 60_000
_MOST = 10**16
SIGNED_WITHIN_MS = 24 * 3_600_000
"""Own rules, the same as on the tablet (ADR 0048)."""
_SIGNED, _OFFSET, _BY_HAND = (
    "urn:hearthside:signed-at",
    "urn:hearthside:device-clock-offset",
    "urn:hearthside:written-afterwards",
)
_AGAIN = "urn:hearthside:again"
_MODES = {"FACE": "in-person", "PHONE": "telephone", "VIDEOCONF": "video"}
_PLACES = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
_HOME, _HOME_BY_SCREEN, _ELSEWHERE_BY_SCREEN = "12", "10", "02"
_CLOSED = ("completed", "cancelled", "rejected", "failed", "entered-in-error")
_LONGEST, _LONGEST_KIND, _LONGEST_PLACE = 200, 40, 8
"""As `visit_line` holds them: what is longer must not keep a visit from being taken."""
_DIGITS = re.compile(r"-?[0-9]{1,16}\Z", re.ASCII)


def draw_line(encounter: Json, responses: Iterable[Json], *, whole: bool) -> Json | None:
    """The row without its alerts; None for what is no visit of the app, or was entered in error."""
    met = encounter.get("status") != "cancelled"
    began = find_interval(encounter, ("period.start",))
    if not is_visit(encounter) or began is None:
        return None
    answers = dict(_answers(responses))
    offset = _extension(encounter, _OFFSET)
    row = {
        "encounter_id": encounter["id"],
        "patient_id": find_reference(encounter, "subject", "Patient") or "",
        "nurse_id": find_reference(encounter, "participant.individual", "Practitioner") or "",
        "nurse_name": _first(walk(encounter, "participant.individual.display")),
        "began_ms": began[0],
        "left_ms": _moment(encounter, "period.end"),
        "signed_ms": _moment({"at": _extension(encounter, _SIGNED)}, "at"),
        "offset_ms": _whole_number(offset),
        "modality": _modality(encounter),
        "setting": _first(_places(encounter)),
        "kind": _said(answers, "frame-kind")[:_LONGEST_KIND],
        "line": _said(answers, "frame-line-of-business"),
        "organisation": _said(answers, "prog-organisation"),
        "score": _highest(answers),
        "met": int(met and "ns-why" not in answers),
        "whole": int(whole),
    }
    row["place"] = _place(row["modality"], row["setting"])
    by_hand = _extension(encounter, _BY_HAND) is True
    row["evv"] = int(_is_exceptional(row, by_hand, _said(answers, "frame-address")))
    return row


def is_visit(encounter: Json) -> bool:
    """Whether this is a visit of the app that took place or was tried."""
    ours = VISIT in walk(encounter, "identifier.system")
    return ours and encounter.get("status") in ("finished", "cancelled")


def draw_alert(task: Json) -> Json | None:
    """The row of an alert; None for any other Task and for one that no visit raised."""
    parts = next((one for one in walk(task, "extension") if _url(one) == ALERT), None)
    visit = next((one for one in walk(task, "encounter.identifier") if one.get("system") == VISIT), None)
    patient_id = find_reference(task, "for", "Patient")
    if parts is None or visit is None or patient_id is None or task.get("status") == "entered-in-error":
        return None
    level = next((one.get("valueString") for one in walk(parts, "extension") if _url(one) == "level"), None)
    return {
        "task_id": task["id"],
        "encounter_id": str(visit.get("value", ""))[:64],
        "patient_id": patient_id,
        "level": str(level or "today")[:20],
        "stands": int(task.get("status") not in _CLOSED),
    }


def _is_exceptional(row: Json, by_hand: bool, address: str) -> bool:
    """For visits in person that took place: whether somebody may ask about times, clock or place."""
    if row["modality"] != "in-person" or not row["met"]:
        return False
    offset, left, signed = row["offset_ms"], row["left_ms"], row["signed_ms"]
    late = signed is not None and left is not None and signed - left > SIGNED_WITHIN_MS
    off = offset is None or abs(offset) >= CLOCK_MAY_BE_OFF_MS
    return by_hand or off or address != "on-record" or late or not row["nurse_name"]


def _place(modality: str, setting: str) -> str:
    if modality == "in-person":
        return setting
    return _HOME_BY_SCREEN if setting == _HOME else _ELSEWHERE_BY_SCREEN


def _places(encounter: Json) -> Iterator[str]:
    return (one for one in _codes(encounter, "contained.type", _PLACES) if len(one) <= _LONGEST_PLACE)


def _modality(encounter: Json) -> str:
    for code in _codes(encounter, "type", "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"):
        if code in _MODES:
            return _MODES[code]
    return "telephone" if "VR" in walk(encounter, "class.code") else "in-person"


def _answers(responses: Iterable[Json]) -> Iterator[tuple[str, list[Any]]]:
    """Answers that are not inside an entry, by link id, with what later measurements and a named problem's own say."""
    for response in responses:
        if response.get("status") == "entered-in-error":
            continue
        for item in walk(response, "item"):
            if isinstance(item, dict) and isinstance(item.get("linkId"), str):
                values = [_value(one) for path in ("answer", "item.answer") for one in walk(item, path)]
                later = [one for one in walk(item, "extension") if _url(one) == _AGAIN]
                values += walk(later, "extension.valueInteger")
                yield item["linkId"], values


def _value(answer: Any) -> Any:
    for name, value in answer.items() if isinstance(answer, dict) else ():
        if name.startswith("value"):
            return value.get("code", value.get("value")) if isinstance(value, dict) else value
    return None


def _said(answers: dict[str, list[Any]], link_id: str) -> str:
    return _first(answers.get(link_id, ()))


def _highest(answers: dict[str, list[Any]]) -> int | None:
    given = [one for name, several in answers.items() if name.startswith("esas-") for one in several]
    return max((one for one in given if _is_number(one) and 0 <= one <= 10), default=None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _codes(resource: Json, path: str, system: str) -> Iterator[str]:
    for coding in walk(resource, f"{path}.coding"):
        if (
            isinstance(coding, dict)
            and coding.get("system") == system
            and isinstance(coding.get("code"), str)
        ):
            yield coding["code"]


def _extension(resource: Json, url: str) -> Any:
    found: Json = next((one for one in walk(resource, "extension") if _url(one) == url), {})
    return next((value for name, value in found.items() if name.startswith("value")), None)


def _url(extension: Any) -> Any:
    return extension.get("url") if isinstance(extension, dict) else None


def _moment(resource: Json, path: str) -> int | None:
    found = find_interval(resource, (path,))
    return found[0] if found else None


def _whole_number(value: Any) -> int | None:
    """None for what is none, or is more than any clock can be off."""
    if isinstance(value, float) and abs(value) < _MOST:
        value = int(value)
    text = str(value) if value is not None else ""
    return int(text) if _DIGITS.match(text) else None


def _first(values: Iterable[Any]) -> str:
    return next((str(one)[:_LONGEST] for one in values if isinstance(one, str) and one), "")
