"""Settings a plan sent: laid over the defaults, and never a reason to be without a working set."""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.visit_kinds import OpenSection, load_kinds
from app.domain.settings import DUE_LIMITS, AidInDying, DueDate, PlanSettings
from app.services.plan_settings import META_KEY, default_settings, parse_settings, read_settings
from app.store import meta
from app.store.engine import Store
from plan import visit_kind_settings
from plan.clinical_settings import check_settings
from plan.problems import PlanProblem

DEFAULTS = PlanSettings(
    phones={"988": "988", "911": "911"},
    clock_starters=frozenset({"skilled-nursing", "long-term-nursing", "assisted-living", "hospital"}),
)
FULL = {
    "version": "2026-11",
    "switches": {"painad": True, "hits-safety": True},
    "phones": {"supervisor": "213-555-0100", "988": "988", "abuse-home": "1-877-555-0111 x2"},
    "rules": {"SEVERE_SYMPTOM": {"severe": 6, "hours": 12.5}},
    "clock_starters": ["hospital"],
    "video_link": "https://video.example/visit",
    "state": "CA",
}


def sent(**parts: Any) -> PlanSettings:
    return parse_settings(json.dumps(parts))


def library(text: str) -> str:
    data = base64.b64encode(text.encode()).decode()
    attachment = {"contentType": "application/json", "data": data}
    return json.dumps({"resourceType": "Library", "id": "hearthside-settings", "content": [attachment]})


def test_a_plan_that_sent_nothing_gets_the_defaults() -> None:
    assert default_settings() == DEFAULTS
    assert parse_settings(None) == DEFAULTS
    assert sent() == DEFAULTS


def test_what_a_plan_sends_is_laid_over_the_defaults() -> None:
    assert sent(**FULL) == PlanSettings(
        version="2026-11",
        switches=frozenset({"painad", "hits-safety"}),
        phones={"988": "988", "911": "911", "supervisor": "213-555-0100", "abuse-home": "1-877-555-0111 x2"},
        rules={"SEVERE_SYMPTOM": {"severe": Decimal(6), "hours": Decimal("12.5")}},
        clock_starters=frozenset({"hospital"}),
        video_link="https://video.example/visit",
        state="CA",
    )


async def test_they_are_read_from_where_a_pull_keeps_them(store: Store) -> None:
    assert await store.read(read_settings) == DEFAULTS
    await store.write(lambda connection: meta.put(connection, META_KEY, json.dumps(FULL)))
    assert (await store.read(read_settings)).version == "2026-11"


def test_a_library_kept_whole_is_understood_too() -> None:
    assert parse_settings(library(json.dumps(FULL))) == sent(**FULL)
    assert parse_settings(library("not json")) == DEFAULTS
    assert (
        parse_settings(json.dumps({"resourceType": "Library", "content": ["x", {"data": "%"}]})) == DEFAULTS
    )
    assert parse_settings(json.dumps({"resourceType": "Library"})) == DEFAULTS


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", "[" * 100_000])
def test_what_is_no_settings_at_all_leaves_the_defaults(text: str) -> None:
    assert parse_settings(text) == DEFAULTS


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("version", ""),
        ("version", 3),
        ("switches", ["painad"]),
        ("switches", {"painad": "yes"}),
        ("switches", {"no-such-switch": True}),
        ("phones", "213-555-0100"),
        ("phones", {"supervisor": 2135550100}),
        ("phones", {"supervisor": "call Maria"}),
        ("phones", {"on call!": "213-555-0100"}),
        ("phones", {"988": None, "911": None}),
        ("rules", {"SEVERE_SYMPTOM": 7}),
        ("rules", {"SEVERE_SYMPTOM": {"severe": "7"}}),
        ("rules", {"SEVERE_SYMPTOM": {"severe": True}}),
        ("rules", {"SEVERE_SYMPTOM": {"severe": -1}}),
        ("rules", {"SEVERE_SYMPTOM": {"severe": float("inf")}}),
        ("rules", {"not a rule": {"severe": 7}}),
        ("clock_starters", ["hospital", "spa"]),
        ("clock_starters", "hospital"),
        ("clock_starters", [["hospital"]]),
        ("video_link", "http://video.example"),
        ("video_link", "https://video.example/a b"),
        ("state", "California"),
        ("state", ["CA"]),
        ("something-new", {"a": 1}),
    ],
)
def test_one_damaged_part_keeps_its_default_and_the_rest_applies(part: str, value: Any) -> None:
    found = sent(**{"version": "9", "state": "NV"} | {part: value})
    expected = replace(DEFAULTS, version="9", state="NV")
    if part in ("version", "state"):
        expected = replace(expected, **{part: getattr(DEFAULTS, part)})
    assert found == expected


def test_one_damaged_entry_leaves_its_neighbours() -> None:
    found = sent(
        phones={"supervisor": "213-555-0100", "on-call": "nobody"},
        rules={"RISING": {"points": 4}, "MME_50": {"mme": "many"}},
        switches={"painad": True, "hits-safety": 1},
    )
    assert found.phones == {**DEFAULTS.phones, "supervisor": "213-555-0100"}
    assert found.rules == {"RISING": {"points": Decimal(4)}}
    assert found.switches == {"painad"}


@pytest.mark.parametrize(
    ("rule", "name"),
    [("SUICIDE_ITEM", "item_at"), ("ABUSE_NEGLECT", "sum_at"), ("ABUSE_NEGLECT", "written_days")],
)
def test_a_number_that_is_a_fact_is_left_out_of_what_a_plan_sent(rule: str, name: str) -> None:
    found = sent(rules={rule: {name: 9, "due_hours": 4}, "RISING": {"at": 5}})
    assert found.rules == {rule: {"due_hours": Decimal(4)}, "RISING": {"at": Decimal(5)}}


def test_a_plan_says_what_follows_a_request_for_aid_in_dying() -> None:
    assert DEFAULTS.aid_in_dying == AidInDying("supervisor", None)
    assert sent(aid_in_dying={"tell": "nobody"}).aid_in_dying == AidInDying("nobody", None)
    told = sent(aid_in_dying={"words": " Page 12 of the handbook. "}).aid_in_dying
    assert told == AidInDying("supervisor", "Page 12 of the handbook.")


@pytest.mark.parametrize(
    "value",
    [
        "nobody",
        {"tell": "everybody"},
        {"tell": None},
        {"words": ""},
        {"words": "x" * 501},
        {"words": "a\x00"},
        {"who": 1},
    ],
)
def test_damaged_words_about_aid_in_dying_leave_the_supervisor_told(value: Any) -> None:
    assert sent(version="9", aid_in_dying=value).aid_in_dying == AidInDying()


def test_a_plan_can_change_988_but_not_take_it_away() -> None:
    assert sent(phones={"988": "1-800-273-8255"}).phones["988"] == "1-800-273-8255"
    assert sent(phones={"988": None}).phones["988"] == "988"


def test_what_is_left_out_is_logged_without_what_was_in_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="app.services.plan_settings"):
        sent(
            phones={"supervisor": "Secret-Name", "2135550199": "Secret-Name"},
            video_link="javascript:secret",
            rules={"RISING": {"points": "secret"}},
            extra={"a": "secret"},
        )
        parse_settings("secret{")
    said = caplog.text
    assert "phones cannot be used (supervisor)" in said
    assert "video_link" in said
    assert "extra" in said
    assert "secret" not in said.lower()
    assert "2135550199" not in said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(list(FULL)), JSON))
def test_nothing_a_plan_sends_makes_it_fail_or_takes_911_away(parts: dict[str, Any]) -> None:
    found = sent(**parts)
    assert {"988", "911"} <= found.phones.keys()
    assert found.clock_starters <= DEFAULTS.clock_starters


def test_every_switch_in_the_content_can_be_switched() -> None:
    known = json.loads(files("app.content").joinpath("tables/settings.json").read_text("utf-8"))["switches"]
    root = files("app.content")
    used = set()
    for folder in ("scales", "forms"):
        for file in root.joinpath(folder).iterdir():
            if file.name.endswith(".json"):
                used |= _switches(json.loads(file.read_text("utf-8")))
    assert used <= known.keys()


def _switches(value: Any) -> set[str]:
    if isinstance(value, list):
        return {name for item in value for name in _switches(item)}
    if isinstance(value, dict):
        own = {value["switch"]} if isinstance(value.get("switch"), str) else set()
        return own | {name for item in value.values() for name in _switches(item)}
    return set()


KINDS = {
    "not-seen": [{"section": "not-seen"}, {"section": "safety"}],
    "routine": [{"section": "body", "forms": ["body-bowels"]}],
}
DUE = {"phq-9": {"visits": 3, "days": 60}, "steadi": {"days": 30}}


def test_a_plan_says_what_stands_open_and_when_scales_are_due() -> None:
    found = sent(visit_kinds=KINDS, due_dates=DUE)
    assert found.visit_kinds == {
        "not-seen": (OpenSection("not-seen"), OpenSection("safety")),
        "routine": (OpenSection("body", ("body-bowels",)),),
    }
    assert found.due_dates == {"phq-9": DueDate(3, 60), "steadi": DueDate(3, 30)}


@pytest.mark.parametrize(
    "kinds",
    [
        {"moon": [{"section": "body"}]},
        {"routine": []},
        {"routine": [{"section": "attic"}]},
        {"routine": [{"section": "body"}, {"section": "body"}]},
        {"routine": [{"section": "body", "forms": ["phq-9"]}]},
        {"routine": [{"section": "body", "locked": True}]},
        {"routine": "body"},
    ],
)
def test_a_kind_with_something_unknown_keeps_what_the_content_says(kinds: Any) -> None:
    assert sent(visit_kinds={**kinds, "first": [{"section": "people"}]}).visit_kinds == {
        "first": (OpenSection("people"),)
    }


@pytest.mark.parametrize(
    "date",
    [{"days": 6}, {"days": 731}, {"visits": 21}, {"visits": -1}, {"days": True}, {"weeks": 4}, 90, None],
)
def test_a_due_date_beyond_its_bounds_keeps_what_the_content_says(date: Any) -> None:
    found = sent(due_dates={"phq-9": date, "no-scale": {"days": 30}, "ecog": {"visits": 0}}).due_dates
    assert found == {"ecog": DueDate(0, 90)}


def test_the_plan_names_the_same_kinds_scales_and_bounds_as_the_app() -> None:
    content = load_kinds()
    assert tuple(one.id for one in content.kinds) == visit_kind_settings.KINDS
    assert set(visit_kind_settings.DUE_SCALES) == {one.form for one in content.scheduled}
    assert dict(DUE_LIMITS) == visit_kind_settings.DUE_NUMBERS
    check_settings({"version": "1", "visit_kinds": KINDS, "due_dates": DUE})


@pytest.mark.parametrize(
    "document",
    [
        {"visit_kinds": []},
        {"visit_kinds": {"moon": [{"section": "body"}]}},
        {"visit_kinds": {"routine": []}},
        {"visit_kinds": {"routine": ["body"]}},
        {"visit_kinds": {"routine": [{"section": "body", "forms": "body-bowels"}]}},
        {"visit_kinds": {"routine": [{"section": "body", "forms": ["Body"]}]}},
        {"visit_kinds": {"routine": [{"section": "body"}, {"section": "body"}]}},
        {"due_dates": 90},
        {"due_dates": {"akps": {"days": 30}}},
        {"due_dates": {"phq-9": 30}},
        {"due_dates": {"phq-9": {"weeks": 4}}},
        {"due_dates": {"phq-9": {"days": 6}}},
    ],
)
def test_the_plan_refuses_what_devices_would_leave_out(document: dict[str, Any]) -> None:
    with pytest.raises(PlanProblem):
        check_settings({"version": "1", **document})
