"""PINs that nobody guesses first, and five-word passphrases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import WeakPin
from app.store.pins import _words, check_passphrase, check_pin, make_passphrase, normalise_passphrase


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "12345",
        "83619",
        "83619a",
        "836 194",
        "٨٣٦١٩٤",
        "1" * 65,
        "000000",
        "111111",
        "121212",
        "123123",
        "123456",
        "234567",
        "654321",
        "987654",
        "012345",
        "890123",
        "135790",
        "246802",
        "112233",
        "332211",
        "123321",
        "001122",
        "100000",
        "181818",
        "19841984",
        "198407",
        "071984",
        "240519",
        "052419",
        "190524",
        "24051984",
        "05241984",
        "19840524",
        "12345678",
        "11223344",
        "147258",
        "159753",
        "314159",
    ],
)
def test_a_pin_that_anybody_would_try_first_is_refused(pin: str) -> None:
    with pytest.raises(WeakPin):
        check_pin(pin)


@pytest.mark.parametrize("pin", ["836194", "907365", "4739068", "59306274", "8361940275"])
def test_an_ordinary_random_pin_is_taken(pin: str) -> None:
    check_pin(pin)


def test_most_random_pins_are_taken() -> None:
    refused = 0
    for number in range(0, 1_000_000, 97):
        try:
            check_pin(f"{number:06d}")
        except WeakPin:
            refused += 1
    assert refused / (1_000_000 / 97) < 0.15


def test_the_word_list_is_as_large_as_it_says() -> None:
    words = _words()
    assert len(words) == len(set(words)) == 1024
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)


def test_a_made_passphrase_is_five_words_that_are_accepted() -> None:
    made = {make_passphrase() for _ in range(50)}
    assert len(made) == 50
    for phrase in made:
        assert len(phrase.split(" ")) == 5
    check_passphrase("maple otter lantern quilt river")


@pytest.mark.parametrize(
    "phrase", ["", "maple", "maple otter lantern quilt", "maple maple maple maple maple"]
)
def test_fewer_words_are_refused(phrase: str) -> None:
    with pytest.raises(WeakPin):
        check_passphrase(phrase)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["maple", "otter", "quilt"]), min_size=5, max_size=5))
def test_how_a_passphrase_is_typed_does_not_matter(words: list[str]) -> None:
    plain = " ".join(words)
    for typed in ("  ".join(words) + " ", "-".join(words).upper(), ". ".join(word.title() for word in words)):
        assert normalise_passphrase(typed) == plain
