"""A bare Flet page on a port of this machine, for what Flet itself costs: `python -m benchmarks.floor_page PORT`.

It shows one text, a box that a tap turns on and off, and a box that puts another text in the place of the first. It is
served like the app (one process, no compression, nothing from outside), without its guard, store and services.
"""

from __future__ import annotations

import asyncio
import socket
import sys

import flet as ft
import flet_web.fastapi  # type: ignore[import-untyped] # Flet's web server ships no types
import uvicorn

READY = "floor is listening"


def _box(name: str, text: str, on: bool, tap: ft.ControlEventHandler[ft.Container]) -> ft.Control:
    inside = ft.Container(width=200, height=48, on_click=tap, content=ft.Text(text))
    return ft.Semantics(identifier=name, button=True, selected=on, container=True, content=inside)


@ft.component
def Floor() -> ft.Control:
    on, set_on = ft.use_state(False)
    turn, set_turn = ft.use_state(0)
    return ft.Column(
        [
            ft.Semantics(identifier="floor", container=True, content=ft.Text("Floor")),
            _box("toggle", "Toggle", on, lambda _: set_on(lambda old: not old)),
            _box("other", "Other", False, lambda _: set_turn(lambda old: old + 1)),
            ft.Semantics(identifier=f"text-{turn}", container=True, content=ft.Text(f"Text {turn}")),
        ]
    )


async def main(page: ft.Page) -> None:
    page.render(Floor)


def serve(port: int) -> None:
    app = flet_web.fastapi.app(main, no_cdn=True)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="error",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
    )
    asyncio.run(_Server(config).serve())


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"{READY}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
