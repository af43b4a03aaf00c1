"""Read, write, search and history of the plan backend over HTTP."""

from __future__ import annotations

from tests.plan.fhir_builders import bundle, entry, ids, observation, visit
from tests.plan.plan_doubles import Plan


def test_a_visit_goes_in_as_one_transaction_and_comes_back(plan: Plan) -> None:
    ana = plan.as_user("ana")
    sent = visit("a", "ana")
    answer = ana.post("", json=sent)
    assert answer.status_code == 200, answer.text
    entries = answer.json()["entry"]
    assert answer.json()["type"] == "transaction-response"
    assert len(entries) == len(sent["entry"])
    for item, original in zip(entries, sent["entry"], strict=True):
        response = item["response"]
        assert response["status"] == "201 Created"
        assert response["location"].startswith(
            f"http://plan.test/fhir/{original['request']['url']}/_history/"
        )
        assert response["etag"].startswith('W/"')
        assert response["lastModified"].endswith("Z")
    found = ana.get("Observation", params={"patient": "a", "encounter": sent["entry"][0]["resource"]["id"]})
    assert len(found.json()["entry"]) == 9
    write_id = sent["entry"][-1]["resource"]["id"]
    read = ana.get(f"Provenance/{write_id}")
    assert len(read.json()["target"]) == 10


def test_a_replayed_create_is_412_and_makes_no_second_version(plan: Plan) -> None:
    ana, sent = plan.as_user("ana"), visit("a", "ana")
    assert ana.post("", json=sent).status_code == 200
    again = ana.post("", json=sent)
    assert again.status_code == 412
    assert again.json()["resourceType"] == "OperationOutcome"
    versions = ana.get(f"{sent['entry'][0]['request']['url']}/_history").json()
    assert len(versions["entry"]) == 1


def test_a_transaction_with_one_bad_entry_stores_nothing(plan: Plan) -> None:
    ana, sent = plan.as_user("ana"), visit("a", "ana")
    sent["entry"][5]["resource"]["status"] = "done"
    answer = ana.post("", json=sent)
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"][0].startswith("Bundle.entry[5]")
    assert "entry" not in ana.get("Observation").json()
    sent = visit("a", "ana")
    sent["entry"].append(entry(observation("x1", "b", nurse="ana")))
    assert ana.post("", json=sent).status_code == 403
    assert "entry" not in ana.get("Observation").json()


def test_a_supervisor_reads_the_visit_and_a_strange_one_does_not(plan: Plan) -> None:
    sent = visit("a", "ana")
    plan.as_user("ana").post("", json=sent)
    url = sent["entry"][0]["request"]["url"]
    assert plan.as_user("sue").get(url).status_code == 200
    assert plan.as_user("tom").get(url).status_code == 404
    assert plan.as_user("ben").get(url).status_code == 404
    log = plan.as_user("sue").get("Encounter", params={"_sort": "-date", "_include": "Encounter:patient"})
    assert ids(log.json()) == [url, "Patient/a"]


def test_a_batch_of_searches_answers_each(plan: Plan) -> None:
    ana = plan.as_user("ana")
    ana.post("", json=visit("a", "ana"))
    gets = [
        {"request": {"method": "GET", "url": url}}
        for url in (
            "Observation?patient=a,b&_lastUpdated=ge2020-01-01",
            "Encounter?patient=b",
            "Patient/b",
            "Foo/1",
        )
    ]
    answer = ana.post("", json=bundle(*gets, kind="batch")).json()
    assert answer["type"] == "batch-response"
    statuses = [each["response"]["status"][:3] for each in answer["entry"]]
    assert statuses == ["200", "200", "404", "404"]
    assert len(answer["entry"][0]["resource"]["entry"]) == 9
    assert answer["entry"][2]["response"]["outcome"]["resourceType"] == "OperationOutcome"
