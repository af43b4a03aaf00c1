"""What one line of the demo table can say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Line(Enum):
    """Lines of business, in the words that a Coverage carries, with the product's name."""

    ADVANTAGE = ("Medicare Advantage", "Golden Valley Advantage HMO")
    DUAL = ("Dual eligible special needs plan (D-SNP)", "Golden Valley Dual Complete D-SNP")
    MEDI_CAL = ("Medi-Cal managed care", "Golden Valley Medi-Cal")
    EMPLOYER = ("Employer group plan (commercial)", "Golden Valley Employer PPO")
    MARKET = ("Marketplace qualified health plan", "Golden Valley Silver 70")


class Facility(Enum):
    """Where members live or were. Value: name, city, what kind of stay it is."""

    SYCAMORE = ("Sycamore Terrace Assisted Living", "Pasadena", "Assisted living")
    HARBOR = ("Harbor Light Nursing Center", "Long Beach", "Nursing home, long stay")
    LAUREL = ("Laurel Canyon Post-Acute", "Burbank", "Nursing home, short stay")
    MERCY = ("Mercy General Hospital", "Los Angeles", "Hospital stay")


@dataclass(frozen=True)
class Problem:
    """A diagnosis. SNOMED CT and ICD-10-CM as (code, display) where they are beyond doubt, else text alone."""

    text: str
    snomed: tuple[str, str] | None = None
    icd10: tuple[str, str] | None = None


@dataclass(frozen=True)
class Drug:
    """A medicine as ordered. `rxnorm` is its ingredient as (code, name)."""

    text: str
    dosage: str
    rxnorm: tuple[str, str] | None = None


@dataclass(frozen=True)
class Allergy:
    text: str
    criticality: str | None = None
    reaction: str | None = None
    snomed: tuple[str, str] | None = None


NONE_KNOWN = Allergy("No known allergies", snomed=("716186003", "No known allergy"))


@dataclass(frozen=True)
class PastVisit:
    """A visit before the demo began. `scores` are the nine ESAS-r numbers in the scale's order, "-" for one that was
    declined, "?" for one that could not be answered; e.g. "7 6 4 2 5 8 3 4 5".
    """

    days_ago: int
    nurse: str
    scores: str
    note: str
    mode: str = "in-person"
    place: str = "home"
    answered_by: str = "patient"
    minutes: int = 55


@dataclass(frozen=True)
class Discharge:
    """A stay that ended lately: at home since `hours_ago`."""

    facility: Facility
    hours_ago: int
    stayed_days: int
    reason: str


@dataclass(frozen=True)
class Member:
    """One member of the plan."""

    key: str
    given: tuple[str, ...]
    family: str
    born: str
    gender: str
    language: tuple[str, str]
    """BCP 47 code and name."""
    line: Line
    city: str
    street: str
    problems: tuple[Problem, ...]
    drugs: tuple[Drug, ...]
    allergies: tuple[Allergy, ...]
    """Empty: nothing is recorded, which is not the same as `NONE_KNOWN`."""
    nurses: tuple[str, ...]
    team: str = "North"
    interpreter: bool | None = None
    suffix: str | None = None
    race: tuple[str, str] | None = None
    hispanic: bool = False
    lives_in: Facility | None = None
    caregiver: tuple[str, str] | None = None
    """Name and what she or he is to the member."""
    visits: tuple[PastVisit, ...] = ()
    discharge: Discharge | None = None
