"""That a worker takes a file as one piece: a table of attempts whose halves ran in two workers would prove nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest

WHOLE = 300
"""Files that a run of all tests has at least."""


def test_xdist_sees_the_pieces_that_are_made(request: pytest.FixtureRequest) -> None:
    """It writes them behind the name of each test; pytest 9.2 keeps names where xdist 3.8 does not write."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("only with --dist loadgroup, as `make test` has it")
    assert request.node.nodeid.endswith(f"@{request.path.stem}")


def test_files_that_drive_a_browser_begin_apart(request: pytest.FixtureRequest) -> None:
    """Four at once starve each other. A run of a part may hold too few others to stand between."""
    items = request.session.items
    files = list(dict.fromkeys(item.path for item in items))
    driven = {item.path for item in items if item.get_closest_marker("browser")}
    beside = [two for two in pairwise(files) if driven.issuperset(two)]
    assert not beside or len(files) < WHOLE, beside
