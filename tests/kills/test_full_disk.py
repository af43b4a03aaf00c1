"""F34 on a disk that is really full: what a nurse is told, what is kept, and what both sides hold afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.errors import DiskFull
from tests.faults.checker import Checker, DeviceFile, Facts, Saved
from tests.kills.backend import FIRST, KEY, Backend
from tests.kills.small_disk import run_on_small_disk

KIB = 3_000
FULL = DiskFull.sentence


@pytest.fixture
async def backend(tmp_path: Path) -> Backend:
    made = Backend(tmp_path, people=2)
    await made.start()
    return made


@pytest.fixture
def closing(backend: Backend) -> Iterator[Backend]:
    yield backend
    backend.close()


async def test_f34_a_full_disk_is_said_and_loses_nothing(closing: Backend, tmp_path: Path) -> None:
    backend, result = closing, tmp_path / "result.db"
    people = [backend.admit(), backend.admit()]
    template = backend.new_tablet(tmp_path / "template").database(FIRST)
    orders = {
        "reference": backend.nurse.reference,
        "name": backend.nurse.name,
        "people": people,
        "template": str(template),
        "result": str(result),
    }
    told: dict[str, dict[str, Any]] = {}
    with run_on_small_disk("tests.kills.full_disk", tmp_path / "small", KIB) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(orders), file=process.stdin, flush=True)
        for line in process.stdout:
            said = json.loads(line)
            told[said.pop("what")] = said
            if "syncing soon" in told and "pass" not in told:
                for pain in range(6):  # more than fits
                    backend.colleague_visits(people[0], pain)
                print("go", file=process.stdin, flush=True)
        assert process.wait(60) == 0
    for name in ("tap", "note", "signing"):
        assert (told[name]["error"], told[name]["sentence"]) == ("DiskFull", FULL), name
    assert told["reading"]["shown"] == told["reading"]["saved"], "a tap that failed is not shown as saved"
    assert told["reading a signed visit"]["error"] == ""
    assert told["signing"]["signed"] is False
    assert told["pass"]["sentence"] in (FULL, ""), told["pass"]
    assert told["received"]["visits"] == []
    assert told["opening"]["error"] in ("", "DiskFull"), told["opening"]
    assert told["room again"]["shown"] == told["reading"]["saved"], "nothing saved before is lost"
    assert (told["end"]["outcome"], told["end"]["whole"]) == ("ok", True)
    saved = [s for visit, made in told["end"]["charted"].items() for s in seen_saved(visit, made)]
    with Checker() as checker:
        device = DeviceFile("ana", result, KEY, backend.nurse.reference)
        claims = {"ana": tuple(told["end"]["claims"])}
        facts = Facts(backend.database, (device,), tuple(saved), claims=claims, whole=False, at_rest=True)
        verdict = checker.check(facts)
    assert verdict.fine, verdict
    assert len(claims["ana"]) == 2


def seen_saved(visit_id: str, made: dict[str, Any]) -> Iterator[Saved]:
    yield from (Saved.answer("ana", visit_id, link, value) for link, value in made["values"].items())
    yield Saved.note("ana", visit_id, made["note"])
    yield Saved.signed("ana", visit_id)
