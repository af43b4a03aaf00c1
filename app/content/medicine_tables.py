"""Opioid factors and medicine classes, as typed data: `tables/mme.json` and `tables/medicine-classes.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from app.content.loading import read_json
from app.content.model import ContentError, Mark

_FOLDER = "tables"


@dataclass(frozen=True, slots=True)
class Factor:
    """One opioid of the CDC 2022 table. Its daily dose in `unit` ("mg", or "mcg/h" for the patch) times `factor` is
    its MME a day. `names`: the words, lower case, by which it is known; `combinations`: those of them that are brands
    with something else in them, too.
    """

    opioid: str
    unit: str
    factor: Decimal
    names: tuple[str, ...]
    rxnorm: frozenset[str]
    combinations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Opioids, or ways of giving them, that are named and never converted; `why` is the sentence to show."""

    names: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class MmeTable:
    """`scope` is the sentence that stands wherever a figure stands. From which amount something is done, rules say."""

    version: str
    factors: tuple[Factor, ...]
    patch: Factor
    """The one factor that counts an hourly rate."""
    patch_words: tuple[str, ...]
    not_converted: tuple[Refusal, ...]
    routes: tuple[Refusal, ...]
    route_codes: frozenset[str]
    """SNOMED CT codes of ways of giving that have no factor."""
    other_fentanyl: str
    scope: str
    reasons: Mapping[str, str]
    """Why a medicine is not counted, by reason, as sentences."""


@dataclass(frozen=True, slots=True)
class MedicineClass:
    """Medicines that a rule asks for together. `alone`: a medicine with an opioid in it is none of them."""

    id: str
    name: str
    names: tuple[str, ...]
    alone: bool


def _read(name: str) -> Any:
    return read_json(name, (files("app.content") / _FOLDER / name).read_text(encoding="utf-8"))


def _names(raw: Mapping[str, Any]) -> tuple[str, ...]:
    names = (*raw["words"], *raw.get("brands", ()), *raw.get("combinations", ()))
    if any(name != name.casefold() for name in names):
        raise ContentError("names of medicines are lower case")
    return tuple(names)


def read_mme(raw: Mapping[str, Any]) -> MmeTable:
    """Raises ContentError when a part is missing, a factor is no positive number or a mark is unknown."""
    try:
        Mark(raw["mark"])
        factors = tuple(
            Factor(
                f["opioid"],
                f["unit"],
                Decimal(f["factor"]),
                _names(f),
                frozenset(f["rxnorm"]),
                frozenset(f["combinations"]),
            )
            for f in raw["factors"]
        )
        if any(not f.factor > 0 or f.unit not in ("mg", "mcg/h") for f in factors):
            raise ContentError("a factor is a positive number for mg or mcg/h")
        return MmeTable(
            version=raw["version"],
            factors=factors,
            patch=next(f for f in factors if f.opioid == raw["patch"]["opioid"]),
            patch_words=tuple(raw["patch"]["words"]),
            not_converted=tuple(Refusal(_names(r), r["why"]) for r in raw["not_converted"]),
            routes=tuple(Refusal(tuple(r["words"]), r["why"]) for r in raw["no_factor_routes"]),
            route_codes=frozenset(raw["route_codes"]["codes"]),
            other_fentanyl=raw["other_fentanyl"]["why"],
            scope=raw["scope"]["text"],
            reasons=dict(raw["reasons"]["sentences"]),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError, StopIteration) as error:
        raise ContentError(f"content file mme.json: {type(error).__name__} {error}") from error


@cache
def mme_table() -> MmeTable:
    """The CDC 2022 table, read once."""
    return read_mme(_read("mme.json"))


@cache
def medicine_classes() -> Mapping[str, MedicineClass]:
    """By id: "benzodiazepine", "laxative", "naloxone", "anticoagulant". Raises ContentError."""
    try:
        found = [
            MedicineClass(one["id"], one["name"], _names(one), one["alone"])
            for one in _read("medicine-classes.json")["classes"]
        ]
    except (KeyError, TypeError) as error:
        raise ContentError(f"content file medicine-classes.json: {type(error).__name__} {error}") from error
    return {one.id: one for one in found}
