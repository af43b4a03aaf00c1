"""Composition root: settings → device (keys, stores, sync, services) → a page a window. Only it imports views."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from app.config import Settings, assets_dir, default_data_dir, prepare_data_dir
from app.crash import forbid_core_dumps
from app.device.papers import NoPrinter
from app.domain.look import Brightness
from app.errors import HearthsideError
from app.logs import describe, start_logging, watch_loop
from app.memory import wipe_what_is_freed
from app.web import keys, running, screen, serve, windows
from app.web.first_paint import FirstPaint
from app.web.guard import LAUNCH_PATH, Address, Asgi, WebGuard
from app.web.unsaid import leave_messages_unsaid

if TYPE_CHECKING:
    import flet as ft

    from app.services.device_service import Device

log = logging.getLogger("app.main")

Say = Callable[[str], None]

PAGE_FIRST = 0.3
"""Seconds after it listens in which the page itself goes out. Then the screens are loaded, while the browser fetches
its painter: the first window need not wait for them."""
_NOT_GUARDED = "Hearthside does not run in a browser this way. Start it with: hearthside app --web"


class Root:
    """Joins the one device of this process with each window that opens."""

    def __init__(self, device: Device, settings: Settings) -> None:
        self._device = device
        self._settings = settings
        self.windows = windows.Windows(device, windows.forget_flet_session)

    def get_brightness(self) -> Brightness:
        """Of the page before anybody is known: hers, where the device has one person only."""
        users = self._device.users()
        return users[0].look.brightness if len(users) == 1 else Brightness.SYSTEM

    async def open_page(self, page: ft.Page) -> None:
        """Flet calls this for every new window. Nothing may be raised to Flet, which would show its text."""
        from app.views import app as views

        session_key = page.session.id
        drawn: list[views.Window] = []

        def redraw() -> None:  # what changed while the window was away was never sent to it
            for window in drawn:
                window.redraw()

        self.windows.watch(page, session_key, redraw)
        try:
            drawn.append(
                await views.start(
                    page, self._device, session_key=session_key, plan_url=self._settings.plan_url
                )
            )
        except Exception as error:  # noqa: BLE001 - the outermost boundary of a window
            log.error("a window could not be drawn: %s", describe(error))
            _show_sentence(page, HearthsideError.sentence)

    async def close(self) -> None:
        """Lock every window and close every store. What was typed is stored already."""
        await self.windows.close()
        await self._device.close()


def run_app(settings: Settings, say: Say) -> int:
    """Run until the user stops it. Returns the exit code. Raises HearthsideError with a sentence to print."""
    settings.check()
    os.umask(0o077)
    forbid_core_dumps()
    wipe_what_is_freed()
    data_dir = prepare_data_dir(settings.data_dir)
    start_logging(data_dir)
    lock = running.RunLock(data_dir)
    if not lock.take():
        return _join_running(lock, data_dir_key=keys.load_door_key(data_dir), settings=settings, say=say)
    try:
        if not settings.web and screen.has_display():
            if screen.has_desktop_client():
                return asyncio.run(_run_desktop(settings))
            say("There is no Flet desktop client on this computer, so Hearthside opens in the browser.")
        return asyncio.run(_run_web(settings, lock, keys.load_door_key(data_dir), say))
    finally:
        lock.release()


def run_packaged() -> None:
    """Entry for `flet run` and `flet build`: one window that Flet itself made, on a phone or tablet."""
    import flet as ft

    settings = Settings(data_dir=prepare_data_dir(default_data_dir()))
    os.umask(0o077)
    forbid_core_dumps()
    wipe_what_is_freed()
    start_logging(settings.data_dir)
    roots: list[Root] = []

    async def open_page(page: ft.Page) -> None:
        if page.web:
            _show_sentence(page, _NOT_GUARDED)
            return
        if not roots:
            roots.append(Root(await _make_device(settings), settings))
        await roots[0].open_page(page)

    ft.run(open_page)


async def _make_device(settings: Settings) -> Device:
    from app.services.device_service import make_device
    from app.services.warming import warm_soon

    device = await make_device(settings.data_dir)
    warm_soon()
    if settings.allow_network and device.paper_door is not None:
        device.paper_door = replace(
            device.paper_door, printer=NoPrinter()
        )  # a printer of this machine, far from her
    return device


async def _run_desktop(settings: Settings) -> int:
    import flet as ft

    watch_loop(asyncio.get_running_loop())
    serve.ignore_flet_environment()
    root = Root(await _make_device(settings), settings)
    assets = assets_dir()
    try:
        await ft.run_async(
            root.open_page, view=ft.AppView.FLET_APP, assets_dir=str(assets) if assets else None
        )
    finally:
        await root.close()
    return 0


async def _run_web(settings: Settings, lock: running.RunLock, key: keys.DoorKey, say: Say) -> int:
    loop = asyncio.get_running_loop()
    watch_loop(loop)
    serve.ignore_flet_environment()
    listener = serve.listen(settings)
    address = serve.address_of(listener, settings)
    root = Root(await _make_device(settings), settings)
    stop = asyncio.Event()

    def load_screens() -> None:
        loop.run_in_executor(None, import_module, "app.views.app")

    def on_ready() -> None:
        lock.publish(address.origin)
        _offer_link(key, address, settings, say)
        say("Press Ctrl-C to stop Hearthside. Run the same command again for a new link.")
        loop.call_later(PAGE_FIRST, load_screens)

    try:
        with serve.stop_on_signals(stop):
            flet_app = FirstPaint(make_flet_app(root.open_page), root.get_brightness)
            guarded = WebGuard(
                flet_app,
                key,
                address,
                on_socket_end=root.windows.end_socket,
                before_socket=root.windows.look,
            )
            await serve.serve(guarded, listener, stop, on_ready=on_ready, settings=settings)
    finally:
        await root.close()
    return 0


def make_flet_app(open_page: Callable[[ft.Page], object]) -> Asgi:
    """Flet's own ASGI app: everything from this machine, no uploads, sessions kept briefly."""
    import flet_web.fastapi  # type: ignore[import-untyped] # Flet's web server ships no types

    leave_messages_unsaid()
    assets = assets_dir()
    app: Asgi = flet_web.fastapi.app(
        open_page,
        assets_dir=str(assets) if assets else None,
        app_name="Hearthside",
        app_short_name="Hearthside",
        app_description="Visit documentation for palliative care at home",
        no_cdn=True,
        session_timeout_seconds=int(windows.LONGEST_AWAY) + 60,
    )
    return app


def _join_running(lock: running.RunLock, *, data_dir_key: keys.DoorKey, settings: Settings, say: Say) -> int:
    origin = lock.running_at()
    if origin is None:
        say("Hearthside is already open on this data directory.")
        return 1
    say("Hearthside is already running.")
    _say_link(f"{origin}{LAUNCH_PATH}{data_dir_key.make_launch_token(origin)}", settings, say)
    return 0


def _offer_link(key: keys.DoorKey, address: Address, settings: Settings, say: Say) -> None:
    _say_link(f"{address.origin}{LAUNCH_PATH}{key.make_launch_token(address.origin)}", settings, say)


def _say_link(link: str, settings: Settings, say: Say) -> None:
    """Open the link where there is a browser, and print one that is still good in either case."""
    say("Open Hearthside with this link. It works once, within 10 minutes:")
    say(f"  {link}")
    if settings.open_browser and screen.open_in_browser(link):
        say("Your browser was asked to open it.")


def _show_sentence(page: ft.Page, sentence: str) -> None:
    import flet as ft

    page.controls.clear()
    page.add(ft.SafeArea(content=ft.Text(sentence, size=20)))
