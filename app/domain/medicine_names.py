"""What a medicine's name says: opioid or not, of which class, how strong. The words are content, never code."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.content.medicine_tables import Factor, MedicineClass, medicine_classes, mme_table
from app.domain.patient import fold

_STRENGTH = re.compile(
    r"(?<![\d.,/\-])(?P<value>\d[\d,]*(?:\.\d+)?|\.\d+)\s*(?P<unit>mg|mcg|ug|µg|μg|micrograms?|milligrams?|g|grams?)\b"
    r"(?:\s*(?:/|per|an?)\s*(?P<per>\d+(?:\.\d+)?)?\s*(?P<of>ml|millilit(?:er|re)s?|l|h|hr|hrs|hours?|actuat)\b)?"
)
_TO_MG = {"mg": Decimal(1), "g": Decimal(1000), "mcg": Decimal("0.001")}
_SOLID = re.compile(r"(?<![a-z])(tablets?|tabs?|capsules?|caps?|caplets?|film|lozenges?|troches?)(?![a-z])")
_INGREDIENT = re.compile(r"\s/\s|/(?=\s*[a-z])|\s\+\s|\sand\s|\swith\s")
_HYPHENED = re.compile(r"(?<=[a-z])-(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Strength:
    """Milligrams in one `of`: "unit" (a tablet), "ml" or "h" (a patch's hourly rate)."""

    mg: Decimal
    of: str


@dataclass(frozen=True, slots=True)
class Opioid:
    """An opioid found in a name: with its factor, or with the sentence why it is never converted."""

    name: str
    factor: Factor | None
    why: str
    strength: Strength | None
    combined: bool
    """The medicine holds something else too, so that bare milligrams of a dose may not be the opioid's."""
    solid: bool
    """Its name says tablet, capsule or the like."""


_BARE_NUMBER = re.compile(r"(?<! no)(?<! number)[ -]\d$")
_NOT_AN_AMOUNT = r"(?!\s*(?:x|times|g|gm|grams?|mg|daily|a day|per day)(?![a-z])|\s*/)"


def _expression(word: str) -> str:
    """A name that ends in a number ("tylenol 3") is not the beginning of an amount ("tylenol 325", "tylenol 3 x")."""
    if not word[-1].isdigit():
        return re.escape(word)
    return re.escape(word) + r"(?!\d|[.,]\d)" + (_NOT_AN_AMOUNT if _BARE_NUMBER.search(word) else "")


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<![a-z])(?:" + "|".join(map(_expression, ordered)) + r")(?![a-z])")


def find_word(name: str, words: tuple[str, ...]) -> re.Match[str] | None:
    """Where one of these words stands in a folded name as a whole word: "apomorphine" holds no "morphine"."""
    return _pattern(words).search(name)


def _unit(text: str) -> str:
    if text.startswith(("mc", "micro", "u", "µ", "μ")):
        return "mcg"
    return "g" if text in ("g", "gram", "grams") else "mg"


def _number(text: str) -> Decimal:
    """American figures: a comma parts thousands."""
    return Decimal(text.replace(",", ""))


def _strength(match: re.Match[str]) -> Strength | None:
    of = (match["of"] or "unit").rstrip("s")
    per = Decimal(match["per"]) if match["per"] else Decimal(1)
    mg = _number(match["value"]) * _TO_MG[_unit(match["unit"])]
    if per <= 0 or mg <= 0 or of == "actuat":
        return None
    if of in ("l", "milliliter", "millilitre", "ml"):
        return Strength(mg / per / (1000 if of == "l" else 1), "ml")
    return Strength(mg / per, "unit" if of == "unit" else "h")


def find_strength(name: str, after: int = 0) -> Strength | None:
    """The first strength behind a place in a folded name; else the only one that the name has."""
    # Not believed: a number behind "-" or "/", as in "oxycodone-acetaminophen 5-325 mg": it may be the other's.
    found = list(_STRENGTH.finditer(name))
    masked = _STRENGTH.sub(lambda match: "0" * len(match[0]), name)
    behind = [match for match in found if match.start() >= after]
    # "acetaminophen / oxycodone 10 mg" and "oxycodone / acetaminophen 325 mg": only the opioid's own part counts.
    part_end = next((m.start() for m in _INGREDIENT.finditer(masked, after)), len(name))
    own = [match for match in behind if match.start() < part_end]
    if own:
        return _strength(own[0])
    return _strength(found[0]) if len(found) == 1 and part_end == len(name) else None


def find_opioid(names: Iterable[str], rxnorm: Collection[str] = ()) -> Opioid | None:
    """The opioid that any of these names, or an RxNorm ingredient code, speaks of; None for any other medicine."""
    folded = [fold(name) for name in names if name.strip()]
    table = mme_table()
    for name in folded:
        for refusal in table.not_converted:
            match = find_word(name, refusal.names)
            if match is not None:
                return _opioid(name, match, None, refusal.why)
        for factor in table.factors:
            match = find_word(name, factor.names)
            if match is not None:
                return _convertible(name, match, factor)
    for factor in table.factors:
        if factor.rxnorm & frozenset(rxnorm):
            patch = factor is table.patch
            label = factor.opioid.split(" ")[0]
            why = table.other_fentanyl if patch else ""
            return Opioid(label, None if patch else factor, why, None, combined=False, solid=False)
    return None


def _convertible(name: str, match: re.Match[str], factor: Factor) -> Opioid:
    table = mme_table()
    for route in table.routes:
        if find_word(name, route.names) is not None:
            return _opioid(name, match, None, route.why)
    found = _opioid(name, match, factor, "")
    if factor is not table.patch:
        return found
    hourly = found.strength is not None and found.strength.of == "h"
    brand = match[0] != factor.opioid.split(" ")[0]
    if hourly or brand or find_word(name, table.patch_words) is not None:
        return found
    return _opioid(name, match, None, table.other_fentanyl)


def _opioid(name: str, match: re.Match[str], factor: Factor | None, why: str) -> Opioid:
    # Beside a brand of two ingredients ("Percocet 325 mg") a strength may be the other one's.
    mixed = factor is not None and match[0] in factor.combinations
    return Opioid(
        name=factor.opioid.split(" ")[0] if factor is not None else match[0],
        factor=factor,
        why=why,
        strength=None if mixed else find_strength(name, match.end()),
        combined=mixed or _is_combined(name),
        solid=_SOLID.search(name) is not None,
    )


def _is_combined(name: str) -> bool:
    plain = _STRENGTH.sub("0", name.split("[")[0])
    return _INGREDIENT.search(plain) is not None or _HYPHENED.search(plain) is not None


def is_of(medicine_class: MedicineClass, names: Iterable[str]) -> bool:
    """Whether one of the names belongs to a class of medicines."""
    for name in map(fold, names):
        if find_word(name, medicine_class.names) is None:
            continue
        if not medicine_class.alone or find_opioid([name]) is None:
            return True
    return False


def classes_of(names: Iterable[str]) -> frozenset[str]:
    """Ids of the classes that a medicine belongs to."""
    named = tuple(names)
    return frozenset(one.id for one in medicine_classes().values() if is_of(one, named))
