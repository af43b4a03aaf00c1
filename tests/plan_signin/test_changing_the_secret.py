"""The secret that signs forms is changed while people sign in; and it can come from outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from plan.database import write_transaction
from plan.problems import PlanProblem
from plan.secret_sources import find_secret
from plan.settings import PlanSettings
from plan.signin.secret import VARIABLE, load_secrets, rotate_secret
from tests.plan_signin.signin_doubles import PASSWORD, Browser, Clock


def change(engine: Engine, clock: Clock) -> None:
    with write_transaction(engine) as connection:
        rotate_secret(connection, clock.now, PlanSettings())


async def test_a_page_that_was_open_when_the_secret_changed_still_counts(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    page = await browser.open()
    change(engine, clock)
    assert (await browser.submit(page, "ana.ruiz", PASSWORD)).status_code == 303


async def test_after_two_changes_or_an_hour_the_old_secret_signs_nothing(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    page = await browser.open()
    before = load_secrets(engine, clock.now).newest
    change(engine, clock)
    assert load_secrets(engine, clock.now).all[1] == before
    assert load_secrets(engine, clock.now + 3_600_000).all == (load_secrets(engine, clock.now).newest,)
    change(engine, clock)
    assert before not in load_secrets(engine, clock.now).all
    assert (await browser.submit(page, "ana.ruiz", PASSWORD)).status_code == 400


async def test_failed_tries_still_count_after_the_secret_changed(
    browser: Browser, engine: Engine, clock: Clock
) -> None:
    page = await browser.open()
    for _ in range(5):
        assert (await browser.submit(page, "ana.ruiz", "a-wrong-password")).status_code == 403
    change(engine, clock)
    assert (await browser.submit(page, "ana.ruiz", "a-wrong-password")).status_code == 429


async def test_a_secret_from_outside_takes_its_place_and_is_in_no_table(
    browser: Browser, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old, new = "an-old-secret-of-more-than-32-characters", "a-new-secret-of-more-than-32-characters"
    monkeypatch.setenv(VARIABLE, old)
    page = await browser.open()
    monkeypatch.setenv(VARIABLE, f"{new}\n{old}\n")
    assert (await browser.submit(page, "ana.ruiz", PASSWORD)).status_code == 303
    monkeypatch.setenv(VARIABLE, new)
    assert (await browser.submit(page, "ana.ruiz", PASSWORD)).status_code == 400
    with pytest.raises(PlanProblem, match="new line above"):
        change(engine, clock)
    for file in tmp_path.glob("plan.db*"):
        assert new.encode() not in file.read_bytes()


def test_a_secret_that_is_too_short_is_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(PlanProblem, match="at least 32"):
        load_secrets(engine)


def test_a_secret_is_read_from_the_file_that_a_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text(" of the file \n")
    monkeypatch.setenv("HEARTHSIDE_TEST_FILE", str(file))
    assert find_secret("HEARTHSIDE_TEST") == "of the file"
    assert find_secret("HEARTHSIDE_OTHER") is None
    monkeypatch.setenv("HEARTHSIDE_TEST", "of the variable")
    with pytest.raises(PlanProblem, match="not both"):
        find_secret("HEARTHSIDE_TEST")


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe", b"x" * 70_000, None])
def test_a_secrets_file_that_is_none_is_a_sentence_without_what_is_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("HEARTHSIDE_TEST_FILE", str(file))
    with pytest.raises(PlanProblem) as problem:
        find_secret("HEARTHSIDE_TEST")
    assert "xxx" not in str(problem.value)


def test_a_secrets_file_that_everybody_may_write_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_text("anybody could have written this")
    file.chmod(0o666)
    monkeypatch.setenv("HEARTHSIDE_TEST_FILE", str(file))
    with pytest.raises(PlanProblem, match="written by everybody"):
        find_secret("HEARTHSIDE_TEST")
