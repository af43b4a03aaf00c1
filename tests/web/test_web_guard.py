"""What the door lets in, over real sockets."""

from __future__ import annotations

from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.web.headers import NOT_HERE
from tests.support.webserver import Served, ask_raw, serving

PATHS = (
    "/",
    "/index.html",
    "/main.dart.wasm",
    "/manifest.json",
    "/flutter_bootstrap.js",
    "/assets/FontManifest.json",
    "/ws",
    "/docs",
    "/openapi.json",
    "/oauth_callback",
    "/open/x",
    "/any/page",
)
FLET_WORDS = ("flutter", "flet", "<script", "openapi")


def is_bare(text: str) -> bool:
    """True when nothing of Flet's shines through."""
    return not any(word in text.lower() for word in FLET_WORDS)


@pytest.mark.parametrize("host", ["localhost", "evil.example", "127.0.0.1.", "0.0.0.0", "[::1]"])  # noqa: S104 - a header
async def test_a_foreign_host_gets_nothing_on_any_path(served: Served, host: str) -> None:
    async with served.client(cookie=served.cookie, host=f"{host}:{served.address.port}") as client:
        for path in PATHS:
            answer = await client.get(path)
            assert (answer.status_code, answer.text) == (403, NOT_HERE), path


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "https://127.0.0.1", "http://localhost"])
async def test_a_foreign_origin_gets_nothing_on_any_path(served: Served, origin: str) -> None:
    own = served.address
    for value in (origin, f"{origin}:{own.port}", own.origin + "/", own.origin.upper()):
        async with served.client(cookie=served.cookie, origin=value) as client:
            for path in PATHS:
                answer = await client.get(path)
                assert (answer.status_code, answer.text) == (403, NOT_HERE), (value, path)


async def test_the_host_without_its_port_and_two_hosts_get_nothing(served: Served) -> None:
    own = served.address.authority
    line = f"GET / HTTP/1.1\r\nCookie: {served.cookie}\r\nConnection: close\r\n"
    assert "200 OK" in await ask_raw(served.address, f"{line}Host: {own}\r\n\r\n")
    for bad in ("Host: 127.0.0.1\r\n", f"Host: {own}\r\nHost: evil.example\r\n", "Host: \r\n", ""):
        answer = await ask_raw(served.address, f"{line}{bad}\r\n")
        assert answer.split()[1] in ("400", "403"), bad
        assert is_bare(answer)
    absolute = f"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nCookie: {served.cookie}\r\n"
    assert " 403 " in (await ask_raw(served.address, f"{absolute}Connection: close\r\n\r\n"))[:20]


async def test_without_the_cookie_every_path_shows_only_the_plain_page(served: Served) -> None:
    async with served.client() as client:
        for path in PATHS:
            answer = await client.get(path)
            assert answer.status_code == 403
            assert "own link" in answer.text
            assert is_bare(answer.text)


async def test_a_changed_cookie_and_a_cookie_under_another_name_are_refused(served: Served) -> None:
    name, _, value = served.cookie.partition("=")
    for cookie in (f"{name}={value[:-1]}", f"{name}={value}x", f"{name}=", f"other={value}", value):
        async with served.client(cookie=cookie) as client:
            assert (await client.get("/")).status_code == 403


async def test_cookies_of_other_local_programs_do_not_hide_ours(served: Served) -> None:
    async with served.client(cookie=f'junk={{"a":[1]}}; =; ;a b=c"; {served.cookie}; z="') as client:
        assert (await client.get("/")).status_code == 200


async def test_a_launch_link_gives_a_strict_cookie_once(served: Served) -> None:
    link = served.launch_url
    async with served.client() as client:
        first = await client.get(link)
        assert (first.status_code, first.headers["location"]) == (303, "/")
        cookie = first.headers["set-cookie"]
        assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
        assert cookie.startswith(f"hearthside_{served.address.port}=")
        assert first.headers["cache-control"] == "no-store"
        assert (await client.get("/")).status_code == 200
    async with served.client() as stranger:
        second = await stranger.get(link)
        assert second.status_code == 403
        assert "set-cookie" not in second.headers


async def test_asking_for_the_head_of_a_link_does_not_use_it_up(served: Served) -> None:
    link = served.launch_url
    async with served.client() as client:
        assert (await client.head(link)).status_code == 405
        assert (await client.get(link)).status_code == 303


async def test_a_used_link_leads_the_one_who_is_already_in_back_to_the_page(served: Served) -> None:
    async with served.client() as client:
        link = served.launch_url
        await client.get(link)
        again = await client.get(link)
        assert again.status_code == 303
        assert "set-cookie" not in again.headers


async def test_only_reading_is_possible(served: Served) -> None:
    async with served.client(cookie=served.cookie) as client:
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
            assert (await client.request(method, "/")).status_code == 405


async def test_pages_of_flet_that_we_do_not_use_are_closed(served: Served) -> None:
    async with served.client(cookie=served.cookie) as client:
        for path in (
            "/docs",
            "/docs/",
            "/docs/oauth2-redirect",
            "/redoc",
            "/openapi.json",
            "/oauth_callback",
        ):
            assert (await client.get(path)).status_code == 404, path


async def test_every_answer_carries_the_security_headers_and_no_wildcard(served: Served) -> None:
    async with served.client(cookie=served.cookie) as inside, served.client() as outside:
        for answer in (
            await inside.get("/"),
            await inside.get("/main.dart.mjs"),
            await inside.get("/missing.js"),
            await outside.get("/"),
        ):
            headers = answer.headers
            assert "access-control-allow-origin" not in headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert headers["cross-origin-embedder-policy"] == "require-corp"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "server" not in headers
        policy = (await inside.get("/")).headers["content-security-policy"]
        assert f"connect-src 'self' ws://{served.address.authority};" in policy
        assert not [part for part in policy.split() if part.startswith("http")]


async def test_a_websocket_needs_cookie_origin_and_host(served: Served) -> None:
    own = served.address
    url = f"{own.socket_origin}/ws"
    async with connect(url, origin=own.origin, additional_headers={"Cookie": served.cookie}, proxy=None):
        pass
    strangers = [
        (own.origin, {}),
        (own.origin, {"Cookie": served.cookie + "x"}),
        (None, {"Cookie": served.cookie}),
        ("null", {"Cookie": served.cookie}),
        ("http://evil.example", {"Cookie": served.cookie}),
        (f"http://localhost:{own.port}", {"Cookie": served.cookie}),
        (f"http://127.0.0.1:{own.port + 1}", {"Cookie": served.cookie}),
    ]
    for origin, headers in strangers:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(url, origin=origin, additional_headers=headers, proxy=None):
                pass
        assert refused.value.response.status_code == 403
        assert not refused.value.response.body
    assert not served.pages


async def test_a_websocket_under_a_foreign_host_or_another_path_is_refused(served: Served) -> None:
    own = served.address
    common = (
        f"Origin: {own.origin}\r\nCookie: {served.cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    for path, host in (("/ws", "evil.example"), ("/ws", f"localhost:{own.port}"), ("/other", own.authority)):
        answer = await ask_raw(own, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{common}")
        assert " 403 " in answer[:20]


async def test_a_cookie_outlives_the_server_and_a_link_does_not(tmp_path: Path) -> None:
    async with serving(tmp_path) as first:
        cookie, link, port = first.cookie, first.launch_url, first.address.port
    async with serving(tmp_path, port=port) as second:
        async with second.client(cookie=cookie) as client:
            assert (await client.get("/")).status_code == 200
        async with second.client() as stranger:
            assert (await stranger.get(link)).status_code == 403


async def test_removing_the_key_file_turns_every_old_cookie_away(tmp_path: Path) -> None:
    async with serving(tmp_path) as first:
        cookie, port = first.cookie, first.address.port
    (tmp_path / "web.key").unlink()
    async with serving(tmp_path, port=port) as second, second.client(cookie=cookie) as client:
        assert (await client.get("/")).status_code == 403
