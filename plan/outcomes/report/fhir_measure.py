"""The measures as FHIR: what each counts, in words; the figures are computed in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from plan.outcomes.measures.listing import MEASURES
from plan.outcomes.measures.model import Basis, Measure
from plan.outcomes.report.people import GROUPINGS
from plan.people import put_if_changed

URL = "urn:hearthside:measure:"
PLACES = "urn:hearthside:standing"
VALUE_UNIT = "urn:hearthside:value-unit"
"""What the median beside a share is counted in: hours, days, parts."""
GROUPING = "urn:hearthside:grouping"
POPULATION = "http://terminology.hl7.org/CodeSystem/measure-population"
STANDARD = {
    "denominator": "denominator",
    "met": "numerator",
    "excluded": "denominator-exclusion",
    "preference": "denominator-exception",
}
"""By our word: the code of measure-population that says the same. The others have no such code."""
OWN_TITLES = {
    "missed": "Not met",
    "died": "Died inside the window",
    "no-visit": "On the roster, nobody has been there",
    "no-data": "No data",
    "pending": "The window is not over",
}
Json = dict[str, Any]


def fhir_id(name: str) -> str:
    """A measure's id as FHIR allows it."""
    return name.replace("_", "-")


def put_measures(connection: Connection) -> None:
    """Store what changed of them. Inside a `write_transaction`."""
    for one in MEASURES:
        put_if_changed(connection, encode_measure(one))


def encode_measure(measure: Measure) -> Json:
    """One Measure. Whoever did not want something is its exception, beside the denominator."""
    described = {
        "denominator": measure.denominator,
        "met": measure.numerator,
        "excluded": measure.exclusions,
        "preference": "The person did not want it.",
    }
    populations = [
        {
            "code": place_code(place),
            "description": text,
            "criteria": {"language": "text/plain", "expression": text},
        }
        for place, text in described.items()
    ]
    strata = [
        {"code": grouping_code(name), "criteria": {"language": "text/plain", "expression": name}}
        for name in GROUPINGS
    ]
    found: Json = {
        "resourceType": "Measure",
        "id": fhir_id(measure.id),
        "url": f"{URL}{measure.id}",
        "name": measure.id,
        "title": measure.title,
        "status": "active",
        "experimental": measure.basis is Basis.OWN,
        "description": f"{measure.numerator} Of: {measure.denominator} Left out: {measure.exclusions}",
        "usage": measure.data_source,
        "copyright": f"Own wording. Source: {measure.source}",
        "disclaimer": measure.unverified or "Reviewed by no clinician yet.",
        "scoring": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/measure-scoring",
                    "code": "continuous-variable" if measure.is_length else "proportion",
                }
            ]
        },
        "group": [{"population": populations, "stratifier": strata}],
    }
    if measure.value_unit:
        found["extension"] = [{"url": VALUE_UNIT, "valueCode": measure.value_unit}]
    if measure.feed:
        found["guidance"] = measure.feed
    return found


def place_code(place: str) -> Json:
    """The code of a population: the standard one where there is one, and ours."""
    coding = [{"system": PLACES, "code": place}]
    if place in STANDARD:
        coding.insert(0, {"system": POPULATION, "code": STANDARD[place]})
    return {"coding": coding, **({"text": OWN_TITLES[place]} if place in OWN_TITLES else {})}


def grouping_code(name: str) -> Json:
    return {"coding": [{"system": GROUPING, "code": name}]}
