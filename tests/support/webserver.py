"""A guarded server with a small Flet page behind it, on a free port of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import flet as ft
import httpx
import msgpack
from websockets.asyncio.client import connect

from app.config import Settings
from app.main import make_flet_app
from app.web import serve
from app.web.guard import LAUNCH_PATH, Address, WebGuard
from app.web.keys import DoorKey, load_door_key
from app.web.windows import Windows


@dataclass
class Served:
    address: Address
    key: DoorKey
    pages: list[ft.Page]
    ended: list[int]
    """Numbers of the WebSockets that were let in and have ended."""

    @property
    def launch_url(self) -> str:
        return f"{self.address.origin}{LAUNCH_PATH}{self.key.make_launch_token(self.address.origin)}"

    @property
    def cookie(self) -> str:
        return f"{self.address.cookie_name}={self.key.make_cookie(self.address.origin)}"

    def client(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.address.origin, headers=headers, trust_env=False)


@asynccontextmanager
async def serving(
    data_dir: Path, port: int = 0, host: str = "127.0.0.1", windows: Windows | None = None
) -> AsyncIterator[Served]:
    """The same pieces as the app, joined in the same order, with one line of text as its page."""
    settings = Settings(data_dir=data_dir, port=port, host=host)
    listener = serve.listen(settings)
    address = serve.address_of(listener, settings)
    key = load_door_key(data_dir)
    pages: list[ft.Page] = []

    async def open_page(page: ft.Page) -> None:
        pages.append(page)
        if windows is not None:
            windows.watch(page, page.session.id)
        page.add(ft.Semantics(identifier="hello", content=ft.Text("Nothing to see")))

    ready, stop = asyncio.Event(), asyncio.Event()
    ended: list[int] = []

    def on_socket_end(number: int) -> None:
        ended.append(number)
        if windows is not None:
            windows.end_socket(number)

    before = windows.look if windows is not None else None
    guarded = WebGuard(
        make_flet_app(open_page), key, address, on_socket_end=on_socket_end, before_socket=before
    )
    task = asyncio.create_task(serve.serve(guarded, listener, stop, on_ready=ready.set, settings=settings))
    try:
        async with asyncio.timeout(20):
            await ready.wait()
        yield Served(address, key, pages, ended)
    finally:
        stop.set()
        await task


@asynccontextmanager
async def flet_client(served: Served, session_id: str = "") -> AsyncIterator[str]:
    """A client that says just enough of Flet's protocol to have a session; yields the session's id."""
    headers = {"Cookie": served.cookie}
    url = f"{served.address.socket_origin}/ws"
    page = {"route": "/", "width": 1180, "height": 820, "platform": "linux", "pwa": False, "web": True}
    async with connect(url, origin=served.address.origin, additional_headers=headers, proxy=None) as socket:
        hello = [1, {"session_id": session_id, "page_name": "", "page": page}]
        await socket.send(b"\x00" + msgpack.packb(hello))
        async with asyncio.timeout(10):
            answer = await socket.recv()
        assert isinstance(answer, bytes)
        yield msgpack.unpackb(answer[1:])[1]["session_id"]


async def ask_raw(address: Address, text: str) -> str:
    """Send exactly these bytes and read until the server closes: for what no well-behaved client sends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
    writer.write(text.encode("latin-1"))
    await writer.drain()
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer.decode("latin-1")
