"""The page on which a signed visit is read: all its words, to be compared between devices."""

from __future__ import annotations

import re
from collections import Counter

from tests.support import page_scripts
from tests.support.browser import Window

RECEIVED = re.compile(r"Received by the plan \d\d:\d\d(?!;)")
"""A visit's receipt: each device's own."""
UNSEEN = re.compile(r"Received by the plan \d\d:\d\d; nobody has seen it yet\.$")
"""An alert's, on the device that raised it."""
FRAME = (
    '[flt-semantics-identifier^="nav-"], [flt-semantics-identifier="status-line"], '
    '[flt-semantics-identifier="reading-back"], [flt-semantics-identifier="reading-review"]'
)
"""What stands around the page."""
WAYS = {"Added afterwards", "Add to this visit", "Give to a mentor"}
"""Ways on from there: to an addendum, which only the author has, and to a mentor, which only a supervisor has."""
BROKEN = "This part could not be shown"


def read_lines(window: Window) -> Counter[str]:
    """What the page says, without its frame; of an alert without its receipt, which only who raised it knows."""
    window.see("reading-back")
    lines: list[str] = window.page.evaluate(page_scripts.WORDS_OUTSIDE, FRAME)
    assert not any(BROKEN in line for line in lines), lines
    said = (UNSEEN.sub("Nobody has taken it yet.", line) for line in lines)
    return Counter(line for line in said if line not in WAYS and not RECEIVED.match(line))
