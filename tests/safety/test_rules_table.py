"""The table of rules: what ships is whole, what is broken is refused, and the page about it is up to date."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.content import ContentError, load_table
from app.content.rules import AS_USUAL, SILENT, Level, Variant, load_rules, parse_rules
from app.content.rules_page import write_page
from app.domain.items import find_place
from app.domain.safety.wording import phone_of, phone_on_record
from app.domain.visit import Setting
from app.sync.fhir.task import ROLES
from app.views.wording import alerts as said

PAGE = Path(__file__).resolve().parents[2] / "docs" / "clinical" / "safety-rules.md"
TWENTY_TWO = {
    "SUICIDE_ITEM", "ABUSE_NEGLECT", "SEVERE_SYMPTOM", "NEW_SEVERE_DYSPNEA", "PAIN_NONVERBAL", "PAIN_UNCONTROLLED",
    "RISING", "DELIRIUM", "OPIOID_NO_BOWEL", "NO_BM_3D", "MME_50", "DEPRESSION", "DEPRESSION_SEVERE", "ANXIETY",
    "CAREGIVER_CRISIS", "TRANSITION_48H", "FALL_INJURY", "FALL_RISK", "SOCIAL_NEED", "CODE_STATUS_CONFLICT",
    "HOSPICE_REVIEW", "LAST_DAYS",
}  # fmt: skip


def test_the_22_rules_and_the_three_of_our_own_are_there_with_source_mark_and_who_confirms() -> None:
    table = load_rules()
    assert {rule.id for rule in table.rules} == TWENTY_TWO | {
        "NONVERBAL_DISTRESS",
        "AID_IN_DYING",
        "MEDICINE_COUNT",
    }
    for rule in table.rules:
        assert rule.source
        assert rule.confirm in ("medical director", "counsel")
        assert rule.owner in ROLES
        assert rule.owner in said.OWNER
    assert {level.value for level in Level} == set(said.LEVEL)


@pytest.mark.parametrize("setting", [Setting.HOME, Setting.NURSING_HOME_LONG])
def test_owner_and_urgency_on_record_tell_whom_to_phone_as_the_visit_did(setting: Setting) -> None:
    table = load_rules()
    for rule in table.rules:
        places = {rule.last_days, rule.comfort_only, rule.hospice} - {AS_USUAL, SILENT}
        there = [one for one in (rule.find_variant(place) for place in places) if one is not None]
        for said_so in [Variant(""), *rule.variants, *([table.usual_pain] if rule.usual else [])]:
            level = said_so.level or rule.level
            lower = [min(level, one.level or rule.level, key=lambda each: each.urgency) for one in there]
            for shown in (level, *lower):
                found = phone_on_record(rule, said_so.owner or rule.owner, shown, setting)
                assert found == phone_of(rule, said_so, setting), (rule.id, said_so.id, shown)


def test_every_item_that_a_rule_reads_is_in_the_content() -> None:
    missing = [link for links in load_rules().inputs.values() for link in links if find_place(link) is None]
    assert missing == []


def test_only_the_five_symptoms_are_for_today() -> None:
    assert set(load_rules().inputs["esas_today"]) == {
        "esas-pain",
        "esas-sob",
        "esas-nausea",
        "esas-anx",
        "esas-depr",
    }


def broken(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    raw: dict[str, Any] = copy.deepcopy(load_table("rules"))
    change(raw)
    return raw


@pytest.mark.parametrize(
    ("says", "change"),
    [
        ("stands twice", lambda raw: raw["rules"].append(raw["rules"][0])),
        ("no variant", lambda raw: raw["rules"][0].update(last_days="nowhere")),
        (
            "no parameter",
            lambda raw: raw["rules"][0].update(due={"kind": "hours", "words": "x", "parameter": "y"}),
        ),
        ("hours need", lambda raw: raw["rules"][0].update(due={"kind": "hours", "words": "x"})),
        ("is no number", lambda raw: raw["common"][0].update(value="two")),
        ("below zero", lambda raw: raw["common"][0].update(value="-1")),
        ("no source", lambda raw: raw["common"][0].update(source="")),
        ("a title", lambda raw: raw["rules"][0].update(actions=[])),
        ("open bracket", lambda raw: raw["rules"][0].update(finding="{value")),
        ("empty place", lambda raw: raw["rules"][0].update(finding="{0}")),
        ("names no item", lambda raw: raw["inputs"].update(esas=[])),
        ("not known here", lambda raw: raw["rules"][0].update(colour="red")),
        ("none of", lambda raw: raw["rules"][0].update(level="loud")),
        (
            "a variant stands twice",
            lambda raw: raw["rules"][0]["variants"].append(raw["rules"][0]["variants"][0]),
        ),
        ("a parameter stands twice", lambda raw: raw["common"].append(raw["common"][0])),
    ],
)
def test_a_broken_table_is_refused_with_what_is_wrong(
    says: str, change: Callable[[dict[str, Any]], object]
) -> None:
    with pytest.raises(ContentError, match=says):
        parse_rules(broken(change))


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ContentError, match="an object"):
        parse_rules([])


def test_the_page_about_the_rules_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_page(load_rules())
