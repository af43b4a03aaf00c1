"""Flet's server writes out each message that it sends, for a log that is never on.

It does so before it asks the log: every control of a new page, property by property, with whatever stands in it. For
the page of a visit that takes longer than making the page and packing it together, and leaves each name and answer in
memory once more.
"""

from __future__ import annotations

from typing import Any


def leave_messages_unsaid() -> None:
    """From now on a message's text is its kind only. Changes a class of flet 1.0.5, whose version is pinned."""
    from flet.messaging.protocol import Message

    def kind(message: Any) -> str:
        return f"Message({message.action.name})"

    Message.__repr__ = kind  # type: ignore[method-assign]  # what a dataclass made
