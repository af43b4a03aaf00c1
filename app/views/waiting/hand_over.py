"""A small file, from memory into the hands of the platform: its share sheet, or its way to save a file."""

from __future__ import annotations

import flet as ft

from app.services.sending_models import SharedLog


async def hand_over(page: ft.Page, log: SharedLog) -> None:
    """A phone or tablet opens its share sheet; a browser downloads; a desktop asks where to save.

    Nothing is written by us on the way, so no copy stays behind. Call it within a handler of this page.
    """
    await save_bytes(page, log.text.encode("utf-8"), log.name, "text/plain")


async def save_bytes(page: ft.Page, data: bytes, name: str, kind: str) -> None:
    """The same for bytes of any kind (a media type); `name` says nothing of anybody."""
    platform = page.platform
    if not page.web and platform is not None and platform.is_mobile():
        file = ft.ShareFile.from_bytes(data, mime_type=kind, name=name)
        await ft.Share().share_files([file])
        return
    await ft.FilePicker().save_file(file_name=name, src_bytes=data)
