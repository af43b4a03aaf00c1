"""What all requests lean on: several questions in one, packed bodies, and who may see what."""

from __future__ import annotations

import gzip
import json
from uuid import uuid4

from tests.conformance.peer import Json, NotSupported, Peer, observation
from tests.conformance.step import step


def question(url: str) -> Json:
    return {"request": {"method": "GET", "url": url}}


@step("batch")
def a_batch_of_questions_is_answered_in_order(peer: Peer) -> None:
    """A batch of a read and two searches: three answers in order, each with its own status."""
    patient_id = peer.patient()
    stored = peer.create(observation(patient_id))
    urls = [f"Observation/{stored['id']}", f"Observation?patient={patient_id}", f"Goal?patient={patient_id}"]
    answers = peer.answers(*map(question, urls[:2]), kind="batch")
    assert [str(one["response"]["status"])[:3] for one in answers] == ["200", "200"]
    assert answers[0]["resource"]["id"] == stored["id"]
    assert answers[1]["resource"]["type"] == "searchset"


@step("batch")
def one_bad_question_spoils_no_other(peer: Peer) -> None:
    """A read of nothing in a batch is 404 there; the others are answered."""
    stored = peer.create(observation(peer.patient()))
    urls = [f"Observation/{uuid4()}", f"Observation/{stored['id']}"]
    answers = peer.answers(*map(question, urls), kind="batch")
    assert [str(one["response"]["status"])[:3] for one in answers] == ["404", "200"]


@step("gzip")
def a_packed_request_is_taken_where_the_server_says_so(peer: Peer) -> None:
    """Accept-Encoding: gzip in the server's own answers (RFC 7694), and then a gzip body is taken."""
    said = peer.ask("GET", "metadata", token=None).headers.get("accept-encoding", "")
    if "gzip" not in said:
        raise NotSupported("says nothing of packed requests")
    record = observation(peer.patient())
    body = gzip.compress(json.dumps(record).encode())
    answer = peer.ask("PUT", f"Observation/{record['id']}", body, Content_Encoding="gzip")
    assert answer.status_code == 201, answer.status_code


@step("access")
def nobody_reads_without_a_token(peer: Peer) -> None:
    """No token: 401, whatever is asked."""
    if peer.token is None:
        raise NotSupported("knows no users")
    assert peer.ask("GET", f"Patient/{peer.patient()}", token=None).status_code == 401
    assert (
        peer.ask(
            "POST", "Observation/_search", "", token=None, Content_Type="application/x-www-form-urlencoded"
        ).status_code
        == 401
    )


@step("access")
def a_stranger_sees_nothing_and_learns_nothing(peer: Peer) -> None:
    """Somebody else's token: reads are 404 as for what is not there, searches are empty, writes are refused."""
    if peer.stranger is None:
        raise NotSupported("one user only")
    stored = peer.create(observation(peer.patient()))
    path = f"Observation/{stored['id']}"
    assert peer.ask("GET", path, token=peer.stranger).status_code == 404
    assert peer.ask("GET", f"{path}/_history", token=peer.stranger).status_code == 404
    assert peer.ask("PUT", path, stored | {"status": "amended"}, token=peer.stranger).status_code in (
        403,
        404,
    )
    found = peer.ask("GET", f"Observation?_id={stored['id']}", token=peer.stranger).json()
    assert found.get("entry", []) == []
