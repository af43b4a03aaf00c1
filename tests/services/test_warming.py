"""What is run ahead of an unlock: it goes through on every driver, is nobody's, and a fault of it keeps nobody out."""

from __future__ import annotations

import logging

import pytest

from app.services import warming
from app.store.cipher import load_driver
from app.store.statement_cache import shared_statements
from app.sync import lines


def test_all_of_it_goes_through_and_statements_are_ready_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        warming.warm_up()
    assert caplog.records == []
    assert len(shared_statements(load_driver())) >= 20
    assert lines._trust.cache_info().currsize >= 2


def test_what_goes_wrong_is_logged_without_its_text_and_raised_to_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise ValueError("some text")

    monkeypatch.setattr(warming, "compile_ahead", fail)
    warming.warm_up()
    assert [one.getMessage() for one in caplog.records] == ["nothing was compiled ahead: ValueError"]
