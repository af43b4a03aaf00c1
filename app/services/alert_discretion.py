"""Alerts whose words are for the person's page only: a list that others may see does not say what they are about."""

from __future__ import annotations

from app.content.rules import load_rules
from app.language import N_

CODE_STATUS = "CODE_STATUS_CONFLICT"
NOT_ON_LISTS = frozenset({CODE_STATUS, "LAST_DAYS", "HOSPICE_REVIEW", "SUICIDE_ITEM"})
"""Rules whose words are for the person's page: anybody may look over a nurse's shoulder at her day."""
PLANS_OWN = frozenset({"DISCHARGE_NURSE_OFF"})
"""Alerts that the plan itself raises, in words that anybody may see."""
ON_THE_PAGE = N_("Open the person's page to see what it is about")
"""What stands on a list instead."""


def is_discreet_rule(rule: str) -> bool:
    """So are those of a rule that this app does not know."""
    known = {one.id for one in load_rules().rules} | PLANS_OWN
    return rule in NOT_ON_LISTS or rule not in known
