"""The web mode, asked by another site's page or under another name: over real sockets, each ends at the door."""

from __future__ import annotations

from pathlib import Path

from tests.support.webserver import ask_raw, serving

EVIL = "http://evil.example"
_SOCKET = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
SOCKET = f"{_SOCKET}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
ATTEMPTS = [
    # what, path, Host (None: its own), more header lines ({own}: its origin, {cookie}: a good one), status
    ("a page with a good cookie", "/", None, "Cookie: {cookie}\r\nConnection: close\r\n", "200"),
    ("a page without a cookie", "/", None, "Connection: close\r\n", "403"),
    ("a page under another name", "/", "evil.example", "Cookie: {cookie}\r\nConnection: close\r\n", "403"),
    (
        "a page for another site",
        "/",
        None,
        f"Cookie: {{cookie}}\r\nOrigin: {EVIL}\r\nConnection: close\r\n",
        "403",
    ),
    ("a socket of another site", "/ws", None, f"{SOCKET}Cookie: {{cookie}}\r\nOrigin: {EVIL}\r\n", "403"),
    ("a socket without an origin", "/ws", None, f"{SOCKET}Cookie: {{cookie}}\r\n", "403"),
    ("a socket of nowhere", "/ws", None, f"{SOCKET}Cookie: {{cookie}}\r\nOrigin: null\r\n", "403"),
    ("a socket without a cookie", "/ws", None, f"{SOCKET}Origin: {{own}}\r\n", "403"),
    (
        "a socket under another name",
        "/ws",
        "evil.example",
        f"{SOCKET}Cookie: {{cookie}}\r\nOrigin: {{own}}\r\n",
        "403",
    ),
    ("a launch link that was made up", "/open/AAAA", None, "Connection: close\r\n", "403"),
    ("a launch link under another name", "/open/{launch}", "evil.example", "Connection: close\r\n", "403"),
]


async def test_no_other_origin_and_no_other_host_gets_into_the_web_mode(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        own = served.address.origin
        for what, path, host, more, status in ATTEMPTS:
            target = path.format(launch=served.key.make_launch_token(own))
            lines = more.format(own=own, cookie=served.cookie)
            name = host or served.address.authority
            answer = await ask_raw(served.address, f"GET {target} HTTP/1.1\r\nHost: {name}\r\n{lines}\r\n")
            assert answer.split()[1] == status, (what, answer[:200])
            assert "access-control-allow-origin" not in answer.lower(), what
        assert served.pages == []
