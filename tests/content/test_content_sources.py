"""docs/clinical/sources.md is made from the data and says what the data says."""

from __future__ import annotations

from pathlib import Path

from app.content import load_table, shipped, table_names
from app.content.audit import marked
from app.content.sources import make_sources

REPORT = Path(__file__).resolve().parents[2] / "docs" / "clinical" / "sources.md"


def test_the_report_is_the_one_that_the_data_makes() -> None:
    """When this fails: `hearthside content sources`."""
    assert REPORT.read_text(encoding="utf-8") == make_sources()


def test_every_instrument_and_every_rule_about_it_is_in_the_report() -> None:
    text = make_sources()
    for one in shipped():
        assert f"(`{one.id}`)" in text
        for fact in one.facts:
            assert " ".join(fact.text.replace("|", "\\|").split()) in text


def test_every_marked_entry_of_every_table_is_in_the_report() -> None:
    text = make_sources()
    for name in table_names():
        for where, one in marked(load_table(name)):
            assert f"`{where or 'all of it'}`" in text, (name, where)
            assert str(one["mark"]) in text


def test_what_is_not_verified_names_who_must_confirm_it() -> None:
    for line in make_sources().splitlines():
        cells = line.split(" | ")
        if line.startswith("| ") and len(cells) == 4 and cells[2] in ("OWN", "UNVERIFIED"):
            assert cells[3] != "- |", line
