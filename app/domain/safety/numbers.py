"""One place to ask for a number of a rule: the plan's where it set one and may, else the shipped one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from app.content.rules import RuleTable, load_rules
from app.domain.settings import PlanSettings

_MOST_HOURS = Decimal(1_000_000)


def rule_number(
    rule: str, name: str, settings: PlanSettings | None = None, table: RuleTable | None = None
) -> Decimal:
    """0 for a number that no rule of this table has and no plan set. A fixed one stays, whatever a plan says."""
    shipped = (table or load_rules()).find_parameter(rule, name)
    planned = settings.rules.get(rule, {}).get(name) if settings is not None else None
    if planned is not None and (shipped is None or not shipped.pinned):
        return planned
    return shipped.number if shipped is not None else Decimal(0)


def rule_hours(
    rule: str, name: str, settings: PlanSettings | None = None, table: RuleTable | None = None
) -> timedelta:
    """The same as a span of time."""
    return timedelta(hours=float(min(rule_number(rule, name, settings, table), _MOST_HOURS)))
