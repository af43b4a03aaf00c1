"""What others may not read over a nurse's shoulder: alerts and answers that only the right page says in words."""

from __future__ import annotations

from app.content.rules import load_rules
from app.language import N_

CODE_STATUS = "CODE_STATUS_CONFLICT"
NOT_ON_LISTS = frozenset({CODE_STATUS, "LAST_DAYS", "HOSPICE_REVIEW", "SUICIDE_ITEM"})
"""Rules whose words are for the person's page: anybody may look over a nurse's shoulder at her day."""
HUSHED_FORM = "concern"
"""The form of a worry that somebody may not want to live: nothing of it is named where the family may read."""
PLANS_OWN = frozenset({"DISCHARGE_NURSE_OFF"})
"""Alerts that the plan itself raises, in words that anybody may see."""
ON_THE_PAGE = N_("Open the person's page to see what it is about")
"""What stands on a list instead."""


def is_discreet_rule(rule: str) -> bool:
    """So are those of a rule that this app does not know."""
    known = {one.id for one in load_rules().rules} | PLANS_OWN
    return rule in NOT_ON_LISTS or rule not in known


def is_hushed_rule(rule: str) -> bool:
    """The same where the person herself may look on, but for code status, which stands in the head of her visit."""
    return rule != CODE_STATUS and is_discreet_rule(rule)
