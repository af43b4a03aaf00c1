"""Rows that version 1 should never have written: the store opens all the same, and nothing readable is lost."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
import version_one
from sqlalchemy import text
from store_builders import KEY, NOON, STORE_ID

from app.domain.visit import Absent, Answer
from app.store import unfinished, visits
from app.store.cipher import make_engine
from app.store.engine import open_store
from app.store.files import Pointer, StoreFiles
from app.store.migrations import bring_up_to_date
from app.store.odd_answers import ABSENTS

Row = tuple[str, str, object, str | None, str | None, str]
"""Instrument, link id, value, absent, name, time."""
AT, LATER = version_one.AT, "2099-01-01T00:00:00.000000Z"
ITEM = "esas-sob"
GOOD: Row = ("esas-r", ITEM, 3, None, None, AT)


@pytest.fixture
def files(tmp_path: Path) -> StoreFiles:
    files = StoreFiles(tmp_path, STORE_ID)
    files.make_directory()
    version_one.make_version_one(files.database("store-0001.db"), KEY, STORE_ID)
    files.write_pointer(Pointer("store-0001.db", "Ana", "pin"))
    files.finish_making()
    return files


def add(files: StoreFiles, visit_id: str, rows: Iterable[Row]) -> None:
    engine = make_engine(files.database("store-0001.db"), KEY, read_only=False)
    with engine.begin() as connection:
        for instrument, link_id, *rest in rows:
            row = (visit_id, instrument, link_id, *rest)
            connection.exec_driver_sql("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    engine.dispose()


CASES: dict[str, tuple[list[Row], Answer | None, str | None]] = {
    "the same twice": ([GOOD, ("esas-r-2", *GOOD[1:])], Answer(NOON, 3), None),
    "two numbers": ([GOOD, ("esas-r-2", ITEM, 4, None, None, AT)], Answer(NOON, 3), "4"),
    "a number and a reason": (
        [GOOD, ("esas-r-2", ITEM, None, "declined", None, AT)],
        Answer(NOON, 3),
        "declined",
    ),
    "a number and nonsense": ([("a", ITEM, "x", None, None, LATER), GOOD], Answer(NOON, 3), "x"),
    "both": ([("esas-r", ITEM, 3, "declined", None, AT)], Answer(NOON, 3), "declined"),
    "both, one unknown": ([("esas-r", ITEM, 3, "zzz", None, AT)], Answer(NOON, 3), "zzz"),
    "neither": ([("esas-r", ITEM, None, None, None, AT)], None, None),
    "neither but a name": ([("esas-r", ITEM, None, None, "Itch", AT)], None, "Itch"),
    "an unknown reason": ([("esas-r", ITEM, None, "zzz", None, AT)], None, "zzz"),
    "negative": ([("esas-r", ITEM, -1, None, None, AT)], Answer(NOON, -1), None),
    "very large": ([("esas-r", ITEM, 2**62, None, None, AT)], Answer(NOON, 2**62), None),
    "a real one that is whole": ([("esas-r", ITEM, 1e30, None, None, AT)], None, "1e+30"),
    "bytes": ([("esas-r", ITEM, b"\xff7", None, None, AT)], None, "ff37"),
    "everything wrong": (
        [("esas-r", ITEM, 7.5, "zzz", "Itch", AT), ("b", ITEM, "x\n", None, None, AT)],
        None,
        "x\n; Itch: 7.5, zzz",
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_odd_rows_of_a_draft_are_answers_or_words_to_be_finished(files: StoreFiles, case: str) -> None:
    rows, answer, words = CASES[case]
    add(files, "draft", rows)
    store = await open_store(bring_up_to_date(files, KEY), KEY, store_id=STORE_ID)
    draft = await store.read(lambda c: visits.read_draft(c, "draft"))
    assert (draft.answers.get(ITEM), draft.unfinished.get(ITEM)) == (answer, words)
    assert draft.unfinished["esas-other"] == "itching at night"
    assert draft.answers["esas-pain"] == Answer(NOON, 8)
    await store.close()


OF_ANOTHER_KIND = {"a real one that is whole", "bytes", "everything wrong"}
"""Values that a signed visit shows as they are."""


@pytest.mark.parametrize("case", sorted(CASES.keys() - OF_ANOTHER_KIND))
async def test_odd_rows_of_a_signed_visit_are_kept_beside_it(files: StoreFiles, case: str) -> None:
    rows, answer, words = CASES[case]
    add(files, "signed", rows)
    store = await open_store(bring_up_to_date(files, KEY), KEY, store_id=STORE_ID)
    signed = await store.read(lambda c: visits.read_signed(c, "signed"))
    assert signed.answers.get(ITEM) == answer
    assert (await store.read(lambda c: unfinished.read(c, "signed"))).get(ITEM) == words
    await store.close()


@pytest.mark.parametrize(
    ("value", "kept", "words"), [(7.5, Decimal("7.5"), "7.5"), ("about 4", "about 4", "about 4")]
)
async def test_a_value_of_another_kind_is_read_where_signed_and_asked_for_in_a_draft(
    files: StoreFiles, value: object, kept: object, words: str
) -> None:
    add(files, "draft", [("esas-r", ITEM, value, None, None, AT)])
    add(files, "signed", [("esas-r", ITEM, value, None, None, AT)])
    store = await open_store(bring_up_to_date(files, KEY), KEY, store_id=STORE_ID)
    draft = await store.read(lambda c: visits.read_draft(c, "draft"))
    signed = await store.read(lambda c: visits.read_signed(c, "signed"))
    assert (draft.answers.get(ITEM), draft.unfinished[ITEM]) == (None, words)
    assert signed.answers[ITEM].value == kept
    await store.close()


async def test_words_that_wait_already_are_not_written_over(files: StoreFiles) -> None:
    add(files, "draft", [("esas-r-2", "esas-other", 5, None, "Señora's itch", AT)])
    store = await open_store(bring_up_to_date(files, KEY), KEY, store_id=STORE_ID)
    draft = await store.read(lambda c: visits.read_draft(c, "draft"))
    assert draft.answers["esas-other"] == Answer(NOON, 0, name="Señora's itch")
    assert draft.unfinished["esas-other"] == "itching at night; 5"
    count = text("SELECT count(*) FROM answer WHERE visit_id = 'draft'")
    assert await store.read(lambda c: c.execute(count).scalar_one()) == 3
    await store.close()


def test_the_reasons_of_then_are_reasons_now() -> None:
    assert {one.value for one in Absent} >= ABSENTS
