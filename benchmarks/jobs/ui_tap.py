"""`ui_tap`: from the message that a tap sends to the second frame that shows it as saved, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Error as BrowserError

from benchmarks.lines import Line, Measured, Peer, at_most
from benchmarks.panel import PEOPLE, VISITS
from benchmarks.registry import NotRun, Setting
from benchmarks.ui import TAP, in_hands, time_taps

GOAL, GOAL_P95 = 75, 150


def run(setting: Setting) -> Measured:
    """Raises NotRun without a Chromium."""
    people, visits = setting.size(PEOPLE, 6), setting.size(VISITS, 24)
    try:
        with in_hands(people, visits, None) as hands:
            taps = time_taps(hands, setting.rounds(40, quick=3))
    except BrowserError as error:
        raise NotRun("no Chromium could be started") from error
    floor = Peer(TAP, tuple(pair.floor.from_send for pair in taps))
    return Measured(
        (
            Line(
                "message sent to saved mark",
                "ms",
                tuple(pair.tap.from_send for pair in taps),
                (at_most(GOAL), at_most(GOAL_P95, "p95")),
                floor,
            ),
            Line(
                "of that, until the answer is in the browser",
                "ms",
                tuple(pair.tap.to_answer for pair in taps),
                (),
                Peer(TAP, tuple(pair.floor.to_answer for pair in taps)),
            ),
        ),
        about={"people": people, "visits": visits},
    )
