"""The server double is itself: correct where nothing is switched on, wrong exactly where something is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.faults.double.server import FhirDouble, Quirks, Trouble

PATIENT = {"resourceType": "Patient", "id": "p1"}
NOTE: dict[str, Any] = {"resourceType": "Observation", "id": "o1", "subject": {"reference": "Patient/p1"}}
FHIR = {"content-type": "application/fhir+json"}


def client(double: FhirDouble) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(double), base_url=f"{double.base_url}/", headers=FHIR
    )


def entry(resource: Any, **guards: str) -> dict[str, Any]:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource,
            "request": {"method": "PUT", "url": url, **guards}}  # fmt: skip


def bundle(*entries: Any, kind: str = "transaction") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


async def test_a_record_is_created_updated_read_and_kept_in_all_versions() -> None:
    double = FhirDouble()
    async with client(double) as http:
        made = await http.put("Observation/o1", json=NOTE, headers={"If-None-Match": "*"})
        assert (made.status_code, made.headers["etag"]) == (201, 'W/"1"')
        again = await http.put("Observation/o1", json=NOTE, headers={"If-None-Match": "*"})
        assert again.status_code == 412
        stale = await http.put("Observation/o1", json=NOTE, headers={"If-Match": 'W/"7"'})
        assert stale.status_code == 412
        newer = await http.put(
            "Observation/o1", json=NOTE | {"status": "final"}, headers={"If-Match": 'W/"1"'}
        )
        assert newer.json()["meta"]["versionId"] == "2"
        assert "status" not in (await http.get("Observation/o1/_history/1")).json()
        history = (await http.get("Observation/o1/_history")).json()
        assert [e["resource"]["meta"]["versionId"] for e in history["entry"]] == ["2", "1"]
        assert (await http.delete("Observation/o1")).status_code == 204
        assert (await http.get("Observation/o1")).status_code == 410
        assert (await http.get("Observation/none")).status_code == 404
    assert [row.version_id for row in double.versions("Observation", "o1")] == ["1", "2", "3"]


async def test_a_transaction_holds_or_nothing_of_it_is_there() -> None:
    double = FhirDouble()
    double.put(PATIENT)
    async with client(double) as http:
        body = bundle(entry(NOTE, ifNoneMatch="*"), entry(PATIENT, ifNoneMatch="*"))
        assert (await http.post("", json=body)).status_code == 412
        assert double.versions("Observation", "o1") == ()
        double.quirks = Quirks(transaction_is_batch=True)
        answer = await http.post("", json=body)
    assert answer.status_code == 200
    assert [e["response"]["status"][:3] for e in answer.json()["entry"]] == ["201", "412"]
    assert double.effective["transaction_is_batch"] == 1
    assert len(double.versions("Observation", "o1")) == 1


async def test_records_without_ids_get_theirs_and_are_referred_to_by_them() -> None:
    double = FhirDouble(Quirks(put_new_id=404))
    mine: dict[str, Any] = {"resourceType": "Patient", "identifier": [{"system": "urn:a", "value": "7"}]}
    post = {
        "fullUrl": "urn:uuid:1",
        "resource": mine,
        "request": {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:a|7"},
    }
    about = {"resourceType": "Flag", "subject": {"reference": "urn:uuid:1"}}
    flag = {"fullUrl": "urn:uuid:2", "resource": about, "request": {"method": "POST", "url": "Flag"}}
    async with client(double) as http:
        assert (await http.put("Patient/p9", json=PATIENT | {"id": "p9"})).status_code == 404
        for _ in range(2):
            assert (await http.post("", json=bundle(post, flag))).status_code == 200
    (patient_id,) = double.current("Patient")
    assert {f["subject"]["reference"] for f in double.current("Flag").values()} == {f"Patient/{patient_id}"}
    assert double.effective["put_new_id"] == 1


async def test_searches_find_by_person_time_and_id_page_by_page() -> None:
    double = FhirDouble(Quirks(count_cap=2, whole_seconds=True))
    double.load([PATIENT, *(NOTE | {"id": f"o{n}"} for n in range(5))])
    double.put({"resourceType": "Provenance", "id": "w", "target": [{"reference": "Observation/o1"}]})
    double.put({"resourceType": "CareTeam", "id": "c", "status": "active",
                "participant": [{"member": {"reference": "Practitioner/ana"}}]})  # fmt: skip
    async with client(double) as http:
        data = {"patient": "p1", "_sort": "_lastUpdated", "_count": "10", "_elements": "id,meta"}
        seen = []
        page = (
            await http.post(
                "Observation/_search",
                data=data,
                headers={"content-type": "application/x-www-form-urlencoded"},
            )
        ).json()
        while True:
            seen += [e["resource"]["id"] for e in page["entry"]]
            assert all("subject" not in e["resource"] for e in page["entry"])
            following = [link["url"] for link in page["link"] if link["relation"] == "next"]
            if not following:
                break
            page = (await http.get(following[0])).json()
        assert seen == ["o0", "o1", "o2", "o3", "o4"]
        later = await http.get("Observation?_lastUpdated=gt2026-11-22T08:00:00Z&patient=p1")
        assert later.json()["total"] == 0
        assert (await http.get("Provenance?patient=p1")).json()["total"] == 1
        assert (await http.get("CareTeam?participant=Practitioner/ana")).json()["total"] == 1
        assert (await http.get("CareTeam?participant=Practitioner/ben")).json()["total"] == 0
        assert (await http.get("Observation?colour=red")).status_code == 400
        double.quirks = Quirks(unknown_parameter="no rows")
        assert (await http.get("Observation?colour=red")).json()["total"] == 0
        double.quirks = Quirks(unknown_parameter="ignored")
        assert (await http.get("Observation?colour=red")).json()["total"] == 5
        strict = {"prefer": "handling=strict"}
        assert (await http.get("Observation?colour=red", headers=strict)).status_code == 400
    assert double.effective["count_cap"] > 0
    assert double.effective["whole_seconds"] > 0


async def test_a_late_row_is_stamped_now_and_seen_later() -> None:
    double = FhirDouble()
    row = double.put(NOTE, late=40)
    double.clock.advance(39)
    async with client(double) as http:
        assert (await http.get("Observation/o1")).status_code == 404
        double.clock.advance(2)
        found = await http.get("Observation?_id=o1")
    assert found.json()["entry"][0]["resource"]["meta"]["lastUpdated"] == row.last_updated
    assert row.last_updated == "2026-11-22T08:00:00.123Z"
    assert double.effective["late_commit"] == 1


async def test_a_backup_put_back_gives_the_same_numbers_to_other_versions() -> None:
    for never in (False, True):
        double = FhirDouble(Quirks(never_reuses_versions=never))
        double.put(NOTE)
        backup = double.snapshot()
        lost = double.put(NOTE | {"status": "final"})
        double.restore(backup)
        double.clock.advance(5)
        new = double.put(NOTE | {"status": "amended"})
        assert (new.version_id == lost.version_id) is not never
        assert new.last_updated != lost.last_updated


async def test_what_is_kept_is_not_always_what_was_sent() -> None:
    double = FhirDouble(Quirks(rounds_decimals=True, merges_tags=True, silent_same_put=True))
    text = '{"resourceType":"Observation","id":"o1","meta":{"tag":[{"code":"%s"}]},"valueQuantity":{"value":72.50}}'
    async with client(double) as http:
        await http.put("Observation/o1", content=text % "one")
        await http.put("Observation/o1", content=text % "two")
        kept = await http.get("Observation/o1")
        assert '"value":72.5}' in kept.text
        assert [tag["code"] for tag in kept.json()["meta"]["tag"]] == ["one", "two"]
        await http.put("Observation/o1", content=text % "two")
        assert len(double.versions("Observation", "o1")) == 2
        double.quirks = Quirks()
        exact = await http.put("Observation/o2", content=(text % "x").replace("o1", "o2"))
    assert '"value":72.50}' in exact.text


@pytest.mark.parametrize(
    ("quirks", "status"),
    [
        (Quirks(troubles=(Trouble(401),)), 401),
        (Quirks(troubles=(Trouble(409, on="Observation"),)), 409),
        (Quirks(troubles=(Trouble(422, on="Observation/o1"),)), 422),
        (Quirks(troubles=(Trouble(422, on="Observation/other"),)), 200),
        (Quirks(troubles=(Trouble(413, many_only=True),)), 413),
        (Quirks(troubles=(Trouble(503, carried_out=True),)), 503),
        (Quirks(entry_limit=1), 400),
        (Quirks(conditional_entry_limit=1), 400),
        (Quirks(byte_limit=10), 413),
        (Quirks(late_commit=40), 504),
    ],
)  # fmt: skip
async def test_a_transaction_meets_the_trouble_that_is_set(quirks: Quirks, status: int) -> None:
    double = FhirDouble(quirks)
    async with client(double) as http:
        body = bundle(entry(PATIENT, ifNoneMatch="*"), entry(NOTE, ifNoneMatch="*"))
        answer = await http.post("", json=body)
    assert answer.status_code == status
    kept = status in (200, 503, 504)
    assert bool(double.versions("Observation", "o1")) is kept
    assert sum(double.effective.values()) == (status != 200)


async def test_an_answer_says_when_to_come_back_and_troubles_end() -> None:
    double = FhirDouble(Quirks(troubles=(Trouble(429, times=1, retry_after=17, says_why=False),)))
    async with client(double) as http:
        busy = await http.get("metadata")
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "17")
        assert (await http.get("metadata")).json()["fhirVersion"] == "4.0.1"


@pytest.mark.parametrize("way", ["html", "empty", "wrong-type", "cut", "timeout"])
async def test_an_answer_can_be_spoilt_after_the_row_is_there(way: Any) -> None:
    double = FhirDouble(Quirks(troubles=(Trouble(way, where="write", carried_out=True),)))
    async with client(double) as http:
        try:
            answer = await http.post("", json=bundle(entry(NOTE)))
            assert (answer.status_code, "o1" in answer.text) == (200, False)
        except httpx.TransportError:
            assert way in ("cut", "timeout")
        assert double.versions("Observation", "o1")
        assert (await http.get("Observation/o1")).json()["id"] == "o1"


async def test_ignored_guards_are_counted_only_when_they_would_have_held() -> None:
    double = FhirDouble(Quirks(ignores_if_match=True, ignores_if_none_match=True))
    async with client(double) as http:
        await http.put("Observation/o1", json=NOTE, headers={"If-None-Match": "*"})
        await http.put("Observation/o1", json=NOTE, headers={"If-Match": 'W/"1"'})
        assert sum(double.effective.values()) == 0
        await http.put("Observation/o1", json=NOTE, headers={"If-None-Match": "*"})
        await http.put("Observation/o1", json=NOTE, headers={"If-Match": 'W/"1"'})
    assert double.effective == {"ignores_if_match": 1, "ignores_if_none_match": 1}
    assert double.fired == {"ignores_if_match": 2, "ignores_if_none_match": 2}


async def test_entries_may_say_their_version_only_in_the_resource() -> None:
    double = FhirDouble(Quirks(no_etag=True))
    async with client(double) as http:
        answer = (await http.post("", json=bundle(entry(NOTE)))).json()["entry"][0]
        assert "etag" not in answer["response"]
        assert answer["resource"]["meta"]["versionId"] == "1"
        double.quirks = replace(double.quirks, gzip_body=500, no_history=True, error_in_details=True)
        packed = await http.post("", content=b"x", headers={"content-encoding": "gzip"})
        assert packed.status_code == 500
        assert packed.json()["issue"][0]["details"]["text"]
        assert (await http.get("Observation/o1/_history")).status_code == 501
