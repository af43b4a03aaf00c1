"""The tablet in the hands of the person who answers, for the tests of that mode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from tests.support.flet_harness import FletHarness
from tests.support.still_clock import StillClock
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, DoubleSession, World

NAME = "Colón"
ESAS = "hand-over-esas-r"
OWN = "hand-over-own-answers"


@dataclass
class Hands:
    """The app, the nurse's device, and the clock of her lock."""

    app: FletHarness
    device: DoubleDevice
    clock: StillClock

    @property
    def session(self) -> DoubleSession:
        assert self.device.session is not None
        return self.device.session

    async def hand_over(self, name: str = ESAS) -> None:
        await self.app.tap(name)
        await self.app.tap(f"{name}-now")
        await self.app.until(lambda: self.app.has("answers-done"), "the questions alone")
        await self.app.settle(60)

    async def take_back(self, secret: str = DoubleDevice.PIN) -> None:
        await self.app.tap("answers-nurse")
        await self.app.type("answers-secret", secret, submit=True)
        await self.app.settle(60)

    def alone(self) -> bool:
        """Nothing of the nurse's app is there, not even below something."""
        foreign = (
            "nav-",
            "status-",
            "section-",
            "visit-",
            "today-",
            "patient-",
            "score-",
            "alert",
            "hand-over",
        )
        return not [i for i in self.app.ids() if i.startswith(foreign)] and not self.app.shows(NAME)


@asynccontextmanager
async def hands(mount: Mount, world: World, width: int = 1180, text: int = 100) -> AsyncIterator[Hands]:
    """`text`: the nurse's size of text, in percent, which the tablet keeps in other hands."""
    device, clock = DoubleDevice(world), StillClock()
    device.found = [replace(one, look=replace(one.look, text=text)) for one in device.found]
    device.make_watch = clock.make_watch
    async with mount(device, unlock=True, width=width) as app:
        assert device.session is not None
        running = asyncio.create_task(device.session.lock_watch.run(device.session.lock))
        try:
            yield Hands(app, device, clock)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
