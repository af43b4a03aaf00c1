"""The servers at hand: ours on both databases, sekmet; any other by FHIR_TEST_ENDPOINT; more with HEARTHSIDE_PEERS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.peer import Peer
from tests.peers.hapi_server import add_person, start_hapi
from tests.peers.medplum_server import start_medplum
from tests.support.field import FieldPlan
from tests.support.postgres import start_postgres
from tests.support.sekmet import start_sekmet

ALWAYS = ["reference-sqlite", "reference-postgresql", "sekmet"]
MARKS = {"reference-postgresql": [pytest.mark.postgres], "reference-sqlite": []}


def names() -> list[str]:
    if os.environ.get("FHIR_TEST_ENDPOINT"):
        return ["endpoint"]
    named = os.environ.get("HEARTHSIDE_PEERS", "").split()
    return named or ALWAYS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "peer" in metafunc.fixturenames:
        values = [pytest.param(name, marks=MARKS.get(name, [pytest.mark.peer])) for name in names()]
        metafunc.parametrize("peer", values, indirect=True, scope="session")


@contextmanager
def our_backend(name: str, directory: Path, db: str | None) -> Iterator[Peer]:
    plan = FieldPlan(directory, db)
    try:
        plan.start()
        nurse, stranger = plan.add_person(), plan.add_person()
        yield Peer(
            name,
            f"{plan.url}/fhir",
            plan.token(nurse),
            new_patient=lambda: plan.add_patient(nurse),
            stranger=plan.token(stranger),
            person=nurse.reference,
        )
    finally:
        plan.close()


@contextmanager
def start(name: str, directory: Path) -> Iterator[Peer]:
    """Run that server. Skips where it is not installed, fails where nothing may be missing (CI=true)."""
    with ExitStack() as stack:
        if name == "endpoint":
            token = os.environ.get("FHIR_TEST_TOKEN") or None
            yield Peer(name, os.environ["FHIR_TEST_ENDPOINT"].rstrip("/"), token)
        elif name == "sekmet":
            sekmet = stack.enter_context(start_sekmet(directory))
            yield Peer(name, sekmet.base_url, sekmet.token)
        elif name in ("medplum-router", "medplum-server-ids"):
            base = stack.enter_context(start_medplum(directory, server_ids=name == "medplum-server-ids"))
            yield Peer(name, base, None)
        elif name in ("hapi", "hapi-server-ids"):
            base = stack.enter_context(start_hapi(directory, server_ids=name == "hapi-server-ids"))
            yield Peer(name, base, None, person=add_person(base))
        else:
            db = None
            if name == "reference-postgresql":
                db = stack.enter_context(start_postgres()).make_database()
            yield stack.enter_context(our_backend(name, directory, db))


@pytest.fixture(scope="session")
def peer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    name: Any = request.param
    with start(name, tmp_path_factory.mktemp(name)) as peer:
        yield peer
        peer.close()
