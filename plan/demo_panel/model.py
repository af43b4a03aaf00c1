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
    """Where members live or were. Value: name, city, what kind of stay it is, CMS place of service."""

    SYCAMORE = (
        "Sycamore Terrace Assisted Living",
        "Pasadena",
        "Assisted living",
        ("13", "Assisted Living Facility"),
    )
    HARBOR = (
        "Harbor Light Nursing Center",
        "Long Beach",
        "Nursing home, long stay",
        ("32", "Nursing Facility"),
    )
    LAUREL = (
        "Laurel Canyon Post-Acute",
        "Burbank",
        "Nursing home, short stay",
        ("31", "Skilled Nursing Facility"),
    )
    MERCY = ("Mercy General Hospital", "Los Angeles", "Hospital stay", ("21", "Inpatient Hospital"))


@dataclass(frozen=True)
class Problem:
    """A diagnosis. SNOMED CT and ICD-10-CM as (code, display) where they are beyond doubt, else text alone."""

    text: str
    snomed: tuple[str, str] | None = None
    icd10: tuple[str, str] | None = None


@dataclass(frozen=True)
class Dose:
    """An order in numbers. `amount` and `unit` ("mg", "tablet") each time, or `rate` in mcg an hour of a patch."""

    every: int
    """Hours from one dose, or one patch, to the next."""
    amount: str | None = None
    unit: str = "mg"
    rate: str | None = None
    needed_for: str | None = None
    """What it is taken for when it is needed; None for a regular one."""
    most: str | None = None
    """The most in 24 hours, in `unit`, where the order says so."""


@dataclass(frozen=True)
class Drug:
    """A medicine as ordered. `rxnorm` is its ingredient as (code, name)."""

    text: str
    dosage: str
    rxnorm: tuple[str, str] | None = None
    dose: Dose | None = None


@dataclass(frozen=True)
class Allergy:
    text: str
    criticality: str | None = None
    reaction: str | None = None
    snomed: tuple[str, str] | None = None


NONE_KNOWN = Allergy("No known allergies", snomed=("716186003", "No known allergy"))


@dataclass(frozen=True)
class Discharge:
    """A stay that ended lately: at home since `hours_ago`."""

    facility: Facility
    hours_ago: int
    stayed_days: int
    reason: str


@dataclass(frozen=True)
class Polst:
    """A POLST that the plan has on file. LOINC answers of its CPR and treatment sections as (code, words)."""

    cpr: tuple[str, str]
    treatment: tuple[str, str] | None
    signed_days_ago: int
    kept: str


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
    agent: bool = False
    """The caregiver is the legal agent, as the plan has it on file."""
    discharge: Discharge | None = None
    admitted: tuple[int, str] | None = None
    """In hospital now: since so many hours, and why."""
    polst: Polst | None = None
    hospice_days: int | None = None
    """Enrolled in hospice since so many days."""
    care_manager: str | None = None
    """User name of the care manager who works with her."""
