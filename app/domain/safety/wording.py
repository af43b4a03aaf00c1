"""From a rule and one case to the words and the time of what must be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from string import Formatter

from app.content import load_table
from app.content.rules import COMMON, Due, DueKind, Level, Rule, Variant, load_rules
from app.domain.safety.case import Case
from app.domain.safety.model import SafetyContext, Transition
from app.domain.settings import PlanSettings
from app.domain.visit import Setting

FACILITIES = frozenset({Setting.ASSISTED_LIVING, Setting.NURSING_HOME_SHORT, Setting.NURSING_HOME_LONG})
"""Where the facility's own telephone numbers and reporting roads apply."""


class _Words(Formatter):
    """Fills places by name; a place without a word stays empty, so that no wording ever raises."""

    def get_value(self, key: int | str, args: object, kwargs: Mapping[str, object]) -> object:
        return kwargs.get(key, "") if isinstance(key, str) else ""


def fill(text: str, words: Mapping[str, object]) -> str:
    """`text` with its `{places}` filled. Braces inside a word stay as they are."""
    return _Words().vformat(text, (), words)


def numbers_of(case: Case, rule: Rule) -> dict[str, str]:
    """The rule's numbers as they are in force: `due_hours` "24", `due_hours_words` "24 hours"."""
    words: dict[str, str] = {}
    for one in rule.parameters:
        number = case.number(rule.id, one.name)
        words[one.name] = plain(number)
        words[f"{one.name}_words"] = say_time(number) if one.unit == "h" else _count(number, one.unit)
    return words


def say_time(hours: Decimal) -> str:
    """`24 hours`, `48 hours`, `7 days`."""
    if hours > 48 and hours % 24 == 0:
        return _count(hours / 24, "days")
    return _count(hours, "hours")


def _count(number: Decimal, unit: str) -> str:
    return f"{plain(number)} {unit.removesuffix('s') if number == 1 else unit}"


def say_due(case: Case, rule: Rule, due: Due, words: Mapping[str, object]) -> str:
    """Until when, in words; "today" gives way to the hours that a plan has set."""
    hours = case.number(rule.id, due.parameter) if due.parameter is not None else Decimal(0)
    if due.kind is DueKind.SAME_DAY and hours > 0:
        return f"Within {say_time(hours)}"
    return fill(due.words, words)


def plain(number: Decimal) -> str:
    """`24`, `2.5`."""
    return f"{number.normalize():f}"


def due_at(case: Case, rule: Rule, due: Due) -> datetime | None:
    """Until when; None where no clock runs."""
    now = case.context.now
    if due.kind is DueKind.CLOCK:
        home = case.context.facts.transition
        return visit_due(case, home) if home is not None else None
    if due.parameter is not None and (hours := case.hours(rule.id, due.parameter)) > timedelta(0):
        return now + hours
    if due.kind is DueKind.NOW:
        return now
    if due.kind in (DueKind.SAME_DAY, DueKind.VISIT):
        evening = now.replace(hour=23, minute=59, second=0, microsecond=0)
        return max(evening, now + case.hours(COMMON, "least_hours"))
    return None


def visit_due(case: Case, home: Transition) -> datetime:
    """Until when the home visit is due: so many hours that really pass, in the local time that holds at their end."""
    return (home.discharged_at.astimezone(UTC) + case.hours("TRANSITION_48H", "breach_hours")).astimezone()


def is_facility(setting: Setting) -> bool:
    return setting in FACILITIES


def phone_of(rule: Rule, variant: Variant | None, setting: Setting) -> str:
    """The purpose under which the plan keeps the number for this setting."""
    named = variant if variant is not None and variant.phone is not None else rule
    facility = named.phone_facility or named.phone
    return (facility if is_facility(setting) else named.phone) or rule.phone


def phone_on_record(rule: Rule, owner: str, level: Level, setting: Setting) -> str:
    """The same of an alert on record, perhaps another tablet's. What was found out is not in the record as such, but it
    decided who owns the alert and how urgent it is: both are, whatever the wording of the app that raised it.
    """
    usual = [load_rules().usual_pain] if rule.usual else []
    said = (Variant(""), *rule.variants, *usual)
    of_owner = [one for one in said if (one.owner or rule.owner) == owner]
    exact = [one for one in of_owner if (one.level or rule.level) is level]
    return phone_of(rule, next(iter(exact or of_owner), None), setting)


def report_words(case: Case, rule: Rule) -> dict[str, str]:
    """How suspected abuse is reported where the plan works; a state without a table of its own gets the plain line."""
    return {**_report(case.context), "written_by": f"{_written_by(case, rule):%A, %b %-d}"}


def _report(context: SafetyContext) -> dict[str, str]:
    table = load_table("abuse-reporting")
    states = {row["state"]: row for row in table["states"]}
    row = states.get(context.settings.state or "", table["elsewhere"])
    return {
        "report_line": row["facility" if is_facility(context.setting) else "home"],
        "report_form": row["form"],
    }


def _written_by(case: Case, rule: Rule) -> date:
    days = int(min(case.number(rule.id, "written_days"), Decimal(60)))
    return add_working_days(case.context.now, days).date()


@dataclass(frozen=True, slots=True)
class ReportSteps:
    """Not filled yet: a screen looks each line and each word up first."""

    lines: tuple[str, ...]
    words: Mapping[str, str]
    written_by: date


def report_steps(setting: Setting, settings: PlanSettings, now: datetime) -> ReportSteps:
    """What to do when abuse, neglect or exploitation is suspected, for where the person lives."""
    context = SafetyContext(now=now, setting=setting, settings=settings)
    case = Case(context, load_rules())
    rule = case.table.get("ABUSE_NEGLECT")
    return ReportSteps(rule.actions, {**numbers_of(case, rule), **_report(context)}, _written_by(case, rule))


def add_working_days(start: datetime, days: int) -> datetime:
    """So many days on, Saturdays and Sundays not counted. Public holidays are not known here."""
    at = start
    while days > 0:
        at += timedelta(days=1)
        days -= at.weekday() < 5
    return at
