"""What an answer may be, by the item's kind: kept as it is meant, or refused with a sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content.model import Item, ItemKind, Option
from app.domain.answer_rules import LONGEST_LINE, LONGEST_TEXT, check_value, read_text
from app.errors import RecordError
from tests.support import content_strategies
from tests.support.visit_strategies import values


def item(kind: ItemKind, **more: object) -> Item:
    return Item(link_id="x", text="The question", name="The question", kind=kind, **more)  # type: ignore[arg-type]  # fields of Item


NUMBER = item(ItemKind.NUMBER, maximum=10)
QUANTITY = item(ItemKind.QUANTITY)
RANGED = item(ItemKind.QUANTITY, minimum=30, maximum=45)
LINE, TEXT = item(ItemKind.LINE), item(ItemKind.TEXT)
DATE, MOMENT = item(ItemKind.DATE), item(ItemKind.MOMENT)
OPTIONS = (
    Option("a", "A"),
    Option("b", "B"),
    Option("none", "None of these", alone=True),
    Option("dead", "Dead", offered=False),
)
CHOICE = item(ItemKind.CHOICE, options=OPTIONS)
CHOICES = item(ItemKind.CHOICES, options=OPTIONS)


@pytest.mark.parametrize(
    ("of", "given_value", "kept"),
    [
        (NUMBER, 0, 0),
        (NUMBER, 10, 10),
        (CHOICE, "a", "a"),
        (CHOICES, ("b", "a"), ("a", "b")),
        (CHOICES, ("a", "a"), ("a",)),
        (CHOICES, ("a", "b", "none"), ("none",)),
        (CHOICES, ("none", "a"), ("a",)),
        (CHOICES, ("none",), ("none",)),
        (CHOICES, (), None),
        (item(ItemKind.YES_NO), "no", "no"),
        (LINE, "  Rosa\u2028 at\thome \x00", "Rosa at home"),
        (LINE, " \n", None),
        (LINE, "x" * LONGEST_LINE, "x" * LONGEST_LINE),
        (TEXT, "two\nlines\x07", "two\nlines"),
        (TEXT, " \n", None),
        (DATE, "2026-11-22", "2026-11-22"),
        (MOMENT, "2026-11-22T10:20-07:00", "2026-11-22T10:20:00-07:00"),
        (QUANTITY, Decimal("1.50"), Decimal("1.50")),
        (QUANTITY, 3, Decimal(3)),
        (QUANTITY, "2,5", Decimal("2.5")),
        (RANGED, Decimal("36.60"), Decimal("36.60")),
    ],
)
def test_a_value_of_its_kind_is_kept(of: Item, given_value: object, kept: object) -> None:
    found = check_value(of, given_value)
    assert (found, type(found), str(found)) == (kept, type(kept), str(kept))


@pytest.mark.parametrize(
    ("of", "value"),
    [
        (NUMBER, 11),
        (NUMBER, -1),
        (NUMBER, True),
        (NUMBER, 3.0),
        (NUMBER, "3"),
        (CHOICE, "c"),
        (CHOICE, "dead"),
        (CHOICE, ("a",)),
        (CHOICES, "a"),
        (CHOICES, ("a", "c")),
        (item(ItemKind.YES_NO), "maybe"),
        (item(ItemKind.YES_NO), True),
        (LINE, "x" * (LONGEST_LINE + 1)),
        (TEXT, "x" * (LONGEST_TEXT + 1)),
        (TEXT, 7),
        (DATE, "2026-02-30"),
        (DATE, "tomorrow"),
        (MOMENT, "2026-11-22T10:20"),
        (MOMENT, "2026-11-22"),
        (MOMENT, "2026-11-22T10:20:00+00:00:30"),
        (QUANTITY, 1.5),
        (QUANTITY, "NaN"),
        (QUANTITY, Decimal("Infinity")),
        (QUANTITY, Decimal("-1")),
        (QUANTITY, Decimal("1e12")),
        (QUANTITY, Decimal("1.1234567")),
        (RANGED, Decimal("46")),
        (RANGED, Decimal("29.9")),
    ],
)
def test_a_value_that_its_item_does_not_take_is_refused_with_a_sentence(of: Item, value: object) -> None:
    with pytest.raises(RecordError, match=r"^The question: please .*\.$"):
        check_value(of, value)


def test_a_group_takes_no_value() -> None:
    with pytest.raises(ValueError, match="entries"):
        check_value(item(ItemKind.GROUP), "x")


@pytest.mark.parametrize(
    ("of", "typed", "kept"),
    [
        (NUMBER, " 7 ", 7),
        (NUMBER, "", None),
        (QUANTITY, "12,50", Decimal("12.50")),
        (QUANTITY, "  ", None),
        (DATE, "2026-11-22", "2026-11-22"),
        (LINE, "Rosa", "Rosa"),
        (TEXT, "a\nb", "a\nb"),
    ],
)
def test_what_was_typed_is_read_as_its_kind(of: Item, typed: str, kept: object) -> None:
    assert read_text(of, typed) == kept


@pytest.mark.parametrize(
    ("of", "typed"),
    [
        (NUMBER, "7 or 8"),
        (NUMBER, "²"),
        (NUMBER, "9" * 5000),
        (QUANTITY, "12 mg"),
        (DATE, "22 Nov"),
        (MOMENT, "10"),
    ],
)
def test_what_cannot_be_read_yet_is_said(of: Item, typed: str) -> None:
    with pytest.raises(RecordError, match="please"):
        read_text(of, typed)


@given(st.data())
def test_every_valid_value_of_the_shipped_content_is_taken_again_once_taken(data: st.DataObject) -> None:
    instrument = data.draw(content_strategies.instruments)
    plain = [one for one in instrument.items if one.kind is not ItemKind.GROUP]
    plain += [inner for one in instrument.items for inner in one.items]
    asked = data.draw(st.sampled_from(plain))
    value = data.draw(values(asked))
    try:
        kept = check_value(asked, value)
    except RecordError:
        option = asked.find_option(value) if isinstance(value, str) else None
        assert option is not None or isinstance(value, tuple | Decimal)
        return
    if kept is not None:
        assert check_value(asked, kept) == kept
