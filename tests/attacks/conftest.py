"""One backend process a file, with a cast of people and tokens in every state."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from plan.database import make_engine
from plan.schema import create_schema
from tests.attacks.cast import gather
from tests.attacks.door import Door
from tests.support.processes import clean_environment, hearthside


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """`hearthside plan serve`, as an operator runs it."""
    home = tmp_path_factory.mktemp("attacked")
    database = f"sqlite:///{home / 'plan.db'}"
    engine = make_engine(database)
    create_schema(engine)
    cast = gather(engine)
    engine.dispose()
    program = hearthside("plan", "serve", "--port", "0", "--db", database, env=clean_environment(home))
    try:
        url = program.wait_for(r"Plan backend ready at (http://127\.0\.0\.1:\d+)$").group(1)
        with httpx.Client(trust_env=False, timeout=30) as client:
            yield Door(url, cast, client)
        assert "unexpected" not in program.text, program.text
    finally:
        assert program.end() in (0, -15), program.text
        assert not any(secret in program.text for secret in cast.tokens.values() if secret)
