"""What looking up and reading lean on: versions, histories, what is gone, and records that come back as they were."""

from __future__ import annotations

import base64
import re
from uuid import uuid4

from tests.conformance.peer import LOCAL_ID, NotSupported, Peer, invalid, observation, provenance
from tests.conformance.step import step


@step("metadata")
def the_server_describes_itself(peer: Peer) -> None:
    """GET metadata without a token: a CapabilityStatement of FHIR 4.0."""
    answer = peer.ask("GET", "metadata", token=None)
    assert answer.status_code == 200, answer.status_code
    statement = answer.json()
    assert statement["resourceType"] == "CapabilityStatement"
    assert statement["fhirVersion"].startswith("4.0")


@step("read")
def answers_carry_the_servers_time(peer: Peer) -> None:
    """Every answer has a Date: no decision is made by a device's clock."""
    assert peer.ask("GET", f"Patient/{peer.patient()}").headers.get("date")


@step("read")
def what_is_not_there_is_404(peer: Peer) -> None:
    """An id that nobody made: 404."""
    assert peer.ask("GET", f"Observation/{uuid4()}").status_code == 404
    assert peer.ask("GET", f"Provenance/{uuid4()}").status_code == 404


@step("read")
def a_refusal_says_why(peer: Peer) -> None:
    """A record that is no valid R4 is refused with an OperationOutcome that holds words."""
    bad = invalid(observation(peer.patient()))
    answer = peer.ask("POST", "Observation", {name: value for name, value in bad.items() if name != "id"})
    assert answer.status_code in (400, 422), answer.status_code
    (issue, *_) = answer.json()["issue"]
    assert issue.get("diagnostics") or issue.get("details", {}).get("text")


@step("delete")
def what_was_deleted_is_410(peer: Peer) -> None:
    """A record that was deleted: 410, not 404."""
    stored = peer.create(observation(peer.patient()))
    answer = peer.ask("DELETE", f"Observation/{stored['id']}")
    if answer.status_code in (403, 404, 405, 501):
        raise NotSupported("nobody may delete")
    assert answer.status_code in (200, 204), answer.status_code
    assert peer.ask("GET", f"Observation/{stored['id']}").status_code == 410


@step("versions")
def an_answers_etag_is_its_version(peer: Peer) -> None:
    """A read's ETag names meta.versionId."""
    stored = peer.create(observation(peer.patient()))
    etag = peer.ask("GET", f"Observation/{stored['id']}").headers.get("etag", "")
    assert etag.removeprefix("W/").strip('"') == stored["meta"]["versionId"], etag


@step("versions")
def stamps_are_finer_than_a_second(peer: Peer) -> None:
    """meta.lastUpdated has milliseconds."""
    stamps = [peer.create(observation(peer.patient()))["meta"]["lastUpdated"] for _ in range(2)]
    assert all(re.search(r"\.\d{3}", one) for one in stamps), stamps


@step("history")
def a_history_lists_every_version_newest_first(peer: Peer) -> None:
    """GET _history: each version once, the newest first, asked twice alike."""
    stored = peer.create(observation(peer.patient(), value="1"))
    for text in ("2", "3"):
        edited = stored | {"note": [{"text": text}]}
        assert peer.ask("PUT", f"Observation/{stored['id']}", edited).status_code == 200
    for _ in range(2):
        entries = peer.get(f"Observation/{stored['id']}/_history?_count=100")["entry"]
        assert [entry["resource"]["note"][0]["text"] for entry in entries] == ["3", "2", "1"]


@step("history")
def a_history_asked_again_is_whole(peer: Peer) -> None:
    """GET _history as the app asks (_count, _since), then another version, then GET again: nothing is left out."""
    stored = peer.create(observation(peer.patient(), value="1"))
    path = f"Observation/{stored['id']}/_history?_count=100&_since=1970-01-01T00:00:00Z"
    assert len(peer.get(path)["entry"]) == 1
    edited = stored | {"note": [{"text": "2"}]}
    assert peer.ask("PUT", f"Observation/{stored['id']}", edited).status_code == 200
    texts = [entry["resource"]["note"][0]["text"] for entry in peer.get(path)["entry"]]
    assert sorted(texts) == ["1", "2"]


@step("history")
def an_older_version_can_be_read(peer: Peer) -> None:
    """GET _history/version: that version's own content."""
    stored = peer.create(observation(peer.patient(), value="first"))
    edited = stored | {"note": [{"text": "second"}]}
    assert peer.ask("PUT", f"Observation/{stored['id']}", edited).status_code == 200
    version = stored["meta"]["versionId"]
    assert peer.get(f"Observation/{stored['id']}/_history/{version}")["note"][0]["text"] == "first"


@step("history")
def the_history_of_nothing_is_404(peer: Peer) -> None:
    """GET _history of an id that nobody made: 404."""
    assert peer.ask("GET", f"Observation/{uuid4()}/_history").status_code == 404


def weight(patient_id: str, value: str) -> str:
    record_id = str(uuid4())
    return (
        f'{{"resourceType":"Observation","id":"{record_id}","status":"final",'
        f'"code":{{"coding":[{{"system":"http://loinc.org","code":"29463-7"}}]}},'
        f'"subject":{{"reference":"Patient/{patient_id}"}},"effectiveDateTime":"2026-11-20T10:00:00Z",'
        f'"valueQuantity":{{"value":{value},"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}}}'
    )


def stored_text(peer: Peer, body: str) -> str:
    """What the server gives back for it, as text."""
    record_id = body.partition('"id":"')[2].partition('"')[0]
    if peer.takes_ids:
        answer = peer.ask("PUT", f"Observation/{record_id}", body)
    else:
        answer = peer.ask("POST", "Observation", body.replace(f'"id":"{record_id}",', ""))
        record_id = (
            answer.headers.get("location", "").partition("/_history/")[0].rpartition("/")[2]
            or answer.json()["id"]
        )
    assert answer.status_code in (200, 201), answer.text[:300]
    return peer.ask("GET", f"Observation/{record_id}").text


@step("content")
def decimals_keep_their_digits(peer: Peer) -> None:
    """72.50 comes back as 72.50."""
    text = stored_text(peer, weight(peer.patient(), "72.50"))
    assert re.search(r'"value" ?: ?72\.50\b', text), re.findall(r'"value" ?: ?[\d.]+', text)


@step("content")
def unknown_extensions_come_back(peer: Peer) -> None:
    """Extensions that the server does not know, on records, elements and primitives, come back unchanged."""
    extension = {"url": "urn:hearthside:conformance", "extension": [{"url": "part", "valueString": "x"}]}
    record = observation(peer.patient(), extension=[extension])
    record["_effectiveDateTime"] = {"extension": [extension]}
    record["note"][0]["extension"] = [extension]
    stored = peer.create(record)
    assert stored["extension"] == [extension]
    assert stored["_effectiveDateTime"] == {"extension": [extension]}
    assert stored["note"][0]["extension"] == [extension]


@step("content")
def text_comes_back_letter_by_letter(peer: Peer) -> None:
    """Accents, emoji, line breaks and right-to-left letters come back unchanged."""
    said = "Señora Nguyễn: “me duele”\nمرحب 🌷 e\u0301"
    assert peer.create(observation(peer.patient(), value=said))["note"][0]["text"] == said


@step("content")
def versioned_references_come_back(peer: Peer) -> None:
    """A reference to one version (Provenance.entity) keeps the version."""
    patient_id = peer.patient()
    stored = peer.create(observation(patient_id))
    exact = f"Observation/{stored['id']}/_history/{stored['meta']['versionId']}"
    record = provenance(str(uuid4()), [f"Observation/{stored['id']}"], peer.person)
    record["entity"] = [{"role": "revision", "what": {"reference": exact}}]
    assert peer.create(record)["entity"][0]["what"]["reference"].endswith(exact)


@step("content")
def labels_come_back(peer: Peer) -> None:
    """meta.security and meta.tag come back."""
    record = observation(peer.patient())
    record["meta"] = {
        "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}],
        "tag": [{"system": LOCAL_ID, "code": "x"}],
    }
    meta = peer.create(record)["meta"]
    assert [one["code"] for one in meta.get("security", [])] == ["R"]
    assert [one["code"] for one in meta.get("tag", [])] == ["x"]


JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) + b"\xff\xd9"


@step("binary")
def bytes_are_kept_as_they_are(peer: Peer) -> None:
    """Bare bytes of a person's file: PUT once, and the same bytes come back."""
    if not peer.takes_ids:
        raise NotSupported("makes the ids itself")
    record_id, patient_id = str(uuid4()), peer.patient()
    context = {"Content-Type": "image/jpeg", "X-Security-Context": f"Patient/{patient_id}"}
    answer = peer.ask("PUT", f"Binary/{record_id}", JPEG, **context)
    assert answer.status_code in (200, 201), answer.status_code
    assert peer.ask("GET", f"Binary/{record_id}", Accept="image/jpeg").content == JPEG


@step("binary")
def a_file_is_kept_as_a_record(peer: Peer) -> None:
    """A Binary as FHIR JSON, its Patient in securityContext: the same bytes come back."""
    record = {
        "resourceType": "Binary",
        "id": str(uuid4()),
        "contentType": "image/jpeg",
        "securityContext": {"reference": f"Patient/{peer.patient()}"},
        "data": base64.b64encode(JPEG).decode(),
    }
    assert base64.b64decode(peer.create(record)["data"]) == JPEG
