"""Pure planning: what a push will do, and where a pull stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.outbox import OpenWrite, OutboxChange, PendingGroup
from app.sync.plan import Cut, LookUp, Send, Verdict, is_file, is_urgent, judge, make_plan
from app.sync.tracks import LARGEST_PAGE, Page, Track, advance, lower_bound, moment, query, settled_since

ids = st.sampled_from([f"g{n}" for n in range(6)])
people = st.sampled_from(["ann", "bob", "cy"])
sequence = st.integers(1, 10_000)


@st.composite
def outboxes(draw: st.DrawFn) -> tuple[list[OpenWrite], list[PendingGroup]]:
    """Writes and groups as a store may hold them; each group belongs to one person."""
    owner = {group: draw(people) for group in [f"g{n}" for n in range(6)]}
    seq = iter(range(1, 1000))

    def changes(group: str) -> tuple[OutboxChange, ...]:
        priority = draw(st.sampled_from([0, 10, 90]))
        return tuple(
            OutboxChange(next(seq), group, "Encounter", f"{group}-{n}", owner[group], priority, None, "{}")
            for n in range(draw(st.integers(1, 3)))
        )

    writes = [
        OpenWrite(f"w{n}", g, owner[g], "", draw(st.sampled_from(["cut", "attempted"])), 0,
        draw(st.integers(0, 6)), changes(g)) for n, g in enumerate(draw(st.lists(ids, unique=True)))
    ]  # fmt: skip
    groups = [PendingGroup(g, owner[g], 10, changes(g)) for g in draw(st.lists(ids, unique=True))]
    return writes, groups


@given(outboxes())
def test_every_attempted_write_is_looked_up_and_never_just_sent(
    outbox: tuple[list[OpenWrite], list[PendingGroup]],
) -> None:
    writes, groups = outbox
    actions = [action for lane in make_plan(writes, groups) for action in lane.actions]
    looked_up = [a.write.id for a in actions if isinstance(a, LookUp)]
    sent = [a.write.id for a in actions if isinstance(a, Send)]
    assert sorted(looked_up) == sorted(w.id for w in writes if w.state == "attempted")
    assert sorted(sent) == sorted(w.id for w in writes if w.state == "cut")


@given(outboxes())
def test_no_write_holds_two_groups_and_no_group_is_cut_beside_its_open_write(
    outbox: tuple[list[OpenWrite], list[PendingGroup]],
) -> None:
    writes, groups = outbox
    cuts = [a.group for lane in make_plan(writes, groups) for a in lane.actions if isinstance(a, Cut)]
    assert all(change.group_id == group.group_id for group in cuts for change in group.changes)
    open_groups = {write.group_id for write in writes}
    assert {group.group_id for group in cuts} == {g.group_id for g in groups} - open_groups


@given(outboxes())
def test_everything_about_one_person_is_in_one_lane_alerts_then_look_ups_then_the_rest_then_files(
    outbox: tuple[list[OpenWrite], list[PendingGroup]],
) -> None:
    lanes = make_plan(*outbox)
    assert len({lane.patient_id for lane in lanes}) == len(lanes)
    for lane in lanes:
        order = [
            (not is_urgent(action), is_file(action), (LookUp, Send, Cut).index(type(action)))
            for action in lane.actions
        ]
        assert order == sorted(order)


def test_an_alert_goes_before_a_visit_of_the_same_person_whose_outcome_is_open() -> None:
    def change(group: str, priority: int) -> OutboxChange:
        return OutboxChange(priority + 1, group, "Task", group, "ann", priority, None, "{}")

    open_write = OpenWrite("w", "visit", "ann", "", "attempted", 1, 1, (change("visit", 10),))
    alert = PendingGroup("alert", "ann", 0, (change("alert", 0),))
    (lane,) = make_plan([open_write], [alert])
    assert lane.actions == (Cut(alert), LookUp(open_write))


def test_urgent_people_start_first_and_a_troubled_write_holds_nobody_up() -> None:
    def group(name: str, priority: int) -> PendingGroup:
        change = OutboxChange(1, name, "Task", name, f"p-{name}", priority, None, "{}")
        return PendingGroup(name, f"p-{name}", priority, (change,))

    troubled = OpenWrite("w", "old", "p-old", "", "attempted", 3, 3, group("old", 10).changes)
    lanes = make_plan([troubled], [group("visit", 10), group("alert", 0)])
    assert [lane.patient_id for lane in lanes] == ["p-alert", "p-visit", "p-old"]


@pytest.mark.parametrize(
    ("status", "says_why", "verdict"),
    [
        (200, False, Verdict.ANSWERED),
        (304, False, Verdict.LOOK_UP),
        (409, True, Verdict.LOOK_UP),
        (412, True, Verdict.LOOK_UP),
        (413, False, Verdict.TOO_BIG),
        (408, False, Verdict.WAIT),
        (425, False, Verdict.WAIT),
        (429, True, Verdict.WAIT),
        (500, True, Verdict.SERVER_ERROR),
        (503, False, Verdict.SERVER_ERROR),
        (400, True, Verdict.REFUSED),
        (403, True, Verdict.REFUSED),
        (422, True, Verdict.REFUSED),
        (404, False, Verdict.NOT_A_PLAN),
        (422, False, Verdict.NOT_A_PLAN),
    ],
)
def test_what_each_status_means_for_a_write(status: int, says_why: bool, verdict: Verdict) -> None:
    assert judge(status, says_why=says_why) is verdict


def test_a_server_error_that_says_when_is_waited_for() -> None:
    assert judge(503, says_why=True, says_when=True) is Verdict.WAIT


# --- keyset paging against a server that is nothing but a sorted list -------------------------------------------------

START = datetime(2026, 11, 22, tzinfo=UTC)
NONE = timedelta(0)


def stamp(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


@dataclass
class Shelf:
    """Rows (id → stamp) that may change between pages; `cap` is the largest page the server gives."""

    rows: dict[str, str]
    cap: int = 10_000
    asked: int = 0
    _pages: list[list[str]] = field(default_factory=list)

    def page(self, track: Track, overlap: timedelta) -> list[tuple[str, str]]:
        self.asked += 1
        if track.link is not None:
            found = [(i, s) for i, s in self._sorted() if (s, i) > tuple(track.link.split("|", 1))]
        else:
            low = moment(lower_bound(track, overlap))
            found = [(i, s) for i, s in self._sorted() if low is None or (moment(s) or START) >= low]
        return found

    def _sorted(self) -> list[tuple[str, str]]:
        return sorted(self.rows.items(), key=lambda row: (row[1], row[0]))


def pull(shelf: Shelf, track: Track, seen: dict[str, str], change: object = None) -> Track:
    for _ in range(500):
        found = shelf.page(track, NONE)
        size = min(track.count, shelf.cap)
        page, more = found[:size], len(found) > size
        seen.update(page)
        link = f"{page[-1][1]}|{page[-1][0]}" if more else None
        track = advance(track, Page(tuple(s for _, s in page), link), NONE)
        if callable(change):
            change(shelf)
        if track.finished:
            return track
    raise AssertionError("never ends")


rows = st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(0, 12).map(stamp), max_size=60)


@given(rows, st.integers(1, 8), st.integers(2, 50))
def test_every_row_is_seen_however_many_share_one_time(found: dict[str, str], count: int, cap: int) -> None:
    shelf, seen = Shelf(found, cap), {}
    track = pull(shelf, Track("panel", "X", None, None, done=False, count=count), seen)
    assert seen == found
    assert track.at == max(found.values(), default=None)


@given(rows, st.lists(st.tuples(st.text("abcdef", min_size=1, max_size=4)), max_size=12), st.integers(2, 6))
def test_rows_that_change_between_pages_are_not_skipped(
    found: dict[str, str], edits: list[tuple[str]], count: int
) -> None:
    left = list(edits)
    clock = iter(range(100, 1000))

    def change(shelf: Shelf) -> None:
        if left:
            shelf.rows[left.pop()[0]] = stamp(next(clock))

    shelf, seen = Shelf(dict(found)), {}
    pull(shelf, Track("panel", "X", None, None, done=False, count=count), seen, change)
    # What changed after the last page comes in the next pass, from where this one stood.
    at = max(seen.values(), default=None)
    pull(shelf, Track("panel", "X", None, at, done=True, count=count), seen)
    assert seen == shelf.rows


def test_three_pages_of_one_timestamp_are_read_to_the_end() -> None:
    found = {f"r{n:04}": stamp(5) for n in range(600)}
    seen: dict[str, str] = {}
    pull(Shelf(found), Track("panel", "X", None, None, done=False, count=200), seen)
    assert len(seen) == 600
    capped: dict[str, str] = {}
    pull(Shelf(found, cap=50), Track("panel", "X", None, None, done=False, count=200), capped)
    assert len(capped) == 600


def test_a_page_size_never_grows_without_end() -> None:
    track = Track("panel", "X", None, stamp(5), done=True, count=LARGEST_PAGE)
    after = advance(track, Page((stamp(5),) * LARGEST_PAGE, "next"), NONE)
    assert (after.count, after.link) == (LARGEST_PAGE, "next")


def test_one_record_of_the_year_2105_does_not_keep_the_later_ones_away() -> None:
    track = Track("panel", "X", None, stamp(0), done=True)
    after = advance(track, Page((stamp(1), "2105-02-07T00:00:00.000Z")), NONE)
    assert after.finished
    assert settled_since(after, START + timedelta(seconds=60)) == "2026-11-22T00:01:00Z"
    assert settled_since(replace(after, at=stamp(1)), START + timedelta(seconds=60)) == stamp(1)


def test_the_overlap_counts_from_the_servers_own_text() -> None:
    track = Track("panel", "Encounter", None, "2026-11-22T10:00:00.500+02:00", done=True)
    assert lower_bound(track, timedelta(seconds=30)) == "2026-11-22T07:59:30.500Z"
    assert (
        lower_bound(replace(track, at="2026-11-22T10:00:01+02:00"), timedelta(seconds=30))
        == "2026-11-22T10:00:01+02:00"
    )
    assert lower_bound(replace(track, since="not a time"), NONE) is None


def test_a_query_names_ids_times_and_counts_and_nothing_else() -> None:
    track = Track("panel", "Encounter", ("p1", "p2"), stamp(0), done=True)
    assert query(track, NONE) == (
        "Encounter?patient=p1%2Cp2&_lastUpdated=ge2026-11-22T00%3A00%3A00.000Z&_sort=_lastUpdated&_count=200"
    )
    assert query(replace(track, type="Patient"), NONE).startswith("Patient?_id=p1%2Cp2&")
