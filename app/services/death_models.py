"""What screens show of a death."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.domain.death import DEFAULT_CALLS, Death, DeathDraft, FamilyCall


@dataclass(frozen=True, slots=True)
class DeathPart:
    """Of one person; all empty for somebody who lives. `by_plan`: the plan's own record says so too, or alone."""

    death: Death | None = None
    by_plan: bool = False
    plan_on: date | None = None
    calls: tuple[FamilyCall, ...] = ()
    """To the family, by their day."""

    @property
    def dead(self) -> bool:
        return self.death is not None or self.by_plan

    @property
    def on(self) -> date | None:
        """The day, as the team recorded it, else as the plan has it."""
        return self.death.on if self.death is not None else self.plan_on


@dataclass(frozen=True, slots=True)
class DeathPage:
    """The screen. `begun`: something was tapped before. `people`: who may be named. `may`: where "I did" may stand."""

    patient_id: str
    name: str
    part: DeathPart = field(default_factory=DeathPart)
    draft: DeathDraft = field(default_factory=DeathDraft)
    begun: bool = False
    people: tuple[str, ...] = ()
    may: frozenset[str] = frozenset()
    calls: tuple[str, ...] = DEFAULT_CALLS


@dataclass(frozen=True, slots=True)
class DeathNews:
    """One death for the team. `read`: it was read, and stays only while the plan does not have it."""

    death: Death
    name: str
    read: bool = False


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call to a family that is due. `phone`: of the contact, "" where none is known."""

    call: FamilyCall
    name: str
    phone: str = ""
