"""What a plan says about deaths, read by the app and checked by the plan: both sides agree on every bound."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.death import DEFAULT_CALL_DAYS, DEFAULT_CALLS, DeathRules, allowed
from app.services.plan_settings import parse_settings
from plan.death_settings import check_death
from plan.problems import PlanProblem

GOOD = {"nurse_pronounces_in": ["CA", "NV"], "calls": ["Doctor", "Night desk"], "call_days": [400, 1]}
BAD: tuple[dict[str, Any], ...] = (
    {"nurse_pronounces_in": ["California"]},
    {"nurse_pronounces_in": True},
    {"calls": ["x" * 61]},
    {"calls": ["\n"]},
    {"calls": [str(number) for number in range(13)]},
    {"call_days": [0]},
    {"call_days": [401]},
    {"call_days": [True]},
    {"call_days": list(range(1, 10))},
    {"nurse_may_do_everything": True},
)


def rules(document: dict[str, Any]) -> DeathRules:
    return parse_settings(json.dumps({"version": "1", "death": document})).death


def test_as_shipped_no_nurse_pronounces_destroys_or_witnesses() -> None:
    shipped = parse_settings(None)
    assert allowed(shipped.death, shipped.switches, "CA") == frozenset()
    assert (shipped.death.calls, shipped.death.call_days) == (DEFAULT_CALLS, DEFAULT_CALL_DAYS)


def test_what_a_plan_says_is_laid_over_it_and_the_plan_takes_it() -> None:
    check_death(GOOD)
    assert rules(GOOD) == DeathRules(frozenset({"CA", "NV"}), ("Doctor", "Night desk"), (1, 400))
    assert allowed(rules(GOOD), frozenset(), "CA") == {"pronounced"}
    assert allowed(rules(GOOD), frozenset(), "OR") == allowed(rules(GOOD), frozenset(), None) == frozenset()


@pytest.mark.parametrize("document", BAD, ids=repr)
def test_what_the_app_leaves_out_the_plan_refuses(document: dict[str, Any]) -> None:
    assert rules(document) == DeathRules()
    with pytest.raises(PlanProblem):
        check_death(document)
