"""Every failure of the register has a test that bears its number, and the register says where."""

from __future__ import annotations

from tools.field_failures import REGISTER, fill, find_tests

NUMBERS = [f"F{number:02d}" for number in range(1, 37)]


def test_every_failure_has_a_test_named_after_it() -> None:
    found = find_tests()
    assert [number for number in NUMBERS if number not in found] == []


def test_the_register_names_the_tests_that_stand() -> None:
    register = REGISTER.read_text()
    assert register == fill(register, find_tests()), "run: python -m tools.field_failures"
    assert [
        line.split(" | ")[0].removeprefix("| ") for line in register.splitlines() if line.startswith("| F")
    ] == NUMBERS
