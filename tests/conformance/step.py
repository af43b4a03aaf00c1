"""Steps of the conformance suite: each one thing that the sync protocol leans on, with the capability it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.peer import Peer

Run = Callable[[Peer], None]


@dataclass(frozen=True)
class Step:
    """`capability`: what a server must be able to do. `says` is the sentence for docs/servers.md."""

    id: str
    capability: str
    says: str
    run: Run


STEPS: list[Step] = []


def step(capability: str) -> Callable[[Run], Run]:
    """Register a function as a step; its name is the step's id, its docstring what a server should do."""

    def register(run: Run) -> Run:
        name = run.__name__.replace("_", "-")
        says = (run.__doc__ or "").strip().splitlines()[0]
        assert says, name
        assert name not in {one.id for one in STEPS}, name
        STEPS.append(Step(name, capability, says, run))
        return run

    return register
