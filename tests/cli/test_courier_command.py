"""A damaged store, or one whose PIN nobody knows: the command line brings what was signed to a running plan."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.visit import Visit
from app.errors import StoreDamaged
from app.store.engine import open_store
from hearthside.cli import main
from plan.schema import create_schema
from tests.support.field import FieldPlan, Person
from tests.support.history import versions
from tests.support.processes import clean_environment, hearthside, run_hearthside
from tests.support.sealing_tablet import SealingTablet, add_person, give_keys, make_sealing_tablet
from tests.sync.browser_sign_in import in_the_browser


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FieldPlan]:
    directory = tmp_path_factory.mktemp("plan")
    plan = FieldPlan(directory)
    try:
        create_schema(plan.engine)
        give_keys(plan, directory)
        plan.start()
        yield plan
    finally:
        plan.close()


@pytest.fixture(scope="module")
def ana(plan: FieldPlan) -> Person:
    return add_person(plan, "Ana Ruiz, RN")


@pytest.fixture
def officer(plan: FieldPlan, tmp_path: Path) -> Path:
    """A token of a supervisor of another team, who may see nobody of Ana's."""
    path = tmp_path / "token"
    path.write_text(plan.token(add_person(plan, "Grace Okafor, RN", "supervisor")))
    return path


async def damaged(
    data: Path, plan: FieldPlan, ana: Person, *, admitted: bool = True
) -> tuple[SealingTablet, Visit]:
    """A store with a signed visit that was never sent, closed, its file overwritten."""
    tablet = await make_sealing_tablet(data, ana, plan)
    patient_id = plan.add_patient(*([ana] if admitted else []))
    visit = await tablet.document(patient_id, note="Wants to sit in the garden.", pain=7)
    await tablet.sealer.run()
    await tablet.close()
    size = tablet.path.stat().st_size
    tablet.path.write_bytes(b"\x55" * size)
    for suffix in ("-wal", "-shm"):
        tablet.path.with_name(tablet.path.name + suffix).unlink(missing_ok=True)
    with pytest.raises(StoreDamaged):
        await open_store(tablet.path, tablet.key, store_id=tablet.files.store_id)
    return tablet, visit


def bring(plan: FieldPlan, directory: Path, token: Path, home: Path) -> tuple[int, str]:
    arguments = ["courier", "bring", str(directory), "--plan", plan.url, "--token-file", str(token)]
    return run_hearthside(*arguments, env=clean_environment(home))


async def test_a_damaged_store_loses_no_signed_visit(
    plan: FieldPlan, ana: Person, officer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    tablet, visit = await damaged(data, plan, ana)
    before = sorted(path.name for path in tablet.sealed.directory.iterdir())
    code, said = bring(plan, data, officer, tmp_path)
    assert code == 0, said
    assert "1 brought to the plan." in said
    assert "garden" not in said
    (encounter,) = versions(plan, ana, "Encounter", visit.id)
    assert encounter["participant"][0]["individual"]["reference"] == ana.reference
    medium = tmp_path / "medium"
    shutil.copytree(tablet.sealed.directory, medium)
    again = ["courier", "bring", str(medium), "--plan", plan.url, "--token-file", str(officer)]
    assert await asyncio.to_thread(main, again) == 0
    assert "1 there already." in capsys.readouterr().out
    assert sorted(path.name for path in tablet.sealed.directory.iterdir()) == before
    assert len(versions(plan, ana, "Encounter", visit.id)) == 1


async def test_what_the_plan_does_not_take_is_kept_there_and_let_in_later(
    plan: FieldPlan, ana: Person, officer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run(*arguments: str) -> tuple[int, str]:
        code = await asyncio.to_thread(main, arguments)
        return code, "".join(capsys.readouterr())

    tablet, visit = await damaged(tmp_path / "data", plan, ana, admitted=False)
    place = [
        "courier",
        "bring",
        str(tablet.files.directory),
        "--plan",
        plan.url,
        "--token-file",
        str(officer),
    ]
    code, said = await run(*place)
    assert (code, "1 kept by the plan for somebody to look at." in said) == (1, True), said
    (write_id,) = tablet.copies()
    look, let_in = ["plan", "courier", "--db", plan.db], ["plan", "courier", write_id, "--db", plan.db]
    code, listed = await run(*look)
    assert (code, write_id in listed, ana.username in listed, "garden" in listed) == (0, True, True, False)
    code, said = await run(*let_in)
    assert (code, "held: 403" in said) == (1, True), said
    plan.assign(visit.patient_id, ana)
    code, said = await run(*let_in)
    assert (code, "applied" in said) == (0, True), said
    assert len(versions(plan, ana, "Encounter", visit.id)) == 1
    assert (await run(*let_in))[0] == 1
    assert (await run(*look))[1].strip() == "Nothing waits."


async def test_somebody_without_a_token_signs_in_with_a_browser(
    plan: FieldPlan, ana: Person, tmp_path: Path
) -> None:
    _, visit = await damaged(tmp_path / "data", plan, ana)
    helper = plan.add_person(name="Ben Cole, RN")
    arguments = ["courier", "bring", str(tmp_path / "data"), "--plan", plan.url]
    with hearthside(*arguments, env=clean_environment(tmp_path)) as program:
        address = program.wait_for(re.compile(r"http://\S+/oauth/authorize\S+")).group(0)
        await in_the_browser(address, helper)
        assert program.wait() == 0, program.text
    assert len(versions(plan, ana, "Encounter", visit.id)) == 1


def test_mistakes_are_said_in_one_line(
    plan: FieldPlan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, token = tmp_path / "empty", tmp_path / "none"
    empty.mkdir()
    assert main(["courier", "bring", str(empty), "--plan", plan.url]) == 0
    assert "no sealed visits" in capsys.readouterr().out
    (empty / "00000000-0000-0000-0000-000000000000").write_text(json.dumps({"format": 1}))
    for wrong in ("", "two words"):
        token.write_text(wrong)
        assert main(["courier", "bring", str(empty), "--plan", plan.url, "--token-file", str(token)]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    assert main(["courier", "bring", str(tmp_path / "nowhere"), "--plan", plan.url]) == 1
