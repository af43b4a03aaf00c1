"""A member of the plan as the nurse sees her: a row in a list, and the face sheet."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.dosing import Instruction


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One line in a list of people. `display_name` is ready to show; `birth_on` may be unknown."""

    id: str
    display_name: str
    sort_name: str
    birth_on: date | None
    gender: str | None
    language: str | None
    """Language name as recorded; None means not recorded, which is not English."""
    city: str | None
    deceased: bool = False
    unmatched: bool = False
    """Made by a nurse at the door; the plan has not said yet which member she is."""

    @property
    def listed_name(self) -> str:
        """For a list in the order of family names: "Quiñones, Ernesto Jr."."""
        return list_name(self.display_name, self.sort_name)


class ProblemKind(StrEnum):
    """How the plan filed a problem, in the order in which a list shows them. It says nothing of how grave it is."""

    LISTED = "listed"
    """On the problem list."""
    AT_VISIT = "at-visit"
    """A visit's diagnosis, or filed in no way that we know."""
    FINDING = "finding"
    """By its own name a finding or a history ("History of …", "At risk for …"), not a disorder."""


@dataclass(frozen=True, slots=True)
class Problem:
    text: str
    onset_on: date | None
    kind: ProblemKind = ProblemKind.LISTED


@dataclass(frozen=True, slots=True)
class Medicine:
    """One active order on the plan's list."""

    text: str
    dosage: str | None
    authored_on: date | None
    reference: str | None = None
    """`MedicationRequest/id`, None when the record has no id."""
    names: tuple[str, ...] = ()
    """Everything it is called in the order: text and the displays of its codes."""
    rxnorm: frozenset[str] = frozenset()
    dosing: tuple[Instruction, ...] = ()
    """The order's numbers, a line each; () where it has none."""
    prescriber: str | None = None
    """Who ordered it, as the order names them."""


@dataclass(frozen=True, slots=True)
class Allergy:
    text: str
    criticality: str | None
    """"low", "high" or "unable-to-assess" as the plan recorded it, else None."""


@dataclass(frozen=True, slots=True)
class FaceSheet:
    """What the plan knows of one member, decoded from pulled records."""

    patient: PatientRow
    member_number: str | None
    phone: str | None
    address: str | None
    line_of_business: str | None
    interpreter_needed: bool | None
    problems: tuple[Problem, ...]
    medicines: tuple[Medicine, ...]
    allergies: tuple[Allergy, ...] | None
    """None: nothing recorded. An empty tuple: "no known allergies" is recorded."""
    read_at: datetime | None
    """When this was last confirmed by the plan (server time), None before the first pull."""
    social: tuple[Problem, ...] = ()
    """Living situation as recorded (work, schooling, isolation, safety): kept apart from the diagnoses."""


def age_on(birth_on: date, on: date) -> int:
    """Whole years of age on a day; never below 0."""
    years = on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))
    return max(0, years)


def list_name(display_name: str, sort_name: str) -> str:
    """The name as it is sorted, with what only the shown one has at its end: father and son are told apart by it."""
    family, _, given = sort_name.partition(", ")
    plain = f"{given} {family}".strip()
    return sort_name + display_name.removeprefix(plain) if display_name.startswith(plain) else sort_name


def fold(text: str) -> str:
    """Text as searched: lower case, accents taken off, inner spaces single. `Colón  Ríos` → `colon rios`."""
    if text.isascii():  # most names of people and medicines: nothing to take apart
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(ch for ch in decomposed if not unicodedata.combining(ch))
    return " ".join(plain.split())
