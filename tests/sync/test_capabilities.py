"""What a server says of itself, and what is done where it says little, nothing, or nothing today."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.errors import CaptivePortal, NotFhir, PlanDown
from app.store.engine import Store, create_store
from app.sync.capabilities import ASSUMED, decode_capabilities
from app.sync.mapped import MappedClient
from app.sync.probe import read_capabilities

FHIR = {"content-type": "application/fhir+json"}
BASE = "http://127.0.0.1:9/fhir"
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}


def statement(**resource: Any) -> dict[str, Any]:
    rest = {"mode": "server", "resource": [{"type": "Encounter", **resource}]}
    return {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [rest]}


class Server(httpx.AsyncBaseTransport):
    """Answers metadata, searches and batches as a test says: (status, body), HTML for a text."""

    def __init__(
        self, metadata: Any, *, search: Any = (200, {"resourceType": "Bundle"}), batch: int = 200
    ) -> None:
        self.metadata, self.search, self.batch = metadata, search, batch
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path.removeprefix('/fhir')}")
        if request.url.path.endswith("/metadata"):
            status, body = self.metadata
        elif request.url.path == "/fhir":
            status, body = self.batch, OUTCOME if self.batch >= 400 else {"resourceType": "Bundle"}
        else:
            status, body = self.search
        if isinstance(body, str):
            return httpx.Response(status, headers={"content-type": "text/html"}, content=body)
        return httpx.Response(status, headers=FHIR, content=json.dumps(body))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = await create_store(tmp_path / "s.db", bytes(32), store_id="s", user_reference="Practitioner/a")
    yield made
    await made.close()


def client_of(store: Store, server: Server) -> MappedClient:
    return MappedClient(BASE, store=store, transport=server)


def test_what_a_statement_does_not_say_is_not_known() -> None:
    found = decode_capabilities(statement())
    assert found is not None
    assert (found.update_create, found.conditional_create, found.batch, found.transaction) == (None,) * 4
    assert found.history("Encounter") is None
    assert found.searches("Encounter", "patient")
    assert found.has("Encounter")
    assert not found.has("Goal")
    assert found.is_versioned("Encounter")


def test_what_a_statement_says_is_read_by_type() -> None:
    said = statement(
        updateCreate=False,
        conditionalCreate=True,
        versioning="no-version",
        interaction=[{"code": "read"}, {"code": "update"}],
        searchParam=[{"name": "patient"}],
    )
    said["rest"][0] |= {"interaction": [{"code": "transaction"}], "searchParam": [{"name": "_lastUpdated"}]}
    said["extension"] = [
        {"url": "urn:hearthside:max-entries", "valueInteger": 50},
        {"url": "urn:hearthside:max-body-bytes", "valueInteger": 0},
    ]
    found = decode_capabilities(said)
    assert found is not None
    assert (found.update_create, found.conditional_create) == (False, True)
    assert (found.transaction, found.batch, found.system_search) == (True, False, False)
    assert found.history("Encounter") is False
    assert found.searches("Encounter", "patient")
    assert found.searches("Encounter", "_lastUpdated")
    assert not found.searches("Encounter", "code:exact")
    assert not found.is_versioned("Encounter")
    assert (found.max_entries, found.max_body_bytes) == (50, None)


@pytest.mark.parametrize(
    "odd", [None, {}, {"resourceType": "Bundle"}, statement() | {"fhirVersion": "5.0.0"}, [1]]
)
def test_no_statement_of_fhir_r4_is_none(odd: Any) -> None:
    assert decode_capabilities(odd) is None


async def test_a_statement_is_kept_and_stands_when_the_server_refuses_to_say_it_again(store: Store) -> None:
    """426, or an old path: what exists goes on being sent."""
    server = Server((200, statement(updateCreate=True)))
    assert (await read_capabilities(client_of(store, server), store)).update_create is True
    for refused in ((426, OUTCOME), (404, "<html>moved</html>"), (403, OUTCOME)):
        server.metadata = refused
        client = client_of(store, server)
        assert (await read_capabilities(client, store)).update_create is True
        assert client.capabilities is not None


@pytest.mark.parametrize(
    "metadata", [(404, OUTCOME), (404, "<html></html>"), (200, {"resourceType": "Bundle"})]
)
async def test_a_fhir_server_without_metadata_is_taken_with_assumptions(store: Store, metadata: Any) -> None:
    server = Server(metadata, search=(400, OUTCOME))
    assert await read_capabilities(client_of(store, server), store) == ASSUMED
    assert server.asked == ["GET /metadata", "POST /CareTeam/_search"]
    assert ASSUMED.assumed
    assert ASSUMED.has("Goal")


async def test_whoever_is_no_fhir_server_is_not_assumed_to_be_one(store: Store) -> None:
    for search in ((200, {"resourceType": "Patient"}), (404, "<html></html>")):
        with pytest.raises(NotFhir):
            await read_capabilities(client_of(store, Server((404, OUTCOME), search=search)), store)
    with pytest.raises(NotFhir):
        await read_capabilities(
            client_of(store, Server((200, statement() | {"fhirVersion": "3.0.2"}))), store
        )
    with pytest.raises(CaptivePortal):
        await read_capabilities(client_of(store, Server((200, "<html>Guest WiFi</html>"))), store)


async def test_a_server_that_is_down_is_down_and_not_without_metadata(store: Store) -> None:
    for metadata, search in (((503, OUTCOME), (200, {})), ((404, OUTCOME), (503, OUTCOME))):
        with pytest.raises(PlanDown):
            await read_capabilities(client_of(store, Server(metadata, search=search)), store)


async def test_a_server_without_batches_is_asked_one_by_one_and_that_is_remembered(store: Store) -> None:
    server = Server((200, statement()), batch=405)
    client = client_of(store, server)
    entries = [{"request": {"method": "GET", "url": url}} for url in ("Goal?patient=p", "Goal/g")]
    body = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries})
    for asked_first in (["POST "], []):
        server.asked.clear()
        answer = await client.batch(body)
        assert answer.get()["type"] == "batch-response"
        assert [one["response"]["status"] for one in answer.get()["entry"]] == ["200", "200"]
        assert server.asked == [*asked_first, "POST /Goal/_search", "GET /Goal/g"]


async def test_single_questions_stop_where_the_server_asks_for_patience(store: Store) -> None:
    server = Server((200, statement()), batch=501, search=(429, OUTCOME))
    entries = [{"request": {"method": "GET", "url": "Goal/g"}}] * 3
    answer = await client_of(store, server).batch(
        json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries})
    )
    assert answer.status == 429
    assert len(server.asked) == 2


async def test_no_history_is_asked_of_a_server_that_says_it_has_none(store: Store) -> None:
    server = Server((200, statement(interaction=[{"code": "read"}])))
    client = client_of(store, server)
    await read_capabilities(client, store)
    assert (await client.history("Encounter", "e")).status == 501
    assert server.asked == ["GET /metadata"]
