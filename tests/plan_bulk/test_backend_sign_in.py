"""A program signs in with a proof by its own key, and its token opens the export's doors and nothing else."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from hearthside.cli import main
from plan.clients.keys import make_pair, read_key_set
from plan.clients.registry import add_client, find_client, get_client, set_keys
from plan.clients.tables import BackendClientToken
from plan.database import read_transaction, write_transaction
from plan.problems import PlanProblem
from plan.signin.tokens import make_token
from plan.users import add_user
from tests.plan_bulk.bulk_doubles import ASSERTION, ASYNC, BASE, TOKEN, Bulk, make_key, public_keys


def test_a_right_proof_is_answered_with_a_token_of_five_minutes(bulk: Bulk) -> None:
    answer = bulk.ask_token(bulk.prove())
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert said.pop("access_token")
    assert said == {"token_type": "bearer", "expires_in": 300, "scope": "system/*.rs"}


def test_discovery_says_how(standing: Bulk) -> None:
    said = standing.http.get(f"{BASE}/fhir/.well-known/smart-configuration").json()
    assert "private_key_jwt" in said["token_endpoint_auth_methods_supported"]
    assert "client-confidential-asymmetric" in said["capabilities"]
    rest = standing.http.get(f"{BASE}/fhir/metadata").json()["rest"][0]
    (group,) = [one for one in rest["resource"] if one["type"] == "Group"]
    assert group["operation"][0]["name"] == "export"


NOW = int(time.time())
"""When the tests were collected: they may run half an hour later."""
DAY = 86_400
WRONG: dict[str, dict[str, Any]] = {
    "another's key": {"key": make_key("thief")},
    "another's key under our kid": {"key": make_key("thief"), "header": {"kid": "key-main"}},
    "a kid that nobody has": {"header": {"kid": "nobody"}},
    "for another server": {"aud": "https://elsewhere.example/oauth/token"},
    "for nobody": {"aud": None},
    "over": {"exp": NOW - 120},
    "good for a day": {"exp": NOW + DAY},
    "good for ever": {"exp": None},
    "not a time": {"exp": "soon"},
    "not good yet": {"nbf": NOW + DAY},
    "without an id": {"jti": None},
    "an id that is none": {"jti": 7},
    "an empty id": {"jti": ""},
    "somebody else's word": {"iss": "somebody"},
    "a client that is none": {"iss": "nobody", "sub": "nobody"},
    "the app": {"iss": "hearthside-app", "sub": "hearthside-app"},
    "no subject": {"sub": None},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_proof_opens_nothing(standing: Bulk, wrong: dict[str, Any]) -> None:
    answer = standing.ask_token(standing.prove(**dict(wrong)))
    assert answer.status_code in (400, 401), answer.text
    assert answer.json()["error"] == "invalid_client"
    with read_transaction(standing.engine) as connection:
        assert connection.execute(BackendClientToken.__table__.select()).first() is None  # type: ignore[attr-defined]  # SQLModel hides it


def test_a_proof_works_once(bulk: Bulk) -> None:
    proof = bulk.prove()
    assert bulk.ask_token(proof).status_code == 200
    assert bulk.ask_token(proof).json()["error"] == "invalid_client"


def _unsigned(claims: dict[str, Any]) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'kid': 'key-main'})}.{part(claims)}."


def test_no_algorithm_but_those_two(bulk: Bulk) -> None:
    soon = int(time.time()) + 100
    claims = {"iss": bulk.client_id, "sub": bulk.client_id, "aud": TOKEN, "exp": soon, "jti": "1"}
    assert bulk.ask_token(_unsigned(claims)).json()["error"] == "invalid_client"
    # The public key taken for a shared secret: the oldest trick there is.
    secret = OctKey.import_key(json.dumps(bulk.key.as_dict(private=False)).encode())
    forged = jwt.encode({"alg": "HS256", "kid": "key-main"}, claims, secret)
    assert bulk.ask_token(forged).json()["error"] == "invalid_client"
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    with write_transaction(bulk.engine) as connection:
        (name,) = connection.exec_driver_sql("SELECT name FROM backend_client").scalars().all()
        set_keys(connection, name, public_keys(bulk.key, rsa))
    weak = jwt.encode({"alg": "RS256", "kid": "rsa"}, claims | {"jti": "2"}, rsa, algorithms=["RS256"])
    assert bulk.ask_token(weak).json()["error"] == "invalid_client"
    good = jwt.encode({"alg": "RS384", "kid": "rsa"}, claims | {"jti": "3"}, rsa, algorithms=["RS384"])
    assert bulk.ask_token(good).status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"scope": "user/*.cruds"}, "invalid_scope"),
        ({"scope": "system/*.cruds"}, "invalid_scope"),
        ({"scope": "system/Patient.c openid"}, "invalid_scope"),
        ({"grant_type": "authorization_code"}, "invalid_client"),
        ({"grant_type": "refresh_token"}, "invalid_client"),
        ({"client_assertion_type": "urn:other"}, "invalid_client"),
        ({"client_assertion": "a.b.c"}, "invalid_client"),
        ({"client_assertion": ""}, "invalid_client"),
    ],
)
def test_nothing_else_is_granted(standing: Bulk, form: dict[str, str], error: str) -> None:
    answer = standing.ask_token(standing.prove(), **form)
    assert answer.status_code in (400, 401), answer.text
    assert answer.json()["error"] in (error, "invalid_request"), answer.text


def test_the_app_gets_no_token_of_this_kind(standing: Bulk) -> None:
    form = {"grant_type": "client_credentials", "client_id": "hearthside-app", "scope": "system/*.rs"}
    assert standing.http.post(TOKEN, data=form).json()["error"] == "invalid_client"
    more = form | {"client_assertion_type": ASSERTION, "client_assertion": "x"}
    assert standing.http.post(TOKEN, data=more).json()["error"] == "invalid_client"


def test_its_token_opens_the_export_and_nothing_else(bulk: Bulk) -> None:
    for path in ("Patient", "Patient/a", "Group/g", "Organization", "$hearthside-board"):
        assert bulk.http.get(f"{BASE}/fhir/{path}", headers=bulk.bearer()).status_code == 401
    assert bulk.ask(group_id="h").status_code == bulk.ask(group_id="none").status_code == 404


def test_a_persons_token_does_not_open_the_export(bulk: Bulk) -> None:
    with write_transaction(bulk.engine) as connection:
        add_user(connection, username="records", display_name="Records", role="operator", password=None)
        token = make_token(connection, "records", 5)
    headers = {"Authorization": f"Bearer {token}"} | ASYNC
    assert bulk.http.get(f"{BASE}/fhir/Group/g/$export", headers=headers).status_code == 401
    assert bulk.http.get(f"{BASE}/fhir/Group/g/$export", headers=ASYNC).status_code == 401


def test_a_scope_of_some_types_exports_those(bulk: Bulk) -> None:
    headers = bulk.sign_in(scope="system/Patient.rs system/Observation.read") | ASYNC
    answer = bulk.http.get(f"{BASE}/fhir/Group/g/$export", headers=headers)
    bulk.worker.settle()
    manifest = bulk.http.get(answer.headers["content-location"], headers=headers).json()
    assert {one["type"] for one in manifest["output"]} == {"Patient", "Observation"}
    refused = bulk.http.get(f"{BASE}/fhir/Group/g/$export?_type=Encounter", headers=headers)
    assert refused.status_code == 403


def _rsa(bits: int) -> str:
    return json.dumps(RSAKey.generate_key(bits, {"kid": "k"}).as_dict(private=False))


def test_only_keys_that_guard_something_are_registered() -> None:
    private = json.dumps(make_key("main").as_dict(private=True))
    curve = json.dumps(ECKey.generate_key("P-256", {"kid": "k"}).as_dict(private=False))
    nameless = {
        name: value for name, value in make_key("main").as_dict(private=False).items() if name != "kid"
    }
    twice = public_keys(make_key("main"), make_key("main"))
    shared = json.dumps(OctKey.generate_key(256, {"kid": "k"}).as_dict(private=True))
    broken = json.dumps({"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "kid": "k"})
    for text in (private, curve, json.dumps(nameless), twice, shared, broken, _rsa(1024), "[]", "no", "{}"):
        with pytest.raises(PlanProblem):
            read_key_set(text)
    assert json.loads(read_key_set(_rsa(2048)))["keys"][0].keys() == {"kty", "n", "e", "kid"}


def test_an_operator_registers_one_on_the_command_line(
    bulk: Bulk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db, file = ["--db", str(bulk.engine.url)], tmp_path / "client.json"
    assert main(["plan", "client", "new-key", str(file)]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    public = str(tmp_path / "client.public.json")
    assert main(["plan", "client", "add", "bigquery", "--keys", public, "--group", "g", *db]) == 0
    client_id = capsys.readouterr().out.split()[-1]
    bulk.client_id, bulk.key = client_id, ECKey.import_key(json.loads(file.read_text()))
    assert bulk.ask().status_code == 202
    assert main(["plan", "client", "add", "bigquery", "--keys", public, "--group", "g", *db]) == 1
    assert main(["plan", "client", "add", "other", "--keys", str(file), "--group", "g", *db]) == 1
    assert "private key" in capsys.readouterr().err
    assert main(["plan", "client", "add", "other", "--keys", public, "--group", "none", *db]) == 1
    assert main(["plan", "client", "groups", "bigquery", "--group", "h", *db]) == 0
    assert main(["plan", "client", "list", *db]) == 0
    assert f"{client_id}  system/*.rs  h" in capsys.readouterr().out
    assert main(["plan", "client", "disable", "bigquery", *db]) == 0
    assert bulk.ask_token(bulk.prove()).json()["error"] == "invalid_client"
    assert main(["plan", "client", "enable", "bigquery", *db]) == 0
    other = make_pair(tmp_path / "second.json")
    assert main(["plan", "client", "keys", "bigquery", "--keys", str(other), *db]) == 0
    assert bulk.ask_token(bulk.prove()).status_code in (400, 401), "the old key is no longer good"
    with read_transaction(bulk.engine) as connection:
        assert get_client(connection, "bigquery").client_id == client_id
        assert find_client(connection, "nobody") is None


def test_a_client_is_given_no_more_than_reading(standing: Bulk) -> None:
    for scope in ("system/*.cruds", "user/*.rs", "", "system/*.rs launch"):
        with write_transaction(standing.engine) as connection, pytest.raises(PlanProblem):
            add_client(connection, "greedy", public_keys(make_key("main")), ["g"], scope)
