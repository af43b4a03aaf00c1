"""The system's own way to choose a file, behind `app.device.pictures.PictureSource`.

A browser or a phone offers its camera there too. The bytes come over the connection to this program's memory; Flet's
upload to a folder is not used, so that no copy of a picture lies anywhere in the clear.
"""

from __future__ import annotations

import flet as ft

from app.device.pictures import PictureSource, PictureTooLarge

LARGEST = 20_000_000
"""Bytes of a file that is taken at all."""


class FilePictures:
    """Flet's file dialog. To be made anew for each use, within a page's context."""

    async def choose(self) -> bytes | None:
        picker = ft.FilePicker()
        found = await picker.pick_files(
            file_type=ft.FilePickerFileType.IMAGE, with_data=True, cancel_upload_on_window_blur=False
        )
        for file in found or ():
            if file.size > LARGEST:
                raise PictureTooLarge
            return file.bytes
        return None


def make_source() -> PictureSource:
    """Where pictures come from on this device. A camera of a phone's own would be chosen here (docs/devices.md)."""
    return FilePictures()
