"""Files at the plan: whose they are, what they may be, how they are given back, on both databases."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.fhir.extract import date_interval
from plan.resources import put_as_system
from plan.settings import PlanSettings
from tests.plan.fhir_builders import bundle, careteam, entry, provenance, restricted
from tests.plan.plan_doubles import Clock, Plan, load_panel, make_plan

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
FHIR = {"Accept": "application/fhir+json"}
OF_A = {"X-Security-Context": "Patient/a"}
BARE = {"Content-Type": "image/jpeg", **FHIR}


def binary(resource_id: str = "f", patient: str = "a", data: bytes = JPEG, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Binary",
        "id": resource_id,
        "contentType": "image/jpeg",
        "securityContext": {"reference": f"Patient/{patient}"},
        "data": base64.b64encode(data).decode(),
        **more,
    }


def test_a_file_is_one_thing_however_it_came_and_goes_on_both_databases(any_engine: Engine) -> None:
    load_panel(any_engine)
    plan = make_plan(any_engine, Clock())
    ana, sue, ben = plan.as_user("ana"), plan.as_user("sue"), plan.as_user("ben")
    assert ana.put("Binary/f", json=binary()).status_code == 201
    bare = ana.put("Binary/g", content=JPEG, headers=BARE | OF_A)
    assert bare.status_code == 201, bare.text
    for name in ("f", "g"):
        for user in (ana, sue):
            got = user.get(f"Binary/{name}")
            assert (got.content, got.headers["content-type"]) == (JPEG, "image/jpeg")
            assert got.headers["x-content-type-options"] == "nosniff"
            assert got.headers["content-disposition"] == "attachment"
            assert "sandbox" in got.headers["content-security-policy"]
            whole = user.get(f"Binary/{name}", headers=FHIR).json()
            assert base64.b64decode(whole["data"]) == JPEG
            assert whole["securityContext"] == {"reference": "Patient/a"}
            again = user.get(f"Binary/{name}", headers={"If-None-Match": got.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        version = whole["meta"]["versionId"]
        for path in (f"Binary/{name}", f"Binary/{name}/_history", f"Binary/{name}/_history/{version}"):
            for accept in ("*/*", "image/jpeg", "application/fhir+json"):
                stranger = ben.get(path, headers={"Accept": accept})
                nobody = ben.get("Binary/none", headers={"Accept": "application/fhir+json"})
                if accept != "image/jpeg" or path == f"Binary/{name}":
                    assert (stranger.status_code, stranger.json()) == (404, nobody.json())
        assert ben.put(f"Binary/{name}", json=binary(name, "b")).status_code == 404


def test_a_second_put_finds_the_first(plan: Plan) -> None:
    ana, once = plan.as_user("ana"), {"If-None-Match": "*"}
    assert ana.put("Binary/f", json=binary(), headers=once).status_code == 201
    assert ana.put("Binary/f", json=binary(), headers=once).status_code == 412
    assert ana.put("Binary/f", content=JPEG, headers=BARE | OF_A | once).status_code == 412
    assert len(ana.get("Binary/f/_history").json()["entry"]) == 1


def test_a_word_is_enough_for_an_answer(plan: Plan) -> None:
    answer = plan.as_user("ana").put("Binary/f", json=binary(), headers={"Prefer": "return=OperationOutcome"})
    assert answer.status_code == 201
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert answer.headers["etag"].startswith("W/")
    assert "last-modified" in answer.headers


def test_only_small_pictures_and_papers_that_are_what_they_say_are_kept(engine: Engine) -> None:
    load_panel(engine)
    plan = make_plan(engine, Clock(), PlanSettings(max_file_bytes=20_000))
    ana = plan.as_user("ana")
    large = JPEG[:4] + bytes(20_000)
    for answer in (
        ana.put("Binary/f", json=binary(data=large)),
        ana.put("Binary/f", content=large, headers=BARE | OF_A),
        ana.post("", json=bundle(entry(binary(data=large)))),
    ):
        assert answer.status_code == 413, answer.text
        assert answer.json()["resourceType"] == "OperationOutcome"
    page = b"<html><script>alert(1)</script>"
    assert ana.put("Binary/f", json=binary(data=page)).status_code == 422
    assert ana.put("Binary/f", content=page, headers=BARE | OF_A).status_code == 422
    assert ana.put("Binary/f", json=binary(contentType="text/html", data=page)).status_code == 415
    assert (
        ana.put("Binary/f", content=page, headers=BARE | OF_A | {"Content-Type": "text/html"}).status_code
        == 415
    )
    assert ana.put("Binary/f", json=binary() | {"data": "!!"}).status_code in (400, 422)
    assert ana.put("Binary/f", json={k: v for k, v in binary().items() if k != "data"}).status_code == 422
    pdf = binary(contentType="application/pdf", data=b"%PDF-1.7\n%%EOF")
    assert ana.put("Binary/f", json=pdf).status_code == 201
    assert ana.get("Binary/f", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("context", ["Patient/b", "Patient/none", "", "Practitioner/ana", "../Patient/a?"])
def test_a_file_of_nobody_she_works_with_is_refused(plan: Plan, context: str) -> None:
    ana = plan.as_user("ana")
    headers = BARE | ({"X-Security-Context": context} if context else {})
    assert ana.put("Binary/f", content=JPEG, headers=headers).status_code in (403, 422)
    whole = binary() | {"securityContext": {"reference": context or "Group/x"}}
    assert ana.put("Binary/f", json=whole).status_code in (403, 422)
    assert plan.as_user("op").get("Binary/f").status_code == 404


def test_nothing_lists_or_searches_files(plan: Plan) -> None:
    ana = plan.as_user("ana")
    ana.put("Binary/f", json=binary())
    for path in ("Binary", "Binary?_id=f", "Binary/_history", "Binary?patient=a"):
        assert ana.get(path, headers=FHIR).status_code == 400, path
    found = ana.post("Binary", json=binary() | {"id": "x"}, headers={"If-None-Exist": "_id=f"})
    assert found.status_code == 400


def test_a_restricted_file_stays_with_the_team(plan: Plan) -> None:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "cam"))
    ana, cam = plan.as_user("ana"), plan.as_user("cam")
    ana.put("Binary/f", json=binary())
    ana.put("Binary/r", json=binary("r", meta=restricted()))
    assert cam.get("Binary/f").status_code == 404
    assert cam.get("Binary/r").status_code == 404
    assert cam.put("Binary/new", json=binary("new")).status_code == 403


def test_only_its_author_changes_or_deletes_a_file(plan: Plan) -> None:
    with write_transaction(plan.engine) as connection:
        put_as_system(connection, careteam("ct-a", "a", "ana", "ben"))
    ana, ben = plan.as_user("ana"), plan.as_user("ben")
    ana.put("Binary/f", json=binary())
    assert ben.get("Binary/f").status_code == 200
    assert ben.put("Binary/f", json=binary(data=JPEG + b"x")).status_code == 403
    assert ben.delete("Binary/f").status_code == 403
    assert ana.put("Binary/f", json=binary(patient="b")).status_code == 403
    assert ana.delete("Binary/f").status_code == 204


def test_a_file_taken_before_she_left_the_team_is_still_brought(engine: Engine) -> None:
    """F32: the photo of a visit made as a member arrives after the patient was given to somebody else."""
    load_panel(engine)
    clock = Clock(date_interval("2026-11-22T12:00:00Z")[0])
    plan = make_plan(engine, clock)
    until = {"start": "2026-01-01T00:00:00Z", "end": "2026-11-20T12:00:00Z"}
    member = {"member": {"reference": "Practitioner/ana"}, "period": until}
    with write_transaction(engine) as connection:
        put_as_system(connection, careteam("ct-a", "a") | {"participant": [member]})
    ana = plan.as_user("ana")
    assert ana.put("Binary/f", content=JPEG, headers=BARE | OF_A).status_code == 201
    assert ana.get("Binary/f").content == JPEG
    for day, taken in (("20", 200), ("21", 403)):
        document = {
            "resourceType": "DocumentReference",
            "id": f"d{day}",
            "status": "current",
            "subject": {"reference": "Patient/a"},
            "author": [{"reference": "Practitioner/ana"}],
            "date": f"2026-11-{day}T09:00:00Z",
            "content": [{"attachment": {"contentType": "image/jpeg", "url": "Binary/f"}}],
        }
        sent = provenance(f"p{day}", "ana", f"DocumentReference/d{day}") | {
            "recorded": "2026-11-22T12:00:00Z"
        }
        answer = ana.post("", json=bundle(entry(document), entry(sent)))
        assert answer.status_code == taken, answer.text
    assert ana.put("Binary/b", json=binary("b", "b")).status_code == 403
    clock.now += 40 * 86_400_000
    assert ana.put("Binary/late", json=binary("late")).status_code == 403
    assert ana.get("Binary/f").status_code == 404


def test_metadata_says_what_files_may_be(plan: Plan) -> None:
    statement = plan.client.get("metadata").json()
    extensions = {each["url"]: each for each in statement["extension"]}
    assert extensions["urn:hearthside:max-file-bytes"]["valueInteger"] == 2_000_000
    (said,) = [each for each in statement["rest"][0]["resource"] if each["type"] == "Binary"]
    codes = {each["code"] for each in said["interaction"]}
    assert {"read", "update", "create"} <= codes
    assert not codes & {"search-type", "history-type"}
