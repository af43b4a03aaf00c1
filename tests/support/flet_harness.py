"""Mounts the screens in this process, without a browser: real Flet session, real diffs, real wire packing.

It proves what the tree holds and that every message can be packed; it says nothing about layout, fonts or focus.
Private names of flet are used (its version is pinned): the session, the page's context variable, control ids.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from types import TracebackType
from typing import Any

import flet as ft
import msgpack
from flet.components.component import Component
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page, context
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    Message,
    MessageAction,
    RegisterClientResponseBody,
    configure_encode_object_for_msgpack,
)
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

PATIENCE = 5.0
"""Seconds until a condition that should come true is given up."""
LONGEST_PAUSE = 0.03
"""Seconds between two looks at a screen that takes its time."""


class RecordingConnection(Connection):
    """A client that packs each message as the wire does, remembers it, and answers every method call with None."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.loop = loop
        self.executor = ThreadPoolExecutor(1)
        self.pubsubhub = PubSubHub(loop=loop, executor=self.executor)
        self.page_url = "http://harness.test"
        self.page_name = ""
        self.session: Session | None = None
        self.crashes: list[str] = []
        self.calls: list[tuple[str, Any]] = []
        self._encode = configure_encode_object_for_msgpack(BaseControl)

    def send_message(self, message: Message) -> None:
        msgpack.packb([message.action, message.body], default=self._encode)
        if message.action == MessageAction.SESSION_CRASHED:
            self.crashes.append(message.body.message)
        if message.action == MessageAction.INVOKE_METHOD and self.session is not None:
            call = message.body
            self.calls.append((call.name, call.args))
            answer = self.session.handle_invoke_method_results
            self.loop.call_soon(answer, call.control_id, call.call_id, None, None)


LISTS, DICTS, COMPONENTS, CONTROLS = (list, tuple), dict, Component, BaseControl


class _Kinds(dict[type, Any]):
    """What of these a class is, None for what can hold no control: large trees are walked often."""

    def __missing__(self, kind: type) -> Any:
        kinds = (LISTS, DICTS, COMPONENTS, CONTROLS)  # a component is a control too
        self[kind] = next((one for one in kinds if issubclass(kind, one)), None)
        return self[kind]


KIND = _Kinds()


@functools.cache
def _order(kind: type) -> dict[str, int]:
    fields = dataclasses.fields(kind)
    names = [f.name for f in fields if f.name != "_parent" and not f.metadata.get("skip")]
    return {name: place for place, name in enumerate(names)}


def _inside(control: BaseControl) -> list[Any]:
    """What hangs on a control, in the order of its properties.

    Flet keeps a property in `_values` unless it stands at its default, and lists as plain attributes.
    """
    order = _order(type(control))
    held = [
        (order[name], value)
        for values in (control._values, vars(control))
        for name, value in values.items()
        if KIND[value.__class__] and value and name in order
    ]
    if len(held) > 1:
        held.sort(key=_place)
    return [value for _, value in held]


_place = itemgetter(0)


class FletHarness:
    """`async with FletHarness(main) as app:`: `main` gets the page, as it would from Flet."""

    def __init__(
        self, main: Callable[[ft.Page], Awaitable[Any] | Any], *, width: int = 1180, height: int = 820
    ) -> None:
        self._main = main
        self._client = {
            "route": "/",
            "width": width,
            "height": height,
            "platform": "linux",
            "web": False,
            "debug": False,
            "platform_brightness": "light",
        }

    async def __aenter__(self) -> FletHarness:
        self.connection = RecordingConnection(asyncio.get_running_loop())
        self.session = self.connection.session = Session(self.connection)
        self.page = self.session.page
        self._token = _context_page.set(self.page)
        self.session.apply_page_patch(self._client)
        hello = RegisterClientResponseBody(
            session_id=self.session.id, page_patch=self.session.get_page_patch(), error=""
        )
        self.connection.send_message(Message(MessageAction.REGISTER_CLIENT, hello))
        context.reset_auto_update()
        result = self._main(self.page)
        if inspect.isawaitable(result):
            self.result = await result
        await self.session.after_event(self.page)
        await self.settle()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.close()
        await asyncio.sleep(0)
        with contextlib.suppress(ValueError):  # another task's context: pytest-asyncio tears down elsewhere
            _context_page.reset(self._token)
        self.connection.executor.shutdown(wait=False)

    async def settle(self, turns: int = 30) -> None:
        """Let tasks and the update scheduler run."""
        for _ in range(turns):
            await asyncio.sleep(0)

    async def until(self, holds: Callable[[], Any], what: str = "condition") -> None:
        """Wait until `holds()`; fails with `what` and the texts on screen after `PATIENCE`."""
        try:
            async with asyncio.timeout(PATIENCE):
                pause = 0.005
                while not holds():  # each look walks the whole screen
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.4, LONGEST_PAUSE)
        except TimeoutError:
            raise AssertionError(f"never came: {what}; on screen: {self.texts()}") from None
        await self.settle()

    # --- the tree as the client has it ---

    def walk(self, root: Any = None) -> Iterator[BaseControl]:
        """Every control, components left out, in order, as they are now."""
        return iter(list(self._each(root)))

    def _each(self, root: Any = None) -> Iterator[BaseControl]:
        """The same one after the other, for who stops at the first; the screen must not change meanwhile."""
        seen: set[int] = set()
        waiting = [root if root is not None else [self.page.views, self.page._dialogs]]
        while waiting:
            value = waiting.pop()
            kind = KIND[value.__class__]
            if kind is LISTS:
                waiting.extend(reversed(value))
            elif kind is DICTS:
                waiting.extend(reversed(value.values()))
            elif kind and id(value) not in seen:
                seen.add(id(value))
                if kind is COMPONENTS:
                    waiting.append(value._b)
                elif getattr(value, "visible", True) is not False:
                    yield value
                    waiting.extend(reversed(_inside(value)))

    def ids(self) -> list[str]:
        """Every test name on screen."""
        return [c.identifier for c in self.walk() if isinstance(c, ft.Semantics) and c.identifier]

    def has(self, identifier: str) -> bool:
        return any(isinstance(c, ft.Semantics) and c.identifier == identifier for c in self._each())

    def named(self, identifier: str) -> ft.Semantics:
        found = [c for c in self.walk() if isinstance(c, ft.Semantics) and c.identifier == identifier]
        assert len(found) == 1, f"{identifier}: {len(found)} on screen; there are {sorted(self.ids())}"
        return found[0]

    def inner(self, identifier: str, *kinds: type[BaseControl]) -> Any:
        """The control inside a test name that takes taps or text."""
        wanted = kinds or (
            ft.TextField,
            ft.Button,
            ft.TextButton,
            ft.OutlinedButton,
            ft.IconButton,
            ft.Container,
        )
        found = [c for c in self.walk(self.named(identifier)) if isinstance(c, wanted)]
        assert found, f"{identifier} holds nothing of {wanted}"
        return found[0]

    def texts(self, root: Any = None) -> list[str]:
        """Every word shown, in order, with labels, errors and helpers of fields."""
        shown: list[str] = []
        for control in self.walk(root):
            if isinstance(control, ft.Text):
                spans = "".join(span.text or "" for span in control.spans or [])
                shown.append((control.value or "") + spans)
                continue
            for name in ("label", "content", "title", "error", "helper", "hint_text", "tooltip"):
                value = getattr(control, name, None)
                if isinstance(value, str) and value:
                    shown.append(value)
        return shown

    def shows(self, sentence: str) -> bool:
        return any(sentence in text for text in self.texts())

    def value(self, identifier: str) -> str:
        """What stands in a text field."""
        return str(self.inner(identifier, ft.TextField).value or "")

    # --- what a person does ---

    async def send(self, control: BaseControl, event: str, data: Any = None) -> None:
        await self.session.dispatch_event(control._i, event, data)
        await self.settle()

    async def tap(self, identifier: str) -> None:
        control = self.inner(identifier)
        assert getattr(control, "on_click", None) is not None, f"{identifier} cannot be tapped"
        assert not getattr(control, "disabled", False), f"{identifier} is disabled"
        await self.send(control, "click")

    async def type(self, identifier: str, text: str, *, submit: bool = False, blur: bool = False) -> None:
        """What the client does: the value as a property, then the event."""
        control = self.inner(identifier, ft.TextField)
        self.session.apply_patch(control._i, {"value": text})
        await self.send(control, "change", text)
        if blur:
            await self.send(self.inner(identifier, ft.TextField), "blur")
        if submit:
            await self.send(self.inner(identifier, ft.TextField), "submit", text)

    async def resize(self, width: int, height: int) -> None:
        self.session.apply_page_patch({"width": width, "height": height})
        await self.send(self.page, "resize", {"width": width, "height": height})

    def assert_calm(self) -> None:
        """Nothing replaced the screen by an error."""
        assert not self.connection.crashes, self.connection.crashes
