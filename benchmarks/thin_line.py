"""A TCP relay that is a mobile line: so many bits a second each way, so long a way, and connections that break.

It counts what goes over the line and the requests in it, and knows nothing of what they say. Bytes wait for their turn
on the one line, whatever connection they belong to; what comes out at its end is half a round trip late.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PIECE = 1_400
"""Bytes that take the line one after the other: about a packet."""
_FIRST_WORDS = (b"GET ", b"PUT ", b"POST ", b"DELETE ", b"HEAD ", b"PATCH ")


@dataclass
class Breaks:
    """Which requests doom their connection, and after how many bytes of both ways together it breaks.

    `chance` of each request; the bytes are spread evenly between `least` and `most`, and later requests count too.
    """

    chance: float = 0.0
    least: int = 1_000
    most: int = 64_000
    random: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - no secret
    fired: int = 0

    def draw(self) -> int | None:
        """After how many more bytes the connection of a request that begins now breaks; None: it holds."""
        if self.random.random() >= self.chance:
            return None
        return self.random.randint(self.least, self.most)


@dataclass
class Lane:
    """One direction of the line. `bits_per_second` None: as fast as it comes."""

    bits_per_second: float | None
    delay: float
    bytes: int = 0
    _free_at: float = 0.0

    def take(self, size: int, now: float) -> float:
        """A piece takes its turn; when it is out at the other end."""
        self.bytes += size
        took = 0.0 if self.bits_per_second is None else size * 8 / self.bits_per_second
        self._free_at = max(self._free_at, now) + took
        return self._free_at + self.delay


class ThinLine:
    """`async with ThinLine(url, …) as line:` stands at `line.url` in the server's place.

    `round_trip` in seconds, half of it each way.
    """

    def __init__(
        self,
        upstream: str,
        *,
        bits_per_second: float | None = None,
        round_trip: float = 0.0,
        breaks: Breaks | None = None,
    ) -> None:
        parts = urlsplit(upstream)
        self._host, self._port, self._path = parts.hostname or "127.0.0.1", parts.port or 80, parts.path
        self.up = Lane(bits_per_second, round_trip / 2)
        self.down = Lane(bits_per_second, round_trip / 2)
        self.breaks = breaks or Breaks()
        self.requests = 0
        self.connections = 0
        self.url = ""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def bytes(self) -> int:
        """Of both ways so far; what a break kept from arriving was sent all the same."""
        return self.up.bytes + self.down.bytes

    def thin(self, bits_per_second: float | None, round_trip: float, breaks: Breaks) -> None:
        """From now on it is such a line, for connections that stand too."""
        for lane in (self.up, self.down):
            lane.bits_per_second, lane.delay = bits_per_second, round_trip / 2
        self.breaks = breaks

    def reset(self) -> None:
        """Count from here."""
        self.up.bytes = self.down.bytes = self.requests = self.connections = self.breaks.fired = 0

    async def __aenter__(self) -> ThinLine:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{self._path}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self.connections += 1
        # A connection is made by one round trip before the first byte of a request.
        await asyncio.sleep(self.up.delay + self.down.delay)
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        left: list[int | None] = [None]

        def saw(data: bytes) -> None:
            if data.startswith(_FIRST_WORDS):
                self.requests += 1
                if left[0] is None:
                    left[0] = self.breaks.draw()

        def may_pass(size: int) -> bool:
            """False once the connection has carried all that it was given."""
            if left[0] is None:
                return True
            left[0] -= size
            return left[0] > 0

        ways = [
            asyncio.create_task(_pass(reader, far_writer, self.up, saw, may_pass)),
            asyncio.create_task(_pass(far_reader, writer, self.down, lambda _: None, may_pass)),
        ]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if any(not way.cancelled() and way.exception() is None and way.result() for way in done):
                self.breaks.fired += 1
                for one in (writer, far_writer):
                    one.transport.abort()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for one in (writer, far_writer):
                one.close()
                with suppress(OSError):
                    await one.wait_closed()


async def _pass(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    lane: Lane,
    saw: Callable[[bytes], None],
    may_pass: Callable[[int], bool],
) -> bool:
    """Until one side closes; True where the connection broke."""
    loop = asyncio.get_running_loop()
    arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            at, piece = await arriving.get()
            await asyncio.sleep(max(0.0, at - loop.time()))
            writer.write(piece)
            with suppress(OSError):
                await writer.drain()
            arriving.task_done()

    delivering = asyncio.create_task(deliver())
    try:
        while data := await reader.read(PIECE):
            saw(data)
            at = lane.take(len(data), loop.time())
            if not may_pass(len(data)):
                return True
            arriving.put_nowait((at, data))
            # A sender cannot be further ahead than what fits into the line's own buffers.
            await asyncio.sleep(max(0.0, at - lane.delay - loop.time()))
        await arriving.join()
    except OSError:
        return False
    else:
        return False
    finally:
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
