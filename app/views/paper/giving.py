"""A sealed paper, from memory into the hands of the platform: its share sheet, or its way to save a file."""

from __future__ import annotations

import asyncio

import flet as ft

from app.device.papers import Given, Giver, PaperFiles

MIME = "application/pdf"


class SavingGiver:
    """A browser downloads, a desktop asks where to save. Nothing is written by us on the way."""

    def __init__(self, web: bool) -> None:
        self._web = web

    async def give(self, sealed: bytes, name: str) -> Given:
        saved = await ft.FilePicker().save_file(file_name=name, src_bytes=sealed)
        if self._web:
            return Given.UNKNOWN
        return Given.GONE if saved else Given.KEPT


class SharingGiver:
    """A phone's share sheet takes a file: ours is sealed, for this app alone, and gone right after.

    Written to Flet's documented interface; not run on a device (docs/devices.md).
    """

    def __init__(self, files: PaperFiles) -> None:
        self._files = files

    async def give(self, sealed: bytes, name: str) -> Given:
        path = await asyncio.to_thread(self._files.put, sealed)
        try:
            shared = await ft.Share().share_files(
                [ft.ShareFile(path=str(path), mime_type=MIME, name=name)], download_fallback_enabled=False
            )
        finally:
            await asyncio.to_thread(self._files.sweep)
        return {
            ft.ShareResultStatus.SUCCESS: Given.GONE,
            ft.ShareResultStatus.DISMISSED: Given.KEPT,
        }.get(shared.status, Given.UNKNOWN)


def make_giver(page: ft.Page, files: PaperFiles | None) -> Giver:
    """This device's way. Call it within a handler of this page."""
    platform = page.platform
    if files is not None and not page.web and platform is not None and platform.is_mobile():
        return SharingGiver(files)
    return SavingGiver(page.web)
