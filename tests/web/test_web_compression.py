"""The line between app and browser is not compressed: a compressor keeps the last 32 kB of it, past every lock."""

from __future__ import annotations

from pathlib import Path

from websockets.asyncio.client import connect

from tests.support.webserver import serving


async def test_a_browser_that_offers_compression_is_served_without(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        headers = {"Cookie": served.cookie}
        url = f"{served.address.socket_origin}/ws"
        async with connect(
            url,
            origin=served.address.origin,
            additional_headers=headers,
            proxy=None,
            compression="deflate",
        ) as socket:
            assert socket.request is not None
            assert "permessage-deflate" in socket.request.headers["Sec-WebSocket-Extensions"]
            assert socket.response is not None
            assert "Sec-WebSocket-Extensions" not in socket.response.headers
