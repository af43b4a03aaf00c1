"""Small parts of the FHIR resources that `tests.support.roster` makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plan.fhir.stamps import instant

Json = dict[str, Any]
When = str | int
Answer = int | str | bool | Sequence[str]

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
OMB = "urn:oid:2.16.840.1.113883.6.238"
POS = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
MODES = {"in-person": "FACE", "telephone": "PHONE", "video": "VIDEOCONF"}
PLACES = {"home": "12", "assisted-living": "13", "nursing-home-short": "31", "nursing-home-long": "32"}
PLACES |= {"office": "11", "hospital": "21", "skilled-nursing": "31", "long-term-nursing": "32"}
INSTRUMENTS = {
    "interpreter": "nurse-items",
    "interpreter-used": "nurse-items",
    "at-peace": "nurse-items",
    "caregiver-coping": "nurse-items",
    "frame-kind": "visit-frame",
    "ns-why": "not-seen",
    "next-none": "next-steps",
    "bowel-regimen": "medicines",
    "bowel-regimen-why": "medicines",
    "naloxone": "medicines",
    "prog-programme": "programme",
    "oxygen": "body-equipment",
    "akps": "akps",
    "phase": "phase",
}
"""Which form an item belongs to; the rest by the beginning of its link id."""
BEGINNINGS = {
    "esas": "esas-r",
    "need": "need-screen",
    "sb": "sb1004",
    "peg": "peg-3",
    "distress": "distress-signs",
}
BEGINNINGS |= {"painad": "painad", "conv": "conversation", "body": "body-look"}


def fhir_time(when: When) -> str:
    """As FHIR writes it: seconds and an offset, or a day alone."""
    if isinstance(when, int):
        return instant(when)
    day, mark, clock = when.partition("T")
    if clock.endswith("Z") and clock.count(":") == 1:
        return f"{day}T{clock[:-1]}:00Z"
    if not mark or clock.endswith("Z"):
        return when
    at = max(clock.rfind("+"), clock.rfind("-"))
    return f"{day}T{clock[:at]}:00{clock[at:]}" if clock[:at].count(":") == 1 else when


def concept(system: str, code: str, text: str | None = None) -> Json:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def item(link_id: str, value: Answer | None, at: When, again: Mapping[When, int] | None = None) -> Json:
    """One answered item. A text beginning with "?" is a reason why there is none ("?declined")."""
    extensions: list[Json] = [{"url": "urn:hearthside:answered-at", "valueDateTime": fhir_time(at)}]
    for when, number in (again or {}).items():
        parts = [{"url": "at", "valueDateTime": fhir_time(when)}, {"url": "value", "valueInteger": number}]
        extensions.append({"url": "urn:hearthside:again", "extension": parts})
    if isinstance(value, str) and value.startswith("?"):
        extensions.append({"url": "urn:hearthside:absent", "valueCode": value[1:]})
        return {"extension": extensions, "linkId": link_id}
    given = [value] if isinstance(value, int | str) else list(value or ())
    return {"extension": extensions, "linkId": link_id, "answer": [_answer(link_id, one) for one in given]}


def _answer(link_id: str, value: int | str) -> Json:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    if link_id.endswith("-words") or (link_id.endswith("-why") and link_id != "ns-why"):
        return {"valueString": value}
    return {"valueCoding": {"system": f"urn:hearthside:option:{link_id}", "code": value}}
