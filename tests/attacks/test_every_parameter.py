"""Every route and parameter that `metadata` declares, used to get at another's record.

Each value is shown to work first: the plan's own system finds the record with it. A type, parameter, include or
interaction that `metadata` declares and this file does not know fails, so that nobody adds one unattacked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.attacks.door import Door
from tests.attacks.found_by import BESIDE, EVERY, FINDS, NO_IDENTIFIER
from tests.attacks.rich import SUFFIX, records_beside, rich_records

Json = dict[str, Any]
OPEN = {
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Location",
    "HealthcareService",
    "Questionnaire",
    "Medication",
    "ValueSet",
    "CodeSystem",
    "Library",
    "Measure",
    "PlanDefinition",
}
RECORDS = rich_records()
RESULT = {
    "_sort": ("_lastUpdated", "-_lastUpdated"),
    "_count": ("0", "1", "1000"),
    "_elements": ("id", "subject"),
    "_include": (),  # each declared include has its own attempt
    "_revinclude": (),
    "_total": ("accurate", "estimate", "none"),
    "_summary": ("count", "false"),
}
"""Parameters about the answer, with the values to combine a search for patient b with."""
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
MODIFIERS = {"string": (":exact", ":contains"), "token": (":not",), "reference": (), "date": ()}


@pytest.fixture(scope="module")
def declared(door: Door) -> Json:
    headers = door.bearer("rec") | {"Content-Type": "application/fhir+json"}
    entries = [
        {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}}
        for each in [*RECORDS.values(), *records_beside()]
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    answer = door.client.post(f"{door.url}/fhir", json=bundle, headers=headers)
    assert answer.status_code == 200, answer.text[:2000]
    statement: Json = door.client.get(f"{door.url}/fhir/metadata").json()
    rest: Json = statement["rest"][0]
    return rest


def ask(door: Door, who: str, urls: list[str]) -> list[Json]:
    """Each URL as an entry of a batch; returns the response entries, in order."""
    found: list[Json] = []
    headers = door.bearer(who) | {"Content-Type": "application/fhir+json", "Prefer": "handling=strict"}
    for start in range(0, len(urls), 250):
        entries = [{"request": {"method": "GET", "url": url}} for url in urls[start : start + 250]]
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        answer = door.client.post(f"{door.url}/fhir", json=bundle, headers=headers)
        assert answer.status_code == 200, answer.text[:500]
        found += answer.json()["entry"]
    return found


def names(entry: Json) -> set[str]:
    """`Type/id` of what a searchset shows."""
    entries = entry.get("resource", {}).get("entry", [])
    return {f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in entries}


def is_bs(name: str) -> bool:
    """Is this a record of patient b, or one of those that this file made?"""
    return name.endswith((f"-{SUFFIX}", "-b")) or name == "Patient/b"


def status(entry: Json) -> str:
    return str(entry["response"]["status"]).split()[0]


def value_of(kind: str, name: str) -> str:
    """The value that finds the record. A KeyError here is a parameter that nobody has attacked yet."""
    value = (EVERY | FINDS[kind])[name]
    return value.replace("{id}", RECORDS[kind]["id"])


def searches(rest: Json) -> Iterator[tuple[str, str, str]]:
    """Which record it finds, how it is asked, and the URL: every parameter, with modifiers and prefixes."""
    for each in rest["resource"]:
        kind = each["type"]
        for param in each.get("searchParam", []):
            name, value = param["name"], value_of(kind, param["name"])
            if name == "identifier" and kind in NO_IDENTIFIER:
                continue
            yield theirs(kind, name), "plain", f"{kind}?{urlencode({name: value})}"
            for modifier in MODIFIERS[param["type"]]:
                yield theirs(kind, name), "odd", f"{kind}?{urlencode({name + modifier: value})}"
            if param["type"] == "date":
                bare = value.removeprefix("ge")
                yield from (
                    (theirs(kind, name), "odd", f"{kind}?{urlencode({name: prefix + bare})}")
                    for prefix in PREFIXES
                )
            if param["type"] == "reference" and value in ("b", "Patient/b"):
                yield theirs(kind), "plain", f"{kind}?{urlencode({name + ':Patient.family': 'okonkwo'})}"


def theirs(kind: str, name: str = "") -> str:
    """The record of patient b that a parameter of this type finds."""
    return f"{kind}/{BESIDE.get((kind, name), RECORDS[kind]['id'])}"


def test_no_type_is_declared_that_is_not_attacked(declared: Json) -> None:
    kinds = {each["type"] for each in declared["resource"]}
    assert kinds == set(FINDS) | {"Binary"}
    assert {each["name"] for each in declared["searchParam"]} == set(RESULT)
    assert {each["code"] for each in declared["interaction"]} == {"transaction", "batch"}
    assert not declared.get("operation")


def test_no_search_parameter_finds_anothers_record(door: Door, declared: Json) -> None:
    asked = list(searches(declared))
    assert len(asked) > 700
    urls = [url for _, _, url in asked]
    known, seen = ask(door, "rec", urls), ask(door, "ana", urls)
    nobody = ask(door, "tom", urls)
    for (record, how, url), finds, hers, toms in zip(asked, known, seen, nobody, strict=True):
        assert how == "odd" or record in names(finds), f"{url} finds nothing even for who sees all"
        assert status(hers) == status(toms) == "200", url
        shown = {name for name in names(hers) | names(toms) if is_bs(name)}
        assert shown == ({record} & shown if record.partition("/")[0] in OPEN else set()), url


def test_no_parameter_about_the_answer_brings_it_along(door: Door, declared: Json) -> None:
    kinds = [each["type"] for each in declared["resource"] if each["type"] not in OPEN | {"Binary"}]
    urls = [
        f"{kind}?{urlencode({'_tag': 'urn:attack|tag', name: value})}"
        for kind in kinds
        for name, values in RESULT.items()
        for value in values
    ]
    for url, entry in zip(urls, ask(door, "ana", urls), strict=True):
        assert status(entry) == "200", url
        assert names(entry) == set(), url
        assert entry["resource"].get("total", 0) == 0, url


def test_no_include_brings_it_along(door: Door, declared: Json) -> None:
    pairs: list[tuple[str, str]] = []  # what must not be shown, and the URL
    for each in declared["resource"]:
        kind = each["type"]
        for include in each.get("searchInclude", []):
            source, _, name = include.partition(":")
            assert source == kind
            value = value_of(kind, name)
            target = value if "/" in value else f"{'Encounter' if name == 'encounter' else 'Patient'}/{value}"
            base, _, target_id = target.partition("/")
            pairs.append(
                (theirs(kind, name), f"{base}?{urlencode({'_id': target_id, '_revinclude': include})}")
            )
            pairs.append(
                (
                    target,
                    f"{kind}?{urlencode({'_id': theirs(kind, name).partition('/')[2], '_include': include})}",
                )
            )
    urls = [url for _, url in pairs]
    assert len(urls) > 200
    for (hidden, url), finds, hers in zip(pairs, ask(door, "rec", urls), ask(door, "ana", urls), strict=True):
        assert hidden in names(finds), f"{url} brings nothing along even for who sees all"
        assert status(hers) == "200", url
        assert {
            name for name in names(hers) if name.partition("/")[0] not in OPEN and is_bs(name)
        } == set(), url


def test_no_interaction_reaches_it(door: Door, declared: Json) -> None:
    """Each declared interaction on each type: 404 for what is there as for what is not, 403 before that by type."""
    headers = door.bearer("ana") | {"Content-Type": "application/fhir+json"}
    version = {kind: door.find(theirs(kind)).json()["meta"]["versionId"] for kind in RECORDS}
    for each in declared["resource"]:
        kind = each["type"]
        if kind in OPEN or kind == "Binary":
            continue
        name = theirs(kind)
        tries = {
            "read": ("GET", name, (404,)),
            "vread": ("GET", f"{name}/_history/{version[kind]}", (404,)),
            "history-instance": ("GET", f"{name}/_history", (404,)),
            "history-type": ("GET", f"{kind}/_history?_count=1000", (200,)),
            "search-type": ("GET", f"{kind}?_count=1000", (200,)),
            "update": ("PUT", name, (403, 404)),
            "delete": ("DELETE", name, (403, 404)),
            "create": ("POST", kind, (403,)),
        }
        for interaction in each["interaction"]:
            method, path, allowed = tries[interaction["code"]]
            content = RECORDS[kind] if method in ("PUT", "POST") else None
            answer = door.client.request(method, f"{door.url}/fhir/{path}", json=content, headers=headers)
            assert answer.status_code in allowed, (method, path, answer.text[:300])
            assert RECORDS[kind]["id"] not in answer.text or kind == "Patient", (method, path)
            assert "okonkwo" not in answer.text.casefold(), (method, path)
        assert door.find(name).json()["meta"]["versionId"] == version[kind], f"{name} was changed"
