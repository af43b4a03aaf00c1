"""What a plan decides for its nurses: switches, telephone numbers, thresholds, clocks. Defaults come as content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.content.visit_kinds import OpenSection
from app.domain.death import DeathRules
from app.domain.review import ReviewRules

TELL_SUPERVISOR, TELL_NOBODY = "supervisor", "nobody"


@dataclass(frozen=True, slots=True)
class AidInDying:
    """What follows a request for aid in dying. `tell`: the supervisor gets a private task, or nobody does.

    `words` are the plan's own line for the nurse, None: the app's ("Follow your plan's policy. …").
    """

    tell: str = TELL_SUPERVISOR
    words: str | None = None


@dataclass(frozen=True, slots=True)
class LockTimes:
    """Seconds after which the screen covers itself or asks for the PIN again (ADR 0031)."""

    cover: int = 120
    """Without a tap: the screen covers itself, one tap uncovers it."""
    visit: int = 600
    """Without a tap in an open visit: the PIN."""
    elsewhere: int = 180
    """Without a tap anywhere else: the PIN."""
    background: int = 30
    """Behind another app: the PIN."""
    errand: int = 600
    """Behind a call, map, camera or video visit that the app opened in a visit: the PIN."""


LOCK_LIMITS: Mapping[str, tuple[int, int]] = {
    "cover": (30, 600),
    "visit": (120, 1800),
    "elsewhere": (60, 900),
    "background": (5, 120),
    "errand": (60, 1800),
}
"""The shortest and longest that a plan may choose, by name."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """When a scale that usually stays closed is due: in the first `visits` visits, then every `days` days."""

    visits: int
    days: int


DUE_LIMITS: Mapping[str, tuple[int, int]] = {"visits": (0, 20), "days": (7, 730)}
"""The least and most that a plan may choose, by name."""


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Every value has a default in `app/content/tables/settings.json`; a plan's own settings are laid over it.

    `version` is the plan's own label of its settings, "default" when it has sent none.
    """

    version: str = "default"
    switches: frozenset[str] = frozenset()
    """Switched on: "painad", "hits-safety", …"""
    phones: Mapping[str, str] = field(default_factory=dict)
    """Numbers by purpose: "supervisor", "on-call", "abuse-home", "abuse-facility", "988", "911", …"""
    rules: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    """Thresholds and clocks by rule id and parameter name, laid over those of rules.json."""
    clock_starters: frozenset[str] = frozenset()
    """Kinds of facility whose discharge home starts the 48-hour clock."""
    video_link: str | None = None
    """The plan's own video visit address, opened by the app; never a patient's name in it."""
    state: str | None = None
    """Two letters: which state's reporting table applies."""
    content_keys: Mapping[str, str] = field(default_factory=dict)
    """Public Ed25519 keys (base64) by key id, whose signed content packs this plan trusts."""
    aid_in_dying: AidInDying = AidInDying()
    lock: LockTimes = LockTimes()
    visit_kinds: Mapping[str, tuple[OpenSection, ...]] = field(default_factory=dict)
    """By kind of visit: the sections that stand open, in order, in place of the content's."""
    due_dates: Mapping[str, DueDate] = field(default_factory=dict)
    """By scale, in place of the content's."""
    review: ReviewRules = field(default_factory=ReviewRules)
    """Which signed visits a supervisor reads."""
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By place (`app.domain.phrases`): quick phrases in place of the content's."""
    death: DeathRules = field(default_factory=DeathRules)
    """What nurses may do at a death, whom they call, and when the family is called."""
