"""What a known-bad client is: the app with one function replaced, and the scenario that must notice it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.checker import Checker
from tests.faults.double.server import Quirks
from tests.faults.double.tablet import DoubleTablet
from tests.faults.many import Many
from tests.faults.quick import seeded_ids


@dataclass
class Stage:
    """Where scenarios play; a world that a scenario opens is closed at its end, whatever happened."""

    templates: Path
    one_tablet: Path
    """Templates of tests.faults.world."""
    directory: Path
    checker: Checker

    @asynccontextmanager
    async def many(self, *, strict_sign_in: bool = False) -> AsyncIterator[Many]:
        world = Many(self.templates, self.directory)
        world.ward.desk.strict = strict_sign_in
        await world.start()
        try:
            yield world
        finally:
            await world.close()

    @asynccontextmanager
    async def double(self, quirks: Quirks) -> AsyncIterator[DoubleTablet]:
        """One tablet in front of a server with faults of its own; the first load is done."""
        tablet = DoubleTablet(self.one_tablet, self.directory, quirks)
        await tablet.start()
        try:
            await tablet.sync()
            yield tablet
        finally:
            await tablet.close()

    async def check(self, world: Many, *, at_rest: bool = True) -> None:
        await world.check(self.checker, at_rest=at_rest)


Scenario = Callable[[Stage], Awaitable[None]]
Make = Callable[[Any], Any]
"""From the good function to the bad one."""
Patch = tuple[Any, str, Make]


def instead(bad: Any) -> Make:
    """The good function is not asked at all."""
    return lambda _good: bad


@dataclass(frozen=True)
class Mutant:
    """`patches`: (owner, name, make) of each function replaced. `repeats`: the failure in the field.

    `rule`: the invariant whose judgement must name it, where it is not enough that anything is said.
    """

    name: str
    scenario: Scenario
    patches: tuple[Patch, ...]
    repeats: str = ""
    rule: str = ""
    used: list[str] = field(default_factory=list)

    @contextmanager
    def client(self) -> Iterator[None]:
        """While this lasts the app is the bad one. `used` names what of it ran."""
        self.used.clear()
        with ExitStack() as stack:
            for owner, name, make in self.patches:
                known = vars(owner)[name]  # KeyError: the app has changed, and so must the mutant
                setattr(owner, name, self._noted(name, make(known)))
                stack.callback(setattr, owner, name, known)
            yield

    def _noted(self, name: str, bad: Any) -> Any:
        def noted(*args: Any, **more: Any) -> Any:
            self.used.append(name)
            return bad(*args, **more)

        return noted


async def play(scenario: Scenario, stage: Stage) -> None:
    """The same ids in the same order each time."""
    with seeded_ids(1):
        await scenario(stage)
