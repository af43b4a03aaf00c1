"""The line that sync is measured on: as thin and as long as it says, counting truly, breaking where it was told."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from benchmarks.thin_line import Breaks, Lane, ThinLine

ANSWER = b"x" * 3_000


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/fhir"


async def _ask(line: ThinLine, times: int) -> int:
    """Bytes that came back over one connection."""
    host, port = line.url.removeprefix("http://").split("/")[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    got = 0
    try:
        for _ in range(times):
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await writer.drain()
            got += len(await reader.readexactly(len(ANSWER)))
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()
    return got


def test_pieces_take_the_line_one_after_the_other_and_come_out_half_a_round_trip_later() -> None:
    lane = Lane(bits_per_second=8_000, delay=0.4)
    assert lane.take(1_000, 100.0) == pytest.approx(101.4)
    assert lane.take(500, 100.0) == pytest.approx(101.9), "it waited for the first"
    assert lane.take(1_000, 110.0) == pytest.approx(111.4), "the line was free again"
    assert lane.bytes == 2_500


async def test_it_counts_requests_and_the_bytes_of_both_ways() -> None:
    async with _server() as url, ThinLine(url) as line:
        assert line.url.endswith("/fhir")
        assert await _ask(line, 3) == 3 * len(ANSWER)
        assert (line.requests, line.connections) == (3, 1)
        assert line.up.bytes == 3 * len(b"GET / HTTP/1.1\r\n\r\n")
        assert line.down.bytes == 3 * len(ANSWER)
        line.reset()
        assert (line.requests, line.bytes) == (0, 0)


async def test_a_doomed_connection_breaks_after_its_bytes_and_a_new_one_works() -> None:
    async with _server() as url, ThinLine(url) as line:
        line.thin(None, 0.0, Breaks(chance=1.0, least=7_000, most=7_000, random=random.Random(1)))
        assert await _ask(line, 5) == 2 * len(ANSWER), "the third answer did not come through"
        assert line.breaks.fired == 1
        line.breaks.chance = 0.0
        assert await _ask(line, 5) == 5 * len(ANSWER)


def test_breaks_fall_as_often_as_they_are_said_to() -> None:
    breaks = Breaks(chance=0.05, least=1_000, most=64_000, random=random.Random(7))
    drawn = [breaks.draw() for _ in range(4_000)]
    doomed = [one for one in drawn if one is not None]
    assert 150 < len(doomed) < 250
    assert 1_000 <= min(doomed) < 5_000
    assert 60_000 < max(doomed) <= 64_000
