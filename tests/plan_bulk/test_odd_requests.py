"""What is written badly on purpose is refused in words, on both databases, and tells of nothing that is kept apart."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import true

from plan.database import write_transaction
from plan.fhir.rows import RowWriter
from plan.fhir.stamps import Stamper
from plan.fhir.store import find_current
from tests.plan.fhir_builders import encounter, observation, provenance, restricted
from tests.plan_bulk.bulk_doubles import BASE, Bulk, make_key, put

DEEP = "[" * 5000


def write(header: object, claims: str) -> str:
    """A proof that nobody signed."""
    parts = (json.dumps(header).encode(), claims.encode(), b"x" * 96)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def odd_proofs(client_id: str) -> dict[str, str]:
    header = {"alg": "ES384", "kid": make_key("main").kid}
    mine = json.dumps({"sub": client_id, "iss": client_id})
    return {
        "a character that no text has": write(header, '{"sub": "\\u0000"}'),
        "half a character": write(header, '{"sub": "\\ud800"}'),
        "too deep": write(header, DEEP),
        "a header too deep": f"{base64.urlsafe_b64encode(DEEP.encode()).decode()}.e30.e30",
        "a list that is a number": write(header | {"crit": 5}, mine),
        "no end of it": write(header, json.dumps({"sub": client_id, "x": "x" * 9000})),
        "nobody's signature": write(header, mine),
        "no signature at all": write({"alg": "none"}, mine),
    }


def check_odd(bulk: Bulk) -> None:
    for name, proof in odd_proofs(bulk.client_id).items():
        answer = bulk.ask_token(proof)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client"), name
    file = bulk.export("?_type=Patient")["output"][0]["url"].rpartition("/")[0]
    for url in (f"{file}/{10**24}", f"{file}/{10**18}", f"{BASE}/fhir/$export-status/%00"):
        assert bulk.http.get(url, headers=bulk.bearer()).status_code == 404, url


def test_what_no_database_takes_is_refused(standing: Bulk) -> None:
    check_odd(standing)


def test_what_postgresql_does_not_take_is_refused_and_a_proof_works_once_there(postgres_bulk: Bulk) -> None:
    check_odd(postgres_bulk)
    proof = postgres_bulk.prove()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: postgres_bulk.ask_token(proof).status_code, range(8)))
    assert sorted(statuses) == [200, *[400] * 7]


def test_a_token_of_few_types_reads_the_files_of_those(bulk: Bulk) -> None:
    first = bulk.export()
    put(bulk.engine, observation("pain-a", "c", 4, "ana"))
    second = bulk.export(f"?_since={first['transactionTime']}")
    assert bulk.gone(second) == ["Observation/pain-a"]
    few = bulk.sign_in(scope="system/Organization.rs")
    for one in (*first["output"], *second["deleted"]):
        status = bulk.http.get(one["url"], headers=few).status_code
        assert status == (200 if one["type"] == "Organization" else 403), one


def remove(bulk: Bulk, *names: str) -> None:
    with write_transaction(bulk.engine) as connection:
        rows = RowWriter(connection, Stamper(connection))
        for name in names:
            kind, _, resource_id = name.partition("/")
            held = find_current(connection, kind, resource_id, true())
            assert held is not None
            rows.delete(held)
        rows.flush()


def in_secret_visit(name: str, whose: str) -> dict[str, object]:
    return observation(name, whose, 5, "ana", encounter={"reference": "Encounter/secret-visit"})


def test_the_end_of_what_was_hidden_is_not_told_of(bulk: Bulk) -> None:
    put(
        bulk.engine,
        encounter("secret-visit", "a", "ana", meta=restricted("R")),
        in_secret_visit("goes", "a"),
        in_secret_visit("moves", "a"),
        provenance("prov", "ana", "Observation/secret-b"),
    )
    first = bulk.export()
    remove(bulk, "Observation/goes", "Provenance/prov", "Observation/pain-a")
    put(bulk.engine, in_secret_visit("moves", "c"))
    assert bulk.gone(bulk.export(f"?_since={first['transactionTime']}")) == ["Observation/pain-a"]


@pytest.mark.parametrize("query", ["?_since=2020-01-01&_type=%00", "?x=%0d%0aSet-Cookie:%20a=b"])
def test_an_address_with_control_characters_asks_for_nothing(standing: Bulk, query: str) -> None:
    assert standing.ask(query).status_code == 400
