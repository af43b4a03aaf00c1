"""`search_10k`: Caseload.search over 10,000 people in an encrypted store, as somebody types into the search field.

The names are drawn from lists of family and given names of many languages, so that words share beginnings as they do
in a county. The floor is the same statement, ready made, on a bare connection to the same file.
"""

from __future__ import annotations

import asyncio
import random
from datetime import date
from pathlib import Path
from time import perf_counter_ns
from uuid import UUID

from sqlalchemy import Connection

from app.domain.patient import PatientRow
from app.services.caseload import Caseload
from app.services.clock import SystemClock
from app.store import patients
from app.store.cipher import RawConnection, open_raw
from app.store.engine import create_store
from app.store.slots import make_key
from benchmarks.full_device import recorded, time_call
from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.registry import Setting

PEOPLE = 10_000
FAMILY = (
    "Abebe", "Begay", "Castañeda", "Colón", "Delgado", "Dvořák", "Espinoza", "Fernández", "Garcia", "García",
    "Gutiérrez", "Hernández", "Hoang", "Iñiguez", "Johnson", "Kowalski", "Kristjánsdóttir", "Le", "López", "Martínez",
    "McAllister", "Müller", "Nguyễn", "Núñez", "O'Brien", "Okafor", "Ólafsson", "Peña", "Phạm", "Quiñones", "Ramírez",
    "Ríos", "Rodríguez", "Ruiz", "Saint-Pierre", "Sánchez", "Smith", "Tanaka", "Trần", "Vásquez", "Võ", "Williams",
    "Xiong", "Yáñez", "Zúñiga",
)  # fmt: skip
GIVEN = (
    "Ana", "André", "Beatriz", "Björn", "Carmen", "Chloé", "Dolores", "Elena", "Fatima", "Giáp", "Héctor", "Inés",
    "Ingrid", "Jesús", "Jordan", "José", "Kateřina", "Lucía", "Luz", "María", "Margaret", "Nadia", "Óscar", "Phương",
    "Rosa", "Sofía", "Teresa", "Thảo", "Ursula", "Víctor", "Wanda", "Ximena", "Yolanda", "Zoë",
)  # fmt: skip
TYPED = (
    ("one word without its accents", "hernandez"),
    ("the beginning of a word", "guti"),
    ("one letter", "m"),
    ("given and family name", "maria rod"),
    ("with accents", "núñ"),
    ("a name that nobody has", "zzyzx"),
)


def run(setting: Setting) -> Measured:
    return asyncio.run(measure(setting.place, setting.size(PEOPLE, 200), setting.rounds(100, 3)))


async def measure(place: Path, people: int, rounds: int) -> Measured:
    """The first three of each are not counted."""
    key, path = make_key(), place / "people.db"
    store = await create_store(path, key, store_id="0" * 32)
    bare = open_raw(path, key, read_only=True)
    try:
        await store.write(lambda connection: _fill(connection, people))
        caseload = Caseload(store, "Practitioner/bench", "Bench", SystemClock())
        lines = [await _measure_one(caseload, bare, what, text, rounds) for what, text in TYPED]
    finally:
        bare.close()
        await store.close()
    return Measured(tuple(lines), {"people": people})


async def _measure_one(caseload: Caseload, bare: RawConnection, what: str, text: str, rounds: int) -> Line:
    with recorded() as statements:
        found = await caseload.search(text)
    ours: list[float] = []
    floors: list[float] = []
    for _ in range(rounds + 3):
        began = perf_counter_ns()
        await caseload.search(text)
        ours.append((perf_counter_ns() - began) / 1e6)
        floors.append(time_call(lambda: [bare.execute(sql, values).fetchall() for sql, values in statements]))
    floor = Peer("the bare statement", tuple(floors[3:]))
    return Line(f"{what}: {len(found)} found", "ms", tuple(ours[3:]), (at_most(5.0),), floor)


def _fill(connection: Connection, people: int) -> None:
    chance = random.Random(7)  # noqa: S311 - made-up names, the same each time
    for number in range(people):
        family = " ".join(chance.sample(FAMILY, 2 if chance.random() < 0.4 else 1))
        given = " ".join(chance.sample(GIVEN, 2 if chance.random() < 0.5 else 1))
        row = PatientRow(
            id=str(UUID(int=chance.getrandbits(128), version=4)),
            display_name=f"{given} {family}",
            sort_name=f"{family}, {given}",
            birth_on=date(1930 + number % 60, 1 + number % 12, 1 + number % 28),
            gender="female" if number % 2 else "male",
            language="en",
            city="Fresno",
            deceased=False,
        )
        patients.upsert(connection, row)
