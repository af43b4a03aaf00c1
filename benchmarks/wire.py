"""A window of the app without a browser: it speaks Flet's protocol over the app's own WebSocket.

What it measures is the app's share of a tap: from the message that a tap sends to the message that shows the answer.
Nothing is decoded into widgets, laid out or drawn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx
import msgpack  # type: ignore[import-untyped]  # it ships no types
from websockets.sync.client import connect
from websockets.typing import Origin

from benchmarks.screen_tree import ScreenTree

LARGEST = 64 * 1024 * 1024
"""Bytes of one message."""
PATIENCE = 60.0
"""Seconds until what should come is given up."""
SIZE = {"width": 1180, "height": 820}
_REGISTER, _PATCH, _EVENT, _PROPS, _INVOKE, _CRASHED = range(1, 7)


class Wire:
    """`with Wire(launch_link) as window:`. Whatever waits raises TimeoutError after `PATIENCE`."""

    def __init__(self, link: str) -> None:
        origin = link.partition("/open/")[0]
        cookie = httpx.get(link, trust_env=False).headers["set-cookie"].partition(";")[0]
        self._socket = connect(
            f"ws{origin.removeprefix('http')}/ws",
            origin=Origin(origin),
            additional_headers={"Cookie": cookie},
            max_size=LARGEST,
            proxy=None,
            compression=None,
        )
        self.messages = self.bytes = 0
        """Patches received, and their size."""
        client = {
            "route": "/",
            "platform": "linux",
            "web": True,
            "pwa": False,
            "platform_brightness": "light",
        }
        self._send(_REGISTER, {"session_id": "", "page_name": "", "page": {**client, **SIZE}})
        self.screen: ScreenTree = ScreenTree({})
        while not self.screen.page:
            self._receive(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    # --- what a person does ---

    def tap(self, identifier: str) -> None:
        """Raises KeyError when it is not on the screen, or does not hear taps."""
        target = self.screen.inside(identifier, event="on_click")
        self._send(_EVENT, {"target": target["_i"], "name": "click", "data": None})

    def type(self, identifier: str, text: str) -> None:
        """As the browser does: the new text of a field, then the event."""
        field = self.screen.inside(identifier, kind="TextField")
        self._send(_PROPS, {"id": field["_i"], "props": {"value": text}})
        self._send(_EVENT, {"target": field["_i"], "name": "change", "data": text})

    # --- waiting ---

    def until(self, holds: Callable[[], bool]) -> float:
        """Take what comes until it holds. Milliseconds from the call to the message after which it did, or 0."""
        began, latest = time.perf_counter(), time.monotonic() + PATIENCE
        arrived = began
        while not holds():
            arrived = self._receive(latest - time.monotonic())
        return (arrived - began) * 1000

    def until_id(self, prefix: str) -> float:
        """Until a name that begins so is on the screen."""
        return self.until(lambda: bool(self.screen.ids(prefix)))

    def settle(self, quiet: float = 0.3) -> None:
        """Take what comes until nothing has come for `quiet` seconds."""
        latest = time.monotonic() + PATIENCE
        while time.monotonic() < latest:
            try:
                self._receive(quiet)
            except TimeoutError:
                return
        raise TimeoutError("the screen never came to rest")

    # --- the wire ---

    def _send(self, action: int, body: dict[str, Any]) -> None:
        self._socket.send(b"\x00" + msgpack.packb([action, body]))

    def _receive(self, timeout: float) -> float:
        """Take one message; the time at which it was here."""
        data = self._socket.recv(timeout=max(timeout, 0.0))
        arrived = time.perf_counter()
        if not isinstance(data, bytes):
            raise TypeError("the app sent text")
        action, body = msgpack.unpackb(data[1:], strict_map_key=False)
        if action == _REGISTER:
            self.screen = ScreenTree(body["page_patch"])
        elif action == _PATCH:
            self.messages += 1
            self.bytes += len(data)
            self.screen.patch(body["id"], body["patch"])
        elif action == _INVOKE:
            self._send(
                _INVOKE,
                {"control_id": body["control_id"], "call_id": body["call_id"], "result": None, "error": None},
            )
        elif action == _CRASHED:
            raise RuntimeError("the app's window broke")
        return arrived
