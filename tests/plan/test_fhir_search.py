"""Searches, pages, conditions and answers as clients use them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.resources import put_as_system
from tests.plan.fhir_builders import bundle, careteam, encounter, entry, ids, observation, visit
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan

STRICT = {"Prefer": "handling=strict"}
TAG = {"tag": [{"system": "urn:hearthside:write", "code": "w1"}]}


@pytest.fixture
def observed(any_engine: Engine, clock: Clock) -> Plan:
    """Five observations of patient a, on both databases."""
    load_panel(any_engine)
    plan = make_plan(any_engine, clock)
    ana = plan.as_user("ana")
    ana.put("Encounter/e1", json=encounter("e1", "a", "ana"))
    days = [
        "2026-05-01",
        "2026-05-02T10:00:00Z",
        "2026-05-03T23:30:00-02:00",
        "2026-05",
        "2026-05-28T10:00:00.123Z",
    ]
    for number, day in enumerate(days):
        more: dict[str, Any] = {"effectiveDateTime": day}
        if number == 0:
            more |= {"meta": TAG, "encounter": {"reference": "Encounter/e1"}, "status": "amended"}
        if number == 1:
            more |= {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "1,2"}]}}
            more |= {"category": [{"coding": [{"system": "urn:c", "code": "survey"}]}]}
        assert ana.put(
            f"Observation/o{number}", json=observation(f"o{number}", "a", number, "ana", **more)
        ).is_success
    return plan


SEARCHES = [
    ("_id=o1,o3", "13"),
    ("patient=a", "01234"),
    ("patient=Patient/a,b", "01234"),
    ("subject=http://plan.test/fhir/Patient/a", "01234"),
    ("subject=Group/a", ""),
    ("encounter=e1", "0"),
    ("encounter=Encounter/e1&patient=b", ""),
    ("status=amended", "0"),
    ("status=final,amended", "01234"),
    ("status:not=final", "0"),
    ("code=72514-3", "0234"),
    ("code=http://loinc.org|72514-3", "0234"),
    ("code=|72514-3", ""),
    ("code=http://snomed.info/sct|", "1"),
    ("code=1\\,2", "1"),
    ("code=http://snomed.info/sct|1\\,2,72514-3", "01234"),
    ("code:not=72514-3", "1"),
    ("category=survey", "1"),
    ("_tag=urn:hearthside:write|w1", "0"),
    ("performer=Practitioner/ana&_id=o0", "0"),
    ("performer=ben", ""),
    ("patient.birthdate=1940-02-03", "01234"),
    ("subject:Patient.family=must", "01234"),
    ("subject:Patient.family=nobody", ""),
    ("encounter.status=finished", "0"),
    ("date=2026-05-01", "0"),
    ("date=2026-05", "01234"),
    ("date=ge2026-05-04", "234"),
    ("date=gt2026-05-28", "3"),
    ("date=lt2026-05-02", "03"),
    ("date=le2026-05-02", "013"),
    ("date=sa2026-05-03", "24"),
    ("date=eb2026-05-02", "0"),
    ("date=ge2026-05-02&date=le2026-05-04", "123"),
    ("date=2026-05-28T10:00:00.123Z", "4"),
    ("date=2026-05-28T12:00:00.123+02:00", "4"),
    ("date=ap2026-05-02", "13"),
    ("_lastUpdated=ge2000-01-01", "01234"),
    ("_lastUpdated=lt2000-01-01", ""),
    ("identifier=x", ""),
]
"""A query, and the last letters of the ids it finds."""


def test_search_parameters_find_what_they_should(observed: Plan) -> None:
    ana = observed.as_user("ana")
    for query, found in SEARCHES:
        got = ana.get(f"Observation?{query.replace('+', '%2B')}", headers=STRICT)
        assert got.status_code == 200, (query, got.text)
        assert "".join(sorted(each[-1] for each in ids(got.json()))) == found, query
        form = dict(part.split("=", 1) for part in query.split("&"))
        if len(form) == query.count("&") + 1:
            posted = ana.post("Observation/_search", data=form, headers=STRICT)
            assert ids(posted.json()) == ids(got.json()), query


def test_last_updated_with_the_servers_own_text_finds_that_version_and_later_ones(observed: Plan) -> None:
    ana = observed.as_user("ana")
    metas = {each: ana.get(f"Observation/o{each}").json()["meta"]["lastUpdated"] for each in range(5)}
    for prefix, expected in (("ge", 3), ("gt", 2), ("le", 3), ("lt", 2), ("eq", 1), ("", 1), ("ne", 4)):
        got = ana.get("Observation", params={"_lastUpdated": f"{prefix}{metas[2]}"}, headers=STRICT)
        assert len(ids(got.json())) == expected, prefix


@pytest.mark.parametrize("sort", ["_lastUpdated", "-_lastUpdated", "date", "-date"])
def test_pages_follow_a_keyset_and_lose_nothing_while_rows_change(observed: Plan, sort: str) -> None:
    ana = observed.as_user("ana")
    seen: list[str] = []
    url = f"Observation?_sort={sort}&_count=2"
    while url:
        page = ana.get(url, headers=STRICT).json()
        seen += ids(page)
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
        if url and len(seen) == 2:
            moved = ana.get("Observation/o4").json()
            assert ana.put("Observation/o4", json=moved).status_code == 200
    assert set(seen) == {f"Observation/o{number}" for number in range(5)}
    if sort == "date":
        assert seen == [f"Observation/o{number}" for number in (0, 3, 1, 2, 4)] or seen[0] != "Observation/o4"


def test_counts_caps_and_elements(observed: Plan) -> None:
    ana = observed.as_user("ana")
    assert ana.get("Observation?_summary=count").json()["total"] == 5
    assert ana.get("Observation?_total=accurate&_count=1").json()["total"] == 5
    assert ids(ana.get("Observation?_count=0").json()) == []
    assert len(ids(ana.get("Observation?_count=99999999999999999999999").json())) == 5
    for each in ana.get("Observation?_elements=id,meta").json()["entry"]:
        assert set(each["resource"]) == {"resourceType", "id", "meta"}
        assert each["resource"]["meta"]["tag"][-1]["code"] == "SUBSETTED"
        assert each["resource"]["meta"]["versionId"]


def test_decimals_and_unknown_extensions_come_back_as_sent(observed: Plan) -> None:
    ana = observed.as_user("ana")
    text = (
        '{"resourceType":"Observation","id":"d","status":"final","code":{"text":"Weight é \\u00e9"},'
        '"subject":{"reference":"Patient/a"},"valueQuantity":{"value":72.50,"unit":"kg"},'
        '"extension":[{"url":"urn:x","valueDecimal":1.0E+2},{"url":"urn:y","valueDecimal":0.00}],'
        '"component":[{"code":{"text":"x"},"valueInteger":7}]}'
    )
    headers = {"Content-Type": "application/fhir+json"}
    put = ana.put("Observation/d", content=text.encode(), headers=headers)
    assert put.status_code == 201, put.text
    for answer in (
        put,
        ana.get("Observation/d"),
        ana.get("Observation?_id=d"),
        ana.get("Observation/d/_history"),
    ):
        assert '"value":72.50,' in answer.text
        assert '"valueDecimal":1.0E+2' in answer.text
        assert '"valueDecimal":0.00' in answer.text
        assert "Weight é é" in answer.text
    subset = ana.get("Observation?_id=d&_elements=valueQuantity").text
    assert '"value":72.50,' in subset


def test_a_read_with_the_known_version_is_304(observed: Plan) -> None:
    ana = observed.as_user("ana")
    etag = ana.get("Observation/o1").headers["ETag"]
    assert ana.get("Observation/o1", headers={"If-None-Match": etag}).status_code == 304
    assert ana.get("Observation/o1", headers={"If-None-Match": 'W/"other"'}).status_code == 200
    query = "CareTeam?participant=Practitioner/ana&status=active&_elements=id,meta"
    etag = ana.get(query).headers["ETag"]
    same = ana.get(query, headers={"If-None-Match": etag})
    assert (same.status_code, same.content) == (304, b"")
    with write_transaction(observed.engine) as connection:
        put_as_system(connection, careteam("ct-b", "b", "ben", "ana"))
    assert ana.get(query, headers={"If-None-Match": etag}).status_code == 200


def test_urn_references_of_creates_are_resolved(observed: Plan) -> None:
    ana = observed.as_user("ana")
    urn = "urn:uuid:5d2b1f4e-0000-4000-8000-000000000001"
    made = encounter("x", "a", "ana")
    del made["id"]
    seen = observation(
        "x", "a", encounter={"reference": urn}, identifier=[{"system": "urn:ietf", "value": urn}]
    )
    del seen["id"]
    post = {"method": "POST", "url": "Encounter"}
    entries: list[dict[str, Any]] = [
        {
            "fullUrl": urn,
            "resource": made,
            "request": post | {"ifNoneExist": "identifier=urn:hearthside:visit|x"},
        },
        {"resource": seen, "request": {"method": "POST", "url": "Observation"}},
    ]
    headers = {"Prefer": "return=representation"}
    first = ana.post("", json=bundle(*entries), headers=headers).json()["entry"]
    assert [each["response"]["status"] for each in first] == ["201 Created", "201 Created"]
    target = f"Encounter/{first[0]['resource']['id']}"
    assert first[1]["resource"]["encounter"]["reference"] == target
    assert first[1]["resource"]["identifier"][0]["value"] == urn
    again = ana.post("", json=bundle(*entries), headers=headers).json()["entry"]
    assert [each["response"]["status"] for each in again] == ["200 OK", "201 Created"]
    assert again[1]["resource"]["encounter"]["reference"] == target


def test_if_match_guards_updates_alone_and_in_bundles(observed: Plan) -> None:
    ana = observed.as_user("ana")
    old = ana.get("Observation/o1").headers["ETag"]
    body = observation("o1", "a", 9, "ana")
    assert ana.put("Observation/o1", json=body, headers={"If-Match": old}).status_code == 200
    assert ana.put("Observation/o1", json=body, headers={"If-Match": old}).status_code == 412
    assert ana.put("Observation/new", json=body | {"id": "new"}, headers={"If-Match": old}).status_code == 412
    stale = bundle(entry(observation("o2", "a", 8, "ana"), ifMatch="W/*"), entry(body, ifMatch=old))
    answer = ana.post("", json=stale)
    assert answer.status_code == 412
    assert ana.get("Observation/o2").json()["valueInteger"] == 2
    assert len(ana.get("Observation/o1/_history").json()["entry"]) == 2


def test_representation_or_minimal_as_preferred(observed: Plan) -> None:
    ana = observed.as_user("ana")
    sent = visit("a", "ana", values=1)
    full = ana.post("", json=sent, headers={"Prefer": "return=representation"}).json()["entry"]
    assert full[0]["resource"]["meta"]["versionId"] in full[0]["response"]["etag"]
    assert "resource" not in ana.post("", json=visit("a", "ana", values=1)).json()["entry"][0]
    minimal = ana.put("Observation/m", json=observation("m", "a"), headers={"Prefer": "return=minimal"})
    assert (minimal.status_code, minimal.content) == (201, b"")
    assert minimal.headers["Location"].startswith("http://plan.test/fhir/Observation/m/_history/")
    assert minimal.headers["ETag"]


def test_history_pages_and_vread_hold_the_old_content(observed: Plan) -> None:
    ana = observed.as_user("ana")
    for value in (11, 12):
        ana.put("Observation/o1", json=observation("o1", "a", value, "ana"))
    page = ana.get("Observation/o1/_history?_count=2").json()
    assert [each["resource"]["valueInteger"] for each in page["entry"]] == [12, 11]
    rest = ana.get(page["link"][1]["url"]).json()
    assert [each["resource"]["valueInteger"] for each in rest["entry"]] == [1]
    meta = rest["entry"][0]["resource"]["meta"]
    old = ana.get(f"Observation/o1/_history/{meta['versionId']}")
    assert (old.json()["valueInteger"], old.json()["meta"]) == (1, meta)
    assert len(ana.get("Observation/_history").json()["entry"]) == 7
    since = ana.get(
        "Observation/_history", params={"_since": page["entry"][0]["resource"]["meta"]["lastUpdated"]}
    )
    assert len(since.json()["entry"]) == 1


def test_includes_come_with_their_mode(observed: Plan) -> None:
    ana = observed.as_user("ana")
    query = "Encounter?_include=Encounter:patient&_include=Encounter:participant&_revinclude=Observation:encounter"
    found = ana.get(query, headers=STRICT).json()["entry"]
    modes = {
        f"{each['resource']['resourceType']}/{each['resource']['id']}": each["search"]["mode"]
        for each in found
    }
    assert modes == {
        "Encounter/e1": "match",
        "Patient/a": "include",
        "Practitioner/ana": "include",
        "Observation/o0": "include",
    }
