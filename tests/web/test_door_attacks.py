"""Requests that no browser sends on its own, over real sockets: each must end at the door."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.web.guard import LAUNCH_PATH
from tests.support.webserver import Served, ask_raw

SOCKET = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{more}\r\n"
)


def status_of(answer: str) -> str:
    return answer.split()[1] if answer else "closed"


def get(served: Served, target: str, *, host: str | None = None, more: str = "") -> str:
    return (
        f"GET {target} HTTP/1.1\r\nHost: {host or served.address.authority}\r\nCookie: {served.cookie}\r\n"
        f"Connection: close\r\n{more}\r\n"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/%64ocs",
        "/docs/../docs",
        "/docs%2f",
        "/docs?x",
        "/oauth_callback?code=1&state=2",
        "/o%61uth_callback",
        "/upload?f=x",
        "/docs/oauth2-redirect",
    ],
)
async def test_closed_pages_stay_closed_however_they_are_spelt(served: Served, path: str) -> None:
    assert status_of(await ask_raw(served.address, get(served, path))) == "404"


@pytest.mark.parametrize(
    "path",
    [
        "/../web.key",
        "/..%2fweb.key",
        "/%2e%2e/%2e%2e/web.key",
        "/assets/../../web.key",
        "/assets/..%5c..%5cweb.key",
        "//web.key",
        "/./web.key",
        "/web.key%00.png",
        "/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/....//....//etc/passwd",
    ],
)
async def test_no_path_leads_out_of_the_pages(served: Served, tmp_path: Path, path: str) -> None:
    """Flet answers a path it does not know with its start page, so what counts is the content."""
    answer = await ask_raw(served.address, get(served, path))
    secret = (tmp_path / "web.key").read_bytes().decode("latin-1")
    assert secret not in answer
    assert "root:" not in answer
    assert status_of(answer) in ("200", "400", "404")
    assert status_of(answer) != "200" or "<!DOCTYPE html>" in answer


@pytest.mark.parametrize(
    "host",
    [
        "{a}.",
        " {a}x",
        "127.1:{p}",
        "127.0.0.1:0{p}",
        "user@{a}",
        "{a},evil.example",
        "[::ffff:127.0.0.1]:{p}",
    ],
)
async def test_no_other_spelling_of_the_host_is_the_host(served: Served, host: str) -> None:
    named = host.format(a=served.address.authority, p=served.address.port)
    assert status_of(await ask_raw(served.address, get(served, "/", host=named))) in ("400", "403")


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-Host"],
)
async def test_forwarding_headers_change_nothing(served: Served, header: str) -> None:
    own = served.address.authority
    foreign = get(served, "/", host="evil.example", more=f"{header}: {own}\r\n")
    assert status_of(await ask_raw(served.address, foreign)) == "403"
    closed = get(served, "/docs", more=f"{header}: /\r\n")
    assert status_of(await ask_raw(served.address, closed)) == "404"


async def test_an_origin_twice_or_in_a_list_opens_nothing(served: Served) -> None:
    own = served.address.origin
    for more in (
        f"Origin: {own}\r\nOrigin: http://evil.example\r\n",
        f"Origin: http://evil.example\r\nOrigin: {own}\r\n",
        f"Origin: {own}, http://evil.example\r\n",
        f"Origin: {own} \u00a0\r\n",
        "Origin: \r\n",
        "Origin: null\r\n",
    ):
        answer = await ask_raw(served.address, get(served, "/", more=more))
        assert status_of(answer) in ("400", "403"), more


async def test_a_websocket_by_hand_needs_everything_at_once(served: Served) -> None:
    own, host = served.address.origin, served.address.authority
    cookie, origin = f"Cookie: {served.cookie}\r\n", f"Origin: {own}\r\n"
    for path, name, more in (
        ("/ws", host, cookie),
        ("/ws", host, origin),
        ("/ws", host, cookie + origin + origin),
        ("/ws", host, cookie + f"Origin: {own.upper()}\r\n"),
        ("/ws", host, cookie + f"Origin: {own}/\r\n"),
        ("/ws", host, cookie + "Origin: null\r\n"),
        ("/ws", "localhost", cookie + origin),
        ("/ws", f"{host}\r\nHost: {host}", cookie + origin),
        ("/ws/", host, cookie + origin),
        ("/w%73x", host, cookie + origin),
        ("//ws", host, cookie + origin),
        ("http://evil.example/ws", "evil.example", cookie + origin),
    ):
        answer = await ask_raw(served.address, SOCKET.format(path=path, host=name, more=more))
        assert status_of(answer) in ("400", "403"), (path, name, more)
    assert served.pages == []


async def test_a_launch_link_asked_for_many_times_at_once_opens_once(served: Served) -> None:
    async with served.client() as client:
        path = served.launch_url.removeprefix(served.address.origin)

        async def ask() -> tuple[int, bool]:
            answer = await client.get(path)
            client.cookies.clear()
            return answer.status_code, "set-cookie" in answer.headers

        answers = await asyncio.gather(*(ask() for _ in range(12)))
    assert sum(with_cookie for _, with_cookie in answers) == 1


async def test_a_cookie_somebody_else_set_is_not_taken_over(served: Served) -> None:
    """A launch gives a fresh cookie and never keeps, echoes or blesses the one that came."""
    planted = f"{served.address.cookie_name}=planted"
    path = served.launch_url.removeprefix(served.address.origin)
    async with served.client(cookie=planted) as client:
        answer = await client.get(path)
        assert answer.status_code == 303
        assert "planted" not in answer.headers["set-cookie"]
        client.cookies.clear()
        assert (await client.get("/")).status_code == 403


@pytest.mark.parametrize("tail", ["", "/", "%00", "a" * 5000, "../", "?token=x", "%ff%fe"])
async def test_no_odd_launch_link_opens_or_breaks_the_door(served: Served, tail: str) -> None:
    request = (
        f"GET {LAUNCH_PATH}{tail} HTTP/1.1\r\nHost: {served.address.authority}\r\nConnection: close\r\n\r\n"
    )
    assert status_of(await ask_raw(served.address, request)) in ("400", "403")
