"""Numbers that are facts and not choices: no plan can raise them, nor switch their rule off with them."""

from __future__ import annotations

import pytest
from safety_cases import Told, hits, item_9

from app.content.rules import load_rules

PINNED = {
    ("SUICIDE_ITEM", "item_at"): Told(item_9(1)),
    ("ABUSE_NEGLECT", "sum_at"): Told(hits(1, 4, 3, 3)),
    ("ABUSE_NEGLECT", "hurt_above"): Told(hits(2, 1, 1, 1)),
    ("ABUSE_NEGLECT", "written_days"): Told({"private-abuse": "yes"}),
}


@pytest.mark.parametrize("name", PINNED, ids=".".join)
@pytest.mark.parametrize("value", [0, 2, 4, 12, 1_000_000])
def test_a_plan_cannot_change_what_is_a_fact(name: tuple[str, str], value: int) -> None:
    rule, number = name
    plain = PINNED[name]
    planned = Told(plain.answers, rules={rule: {number: value}})
    assert plain.findings()
    assert planned.findings() == plain.findings()


def test_the_table_says_which_numbers_they_are() -> None:
    pinned = {(rule.id, one.name) for rule in load_rules().rules for one in rule.parameters if one.pinned}
    assert pinned == set(PINNED)
    assert not any(one.pinned for one in load_rules().common)


def test_the_page_about_the_rules_says_which_numbers_are_fixed() -> None:
    from app.content.rules_page import write_page

    lines = write_page(load_rules()).splitlines()
    fixed = [line for line in lines if line.startswith("| `") and "fixed" in line]
    assert len(fixed) == len(PINNED)
