"""FHIR that is nearly right: true records with one thing wrong in them, and search words that look like some."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from plan.fhir.types import TYPES
from tests.attacks.rich import rich_records

RECORDS = list(rich_records().values())
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "\x00",
            "\x1b[2J",
            "a\nb",
            "\u202e\u0000",
            "\U0001f4a3" * 3,
            "\u0130\ufb03\u1e9e",
            "x" * 70_000,
            "Patient/b",
            "Patient/",
            "/Patient/b",
            "Patient/b/_history/",
            "#",
            "#x",
            "urn:uuid:",
            "urn:uuid:x",
            "https://evil.example/fhir/Patient/a",
            "Patient/" + "a" * 65,
            "constructor",
            "__proto__",
            "<script>",
            "' OR '1'='1",
            "%",
            "\\",
            "-",
        ]
    ),
)
DATES = st.sampled_from(
    [
        "0000",
        "0000-00-00",
        "0001",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00-14:00",
        "9999",
        "9999-12-31",
        "9999-12-31T23:59:60Z",
        "9999-12-31T23:59:59.999999999-14:00",
        "2026-02-30",
        "2026-13-01",
        "2026-05-28T24:00:00Z",
        "2026-05-28T10:00:00+99:99",
        "2026-05-28T10:00:00.",
        "2026-05-28T10:00",
        "2026-05-28T10:00:00.000000000000000000000Z",
        "-2026",
        "12026-01-01",
        "\u0662\u0660\u0662\u0666",
        "2026-05-28 10:00:00",
        "ge2026",
        "apap2026",
    ]
)
NUMBERS = st.one_of(
    st.integers(-(2**80), 2**80),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -1, 2**31, 2**63, 10**400]),
)
WRONG: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    TEXTS,
    DATES,
    st.just([]),
    st.just({}),
    st.lists(TEXTS, max_size=2),
    st.dictionaries(TEXTS, TEXTS, max_size=2),
    st.sampled_from(
        [
            {"reference": 5},
            {"reference": "Patient/b", "type": "Group"},
            [[[]]],
            {"coding": 3},
            {"resourceType": []},
        ]
    ),
).map(copy.deepcopy)  # what was drawn is changed in place later


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        found += _places(member, (*path, key))
    return found


@st.composite
def nearly_right(draw: st.DrawFn) -> dict[str, Any]:
    """A true record, changed at one to three places: left out, put wrong, doubled, wrapped, given a member more."""
    record: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(RECORDS)))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(_places(record) or [("id",)]))
        holder: Any = record
        for key in place[:-1]:
            holder = holder[key]
        last = place[-1]
        match draw(st.integers(0, 5)):
            case 0:
                del holder[last]
            case 1:
                holder[last] = [holder.get(last) if isinstance(holder, dict) else holder[last]] * 2
            case 2 if isinstance(holder, dict):
                holder[draw(TEXTS)] = draw(WRONG)
            case 3 if isinstance(holder, dict) and isinstance(last, str):
                holder[f"_{last}"] = draw(WRONG)
            case _:
                holder[last] = draw(WRONG)
    return record


KINDS = st.sampled_from(sorted(TYPES))
_COMMON = (
    "_id",
    "_lastUpdated",
    "_tag",
    "_count",
    "_sort",
    "_after",
    "_elements",
    "_include",
    "_revinclude",
    "_total",
)


@st.composite
def searches(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """A type and the parameters of a search in it: known names, odd modifiers, chains and values."""
    kind = draw(KINDS)
    names = [*_COMMON, "_summary", *TYPES[kind].params]
    pairs = []
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.one_of(st.sampled_from(names), TEXTS))
        name += draw(
            st.sampled_from(
                [
                    "",
                    "",
                    "",
                    ":not",
                    ":exact",
                    ":contains",
                    ":missing",
                    ":Patient",
                    ":",
                    ".",
                    ":Patient.name",
                    ".family",
                    ":Patient.subject.name",
                ]
            )
        )
        value = draw(
            st.one_of(
                DATES,
                TEXTS,
                NUMBERS.map(str),
                st.sampled_from(
                    [
                        "|",
                        "||",
                        "a|b|c",
                        "\\|",
                        ",",
                        ",,,",
                        "\\,",
                        "Observation:subject",
                        "Observation:subject:Patient",
                        ":::",
                        "-_lastUpdated",
                        "_lastUpdated,date",
                        "0.0",
                        "-1.1",
                        "999999999999999999.999999999999999999",
                        "ge",
                        "sa9999-12-31",
                    ]
                ),
            )
        )
        pairs.append((name, value))
    return kind, pairs
