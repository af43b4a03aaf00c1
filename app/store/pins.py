"""What may lock a store: PINs that are not the first guesses, and passphrases of five random words."""

from __future__ import annotations

import secrets
from functools import cache
from importlib import resources
from itertools import pairwise

from app.errors import WeakPin

SHORTEST_PIN = 6
LONGEST_PIN = 64
PASSPHRASE_WORDS = 5

_COMMON = frozenset(
    [
        "102030",
        "135790",
        "112358",
        "121314",
        "123654",
        "142536",
        "147258",
        "147852",
        "159357",
        "159753",
        "235689",
        "258456",
        "314159",
        "321654",
        "369258",
        "456123",
        "456654",
        "654123",
        "741852",
        "753951",
        "789456",
        "852456",
        "951753",
        "963852",
        "987456",
        "1357911",
        "2468101",
        "1123581",
        "3141592",
        "14725836",
        "10203040",
    ]
)
"""Patterns on the keypad, well known numbers, and other first tries that the rules below do not cover."""


def check_pin(pin: str) -> None:
    """Raises WeakPin unless `pin` is 6 to 64 digits and not among the first that anybody would try.

    Refused: few different digits, a repeated group, runs up or down, doubled runs (112233), dates, keypad patterns.
    """
    if not (pin.isascii() and pin.isdecimal() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise WeakPin("A PIN has 6 digits or more, and only digits.", detail="shape")
    if len(set(pin)) < 3 or pin in _COMMON or _repeats(pin) or _runs(pin) or _is_date(pin):
        raise WeakPin(detail="easily guessed")


def check_passphrase(phrase: str) -> None:
    """Raises WeakPin for fewer than five words, or words of which too many are the same."""
    words = normalise_passphrase(phrase).split()
    if len(words) < PASSPHRASE_WORDS or len(set(words)) < PASSPHRASE_WORDS - 1:
        raise WeakPin("Please use all five words, with spaces between them.", detail="passphrase")


def make_passphrase() -> str:
    """Five random words, with single spaces."""
    words = _words()
    return " ".join(secrets.choice(words) for _ in range(PASSPHRASE_WORDS))


def normalise_passphrase(phrase: str) -> str:
    """As it is derived from: case, extra spaces, and hyphens or full stops between words do not matter."""
    return " ".join(phrase.casefold().replace("-", " ").replace(".", " ").split())


@cache
def _words() -> tuple[str, ...]:
    text = resources.files("app.store").joinpath("words.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def _repeats(pin: str) -> bool:
    """The same group again and again: 123123, 12341234, 252525."""
    return any(
        len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size)
        for size in range(1, len(pin) // 2 + 1)
    )


def _runs(pin: str) -> bool:
    """Steps that are all one up or one down (round the clock at 9 and 0), also with each digit doubled."""
    doubled = pin[::2] == pin[1::2]
    for digits in (pin, pin[::2] if doubled else pin):
        steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
        if steps <= {1} or steps <= {9} or steps <= {2} or steps <= {8}:
            return True
    half = len(pin) // 2
    return len(pin) % 2 == 0 and pin[:half] == pin[half:][::-1] and _is_run(pin[:half])  # 123321


def _is_run(digits: str) -> bool:
    steps = {int(b) - int(a) for a, b in pairwise(digits)}
    return steps in ({1}, {-1}, {0})


def _is_date(pin: str) -> bool:
    """A day as people write it: DDMMYY, MMDDYY, YYMMDD, and with four-digit years of 1900 to 2099."""
    if len(pin) == 6:
        a, b, c = (int(pin[i : i + 2]) for i in (0, 2, 4))
        return (
            _is_day(a, b)
            or _is_day(b, a)
            or _is_day(c, b)
            or (_is_year(pin[:4]) and 1 <= c <= 12)
            or (_is_year(pin[2:]) and 1 <= a <= 12)
        )
    if len(pin) == 8:
        first, second = int(pin[:2]), int(pin[2:4])
        ends = _is_year(pin[4:]) and (_is_day(first, second) or _is_day(second, first))
        starts = _is_year(pin[:4]) and (
            _is_day(int(pin[6:]), int(pin[4:6])) or _is_day(int(pin[4:6]), int(pin[6:]))
        )
        return ends or starts
    return False


def _is_day(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12


def _is_year(text: str) -> bool:
    return text[:2] in {"19", "20"}
