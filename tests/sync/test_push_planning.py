"""Pure planning of a write: what its records' standings mean, how it is divided, what is learned. Nothing is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sync.limits import GROW_AFTER, GROW_AFTER_REFUSAL, Limits, is_too_many
from app.sync.parcel import make_parts, open_parcel, part_body, without
from app.sync.plan import Next, Standing, Verdict, decide, judge
from app.sync.receipts import from_history

MANIFEST = ("Provenance", "w")
KEYS = [("Task", name) for name in "abcd"]
standings = st.dictionaries(st.sampled_from([*KEYS, MANIFEST]), st.sampled_from(Standing), min_size=1)
some = st.frozensets(st.sampled_from(KEYS))
sizes = st.lists(st.integers(0, 400), min_size=1, max_size=12)
limits = st.builds(
    Limits,
    entries=st.none() | st.integers(1, 10),
    size=st.none() | st.integers(200, 3_000),
    batches=st.booleans(),
)


@given(standings, some, some)
def test_a_write_is_done_only_when_every_open_record_and_its_manifest_are_ours(
    found: dict[Any, Standing], edits: frozenset[Any], still_open: frozenset[Any]
) -> None:
    step = decide(found, edits, still_open, MANIFEST)
    asked = {key: standing for key, standing in found.items() if key in still_open}
    if step is Next.SETTLE:
        assert found.get(MANIFEST) is Standing.OURS
        assert set(asked.values()) <= {Standing.OURS}
    if step is Next.SEND_REST:
        assert set(asked.values()) <= {Standing.OURS, Standing.MISSING, Standing.BASE}
        assert not any(standing is Standing.MISSING and key in edits for key, standing in asked.items())
    if {Standing.THEIRS, Standing.DELETED} & set(asked.values()):
        assert step is Next.CONTEST


def body(links: dict[int, set[int]], padding: list[int]) -> str:
    def entry(n: int) -> dict[str, Any]:
        resource = {
            "resourceType": "Task",
            "id": f"t{n}",
            "x": "x" * padding[n],
            "partOf": [{"reference": f"Task/t{other}"} for other in sorted(links.get(n, ()))],
        }
        return {"resource": resource, "request": {"method": "PUT", "url": f"Task/t{n}", "ifNoneMatch": "*"}}

    last = {"resource": {"resourceType": "Provenance", "id": "w"}, "request": {"url": "Provenance/w"}}
    entries = [*(entry(n) for n in range(len(padding))), last]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})


@given(st.data(), sizes, limits)
def test_parts_hold_every_entry_once_in_order_within_bounds_and_the_manifest_last(
    data: st.DataObject, padding: list[int], bound: Limits
) -> None:
    numbers = range(len(padding))
    links = {n: data.draw(st.sets(st.sampled_from(numbers), max_size=2)) - {n} for n in numbers}
    acyclic = data.draw(st.booleans())
    if acyclic:
        links = {n: {other for other in others if other > n} for n, others in links.items()}
    parcel = open_parcel(body(links, padding))
    parts = make_parts(parcel.entries, MANIFEST, bound)
    travelled = [entry.key for part in parts for entry in part]
    assert sorted(travelled) == sorted({("Task", f"t{n}") for n in numbers} | {MANIFEST})
    assert travelled[-1] == MANIFEST
    for part in parts:
        assert len(part) == 1 or bound.fits(len(part), len(part_body(part).encode()) - 64)
    if len(parts) > 1 or bound.batches:
        assert [entry.key for entry in parts[-1]] == [MANIFEST]
    if acyclic:
        for n, others in links.items():
            for other in others:
                assert travelled.index(("Task", f"t{other}")) < travelled.index(("Task", f"t{n}"))
    missing = without(parcel.entries, {("Task", "t0")})
    assert ("Task", "t0") not in [e.key for part in make_parts(missing, MANIFEST, bound) for e in part]


def test_a_whole_visit_is_one_part_where_nothing_is_known_to_stop_it() -> None:
    parcel = open_parcel(body({}, [10] * 60))
    assert len(make_parts(parcel.entries, MANIFEST, Limits())) == 1


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["many", "large", "slow", "well"]), st.integers(1, 300)), max_size=60)
)
def test_bounds_shrink_by_half_never_below_one_and_grow_back(steps: list[tuple[str, int]]) -> None:
    known = Limits()
    for what, entries in steps:
        before = known
        match what:
            case "many":
                known = known.too_many(entries)
                assert known.entries == max(1, entries // 2)
            case "large":
                known = known.too_large(entries * 100, entries)
                assert known.bounded
            case "slow":
                known = known.too_slow(entries)
            case _:
                known = known.taken(entries, entries * 100)
                assert (known.entries or 10**9) >= (before.entries or 0)
        assert known.fits(1, 10**9)
    for _ in range(16 * GROW_AFTER_REFUSAL):
        if not known.bounded:
            break
        known = known.taken(known.entries or 1, known.size or 0)
    assert not known.bounded, "a server that takes everything again is trusted again"


def test_what_was_only_slow_grows_sooner_than_what_was_refused() -> None:
    for known, after in ((Limits().too_slow(20), GROW_AFTER), (Limits().too_many(20), GROW_AFTER_REFUSAL)):
        for _ in range(after - 1):
            known = known.taken(10, 100)
        assert known.entries == 10
        assert known.taken(10, 100).entries == 20
        assert known.taken(2, 100) == known, "a small request says nothing about the bound"


@pytest.mark.parametrize(
    ("issue", "many"),
    [
        (
            {
                "code": "invalid",
                "details": {"text": "Transaction contains more update operations than allowed"},
            },
            True,
        ),
        (
            {
                "code": "invalid",
                "diagnostics": "Transaction requires strict isolation but has too many entries",
            },
            True,
        ),
        ({"code": "too-costly", "diagnostics": "no"}, True),
        ({"code": "processing", "diagnostics": "Bundle size exceeds the maximum"}, True),
        ({"code": "invalid", "diagnostics": "Observation.status: value is not allowed"}, False),
        ({"code": "value", "diagnostics": "Encounter.period: end before start"}, False),
        ({"code": "required", "diagnostics": "a patient you work with"}, False),
    ],
)
def test_only_a_refusal_about_the_number_of_entries_divides_a_visit(
    issue: dict[str, Any], many: bool
) -> None:
    assert is_too_many({"resourceType": "OperationOutcome", "issue": [issue]}) is many


@pytest.mark.parametrize("says_why", [True, False])
def test_426_is_about_the_app_and_never_about_the_record(says_why: bool) -> None:
    assert judge(426, says_why=says_why) is Verdict.UPDATE


def version(number: int, *tags: str) -> dict[str, Any]:
    meta = {
        "versionId": str(number),
        "lastUpdated": f"2026-11-22T08:00:0{number}Z",
        "tag": [{"system": "urn:hearthside:write", "code": tag} for tag in tags],
    }
    return {"resource": {"resourceType": "Task", "id": "t", "meta": meta}, "request": {"method": "PUT"}}


GONE: dict[str, Any] = {"request": {"method": "DELETE"}}


@pytest.mark.parametrize(
    ("entries", "base", "standing", "overwritten"),
    [
        ([], None, Standing.MISSING, None),
        ([GONE], None, Standing.DELETED, None),
        ([version(1, "w")], None, Standing.OURS, None),
        ([version(2, "w"), version(1, "w")], None, Standing.OURS, None),
        ([version(2, "w"), version(1)], "1", Standing.OURS, None),
        ([version(3, "w"), version(2), version(1)], "1", Standing.OURS, "2"),
        ([version(2, "w"), version(1)], None, Standing.OURS, "1"),
        ([version(1)], "1", Standing.BASE, None),
        ([version(2), version(1)], "1", Standing.THEIRS, None),
        ([version(1)], None, Standing.THEIRS, None),
        ([GONE, version(1)], "1", Standing.DELETED, None),
        ([GONE, version(1, "w")], None, Standing.OURS, None),
        ([version(3, "w"), GONE, version(1)], None, Standing.OURS, None),
    ],
)
def test_where_a_record_stands_is_told_by_its_versions(
    entries: list[dict[str, Any]], base: str | None, standing: Standing, overwritten: str | None
) -> None:
    found = from_history(("Task", "t"), {"entry": entries}, {"w"}, "p", None, base)
    assert found.standing is standing
    assert (found.overwritten.version_id if found.overwritten is not None else None) == overwritten
