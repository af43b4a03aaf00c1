"""Plain-word help as data: one short text a screen, the steps of the tour, and the person to practise with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

MOST_LINES = 5
"""Sentences of one screen's help: more is not read beside a bed."""
LONGEST_LINE = 160


@dataclass(frozen=True, slots=True)
class HelpPage:
    """What one screen is for, in a few sentences."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TourStep:
    """One card of the tour."""

    id: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class PracticeData:
    """The person to practise with: FHIR resources, and one earlier visit. Times stand in them as `{day-7}`."""

    person: str
    resources: tuple[Mapping[str, Any], ...]
    visit: Mapping[str, Any]


@cache
def load_pages() -> Mapping[str, HelpPage]:
    """By the name of a place (`TodayRoute`)."""
    return {name: HelpPage(one["title"], tuple(one["lines"])) for name, one in _read("screens.json").items()}


@cache
def load_tour() -> tuple[TourStep, ...]:
    return tuple(TourStep(one["id"], one["title"], one["words"]) for one in _read("tour.json")["steps"])


@cache
def load_practice() -> PracticeData:
    found = _read("practice.json")
    return PracticeData(found["person"], tuple(found["resources"]), found["visit"])


def _read(name: str) -> Any:
    return json.loads(files("app.content").joinpath(f"help/{name}").read_text(encoding="utf-8"))
