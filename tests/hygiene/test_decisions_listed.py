"""The decisions can be found: no number twice, each in the list with its own title."""

from __future__ import annotations

import re
from pathlib import Path

ADR = Path("docs/adr")
DECISIONS = sorted(ADR.glob("[0-9]*.md"))


def test_no_number_is_given_to_two_decisions() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    assert len(set(numbers)) == len(numbers) > 0


def test_the_title_of_a_decision_begins_with_its_number() -> None:
    wrong = [path.name for path in DECISIONS if not path.read_text().startswith(f"# {int(path.name[:4])}. ")]
    assert wrong == []


def test_each_decision_is_listed_by_the_title_it_has() -> None:
    listed = re.findall(r"^- \[(\d+\. .+)\]\((.+)\)$", (ADR / "README.md").read_text(), re.MULTILINE)
    here = [(path.read_text().splitlines()[0].removeprefix("# "), path.name) for path in DECISIONS]
    assert listed == here
