"""A client of the export as a plan would write one: proves itself with its key, asks, waits, reads the files."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import Engine
from starlette.testclient import TestClient

from plan.app import make_app
from plan.bulk.worker import BulkWorker
from plan.clients.registry import add_client
from plan.database import write_transaction
from plan.fhir.stamps import Clock, clock_ms
from plan.resources import put_as_system
from plan.signin.secret import load_secrets
from tests.plan.fhir_builders import careteam, encounter, observation, patient, practitioner, restricted, team

BASE = "http://127.0.0.1:8600"
TOKEN = f"{BASE}/oauth/token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASYNC = {"Prefer": "respond-async"}
Json = dict[str, Any]


@cache
def make_key(name: str) -> ECKey:
    """A P-384 key; the same for the same name within a process."""
    return ECKey.generate_key("P-384", {"kid": f"key-{name}"}, private=True)


def public_keys(*keys: Any) -> str:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def group(group_id: str, *patients: str, **more: Any) -> Json:
    members = [{"entity": {"reference": f"Patient/{one}"}} for one in patients]
    found = {"resourceType": "Group", "id": group_id, "type": "person", "actual": True, **more}
    return found | {"member": members} if members else found


def put(engine: Engine, *resources: Json) -> None:
    """Stored as by the plan's own system."""
    with write_transaction(engine) as connection:
        for each in resources:
            put_as_system(connection, each)


def load_groups(engine: Engine) -> None:
    """Patients a and b are in group g, c in group h, d in none. Each has a visit and a rating; b also a secret."""
    load_secrets(engine)
    put(engine, team("team-1"), practitioner("ana"))
    for one in "abcd":
        put(
            engine,
            patient(one),
            careteam(f"ct-{one}", one, "ana"),
            encounter(f"visit-{one}", one, "ana"),
            observation(f"pain-{one}", one, 4, "ana", encounter={"reference": f"Encounter/visit-{one}"}),
        )
    put(engine, observation("secret-b", "b", 9, "ana", meta=restricted("R")))
    put(engine, group("g", "a", "b"), group("h", "c"))


@dataclass
class Bulk:
    """A backend and a client that may export group g."""

    engine: Engine
    http: TestClient
    client_id: str
    key: Any = field(default_factory=lambda: make_key("main"))
    clock: Clock = clock_ms
    _token: dict[str, str] = field(default_factory=dict)

    def prove(self, **changed: Any) -> str:
        """A right proof; `changed` claims differ, None leaves one out. `key` and `header` are not claims."""
        key, header = changed.pop("key", self.key), changed.pop("header", {})
        now = int(time.time())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": TOKEN,
            "exp": now + 120,
            "jti": str(uuid.uuid4()),
        }
        claims = {name: value for name, value in (claims | changed).items() if value is not None}
        header = {"alg": "ES384", "kid": key.kid} | header
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])

    def ask_token(self, proof: str, **changed: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "scope": "system/*.rs",
            "client_assertion_type": ASSERTION,
            "client_assertion": proof,
        }
        return self.http.post(TOKEN, data=form | changed)

    def bearer(self) -> dict[str, str]:
        """Headers with a token, the same each time."""
        self._token = self._token or self.sign_in()
        return self._token

    def sign_in(self, **changed: str) -> dict[str, str]:
        """Headers with a new token."""
        answer = self.ask_token(self.prove(), **changed)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    @property
    def worker(self) -> BulkWorker:
        found: BulkWorker = self.http.app.state.bulk  # type: ignore[attr-defined]  # a Starlette application has it
        return found

    def ask(self, query: str = "", group_id: str = "g", **headers: str) -> httpx.Response:
        return self.http.get(
            f"{BASE}/fhir/Group/{group_id}/$export{query}", headers=self.bearer() | ASYNC | headers
        )

    def export(self, query: str = "", group_id: str = "g") -> Json:
        """The list of files, once they are prepared."""
        answer = self.ask(query, group_id)
        assert answer.status_code == 202, answer.text
        where = answer.headers["content-location"]
        self.worker.settle()
        status = self.http.get(where, headers=self.bearer())
        assert status.status_code == 200, status.text
        found: Json = status.json() | {"where": where}
        return found

    def read(self, manifest: Json, kind: str = "output") -> list[Json]:
        """Every line of every file."""
        lines: list[Json] = []
        for one in manifest[kind]:
            answer = self.http.get(one["url"], headers=self.bearer())
            assert answer.status_code == 200, answer.text
            found = [json.loads(line) for line in answer.text.splitlines()]
            assert len(found) == one["count"]
            assert {each["resourceType"] for each in found} == {one["type"]}
            lines += found
        return lines

    def names(self, query: str = "", group_id: str = "g") -> set[str]:
        """`Type/id` of everything in an export."""
        return {f"{each['resourceType']}/{each['id']}" for each in self.read(self.export(query, group_id))}

    def gone(self, manifest: Json) -> list[str]:
        """`Type/id` of everything that the export says to take out."""
        bundles = self.read(manifest, "deleted")
        entries = [entry for bundle in bundles for entry in bundle["entry"]]
        assert all(entry["request"]["method"] == "DELETE" for entry in entries)
        return sorted(entry["request"]["url"] for entry in entries)


def make_bulk(engine: Engine, clock: Clock = clock_ms, groups: Sequence[str] = ("g",)) -> Bulk:
    """A backend over a database with groups, and a client of its own."""
    app = make_app(engine, base_url=BASE, clock=clock)
    return register(engine, TestClient(app, base_url=BASE, raise_server_exceptions=False), groups)


def register(engine: Engine, http: TestClient, groups: Sequence[str] = ("g",)) -> Bulk:
    """A further client of a backend, for these groups."""
    with write_transaction(engine) as connection:
        client = add_client(connection, f"warehouse-{uuid.uuid4()}", public_keys(make_key("main")), groups)
    return Bulk(engine, http, client.client_id)
