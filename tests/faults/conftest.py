"""A world for each test: its own plan, its own device, a network that does as it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.double.server import FhirDouble
from tests.faults.one_tablet import Open, open_tablet
from tests.faults.world import FAST, World, make_templates
from tests.support.field import Tablet


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("templates")
    with ThreadPoolExecutor(1) as elsewhere:  # it runs an event loop of its own
        elsewhere.submit(make_templates, directory).result()
    return directory


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with TemporaryDirectory(dir=FAST) as directory:
        yield Path(directory)


@pytest.fixture
async def world(templates: Path, tmp_path: Path) -> AsyncIterator[World]:
    """The device has had its first load."""
    made = World(templates, tmp_path)
    await made.start()
    assert (await made.sync()).outcome == "ok"
    yield made
    await made.close()


@pytest.fixture
async def open_one(templates: Path, tmp_path: Path) -> AsyncIterator[Open]:
    """`await open_one(double)`: a tablet against the server double, closed again at the end."""
    opened: list[Tablet] = []

    async def make(double: FhirDouble) -> Tablet:
        opened.append(await open_tablet(templates, tmp_path, double))
        return opened[-1]

    yield make
    for tablet in opened:
        await tablet.close()
