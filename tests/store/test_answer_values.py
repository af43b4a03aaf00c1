"""Every kind of value comes back as it was, to the last digit, by its own text."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from store_builders import KEY, NOON, STORE_ID, make_draft

from app.domain.visit import Absent, Again, Answer, Entry, Value, Visit
from app.store import visits
from app.store.answer_rows import answer_values, to_answer
from app.store.engine import Store, create_store, open_store
from app.store.values import decode_again, decode_value, encode_again, encode_value
from tests.support import content_strategies
from tests.support.visit_strategies import visits as any_visit

decimals = st.decimals(allow_nan=False, allow_infinity=False)
any_text = st.text(st.characters(exclude_characters="\x00"))
any_value: st.SearchStrategy[Value] = (
    st.integers() | decimals | any_text | st.lists(any_text).map(lambda codes: tuple(codes))
)
IN_ONE_STORE = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def same(one: Value | None, other: Value | None) -> bool:
    """Equal, of one type, and a decimal with the same digits: 1.50 is not 1.5."""
    return type(one) is type(other) and one == other and str(one) == str(other)


@given(any_value)
def test_a_value_comes_back_from_its_text(value: Value) -> None:
    assert same(decode_value(encode_value(value)), value)


@pytest.mark.parametrize("value", [1.5, True, None, Decimal("NaN"), Decimal("Infinity"), (1,), ["a"]])
def test_a_value_of_no_kind_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode_value(value)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("text", ["1.5", "true", "null", "{}", '{"x":1}', "", "seven"])
def test_text_that_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"value|JSON|Expecting"):
        decode_value(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (Decimal("1.50"), '{"d":"1.50"}'),
        ("yes", '"yes"'),
        (("a", "b"), '["a","b"]'),
        ((), "[]"),
        ("1.50", '"1.50"'),
    ],
)
def test_the_text_says_the_type(value: Value, text: str) -> None:
    assert encode_value(value) == text


def test_later_measurements_come_back_in_order() -> None:
    again = (
        Again(NOON, value=Decimal("37.0"), done="paracetamol 1 g"),
        Again(NOON + timedelta(minutes=20), absent=Absent.SLEEPY),
    )
    assert decode_again(encode_again(again)) == again
    assert (encode_again(()), decode_again("")) == ("", ())


@IN_ONE_STORE
@given(st.data())
async def test_any_valid_answers_and_entries_of_any_instrument_come_back_from_the_store(
    store: Store, data: st.DataObject
) -> None:
    instrument = data.draw(content_strategies.instruments)
    answers = data.draw(content_strategies.answers_to(instrument))
    entries = data.draw(content_strategies.entries_of(instrument))
    visit_id = str(uuid.uuid4())

    def tap(c: Connection) -> None:
        visits.begin(c, make_draft(visit_id), "1")
        for link_id, answer in answers.items():
            visits.put_answer(c, visit_id, link_id, answer)
        for group, entry in ((group, entry) for group, held in entries.items() for entry in held):
            visits.add_entry(c, visit_id, group, Entry(entry.id))
            for link_id, answer in entry.answers.items():
                visits.put_answer(c, visit_id, link_id, answer, entry.id)

    await store.write(tap)
    draft = await store.read(lambda c: visits.read_draft(c, visit_id))
    assert draft.entries == entries
    assert draft.answers == answers
    assert all(same(draft.answers[key].value, answer.value) for key, answer in answers.items())


@IN_ONE_STORE
@given(any_visit())
async def test_any_pulled_visit_comes_back_whole(store: Store, visit: Visit) -> None:
    await store.write(lambda c: visits.save_pulled(c, visit, arriving=False, content_version="1"))
    kept = await store.read(lambda c: visits.read_signed(c, visit.id))
    assert kept == visit
    for link_id, answer in visit.answers.items():
        assert same(kept.answers[link_id].value, answer.value)


def test_a_row_needs_no_content_to_be_read() -> None:
    class Row:
        def __init__(self, **values: object) -> None:
            self.__dict__.update(values)

    answer = Answer(at=NOON, value=("a", "b"), name=None)
    values = answer_values("v", "no-such-item", answer)
    assert values["instrument"] == ""
    assert to_answer(Row(**values)) == answer


async def test_a_draft_with_everything_in_it_survives_closing(tmp_path: Path) -> None:
    path = tmp_path / "store-0001.db"
    store = await create_store(path, KEY, store_id=STORE_ID)
    answers = {
        "temperature": Answer(at=NOON, value=Decimal("36.60")),
        "esas-pain": Answer(at=NOON, value=8, again=(Again(NOON, value=4, done="morphine 5 mg"),)),
        "who": Answer(at=NOON, value=("daughter", "aide")),
    }
    entries = {
        "people": (
            Entry("one", {"name": Answer(at=NOON, value="Rosa")}, "RelatedPerson/1"),
            Entry("two", {}),
        ),
        "medicines": (Entry("three", {"dose": Answer(at=NOON, absent=Absent.NOT_KNOWN)}),),
    }
    draft = make_draft(answers=answers)
    await store.write(lambda c: visits.begin(c, draft, "1"))
    for group, held in entries.items():
        for entry in held:
            await store.write(lambda c, g=group, e=entry: visits.add_entry(c, "visit-1", g, e))
    await store.close()
    again = await open_store(path, KEY, store_id=STORE_ID)
    kept = await again.read(lambda c: visits.read_draft(c, "visit-1"))
    assert (kept.answers, kept.entries) == (answers, entries)
    await again.close()
