"""One line of the pack, and one person in it, as they travel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """`section`: code-status, allergies, people, medicines, visit or crisis. `label` stands before the text, `detail`
    below it, `at` is a FHIR date or time (when it was recorded or is due), `phone` can be called.
    """

    section: str
    text: str
    label: str = ""
    detail: str = ""
    at: str = ""
    phone: str = ""

    def encode(self) -> dict[str, str]:
        """Short names: there are thousands. What is empty is left out."""
        found = {"s": self.section, "t": self.text, "l": self.label, "d": self.detail}
        found |= {"at": self.at, "p": self.phone}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class PackPerson:
    """`head`: what is needed to choose somebody from a list; `page`: everything else."""

    patient_id: str
    head: dict[str, Any] = field(default_factory=dict)
    page: dict[str, Any] = field(default_factory=dict)
