"""The FHIR parser, the validator, the indexes and the searches, fed with what is nearly right: refused or taken."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from plan.database import make_engine, read_transaction, write_transaction
from plan.fhir.bundles import run_bundle, run_get
from plan.fhir.context import Caller, Preferences, Server
from plan.fhir.json_text import NotJson, dumps, loads
from plan.fhir.outcomes import Refusal
from plan.fhir.reads import history, search
from plan.fhir.stamps import clock_ms
from plan.principal import OPERATOR, Principal
from plan.resources import put_as_system
from plan.schema import create_schema
from plan.settings import PlanSettings
from tests.attacks.odd_fhir import TEXTS, WRONG, nearly_right, searches
from tests.attacks.rich import rich_records
from tests.plan.plan_doubles import ALL, load_panel
from tests.support.postgres import start_postgres

TIMES = int(os.environ.get("HEARTHSIDE_FUZZ", "10"))
QUIET = list(HealthCheck)


def often(times: int) -> settings:
    steady = "HEARTHSIDE_FUZZ" not in os.environ
    return settings(
        max_examples=TIMES * times,
        deadline=None,
        database=None,
        derandomize=steady,
        suppress_health_check=QUIET,
    )


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of each kind with one record of every type."""
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('fuzz') / 'plan.db'}"
        else:
            url = stack.enter_context(start_postgres()).make_database()
        engine = make_engine(url)
        stack.callback(engine.dispose)
        create_schema(engine)
        load_panel(engine)
        with write_transaction(engine) as connection:
            for each in rich_records().values():
                put_as_system(connection, each)
        yield engine


def caller(engine: Engine, *, strict: bool = False) -> Caller:
    sees_all = Principal("u", "op", OPERATOR, "op", None, ALL)
    return Caller(
        Server(engine, "http://plan.test/fhir", PlanSettings(), clock_ms), sees_all, clock_ms(), strict
    )


@often(30)
@given(
    data=st.one_of(st.binary(max_size=60), st.text(alphabet='{}[]":,\\u0dn1e+-. tfx\x00\ud800', max_size=60))
)
def test_any_bytes_are_json_or_refused(data: bytes | str) -> None:
    try:
        found = loads(data)
        text = dumps(found)
    except NotJson:
        return
    assert dumps(loads(text)) == text


@often(30)
@given(record=nearly_right())
def test_what_is_nearly_a_record_is_stored_or_refused(filled: Engine, record: dict[str, Any]) -> None:
    try:
        sent = loads(json.dumps(record))
        dumps(sent)
    except NotJson:
        return
    with contextlib.suppress(Refusal), write_transaction(filled) as connection:
        put_as_system(connection, sent)
        connection.rollback()


@often(15)
@given(asked=searches(), strict=st.booleans())
def test_any_search_is_answered_or_refused(
    filled: Engine, asked: tuple[str, list[tuple[str, str]]], strict: bool
) -> None:
    kind, pairs = asked
    who = caller(filled, strict=strict)
    with read_transaction(filled) as connection:
        with contextlib.suppress(Refusal):
            search(connection, who, kind, pairs)
        with contextlib.suppress(Refusal):
            history(connection, who, kind, None, [("_since", pairs[0][1]), ("_count", pairs[-1][1])])
        with contextlib.suppress(Refusal):
            run_get(connection, who, f"{kind}?{urlencode(pairs, errors='replace')}")


def _entry(record: dict[str, Any]) -> dict[str, Any]:
    request = {"method": "POST", "url": record.get("resourceType", "x")}
    return {"fullUrl": "urn:uuid:x", "resource": record, "request": request}


METHODS = st.sampled_from(["GET", "PUT", "POST", "DELETE"])
ODD_ENTRIES = st.fixed_dictionaries(
    {"request": st.fixed_dictionaries({"method": METHODS, "url": TEXTS})},
    optional={"resource": st.one_of(WRONG, nearly_right()), "fullUrl": WRONG},
)


@often(15)
@given(
    entries=st.lists(st.one_of(WRONG, ODD_ENTRIES, nearly_right().map(_entry)), max_size=3),
    way=st.sampled_from(["transaction", "batch"]),
)
def test_any_bundle_is_answered_or_refused(filled: Engine, entries: list[Any], way: str) -> None:
    try:
        bundle = loads(json.dumps({"resourceType": "Bundle", "type": way, "entry": entries}))
        dumps(bundle)
    except NotJson:
        return
    with contextlib.suppress(Refusal):
        run_bundle(caller(filled), bundle, Preferences())
