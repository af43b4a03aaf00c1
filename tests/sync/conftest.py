"""A running plan for the whole session, and tablets that are closed again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from plan.schema import create_schema
from tests.faults.double.server import Quirks
from tests.support.field import FieldPlan, Person, Tablet, make_tablet
from tests.support.postgres import start_postgres
from tests.support.relay import Relay
from tests.support.sealing_tablet import give_keys
from tests.sync.push_kit import Desk, make_desk, make_template

# A busy machine is slow, not wrong.
settings.register_profile(
    "sync", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("sync")

MakeTablet = Callable[..., Awaitable[Tablet]]
MakeDesk = Callable[..., Awaitable[Desk]]


@pytest.fixture(scope="session")
def field_plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FieldPlan]:
    plan = FieldPlan(tmp_path_factory.mktemp("field-plan"))
    try:
        plan.start()
        yield plan
    finally:
        plan.close()


@pytest.fixture(scope="session")
def keyed_plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FieldPlan]:
    """A plan with keys of its own: what is signed on its tablets is sealed for it."""
    directory = tmp_path_factory.mktemp("keyed-plan")
    plan = FieldPlan(directory)
    try:
        create_schema(plan.engine)
        give_keys(plan, directory)
        plan.start()
        yield plan
    finally:
        plan.close()


@pytest.fixture(scope="session")
def postgres_plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FieldPlan]:
    with start_postgres() as server:
        plan = FieldPlan(tmp_path_factory.mktemp("postgres-plan"), server.make_database())
        try:
            plan.start()
            yield plan
        finally:
            plan.close()


@pytest.fixture
def nurse(field_plan: FieldPlan) -> Person:
    return field_plan.add_person()


@pytest.fixture
async def tablets(tmp_path: Path, field_plan: FieldPlan) -> AsyncIterator[MakeTablet]:
    """`await tablets(person, base_url=…, token=…)`."""
    made: list[Tablet] = []

    async def make(person: Person, base_url: str | None = None, token: str | None = None) -> Tablet:
        tablet = await make_tablet(
            tmp_path, person, base_url or field_plan.url, token or field_plan.token(person)
        )
        made.append(tablet)
        return tablet

    yield make
    for tablet in made:
        await tablet.close()


@pytest.fixture
async def relay(field_plan: FieldPlan) -> AsyncIterator[Relay]:
    async with Relay(field_plan.url) as relay:
        yield relay


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_template(tmp_path_factory.mktemp("desk") / "store.db"))


@pytest.fixture
async def desks(tmp_path: Path, desk_template: Path) -> AsyncIterator[MakeDesk]:
    """`await desks(quirks, own=…)`: a device and a server double."""
    made: list[Desk] = []

    async def make(quirks: Quirks | None = None, *, own: bool = False) -> Desk:
        directory = tmp_path / f"desk-{len(made)}"
        directory.mkdir()
        made.append(await make_desk(desk_template, directory, quirks, own=own))
        return made[-1]

    yield make
    for desk in made:
        await desk.client.aclose()
        await desk.store.close()
