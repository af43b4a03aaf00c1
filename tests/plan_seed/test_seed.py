"""Seeds: everything readable is loaded as it is, everything else is named in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, func, select, true

from plan.app import make_app
from plan.database import read_transaction, write_transaction
from plan.fhir.json_text import loads
from plan.fhir.store import find_current
from plan.fhir.tables import resource
from plan.problems import PlanProblem
from plan.seed import load_seed, read_resources
from plan.signin.tokens import make_token

BASE = "http://127.0.0.1:8600"
CASELOAD = Path(__file__).parents[3] / "shared" / "caseload"
CONDITION = "e0000000-0000-4000-8000-000000000001"
PATIENT = "38cec636-5a02-4e34-b201-dd4946d19823"


def bundle(*entries: dict[str, Any], kind: str = "collection") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": PATIENT, "name": [{"family": "Lockman"}], **more}


def condition(resource_id: str | None = "c1", subject: str = f"Patient/{PATIENT}") -> dict[str, Any]:
    made = {
        "resourceType": "Condition",
        "id": resource_id,
        "subject": {"reference": subject},
        "code": {"text": "COPD"},
    }
    return {name: value for name, value in made.items() if value is not None}


def write(directory: Path, name: str, content: Any) -> None:
    directory.mkdir(exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    (directory / name).write_text(text, encoding="utf-8")


def held(engine: Engine, kind: str, resource_id: str) -> dict[str, Any] | None:
    with read_transaction(engine) as connection:
        row = find_current(connection, kind, resource_id, true())
    return None if row is None else loads(row.body)


def count_versions(engine: Engine) -> int:
    with read_transaction(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(resource)).scalar() or 0)


def test_urn_uuid_references_become_type_and_id_and_ids_stay(engine: Engine, tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    entries = [
        {"fullUrl": f"urn:uuid:{CONDITION}", "resource": condition(None, f"urn:uuid:{PATIENT}")},
        {
            "fullUrl": f"urn:uuid:{PATIENT}",
            "resource": patient(),
            "request": {"method": "POST", "url": "Patient"},
        },
    ]
    write(seed, "a.json", bundle(*entries, kind="transaction"))
    report = load_seed(engine, seed)
    assert (report.files, report.written, report.problems) == (1, 2, [])
    found = held(engine, "Condition", CONDITION)
    assert found is not None
    assert found["subject"]["reference"] == f"Patient/{PATIENT}"


def test_what_is_loaded_is_what_was_written_digit_for_digit(engine: Engine, tmp_path: Path) -> None:
    weight = (
        '{"resourceType": "Observation", "id": "w1", "status": "final", "code": {"text": "Weight"},'
        f' "subject": {{"reference": "Patient/{PATIENT}"}}, "valueQuantity": {{"value": 72.50, "unit": "kg"}},'
        ' "extension": [{"url": "urn:else:where", "valueString": "kept"}]}'
    )
    write(tmp_path / "seed", "p.json", patient())
    write(tmp_path / "seed", "w.json", "\ufeff" + weight)
    assert load_seed(engine, tmp_path / "seed").problems == []
    with read_transaction(engine) as connection:
        row = find_current(connection, "Observation", "w1", true())
    assert row is not None
    assert '"value":72.50' in row.body
    assert "urn:else:where" in row.body


def test_another_way_to_write_a_number_is_a_change(engine: Engine, tmp_path: Path) -> None:
    weight = (
        '{"resourceType": "Observation", "id": "w", "status": "final", "code": {"text": "W"},'
        ' "valueQuantity": {"value": %s}}'
    )
    write(tmp_path / "seed", "w.json", weight % "72.50")
    load_seed(engine, tmp_path / "seed")
    assert load_seed(engine, tmp_path / "seed").unchanged == 1
    write(tmp_path / "seed", "w.json", weight % "72.5")
    assert load_seed(engine, tmp_path / "seed").written == 1


def test_loading_twice_makes_no_new_versions_and_a_change_makes_one(
    engine: Engine, tmp_path: Path, ana: str
) -> None:
    seed = tmp_path / "seed"
    write(seed, "a.json", bundle({"resource": patient()}, {"resource": condition()}))
    first = load_seed(engine, seed, ana)
    assert (first.written, first.unchanged, first.careteams) == (2, 0, 1)
    before = count_versions(engine)
    again = load_seed(engine, seed, ana)
    assert (again.written, again.unchanged, again.careteams) == (0, 2, 0)
    assert count_versions(engine) == before
    write(seed, "a.json", bundle({"resource": patient(active=True)}, {"resource": condition()}))
    assert load_seed(engine, seed, ana).written == 1
    assert count_versions(engine) == before + 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "The file is not JSON: line 1 column 1"),
        ('{"resourceType": "Bundle", ', "The file is not JSON: line 1"),
        ("\x00\x01", "The file is not JSON"),
        ("[]", "The file is JSON, but not a FHIR resource."),
        ('{"name": "x"}', "The file is JSON, but not a FHIR resource."),
        ('{"resourceType": "Bundle", "type": "collection"}', "The file holds no resources."),
        (
            '{"resourceType": "Bundle", "type": "collection", "entry": {}}',
            "The Bundle's entries are not a list.",
        ),
        (
            '{"resourceType": "Bundle", "type": "collection", "entry": [7, {}]}',
            "The file holds no resources.",
        ),
        ("[" * 200_000, "The file is not JSON: nested too deeply"),
        (
            '{"resourceType": "Patient", "x": ' + "1" * 5000 + "}",
            "The file is not JSON: a number is too long",
        ),
    ],
)
def test_an_unreadable_file_is_named_and_the_others_load(
    engine: Engine, tmp_path: Path, content: str, sentence: str
) -> None:
    seed = tmp_path / "seed"
    write(seed, "broken.json", content)
    write(seed, "good.json", bundle({"resource": patient()}))
    write(seed, "README.md", "not a bundle")
    report = load_seed(engine, seed)
    assert [problem.file for problem in report.problems] == ["broken.json"]
    assert report.problems[0].text.startswith(sentence)
    assert (report.files, report.written) == (1, 1)
    assert held(engine, "Patient", PATIENT) is not None


def test_a_refused_resource_is_reported_with_its_reason_and_its_neighbours_load(
    engine: Engine, tmp_path: Path
) -> None:
    bad = {"resourceType": "Observation", "id": "o1", "status": "almost", "code": {"text": "Pain 8 of 10"}}
    unknown = {"resourceType": "Spaceship", "id": "s1"}
    odd_id = {"resourceType": "Organization", "id": "two words", "name": "x"}
    entries = [{"resource": each} for each in (bad, unknown, odd_id, patient(), condition())]
    write(tmp_path / "seed", "a.json", bundle(*entries))
    report = load_seed(engine, tmp_path / "seed")
    assert report.written == 2
    texts = " / ".join(problem.text for problem in report.problems)
    assert len(report.problems) == 3
    assert "Observation/o1 was refused: Observation.status" in texts
    assert "Spaceship/s1 was refused" in texts
    assert "almost" not in texts
    assert "Pain 8" not in texts


def test_what_belongs_to_a_refused_patient_is_left_out_and_said(engine: Engine, tmp_path: Path) -> None:
    write(
        tmp_path / "seed", "a.json", bundle({"resource": patient(gender="nurse")}, {"resource": condition()})
    )
    report = load_seed(engine, tmp_path / "seed")
    assert report.written == 0
    assert report.problems[1].text == "Condition/c1 was left out: the Patient it belongs to was refused."


def test_a_resource_without_any_id_gets_the_same_one_each_time(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path / "seed", "a.json", bundle({"resource": patient()}, {"resource": condition(None)}))
    load_seed(engine, tmp_path / "seed")
    assert load_seed(engine, tmp_path / "seed").unchanged == 2


def test_a_missing_or_empty_directory_and_an_unknown_user_are_one_sentence(
    engine: Engine, tmp_path: Path
) -> None:
    with pytest.raises(PlanProblem, match="There is no directory"):
        load_seed(engine, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PlanProblem, match=r"There are no \.json files"):
        load_seed(engine, tmp_path / "empty")
    write(tmp_path / "seed", "a.json", patient())
    with pytest.raises(PlanProblem, match="There is no user"):
        load_seed(engine, tmp_path / "seed", "nobody")
    assert count_versions(engine) == 0, "said before anything was loaded"


def test_a_patient_with_a_careteam_keeps_it_and_gets_no_second(
    engine: Engine, tmp_path: Path, ana: str
) -> None:
    theirs = {
        "resourceType": "CareTeam",
        "id": "ct1",
        "status": "active",
        "subject": {"reference": f"Patient/{PATIENT}"},
    }
    write(tmp_path / "seed", "a.json", bundle({"resource": patient()}, {"resource": theirs}))
    assert load_seed(engine, tmp_path / "seed", ana).careteams == 0


def test_progress_counts_the_files(engine: Engine, tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / "seed", f"{number}.json", patient())
    told: list[tuple[int, int]] = []
    load_seed(engine, tmp_path / "seed", None, lambda done, whole: told.append((done, whole)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.skipif(
    not CASELOAD.is_dir(), reason="the caseload lies beside the project only where it was made"
)
async def test_the_whole_caseload_loads_and_is_on_the_nurses_panel(engine: Engine, ana: str) -> None:
    report = load_seed(engine, CASELOAD, ana)
    assert report.problems == []
    assert report.files == report.careteams == len(list(CASELOAD.glob("*.json")))
    for path in CASELOAD.glob("*.json"):
        for each in read_resources(path):
            stored = held(engine, each["resourceType"], each["id"])
            assert stored is not None
            assert {**stored, "meta": None} == {**each, "meta": None}
    assert load_seed(engine, CASELOAD, ana).written == 0
    with write_transaction(engine) as connection:
        token = make_token(connection, ana, 5)
    transport = httpx.ASGITransport(make_app(engine, base_url=BASE))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
        answer = await http.get("/fhir/Patient?_count=100", headers={"Authorization": f"Bearer {token}"})
    assert len(answer.json()["entry"]) == report.files
