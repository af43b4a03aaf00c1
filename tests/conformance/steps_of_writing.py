"""What our writes lean on: creating once, editing what was seen, all or nothing, and an answer for each entry."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.conformance.peer import (
    RECORD,
    NotSupported,
    Peer,
    creation,
    invalid,
    observation,
    post,
    provenance,
    put,
    status,
    stored_key,
    tagged,
    version_of,
)
from tests.conformance.step import step


def needs_ids(peer: Peer) -> None:
    if not peer.takes_ids:
        raise NotSupported("makes the ids itself")


@step("update-create")
def put_creates_under_our_id(peer: Peer) -> None:
    """PUT with If-None-Match to a new id creates it there: 201."""
    record = observation(peer.patient())
    answer = peer.ask("PUT", f"Observation/{record['id']}", record, If_None_Match="*")
    assert answer.status_code == 201, answer.status_code
    assert peer.get(f"Observation/{record['id']}")["id"] == record["id"]


@step("update-create")
def put_never_replaces_what_is_there(peer: Peer) -> None:
    """PUT with If-None-Match: * to an id that is taken is refused (412 or 304) and changes nothing."""
    needs_ids(peer)
    stored = peer.create(observation(peer.patient(), value="first"))
    other = observation(stored["subject"]["reference"].partition("/")[2], stored["id"], value="second")
    answer = peer.ask("PUT", f"Observation/{stored['id']}", other, If_None_Match="*")
    assert answer.status_code in (412, 304), answer.status_code
    assert peer.get(f"Observation/{stored['id']}")["note"][0]["text"] == "first"


@step("create")
def post_creates_under_the_servers_id(peer: Peer) -> None:
    """POST creates: 201 with a Location that names the id."""
    record = post(observation(peer.patient()))["resource"]
    answer = peer.ask("POST", "Observation", record)
    assert answer.status_code == 201, answer.status_code
    assert answer.headers.get("location"), "no Location"
    assert peer.get("/".join(stored_key(answer, "Observation")))["status"] == "final"


@step("conditional-create")
def if_none_exist_creates_once(peer: Peer) -> None:
    """POST with If-None-Exist by our identifier creates one record, however often it is sent; then it answers 200."""
    record = observation(peer.patient())
    condition = f"identifier={RECORD}|{record['id']}"
    first = peer.ask("POST", "Observation", post(record)["resource"], If_None_Exist=condition)
    second = peer.ask("POST", "Observation", post(record)["resource"], If_None_Exist=condition)
    assert (first.status_code, second.status_code) == (201, 200), (first.status_code, second.status_code)
    assert len(peer.search("Observation", identifier=f"{RECORD}|{record['id']}")) == 1


@step("conditional-create")
def if_none_exist_creates_once_among_eight_at_a_time(peer: Peer) -> None:
    """Eight such requests at once make one record."""
    record = observation(peer.patient())
    condition = f"identifier={RECORD}|{record['id']}"

    def create(_: int) -> int:
        return peer.ask("POST", "Observation", post(record)["resource"], If_None_Exist=condition).status_code

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(create, range(8)))
    assert len(peer.search("Observation", identifier=f"{RECORD}|{record['id']}")) == 1, found


@step("update")
def a_right_if_match_makes_a_new_version(peer: Peer) -> None:
    """PUT with the present version in If-Match: 200 and another version."""
    stored = peer.create(observation(peer.patient()))
    version = stored["meta"]["versionId"]
    edited = stored | {"note": [{"text": "edited"}]}
    answer = peer.ask("PUT", f"Observation/{stored['id']}", edited, If_Match=f'W/"{version}"')
    assert answer.status_code == 200, answer.status_code
    assert peer.get(f"Observation/{stored['id']}")["meta"]["versionId"] != version


@step("update")
def a_stale_if_match_changes_nothing(peer: Peer) -> None:
    """PUT with an older version in If-Match: 412, and nothing changed."""
    stored = peer.create(observation(peer.patient()))
    version = stored["meta"]["versionId"]
    for text, expected in (("second", 200), ("third", 412)):
        edited = stored | {"note": [{"text": text}]}
        answer = peer.ask("PUT", f"Observation/{stored['id']}", edited, If_Match=f'W/"{version}"')
        assert answer.status_code == expected, (text, answer.status_code)
    assert peer.get(f"Observation/{stored['id']}")["note"][0]["text"] == "second"


@step("transaction")
def a_transaction_answers_each_entry_in_order(peer: Peer) -> None:
    """A transaction of creations: every entry answered in order with 201."""
    patient_id = peer.patient()
    records = [observation(patient_id) for _ in range(3)]
    answers = peer.answers(*(creation(peer, one) for one in records))
    assert [status(entry) for entry in answers] == [201, 201, 201], [status(entry) for entry in answers]


@step("transaction")
def each_entry_says_its_version(peer: Peer) -> None:
    """The version is in each entry's etag, its location or its resource."""
    (answer,) = peer.answers(creation(peer, observation(peer.patient())))
    assert version_of(answer)


@step("transaction")
def each_entry_says_its_version_in_etag(peer: Peer) -> None:
    """The version is in each entry's etag."""
    (answer,) = peer.answers(creation(peer, observation(peer.patient())))
    assert answer["response"].get("etag")


@step("transaction")
def stored_representations_come_back(peer: Peer) -> None:
    """With Prefer: return=representation each entry carries what is stored, with version and time."""
    (answer,) = peer.answers(creation(peer, observation(peer.patient())))
    meta = answer.get("resource", {}).get("meta", {})
    assert meta.get("versionId"), "no representation"
    assert meta.get("lastUpdated")


@step("transaction")
def a_transaction_is_all_or_nothing(peer: Peer) -> None:
    """One entry that cannot be taken (a stale If-Match): the whole is refused and nothing of it is kept."""
    patient_id = peer.patient()
    stored = peer.create(observation(patient_id))
    newer = stored | {"note": [{"text": "newer"}]}
    assert peer.ask("PUT", f"Observation/{stored['id']}", newer).status_code == 200
    fresh = observation(patient_id)
    stale = put(stored, ifMatch=f'W/"{stored["meta"]["versionId"]}"')
    answer = peer.send(creation(peer, fresh), stale)
    assert answer.status_code >= 400, f"taken with {answer.status_code}"
    assert peer.search("Observation", identifier=f"{RECORD}|{fresh['id']}") == []


@step("transaction")
def an_invalid_entry_spoils_the_whole(peer: Peer) -> None:
    """One entry that is no valid R4: 400 or 422 with a text, and nothing is kept."""
    patient_id = peer.patient()
    fresh, bad = observation(patient_id), invalid(observation(patient_id))
    answer = peer.send(creation(peer, fresh), creation(peer, bad))
    assert answer.status_code in (400, 422), answer.status_code
    assert peer.search("Observation", identifier=f"{RECORD}|{fresh['id']}") == []


@step("transaction")
def a_replayed_transaction_makes_no_second_version(peer: Peer) -> None:
    """The same bytes sent twice: one version of each record."""
    record = observation(peer.patient())
    entry = creation(peer, record)
    peer.answers(entry)
    peer.send(entry)
    (found,) = peer.search("Observation", identifier=f"{RECORD}|{record['id']}")
    history = peer.get(f"Observation/{found['id']}/_history")
    assert len(history["entry"]) == 1


@step("transaction")
def entries_point_to_each_other_by_urn(peer: Peer) -> None:
    """A reference to another entry's fullUrl becomes that record's address."""
    patient_id = peer.patient()
    first, second = observation(patient_id), observation(patient_id)
    second["hasMember"] = [{"reference": f"urn:uuid:{first['id']}"}]
    peer.answers(post(first), post(second))
    (a,), (b,) = (peer.search("Observation", identifier=f"{RECORD}|{one['id']}") for one in (first, second))
    assert b["hasMember"][0]["reference"].endswith(f"Observation/{a['id']}")


@step("conditional-create")
def a_conditional_create_works_in_a_transaction(peer: Peer) -> None:
    """ifNoneExist in a transaction: what is there is not made again, what is not there is."""
    patient_id = peer.patient()
    old, new = observation(patient_id), observation(patient_id)
    entries = [post(one, ifNoneExist=f"identifier={RECORD}|{one['id']}") for one in (old, new)]
    peer.answers(entries[0])
    assert [status(one) for one in peer.answers(*entries)] == [200, 201]
    assert len(peer.search("Observation", identifier=f"{RECORD}|{old['id']}")) == 1


@step("transaction")
def a_hundred_entries_are_taken_at_once(peer: Peer) -> None:
    """A transaction of 100 creations."""
    patient_id = peer.patient()
    answers = peer.answers(*(creation(peer, observation(patient_id)) for _ in range(100)))
    assert {status(entry) for entry in answers} == {201}


@step("transaction")
def the_write_tag_is_kept(peer: Peer) -> None:
    """meta.tag comes back as it was sent, also after somebody else's edit in the older version."""
    write_id = str(uuid4())
    record = tagged(observation(peer.patient()), write_id)
    peer.answers(creation(peer, record))
    (found,) = peer.search("Observation", identifier=f"{RECORD}|{record['id']}")
    assert write_id in [tag.get("code") for tag in found["meta"].get("tag", [])]


@step("transaction")
def an_edit_replaces_the_tags(peer: Peer) -> None:
    """A version carries the tags it was sent with, not those of older versions too."""
    stored = peer.create(tagged(observation(peer.patient()), "first-write"))
    edited = tagged(stored, "second-write")
    assert peer.ask("PUT", f"Observation/{stored['id']}", edited).status_code == 200
    tags = [tag.get("code") for tag in peer.get(f"Observation/{stored['id']}")["meta"].get("tag", [])]
    assert tags == ["second-write"], tags


@step("provenance")
def a_write_is_found_by_its_provenance(peer: Peer) -> None:
    """A write's Provenance is read by its id (or found by its tag where the server makes ids), with its targets."""
    write_id = str(uuid4())
    record = tagged(observation(peer.patient()), write_id)
    if peer.takes_ids:
        last = provenance(write_id, [f"Observation/{record['id']}"], peer.person)
        peer.answers(creation(peer, record), put(last, ifNoneMatch="*"))
        found = peer.get(f"Provenance/{write_id}")
    else:
        last = provenance(write_id, [f"urn:uuid:{record['id']}"], peer.person)
        peer.answers(creation(peer, record), post(last, ifNoneExist=f"_tag=urn:hearthside:id|{write_id}"))
        (found,) = peer.search("Provenance", _tag=f"urn:hearthside:id|{write_id}")
    (stored,) = peer.search("Observation", identifier=f"{RECORD}|{record['id']}")
    assert found["target"][0]["reference"].endswith(f"Observation/{stored['id']}")
