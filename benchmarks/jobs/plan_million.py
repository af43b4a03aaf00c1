"""How a plan on PostgreSQL answers with 1,000,000 visits of 5,000 people: the log's first page, one person's timeline.

The backend is a process of its own, asked over HTTP; a time ends when the whole answer is here. The filled database is
kept (`benchmarks.million`), since making it takes minutes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.kept_postgres import SETTINGS
from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.log_plan import CHIEF, MEMBERS
from benchmarks.million import VISITS, kept_plan, passing_plan
from benchmarks.plan_log import FLOOR, GOAL, LOG, Backend, Params, serving
from benchmarks.registry import Setting

A_PAGE = "50"


def run(setting: Setting) -> Measured:
    """Each round asks all of it in turns, with the floor after each; the first round is not counted."""
    visits = setting.size(VISITS, 400)
    opened = passing_plan(visits) if setting.quick else kept_plan(visits)
    with opened as url, serving(url) as backend:
        lines = tuple(
            _line(backend, setting.rounds(15), what, path, params) for what, path, params in _asks(backend)
        )
    about: dict[str, str | int | float] = {
        "visits": visits,
        "people": MEMBERS,
        "shared_buffers": SETTINGS["shared_buffers"],
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    return Measured(lines, about)


def _asks(backend: Backend) -> list[tuple[str, str, Params]]:
    patient = _some_patient(backend)
    newest = {"patient": patient, "_count": A_PAGE}
    return [
        ("visit log, first page", LOG, {}),
        ("visit log, two filters", LOG, {"modality": "video", "setting": "13"}),
        ("one person: her visits, newest first", "/fhir/Encounter", newest | {"_sort": "-date"}),
        (
            "one person: answers of her visits, newest first",
            "/fhir/QuestionnaireResponse",
            newest | {"_sort": "-authored"},
        ),
        ("one person: the log of her visits", LOG, {"patient": patient}),
    ]


def _some_patient(backend: Backend) -> str:
    """Whose visit stands in the middle of the first page."""
    lines = [one["part"] for one in backend.get(CHIEF, {}) if one["name"] == "visit"]
    parts = {part["name"]: part.get("valueReference", {}) for part in lines[len(lines) // 2]}
    return str(parts["patient"]["reference"]).partition("/")[2]


def _line(backend: Backend, rounds: int, what: str, path: str, params: Params) -> Line:
    values, floors = [], []
    for turn in range(rounds + 1):
        value = backend.time(CHIEF, path, params)
        floor = backend.time(CHIEF, f"/fhir/Encounter/{backend.floor_id}")
        if turn:
            values.append(value)
            floors.append(floor)
    return Line(what, "ms", tuple(values), (at_most(GOAL),), Peer(FLOOR, tuple(floors)))
