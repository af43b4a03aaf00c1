"""The conformance suite: every step on every server at hand, and no run that hardly asked anything.

`FHIR_TEST_ENDPOINT=https://… FHIR_TEST_TOKEN=… pytest tests/conformance` asks any other server.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.conformance import steps_of_asking, steps_of_reading, steps_of_searching, steps_of_writing
from tests.conformance.differences import read_differences
from tests.conformance.peer import NotSupported, Peer
from tests.conformance.step import STEPS, Step

MODULES = [one.__name__ for one in (steps_of_writing, steps_of_reading, steps_of_asking, steps_of_searching)]
"""In the order in which their steps run: a server that keeps all in memory gets slower with what searching fills in."""
ORDERED = sorted(STEPS, key=lambda one: MODULES.index(one.run.__module__))
MUST_RUN = 0.8
_ran: dict[str, set[str]] = defaultdict(set)
_not_run: dict[str, dict[str, str]] = defaultdict(dict)


@pytest.mark.parametrize("one", ORDERED, ids=lambda one: one.id)
def test_the_server_does_as_the_protocol_needs(peer: Peer, one: Step) -> None:
    known = read_differences().get(peer.name, {})
    try:
        one.run(peer)
    except NotSupported as why:
        _not_run[peer.name][one.id] = str(why)
        pytest.skip(f"{peer.name} {why}")
    except AssertionError:
        _ran[peer.name].add(one.id)
        if one.id not in known:
            raise
    else:
        _ran[peer.name].add(one.id)
        assert one.id not in known, f"{peer.name} does this now: take it out of docs/servers.md"


def test_at_least_four_fifths_of_the_steps_really_ran(peer: Peer) -> None:
    ran, skipped = _ran[peer.name], _not_run[peer.name]
    if len(ran) + len(skipped) < len(STEPS):
        pytest.skip("not all steps were asked for")
    assert len(ran) >= MUST_RUN * len(STEPS), f"{len(ran)} of {len(STEPS)}; not run: {skipped}"


def test_the_list_of_differences_names_only_steps_that_there_are() -> None:
    named = {step for steps in read_differences().values() for step in steps}
    assert named <= {one.id for one in STEPS}
    assert read_differences()["reference-sqlite"] == read_differences()["reference-postgresql"] == {}
