"""Our ids ↔ a server's: there and back changes nothing, whatever a record holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.sync.fhir import codes
from app.sync.id_bundles import (
    address_keys,
    address_out,
    creations,
    learned_from,
    parameters_out,
    resource_back,
    transaction_back,
    transaction_out,
)
from app.sync.ids import OURS, IdMap, condition, full_url, own_id, references, to_local, to_server

Json = dict[str, Any]
KINDS = st.sampled_from(sorted(OURS))
UUIDS = st.uuids(version=4).map(str)
KEYS = st.tuples(KINDS, UUIDS)
FOREIGN = st.tuples(
    st.sampled_from(["Patient", "Practitioner", "Encounter"]), st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Json], IdMap]:
    """Records of ours that point to each other and to others', and a server's ids for all of them."""
    keys = draw(st.lists(KEYS, min_size=1, max_size=6, unique_by=lambda key: key[1]))
    pointers = st.sampled_from(keys).map("/".join) | FOREIGN.map("/".join)
    values = st.recursive(
        st.text(max_size=5) | st.integers() | st.booleans(),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["a", "b", "value"]), inner, max_size=2)
            | st.builds(
                lambda to, version: {"reference": to + version},
                pointers,
                st.sampled_from(["", "/_history/3"]),
            )
            | st.builds(lambda to: {"url": f"Binary/{to}", "contentType": "image/jpeg"}, UUIDS)
        ),
        max_leaves=6,
    )
    tags = st.lists(st.just({"system": codes.WRITE_TAG, "code": "w"}), max_size=1)
    records: list[Json] = []
    for kind, record_id in keys:
        record: Json = {"resourceType": kind, "id": record_id}
        if draw(st.booleans()):
            record["meta"] = {"versionId": "1", **({"tag": t} if (t := draw(tags)) else {})}
        record["identifier"] = [{"system": codes.RECORD_IDENTIFIER, "value": record_id}]
        record["contained"] = [{"resourceType": "Basic", "id": "c", "subject": {"reference": draw(pointers)}}]
        record["extension"] = draw(st.lists(values, max_size=3))
        records.append(record)
    servers = {key: f"S{number}" for number, key in enumerate(keys, 1)}
    return records, IdMap(servers, {(kind, new): old for (kind, old), new in servers.items()})


@given(worlds())
def test_there_and_back_is_the_same(world: tuple[list[Json], IdMap]) -> None:
    records, ids = world
    for record in records:
        there = to_server(record, ids)
        assert there["id"] == ids.servers[record["resourceType"], record["id"]]
        assert not {key for key in references(there) if key in ids.servers}
        assert own_id(there) == record["id"]
        assert to_local(there, ids) == record


@given(worlds())
def test_what_is_created_together_points_to_each_other_by_its_entries_addresses(
    world: tuple[list[Json], IdMap],
) -> None:
    records, ids = world
    entries = [
        {
            "fullUrl": f"urn:uuid:{record['id']}",
            "resource": record,
            "request": {
                "method": "PUT",
                "url": f"{record['resourceType']}/{record['id']}",
                "ifNoneMatch": "*",
            },
        }
        for record in records
    ]
    bundle: Json = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    sent = transaction_out(bundle, IdMap(), creations(bundle))
    assert [entry["request"]["method"] for entry in sent.bundle["entry"]] == ["POST"] * len(records)
    assert not any("id" in entry["resource"] for entry in sent.bundle["entry"])
    addresses = [entry["fullUrl"] for entry in sent.bundle["entry"]]
    assert len(set(addresses)) == len(records)
    assert all(UUID(one.removeprefix("urn:uuid:")) for one in addresses)
    answer: Json = {
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": [
            {
                "response": {"status": "201", "location": f"{r['resourceType']}/{server}/_history/1"},
                "resource": to_server(r, ids),
            }
            for r, server in zip(records, ids.servers.values(), strict=True)
        ],
    }
    assert learned_from(sent, answer) == ids.servers
    back = transaction_back(sent, answer, ids)
    assert [entry["resource"] for entry in back["entry"]] == records
    places = [entry["response"]["location"] for entry in back["entry"]]
    assert places == [f"{r['resourceType']}/{r['id']}/_history/1" for r in records]


def test_an_answer_that_found_what_was_to_be_created_sends_the_app_to_look() -> None:
    record = {"resourceType": "Task", "id": "a"}
    entry = {"resource": record, "request": {"method": "PUT", "url": "Task/a", "ifNoneMatch": "*"}}
    bundle: Json = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    sent = transaction_out(bundle, IdMap(), creations(bundle))
    found = {"entry": [{"response": {"status": "200 OK", "location": "Task/9/_history/4"}}]}
    assert learned_from(sent, found) == {("Task", "a"): "9"}
    assert transaction_back(sent, found, IdMap())["entry"][0]["response"]["status"] == "412"


def test_an_edit_goes_to_the_servers_address_with_the_version_that_it_was_made_on() -> None:
    ids = IdMap({("Task", "a"): "9", ("Encounter", "e"): "7"})
    record = {"resourceType": "Task", "id": "a", "encounter": {"reference": "Encounter/e"}}
    request = {"method": "PUT", "url": "Task/a", "ifMatch": 'W/"4"'}
    bundle: Json = {"entry": [{"fullUrl": "urn:uuid:a", "resource": record, "request": request}]}
    (entry,) = transaction_out(bundle, ids, ()).bundle["entry"]
    assert entry["request"] == {"method": "PUT", "url": "Task/9", "ifMatch": 'W/"4"'}
    assert (entry["resource"]["id"], entry["resource"]["encounter"]["reference"]) == ("9", "Encounter/7")
    assert "fullUrl" not in entry


def test_a_record_is_created_under_its_identifier_or_else_its_tag() -> None:
    named = {"system": codes.RECORD_IDENTIFIER, "value": "x"}
    assert (
        condition({"resourceType": "Goal", "id": "x", "identifier": [named]})
        == "identifier=urn:hearthside:record|x"
    )
    response = {"resourceType": "QuestionnaireResponse", "id": "x", "identifier": named}
    assert condition(response) == "identifier=urn:hearthside:record|x"
    assert condition({"resourceType": "Provenance", "id": "x"}) == "_tag=urn:hearthside:id|x"
    of_another = {"resourceType": "Goal", "id": "y", "identifier": [named]}
    assert condition(of_another) == "_tag=urn:hearthside:id|y", (
        "somebody else's number is not ours to search by"
    )


def test_a_history_a_page_and_deletions_come_back_in_our_ids() -> None:
    ids = IdMap({}, {("Task", "9"): "a", ("Encounter", "7"): "e"})
    page: Json = {
        "resourceType": "Bundle",
        "type": "history",
        "entry": [
            {"fullUrl": "http://plan/fhir/Task/9", "request": {"method": "DELETE", "url": "Task/9"}},
            {
                "fullUrl": "http://plan/fhir/Task/9",
                "resource": {"resourceType": "Task", "id": "9", "encounter": {"reference": "Encounter/7"}},
                "request": {"method": "PUT", "url": "Task/9"},
                "response": {"status": "200", "location": "http://plan/fhir/Task/9/_history/2"},
            },
        ],
    }
    gone, kept = resource_back(page, ids)["entry"]
    assert gone == {"fullUrl": "http://plan/fhir/Task/a", "request": {"method": "DELETE", "url": "Task/a"}}
    assert kept["resource"] == {"resourceType": "Task", "id": "a", "encounter": {"reference": "Encounter/e"}}
    assert kept["response"]["location"] == "http://plan/fhir/Task/a/_history/2"


def test_addresses_and_parameters_name_the_servers_ids() -> None:
    ids = IdMap({("Task", "a"): "9", ("Encounter", "e"): "7"})
    assert address_keys("Task/a/_history/3") == (("Task", "a"),)
    assert address_out("Task/a/_history/3", ids) == "Task/9/_history/3"
    asked = "Task?_id=a%2Cb&encounter=Encounter%2Fe&patient=p&_lastUpdated=ge2026-01-01"
    assert set(address_keys(asked)) == {("Task", "a"), ("Task", "b"), ("Encounter", "e")}
    assert address_out(asked, ids) == asked.replace("_id=a", "_id=9").replace(
        "Encounter%2Fe", "Encounter%2F7"
    )
    assert parameters_out("Provenance", [("target", "Task/a")], ids) == [("target", "Task/9")]
    assert full_url(("Task", "a")) != full_url(("Goal", "a"))
