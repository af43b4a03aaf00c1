"""What a pull leans on: keyset paging that loses nothing, searches by person, several questions in one request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

from tests.conformance.peer import (
    RECORD,
    Json,
    Peer,
    is_match,
    observation,
    post,
    provenance,
)
from tests.conformance.step import step

PULLED = (
    "Encounter", "QuestionnaireResponse", "DocumentReference", "Task", "Flag", "RelatedPerson", "Consent",
    "CarePlan", "Goal", "ServiceRequest", "Observation", "Condition", "MedicationRequest", "AllergyIntolerance",
    "Coverage", "MedicationStatement", "Communication", "Procedure",
)  # fmt: skip
OVERLAP = timedelta(seconds=30)


def next_link(page: Json) -> str | None:
    return next((str(link["url"]) for link in page.get("link", []) if link["relation"] == "next"), None)


def stamp(record: Json) -> str:
    return str(record["meta"]["lastUpdated"])


def moment(record: Json) -> datetime:
    return datetime.fromisoformat(stamp(record))


@step("search")
def a_search_by_post_answers(peer: Peer) -> None:
    """POST _search, so that no id of a person stands in an address."""
    stored = peer.create(observation(peer.patient()))
    patient_id = stored["subject"]["reference"].rpartition("/")[2]
    assert [one["id"] for one in peer.search("Observation", patient=patient_id)] == [stored["id"]]


@step("search")
def a_search_asked_again_finds_what_came_since(peer: Peer) -> None:
    """The same search twice, a record made in between: the second answer holds it."""
    patient_id = peer.patient()
    assert peer.search("Observation", patient=patient_id) == []
    stored = peer.create(observation(patient_id))
    assert [one["id"] for one in peer.search("Observation", patient=patient_id)] == [stored["id"]]


@step("search")
def last_updated_from_includes_its_bound(peer: Peer) -> None:
    """_lastUpdated=ge<stamp> finds the record with exactly that stamp."""
    patient_id = peer.patient()
    stored = peer.create(observation(patient_id))
    found = peer.search("Observation", patient=patient_id, _lastUpdated=f"ge{stamp(stored)}")
    assert [one["id"] for one in found] == [stored["id"]]


@step("search")
def pages_come_in_the_order_of_their_stamps(peer: Peer) -> None:
    """_sort=_lastUpdated sorts by it, and -_lastUpdated the other way."""
    patient_id = peer.patient()
    made = [peer.create(observation(patient_id))["id"] for _ in range(5)]
    up = peer.search("Observation", patient=patient_id, _sort="_lastUpdated")
    down = peer.search("Observation", patient=patient_id, _sort="-_lastUpdated")
    assert [moment(one) for one in up] == sorted(moment(one) for one in up)
    assert [moment(one) for one in down] == sorted((moment(one) for one in down), reverse=True)
    assert {one["id"] for one in up} == set(made)


@step("search")
def count_bounds_a_page_and_its_end_can_be_told(peer: Peer) -> None:
    """_count=2 of 5: two records, and either a next link or a full page tells that there is more."""
    patient_id = peer.patient()
    for _ in range(5):
        peer.create(observation(patient_id))
    page = peer.page("Observation", patient=patient_id, _sort="_lastUpdated", _count="2")
    assert len([entry for entry in page["entry"] if is_match(entry)]) == 2


@step("paging-links")
def a_next_link_leads_on(peer: Peer) -> None:
    """A page that is not the last has a next link, and it answers the rest."""
    patient_id = peer.patient()
    for _ in range(3):
        peer.create(observation(patient_id))
    page = peer.page("Observation", patient=patient_id, _sort="_lastUpdated", _count="2")
    following = next_link(page)
    assert following is not None
    assert following.startswith((f"{peer.base}/", f"{peer.base}?")), "the app follows no link that leads away"
    rest = peer.get(following.removeprefix(peer.base).removeprefix("/"))
    assert len(rest["entry"]) == 1


def many(peer: Peer, patient_id: str, count: int) -> None:
    """Records of one transaction, each created under an id of the server's."""
    peer.answers(*(post(observation(patient_id)) for _ in range(count)))


@step("search")
def a_page_of_two_hundred_is_given(peer: Peer) -> None:
    """_count=200 gives 200 where there are more: smaller pages only take longer."""
    patient_id = peer.patient()
    for _ in range(5):
        many(peer, patient_id, 42)
    assert len(peer.search("Observation", patient=patient_id, _sort="_lastUpdated", _count="200")) == 200


def keyset(peer: Peer, patient_id: str, since: str | None, seen: set[str]) -> str | None:
    """Read on from a stamp as the app does; where it ended."""
    count = 10
    while True:
        bound = {"_lastUpdated": f"ge{since}"} if since else {}
        page = peer.page("Observation", patient=patient_id, _sort="_lastUpdated", _count=str(count), **bound)
        found = [entry["resource"] for entry in page.get("entry", []) if is_match(entry)]
        seen |= {one["id"] for one in found}
        last = stamp(max(found, key=moment)) if found else since
        if len(found) < count and next_link(page) is None:
            return last
        # A full page that does not advance is asked again, larger; a page may be smaller than was asked for.
        assert last != since or len(found) >= count, (
            "one time fills whole pages: the app would follow the links"
        )
        count = count * 2 if last == since else 10
        since = last


@step("search")
def keyset_paging_with_an_overlap_loses_nothing_while_others_write(peer: Peer) -> None:
    """Eight writers at once, a reader that pages by _lastUpdated=ge with an overlap: not one record is missed."""
    patient_id = peer.patient()

    def write(_: int) -> set[str]:
        return {peer.create(observation(patient_id))["id"] for _ in range(6)}

    seen: set[str] = set()
    since: str | None = None
    with ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(write, n) for n in range(8)]
        while not all(one.done() for one in writing):
            since = keyset(peer, patient_id, reach_back(since), seen)
        made = set[str]().union(*(one.result() for one in writing))
    keyset(peer, patient_id, reach_back(since), seen)
    assert made <= seen, f"{len(made - seen)} of {len(made)} missed"


def reach_back(since: str | None) -> str | None:
    return (
        None
        if since is None
        else (datetime.fromisoformat(since) - OVERLAP).isoformat(timespec="milliseconds")
    )


@step("search")
def records_of_one_stamp_are_all_reached(peer: Peer) -> None:
    """Forty records of one transaction, pages of ten: all are reached."""
    patient_id = peer.patient()
    many(peer, patient_id, 40)
    seen: set[str] = set()
    keyset(peer, patient_id, None, seen)
    assert len(seen) == 40


@step("strict")
def an_unknown_parameter_is_refused_when_asked_strictly(peer: Peer) -> None:
    """Prefer: handling=strict with a parameter nobody knows: 400, not everything."""
    answer = peer.search_answer("Observation", hearthside_unknown="x", patient=peer.patient())
    assert answer.status_code == 400, answer.status_code


@step("search")
def every_type_is_searched_by_its_person(peer: Peer) -> None:
    """patient and _lastUpdated work for every type that a pull asks for."""
    patient_id = peer.patient()
    asked = {
        "patient": patient_id,
        "_lastUpdated": "ge2026-01-01T00:00:00Z",
        "_sort": "_lastUpdated",
        "_count": "10",
    }
    answers = {kind: peer.search_answer(kind, **asked).status_code for kind in PULLED}
    refused = sorted(kind for kind, code in answers.items() if code != 200)
    assert not refused, ", ".join(refused)


@step("search")
def several_people_are_searched_at_once(peer: Peer) -> None:
    """patient=a,b finds the records of both."""
    stored = [peer.create(observation(peer.patient())) for _ in range(2)]
    people = ",".join(one["subject"]["reference"].rpartition("/")[2] for one in stored)
    assert {one["id"] for one in peer.search("Observation", patient=people)} == {one["id"] for one in stored}


@step("provenance")
def a_provenance_is_found_by_the_person_of_its_targets(peer: Peer) -> None:
    """Provenance?patient= finds one whose target is a record of that person."""
    patient_id = peer.patient()
    stored = peer.create(observation(patient_id))
    made = peer.create(provenance(str(uuid4()), [f"Observation/{stored['id']}"], peer.person))
    assert [one["id"] for one in peer.search("Provenance", patient=patient_id)] == [made["id"]]


@step("provenance")
def a_provenance_is_found_by_its_target(peer: Peer) -> None:
    """Provenance?target= finds it."""
    stored = peer.create(observation(peer.patient()))
    made = peer.create(provenance(str(uuid4()), [f"Observation/{stored['id']}"], peer.person))
    assert [one["id"] for one in peer.search("Provenance", target=f"Observation/{stored['id']}")] == [
        made["id"]
    ]


@step("search")
def our_identifier_finds_a_record(peer: Peer) -> None:
    """identifier=urn:hearthside:record|id, and several at once."""
    patient_id = peer.patient()
    records = [observation(patient_id) for _ in range(2)]
    stored = {peer.create(one)["id"] for one in records}
    wanted = ",".join(f"{RECORD}|{one['id']}" for one in records)
    assert {one["id"] for one in peer.search("Observation", identifier=wanted)} == stored


@step("search")
def a_tag_finds_a_record(peer: Peer) -> None:
    """_tag finds what carries it: how a Provenance is looked up where the server makes the ids."""
    write_id = str(uuid4())
    stored = peer.create(observation(peer.patient()))
    made = peer.create(provenance(write_id, [f"Observation/{stored['id']}"], peer.person))
    assert [one["id"] for one in peer.search("Provenance", _tag=f"urn:hearthside:id|{write_id}")] == [
        made["id"]
    ]


@step("search")
def only_ids_and_versions_can_be_asked_for(peer: Peer) -> None:
    """_elements=id,meta answers with versions and without the rest (the daily comparison of ids)."""
    patient_id = peer.patient()
    stored = peer.create(observation(patient_id))
    (found,) = peer.search("Observation", patient=patient_id, _elements="id,meta")
    assert found["meta"]["versionId"] == stored["meta"]["versionId"]
    assert "note" not in found


@step("search")
def several_ids_are_asked_for_at_once(peer: Peer) -> None:
    """_id=a,b finds both."""
    patient_id = peer.patient()
    stored = {peer.create(observation(patient_id))["id"] for _ in range(2)}
    assert {one["id"] for one in peer.search("Observation", _id=",".join(sorted(stored)))} == stored


@step("search")
def a_search_counts_what_it_finds(peer: Peer) -> None:
    """_total=accurate: how much a first load will bring."""
    patient_id = peer.patient()
    for _ in range(3):
        peer.create(observation(patient_id))
    page = peer.page("Observation", patient=patient_id, _count="1", _total="accurate")
    assert page.get("total") == 3
