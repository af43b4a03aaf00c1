"""Against a strict FHIR server that we did not write: what medicines and calls to a prescriber make is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.domain.visit import Visit
from app.sync.fhir import medicine_use, prescriber
from app.sync.fhir.json_text import dumps
from tests.support.sekmet import Sekmet, start_sekmet
from tests.sync.medicine_visits import FILM, NOT_TAKEN, ORDERED, OXY, PATCH, call, visit

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def sekmet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sekmet]:
    with start_sekmet(tmp_path_factory.mktemp("sekmet")) as server:
        yield server


def put(sekmet: Sekmet, resource: dict[str, Any]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {sekmet.token}", "Content-Type": "application/fhir+json"}
    url = f"{sekmet.base_url}/{resource['resourceType']}/{resource['id']}"
    return httpx.put(url, content=dumps(resource), headers=headers, trust_env=False, timeout=30)


@pytest.mark.parametrize(
    "signed",
    [
        visit(OXY, NOT_TAKEN, PATCH, FILM),
        visit(FILM),
        call(**ORDERED),
        call(pc_reached="no-answer"),
        call(pc_why="Pain 8"),
    ],
    ids=["medicines", "nothing countable", "telephone order", "no answer", "begun"],
)
def test_every_record_is_taken(sekmet: Sekmet, signed: Visit) -> None:
    resources = [*medicine_use.encode(signed), *prescriber.encode(signed)]
    assert resources
    for resource in resources:
        answer = put(sekmet, resource)
        assert answer.status_code in (200, 201), answer.text
