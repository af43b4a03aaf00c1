"""Who works with whom, what a nurse does in a day, and where her tablet has a network. Pure; the same for a seed.

Times are minutes since midnight of the day, by the clock on the wall. The habits (five to eight visits, a third of an
hour between them, one visit in four by telephone or screen) are assumptions of ours and stand here to be changed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum

TEAM = 10
"""Nurses of one team, who have one supervisor."""
OWN, SHARED = 12, 4
"""People of one nurse alone, and people whom the two nurses of a pair share."""
MOST = 8
"""Visits a day at most; at least three fewer."""
OPENS, CLOSES = 450, 1_200
"""Half past seven to eight in the evening: the hours in which somebody has the app open."""


class Line(StrEnum):
    """What the tablet hears of the world."""

    NONE = "none"
    WEAK = "weak"
    GOOD = "good"
    WIFI = "wifi"


class Gap(StrEnum):
    """Why there is no network."""

    NOWHERE = "none"
    ROAD = "a road"
    BASEMENT = "a basement or thick walls"
    DAY = "a whole day without"


@dataclass(frozen=True)
class Person:
    """One device and who has it. `index` counts over the whole fleet; `people` are indexes of patients."""

    index: int
    role: str
    team: int
    people: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.role}.{self.index}"


@dataclass(frozen=True)
class Stretch:
    """From `begins` until the next stretch begins."""

    begins: float
    line: Line
    gap: Gap = Gap.NOWHERE


@dataclass(frozen=True)
class Planned:
    """One visit. `signs`: minutes from its end to the signature; `pain`: what the person answers first."""

    patient: int
    begins: float
    minutes: float
    modality: str
    setting: str
    pain: int
    signs: float
    talks: bool = False
    """They speak about what matters: a new version of the conversation."""


@dataclass(frozen=True)
class Day:
    visits: tuple[Planned, ...] = ()
    line: tuple[Stretch, ...] = field(default=(Stretch(0, Line.WIFI),))


def make_people(devices: int) -> list[Person]:
    """Nurses in pairs, each pair with people it shares; a supervisor for every team of ten, from three devices on."""
    chiefs = 0 if devices < 3 else max(1, round(devices / (TEAM + 1)))
    nurses = devices - chiefs
    found = []
    for index in range(nurses):
        pair, first = index // 2, index // 2 * (2 * OWN + SHARED)
        shared = tuple(range(first, first + SHARED)) if pair * 2 + 1 < nurses else ()
        own = first + SHARED + index % 2 * OWN
        people = tuple(range(own, own + OWN))
        found.append(Person(index, "nurse", min(index // TEAM, max(chiefs - 1, 0)), people, shared))
    return found + [Person(nurses + chief, "supervisor", chief) for chief in range(chiefs)]


def plan_day(person: Person, day: int, seed: int, most: int = MOST) -> Day:
    """What this person does on this day: up to `most` visits. A supervisor makes none and has a good line all day."""
    if person.role != "nurse":
        return Day()
    chance = random.Random(f"{seed}/{person.index}/{day}")  # noqa: S311 - made-up days
    clash = _clash(person, day, seed)
    whole = chance.random() < 0.06
    visits = _visits(person, chance, clash, most)
    return Day(tuple(visits), tuple(_line(visits, chance, whole=whole or clash is not None)))


def _clash(person: Person, day: int, seed: int) -> int | None:
    """The shared person with whom both nurses of a pair speak about what matters on a day without a network."""
    both = random.Random(f"{seed}/pair/{person.index // 2}/{day}")  # noqa: S311 - made-up days
    return both.choice(person.shared) if person.shared and both.random() < 0.06 else None


def _visits(person: Person, chance: random.Random, clash: int | None, most: int) -> list[Planned]:
    number = chance.randint(max(1, most - 3), most)
    # A pair's two nurses do not drive to the same person on one day, unless they do not know of each other.
    half = person.shared[person.index % 2 :: 2]
    people = chance.sample((*person.people, *half), number)
    if clash is not None:
        people = [clash, *(one for one in people if one != clash)][:number]
    at, found = chance.uniform(480, 525), []
    for turn, patient in enumerate(people):
        modality = chance.choices(("in-person", "telephone", "video"), (75, 18, 7))[0]
        minutes = chance.uniform(30, 60) if modality == "in-person" else chance.uniform(12, 28)
        talks = patient == clash or chance.random() < 0.07
        setting = chance.choices(("home", "assisted-living", "nursing-home-long-stay"), (80, 12, 8))[0]
        pain = chance.choices(range(11), (8, 8, 12, 15, 15, 13, 10, 8, 6, 3, 2))[0]
        # Most sign in the car; some keep the last words for the evening.
        signs = (
            chance.uniform(1, 9)
            if chance.random() < 0.85
            else max(5.0, chance.uniform(1_020, 1_110) - at - minutes)
        )
        found.append(Planned(patient, at, minutes, modality, setting, pain, signs, talks))
        at += minutes + (chance.uniform(10, 38) if modality == "in-person" else chance.uniform(4, 12))
        if turn == number // 2:
            at += chance.uniform(20, 40)  # lunch
    return found


def _line(visits: list[Planned], chance: random.Random, *, whole: bool) -> list[Stretch]:
    """Wi-Fi before and after work; between, what the road and the walls leave."""
    found = [Stretch(0, Line.WIFI)]
    if whole:
        back = chance.uniform(1_065, 1_150)
        return [*found, Stretch(visits[0].begins - 10, Line.NONE, Gap.DAY), Stretch(back, Line.WIFI)]
    for one in visits:
        if one.modality != "in-person":
            found.append(Stretch(one.begins, Line.GOOD))
            continue
        ends = one.begins + one.minutes
        kind = chance.random()
        if kind < 0.22:
            # Under ground or behind thick walls, and often until some way down the road.
            found.append(Stretch(one.begins, Line.NONE, Gap.BASEMENT))
            found.append(Stretch(ends + chance.uniform(0, 14), Line.GOOD))
        elif kind < 0.45:
            found.append(Stretch(one.begins, Line.WEAK))
            found.append(Stretch(ends, Line.GOOD))
        if chance.random() < 0.15:
            begins = ends + chance.uniform(0, 4)
            found.append(Stretch(begins, Line.NONE, Gap.ROAD))
            found.append(Stretch(begins + chance.uniform(4, 40), Line.GOOD))
    found.append(Stretch(visits[-1].begins + visits[-1].minutes + 45, Line.WIFI))
    return _in_order(found)


def _in_order(found: list[Stretch]) -> list[Stretch]:
    """By beginning; where two would overlap the later one counts from when it begins."""
    return sorted(found, key=lambda one: one.begins)
