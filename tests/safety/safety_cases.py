"""Short ways to say what was answered, now and before, and what the rules make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.domain.safety import (
    EarlierAlert,
    Facts,
    Finding,
    Quiet,
    SafetyContext,
    evaluate,
)
from app.domain.settings import PlanSettings
from app.domain.visit import Absent, Again, Answer, Modality, Setting, Value

NOW = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
"""A Thursday."""
DAYS = {"not-at-all": "LA6568-5", "several": "LA6569-3", "more-than-half": "LA6570-1", "nearly": "LA6571-9"}
PHQ = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
GAD = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")
HITS = ("95618-5", "95617-7", "95616-9", "95615-1")
_SCORED = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
_OFTEN = ("", "LA6270-8", "LA10066-1", "LA10082-8", "LA16644-9", "LA6482-9")


def said(value: Value | Absent, *again: Value, at: datetime = NOW) -> Answer:
    """An answer, with later measurements half an hour apart."""
    later = tuple(Again(at=at + timedelta(minutes=30 * (n + 1)), value=v) for n, v in enumerate(again))
    if isinstance(value, Absent):
        return Answer(at=at, absent=value, again=later)
    return Answer(at=at, value=value, again=later)


def phq(*scores: int) -> dict[str, Value]:
    """The first items of the PHQ-9 in order."""
    return {f"/{code}": _SCORED[score] for code, score in zip(PHQ, scores, strict=False)}


def item_9(score: int) -> dict[str, Value]:
    return {"/44260-8": _SCORED[score]}


def gad(*scores: int) -> dict[str, Value]:
    return {f"/{code}": _SCORED[score] for code, score in zip(GAD, scores, strict=False)}


def hits(*scores: int) -> dict[str, Value]:
    return {code: _OFTEN[score] for code, score in zip(HITS, scores, strict=False)}


@dataclass(frozen=True)
class Told:
    """One situation. `before` are earlier contacts, newest first: (hours ago, answers)."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[tuple[float, Mapping[str, Value]], ...] = ()
    facts: Facts = field(default_factory=Facts)
    quiet: tuple[Quiet, ...] = ()
    alerts: tuple[EarlierAlert, ...] = ()
    modality: Modality = Modality.IN_PERSON
    setting: Setting = Setting.HOME
    rules: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    state: str | None = None
    now: datetime = NOW

    def context(self) -> SafetyContext:
        previous: dict[str, tuple[Answer, ...]] = {}
        for hours, answers in self.before:
            for link, value in answers.items():
                one = said(value, at=NOW - timedelta(hours=hours))
                previous[link] = (*previous.get(link, ()), one)
        rules = {rule: {n: Decimal(v) for n, v in own.items()} for rule, own in self.rules.items()}
        return SafetyContext(
            now=self.now,
            modality=self.modality,
            setting=self.setting,
            answers={k: v if isinstance(v, Answer) else said(v) for k, v in self.answers.items()},
            previous=previous,
            facts=self.facts,
            quiet=self.quiet,
            alerts=self.alerts,
            settings=PlanSettings(rules=rules, state=self.state),
        )

    def findings(self) -> tuple[Finding, ...]:
        return evaluate(self.context())

    def find(self, rule: str) -> Finding | None:
        """What this rule found, also where another rule about the same subject won."""
        return next((one for one in self.findings() if one.rule == rule), None)

    def heard(self, rule: str) -> bool:
        """Whether the rule fired at all: it won, or gave way to a higher one, and is not quieted."""
        return any((one.rule == rule or rule in one.also) and not one.quieted for one in self.findings())
