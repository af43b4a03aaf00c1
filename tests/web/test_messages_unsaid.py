"""What Flet sends to a window is not written out as text on the way."""

from __future__ import annotations

import flet as ft
from flet.messaging.protocol import Message, MessageAction, PatchControlBody

from app.main import make_flet_app


def test_a_message_to_a_window_says_its_kind_and_nothing_of_a_person() -> None:
    body = PatchControlBody(7, [[0], [0, 0, "content", ft.Text("María Colón Ríos")]])
    assert "María" in f"{body}", "what flet would write out"

    async def open_page(_page: ft.Page) -> None: ...

    make_flet_app(open_page)
    assert f"{Message(MessageAction.PATCH_CONTROL, body)}" == "Message(PATCH_CONTROL)"
