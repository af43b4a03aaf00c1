"""That a worker takes a file as one piece: a table of attempts whose halves ran in two workers would prove nothing."""

from __future__ import annotations

import pytest


def test_xdist_sees_the_pieces_that_are_made(request: pytest.FixtureRequest) -> None:
    """It writes them behind the name of each test; pytest 9.2 keeps names where xdist 3.8 does not write."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("only with --dist loadgroup, as `make test` has it")
    assert request.node.nodeid.endswith(f"@{request.path.stem}")
