"""An answer that comes slowly is waited for; one that only drips is given up."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from app.sync.transport import read_body


class Drip(httpx.AsyncByteStream):
    """A body that comes in pieces, each of them `seconds` after the one before, by a clock of its own."""

    def __init__(self, piece: bytes, seconds: float, pieces: int) -> None:
        self.piece, self.step, self.left, self.now = piece, seconds, pieces, 0.0

    def clock(self) -> float:
        return self.now

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.left:
            self.left -= 1
            self.now += self.step
            yield self.piece


async def test_a_server_that_only_drips_does_not_hold_a_pass_for_days() -> None:
    drip = Drip(b"x", 59.0, 10**6)
    with pytest.raises(httpx.ReadTimeout):
        await read_body(httpx.Response(200, stream=drip), drip.clock)
    assert drip.now < 200


@pytest.mark.parametrize("rate", [1_100, 2_000, 8_000])
async def test_a_slow_line_gets_its_answer_however_long_it_takes(rate: int) -> None:
    line = Drip(b"x" * rate, 1.0, 1_000)
    assert len(await read_body(httpx.Response(200, stream=line), line.clock)) == 1_000 * rate
