"""`hearthside plan settings`: what is in force, and files that would put something damaged in force."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from app.content.rules import load_rules
from app.services.plan_settings import default_settings, parse_settings
from plan.app import make_app
from plan.clinical_settings import CLOCK_STARTERS, FIXED, make_library, put_settings
from plan.database import write_transaction
from plan.fhir.validate import validate
from plan.signin.tokens import make_token
from tests.plan_seed.plan_commands import Here
from tests.support.r4 import r4_errors

DOCUMENT = Path(__file__).parents[2] / "docs" / "plan-settings.md"


def example() -> dict[str, Any]:
    """The settings shown in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.partition("```json\n")[2].partition("```")[0])
    return found


def write(settings: Any) -> str:
    path = Path("settings.json")
    path.write_text(settings if isinstance(settings, str) else json.dumps(settings), encoding="utf-8")
    return str(path)


def test_what_was_set_is_shown_and_setting_it_again_makes_no_version(here: Here) -> None:
    assert "in force" in here.succeed("settings", "set", write(example()))
    assert json.loads(here.succeed("settings", "show")) == example()
    assert "already" in here.succeed("settings", "set", write(example()))
    smaller = {"version": "2027-01", "state": "NV"}
    here.succeed("settings", "set", write(smaller))
    assert json.loads(here.succeed("settings", "show")) == smaller, "replaced as a whole"


def test_a_plan_that_set_nothing_says_so(here: Here) -> None:
    here.succeed("users", "add", "record.system", "--role", "operator")
    assert "defaults are in force" in here.succeed("settings", "show")
    assert "no database" in here.fail("settings", "show", "--db", "sqlite:///absent.db")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('{"version": "1", "rules": {"A": {"b": NaN}}}', "not JSON"),
        ({}, "need a version"),
        ({"version": ""}, "version is a label"),
        ({"version": "1", "switchs": {}}, 'no part "switchs"'),
        ({"version": "1", "switches": {"painad": "on"}}, "switches.painad is true or false"),
        ({"version": "1", "switches": ["painad"]}, "switches is an object"),
        ({"version": "1", "phones": {"on call": "1"}}, "phones: a name has letters"),
        ({"version": "1", "phones": {"supervisor": "ask Wilhelmina"}}, "phones.supervisor is a text such as"),
        ({"version": "1", "phones": {"911": None}}, "phones.911 is a text such as"),
        ({"version": "1", "rules": {"RISING": {"points": "3"}}}, "rules.RISING.points is a number"),
        ({"version": "1", "rules": {"RISING": {"points": True}}}, "rules.RISING.points is a number"),
        ({"version": "1", "rules": {"RISING": 3}}, "rules.RISING is an object"),
        ({"version": "1", "clock_starters": ["spa"]}, "clock_starters is a list of: skilled-nursing"),
        ({"version": "1", "video_link": "http://x"}, "video_link is an https address"),
        ({"version": "1", "state": "Calif"}, "state is two capital letters"),
        (
            {"version": "1", "rules": {"SUICIDE_ITEM": {"item_at": 2}}},
            "rules.SUICIDE_ITEM.item_at is fixed at 1: no plan can change it",
        ),
        (
            {"version": "1", "rules": {"ABUSE_NEGLECT": {"sum_at": 12}}},
            "rules.ABUSE_NEGLECT.sum_at is fixed at 11",
        ),
        ({"version": "1", "aid_in_dying": "nobody"}, "aid_in_dying is an object"),
        (
            {"version": "1", "aid_in_dying": {"tell": "family"}},
            'aid_in_dying.tell is "supervisor" or "nobody"',
        ),
        ({"version": "1", "aid_in_dying": {"words": ""}}, "aid_in_dying.words is a text of at most 500"),
        ({"version": "1", "aid_in_dying": {"who": "x"}}, 'aid_in_dying has no part "who"'),
        ({"version": "1", "content_keys": {"ABC": "x"}}, "content_keys: a name is 16 hex digits"),
        (
            {"version": "1", "content_keys": {"0123456789abcdef": "short"}},
            "content_keys.0123456789abcdef is a public",
        ),
        (
            {"version": "1", "content_keys": {"0123456789abcdef": "A" * 43 + "="}},
            "is not the id of the key beside",
        ),
    ],
)
def test_a_damaged_file_is_named_and_changes_nothing(here: Here, settings: Any, said: str) -> None:
    here.succeed("settings", "set", write({"version": "kept"}))
    sentence = here.fail("settings", "set", write(settings))
    assert said in sentence
    assert "Wilhelmina" not in sentence
    assert json.loads(here.succeed("settings", "show")) == {"version": "kept"}


def test_a_file_that_is_missing_or_too_large_is_refused(here: Here) -> None:
    assert "cannot be read" in here.fail("settings", "set", "absent.json")
    assert "at most 100 kB" in here.fail("settings", "set", write({"version": "1", "state": "x" * 200_000}))


def test_the_app_takes_every_part_that_the_plan_takes() -> None:
    library = make_library(example())
    attachment = base64.b64decode(library["content"][0]["data"]).decode()
    read = parse_settings(attachment)
    assert read == parse_settings(json.dumps(library))
    assert (read.version, read.state, read.video_link) == ("2026-11", "CA", "https://video.example/visit")
    assert read.switches == {"hits-safety"}
    assert read.phones == default_settings().phones | example()["phones"]
    assert read.rules["SEVERE_SYMPTOM"] == {"at": 7, "due_hours": 24}
    assert read.aid_in_dying.tell == "supervisor"
    assert read.content_keys == example()["content_keys"]
    assert default_settings().clock_starters == set(CLOCK_STARTERS)


def test_the_numbers_that_the_plan_refuses_are_those_that_the_app_leaves_out() -> None:
    fixed = {
        (rule.id, one.name): one.number
        for rule in load_rules().rules
        for one in rule.parameters
        if one.pinned
    }
    assert fixed == FIXED


def test_the_example_names_rules_and_numbers_that_exist() -> None:
    for rule, numbers in example()["rules"].items():
        assert {one.name for one in load_rules().get(rule).parameters} >= numbers.keys()


def test_setting_a_fixed_number_to_what_it_is_does_no_harm(here: Here) -> None:
    here.succeed("settings", "set", write({"version": "1", "rules": {"SUICIDE_ITEM": {"item_at": 1}}}))


def test_the_library_is_true_r4() -> None:
    library = make_library(example())
    validate(library)
    assert r4_errors(library) == []


async def test_everybody_signed_in_reads_it_and_only_an_operator_writes_it(engine: Engine, ana: str) -> None:
    with write_transaction(engine) as connection:
        put_settings(connection, example())
        token = make_token(connection, ana, 5)
    transport = httpx.ASGITransport(make_app(engine, base_url="http://127.0.0.1:8600"))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8600/fhir", headers=headers
    ) as http:
        library = (await http.get("/Library/hearthside-settings")).json()
        assert library["version"] == "2026-11"
        assert (await http.put("/Library/hearthside-settings", json=library)).status_code == 403
        assert (await http.delete("/Library/hearthside-settings")).status_code == 403
