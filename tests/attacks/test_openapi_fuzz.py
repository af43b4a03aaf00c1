"""Schemathesis over the backend's own OpenAPI document: whatever is sent, no answer is the server's fault."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode

from tests.attacks.door import Door

EXAMPLES = int(os.environ.get("HEARTHSIDE_FUZZ", "8"))
"""Requests an operation and way of making them up; the nights and whoever looks for more ask for more."""
QUICK = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="HEARTHSIDE_FUZZ" not in os.environ,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
WHO = st.sampled_from(["ana", "rec", "dan", "sue"])
THERE = {"patient_id": "b", "type_name": "Observation", "resource_id": "observation-b", "device": "0" * 32}
LEAST = {GenerationMode.POSITIVE: 25, GenerationMode.NEGATIVE: 12}
"""Operations that must have been tried."""


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def _fits_whatever(operation: Any) -> bool:
    """Whether it holds nothing but texts, of which none is of the wrong type: looking for one would take long."""
    if operation.label.startswith("POST /oauth"):
        return True  # a form
    if operation.body or operation.query or operation.headers or operation.cookies:
        return False
    return all(
        {"type": "string", "title": part.definition["schema"].get("title")} == part.definition["schema"]
        for part in operation.path_parameters
    )


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"]
)
def test_no_answer_is_the_servers_fault(door: Door, session: requests.Session, mode: GenerationMode) -> None:
    document = door.client.get(f"{door.url}/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    sent: list[str] = []
    for found in schema.get_all_operations():
        operation: Any = found.ok()
        if mode is GenerationMode.NEGATIVE and _fits_whatever(operation):
            continue

        @QUICK
        @given(case=operation.as_strategy(generation_mode=mode), who=WHO, there=st.booleans())
        def send(case: Case, who: str, there: bool) -> None:
            # Half of them ask for what is there: behind a 404 nothing is tried.
            case.path_parameters = case.path_parameters | {
                name: value for name, value in THERE.items() if there and name in case.path_parameters
            }
            answer = case.call(base_url=door.url, session=session, headers=door.bearer(who))
            assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.text[:300]}"
            assert answer.status_code != 429, "what is refused for its number is not tried"
            assert "nosniff" in str(answer.headers["x-content-type-options"])

        # An address without parameters and body cannot be sent wrongly.
        with contextlib.suppress(Unsatisfiable):
            send()
            sent.append(operation.label)
    assert len(sent) >= LEAST[mode], sent


NAMES = (
    "device",
    "key",
    "proof",
    "format",
    "plan",
    "write",
    "sealed",
    "public",
    "nonce",
    "slots",
    "rescue",
    "did",
    "writes",
)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.sampled_from(["", "AAAA", "A" * 44, "0" * 32, "=", "\x00", "\ud83d\ude00", "../../x", "9" * 400]),
    st.binary(max_size=80).map(lambda data: base64.b64encode(data).decode()),
)
DOORS = (
    ("POST", "/devices"),
    ("POST", "/courier"),
    ("POST", "/courier/taken-back"),
    ("POST", "/recovery"),
    ("POST", "/recovery/slots"),
    ("POST", f"/orders/{'0' * 32}/{'0' * 32}"),
    ("POST", "/fhir/$hearthside-emergency"),
    ("POST", "/fhir/$hearthside-contact"),
)


@settings(QUICK, max_examples=EXAMPLES * 20)
@given(
    where=st.sampled_from(DOORS),
    who=st.sampled_from(["ana", "sue", "cam", "dan", "rec"]),
    document=st.dictionaries(st.sampled_from(NAMES), st.one_of(ODD, st.lists(ODD, max_size=3)), max_size=6),
)
def test_no_document_upsets_a_door_beside_fhir(
    door: Door, where: tuple[str, str], who: str, document: dict[str, Any]
) -> None:
    method, path = where
    headers = door.bearer(who) | {"Content-Type": "application/json"}
    answer = door.client.request(method, f"{door.url}{path}", content=json.dumps(document), headers=headers)
    assert answer.status_code < 500, (path, answer.text[:300])
    assert answer.status_code != 429
