"""Where pictures come from: a protocol, so that a camera, a file dialog and a test look the same to a screen."""

from __future__ import annotations

from typing import Protocol

from app.errors import HearthsideError
from app.language import N_


class PictureTooLarge(HearthsideError):
    sentence = N_("That file is too large for a picture. Please choose another one, or take it again.")


class PictureSource(Protocol):
    """One way to get a picture. What it gives is untrusted bytes: only their content says what they are."""

    async def choose(self) -> bytes | None:
        """The bytes of one file that the user takes or chooses; None when she changed her mind.

        Raises PictureTooLarge. Leaves no copy behind that this program made.
        """
        ...
