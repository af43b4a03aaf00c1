"""SECURITY.md says nothing without a test or a page that shows it, and every one it names is there."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.hygiene.source_tree import ROOT

PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = re.compile(r"`((?:tests|docs|tools|app|plan|hearthside)/[\w./-]+)(?:::(\w+))?`")
STATUS = ("yes", "partly", "no", "n/a")
MASVS = {
    *(f"STORAGE-{n}" for n in (1, 2)),
    *(f"CRYPTO-{n}" for n in (1, 2)),
    *(f"AUTH-{n}" for n in (1, 2, 3)),
    *(f"NETWORK-{n}" for n in (1, 2)),
    *(f"PLATFORM-{n}" for n in (1, 2, 3)),
    *(f"CODE-{n}" for n in (1, 2, 3, 4)),
    *(f"RESILIENCE-{n}" for n in (1, 2, 3, 4)),
    *(f"PRIVACY-{n}" for n in (1, 2, 3, 4)),
}
"""OWASP MASVS 2.1.0."""
ASVS = {
    "V1": 5, "V2": 4, "V3": 7, "V4": 4, "V5": 4, "V6": 8, "V7": 6, "V8": 4, "V9": 2, "V10": 7,
    "V11": 7, "V12": 3, "V13": 4, "V14": 3, "V15": 4, "V16": 5, "V17": 3,
}  # fmt: skip
"""Chapters of OWASP ASVS 5.0.0 and how many sections each has."""
ONLY_LEVEL_3 = {"V3.1", "V3.6", "V6.7", "V11.7", "V15.4"}
"""Sections without a requirement of level 1 or 2."""


@cache
def text_of(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    assert len(lines) > 2, heading
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


@pytest.mark.parametrize(("path", "test"), sorted(set(NAMED.findall(PAGE))))
def test_what_the_page_names_is_there(path: str, test: str) -> None:
    assert (ROOT / path).exists(), path
    if test:
        assert re.search(rf"^ *(?:async )?def {test}\(", text_of(path), re.MULTILINE), f"{path} has no {test}"


def test_no_test_is_named_without_its_file() -> None:
    assert re.findall(r"(?<!::)\btest_\w+(?!\.py|\w)", PAGE) == []


def test_every_attack_has_its_letters_a_defence_and_a_test() -> None:
    attacks = rows("Who might attack, and what stops them")
    for who, attempt, letters, defence, shown in attacks:
        assert all((who, attempt, letters, defence)), attempt
        assert set(letters) <= set("STRIDE, "), letters
        assert any(test for _path, test in NAMED.findall(shown)), attempt
    assert {letter for row in attacks for letter in row[2] if letter.isalpha()} == set("STRIDE")


def test_the_mobile_table_has_every_control() -> None:
    assert _judged(rows("OWASP MASVS 2.1"), "MASVS") == MASVS


def test_the_server_table_has_every_section_of_level_two() -> None:
    wanted = {f"{chapter}.{n}" for chapter, count in ASVS.items() for n in range(1, count + 1)}
    assert _judged(rows("OWASP ASVS 5.0, level 2"), "ASVS") == wanted - ONLY_LEVEL_3


def _judged(table: list[list[str]], name: str) -> set[str]:
    seen = set()
    for control, status, evidence in table:
        key = control.split()[0]
        assert key not in seen, key
        seen.add(key)
        assert status in STATUS, f"{name} {key}: {status}"
        assert evidence, f"{name} {key} says nothing"
        if status in ("yes", "partly"):
            assert NAMED.search(evidence), f"{name} {key}: {status} without evidence"
    return seen
