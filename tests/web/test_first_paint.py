"""The page before Flet draws: in our colours, and dark where the one person of the device wants it dark."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.domain.look import Brightness
from app.main import make_flet_app
from app.views.palette import DARK, LIGHT
from app.web.first_paint import FirstPaint, first_style


async def ask(brightness: Brightness, path: str = "/", **headers: str) -> httpx.Response:
    """Flet's own answer to this path, through our colours."""

    async def nobody(page: Any) -> None:
        raise AssertionError("no window is opened")

    door = httpx.ASGITransport(FirstPaint(make_flet_app(nobody), lambda: brightness))
    async with httpx.AsyncClient(transport=door, base_url="http://127.0.0.1") as client:
        return await client.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )


@pytest.mark.parametrize("brightness", list(Brightness))
async def test_flets_page_is_sent_whole_with_our_ground_behind_it(brightness: Brightness) -> None:
    answer = await ask(brightness)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.text.count(first_style(brightness) + "</head>") == 1
    assert "flutter_bootstrap.js" in answer.text


def test_a_chosen_brightness_does_not_ask_the_system() -> None:
    assert DARK.surface in first_style(Brightness.DARK)
    assert LIGHT.surface not in first_style(Brightness.DARK)
    assert DARK.surface not in first_style(Brightness.LIGHT)
    system = first_style(Brightness.SYSTEM)
    assert (
        system.index(LIGHT.surface) < system.index("prefers-color-scheme: dark") < system.index(DARK.surface)
    )


async def test_a_page_that_the_browser_kept_is_not_shown_in_the_old_brightness() -> None:
    first = await ask(Brightness.LIGHT)
    assert not {"etag", "last-modified"} & set(first.headers)
    again = await ask(Brightness.DARK, if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT")
    assert again.status_code == 200
    assert first_style(Brightness.DARK) in again.text


async def test_what_is_no_page_goes_by_untouched() -> None:
    script = await ask(Brightness.DARK, "/flutter_bootstrap.js")
    assert script.status_code == 200
    assert int(script.headers["content-length"]) == len(script.content)
    assert DARK.surface not in script.text
    kept = await ask(Brightness.DARK, "/flutter_bootstrap.js", if_none_match=script.headers["etag"])
    assert kept.status_code == 304
