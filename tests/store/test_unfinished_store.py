"""Typed text that is no answer yet, in the store."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from store_builders import NOON, answer, make_changes, make_draft, make_visit

from app.domain.visit import Answer
from app.errors import NotFound
from app.store import records, tables, unfinished, visits
from app.store.engine import Store

OTHER = "esas-other"


async def count_texts(store: Store) -> int:
    table = tables.table_of(tables.UnfinishedText)
    return await store.read(lambda c: int(c.execute(select(func.count()).select_from(table)).scalar_one()))


async def read_texts(store: Store, visit_id: str = "visit-1") -> object:
    return (await store.read(lambda c: visits.read_draft(c, visit_id))).unfinished


async def test_a_name_waits_beside_the_draft_until_its_answer_takes_it(store: Store) -> None:
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    await store.write(lambda c: visits.begin(c, make_draft("visit-2"), "1"))
    await store.write(lambda c: visits.set_name(c, "visit-1", OTHER, "itch"))
    await store.write(lambda c: visits.set_name(c, "visit-1", OTHER, "itching"))
    assert await read_texts(store) == {OTHER: "itching"}
    assert await read_texts(store, "visit-2") == {}
    await store.write(lambda c: visits.put_answer(c, "visit-1", "esas-pain", answer(1)))
    assert await read_texts(store) == {OTHER: "itching"}
    named = Answer(at=NOON, value=3, name="itching")
    await store.write(lambda c: visits.put_answer(c, "visit-1", OTHER, named))
    assert await read_texts(store) == {}
    await store.write(lambda c: visits.set_name(c, "visit-1", OTHER, "itching at night"))
    draft = await store.read(lambda c: visits.read_draft(c, "visit-1"))
    assert (draft.answers[OTHER].name, draft.answers[OTHER].value) == ("itching at night", 3)
    assert draft.unfinished == {}


async def test_a_number_taken_back_leaves_its_name_and_an_empty_name_leaves_nothing(store: Store) -> None:
    named = Answer(at=NOON, value=3, name="itch")
    await store.write(lambda c: visits.begin(c, make_draft(answers={OTHER: named}), "1"))
    await store.write(lambda c: visits.clear_answer(c, "visit-1", OTHER))
    await store.write(lambda c: visits.clear_answer(c, "visit-1", OTHER))
    assert await read_texts(store) == {OTHER: "itch"}
    assert not await store.write(lambda c: visits.discard(c, "visit-1"))
    await store.write(lambda c: visits.set_name(c, "visit-1", OTHER, ""))
    assert await read_texts(store) == {}
    assert await store.write(lambda c: visits.discard(c, "visit-1"))
    assert await count_texts(store) == 0


async def test_signing_leaves_no_unfinished_text_and_only_drafts_take_one(store: Store) -> None:
    await store.write(lambda c: visits.begin(c, make_draft(), "1"))
    await store.write(lambda c: unfinished.put(c, "visit-1", OTHER, "itch"))
    await store.write(lambda c: records.save_signed(c, make_visit(), make_changes()))
    assert await count_texts(store) == 0
    for visit_id in ("visit-1", "no-such-visit"):
        for text in ("itch", ""):
            with pytest.raises(NotFound):
                await store.write(lambda c, v=visit_id, t=text: visits.set_name(c, v, OTHER, t))
    assert await count_texts(store) == 0
